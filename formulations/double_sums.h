/* Sums of scores that are doubles, of a piece that is laid out, in vectors. For kernel.c only; see
 * formulations/kernel.h.
 *
 * Let all scores be below 2^e. Each is cut in two at 2^(e-41), the unit in the last place of
 * 3 * 2^(e+10): adding that number rounds to multiples of it, taking it away again does not round,
 * nor does what is left over, which is at most half of it. 2^11 upper parts add up to less than
 * 2^53 units, and 2^11 lower ones to at most 2^(e-31), which is no more than 2^53 units of the
 * smallest score unless that is very small: so no sum rounds. */
#ifndef TNM_FORMULATIONS_DOUBLE_SUMS_H
#define TNM_FORMULATIONS_DOUBLE_SUMS_H

#include "formulations/grading.h"

enum { CUT = 41, LANE_ENTRIES = 11 }; /* both as powers of two */
_Static_assert(TNM_PIECE_SCORES / 2 <= 1 << LANE_ENTRIES, "entries of a lane, of two or more");

typedef struct double_sums {
    doubles kept[2], total[2]; /* of upper and of lower parts */
    words least;               /* in odd lanes: upper halves of the bits of the smallest nonzero
                                * score, less one */
} double_sums;

/* All ones in the lanes of kept entries; bit k of `bits` says so of lane k. */
INLINE longs kept_long_lanes(uint32_t bits)
{
#if defined(__AVX512F__)
    const longs bit_of_lane = {1, 2, 4, 8, 16, 32, 64, 128};
#elif defined(__AVX2__)
    const longs bit_of_lane = {1, 2, 4, 8};
#else
    const longs bit_of_lane = {1, 2};
#endif
    longs lanes = {0};
    return (longs)(((lanes + bits) & bit_of_lane) == bit_of_lane);
}

INLINE void add_doubles(double_sums *sum, const double *scores, longs keep, double cut)
{
    doubles score;
    memcpy(&score, scores, sizeof score);
    doubles upper = (score + cut) - cut, lower = score - upper;
    sum->total[0] += upper;
    sum->total[1] += lower;
    sum->kept[0] += (doubles)((longs)upper & keep);
    sum->kept[1] += (doubles)((longs)lower & keep);
    sum->least = smaller_words(sum->least, (words)((longs)score - 1));
}

/* The bits of the largest of the nearest floats. */
static uint32_t most_bits(const layout *self)
{
    uint32_t most = 0;
    for (size_t i = 0; i < self->m; i++) {
        for (size_t j = 0; j < self->columns; j++) {
            uint32_t bits;
            memcpy(&bits, &self->scores[i * self->stride + j], sizeof bits);
            most = bits > most ? bits : most;
        }
    }
    return most;
}

/* The unit of the last place of the smallest score, or a smaller one. */
static int least_unit(words lanes)
{
    uint32_t least = UINT32_MAX;
    for (size_t lane = 1; lane < LANES; lane += 2)
        least = lanes[lane] < least ? lanes[lane] : least;
    int field = (int)(least >> 20);
    return (field > 0 ? field : 1) - 1075;
}

/* The sum of the lanes of both parts, in units of 2^unit, where all scores are below 2^exponent. */
static tnm_int128 gather_parts(const doubles parts[2], int exponent, int unit)
{
    double to_upper = ldexp(1, CUT - exponent), to_lower = ldexp(1, -unit);
    int64_t upper = 0;
    tnm_int128 lower = 0;
    for (size_t lane = 0; lane < LANES / 2; lane++) {
        upper += (int64_t)(parts[0][lane] * to_upper);
        lower += (int64_t)(parts[1][lane] * to_lower);
    }
    return ((tnm_int128)upper << (exponent - CUT - unit)) + lower;
}

/* Adds up doubles that lie as the tiles are laid out, in rows `stride` apart, unless some of them
 * are too small. */
INLINE void sum_doubles(tnm_findings *findings, const layout *self, const double *scores,
                        size_t stride)
{
    enum {
        LOWEST = 127 - 64,
        HIGHEST = 127 + 64
    }; /* exponents of floats, to be on the safe side */
    int field = (int)(most_bits(self) >> 23), exponent = field - 126;
    if (field < LOWEST || field > HIGHEST)
        return;
    double cut = ldexp(1.5, exponent + LANE_ENTRIES);
    double_sums sum = {0};
    sum.least -= 1;
    for (size_t i = 0; i < self->m; i++) {
        const uint64_t *kept = self->kept + i * (self->columns / 64);
        for (size_t column = 0; column < self->columns; column += LANES / 2)
            add_doubles(&sum, scores + i * stride + column,
                        kept_long_lanes(bits_from(kept, column)), cut);
    }
    const double_sums final = sum; /* what no call can reach stays in registers above */
    int unit = least_unit(final.least);
    unit = unit < exponent - CUT ? unit : exponent - CUT;
    if (exponent - (CUT + 1) + LANE_ENTRIES > unit + 53)
        return;
    findings->unit = unit;
    findings->kept = gather_parts(final.kept, exponent, unit);
    findings->total = gather_parts(final.total, exponent, unit);
    findings->summed = true;
}

#endif
