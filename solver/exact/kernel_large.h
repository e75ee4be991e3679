/* What the kernel files of large tiles share; see kernel.h. Each is compiled for every instruction
 * set, and calls the others' builds for the same one. */
#ifndef TNM_SOLVER_EXACT_KERNEL_LARGE_H
#define TNM_SOLVER_EXACT_KERNEL_LARGE_H

#include "solver/exact/kernel.h"

/* Lanes and lines in which a tile of side m is laid out. */
static inline int tnm_side_of(int m)
{
    return m <= 16 ? 16 : m <= 32 ? 32 : 64;
}

/* Whether the sums of a row's and a column's base are floats, and stay so when a 16-bit number is
 * added. */
static inline bool tnm_bases_fit_floats(const tnm_large_tile *tile, int m)
{
    const int64_t limit = INT64_C(1) << 22;
    bool fit = true;
    for (int k = 0; k < m; k++) {
        fit &= tile->rows.base[k] > -limit && tile->rows.base[k] < limit;
        fit &= tile->cols.base[k] > -limit && tile->cols.base[k] < limit;
    }
    return fit;
}

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
