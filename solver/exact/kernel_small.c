/* Dual ascent on 32 small tiles (M <= 8) at once, one tile a lane; see kernel.h.
 *
 * Every loop over `lane` is a scalar algorithm for one tile that the compiler turns into vector
 * code for all of them. */
#include "solver/exact/kernel.h"
#include "solver/exact/sorting.h"

/* ---- scores ------------------------------------------------------------------------------ */

/* Neighbours in memory: entry j of the tile in lane t, row by row, is number t * m + j. */
enum { ROW = TNM_LANES * TNM_SMALL };

/* The unit of each tile, and what takes a score there, side by side for every entry of a row. */
TNM_INLINE void find_units(tnm_small_tiles *restrict tiles, float *restrict unit,
                           float *restrict per_unit, const float *restrict scores, size_t stride,
                           const int m, const int width)
{
    uint32_t largest[ROW] = {0}; /* as bits, which order as the floats do */
#pragma GCC unroll 8
    for (size_t i = 0; i < (size_t)m; i++) {
        for (int k = 0; k < TNM_LANES * m; k++) {
            uint32_t bits = tnm_bits_of(scores[i * stride + (size_t)k]);
            largest[k] = bits > largest[k] ? bits : largest[k];
        }
    }
    for (int lane = 0; lane < TNM_LANES; lane++) {
        uint32_t most = 0;
#pragma GCC unroll 8
        for (int j = 0; j < m; j++)
            most = largest[lane * m + j] > most ? largest[lane * m + j] : most;
        int exponent = tnm_unit_exponent(most, width);
        tiles->exponent[lane] = (tnm_short)exponent;
#pragma GCC unroll 8
        for (int j = 0; j < m; j++) {
            unit[lane * m + j] = tnm_unit_factor(-exponent);
            per_unit[lane * m + j] = tnm_unit_factor(exponent);
        }
    }
}

TNM_INLINE void load_tiles(tnm_small_tiles *restrict tiles, const float *restrict scores,
                           size_t stride, const int m, const bool atmost)
{
    const int width = atmost ? 14 : 15, center = atmost ? 0 : TNM_CENTER;
    float unit[ROW], per_unit[ROW];
    tnm_short row[ROW];
    find_units(tiles, unit, per_unit, scores, stride, m, width);
    for (int i = 0; i < m; i++) {
        for (int k = 0; k < TNM_LANES * m; k++) {
            float score = scores[(size_t)i * stride + (size_t)k];
            row[k] = (tnm_short)(tnm_rounded_to_odd(score, unit[k], per_unit[k]) - center);
        }
        for (int lane = 0; lane < TNM_LANES; lane++) {
#pragma GCC unroll 8
            for (int j = 0; j < m; j++)
                tiles->scores[i * m + j][lane] = row[lane * m + j];
        }
    }
}

/* ---- half rounds ------------------------------------------------------------------------- */

/* The reduced scores of a line, largest first, as far as its N-th and (N+1)-th; entry k has the
 * score scores[k * step] and the price prices[k]. */
TNM_INLINE void sort_line(tnm_short *a, tnm_short (*restrict scores)[TNM_LANES], int step,
                          tnm_short (*restrict prices)[TNM_LANES], const int m, int lane)
{
#pragma GCC unroll 8
    for (int k = 0; k < TNM_SMALL; k++)
        a[k] = k < m ? (tnm_short)(scores[k * step][lane] - prices[k][lane]) : INT16_MIN;
    if (m <= 4)
        tnm_sort_4(a, 0);
    else
        tnm_sort_8(a, 0);
}

/* Moves the price of one line in every lane. Prices may wrap around where they run far out of the
 * scores' range; those are guesses like any others. */
TNM_INLINE void move_line(tnm_short *restrict price, tnm_short (*restrict scores)[TNM_LANES],
                          int step, tnm_short (*restrict prices)[TNM_LANES], const int m,
                          const int n, const bool atmost, tnm_short factor)
{
    for (int lane = 0; lane < TNM_LANES; lane++) {
        tnm_short a[TNM_SMALL];
        sort_line(a, scores, step, prices, m, lane);
        tnm_short moved = tnm_relaxed(price[lane], tnm_rough_middle(a[n - 1], a[n]), factor);
        price[lane] = atmost ? tnm_larger(moved, 0) : moved;
    }
}

TNM_INLINE void row_half_round(tnm_small_tiles *tiles, const int m, const int n, const bool atmost,
                               tnm_short factor)
{
    for (int i = 0; i < m; i++)
        move_line(tiles->row_price[i], tiles->scores + i * m, 1, tiles->col_price, m, n, atmost,
                  factor);
}

TNM_INLINE void col_half_round(tnm_small_tiles *tiles, const int m, const int n, const bool atmost,
                               tnm_short factor)
{
    for (int j = 0; j < m; j++)
        move_line(tiles->col_price[j], tiles->scores + j, m, tiles->row_price, m, n, atmost,
                  factor);
}

