/* Dual ascent on 32 small tiles at once, one tile a lane; see kernel.h.
 *
 * Every loop over `lane` is a scalar algorithm for one tile that the compiler turns into vector
 * code for all of them. */
#include "solver/exact/kernel.h"
#include "solver/exact/sorting.h"

/* ---- half rounds ------------------------------------------------------------------------- */

/* The reduced scores of a line; entry k has the score scores[k * step] and the price prices[k]. */
TNM_INLINE void reduce_line(tnm_short *a, tnm_short (*restrict scores)[TNM_LANES], int step,
                            tnm_short (*restrict prices)[TNM_LANES], const int m, int lane)
{
#pragma GCC unroll 16
    for (int k = 0; k < TNM_SMALL; k++)
        a[k] = k < m ? (tnm_short)(scores[k * step][lane] - prices[k][lane]) : INT16_MIN;
}

/* Of those, the N-th and (N+1)-th largest become a[n - 1] and a[n]. */
TNM_INLINE void sort_line(tnm_short *a, const int m)
{
    if (m <= 4)
        tnm_sort_4(a, 0);
    else if (m <= 8)
        tnm_sort_8(a, 0);
    else
        tnm_sort_16(a, 0);
}

/* The same in any order, which spares even N a comparator. */
TNM_INLINE void find_pair(tnm_short *a, const int m, const int n)
{
    if (n % 2 == 1)
        sort_line(a, m);
    else if (m <= 4)
        tnm_sort_pairs_4(a, 0);
    else if (m <= 8)
        tnm_sort_pairs_8(a, 0);
    else
        tnm_sort_pairs_16(a, 0);
}

/* A price after a half round that found `middle`, where k = factor / 65536 <= 1/2. Far out of range
 * it wraps around. */
TNM_INLINE tnm_short over_relaxed(tnm_short price, tnm_short middle, tnm_short factor)
{
    tnm_short step = (tnm_short)(middle - price);
    return (tnm_short)(middle + ((step * factor) >> 16));
}

/* Moves the price of one line in every lane, and notes the N-th reduced score under atmost. Prices
 * may wrap around where they run far out of the scores' range; those are guesses like any others.
 */
TNM_INLINE void move_line(tnm_short *restrict price, tnm_short *restrict nth,
                          tnm_short (*restrict scores)[TNM_LANES], int step,
                          tnm_short (*restrict prices)[TNM_LANES], const int m, const int n,
                          const bool atmost, tnm_short factor)
{
    TNM_EACH_LANE
    for (int lane = 0; lane < TNM_LANES; lane++) {
        tnm_short a[TNM_SMALL];
        reduce_line(a, scores, step, prices, m, lane);
        find_pair(a, m, n);
        tnm_short moved = over_relaxed(price[lane], tnm_rough_middle(a[n - 1], a[n]), factor);
        price[lane] = atmost ? tnm_larger(moved, 0) : moved;
        if (atmost)
            nth[lane] = tnm_larger(a[n - 1], a[n]);
    }
}

/* N-th reduced scores of all lines. */
typedef struct nths {
    tnm_short rows[TNM_SMALL][TNM_LANES], cols[TNM_SMALL][TNM_LANES];
} nths;

TNM_INLINE void row_half_round(tnm_small_tiles *tiles, nths *nth, const int m, const int n,
                               const bool atmost, tnm_short factor)
{
    for (int i = 0; i < m; i++)
        move_line(tiles->row_price[i], nth->rows[i], tiles->scores + i * m, 1, tiles->col_price, m,
                  n, atmost, factor);
}

TNM_INLINE void col_half_round(tnm_small_tiles *tiles, nths *nth, const int m, const int n,
                               const bool atmost, tnm_short factor)
{
    for (int j = 0; j < m; j++)
        move_line(tiles->col_price[j], nth->cols[j], tiles->scores + j, m, tiles->row_price, m, n,
                  atmost, factor);
}

