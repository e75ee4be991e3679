#include "formulations/kernel.h"

#include "formulations/layout.h"

#include <math.h>
#include <string.h>

/* ---- counts ------------------------------------------------------------------------------ */

/* The lowest bit of every field of `width` bits. */
INLINE uint64_t field_ones(size_t width)
{
    return UINT64_MAX / tnm_low_bits(width);
}

/* The number of bits set in every field. */
INLINE uint64_t count_in_fields(uint64_t word, size_t width)
{
#pragma GCC unroll 6
    for (size_t half = 1; half < width; half *= 2) {
        uint64_t lower = UINT64_MAX / ((UINT64_C(1) << half) + 1);
        word = (word & lower) + (word >> half & lower);
    }
    return word;
}

/* Nonzero in the fields of those tiles, among 64 columns, in which a line does not keep n. Columns
 * are counted 64 at a time: bit j of plane[p] is bit p of the count of column j. */
INLINE uint64_t wrong_fields(const layout *self, size_t k, uint64_t n, size_t width)
{
    enum { PLANES = 7 };
    size_t planes = (size_t)__builtin_ctzll(width) + 1, row_words = self->columns / 64;
    uint64_t plane[PLANES] = {0}, wrong_rows = 0, wrong_columns = 0;
    for (size_t i = 0; i < self->m; i++) {
        uint64_t carry = self->kept[i * row_words + k];
        wrong_rows |= count_in_fields(carry, width) ^ n * field_ones(width);
#pragma GCC unroll 7
        for (size_t p = 0; p < planes; p++) {
            uint64_t both = plane[p] & carry;
            plane[p] ^= carry;
            carry = both;
        }
    }
    for (size_t p = 0; p < planes; p++)
        wrong_columns |= plane[p] ^ (0 - (n >> p & 1));
    return wrong_rows | (wrong_columns & tnm_low_bits(self->m) * field_ones(width));
}

/* Fills wrong[], and returns whether nothing is wrong. */
INLINE bool count_lines(layout *self, const tnm_piece *piece, size_t width)
{
    uint64_t any = 0;
    for (size_t k = 0; k * 64 < self->columns; k++) {
        self->wrong[k] = wrong_fields(self, k, (uint64_t)piece->problem->n, width);
        size_t left = piece->tiles - k * (64 / width);
        any |= self->wrong[k] & (left * width < 64 ? tnm_low_bits(left * width) : UINT64_MAX);
    }
    return any == 0;
}

/* ---- sums and slackness ------------------------------------------------------------------
 *
 * The bits of a float, moved up by 29 places and read as a double, are the same number times
 * 2^-896, for all floats that are finite and not negative. Sums of these are exact as long as they
 * stay below 2^53 times the unit of the smallest addend. Partial sums only grow, so it is enough to
 * look at the last one. */

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

INLINE doubles even_lanes(words scores)
{
    return (doubles)(((longs)scores & UINT32_MAX) << 29);
}

INLINE doubles odd_lanes(words scores)
{
    return (doubles)((longs)scores >> 3 & (uint64_t)UINT32_MAX << 29);
}

INLINE words smaller(words a, words b)
{
    uint32_t x[LANES], y[LANES];
    memcpy(x, &a, sizeof a);
    memcpy(y, &b, sizeof b);
    for (size_t lane = 0; lane < LANES; lane++)
        x[lane] = x[lane] < y[lane] ? x[lane] : y[lane];
    memcpy(&a, x, sizeof a);
    return a;
}

/* All ones in the lanes of kept entries; bit k of `bits` says so of lane k. */
INLINE words kept_lanes(uint32_t bits)
{
#ifdef __AVX2__
    static const uint32_t to_sign[16] = {31, 30, 29, 28, 27, 26, 25, 24,
                                         23, 22, 21, 20, 19, 18, 17, 16};
    words lanes = {0}, shifts;
    memcpy(&shifts, to_sign, sizeof shifts);
    return (words)((ints)((lanes + bits) << shifts) >> 31);
#else
    words lanes = {0}, bit_of_lane = {1, 2, 4, 8};
    return (words)(((lanes + bits) & bit_of_lane) == bit_of_lane);
#endif
}

/* The bits of LANES columns from `column` on, in the lowest places; other bits above. */
INLINE uint32_t bits_from(const uint64_t *row, size_t column)
{
    uint32_t bits;
    memcpy(&bits, (const char *)row + column / 8, sizeof bits);
    return bits >> column % 8;
}

/* One row of LANES columns. The result has its sign bit set in the lanes of entries that are not
 * slack: s - p is negative where kept, p - s where dropped. */
