/* Sums of scores and slackness of a piece that is laid out, in vectors. For kernel.c only; see
 * formulations/kernel.h.
 *
 * The bits of a float, moved up by 29 places and read as a double, are the same number times
 * 2^-896, for all floats that are finite and not negative. Sums of these are exact as long as they
 * stay below 2^53 times the unit of the smallest addend. Partial sums only grow, so it is enough to
 * look at the last one. */
#ifndef TNM_FORMULATIONS_GRADING_H
#define TNM_FORMULATIONS_GRADING_H

#include "formulations/layout.h"

#include <math.h>

typedef struct sums {
    doubles kept[2], total[2]; /* of even and odd columns, times 2^-896 */
    words least;               /* smallest nonzero score, as bits, less one */
} sums;

INLINE words load(const float *from)
{
    words lanes;
    memcpy(&lanes, from, sizeof lanes);
    return lanes;
}

INLINE longs even_lanes(words scores)
{
    return ((longs)scores & UINT32_MAX) << 29;
}

INLINE longs odd_lanes(words scores)
{
    return (longs)scores >> 3 & (uint64_t)UINT32_MAX << 29;
}

#define SMALLER(name, vector, type)                                                                \
    INLINE vector name(vector a, vector b)                                                         \
    {                                                                                              \
        type x[LANES], y[LANES];                                                                   \
        memcpy(x, &a, sizeof a);                                                                   \
        memcpy(y, &b, sizeof b);                                                                   \
        for (size_t lane = 0; lane < LANES; lane++)                                                \
            x[lane] = x[lane] < y[lane] ? x[lane] : y[lane];                                       \
        memcpy(&a, x, sizeof a);                                                                   \
        return a;                                                                                  \
    }
SMALLER(smaller_words, words, uint32_t)
SMALLER(smaller_ints, ints, int32_t)

/* All ones in the lanes of kept entries; bit k of `bits` says so of lane k. */
INLINE words kept_lanes(uint32_t bits)
{
#if defined(__AVX512F__)
    const words bit_of_lane = {1 << 0,  1 << 1,  1 << 2,  1 << 3, 1 << 4,  1 << 5,
                               1 << 6,  1 << 7,  1 << 8,  1 << 9, 1 << 10, 1 << 11,
                               1 << 12, 1 << 13, 1 << 14, 1 << 15};
#elif defined(__AVX2__)
    const words bit_of_lane = {1, 2, 4, 8, 16, 32, 64, 128};
#else
    const words bit_of_lane = {1, 2, 4, 8};
#endif
    words lanes = {0};
    return (words)(((lanes + bits) & bit_of_lane) == bit_of_lane);
}

/* The bits of LANES columns from `column` on, in the lowest places; other bits above. */
INLINE uint32_t bits_from(const uint64_t *row, size_t column)
{
    uint32_t bits;
    memcpy(&bits, (const char *)row + column / 8, sizeof bits);
    return bits >> column % 8;
}

/* In each pair of lanes, twice the even one; twice the odd one. */
#if defined(__AVX512F__)
#define EVEN_TWICE(x)                                                                              \
    __builtin_shufflevector(x, x, 0, 0, 2, 2, 4, 4, 6, 6, 8, 8, 10, 10, 12, 12, 14, 14)
#define ODD_TWICE(x)                                                                               \
    __builtin_shufflevector(x, x, 1, 1, 3, 3, 5, 5, 7, 7, 9, 9, 11, 11, 13, 13, 15, 15)
#elif defined(__AVX2__)
#define EVEN_TWICE(x) __builtin_shufflevector(x, x, 0, 0, 2, 2, 4, 4, 6, 6)
#define ODD_TWICE(x)  __builtin_shufflevector(x, x, 1, 1, 3, 3, 5, 5, 7, 7)
#else
#define EVEN_TWICE(x) __builtin_shufflevector(x, x, 0, 0, 2, 2)
#define ODD_TWICE(x)  __builtin_shufflevector(x, x, 1, 1, 3, 3)
#endif

INLINE void add_row(sums *sum, words score, words keep)
{
    longs even = even_lanes(score), odd = odd_lanes(score);
    sum->total[0] += (doubles)even;
    sum->total[1] += (doubles)odd;
    sum->kept[0] += (doubles)(even & (longs)EVEN_TWICE(keep));
    sum->kept[1] += (doubles)(odd & (longs)ODD_TWICE(keep));
    sum->least = smaller_words(sum->least, score - 1);
}

/* One row of LANES columns. In the lanes of entries that are slack the result is -1 or more, in the
 * others less; it is -1 or 0 where a score is its price. Bits of a float read as an integer have
 * its sign, but for -0, which no difference of a price and a score is; and the complement of an
 * integer x is -1 - x. No sums where `sum` is NULL. */
INLINE ints grade_row(sums *sum, const layout *self, size_t i, size_t column, floats price)
{
    words score = load(self->scores + i * self->stride + column);
    words keep = kept_lanes(bits_from(self->kept + i * (self->columns / 64), column));
    if (sum != NULL)
        add_row(sum, score, keep);
    return (ints)((words)(price - (floats)score) ^ keep);
}