/* What the ground moves by: to between the middle two of the N-th reduced scores of columns and
 * those of rows, negated; but not where it is there already. */
TNM_INLINE tnm_short ground_step(const nths *restrict nth, const int m, int lane)
{
    const int side = m <= 8 ? 8 : 16;
    tnm_short a[2 * TNM_SMALL];
#pragma GCC unroll 16
    for (int k = 0; k < side; k++) { /* past m: as many at one end as at the other */
        a[k] = k < m ? nth->cols[k][lane] : INT16_MAX;
        a[side + k] = k < m ? (tnm_short)-nth->rows[k][lane] : INT16_MIN;
    }
    if (side == 8)
        tnm_sort_pairs_16(a, 0);
    else
        tnm_sort_pairs_32(a, 0);
    tnm_short high = tnm_larger(a[side - 1], a[side]);
    tnm_short low = tnm_smaller(a[side - 1], a[side]);
    tnm_short aim = tnm_larger(tnm_smaller(0, high), low);
    return aim == 0 ? 0 : tnm_rough_middle(low, high);
}

/* The ground's half round under atmost: all prices of rows go up, and those of columns down, by the
 * same, as far as the wall. */
TNM_INLINE void ground_half_round(tnm_small_tiles *restrict tiles, const nths *restrict nth,
                                  const int m)
{
    tnm_short step[TNM_LANES];
    TNM_EACH_LANE
    for (int lane = 0; lane < TNM_LANES; lane++)
        step[lane] = ground_step(nth, m, lane);
    for (int k = 0; k < m; k++) {
        TNM_EACH_LANE
        for (int lane = 0; lane < TNM_LANES; lane++) {
            tnm_short row = (tnm_short)(tiles->row_price[k][lane] + step[lane]);
            tnm_short col = (tnm_short)(tiles->col_price[k][lane] - step[lane]);
            tiles->row_price[k][lane] = tnm_larger(row, 0);
            tiles->col_price[k][lane] = tnm_larger(col, 0);
        }
    }
}

/* The first row half round: column prices are 0, and row prices nothing yet. */
TNM_INLINE void start_rows(tnm_small_tiles *tiles, const int m, const int n, const bool atmost)
{
    for (int i = 0; i < m; i++) {
        TNM_EACH_LANE
        for (int lane = 0; lane < TNM_LANES; lane++) {
            tnm_short a[TNM_SMALL];
#pragma GCC unroll 16
            for (int k = 0; k < TNM_SMALL; k++)
                a[k] = k < m ? tiles->scores[i * m + k][lane] : INT16_MIN;
            find_pair(a, m, n);
            tnm_short middle = tnm_rough_middle(a[n - 1], a[n]);
            tiles->row_price[i][lane] = atmost ? tnm_larger(middle, 0) : middle;
        }
    }
}

/* Under atmost, prices are >= 0 and the ascent must not start at that wall: rows and columns share
 * what the rows alone would ask. */
TNM_INLINE void share_prices(tnm_small_tiles *tiles, const int m)
{
    TNM_EACH_LANE
    for (int lane = 0; lane < TNM_LANES; lane++) {
        int sum = 0;
        for (int i = 0; i < m; i++)
            sum += tiles->row_price[i][lane];
        for (int j = 0; j < m; j++)
            tiles->col_price[j][lane] = (tnm_short)(sum / (2 * m));
    }
}

/* ---- the proof --------------------------------------------------------------------------- */

/* Truth values are lane masks here, 0 or -1, so that they stay vectors. */

/* Column prices as they are in a proof: even, and so small that no reduced score overflows. */
TNM_INLINE void settle_prices(tnm_small_tiles *tiles, const int m, const bool atmost)
{
    tnm_short lowest = atmost ? 0 : -TNM_PRICE_LIMIT;
    for (int j = 0; j < m; j++) {
        TNM_EACH_LANE
        for (int lane = 0; lane < TNM_LANES; lane++) {
            tnm_short price = tiles->col_price[j][lane];
            price = tnm_larger(tnm_smaller(price, TNM_PRICE_LIMIT), lowest);
            tiles->col_price[j][lane] = (tnm_short)(price & ~1);
        }
    }
}

