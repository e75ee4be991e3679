/* A piece of a band, laid out for verification: tiles side by side, each `width` columns wide, with
 * their masks as rows of bits and their prices as floats, where these are exact. For kernel.c only;
 * see formulations/kernel.h. */
#ifndef TNM_FORMULATIONS_LAYOUT_H
#define TNM_FORMULATIONS_LAYOUT_H

#include "formulations/kernel.h"
#include "formulations/lanes.h"

enum { COLUMNS = TNM_PIECE_SCORES / 4, ROW_WORDS = COLUMNS / 64 }; /* at most */

/* A piece, laid out: m rows of `columns` entries, a multiple of 64. */
typedef struct layout {
    size_t m, width, columns;
    const float *scores; /* `stride` apart */
    size_t stride;
    uint64_t kept[TNM_PIECE_SCORES / 64 + 1]; /* one more, as bits_from() reads past the end */
    float row_prices[COLUMNS];                /* u_i of tile t at t * width + i */
    float col_prices[COLUMNS];                /* v_j of tile t at t * width + j */
    float copy[TNM_PIECE_SCORES];             /* of scores that do not lie as they should */
    /* Findings. */
    uint64_t wrong[ROW_WORDS]; /* nonzero in a tile's field of `width` bits: lines not full */
    bool judged[TNM_PIECE_TILES];
    uint32_t tight[COLUMNS]; /* of a column; sign bit set: not slack */
} layout;

/* Writes the mask as strings of bits. Returns the bits of all rows that belong to no column. */
INLINE uint64_t lay_out_mask(layout *self, const tnm_piece *piece, size_t width)
{
    uint64_t any = 0, *kept = self->kept;
    size_t row_words = self->columns / 64;
    memset(self->kept, 0, self->m * row_words * sizeof *self->kept);
    for (size_t i = 0; i < self->m; i++, kept += row_words)
        any |= lay_out_row(kept, piece->rows + i * piece->band->tiles + piece->first, piece->tiles,
                           width);
    return any & ~tnm_low_bits(self->m);
}

/* Scores stay where they are, unless tiles are narrower than `width` or the last columns lack. */
static inline void lay_out_scores(layout *self, const tnm_piece *piece)
{
    const tnm_band *band = piece->band;
    const float *scores = band->scores + piece->first * band->m;
    self->scores = scores;
    self->stride = band->stride;
    if (self->m == self->width && piece->tiles * self->width == self->columns)
        return;
    self->scores = self->copy;
    self->stride = self->columns;
    memset(self->copy, 0, self->m * self->columns * sizeof *self->copy);
    for (size_t i = 0; i < self->m; i++) {
        for (size_t t = 0; t < piece->tiles; t++)
            memcpy(self->copy + i * self->columns + t * self->width,
                   scores + i * band->stride + t * self->m, self->m * sizeof *scores);
    }
}

/* 2^exponent, -126 <= exponent <= 127 */
INLINE float power_of_two(int64_t exponent)
{
    uint32_t bits = (uint32_t)(exponent + 127) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

/* Prices of magnitude up to 2^23 add up as floats without rounding. */
enum { SHORT = 1 << 23, MIN_SCALE = -126, MAX_SCALE = 100 };

/* What has been seen among integers, or-ed. */
typedef struct seen {
    longs raised; /* integers + SHORT: bits from 24 on come up where one is not short */
    longs plain;  /* the sign comes up where one is negative */
} seen;

enum { FEW = LANES / 2 }; /* integers of a vector */
typedef int32_t few_shorts __attribute__((vector_size(FEW * 4)));
typedef float few_floats __attribute__((vector_size(FEW * 4)));

/* Integers times the unit; `count` is a constant and a multiple of FEW. */
INLINE void scale_prices(float *scaled, const int64_t *integers, size_t count, float unit,
                         seen *all)
{
    for (size_t k = 0; k < count; k += FEW) {
        longs few;
        memcpy(&few, integers + k, sizeof few);
        all->raised |= few + SHORT;
        all->plain |= few;
        few_shorts shorts = __builtin_convertvector(few, few_shorts);
        few_floats prices = __builtin_convertvector(shorts, few_floats) * unit;
        memcpy(scaled + k, &prices, sizeof prices);
    }
}

/* Writes the prices of a tile of side `width`, a constant. */
INLINE void lay_out_lines(float *row_prices, float *col_prices, const int64_t *prices, float unit,
                          size_t width, seen *all)
{
    if (width >= FEW) {
        scale_prices(row_prices, prices, width, unit, all);
        scale_prices(col_prices, prices + width, width, unit, all);
        return;
    }
    float both[FEW]; /* rows and columns fill one vector */
    scale_prices(both, prices, 2 * width, unit, all);
    memcpy(row_prices, both, width * sizeof *both);
    memcpy(col_prices, both + width, width * sizeof *both);
}

/* The prices of all tiles, at full speed; returns whether all can be used. Otherwise nothing that
 * was written is of use. */
INLINE bool lay_out_all_prices(layout *self, const tnm_piece *piece, size_t width)
{
    seen all = {{0}, {0}};
    bool in_range = true;
    size_t length = 2 * width + 1;
    const int64_t *certificate = piece->prices + piece->first * length;
    for (size_t column = 0; column < self->columns; column += width, certificate += length) {
        int64_t scale = certificate[0];
        in_range &= scale >= MIN_SCALE && scale <= MAX_SCALE;
        lay_out_lines(self->row_prices + column, self->col_prices + column, certificate + 1,
                      power_of_two(scale), width, &all);
    }
    uint64_t raised = 0, plain = 0;
    for (size_t k = 0; k < FEW; k++) {
        raised |= all.raised[k];
        plain |= all.plain[k];
    }
    bool allowed = piece->problem->constraint == TNM_EQUAL || plain >> 63 == 0;
    return in_range && allowed && raised < 2 * SHORT;
}

/* The prices of one tile, if they can be used. */
static inline bool lay_out_tile_prices(layout *self, const tnm_piece *piece, size_t t)
{
    size_t m = self->m;
    const int64_t *certificate = piece->prices + (piece->first + t) * (2 * m + 1);
    int64_t lowest = piece->problem->constraint == TNM_ATMOST ? 0 : -SHORT;
    if (certificate[0] < MIN_SCALE || certificate[0] > MAX_SCALE)
        return false;
    for (size_t k = 1; k <= 2 * m; k++) {
        if (certificate[k] < lowest || certificate[k] > SHORT)
            return false;
    }
    float unit = power_of_two(certificate[0]);
    for (size_t k = 0; k < m; k++) {
        self->row_prices[t * self->width + k] = (float)certificate[1 + k] * unit;
        self->col_prices[t * self->width + k] = (float)certificate[1 + m + k] * unit;
    }
    return true;
}

/* Lays out the prices; returns how many tiles have prices that can be used. The other columns get a
 * price that no score reaches. */
INLINE size_t lay_out_prices(layout *self, const tnm_piece *piece, size_t width)
{
    const float out_of_reach = 0x1p120F;
    size_t usable = 0;
    bool whole = self->m == width && piece->tiles * width == self->columns;
    if (whole && piece->prices != NULL && lay_out_all_prices(self, piece, width)) {
        memset(self->judged, true, piece->tiles);
        return piece->tiles;
    }
    for (size_t column = 0; column < self->columns; column++) {
        self->row_prices[column] = 0;
        self->col_prices[column] = out_of_reach;
    }
    for (size_t t = 0; t < piece->tiles; t++) {
        self->judged[t] = piece->prices != NULL && lay_out_tile_prices(self, piece, t);
        usable += self->judged[t];
    }
    return usable;
}

#endif