/* Lane by lane, the element i of the group of lanes it belongs to. */
#if defined(__AVX512F__)
#define OF_GROUPS_OF_4(x, i)                                                                       \
    __builtin_shufflevector(x, x, i, i, i, i, 4 + i, 4 + i, 4 + i, 4 + i, 8 + i, 8 + i, 8 + i,     \
                            8 + i, 12 + i, 12 + i, 12 + i, 12 + i)
#define OF_GROUPS_OF_8(x, i)                                                                       \
    __builtin_shufflevector(x, x, i, i, i, i, i, i, i, i, 8 + i, 8 + i, 8 + i, 8 + i, 8 + i,       \
                            8 + i, 8 + i, 8 + i)
#elif defined(__AVX2__)
#define OF_GROUPS_OF_4(x, i) __builtin_shufflevector(x, x, i, i, i, i, 4 + i, 4 + i, 4 + i, 4 + i)
#define OF_GROUPS_OF_8(x, i) __builtin_shufflevector(x, x, i, i, i, i, i, i, i, i)
#else
#define OF_GROUPS_OF_4(x, i) __builtin_shufflevector(x, x, i, i, i, i)
#define OF_GROUPS_OF_8(x, i) (x)
#endif

/* All rows of LANES columns. */
INLINE ints grade_columns(sums *sum, const layout *self, size_t column, size_t width)
{
    ints worst = (ints){0} + INT32_MAX;
    floats u = (floats)load(self->row_prices + column), v = (floats)load(self->col_prices + column);
#define ROW(i, row_price)                                                                          \
    if (i < self->m)                                                                               \
        worst = smaller_ints(worst, grade_row(sum, self, i, column, v + row_price));
    if (width == 4) {
        ROW(0, OF_GROUPS_OF_4(u, 0))
        ROW(1, OF_GROUPS_OF_4(u, 1))
        ROW(2, OF_GROUPS_OF_4(u, 2))
        ROW(3, OF_GROUPS_OF_4(u, 3))
    } else if (width == 8 && LANES >= 8) {
        ROW(0, OF_GROUPS_OF_8(u, 0))
        ROW(1, OF_GROUPS_OF_8(u, 1))
        ROW(2, OF_GROUPS_OF_8(u, 2))
        ROW(3, OF_GROUPS_OF_8(u, 3))
        ROW(4, OF_GROUPS_OF_8(u, 4))
        ROW(5, OF_GROUPS_OF_8(u, 5))
        ROW(6, OF_GROUPS_OF_8(u, 6))
        ROW(7, OF_GROUPS_OF_8(u, 7))
    } else {
        const float *row_prices = self->row_prices + column / width * width;
        for (size_t i = 0; i < self->m; i++)
            worst = smaller_ints(worst, grade_row(sum, self, i, column, v + row_prices[i]));
    }
#undef ROW
    return worst;
}

/* The unit of the last place of a float that is not zero. */
static int unit_of(uint32_t bits)
{
    return bits >> 23 == 0 ? -149 : (int)(bits >> 23) - 150;
}

/* Adds up the lanes, as integers. */
static void gather_sums(tnm_findings *findings, const sums *sum)
{
    uint32_t least = UINT32_MAX;
    for (size_t lane = 0; lane < LANES; lane++)
        least = sum->least[lane] < least ? sum->least[lane] : least;
    int unit = least == UINT32_MAX ? 0 : unit_of(least + 1);
    double to_units = ldexp(1, -unit);
    findings->unit = unit;
    findings->kept = findings->total = 0;
    findings->summed = true;
    for (size_t lane = 0; lane < LANES; lane++) {
        size_t parity = lane % 2, at = lane / 2;
        double total = sum->total[parity][at] * 0x1p896 * to_units;
        double kept = sum->kept[parity][at] * 0x1p896 * to_units;
        if (total >= 0x1p53) {
            findings->summed = false;
            return;
        }
        findings->total += (int64_t)total;
        findings->kept += (int64_t)kept;
    }
}

/* What the worst result of entries has to be at least, for them all to be slack. Scores that are
 * nearest floats only tell on which side of a float the scores themselves lie where they differ
 * from it. */
enum { SLACK = -1, STRICTLY_SLACK = 1 };

/* The worst result of so many columns. */
static int32_t worst_of(const int32_t *worst, size_t columns)
{
    int32_t least = INT32_MAX;
    for (size_t j = 0; j < columns; j++)
        least = worst[j] < least ? worst[j] : least;
    return least;
}

/* Fills worst[] and, where it is not NULL, `sum`. */
INLINE void grade(layout *self, sums *sum, size_t width)
{
    for (size_t column = 0; column < self->columns; column += LANES) {
        ints lanes = grade_columns(sum, self, column, width);
        memcpy(self->worst + column, &lanes, sizeof lanes);
    }
}

/* The same, where scores are floats. */
INLINE void grade_and_sum(tnm_findings *findings, layout *self, size_t width)
{
    sums sum = {0};
    sum.least -= 1;
    grade(self, &sum, width);
    const sums final = sum; /* what no call can reach stays in registers above */
    gather_sums(findings, &final);
}

#endif
