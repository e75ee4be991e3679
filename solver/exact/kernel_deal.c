/* Deals 32 neighbouring small tiles to the lanes, one a lane, and collects their answers;
 * see kernel.h.
 *
 *     a row of the band                       the lanes
 *
 *     tile 0    tile 1          tile 31       scores[i*m + 0]:  a0 a16 a4 a20 .. a15 a31
 *     a0 b0 ..  a1 b1 ..  ...   a31 b31 ..    scores[i*m + 1]:  b0 b16 b4 b20 .. b15 b31
 *
 * Scores are rounded to 16 bits where they lie, the same way for all. Tile t and tile t + 16 share
 * a word each entry, so that no two neighbours need be packed; and then words are transposed.
 * Answers go the other way.
 *
 * Tile 4z + q (z, q < 4) has word 4q + z of the lanes: whole vectors of M = 4 hold the tiles of
 * neighbouring q, and transposing those of z = 0 .. 3 part by part leads there. */
#include "solver/exact/kernel.h"
#include "solver/exact/transposing.h"

enum {
    HALF = TNM_LANES / 2,
    ROW = HALF * TNM_SMALL, /* entries of a row of half the tiles: that of tile t are at t * m */
    ROOM = 4                /* behind it, as tiles are read four entries at once */
};

/* The lane of a tile. */
TNM_INLINE int lane_of(int tile)
{
    int z = tile % HALF / 4, q = tile % 4;
    return 2 * (4 * q + z) + tile / HALF;
}

/* The tile in a lane. */
TNM_INLINE int tile_in(int lane)
{
    int q = lane / 8, z = lane / 2 % 4;
    return lane % 2 * HALF + 4 * z + q;
}

/* Two numbers below 2^16 in a word. */
TNM_INLINE uint32_t paired(uint32_t low, uint32_t high)
{
    return low | high << 16;
}

/* Four entries of a row of some tiles, one a part; tiles of side m stand one after the other. */
TNM_INLINE tnm_words fours(const uint32_t *restrict row, const int m)
{
    tnm_words whole;
    const void *parts[TNM_PARTS];
    if (m == 4) {
        memcpy(&whole, row, sizeof whole);
        return whole;
    }
#pragma GCC unroll 4
    for (int k = 0; k < TNM_PARTS; k++)
        parts[k] = row + k * m;
    return tnm_load_parts(parts);
}

/* Puts them back, or as many as there are from the first one on. */
TNM_INLINE void put_fours(uint32_t *restrict row, tnm_words whole, const int m, const int first)
{
    const size_t part = sizeof whole / TNM_PARTS;
    const int count = m - first < 4 ? m - first : 4;
    if (m == 4) {
        memcpy(row, &whole, sizeof whole);
        return;
    }
#pragma GCC unroll 4
    for (int k = 0; k < TNM_PARTS; k++)
        memcpy(row + k * m + first, (const char *)&whole + (size_t)k * part,
               (size_t)count * sizeof *row);
}

/* To lanes: entry j of all tiles, less center, to lanes[j]. */
TNM_INLINE void deal(tnm_short (*restrict lanes)[TNM_LANES], const uint32_t *restrict row,
                     const int m, const tnm_short center)
{
#pragma GCC unroll 1
    for (int q = 0; q < 4; q += TNM_PARTS) {
#pragma GCC unroll 4
        for (int first = 0; first < m; first += 4) {
            tnm_words block[4];
#pragma GCC unroll 4
            for (int z = 0; z < 4; z++)
                block[z] = fours(row + (4 * z + q) * m + first, m);
            tnm_transpose_words(block);
#pragma GCC unroll 4
            for (int j = 0; j < 4; j++) {
                tnm_shorts column = (tnm_shorts)block[j] - center;
                if (first + j < m)
                    memcpy(lanes[first + j] + 8 * q, &column, sizeof column);
            }
        }
    }
}

/* The other way, one number a tile: it comes to stand in every place of its tile. */
TNM_INLINE void spread(uint32_t *restrict row, const tnm_short *restrict lanes, const int m)
{
#pragma GCC unroll 1
    for (int q = 0; q < 4; q += TNM_PARTS) {
        tnm_words pairs;
        memcpy(&pairs, lanes + 8 * q, sizeof pairs);
        const tnm_words fours_of[4] = {TNM_SAME_WORDS(pairs, 0), TNM_SAME_WORDS(pairs, 1),
                                       TNM_SAME_WORDS(pairs, 2), TNM_SAME_WORDS(pairs, 3)};
#pragma GCC unroll 4
        for (int z = 0; z < 4; z++) {
#pragma GCC unroll 4
            for (int first = 0; first < m; first += 4)
                put_fours(row + (4 * z + q) * m, fours_of[z], m, first);
        }
    }
}

