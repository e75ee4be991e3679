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
    int32_t worst[COLUMNS]; /* result of the entries of a column; see grade_row() */
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

/* Whether tiles lie in the band as they are laid out. */
static inline bool is_laid_out(const layout *self, const tnm_piece *piece)
{
    return self->m == self->width && piece->tiles * self->width == self->columns;
}

/* Copies scores of row i, rounded to floats. */
static inline void copy_scores(float *copy, const tnm_band *band, size_t i, size_t col,
                               size_t count)
{
    size_t at = i * band->stride + col;
    if (band->doubles == NULL) {
        memcpy(copy, band->scores + at, count * sizeof *copy);
        return;
    }
    for (size_t j = 0; j < count; j++)
        copy[j] = (float)band->doubles[at + j];
}

/* Scores stay where they are, unless tiles are narrower than `width`, the last columns lack, or
 * scores are doubles, for which nobody's rounding is trusted. */
static inline void lay_out_scores(layout *self, const tnm_piece *piece)
{
    const tnm_band *band = piece->band;
    bool whole = is_laid_out(self, piece);
    self->scores = band->scores + piece->first * band->m;
    self->stride = band->stride;
    if (whole && band->doubles == NULL)
        return;
    self->scores = self->copy;
    self->stride = self->columns;
    memset(self->copy, 0, whole ? 0 : self->m * self->columns * sizeof *self->copy);
    size_t runs = whole ? 1 : piece->tiles, length = whole ? self->columns : self->m;
    for (size_t i = 0; i < self->m; i++) {
        for (size_t r = 0; r < runs; r++)
            copy_scores(self->copy + i * self->columns + r * self->width, band, i,
                        (piece->first + r) * self->m, length);
    }
}