INLINE words grade_row(sums *sum, const layout *self, size_t i, size_t column, floats price)
{
    words score = load(self->scores + i * self->stride + column);
    words keep = kept_lanes(bits_from(self->kept + i * (self->columns / 64), column));
    words kept = score & keep;
    sum->kept[0] += even_lanes(kept);
    sum->kept[1] += odd_lanes(kept);
    sum->total[0] += even_lanes(score);
    sum->total[1] += odd_lanes(score);
    sum->least = smaller(sum->least, score - 1);
    words sign = keep & UINT32_C(0x80000000);
    return (words)((floats)((words)price ^ sign) - (floats)(score ^ sign));
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
INLINE words grade_columns(sums *sum, const layout *self, size_t column, size_t width)
{
    words tight = {0};
    floats u = (floats)load(self->row_prices + column), v = (floats)load(self->col_prices + column);
#define ROW(i, row_price)                                                                          \
    if (i < self->m)                                                                               \
        tight |= grade_row(sum, self, i, column, v + row_price);
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
            tight |= grade_row(sum, self, i, column, v + row_prices[i]);
    }
#undef ROW
    return tight;
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

/* Whether any of so many columns has its sign bit set. */
static bool any_tight(const uint32_t *tight, size_t columns)
{
    uint32_t any = 0;
    for (size_t j = 0; j < columns; j++)
        any |= tight[j];
    return any >> 31 != 0;
}

/* Fills tight[] and the sums; returns whether all entries are slack. */
INLINE bool grade(layout *self, tnm_findings *findings, size_t width)
{
    sums sum = {0};
    words any = {0};
    sum.least -= 1;
    for (size_t column = 0; column < self->columns; column += LANES) {
        words lanes = grade_columns(&sum, self, column, width);
        memcpy(self->tight + column, &lanes, sizeof lanes);
        any |= lanes;
    }
    gather_sums(findings, &sum);
    uint32_t lanes[LANES];
    memcpy(lanes, &any, sizeof any);
    return !any_tight(lanes, LANES);
}

/* ---- the kernels ------------------------------------------------------------------------- */

/* What was found about tile t, where something was found wrong in the piece. */
static unsigned finding(const layout *self, size_t t, bool counted, bool priced)
{
    size_t at = t * self->width;
    bool full = counted && (self->wrong[at / 64] >> at % 64 & tnm_low_bits(self->width)) == 0;
    bool judged = priced && self->judged[t];
    bool slack = judged && !any_tight(self->tight + at, self->width);
    return (full ? TNM_FOUND_FULL : 0U) | (judged ? TNM_FOUND_JUDGED : 0U) |
           (slack ? TNM_FOUND_SLACK : 0U);
}

INLINE void inspect(tnm_findings *findings, const tnm_piece *piece, size_t width)
{
    layout self;
    self.m = piece->band->m;
    self.width = width;
    self.columns = (piece->tiles * width + 63) / 64 * 64;
    bool counted = lay_out_mask(&self, piece, width) == 0;
    bool full = counted && count_lines(&self, piece, width);
    bool floats_only = piece->band->doubles == NULL;
    bool priced = floats_only && piece->prices != NULL, slack = false;
    findings->summed = false;
    if (floats_only) {
        lay_out_scores(&self, piece);
        slack = lay_out_prices(&self, piece, width) == piece->tiles;
        slack &= grade(&self, findings, width);
    }
    findings->all_proven = full && slack;
    for (size_t t = 0; t < piece->tiles && !findings->all_proven; t++)
        findings->tiles[t] = (uint8_t)finding(&self, t, counted, priced);
}

static void inspect_piece(tnm_findings *findings, const tnm_piece *piece)
{
    size_t m = piece->band->m;
    if (m <= 4)
        inspect(findings, piece, 4);
    else if (m <= 8)
        inspect(findings, piece, 8);
    else if (m <= 16)
        inspect(findings, piece, 16);
    else if (m <= 32)
        inspect(findings, piece, 32);
    else
        inspect(findings, piece, 64);
}

INLINE double double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The sign bit comes up where an entry of a row is on the wrong side of its prices: s - p is
 * negative where kept, p - s where dropped. */
INLINE uint64_t judge_row(const double *scores, const double *col_price, double row_price,
                          uint64_t kept, size_t m)
{
    uint64_t tight = 0;
    for (size_t j = 0; j < m; j++) {
        double price = row_price + col_price[j], difference;
        uint64_t sign = kept >> j << 63, price_bits, score_bits, bits;
        memcpy(&price_bits, &price, sizeof price);
        memcpy(&score_bits, &scores[j], sizeof score_bits);
        price_bits ^= sign;
        score_bits ^= sign;
        difference = double_of(price_bits) - double_of(score_bits);
        memcpy(&bits, &difference, sizeof bits);
        tight |= bits;
    }
    return tight;
}

static bool is_slack(const tnm_band *band, size_t tile, const uint64_t *tile_rows,
                     const int64_t *prices)
{
    double widened[TNM_MAX_TILE], line[2 * TNM_MAX_TILE];
    double unit = ldexp(1, (int)prices[0]);
    size_t m = band->m;
    uint64_t tight = 0;
    for (size_t k = 0; k < 2 * m; k++)
        line[k] = (double)prices[1 + k] * unit;
    for (size_t i = 0; i < m; i++) {
        size_t at = i * band->stride + tile * m;
        const double *scores = band->doubles != NULL ? band->doubles + at : widened;
        for (size_t j = 0; j < m && band->doubles == NULL; j++)
            widened[j] = band->scores[at + j];
        tight |= judge_row(scores, line + m, line[i], tile_rows[i], m);
    }
    return tight >> 63 == 0;
}

extern const tnm_tile_kernel TNM_KERNEL(tnm_tile_kernel);
const tnm_tile_kernel TNM_KERNEL(tnm_tile_kernel) = {inspect_piece, is_slack};
