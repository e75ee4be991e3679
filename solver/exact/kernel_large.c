/* Dual ascent on one large tile (8 < M <= 64), one line a lane; see kernel.h.
 *
 * The tile is laid out with a side of 16, 32 or 64; lines and lanes past M hold a score too low to
 * be kept and keep the price 0. A half round needs, for every line of one side, its scores across
 * lanes: rows read the transposed copy, columns the plain one. */
#include "solver/exact/kernel.h"
#include "solver/exact/sorting.h"

#include <math.h>
#include <string.h>

enum {
    PADDING = INT16_MIN,
    WINDOW = 1 << 14,   /* refined scores are cut off at +-WINDOW ... */
    WINDOW_LIMIT = 8191 /* ... and prices kept so small that no price sum reaches that far */
};

/* Statements for k = 0 .. 63, of which those past `side` vanish. */
#define REPEAT_4(X, k) X(k) X((k) + 1) X((k) + 2) X((k) + 3)
#define REPEAT_16(X, k)                                                                            \
    REPEAT_4(X, k) REPEAT_4(X, (k) + 4) REPEAT_4(X, (k) + 8) REPEAT_4(X, (k) + 12)
#define REPEAT_64(X) REPEAT_16(X, 0) REPEAT_16(X, 16) REPEAT_16(X, 32) REPEAT_16(X, 48)

static int side_of(int m)
{
    return m <= 16 ? 16 : m <= 32 ? 32 : 64;
}

/* ---- scores ------------------------------------------------------------------------------ */

TNM_INLINE uint32_t largest_bits(const float *restrict scores, size_t stride, const int m)
{
    uint32_t largest[TNM_MAX_TILE] = {0};
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < m; j++) {
            uint32_t bits = tnm_bits_of(scores[(size_t)i * stride + (size_t)j]);
            largest[j] = bits > largest[j] ? bits : largest[j];
        }
    }
    uint32_t all = 0;
    for (int j = 0; j < m; j++)
        all = largest[j] > all ? largest[j] : all;
    return all;
}

TNM_INLINE void transpose_block(tnm_short *restrict out, const tnm_short *restrict in, int side)
{
    tnm_eight block[8];
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++)
        memcpy(&block[i], in + i * side, sizeof block[i]);
    tnm_transpose_eight(block);
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++)
        memcpy(out + i * side, &block[i], sizeof block[i]);
}

static void transpose(tnm_large_tile *tile, int side)
{
    for (int i = 0; i < side; i += 8) {
        for (int j = 0; j < side; j += 8)
            transpose_block(tile->transposed + j * side + i, tile->scores + i * side + j, side);
    }
}

/* Lanes and lines past m. */
static void pad(tnm_large_tile *tile, int m, int side)
{
    for (int i = 0; i < side; i++) {
        for (int j = i < m ? m : 0; j < side; j++)
            tile->scores[i * side + j] = PADDING;
    }
}

static void start_prices(tnm_lines *lines, bool atmost, int64_t base)
{
    memset(lines->price, 0, sizeof lines->price);
    for (int k = 0; k < TNM_MAX_TILE; k++) {
        lines->base[k] = base;
        lines->lowest[k] = atmost ? 0 : -TNM_PRICE_LIMIT;
        lines->free[k] = atmost ? 0 : INT16_MIN;
    }
}

/* Scores of an m x m tile in units of 2^exponent, less center. */
TNM_INLINE void load_scores(tnm_large_tile *restrict tile, const float *restrict scores,
                            size_t stride, const int m, const int side, int width, int center)
{
    tile->exponent = tnm_unit_exponent(largest_bits(scores, stride, m), width);
    float unit = tnm_unit_factor(tile->exponent);
    for (int i = 0; i < m; i++) {
        const float *restrict row = scores + (size_t)i * stride;
        for (int j = 0; j < m; j++)
            tile->scores[i * side + j] = (tnm_short)(tnm_rounded(row[j] * unit) - center);
    }
}

