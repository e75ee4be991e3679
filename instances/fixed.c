#include "instances/fixed.h"

#include <math.h>
#include <string.h>

static void widen(tnm_spread *range, double score)
{
    uint64_t bits;
    memcpy(&bits, &score, sizeof bits);
    if (bits == 0)
        return;
    int field = (int)(bits >> 52); /* scores are never negative */
    uint64_t mantissa = bits & ((UINT64_C(1) << 52) - 1);
    int unit = field == 0 ? -1074 : field - 1075;
    if (field != 0)
        mantissa |= UINT64_C(1) << 52;
    int top = unit + 64 - __builtin_clzll(mantissa);
    int bottom = unit + __builtin_ctzll(mantissa);
    range->top = range->top > top ? range->top : top;
    range->bottom = range->bottom < bottom ? range->bottom : bottom;
}

/* The exponent of a float that is a power of two, and of the largest one in a float. */
static int exponent_of(uint32_t bits)
{
    return bits >> 23 != 0 ? (int)(bits >> 23) - 127 : 31 - __builtin_clz(bits) - 149;
}

/* The same for floats, in vectors: the lowest bit of a number is what is lost when it is cleared.
 */
static tnm_spread float_spread(const tnm_band *band, size_t tile)
{
    const uint32_t mantissa = (UINT32_C(1) << 23) - 1;
    uint32_t largest = 0, lowest = UINT32_MAX; /* the latter less one, so that 0 does not count */
    for (size_t i = 0; i < band->m; i++) {
        const float *row = band->scores + i * band->stride + tile * band->m;
        for (size_t j = 0; j < band->m; j++) {
            uint32_t bits, low_bits;
            float cleared, low;
            memcpy(&bits, &row[j], sizeof bits);
            uint32_t without = (bits & mantissa) != 0 ? bits & (bits - 1) : 0;
            memcpy(&cleared, &without, sizeof cleared);
            low = row[j] - cleared;
            memcpy(&low_bits, &low, sizeof low_bits);
            largest = bits > largest ? bits : largest;
            lowest = low_bits - 1 < lowest ? low_bits - 1 : lowest;
        }
    }
    return largest == 0 ? (tnm_spread){0, 0}
                        : (tnm_spread){exponent_of(largest) + 1, exponent_of(lowest + 1)};
}

tnm_spread tnm_tile_spread(const tnm_band *band, size_t tile)
{
    enum { NONE = 5000 };
    if (band->doubles == NULL)
        return float_spread(band, tile);
    tnm_spread range = {.top = -NONE, .bottom = NONE};
    for (size_t i = 0; i < band->m; i++) {
        for (size_t j = 0; j < band->m; j++)
            widen(&range, tnm_band_score(band, tile, i, j));
    }
    return range.top == -NONE ? (tnm_spread){0, 0} : range;
}

/* Rounds all scores to units of 2^unit, and returns the largest integer. */
static int64_t round_tile(int64_t *integers, const tnm_band *band, size_t tile, int unit)
{
    /* 2^-unit in two factors: it may be no double by itself. */
    double half = ldexp(1, -unit / 2), rest = ldexp(1, -unit - -unit / 2);
    int64_t largest = 0;
    for (size_t i = 0; i < band->m; i++) {
        for (size_t j = 0; j < band->m; j++) {
            int64_t integer = llrint(tnm_band_score(band, tile, i, j) * half * rest);
            integers[i * band->m + j] = integer;
            largest = integer > largest ? integer : largest;
        }
    }
    return largest;
}

bool tnm_fixed_tile(const tnm_band *band, size_t tile, int bits, int64_t *integers, int *scale)
{
    tnm_spread range = tnm_tile_spread(band, tile);
    bool lossless = range.top - range.bottom <= bits;
    *scale = lossless ? range.bottom : range.top - bits;
    if (round_tile(integers, band, tile, *scale) >> bits != 0)
        round_tile(integers, band, tile, ++*scale); /* the largest was rounded up to 2^bits */
    return lossless;
}