/* The price of a row: even, from its (N+1)-th to below its N-th reduced score, or the wall at zero
 * under atmost. Where there is none the tile is not solved. */
TNM_INLINE void price_row(tnm_short *restrict price, tnm_short *restrict solved,
                          tnm_short (*restrict scores)[TNM_LANES],
                          tnm_short (*restrict prices)[TNM_LANES], const int m, const int n,
                          const bool atmost)
{
    TNM_EACH_LANE
    for (int lane = 0; lane < TNM_LANES; lane++) {
        tnm_short a[TNM_SMALL];
        reduce_line(a, scores, 1, prices, m, lane);
        sort_line(a, m);
        tnm_short middle = (tnm_short)(tnm_middle(a[n - 1], a[n]) & ~1);
        tnm_short even = atmost ? tnm_larger(middle, 0) : middle;
        tnm_short above = even >= a[n] ? -1 : 0;
        tnm_short below = even < a[n - 1] ? -1 : 0;
        tnm_short free = atmost && even == 0 ? -1 : 0;
        price[lane] = even;
        solved[lane] = (tnm_short)(solved[lane] & above & (below | free));
    }
}

/* A row keeps what exceeds its price. */
TNM_INLINE void keep_largest(tnm_short *restrict kept, const tnm_short *restrict price,
                             tnm_short (*restrict scores)[TNM_LANES],
                             tnm_short (*restrict prices)[TNM_LANES], const int m)
{
    TNM_EACH_LANE
    for (int lane = 0; lane < TNM_LANES; lane++) {
        tnm_short row = 0;
#pragma GCC unroll 16
        for (int j = 0; j < m; j++) {
            tnm_short reduced = (tnm_short)(scores[j][lane] - prices[j][lane]);
            tnm_short above = reduced > price[lane] ? -1 : 0;
            row = (tnm_short)(row | (above & (1 << j)));
        }
        kept[lane] = row;
    }
}

/* The columns, bit j for column j, that hold N, or fewer where they are free. All are counted at
 * once: plane p has bit p of their counts. */
TNM_INLINE tnm_short full_columns(tnm_short (*restrict kept)[TNM_LANES], tnm_short free,
                                  const int m, const int n, int lane)
{
    const int planes = m < 16 ? 4 : 5;
    tnm_short plane[5] = {0}, fewer = 0, same = (tnm_short)((1 << m) - 1);
#pragma GCC unroll 16
    for (int i = 0; i < m; i++) {
        tnm_short carry = kept[i][lane];
#pragma GCC unroll 5
        for (int p = 0; p < planes; p++) {
            tnm_short both = plane[p] & carry;
            plane[p] ^= carry;
            carry = both;
        }
    }
#pragma GCC unroll 5
    for (int p = planes - 1; p >= 0; p--) {
        fewer = (tnm_short)(fewer | (n >> p & 1 ? same & ~plane[p] : 0));
        same = (tnm_short)(same & (n >> p & 1 ? plane[p] : ~plane[p]));
    }
    return (tnm_short)(same | (fewer & free));
}

TNM_INLINE void test_columns(tnm_small_tiles *restrict tiles, const int m, const int n,
                             const bool atmost)
{
    const tnm_short all = (tnm_short)((1 << m) - 1);
    TNM_EACH_LANE
    for (int lane = 0; lane < TNM_LANES; lane++) {
        tnm_short free = 0;
#pragma GCC unroll 16
        for (int j = 0; j < m && atmost; j++)
            free = (tnm_short)(free | (tiles->col_price[j][lane] == 0 ? 1 << j : 0));
        tnm_short full = full_columns(tiles->kept, free, m, n, lane);
        tiles->solved[lane] = (tnm_short)(full == all ? tiles->solved[lane] : 0);
    }
}

