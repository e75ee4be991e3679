/* Scores of a large tile (8 < M <= 64) as 16-bit integers; see kernel.h.
 *
 * The tile is laid out with a side of 16, 32 or 64; lines and lanes past M hold a score too low to
 * be kept. */
#include "solver/exact/kernel_large.h"
#include "solver/exact/transposing.h"

#include <math.h>
#include <string.h>

enum {
    PADDING = INT16_MIN,
    WINDOW = 1 << 14,   /* refined scores are cut off at +-WINDOW ... */
    WINDOW_LIMIT = 8191 /* ... and prices kept so small that no price sum reaches that far */
};

/* ---- coarse units ------------------------------------------------------------------------ */

/* Copies a tile's scores together. Rows of a matrix often lie a power of two apart, where a cache
 * cannot hold many of them: they are read once. */
TNM_INLINE void gather(float *restrict given, const float *restrict scores, size_t stride,
                       const int m)
{
    for (int i = 0; i < m; i++)
        memcpy(given + i * m, scores + (size_t)i * stride, (size_t)m * sizeof *given);
}

/* The largest score, as bits, which order as the floats do. */
TNM_INLINE uint32_t largest_of(const float *restrict given, const int m)
{
    uint32_t largest = 0;
    for (int k = 0; k < m * m; k++) {
        uint32_t bits = tnm_bits_of(given[k]);
        largest = bits > largest ? bits : largest;
    }
    return largest;
}

/* Blocks of 8 x 8 scores, one a part: `down` of them below each other, and others to their right.
 */
TNM_INLINE void transpose_blocks(tnm_short *restrict out, const tnm_short *restrict in,
                                 const int side, const int down)
{
    const size_t size = (size_t)down * 8 * sizeof *out;
    tnm_shorts block[8];
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) {
        const void *parts[TNM_PARTS];
#pragma GCC unroll 4
        for (int k = 0; k < TNM_PARTS; k++)
            parts[k] = in + (8 * (k % down) + i) * side + 8 * (k / down);
        block[i] = (tnm_shorts)tnm_load_parts(parts);
    }
    tnm_transpose_shorts(block);
#pragma GCC unroll 8
    for (int j = 0; j < 8; j++) {
        for (int k = 0; k < TNM_PARTS / down; k++)
            memcpy(out + (8 * k + j) * side, (const char *)&block[j] + (size_t)k * size, size);
    }
}

TNM_INLINE void transpose_tile(tnm_large_tile *tile, const int side)
{
    const int down = TNM_PARTS < side / 8 ? TNM_PARTS : side / 8, right = TNM_PARTS / down;
    for (int i = 0; i < side; i += 8 * down) {
        for (int j = 0; j < side; j += 8 * right)
            transpose_blocks(tile->transposed + j * side + i, tile->scores + i * side + j, side,
                             down);
    }
}

static void transpose(tnm_large_tile *tile, int side)
{
    if (side == 16)
        transpose_tile(tile, 16);
    else if (side == 32)
        transpose_tile(tile, 32);
    else
        transpose_tile(tile, 64);
}

/* Lanes and lines past m. */
static void pad(tnm_large_tile *tile, int m, int side)
{
    for (int i = 0; i < side; i++) {
        for (int j = i < m ? m : 0; j < side; j++)
            tile->scores[i * side + j] = PADDING;
    }
}

static void start_prices(tnm_lines *restrict lines, int m, bool atmost, int64_t base, int start)
{
    lines->dead = 0;
    for (int k = 0; k < tnm_side_of(m); k++) {
        lines->price[k] = (tnm_short)(k < m ? start : 0);
        lines->base[k] = base;
        lines->lowest[k] = atmost ? 0 : -TNM_PRICE_LIMIT;
        lines->free[k] = atmost ? 0 : INT16_MIN;
    }
}

/* Under `equal` a constant may go from the row prices to the column prices: such that typical row
 * prices end up near it, and both sides keep clear of their limits, even those of lines of zeros.
 */
static int first_col_price(const tnm_problem *problem)
{
    int m = problem->m, dropped = m - problem->n;
    return problem->constraint == TNM_ATMOST
               ? 0
               : TNM_CENTER * dropped * dropped / (m * m) - TNM_CENTER / 2;
}

/* Scores of an m x m tile in units of 2^exponent, less center. */
TNM_INLINE void load_scores(tnm_large_tile *restrict tile, const float *restrict scores,
                            size_t stride, const int m, const int side, int width, int center)
{
    gather(tile->given, scores, stride, m);
    uint32_t largest = largest_of(tile->given, m);
    tile->exponent = tnm_unit_exponent((tnm_short)tnm_biased_exponent(largest), width);
    float unit = tnm_unit_factor(tile->exponent);
    for (int i = 0; i < m; i++) {
        const float *restrict row = tile->given + i * m;
        for (int j = 0; j < m; j++)
            tile->scores[i * side + j] = (tnm_short)(tnm_rounded(row[j] * unit) - center);
    }
}

void TNM_KERNEL(tnm_large_load)(tnm_large_tile *tile, const float *scores, size_t stride,
                                const tnm_problem *problem)
{
    bool atmost = problem->constraint == TNM_ATMOST;
    int m = problem->m, side = tnm_side_of(m);
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
    for (int k = 0; k < side; k++)
        tile->inside[k] = k < m ? -1 : 0;
    tile->quantum = TNM_QUANTUM_UNKNOWN;
    tile->known = 0;
    start_prices(&tile->rows, m, atmost, center, 0);
    start_prices(&tile->cols, m, atmost, 0, first_col_price(problem));
}

/* Puts the short prices into the base, in units 2^bits finer. */
static void rebase(tnm_lines *lines, int m, int bits, bool atmost)
{
    lines->dead = 0;
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

/* Reduced scores, each cut off at the window. */
#define REDUCE_BY(type)                                                                            \
    static void reduce_by_##type##s(tnm_large_tile *restrict tile, int m, int side)                \
    {                                                                                              \
        type unit = (type)ldexp(1, -tile->exponent), col_base[TNM_MAX_TILE];                       \
        for (int j = 0; j < m; j++)                                                                \
            col_base[j] = (type)tile->cols.base[j];                                                \
        for (int i = 0; i < m; i++) {                                                              \
            const float *restrict row = tile->given + i * m;                                       \
            type row_base = (type)tile->rows.base[i];                                              \
            for (int j = 0; j < m; j++) {                                                          \
                type reduced = (type)row[j] * unit - (row_base + col_base[j]);                     \
                type below = reduced < WINDOW ? reduced : WINDOW;                                  \
                float within = (float)(below > -WINDOW ? below : -WINDOW);                         \
                tile->scores[i * side + j] = (tnm_short)tnm_rounded(within);                       \
            }                                                                                      \
        }                                                                                          \
    }
REDUCE_BY(float)
REDUCE_BY(double)

void TNM_KERNEL(tnm_large_refine)(tnm_large_tile *tile, const tnm_problem *problem, int bits)
{
    bool atmost = problem->constraint == TNM_ATMOST;
    int m = problem->m, side = tnm_side_of(m);
    rebase(&tile->rows, m, bits, atmost);
    rebase(&tile->cols, m, bits, atmost);
    tile->highest = WINDOW_LIMIT;
    tile->exponent -= bits;
    tile->quantum = 1;
    tile->known = 0;
    if (tnm_units_fit_floats(tile, m)) /* a difference then rounds once, as it would in doubles */
        reduce_by_floats(tile, m, side);
    else
        reduce_by_doubles(tile, m, side);
    transpose(tile, side);
}