/* ---- scores ------------------------------------------------------------------------------ */

/* The largest of a column's entries and one more number, as bits, which order as the floats do. */
TNM_INLINE uint32_t largest_of(const float *restrict scores, size_t stride, const int rows,
                               uint32_t largest)
{
#pragma GCC unroll 8
    for (size_t i = 0; i < (size_t)rows; i++) {
        uint32_t bits = tnm_bits_of(scores[i * stride]);
        largest = bits > largest ? bits : largest;
    }
    return largest;
}

/* The unit of each tile. Only the exponent of the largest score matters, which is the largest
 * exponent. Rows are read eight at a time: often they lie a power of two apart, where a cache
 * cannot hold many more. */
TNM_INLINE void find_exponents(tnm_short *restrict exponents, const float *restrict scores,
                               size_t stride, const int m, const int width)
{
    uint32_t largest[2 * ROW], row[ROW + ROOM];
    tnm_short biased[TNM_SMALL][TNM_LANES];
    for (int first = 0; first < m; first += 8) {
        for (int k = 0; k < TNM_LANES * m; k++)
            largest[k] = largest_of(scores + (size_t)first * stride + k, stride,
                                    m - first < 8 ? m - first : 8, first > 0 ? largest[k] : 0);
    }
    for (int k = 0; k < HALF * m; k++)
        row[k] =
            paired(tnm_biased_exponent(largest[k]), tnm_biased_exponent(largest[HALF * m + k]));
    deal(biased, row, m, 0);
    for (int lane = 0; lane < TNM_LANES; lane++) {
        tnm_short most = biased[0][lane];
#pragma GCC unroll 16
        for (int j = 1; j < m; j++)
            most = tnm_larger(most, biased[j][lane]);
        exponents[lane] = tnm_unit_exponent(most, width);
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

/* A row of all tiles, rounded. */
TNM_INLINE void round_row(uint32_t *restrict row, const float *restrict scores,
                          const units *restrict of, const int m)
{
    const float *restrict low = scores, *restrict high = scores + HALF * m;
    for (int k = 0; k < HALF * m; k++)
        row[k] = paired(tnm_rounded_to_odd(low[k], tnm_float_of(of->unit[0][k]),
                                           tnm_float_of(of->per_unit[0][k])),
                        tnm_rounded_to_odd(high[k], tnm_float_of(of->unit[1][k]),
                                           tnm_float_of(of->per_unit[1][k])));
}

TNM_INLINE void load_tiles(tnm_small_tiles *restrict tiles, const float *restrict scores,
                           size_t stride, const int m, const bool atmost)
{
    const int width = atmost ? 14 : 15, center = atmost ? 0 : TNM_CENTER;
    units of;
    find_exponents(tiles->exponent, scores, stride, m, width);
    find_units(&of, tiles->exponent, m);
    for (int i = 0; i < m; i++) {
        uint32_t row[ROW + ROOM];
        round_row(row, scores + (size_t)i * stride, &of, m);
        deal(tiles->scores + i * m, row, m, (tnm_short)center);
    }
}

/* ---- prices to go on from ---------------------------------------------------------------- */

TNM_INLINE int64_t held(int64_t x, int64_t lowest, int64_t highest)
{
    return x < lowest ? lowest : x > highest ? highest : x;
}

/* Those of the columns, which is all there is to know, in the tile's unit and as far as 16 bits
 * reach. */
static void resume(tnm_small_tiles *tiles, int place, const int64_t *certificate,
                   const tnm_problem *problem)
{
    enum { FAR = 1 << 24, FINEST = 40, COARSEST = 24 };
    int lane = lane_of(place), m = problem->m;
    int64_t lowest = problem->constraint == TNM_ATMOST ? 0 : -TNM_PRICE_LIMIT;
    int64_t exponent = held(certificate[0], INT16_MIN, INT16_MAX);
    int64_t shift = held(exponent - tiles->exponent[lane], -FINEST, COARSEST);
    int64_t unit = shift > 0 ? INT64_C(1) << shift : 1;
    int below = shift < 0 ? (int)-shift : 0;
    for (int j = 0; j < m; j++) {
        int64_t price = held(certificate[1 + m + j], -FAR, FAR) * unit >> below;
        tiles->col_price[j][lane] = (tnm_short)held(price, lowest, TNM_PRICE_LIMIT);
    }
}

/* ---- answers ----------------------------------------------------------------------------- */

/* Prices of eight lines side by side, those of lane 8q + t in row t. So are, further on in a row,
 * those of as many lanes more as a vector has parts. */
typedef tnm_short collected[8][8 * TNM_PARTS];

TNM_INLINE void collect_prices(collected out, const tnm_small_tiles *restrict tiles, const int m,
                               const int first, int q)
{
    tnm_shorts block[8];
#pragma GCC unroll 8
    for (int k = 0; k < 8; k++) {
        int line = first + k < 2 * m ? first + k : 0; /* past the last one: never mind */
        memcpy(&block[k], (line < m ? tiles->row_price[line] : tiles->col_price[line - m]) + 8 * q,
               sizeof block[k]);
    }
    tnm_transpose_shorts(block);
#pragma GCC unroll 8
    for (int t = 0; t < 8; t++)
        memcpy(out[t], &block[t], sizeof block[t]);
}

/* Eight prices of a certificate, or as many as there are. */
TNM_INLINE void put_prices(int64_t *restrict out, const tnm_short *restrict prices,
                           const int64_t *restrict centers, const int count)
{
#pragma GCC unroll 4
    for (int k = 0; k < 8 && k < count; k += TNM_LONGS) {
        tnm_longs price, center;
#pragma GCC unroll 8
        for (int lane = 0; lane < TNM_LONGS; lane++)
            price[lane] = prices[k + lane];
        memcpy(&center, centers + k, sizeof center);
        price += center;
        memcpy(out + k, &price,
               (size_t)(count - k < TNM_LONGS ? count - k : TNM_LONGS) * sizeof *out);
    }
}

/* Row prices make up for the center. */
TNM_INLINE void put_certificates(int64_t *restrict certificates,
                                 const tnm_small_tiles *restrict tiles, const int m, int center)
{
    collected prices[TNM_SMALL / 4];
    int64_t centers[2 * TNM_SMALL];
    for (int k = 0; k < 2 * TNM_SMALL; k++)
        centers[k] = k < m ? center : 0;
#pragma GCC unroll 1
    for (int q = 0; q < 4; q += TNM_PARTS) {
#pragma GCC unroll 4
        for (int first = 0; first < 2 * m; first += 8)
            collect_prices(prices[first / 8], tiles, m, first, q);
#pragma GCC unroll 1 /* else compilers look for prices where they came from, one by one */
        for (int t = 0; t < 8; t++) {
#pragma GCC unroll 4
            for (int k = 0; k < TNM_PARTS; k++) {
                int lane = 8 * (q + k) + t;
                int64_t *restrict certificate = certificates + tile_in(lane) * (2 * m + 1);
                certificate[0] = tiles->exponent[lane];
#pragma GCC unroll 4
                for (int first = 0; first < 2 * m; first += 8)
                    put_prices(certificate + 1 + first, prices[first / 8][t] + 8 * k,
                               centers + first, 2 * m - first);
            }
        }
    }
}

TNM_INLINE void put_masks(uint64_t *restrict rows, size_t stride,
                          const tnm_small_tiles *restrict tiles, const int m)
{
    for (int i = 0; i < m; i++) {
        tnm_words block[4 / TNM_PARTS];
        uint32_t pairs[HALF]; /* of tile t and tile t + 16 */
        uint64_t *restrict low = rows + (size_t)i * stride, *restrict high = low + HALF;
#pragma GCC unroll 4
        for (int k = 0; k < 4 / TNM_PARTS; k++)
            memcpy(&block[k], tiles->kept[i] + 8 * TNM_PARTS * k, sizeof block[k]);
        tnm_transpose_block(block);
#pragma GCC unroll 4
        for (int k = 0; k < 4 / TNM_PARTS; k++)
            memcpy(pairs + 4 * TNM_PARTS * k, &block[k], sizeof block[k]);
        for (int t = 0; t < HALF; t++) {
            low[t] = pairs[t] & UINT16_MAX;
            high[t] = pairs[t] >> 16;
        }
    }
}

/* Bit t: tile t is not solved. */
TNM_INLINE uint32_t open_tiles(const tnm_small_tiles *restrict tiles)
{
    static const uint32_t bit_of_pair[HALF] = {
        0x0001, 0x0010, 0x0100, 0x1000, 0x0002, 0x0020, 0x0200, 0x2000,
        0x0004, 0x0040, 0x0400, 0x4000, 0x0008, 0x0080, 0x0800, 0x8000,
    };
    uint32_t pairs[HALF], low = 0, high = 0;
    memcpy(pairs, tiles->solved, sizeof pairs);
    for (int pair = 0; pair < HALF; pair++) {
        low |= (pairs[pair] & UINT16_MAX) == 0 ? bit_of_pair[pair] : 0;
        high |= pairs[pair] >> 16 == 0 ? bit_of_pair[pair] : 0;
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
        X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(16)
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
        X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(16)
#undef X
    }
    return open_tiles(tiles);
}

extern const tnm_deal_kernel TNM_KERNEL(tnm_deal_kernel);
const tnm_deal_kernel TNM_KERNEL(tnm_deal_kernel) = {load, resume, put};