static void load(tnm_large_tile *tile, const float *scores, size_t stride,
                 const tnm_problem *problem)
{
    bool atmost = problem->constraint == TNM_ATMOST;
    int m = problem->m, side = side_of(m);
    int width = atmost ? 14 : 15, center = atmost ? 0 : TNM_CENTER;
    switch (m) {
#define X(m)                                                                                       \
    case m:                                                                                        \
        load_scores(tile, scores, stride, m, m, width, center);                                    \
        break;
        /* clang-format off */
        X(16) X(32) X(64)
        /* clang-format on */
#undef X
            default : load_scores(tile, scores, stride, m, side, width, center);
        pad(tile, m, side);
    }
    transpose(tile, side);
    tile->highest = TNM_PRICE_LIMIT;
    for (int k = 0; k < TNM_MAX_TILE; k++)
        tile->inside[k] = k < m ? -1 : 0;
    start_prices(&tile->rows, atmost, center);
    start_prices(&tile->cols, atmost, 0);
}

/* Puts the short prices into the base, in units 2^bits finer. */
static void rebase(tnm_lines *lines, int m, int bits, bool atmost)
{
    for (int k = 0; k < m; k++) {
        int64_t base = (lines->base[k] + lines->price[k]) * (INT64_C(1) << bits);
        lines->base[k] = base;
        lines->price[k] = 0;
        lines->lowest[k] = -WINDOW_LIMIT;
        lines->free[k] = INT16_MIN;
        if (atmost && base < WINDOW_LIMIT)
            lines->lowest[k] = lines->free[k] = (tnm_short)-base;
    }
}

static void refine(tnm_large_tile *tile, const float *scores, size_t stride,
                   const tnm_problem *problem, int bits)
{
    bool atmost = problem->constraint == TNM_ATMOST;
    int m = problem->m, side = side_of(m);
    rebase(&tile->rows, m, bits, atmost);
    rebase(&tile->cols, m, bits, atmost);
    tile->highest = WINDOW_LIMIT;
    tile->exponent -= bits;
    double unit = ldexp(1, -tile->exponent);
    double col_base[TNM_MAX_TILE];
    for (int j = 0; j < m; j++)
        col_base[j] = (double)tile->cols.base[j];
    for (int i = 0; i < m; i++) {
        const float *row = scores + (size_t)i * stride;
        double row_base = (double)tile->rows.base[i];
        for (int j = 0; j < m; j++) {
            double reduced = (double)row[j] * unit - (row_base + col_base[j]);
            double below = reduced < WINDOW ? reduced : WINDOW;
            float within = (float)(below > -WINDOW ? below : -WINDOW);
            tile->scores[i * side + j] = (tnm_short)tnm_rounded(within);
        }
    }
    transpose(tile, side);
}

/* ---- half rounds ------------------------------------------------------------------------- */

/* One half round of all lines of a side. Row k of `across` holds entry k of every line, `other` the
 * prices of the entries. constant_n = 0 stands for a run-time n. */
TNM_INLINE void move_lines(tnm_lines *restrict lines, const tnm_short *restrict across,
                           const tnm_short *restrict other, const int side, const int constant_n,
                           int n, tnm_short factor, tnm_short highest)
{
    tnm_short sorted[TNM_MAX_TILE][TNM_MAX_TILE];
    for (int lane = 0; lane < side; lane++) {
        tnm_short a[TNM_MAX_TILE];
#define LOAD(k)                                                                                    \
    if ((k) < side)                                                                                \
        a[k] = (tnm_short)(across[(k)*side + lane] - other[k]);
        REPEAT_64(LOAD)
        if (side == 16)
            tnm_sort_16(a, 0);
        else if (side == 32)
            tnm_sort_32(a, 0);
        else
            tnm_sort_64(a, 0);
        if (constant_n > 0) {
            lines->nth[lane] = a[constant_n - 1];
            lines->next[lane] = a[constant_n];
        } else {
#define STORE(k)                                                                                   \
    if ((k) < side)                                                                                \
        sorted[k][lane] = a[k];
            REPEAT_64(STORE)
        }
    }
    if (constant_n == 0) {
        memcpy(lines->nth, sorted[n - 1], (size_t)side * sizeof(tnm_short));
        memcpy(lines->next, sorted[n], (size_t)side * sizeof(tnm_short));
    }
    for (int lane = 0; lane < side; lane++) {
        tnm_short middle = tnm_rough_middle(lines->nth[lane], lines->next[lane]);
        lines->price[lane] =
            tnm_moved_price(lines->price[lane], middle, factor, lines->lowest[lane], highest);
    }
}

