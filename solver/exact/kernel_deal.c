/* Deals 32 neighbouring small tiles (M <= 8) to the lanes, one a lane, and collects their answers;
 * see kernel.h.
 *
 *     a row of the band                       the lanes
 *
 *     tile 0    tile 1          tile 31       scores[i*m + 0]:  a0 a16 a1 a17 .. a15 a31
 *     a0 b0 ..  a1 b1 ..  ...   a31 b31 ..    scores[i*m + 1]:  b0 b16 b1 b17 .. b15 b31
 *
 * Scores are rounded to 16 bits where they lie, the same way for all. Tile t and tile t + 16 share
 * a word each entry, so that no two neighbours need be packed; and then words are transposed, four
 * tiles at a time. Answers go the other way. */
#include "solver/exact/kernel.h"

enum {
    HALF = TNM_LANES / 2,
    ROW = HALF * TNM_SMALL, /* entries of a row of half the tiles: that of tile t are at t * m */
    ROOM = 4                /* behind it, as tiles are read and written four entries at once */
};

/* The lane of a tile. */
TNM_INLINE int lane_of(int tile)
{
    return 2 * (tile % HALF) + tile / HALF;
}

/* Two numbers below 2^16 in a word. */
TNM_INLINE uint32_t paired(uint32_t low, uint32_t high)
{
    return low | high << 16;
}

/* To lanes: entry j of all tiles, less center, to lanes[j]. */
TNM_INLINE void deal(tnm_short (*restrict lanes)[TNM_LANES], const uint32_t *restrict row,
                     const int m, const tnm_short center)
{
#pragma GCC unroll 1
    for (int tile = 0; tile < HALF; tile += 4) {
#pragma GCC unroll 2
        for (int first = 0; first < m; first += 4) {
            tnm_four block[4];
#pragma GCC unroll 4
            for (int t = 0; t < 4; t++)
                memcpy(&block[t], row + (tile + t) * m + first, sizeof block[t]);
            tnm_transpose_four(block);
#pragma GCC unroll 4
            for (int j = 0; j < 4; j++) {
                tnm_eight column = (tnm_eight)block[j] - center;
                if (first + j < m)
                    memcpy(lanes[first + j] + 2 * tile, &column, sizeof column);
            }
        }
    }
}

/* The other way, one number a tile: it comes to stand in every place of its tile. */
TNM_INLINE void spread(uint32_t *restrict row, const tnm_short *restrict lanes, const int m)
{
    uint32_t pairs[HALF];
    memcpy(pairs, lanes, sizeof pairs);
#pragma GCC unroll 1
    for (int tile = 0; tile < HALF; tile++) {
        tnm_four places = {pairs[tile], pairs[tile], pairs[tile], pairs[tile]};
#pragma GCC unroll 2
        for (int first = 0; first < m; first += 4)
            memcpy(row + tile * m + first, &places, sizeof places);
    }
}

/* ---- scores ------------------------------------------------------------------------------ */

/* The largest score of a column's entries, as bits, which order as the floats do. */
TNM_INLINE uint32_t largest_of(const float *restrict scores, size_t stride, const int m)
{
    uint32_t largest = 0;
#pragma GCC unroll 8
    for (size_t i = 0; i < (size_t)m; i++) {
        uint32_t bits = tnm_bits_of(scores[i * stride]);
        largest = bits > largest ? bits : largest;
    }
    return largest;
}

/* The unit of each tile. Only the exponent of the largest score matters, which is the largest
 * exponent. */
TNM_INLINE void find_exponents(tnm_short *restrict exponents, const float *restrict scores,
                               size_t stride, const int m, const int width)
{
    uint32_t row[ROW + ROOM];
    tnm_short biased[TNM_SMALL][TNM_LANES];
    for (int k = 0; k < HALF * m; k++)
        row[k] = paired(tnm_biased_exponent(largest_of(scores + k, stride, m)),
                        tnm_biased_exponent(largest_of(scores + k + HALF * m, stride, m)));
    deal(biased, row, m, 0);
    for (int lane = 0; lane < TNM_LANES; lane++) {
        tnm_short largest = biased[0][lane];
#pragma GCC unroll 8
        for (int j = 1; j < m; j++)
            largest = tnm_larger(largest, biased[j][lane]);
        exponents[lane] = tnm_unit_exponent(largest, width);
    }
}

/* 2^exponent and 2^-exponent, of the first 16 tiles and of the others. */
typedef struct units {
    uint32_t unit[2][ROW], per_unit[2][ROW]; /* bits of floats */
} units;

TNM_INLINE void find_units(units *restrict out, const tnm_short *restrict exponents, const int m)
{
    uint32_t row[ROW + ROOM];
    tnm_short biased[TNM_LANES];
    for (int lane = 0; lane < TNM_LANES; lane++)
        biased[lane] = (tnm_short)(exponents[lane] + 127);
    spread(row, biased, m);
    for (int k = 0; k < HALF * m; k++) {
        const uint32_t biases = 254; /* of both exponents */
        uint32_t low = row[k] << 23, high = row[k] >> 16 << 23;
        out->unit[0][k] = low;
        out->unit[1][k] = high;
        out->per_unit[0][k] = (biases << 23) - low;
        out->per_unit[1][k] = (biases << 23) - high;
    }
}

