/* Dual ascent on 32 small tiles (M <= 8) at once, one tile a lane; see kernel.h.
 *
 * Every loop over `lane` is a scalar algorithm for one tile that the compiler turns into vector
 * code for all of them. */
#include "solver/exact/kernel.h"
#include "solver/exact/sorting.h"

/* ---- scores ------------------------------------------------------------------------------ */

/* Under atmost only a score of zero may become 0, see keep_largest. */
TNM_INLINE void load_tiles(tnm_small_tiles *restrict tiles, const float *restrict scores,
                           size_t stride, const int m, const bool atmost)
{
    const int width = atmost ? 14 : 15, center = atmost ? 0 : TNM_CENTER;
    float unit[TNM_LANES];
    for (int lane = 0; lane < TNM_LANES; lane++) {
        uint32_t largest = 0;
#pragma GCC unroll 8
        for (int i = 0; i < m; i++) {
#pragma GCC unroll 8
            for (int j = 0; j < m; j++) {
                uint32_t bits = tnm_bits_of(scores[(size_t)i * stride + (size_t)(lane * m + j)]);
                largest = bits > largest ? bits : largest;
            }
        }
        int exponent = tnm_unit_exponent(largest, width);
        tiles->exponent[lane] = (tnm_short)exponent;
        unit[lane] = tnm_unit_factor(exponent);
    }
#pragma GCC unroll 8
    for (int i = 0; i < m; i++) {
        const float *row = scores + (size_t)i * stride;
        for (int lane = 0; lane < TNM_LANES; lane++) {
#pragma GCC unroll 8
            for (int j = 0; j < m; j++) {
                float score = row[lane * m + j];
                int whole = tnm_rounded(score * unit[lane]);
                if (atmost) {
                    int least = score > 0 ? 1 : 0;
                    whole = whole > least ? whole : least;
                }
                tiles->scores[i * m + j][lane] = (tnm_short)(whole - center);
            }
        }
    }
}

/* ---- half rounds ------------------------------------------------------------------------- */

/* One half round of one line, in every lane: entry k of the line has the score scores[k * step] and
 * the price prices[k]. Finds nth and next, and moves the price of the line. */
TNM_INLINE void move_line(tnm_short *restrict price, tnm_short *restrict nth,
                          tnm_short *restrict next, tnm_short (*restrict scores)[TNM_LANES],
                          int step, tnm_short (*restrict prices)[TNM_LANES], const int m,
                          const int n, tnm_short factor, tnm_short lowest)
{
    for (int lane = 0; lane < TNM_LANES; lane++) {
        tnm_short a[TNM_SMALL];
#pragma GCC unroll 8
        for (int k = 0; k < TNM_SMALL; k++)
            a[k] = k < m ? (tnm_short)(scores[k * step][lane] - prices[k][lane]) : INT16_MIN;
        if (m <= 4)
            tnm_sort_4(a, 0);
        else
            tnm_sort_8(a, 0);
        nth[lane] = a[n - 1];
        next[lane] = a[n];
        price[lane] = tnm_moved_price(price[lane], tnm_rough_middle(a[n - 1], a[n]), factor, lowest,
                                      TNM_PRICE_LIMIT);
    }
}

TNM_INLINE void row_half_round(tnm_small_tiles *tiles, const int m, const int n, tnm_short factor,
                               tnm_short lowest)
{
    for (int i = 0; i < m; i++)
        move_line(tiles->row_price[i], tiles->nth[i], tiles->next[i], tiles->scores + i * m, 1,
                  tiles->col_price, m, n, factor, lowest);
}

TNM_INLINE void col_half_round(tnm_small_tiles *tiles, const int m, const int n, tnm_short factor,
                               tnm_short lowest)
{
    tnm_short nth[TNM_LANES], next[TNM_LANES];
    for (int j = 0; j < m; j++)
        move_line(tiles->col_price[j], nth, next, tiles->scores + j, m, tiles->row_price, m, n,
                  factor, lowest);
}

/* ---- the test ---------------------------------------------------------------------------- */

/* Truth values are lane masks here, 0 or -1, so that they stay vectors. */

/* Keeps in each row what exceeds the middle between nth and next (or zero, for atmost), and counts
 * columns. What lies at the wall at zero, neither above nor below, proves nothing, unless it is a
 * score of zero: that may as well be dropped. */
TNM_INLINE void keep_largest(tnm_small_tiles *restrict tiles,
                             tnm_short (*restrict count)[TNM_LANES], const int m, const bool atmost)
{
    tnm_short lowest = atmost ? 0 : INT16_MIN;
    for (int i = 0; i < m; i++) {
        for (int lane = 0; lane < TNM_LANES; lane++) {
            tnm_short nth = tiles->nth[i][lane], next = tiles->next[i][lane];
            tnm_short middle = tnm_larger(tnm_middle(nth, next), lowest);
            tnm_short bits = 0;
            tnm_short apart = middle > next ? -1 : 0; /* by two units, or by the wall at zero */
#pragma GCC unroll 8
            for (int j = 0; j < m; j++) {
                tnm_short reduced =
                    (tnm_short)(tiles->scores[i * m + j][lane] - tiles->col_price[j][lane]);
                tnm_short kept = reduced > middle ? -1 : 0;
                if (atmost) {
                    tnm_short beside = reduced != middle ? -1 : 0;
                    tnm_short zero = tiles->scores[i * m + j][lane] == 0 ? -1 : 0;
                    apart = (tnm_short)(apart & (beside | zero));
                }
                bits = (tnm_short)(bits | (kept & (1 << j)));
                count[j][lane] = (tnm_short)(count[j][lane] - kept);
            }
            tiles->row_price[i][lane] = middle;
            tiles->kept[i][lane] = bits;
            tiles->solved[lane] = (tnm_short)(tiles->solved[lane] & apart);
        }
    }
}

