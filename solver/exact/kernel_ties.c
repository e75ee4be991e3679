/* Entries of a large tile that lie exactly at their prices; see kernel.h and balance.h.
 *
 * Scores of few values, and lines of zeros, tie whatever the prices, and no gap can open. But where
 * a tied score is exactly the sum of its prices, it may be kept or dropped: what 16 bits cannot
 * tell from a tie is compared in floats or doubles, in which neither the scores nor sums of prices
 * round. */
#include "formulations/mask.h"
#include "solver/exact/kernel_large.h"

#include <math.h>
#include <string.h>

/* ---- scores that are whole ----------------------------------------------------------------- */

/* Bit j: a[j] == b[j], or a[j] < b[j]. */
#define COMPARE_BITS(name, type, compared)                                                         \
    TNM_INLINE uint64_t name(const type *restrict a, const float *restrict b, int m)               \
    {                                                                                              \
        int32_t found[TNM_MAX_TILE] = {0};                                                         \
        for (int j = 0; j < m; j++)                                                                \
            found[j] = -(a[j] compared(type) b[j]);                                                \
        return tnm_bits_of_lanes(found, m);                                                        \
    }
COMPARE_BITS(equal_floats, float, ==)
COMPARE_BITS(equal_doubles, double, ==)
COMPARE_BITS(less_floats, float, <)
COMPARE_BITS(less_doubles, double, <)

/* Which scores of some rows are their integers times the unit, in arithmetic that does not round.
 */
#define FIND_EXACT_BY(type)                                                                        \
    TNM_INLINE void find_exact_by_##type##s(tnm_large_tile *restrict tile, int m, uint64_t rows)   \
    {                                                                                              \
        const type unit = (type)ldexp(1, tile->exponent);                                          \
        type col_base[TNM_MAX_TILE], whole[TNM_MAX_TILE];                                          \
        for (int j = 0; j < m; j++)                                                                \
            col_base[j] = (type)tile->cols.base[j];                                                \
        for (; rows != 0; rows &= rows - 1) {                                                      \
            int i = __builtin_ctzll(rows);                                                         \
            const tnm_short *restrict row = tile->scores + i * tnm_side_of(m);                     \
            type row_base = (type)tile->rows.base[i];                                              \
            for (int j = 0; j < m; j++)                                                            \
                whole[j] = ((type)row[j] + (row_base + col_base[j])) * unit;                       \
            tile->exact[i] = equal_##type##s(whole, tile->given + i * m, m);                       \
            bool all = tile->exact[i] == tnm_low_bits((size_t)m);                                  \
            tile->above[i] = all ? 0 : less_##type##s(whole, tile->given + i * m, m);              \
        }                                                                                          \
    }
FIND_EXACT_BY(float)
FIND_EXACT_BY(double)

/* Finds it out for some rows, if it is not known; the usual sides are constants. */
TNM_INLINE void look_at_some(tnm_large_tile *tile, const int m, uint64_t rows)
{
    if (tnm_units_fit_floats(tile, m))
        find_exact_by_floats(tile, m, rows);
    else
        find_exact_by_doubles(tile, m, rows);
}

static void look_at_rows(tnm_large_tile *tile, int m, uint64_t rows)
{
    rows &= ~tile->known;
    tile->known |= rows;
    if (rows == 0)
        return;
    switch (m) {
#define X(m)                                                                                       \
    case m:                                                                                        \
        look_at_some(tile, m, rows);                                                               \
        break;
        /* clang-format off */
        X(16) X(32) X(64)
        /* clang-format on */
#undef X
            default : look_at_some(tile, m, rows);
    }
}

/* The largest power of two of which all scores are multiples, in coarse units; 1 where any is not
 * exact. */
static int find_quantum(tnm_large_tile *tile, int m)
{
    const int center = (int)tile->rows.base[0], side = tnm_side_of(m);
    uint64_t all = tnm_low_bits((size_t)m);
    int seen = TNM_CENTER;
    look_at_rows(tile, m, all);
    for (int i = 0; i < m; i++) {
        if (tile->exact[i] != all)
            return 1;
        for (int j = 0; j < m; j++)
            seen |= tile->scores[i * side + j] + center;
    }
    return seen & -seen;
}

/* Scores that are multiples of a quantum have optimal prices that are, too, once a constant has
 * gone from one side to the other. */
void TNM_KERNEL(tnm_large_snap)(tnm_large_tile *tile, const tnm_problem *problem)
{
    int m = problem->m;
    tnm_short first = problem->constraint == TNM_ATMOST ? 0 : tile->cols.price[0];
    if (tile->quantum == TNM_QUANTUM_UNKNOWN)
        tile->quantum = find_quantum(tile, m);
    if (tile->quantum == 1)
        return;
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
        /* Two loops: in one, the compiler would branch between the cases. */
#pragma GCC unroll 1 /* 16 lanes are one vector, not 16 statements */
        for (int i = 0; i < side; i++) {
            uint16_t above = (tnm_short)(column[i] - price) > row_price[i] ? UINT16_MAX : 0;
            kept_words[i] = (uint16_t)(kept_words[i] | (above & bit));
        }
#pragma GCC unroll 1
        for (int i = 0; i < side; i++) {
            uint16_t equal = (tnm_short)(column[i] - price) == row_price[i] ? UINT16_MAX : 0;
            tied_words[i] = (uint16_t)(tied_words[i] | (equal & bit));
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

/* Of what ties in 16 bits, keeps what is larger than its integer and so than its prices, and drops
 * what is smaller. */
static void look_behind_ties(tnm_large_tile *tile, int m, tnm_balance *balance)
{
    uint64_t hidden = 0, rows = 0;
    for (int i = 0; i < m; i++)
        rows |= (uint64_t)(balance->tied[i] != 0) << i;
    look_at_rows(tile, m, rows);
    for (int i = 0; i < m; i++) {
        uint64_t tied = balance->tied[i];
        if (tied == 0)
            continue;
        hidden |= tied & ~tile->exact[i];
        balance->kept[i] |= tied & tile->above[i];
        balance->tied[i] = tied & tile->exact[i];
    }
    tile->hidden = hidden != 0;
}

static uint64_t free_lines(const tnm_lines *lines, int m)
{
    uint64_t found = 0;
    for (int k = 0; k < m; k++)
        found |= (uint64_t)(lines->price[k] == lines->free[k]) << k;
    return found;
}

void TNM_KERNEL(tnm_large_sort_out)(tnm_large_tile *tile, const tnm_problem *problem,
                                    tnm_balance *balance)
{
    int m = problem->m;
    switch (m) {
#define X(m)                                                                                       \
    case m:                                                                                        \
        compare_entries(balance, tile, m, m);                                                      \
        break;
        /* clang-format off */
        X(16) X(32) X(64)
        /* clang-format on */
#undef X
            default : compare_entries(balance, tile, m, tnm_side_of(m));
    }
    balance->free_rows = free_lines(&tile->rows, m);
    balance->free_cols = free_lines(&tile->cols, m);
    look_behind_ties(tile, m, balance);
}