TNM_INLINE void load_tiles(tnm_small_tiles *restrict tiles, const float *restrict scores,
                           size_t stride, const int m, const bool atmost)
{
    const int width = atmost ? 14 : 15, center = atmost ? 0 : TNM_CENTER;
    uint32_t rounded[TNM_SMALL][ROW + ROOM];
    units of;
    find_exponents(tiles->exponent, scores, stride, m, width);
    find_units(&of, tiles->exponent, m);
    for (int i = 0; i < m; i++) {
        const float *low = scores + (size_t)i * stride, *high = low + HALF * m;
        for (int k = 0; k < HALF * m; k++)
            rounded[i][k] = paired(tnm_rounded_to_odd(low[k], tnm_float_of(of.unit[0][k]),
                                                      tnm_float_of(of.per_unit[0][k])),
                                   tnm_rounded_to_odd(high[k], tnm_float_of(of.unit[1][k]),
                                                      tnm_float_of(of.per_unit[1][k])));
    }
    for (int i = 0; i < m; i++)
        deal(tiles->scores + i * m, rounded[i], m, (tnm_short)center);
}

/* ---- answers ----------------------------------------------------------------------------- */

/* The prices of all lanes, those of a lane side by side, rows before columns. */
TNM_INLINE void transpose_prices(tnm_short (*restrict prices)[2 * TNM_SMALL],
                                 const tnm_small_tiles *restrict tiles, const int m)
{
#pragma GCC unroll 1
    for (int lane = 0; lane < TNM_LANES; lane += 8) {
#pragma GCC unroll 2
        for (int first = 0; first < 2 * m; first += 8) {
            tnm_eight block[8];
#pragma GCC unroll 8
            for (int k = 0; k < 8; k++) {
                int line = first + k < 2 * m ? first + k : 0; /* past the last one: never mind */
                memcpy(&block[k],
                       (line < m ? tiles->row_price[line] : tiles->col_price[line - m]) + lane,
                       sizeof block[k]);
            }
            tnm_transpose_eight(block);
#pragma GCC unroll 8
            for (int t = 0; t < 8; t++)
                memcpy(prices[lane + t] + first, &block[t], sizeof block[t]);
        }
    }
}

/* Row prices make up for the center. */
TNM_INLINE void put_certificates(int64_t *restrict certificates,
                                 const tnm_small_tiles *restrict tiles, const int m, int center)
{
    _Alignas(16) tnm_short prices[TNM_LANES][2 * TNM_SMALL];
    int centers[2 * TNM_SMALL];
    for (int k = 0; k < 2 * m; k++)
        centers[k] = k < m ? center : 0;
    transpose_prices(prices, tiles, m);
#pragma GCC unroll 1
    for (int tile = 0; tile < TNM_LANES; tile++) {
        int lane = lane_of(tile);
        int64_t *restrict certificate = certificates + tile * (2 * m + 1);
        certificate[0] = tiles->exponent[lane];
#pragma GCC unroll 1 /* eight are a vector, not eight statements */
        for (int k = 0; k < 2 * m; k++)
            certificate[1 + k] = prices[lane][k] + centers[k];
    }
}

TNM_INLINE void put_masks(uint64_t *restrict rows, size_t stride,
                          const tnm_small_tiles *restrict tiles, const int m)
{
    for (int i = 0; i < m; i++) {
        uint32_t pairs[HALF];
        uint64_t *restrict low = rows + (size_t)i * stride, *restrict high = low + HALF;
        memcpy(pairs, tiles->kept[i], sizeof pairs);
        for (int t = 0; t < HALF; t++) {
            low[t] = pairs[t] & UINT16_MAX;
            high[t] = pairs[t] >> 16;
        }
    }
}

/* Bit t: tile t is not solved. */
TNM_INLINE uint32_t open_tiles(const tnm_small_tiles *restrict tiles)
{
    uint32_t pairs[HALF], low = 0, high = 0;
    memcpy(pairs, tiles->solved, sizeof pairs);
    for (int t = 0; t < HALF; t++) {
        low |= (uint32_t)((pairs[t] & UINT16_MAX) == 0) << t;
        high |= (uint32_t)(pairs[t] >> 16 == 0) << t;
    }
    return high << HALF | low;
}

/* ---- dispatch by side -------------------------------------------------------------------- */

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

static uint32_t put(int64_t *certificates, uint64_t *rows, size_t stride,
                    const tnm_small_tiles *tiles, const tnm_problem *problem)
{
    int center = problem->constraint == TNM_ATMOST ? 0 : TNM_CENTER;
    switch (problem->m) {
#define X(m)                                                                                       \
    case m:                                                                                        \
        put_certificates(certificates, tiles, m, center);                                          \
        put_masks(rows, stride, tiles, m);                                                         \
        break;
        X(2) X(3) X(4) X(5) X(6) X(7) X(8)
#undef X
    }
    return open_tiles(tiles);
}

extern const tnm_deal_kernel TNM_KERNEL(tnm_deal_kernel);
const tnm_deal_kernel TNM_KERNEL(tnm_deal_kernel) = {load, put};