static void test_tiles(tnm_small_tiles *restrict tiles, int m, int n, bool atmost,
                       tnm_short (*restrict count)[TNM_LANES])
{
    tnm_short free_price = atmost ? 0 : INT16_MIN; /* a price that allows room; none is that low */
    for (int j = 0; j < m; j++) {
        for (int lane = 0; lane < TNM_LANES; lane++) {
            tnm_short full = count[j][lane] == n ? -1 : 0;
            tnm_short room = count[j][lane] < n ? -1 : 0;
            tnm_short free = tiles->col_price[j][lane] == free_price ? -1 : 0;
            tiles->solved[lane] = (tnm_short)(tiles->solved[lane] & (full | (room & free)));
        }
    }
}

/* ---- specialised by construction: m is a constant in each of these --------------------------- */

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

TNM_INLINE void ascend_tiles(tnm_small_tiles *tiles, const int m, const int n, const bool atmost,
                             int half_rounds, tnm_short factor)
{
    tnm_short count[TNM_SMALL][TNM_LANES] = {{0}};
    tnm_short lowest = atmost ? 0 : -TNM_PRICE_LIMIT;
    memset(tiles->col_price, 0, sizeof tiles->col_price);
    if (atmost) {
        row_half_round(tiles, m, n, 0, lowest);
        share_prices(tiles, m);
    }
    for (int half = 0; half < half_rounds; half++) {
        tnm_short eager = half < 2 ? 0 : factor;
        if (half % 2 == 0)
            row_half_round(tiles, m, n, eager, lowest);
        else
            col_half_round(tiles, m, n, eager, lowest);
    }
    memset(tiles->solved, -1, sizeof tiles->solved);
    keep_largest(tiles, count, m, atmost);
    test_tiles(tiles, m, n, atmost, count);
}

/* ---- certificates ------------------------------------------------------------------------ */

/* Up to eight lines of prices, one tile a lane, to as many neighbouring numbers a tile. */
TNM_INLINE void certify_lines(int64_t *restrict certificates, size_t length,
                              const tnm_short *const *lines, const int count, int64_t offset)
{
    for (int lane = 0; lane < TNM_LANES; lane += 8) {
        tnm_eight block[8] = {{0}};
        tnm_short turned[8][8];
#pragma GCC unroll 8
        for (int k = 0; k < count; k++)
            memcpy(&block[k], lines[k] + lane, sizeof block[k]);
        tnm_transpose_eight(block);
        memcpy(turned, block, sizeof turned);
        for (int k = 0; k < 8; k++) {
            int64_t *certificate = certificates + (size_t)(lane + k) * length;
            for (int q = 0; q < count; q++)
                certificate[q] = turned[k][q] + offset;
        }
    }
}

TNM_INLINE void certify_tiles(int64_t *certificates, const tnm_small_tiles *tiles, const int m,
                              int64_t center)
{
    size_t length = 2 * (size_t)m + 1;
    const tnm_short *rows[TNM_SMALL], *cols[TNM_SMALL];
#pragma GCC unroll 8
    for (int k = 0; k < m; k++) {
        rows[k] = tiles->row_price[k];
        cols[k] = tiles->col_price[k];
    }
    for (size_t lane = 0; lane < TNM_LANES; lane++)
        certificates[lane * length] = tiles->exponent[lane];
    certify_lines(certificates + 1, length, rows, m, center);
    certify_lines(certificates + 1 + m, length, cols, m, 0);
}

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

static void ascend_equal(tnm_small_tiles *tiles, const tnm_problem *problem, int half_rounds,
                         tnm_short factor)
{
    switch (problem->m * 16 + problem->n) {
#define X(m, n)                                                                                    \
    case m * 16 + n:                                                                               \
        ascend_tiles(tiles, m, n, false, half_rounds, factor);                                     \
        break;
        EVERY_PATTERN(X)
#undef X
    }
}

static void ascend_atmost(tnm_small_tiles *tiles, const tnm_problem *problem, int half_rounds,
                          tnm_short factor)
{
    switch (problem->m * 16 + problem->n) {
#define X(m, n)                                                                                    \
    case m * 16 + n:                                                                               \
        ascend_tiles(tiles, m, n, true, half_rounds, factor);                                      \
        break;
        EVERY_PATTERN(X)
#undef X
    }
}

static void ascend(tnm_small_tiles *tiles, const tnm_problem *problem, int half_rounds)
{
    tnm_short factor = (tnm_short)tnm_relaxation_for(problem->m).factor;
    if (problem->constraint == TNM_ATMOST)
        ascend_atmost(tiles, problem, half_rounds, factor);
    else
        ascend_equal(tiles, problem, half_rounds, factor);
}

static void certify(int64_t *certificates, const tnm_small_tiles *tiles, const tnm_problem *problem)
{
    int64_t center = problem->constraint == TNM_ATMOST ? 0 : TNM_CENTER;
    switch (problem->m) {
#define X(m)                                                                                       \
    case m:                                                                                        \
        certify_tiles(certificates, tiles, m, center);                                             \
        break;
        X(2) X(3) X(4) X(5) X(6) X(7) X(8)
#undef X
    }
}

const tnm_small_kernel TNM_KERNEL(tnm_small_kernel) = {load, ascend, certify};
