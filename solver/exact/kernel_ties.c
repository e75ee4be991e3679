/* Entries of a large tile that lie exactly at their prices; see kernel.h and balance.h.
 *
 * Scores of few values, and lines of zeros, tie whatever the prices, and no gap can open. But where
 * a tied score is exactly the sum of its prices, it may be kept or dropped: what 16 bits cannot
 * tell from a tie is compared in doubles, in which neither the scores nor sums of prices round. */
#include "solver/exact/kernel_large.h"

#include <math.h>
#include <string.h>

/* ---- scores that are multiples of something ------------------------------------------------ */

/* The largest power of two, in units, of which all scores are multiples; 1 where any is rounded. */
TNM_INLINE int find_quantum(const tnm_large_tile *restrict tile, const float *restrict scores,
                            size_t stride, int m)
{
    const int center = (int)tile->rows.base[0], side = tnm_side_of(m);
    float unit = ldexpf(1, tile->exponent);
    int seen = TNM_CENTER, rounded = 0;
    for (int i = 0; i < m; i++) {
        const float *restrict row = scores + (size_t)i * stride;
        for (int j = 0; j < m; j++) {
            int whole = tile->scores[i * side + j] + center;
            seen |= whole;
            rounded |= (float)whole * unit != row[j];
        }
    }
    return rounded ? 1 : seen & -seen;
}

/* Scores that are multiples of a quantum have optimal prices that are, too, once a constant has
 * gone from one side to the other. */
void TNM_KERNEL(tnm_large_snap)(tnm_large_tile *tile, const float *scores, size_t stride,
                                const tnm_problem *problem)
{
    int m = problem->m;
    tnm_short first = problem->constraint == TNM_ATMOST ? 0 : tile->cols.price[0];
    if (tile->quantum == TNM_QUANTUM_UNKNOWN)
        tile->quantum = find_quantum(tile, scores, stride, m);
    for (int j = 0; j < m; j++) {
        int more = tile->cols.price[j] - first + tile->quantum / 2;
        int snapped = first + (more & -tile->quantum);
        int held = snapped < tile->highest ? snapped : tile->highest;
        tile->cols.price[j] = (tnm_short)(held > -tile->highest ? held : -tile->highest);
    }
}

/* ---- above, at, and below the prices ------------------------------------------------------- */

/* Bit j of kept[i] and tied[i]. */
TNM_INLINE void compare_entries(tnm_balance *restrict balance, const tnm_large_tile *restrict tile,
                                int m, const int side)
{
    const tnm_short *restrict row_price = tile->rows.price;
    uint16_t kept[TNM_MAX_TILE / 16][TNM_MAX_TILE] = {{0}}, tied[TNM_MAX_TILE / 16][TNM_MAX_TILE];
    memset(tied, 0, sizeof tied);
    for (int j = 0; j < m; j++) {
        tnm_short price = tile->cols.price[j];
        uint16_t bit = (uint16_t)(1U << (j % 16));
        uint16_t *restrict kept_words = kept[j / 16], *restrict tied_words = tied[j / 16];
        const tnm_short *restrict column = tile->transposed + j * side;
#pragma GCC unroll 1 /* 16 lanes are one vector, not 16 statements */
        for (int i = 0; i < side; i++) {
            tnm_short reduced = (tnm_short)(column[i] - price);
            kept_words[i] |= reduced > row_price[i] ? bit : 0;
            tied_words[i] |= reduced == row_price[i] ? bit : 0;
        }
    }
    for (int i = 0; i < m; i++) {
        balance->kept[i] = balance->tied[i] = 0;
        for (int q = 0; q < side / 16; q++) {
            balance->kept[i] |= (uint64_t)kept[q][i] << (16 * q);
            balance->tied[i] |= (uint64_t)tied[q][i] << (16 * q);
        }
    }
}

/* Whether all tied scores are exactly what their prices add up to. */
TNM_INLINE bool ties_are_exact(const tnm_large_tile *restrict tile, const float *restrict scores,
                               size_t stride, int m, const int side)
{
    const double unit = ldexp(1, tile->exponent);
    double col_price[TNM_MAX_TILE];
    int hidden = 0;
    for (int j = 0; j < m; j++)
        col_price[j] = (double)(tile->cols.base[j] + tile->cols.price[j]);
    for (int i = 0; i < m; i++) {
        const float *restrict row = scores + (size_t)i * stride;
        double row_price = (double)(tile->rows.base[i] + tile->rows.price[i]);
        for (int j = 0; j < m; j++) {
            tnm_short reduced = (tnm_short)(tile->scores[i * side + j] - tile->cols.price[j]);
            int tied = reduced == tile->rows.price[i];
            hidden |= tied & ((row_price + col_price[j]) * unit != (double)row[j]);
        }
    }
    return hidden == 0;
}

static uint64_t free_lines(const tnm_lines *lines, int m)
{
    uint64_t found = 0;
    for (int k = 0; k < m; k++)
        found |= (uint64_t)(lines->price[k] == lines->free[k]) << k;
    return found;
}

TNM_INLINE bool sort_out(tnm_large_tile *tile, const float *scores, size_t stride, int m,
                         const int side, tnm_balance *balance)
{
    if (!ties_are_exact(tile, scores, stride, m, side))
        return false;
    compare_entries(balance, tile, m, side);
    balance->free_rows = free_lines(&tile->rows, m);
    balance->free_cols = free_lines(&tile->cols, m);
    return true;
}

bool TNM_KERNEL(tnm_large_sort_out)(tnm_large_tile *tile, const float *scores, size_t stride,
                                    const tnm_problem *problem, tnm_balance *balance)
{
    int m = problem->m;
    switch (m) {
#define X(m)                                                                                       \
    case m:                                                                                        \
        return sort_out(tile, scores, stride, m, m, balance);
        /* clang-format off */
        X(16) X(32) X(64)
        /* clang-format on */
#undef X
            default : return sort_out(tile, scores, stride, m, tnm_side_of(m), balance);
    }
}
