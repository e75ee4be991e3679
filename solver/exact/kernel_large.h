/* What the kernel files of large tiles share; see kernel.h. Each is compiled for every instruction
 * set, and calls the others' builds for the same one. */
#ifndef TNM_SOLVER_EXACT_KERNEL_LARGE_H
#define TNM_SOLVER_EXACT_KERNEL_LARGE_H

#include "solver/exact/kernel.h"

enum { TNM_LEAST_EXPONENT = -126 }; /* of floats that are not denormal */

/* Lanes and lines in which a tile of side m is laid out. */
static inline int tnm_side_of(int m)
{
    return m <= 16 ? 16 : m <= 32 ? 32 : 64;
}

/* Whether floats do for scores in units: 2^exponent and its inverse are normal ones, and the sums
 * of a row's and a column's base are floats, and stay so when a 16-bit number is added. */
static inline bool tnm_units_fit_floats(const tnm_large_tile *tile, int m)
{
    const int64_t limit = INT64_C(1) << 22;
    bool fit = tile->exponent >= TNM_LEAST_EXPONENT;
    for (int k = 0; k < m; k++) {
        fit &= tile->rows.base[k] > -limit && tile->rows.base[k] < limit;
        fit &= tile->cols.base[k] > -limit && tile->cols.base[k] < limit;
    }
    return fit;
}

/* k, in 1/65536, in a half round: 0 in the first two, then growing. */
static inline int tnm_factor_at(const tnm_relaxation *relaxation, int half)
{
    if (relaxation->ramp == 0 || half >= relaxation->ramp)
        return relaxation->factor;
    return half < 2 ? 0 : relaxation->factor * half / relaxation->ramp;
}

/* Whether so many lines have equal nth and next that it is no accident. */
TNM_INLINE bool tnm_lines_are_tied(const tnm_large_tile *restrict tile,
                                   const tnm_lines *restrict lines, const int side)
{
    tnm_short tied = 0;
    for (int lane = 0; lane < side; lane++) {
        tnm_short same = lines->nth[lane] == lines->next[lane] ? 1 : 0;
        tied = (tnm_short)(tied + (same & tile->inside[lane]));
    }
    return tied > side / 16;
}

/* Bit j: found[j], which is -1 or 0, and 0 past m. By sixteens, as these fill vectors. */
TNM_INLINE uint64_t tnm_bits_of_lanes(const int32_t found[TNM_MAX_TILE], int m)
{
    static const uint32_t low_bits[16] = {TNM_16_BITS(0)};
    uint64_t bits = 0;
    for (int first = 0; first < m; first += 16) {
        uint32_t part = 0;
#pragma GCC unroll 1
        for (int j = 0; j < 16; j++)
            part |= (uint32_t)found[first + j] & low_bits[j];
        bits |= (uint64_t)part << first;
    }
    return bits;
}

/* kernel_rounds.c: one half round, with k = factor / 65536; one that finds what belongs on a list,
 * too, for M > 32; and, under atmost, a start from off the wall at zero: both sides share what rows
 * alone would ask. */
void TNM_KERNEL(tnm_large_half_round)(tnm_large_tile *tile, bool by_rows,
                                      const tnm_problem *problem, int factor);
void TNM_KERNEL(tnm_large_listing_round)(tnm_large_tile *tile, bool by_rows,
                                         const tnm_problem *problem, int factor,
                                         tnm_shortlist *list);
void TNM_KERNEL(tnm_large_leave_wall)(tnm_large_tile *tile, const tnm_problem *problem);

/* kernel_shortlists.c: half rounds of a few entries a line. */
tnm_outcome TNM_KERNEL(tnm_large_ascend_lists)(tnm_large_tile *tile, tnm_shortlists *lists,
                                               const tnm_problem *problem,
                                               const tnm_relaxation *relaxation, int *half);
bool TNM_KERNEL(tnm_large_prove)(tnm_large_tile *tile, const tnm_problem *problem);

/* kernel_scores.c: scores as 16-bit integers. */
void TNM_KERNEL(tnm_large_load)(tnm_large_tile *tile, const float *scores, size_t stride,
                                const tnm_problem *problem);
void TNM_KERNEL(tnm_large_refine)(tnm_large_tile *tile, const tnm_problem *problem, int bits);

/* kernel_ground.c: under atmost, all prices of rows go up, and those of columns down, by the same,
 * until as many rows have room as columns. After a half round of each side. */
void TNM_KERNEL(tnm_large_move_ground)(tnm_large_tile *tile, int m);

/* kernel_dead.c: lines of zeros. */
void TNM_KERNEL(tnm_large_find_dead)(tnm_large_tile *tile, int m);
void TNM_KERNEL(tnm_large_price_dead)(tnm_large_tile *tile, bool by_rows,
                                      const tnm_problem *problem);

/* kernel_ties.c: entries that lie exactly at their prices. */
void TNM_KERNEL(tnm_large_snap)(tnm_large_tile *tile, const tnm_problem *problem);
void TNM_KERNEL(tnm_large_sort_out)(tnm_large_tile *tile, const tnm_problem *problem,
                                    tnm_balance *balance);

#endif
