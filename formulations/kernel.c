#include "formulations/kernel.h"

#include "formulations/double_sums.h"

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

/* ---- the kernels ------------------------------------------------------------------------- */

static int32_t wanted(bool floats_only)
{
    return floats_only ? SLACK : STRICTLY_SLACK;
}

/* What was found about tile t, where something was found wrong in the piece. */
static unsigned finding(const layout *self, size_t t, bool counted, bool floats_only)
{
    size_t at = t * self->width;
    bool full = counted && (self->wrong[at / 64] >> at % 64 & tnm_low_bits(self->width)) == 0;
    bool slack = self->judged[t] && worst_of(self->worst + at, self->width) >= wanted(floats_only);
    bool judged = self->judged[t] && (floats_only || slack);
    return (full ? TNM_FOUND_FULL : 0U) | (judged ? TNM_FOUND_JUDGED : 0U) |
           (slack ? TNM_FOUND_SLACK : 0U);
}

/* Grades scores that are floats, or else the nearest floats. */
INLINE void grade_scores(tnm_findings *findings, layout *self, const tnm_piece *piece, size_t width,
                         bool floats_only)
{
    findings->summed = false;
    lay_out_scores(self, piece);
    if (floats_only) {
        grade_and_sum(findings, self, width);
        return;
    }
    grade(self, NULL, width);
    if (is_laid_out(self, piece))
        sum_doubles(findings, self, piece->band->doubles + piece->first * self->m,
                    piece->band->stride);
}

INLINE void inspect(tnm_findings *findings, const tnm_piece *piece, size_t width, bool floats_only)
{
    layout self;
    self.m = piece->band->m;
    self.width = width;
    self.columns = (piece->tiles * width + 63) / 64 * 64;
    bool counted = lay_out_mask(&self, piece, width) == 0;
    bool full = counted && count_lines(&self, piece, width);
    bool priced = lay_out_prices(&self, piece, width) == piece->tiles;
    grade_scores(findings, &self, piece, width, floats_only);
    findings->all_proven =
        full && priced && worst_of(self.worst, self.columns) >= wanted(floats_only);
    for (size_t t = 0; t < piece->tiles && !findings->all_proven; t++)
        findings->tiles[t] = (uint8_t)finding(&self, t, counted, floats_only);
}

static void inspect_piece(tnm_findings *findings, const tnm_piece *piece)
{
    size_t m = piece->band->m;
    bool floats_only = piece->band->doubles == NULL;
#define INSPECT(width)                                                                             \
    do {                                                                                           \
        if (floats_only)                                                                           \
            inspect(findings, piece, width, true);                                                 \
        else                                                                                       \
            inspect(findings, piece, width, false);                                                \
    } while (false)
    if (m <= 4)
        INSPECT(4);
    else if (m <= 8)
        INSPECT(8);
    else if (m <= 16)
        INSPECT(16);
    else if (m <= 32)
        INSPECT(32);
    else
        INSPECT(64);
#undef INSPECT
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