/* Under atmost, prices are >= 0 and the ascent must not start at that wall: rows and columns share
 * what the rows alone would ask. */
TNM_INLINE void share_prices(tnm_small_tiles *tiles, const int m)
{
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
    for (int lane = 0; lane < TNM_LANES; lane++) {
        tnm_short a[TNM_SMALL];
        sort_line(a, scores, 1, prices, m, lane);
        tnm_short middle = (tnm_short)(tnm_middle(a[n - 1], a[n]) & ~1);
        tnm_short even = atmost ? tnm_larger(middle, 0) : middle;
        tnm_short above = even >= a[n] ? -1 : 0;
        tnm_short below = even < a[n - 1] ? -1 : 0;
        tnm_short free = atmost && even == 0 ? -1 : 0;
        price[lane] = even;
        solved[lane] = (tnm_short)(solved[lane] & above & (below | free));
    }
}

/* A row keeps what exceeds its price, and counts columns. */
TNM_INLINE void keep_largest(tnm_short *restrict bits, tnm_short (*restrict count)[TNM_LANES],
                             const tnm_short *restrict price,
                             tnm_short (*restrict scores)[TNM_LANES],
                             tnm_short (*restrict prices)[TNM_LANES], const int m)
{
    for (int lane = 0; lane < TNM_LANES; lane++) {
        tnm_short row = 0;
#pragma GCC unroll 8
        for (int j = 0; j < m; j++) {
            tnm_short reduced = (tnm_short)(scores[j][lane] - prices[j][lane]);
            tnm_short kept = reduced > price[lane] ? -1 : 0;
            row = (tnm_short)(row | (kept & (1 << j)));
            count[j][lane] = (tnm_short)(count[j][lane] - kept);
        }
        bits[lane] = row;
    }
}

/* Every column must hold N, or fewer where it is free. */
TNM_INLINE void test_columns(tnm_small_tiles *restrict tiles,
                             tnm_short (*restrict count)[TNM_LANES], const int m, const int n,
                             const bool atmost)
{
    for (int j = 0; j < m; j++) {
        for (int lane = 0; lane < TNM_LANES; lane++) {
            tnm_short fine = count[j][lane] == n ? -1 : 0;
            if (atmost) {
                tnm_short room = count[j][lane] < n ? -1 : 0;
                tnm_short free = tiles->col_price[j][lane] == 0 ? -1 : 0;
                fine = (tnm_short)(fine | (room & free));
            }
            tiles->solved[lane] = (tnm_short)(tiles->solved[lane] & fine);
        }
    }
}

/* Bit `lane`: the tile is not solved. */
TNM_INLINE uint32_t open_lanes(const tnm_small_tiles *tiles)
{
    uint32_t low = 0, high = 0;
    for (int lane = 0; lane < TNM_LANES / 2; lane++) {
        low |= (uint32_t)(tiles->solved[lane] == 0) << lane;
        high |= (uint32_t)(tiles->solved[lane + TNM_LANES / 2] == 0) << lane;
    }
    return high << (TNM_LANES / 2) | low;
}

/* ---- specialised by construction: m and n are constants in each of these --------------------- */

TNM_INLINE uint32_t ascend_tiles(tnm_small_tiles *tiles, const int m, const int n,
                                 const bool atmost, int half_rounds, tnm_short factor)
{
    tnm_short count[TNM_SMALL][TNM_LANES] = {{0}};
    memset(tiles->row_price, 0, sizeof tiles->row_price);
    memset(tiles->col_price, 0, sizeof tiles->col_price);
    if (atmost) {
        row_half_round(tiles, m, n, atmost, 0);
        share_prices(tiles, m);
    }
    for (int half = 0; half + 2 < half_rounds; half += 2) {
        tnm_short eager = half < 2 ? 0 : factor;
        row_half_round(tiles, m, n, atmost, eager);
        col_half_round(tiles, m, n, atmost, eager);
    }
    settle_prices(tiles, m, atmost);
    memset(tiles->solved, -1, sizeof tiles->solved);
    for (int i = 0; i < m; i++) {
        tnm_short(*scores)[TNM_LANES] = tiles->scores + i * m,
        (*prices)[TNM_LANES] = tiles->col_price;
        price_row(tiles->row_price[i], tiles->solved, scores, prices, m, n, atmost);
        keep_largest(tiles->kept[i], count, tiles->row_price[i], scores, prices, m);
    }
    test_columns(tiles, count, m, n, atmost);
    return open_lanes(tiles);
}

/* ---- answers ----------------------------------------------------------------------------- */

/* Prices [first, first + count) of eight tiles, rows before columns, one tile a lane, to as many
 * neighbouring numbers a tile. Row prices make up for the center. */