/* ---- specialised by construction: m and n are constants in each of these --------------------- */

TNM_INLINE void ascend_tiles(tnm_small_tiles *tiles, const int m, const int n, const bool atmost,
                             int half_rounds, tnm_short factor, bool resumed)
{
    const tnm_short factors[2] = {0, factor}; /* 0: whatever the old price is */
    nths nth;
    if (!resumed) {
        start_rows(tiles, m, n, atmost);
        if (atmost)
            share_prices(tiles, m);
    }
    for (int half = 0; half + 2 < half_rounds; half += 2) {
        if (atmost || resumed || half > 0)
            row_half_round(tiles, &nth, m, n, atmost, factors[half > 0]);
        col_half_round(tiles, &nth, m, n, atmost, factors[half > 0]);
        if (atmost && half % 4 == 2)
            ground_half_round(tiles, &nth, m);
    }
    settle_prices(tiles, m, atmost);
    memset(tiles->solved, -1, sizeof tiles->solved);
    for (int i = 0; i < m; i++) {
        tnm_short(*scores)[TNM_LANES] = tiles->scores + i * m,
        (*prices)[TNM_LANES] = tiles->col_price;
        price_row(tiles->row_price[i], tiles->solved, scores, prices, m, n, atmost);
        keep_largest(tiles->kept[i], tiles->row_price[i], scores, prices, m);
    }
    test_columns(tiles, m, n, atmost);
}

/* ---- dispatch by pattern ----------------------------------------------------------------- */

/* clang-format off */
#define EVERY_PATTERN(X) \
    X(2, 1) \
    X(3, 1) X(3, 2) \
    X(4, 1) X(4, 2) X(4, 3) \
    X(5, 1) X(5, 2) X(5, 3) X(5, 4) \
    X(6, 1) X(6, 2) X(6, 3) X(6, 4) X(6, 5) \
    X(7, 1) X(7, 2) X(7, 3) X(7, 4) X(7, 5) X(7, 6) \
    X(8, 1) X(8, 2) X(8, 3) X(8, 4) X(8, 5) X(8, 6) X(8, 7) \
    X(16, 2) X(16, 4) X(16, 8) X(16, 12)
/* clang-format on */

static void ascend_equal(tnm_small_tiles *tiles, const tnm_problem *problem, int half_rounds,
                         tnm_short factor, bool resumed)
{
    switch (problem->m * 32 + problem->n) {
#define X(m, n)                                                                                    \
    case m * 32 + n:                                                                               \
        ascend_tiles(tiles, m, n, false, half_rounds, factor, resumed);                            \
        break;
        EVERY_PATTERN(X)
#undef X
    }
}

static void ascend_atmost(tnm_small_tiles *tiles, const tnm_problem *problem, int half_rounds,
                          tnm_short factor, bool resumed)
{
    switch (problem->m * 32 + problem->n) {
#define X(m, n)                                                                                    \
    case m * 32 + n:                                                                               \
        ascend_tiles(tiles, m, n, true, half_rounds, factor, resumed);                             \
        break;
        EVERY_PATTERN(X)
#undef X
    }
}

void TNM_KERNEL(tnm_small_kernel)(tnm_small_tiles *tiles, const tnm_problem *problem,
                                  int half_rounds, bool resumed);

void TNM_KERNEL(tnm_small_kernel)(tnm_small_tiles *tiles, const tnm_problem *problem,
                                  int half_rounds, bool resumed)
{
    tnm_short factor = (tnm_short)tnm_small_relaxation_for(problem->m).factor;
    if (problem->constraint == TNM_ATMOST)
        ascend_atmost(tiles, problem, half_rounds, factor, resumed);
    else
        ascend_equal(tiles, problem, half_rounds, factor, resumed);
}