static void half_round(tnm_large_tile *tile, bool by_rows, int m, int n, tnm_short factor)
{
    tnm_lines *lines = by_rows ? &tile->rows : &tile->cols;
    const tnm_short *other = by_rows ? tile->cols.price : tile->rows.price;
    const tnm_short *across = by_rows ? tile->transposed : tile->scores;
    int side = side_of(m);
    switch (side) {
#define X(side)                                                                                    \
    case side:                                                                                     \
        if (n == (side) / 2)                                                                       \
            move_lines(lines, across, other, side, (side) / 2, 0, factor, tile->highest);          \
        else                                                                                       \
            move_lines(lines, across, other, side, 0, n, factor, tile->highest);                   \
        break;
        /* clang-format off */
        X(16) X(32) X(64)
        /* clang-format on */
#undef X
    }
    for (int lane = m; lane < side; lane++)
        lines->price[lane] = 0;
}

/* ---- the test ----------------------------------------------------------------------------
 *
 * Truth values are lane masks, 0 or -1, so that they stay vectors. */

/* What a line keeps lies above this: halfway between nth and next, or at the wall at zero. */
TNM_INLINE void find_thresholds(tnm_short *restrict above, const tnm_lines *restrict lines,
                                const int side, bool atmost)
{
    for (int lane = 0; lane < side; lane++) {
        tnm_short middle = tnm_middle(lines->nth[lane], lines->next[lane]);
        above[lane] = atmost ? tnm_larger(middle, lines->lowest[lane]) : middle;
    }
}

/* Whether a price within the limits separates nth and next in every line. */
TNM_INLINE bool lines_are_apart(const tnm_large_tile *restrict tile,
                                const tnm_lines *restrict lines, const tnm_short *restrict above,
                                const int side)
{
    tnm_short wrong = 0;
    tnm_short highest = tile->highest, lowest = (tnm_short)-highest;
    for (int lane = 0; lane < side; lane++) {
        tnm_short together = above[lane] <= lines->next[lane] ? -1 : 0;
        tnm_short high = above[lane] > highest ? -1 : 0;
        tnm_short low = above[lane] < lowest ? -1 : 0;
        wrong = (tnm_short)(wrong | ((together | high | low) & tile->inside[lane]));
    }
    return wrong == 0;
}

/* Whether the entries that one side keeps fill the lines of the other; plain[k * side] holds line k
 * across the other side's lanes. Under atmost a line that costs nothing need not be full. */
TNM_INLINE bool counts_match(const tnm_large_tile *restrict tile, const tnm_short *restrict above,
                             const tnm_lines *restrict others, const tnm_short *restrict plain,
                             int m, tnm_short n, const int side)
{
    tnm_short count[TNM_MAX_TILE] = {0};
    tnm_short wrong = 0;
    for (int k = 0; k < m; k++) {
        tnm_short line_above = above[k];
#pragma GCC unroll 1 /* 16 lanes are one vector, not 16 statements */
        for (int lane = 0; lane < side; lane++) {
            tnm_short reduced = (tnm_short)(plain[k * side + lane] - others->price[lane]);
            count[lane] = (tnm_short)(count[lane] + (reduced > line_above ? 1 : 0));
        }
    }
    for (int lane = 0; lane < side; lane++) {
        tnm_short full = count[lane] == n ? -1 : 0;
        tnm_short room = count[lane] < n ? -1 : 0;
        tnm_short costs = others->price[lane] != others->free[lane] ? -1 : 0;
        wrong = (tnm_short)(wrong | (~full & (~room | costs) & tile->inside[lane]));
    }
    return wrong == 0;
}