/* 2^exponent, -126 <= exponent <= 127; anything for others. */
INLINE float power_of_two(int64_t exponent)
{
    uint32_t bits = (uint32_t)((uint64_t)exponent + 127) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

/* Prices of magnitude up to 2^23 add up as floats without rounding. */
enum { SHORT = 1 << 23, MIN_SCALE = -126, MAX_SCALE = 100 };

/* Which integers are short: those that, raised, are below a power of two. So it is enough to look
 * at the or of them all. */
typedef struct range {
    uint64_t raise, limit;
} range;

INLINE range range_of(const tnm_problem *problem)
{
    return problem->constraint == TNM_EQUAL ? (range){SHORT, 2 * SHORT} : (range){0, SHORT};
}

INLINE bool scale_is_usable(int64_t scale)
{
    return scale >= MIN_SCALE && scale <= MAX_SCALE;
}

enum { FEW = LANES < 8 ? 4 : LANES / 2 }; /* integers narrowed at once */
typedef uint32_t few_words __attribute__((vector_size(FEW * 4)));
typedef int32_t few_shorts __attribute__((vector_size(FEW * 4)));
typedef float few_floats __attribute__((vector_size(FEW * 4)));

/* The lower halves of FEW integers; no instruction but AVX-512's gathers them from one wide vector
 * at little cost on every machine. */
INLINE few_shorts narrow_few(const int64_t *integers)
{
#ifdef __AVX512F__
    longs few;
    memcpy(&few, integers, sizeof few);
    return __builtin_convertvector(few, few_shorts);
#else
    few_words first, second;
    memcpy(&first, integers, sizeof first);
    memcpy(&second, integers + FEW / 2, sizeof second);
    return (few_shorts)__builtin_shufflevector(first, second, 0, 2, 4, 6);
#endif
}

/* The or of integers, raised; `count` is a constant and a multiple of FEW. */
INLINE longs raise_integers(const int64_t *integers, size_t count, range shorts)
{
    longs raised = {0};
    for (size_t k = 0; k < count; k += LANES / 2) {
        longs some;
        memcpy(&some, integers + k, sizeof some);
        raised |= some + shorts.raise;
    }
    return raised;
}

INLINE bool all_are_short(longs raised, range shorts)
{
    uint64_t any = 0;
    for (size_t k = 0; k < LANES / 2; k++)
        any |= raised[k];
    return any < shorts.limit;
}

/* Integers times the unit; `count` is a constant and a multiple of FEW. */
INLINE void scale_prices(float *scaled, const int64_t *integers, size_t count, float unit)
{
    for (size_t k = 0; k < count; k += FEW) {
        few_floats prices = __builtin_convertvector(narrow_few(integers + k), few_floats) * unit;
        memcpy(scaled + k, &prices, sizeof prices);
    }
}

/* Writes the prices of a tile of side `width`, a constant. */
INLINE void lay_out_lines(float *row_prices, float *col_prices, const int64_t *prices, float unit,
                          size_t width)
{
    if (width >= FEW) {
        scale_prices(row_prices, prices, width, unit);
        scale_prices(col_prices, prices + width, width, unit);
        return;
    }
    float both[FEW]; /* rows and columns fill one vector */
    scale_prices(both, prices, 2 * width, unit);
    memcpy(row_prices, both, width * sizeof *both);
    memcpy(col_prices, both + width, width * sizeof *both);
}

/* The prices of all tiles, at full speed; returns whether all can be used. Nothing that was written
 * for the others is of use. */
INLINE bool lay_out_all_prices(layout *self, const tnm_piece *piece, size_t width)
{
    longs raised = {0};
    bool in_range = true;
    size_t length = 2 * width + 1;
    range shorts = range_of(piece->problem);
    const int64_t *certificate = piece->prices + piece->first * length;
    for (size_t column = 0; column < self->columns; column += width, certificate += length) {
        in_range &= scale_is_usable(certificate[0]);
        raised |= raise_integers(certificate + 1, 2 * width, shorts);
        lay_out_lines(self->row_prices + column, self->col_prices + column, certificate + 1,
                      power_of_two(certificate[0]), width);
    }
    return in_range && all_are_short(raised, shorts);
}

static inline bool prices_are_usable(const int64_t *certificate, size_t lines, range shorts)
{
    uint64_t raised = 0;
    for (size_t k = 1; k <= lines; k++)
        raised |= (uint64_t)certificate[k] + shorts.raise;
    return scale_is_usable(certificate[0]) && raised < shorts.limit;
}

/* The same prices in the largest unit of which all are multiples. */
static inline void shorten_prices(int64_t *shorter, const int64_t *certificate, size_t lines)
{
    uint64_t any = 0;
    for (size_t k = 1; k <= lines; k++)
        any |= (uint64_t)certificate[k];
    int zeros = any == 0 ? 0 : __builtin_ctzll(any);
    shorter[0] = (int64_t)((uint64_t)certificate[0] + (uint64_t)zeros);
    for (size_t k = 1; k <= lines; k++)
        shorter[k] = certificate[k] >> zeros;
}

/* A certificate of tile t that can be used: its own, or, as prices of ties often are multiples of
 * some large number, a shorter one, in `shorter`; NULL: there is none. */
static inline const int64_t *usable_certificate(int64_t *shorter, const tnm_piece *piece, size_t t)
{
    size_t lines = 2 * piece->band->m;
    range shorts = range_of(piece->problem);
    const int64_t *own = piece->prices + (piece->first + t) * (lines + 1);
    if (prices_are_usable(own, lines, shorts))
        return own;
    shorten_prices(shorter, own, lines);
    return prices_are_usable(shorter, lines, shorts) ? shorter : NULL;
}

/* A price that no score reaches: nothing is slack but what is dropped. */
static inline void put_out_of_reach(layout *self, size_t column, size_t columns)
{
    const float out_of_reach = 0x1p120F;
    for (size_t j = column; j < column + columns; j++) {
        self->row_prices[j] = 0;
        self->col_prices[j] = out_of_reach;
    }
}

static inline void lay_out_tile_prices(layout *self, const int64_t *certificate, size_t t)
{
    size_t m = self->m, at = t * self->width;
    float unit = power_of_two(certificate[0]);
    for (size_t k = 0; k < m; k++) {
        self->row_prices[at + k] = (float)certificate[1 + k] * unit;
        self->col_prices[at + k] = (float)certificate[1 + m + k] * unit;
    }
}

/* The prices of tile t, if they can be used; `laid_out`: they have been, as they are. */
static inline bool lay_out_tile(layout *self, const tnm_piece *piece, size_t t, bool laid_out)
{
    int64_t shorter[2 * TNM_MAX_TILE + 1];
    const int64_t *certificate =
        piece->prices != NULL ? usable_certificate(shorter, piece, t) : NULL;
    if (certificate == NULL)
        put_out_of_reach(self, t * self->width, self->width);
    else if (!laid_out || certificate == shorter)
        lay_out_tile_prices(self, certificate, t);
    return certificate != NULL;
}

/* Lays out the prices; returns how many tiles have prices that can be used. Other columns get a
 * price out of reach. */
INLINE size_t lay_out_prices(layout *self, const tnm_piece *piece, size_t width)
{
    size_t usable = 0;
    bool laid_out = is_laid_out(self, piece) && piece->prices != NULL;
    if (laid_out && lay_out_all_prices(self, piece, width)) {
        memset(self->judged, true, piece->tiles);
        return piece->tiles;
    }
    if (!laid_out)
        put_out_of_reach(self, 0, self->columns);
    for (size_t t = 0; t < piece->tiles; t++) {
        self->judged[t] = lay_out_tile(self, piece, t, laid_out);
        usable += self->judged[t];
    }
    return usable;
}

#endif