TNM_INLINE void put_prices(int64_t *restrict certificates, const tnm_small_tiles *restrict tiles,
                           int lane, const int first, const int count, const int m, int64_t center)
{
    tnm_eight block[8] = {{0}};
    tnm_eight_long centers;
#pragma GCC unroll 8
    for (int k = 0; k < 8; k++)
        centers[k] = first + k < m ? center : 0;
#pragma GCC unroll 8
    for (int k = 0; k < count; k++) {
        int line = first + k;
        memcpy(&block[k], (line < m ? tiles->row_price[line] : tiles->col_price[line - m]) + lane,
               sizeof block[k]);
    }
    tnm_transpose_eight(block);
#pragma GCC unroll 8
    for (int t = 0; t < 8; t++) {
        tnm_eight_long prices = __builtin_convertvector(block[t], tnm_eight_long) + centers;
        memcpy(certificates + (lane + t) * (2 * m + 1) + 1 + first, &prices,
               (size_t)count * sizeof(int64_t));
    }
}

TNM_INLINE void put_tiles(int64_t *restrict certificates, uint64_t *restrict rows, size_t stride,
                          const tnm_small_tiles *restrict tiles, const int m, int64_t center)
{
    for (int lane = 0; lane < TNM_LANES; lane += 8) {
        for (int t = lane; t < lane + 8; t++)
            certificates[t * (2 * m + 1)] = tiles->exponent[t];
        put_prices(certificates, tiles, lane, 0, 2 * m < 8 ? 2 * m : 8, m, center);
        if (2 * m > 8)
            put_prices(certificates, tiles, lane, 8, 2 * m - 8, m, center);
    }
    for (int i = 0; i < m; i++) {
        for (int lane = 0; lane < TNM_LANES; lane++)
            rows[(size_t)i * stride + (size_t)lane] = (uint16_t)tiles->kept[i][lane];
    }
}

/* ---- dispatch by pattern ----------------------------------------------------------------- */

static void load(tnm_small_tiles *tiles, const float *scores, size_t stride,
                 const tnm_problem *problem)
{
    bool atmost = problem->constraint == TNM_ATMOST;
    switch (problem->m) {
#define X(m)                                                                                       \
    case m:                                                                                        \
        if (atmost)                                                                                \
            load_tiles(tiles, scores, stride, m, true);                                            \
        else                                                                                       \
            load_tiles(tiles, scores, stride, m, false);                                           \
        break;
        X(2) X(3) X(4) X(5) X(6) X(7) X(8)
#undef X
    }
}

/* clang-format off */
#define EVERY_PATTERN(X) \
    X(2, 1) \
    X(3, 1) X(3, 2) \
    X(4, 1) X(4, 2) X(4, 3) \
    X(5, 1) X(5, 2) X(5, 3) X(5, 4) \
    X(6, 1) X(6, 2) X(6, 3) X(6, 4) X(6, 5) \
    X(7, 1) X(7, 2) X(7, 3) X(7, 4) X(7, 5) X(7, 6) \
    X(8, 1) X(8, 2) X(8, 3) X(8, 4) X(8, 5) X(8, 6) X(8, 7)
/* clang-format on */

static uint32_t ascend_equal(tnm_small_tiles *tiles, const tnm_problem *problem, int half_rounds,
                             tnm_short factor)
{
    switch (problem->m * 16 + problem->n) {
#define X(m, n)                                                                                    \
    case m * 16 + n:                                                                               \
        return ascend_tiles(tiles, m, n, false, half_rounds, factor);
        EVERY_PATTERN(X)
#undef X
    }
    return UINT32_MAX;
}

static uint32_t ascend_atmost(tnm_small_tiles *tiles, const tnm_problem *problem, int half_rounds,
                              tnm_short factor)
{
    switch (problem->m * 16 + problem->n) {
#define X(m, n)                                                                                    \
    case m * 16 + n:                                                                               \
        return ascend_tiles(tiles, m, n, true, half_rounds, factor);
        EVERY_PATTERN(X)
#undef X
    }
    return UINT32_MAX;
}

/* Further half rounds under atmost, where prices settle later for the wall at zero; even. */
enum { AT_WALL = 10 };

static uint32_t ascend(tnm_small_tiles *tiles, const tnm_problem *problem, int half_rounds)
{
    tnm_short factor = (tnm_short)tnm_relaxation_for(problem->m).factor;
    return problem->constraint == TNM_ATMOST
               ? ascend_atmost(tiles, problem, half_rounds + AT_WALL, factor)
               : ascend_equal(tiles, problem, half_rounds, factor);
}

static void put(int64_t *certificates, uint64_t *rows, size_t stride, const tnm_small_tiles *tiles,
                const tnm_problem *problem)
{
    int64_t center = problem->constraint == TNM_ATMOST ? 0 : TNM_CENTER;
    switch (problem->m) {
#define X(m)                                                                                       \
    case m:                                                                                        \
        put_tiles(certificates, rows, stride, tiles, m, center);                                   \
        break;
        X(2) X(3) X(4) X(5) X(6) X(7) X(8)
#undef X
    }
}

const tnm_small_kernel TNM_KERNEL(tnm_small_kernel) = {load, ascend, put};