/* kept[i], bit j, where the score exceeds the price of the side that was not ranked by more than
 * the threshold of the side that was: in this order nothing overflows. */
TNM_INLINE void extract_mask(tnm_large_tile *restrict tile, bool by_rows, int m, const int side)
{
    const tnm_short *restrict row_price = tile->rows.price, *restrict col_price = tile->cols.price;
    uint16_t part[TNM_MAX_TILE / 16][TNM_MAX_TILE] = {{0}};
    for (int j = 0; j < m; j++) {
        tnm_short price = col_price[j];
        uint16_t bit = (uint16_t)(1U << (j % 16));
        uint16_t *restrict words = part[j / 16];
        const tnm_short *restrict column = tile->transposed + j * side;
#pragma GCC unroll 1
        for (int i = 0; i < side; i++) {
            tnm_short subtract = by_rows ? price : row_price[i];
            tnm_short above = by_rows ? row_price[i] : price;
            uint16_t kept = (tnm_short)(column[i] - subtract) > above ? UINT16_MAX : 0;
            words[i] = (uint16_t)(words[i] | (kept & bit));
        }
    }
    for (int i = 0; i < m; i++) {
        tile->kept[i] = 0;
        for (int q = 0; q < side / 16; q++)
            tile->kept[i] |= (uint64_t)part[q][i] << (16 * q);
    }
}

TNM_INLINE bool test_side(tnm_large_tile *tile, bool by_rows, int m, int n, const int side,
                          bool atmost)
{
    tnm_lines *lines = by_rows ? &tile->rows : &tile->cols;
    const tnm_lines *others = by_rows ? &tile->cols : &tile->rows;
    const tnm_short *plain = by_rows ? tile->scores : tile->transposed;
    tnm_short above[TNM_MAX_TILE];
    find_thresholds(above, lines, side, atmost);
    if (!lines_are_apart(tile, lines, above, side) ||
        !counts_match(tile, above, others, plain, m, (tnm_short)n, side))
        return false;
    memcpy(lines->price, above, (size_t)m * sizeof *above);
    extract_mask(tile, by_rows, m, side);
    return true;
}

static bool is_solved(tnm_large_tile *tile, bool by_rows, int m, int n, bool atmost)
{
    switch (side_of(m)) {
    case 16:
        return test_side(tile, by_rows, m, n, 16, atmost);
    case 32:
        return test_side(tile, by_rows, m, n, 32, atmost);
    default:
        return test_side(tile, by_rows, m, n, 64, atmost);
    }
}

/* ---- ascent ------------------------------------------------------------------------------ */

/* Under atmost the ascent must not start at the wall: both sides share what rows alone would ask.
 */
static void share_prices(tnm_large_tile *tile, int m)
{
    int sum = 0;
    for (int i = 0; i < m; i++)
        sum += tile->rows.price[i];
    for (int j = 0; j < m; j++)
        tile->cols.price[j] = (tnm_short)(sum / (2 * m));
}

static tnm_short factor_at(const tnm_relaxation *relaxation, int half)
{
    if (relaxation->ramp == 0 || half >= relaxation->ramp)
        return relaxation->factor;
    return half < 2 ? 0 : (tnm_short)(relaxation->factor * half / relaxation->ramp);
}

static bool ascend(tnm_large_tile *tile, const tnm_problem *problem,
                   const tnm_relaxation *relaxation, int *used)
{
    int m = problem->m, n = problem->n;
    bool atmost = problem->constraint == TNM_ATMOST;
    if (atmost && relaxation->ramp > 0) {
        half_round(tile, true, m, n, 0);
        share_prices(tile, m);
    }
    for (int half = 0; half < relaxation->half_rounds; half++) {
        bool by_rows = half % 2 == 0;
        *used += 1;
        half_round(tile, by_rows, m, n, factor_at(relaxation, half));
        if (half >= relaxation->first_test && is_solved(tile, by_rows, m, n, atmost))
            return true;
    }
    return false;
}

const tnm_large_kernel TNM_KERNEL(tnm_large_kernel) = {load, refine, ascend};
