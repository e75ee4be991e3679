#include "solver/exact/levels.h"

#include <stdlib.h>

enum {
    /* A cycle of the residual graph has at most 2m+2 arcs, each rounded by less than a unit: that
     * is how far prices of a level may be off, in its units. */
    NEAR_BITS = 8,
    DIGIT_BITS = 46, /* of what is near, in the next unit */
    CUT_OFF = 50     /* what is not near becomes 2^CUT_OFF there, or as much below zero */
};

tnm_error tnm_levels_open(tnm_levels **levels, int m)
{
    tnm_error error = TNM_OK;
    TNM_TRY(TNM_NEW(*levels, 1));
    TNM_TRY(TNM_NEW((*levels)->scores, (size_t)m * (size_t)m * TNM_WIDE_MAX_LIMBS));
out:
    return error;
}

void tnm_levels_close(tnm_levels *levels)
{
    if (levels != NULL)
        free(levels->scores);
    free(levels);
}

void tnm_levels_start(tnm_levels *self, const tnm_problem *problem, const tnm_band *band,
                      size_t tile, int unit)
{
    self->problem = problem;
    self->m = band->m;
    self->unit = unit;
    self->spread = tnm_tile_spread(band, tile);
    self->limbs = tnm_wide_limbs(self->spread, TNM_WIDE_HEADROOM);
    tnm_wide_tile(self->scores, self->limbs, band, tile, self->spread);
    memset(self->prices, 0, 2 * self->m * self->limbs * sizeof *self->prices);
}

static uint64_t *row_price(tnm_levels *self, size_t i)
{
    return self->prices + i * self->limbs;
}

static uint64_t *col_price(tnm_levels *self, size_t j)
{
    return self->prices + (self->m + j) * self->limbs;
}

static void add_digit(tnm_levels *self, uint64_t *price, int64_t digit)
{
    uint64_t number[TNM_WIDE_MAX_LIMBS];
    tnm_wide_set(number, self->limbs, digit, self->unit - self->spread.bottom);
    tnm_wide_add(price, price, number, self->limbs);
}

/* Bit j of near[i]: entry (i,j) is near its prices. */
static void find_near(uint64_t *near, const tnm_augment *paths, size_t m)
{
    const int64_t limit = INT64_C(1) << NEAR_BITS;
    for (size_t i = 0; i < m; i++) {
        near[i] = 0;
        for (size_t j = 0; j < m; j++) {
            int64_t reduced = paths->scores[i][j] - paths->row_price[i] - paths->col_price[j];
            near[i] |= (uint64_t)((reduced >= -limit) & (reduced <= limit)) << j;
        }
    }
}

/* Entry (i,j) less its prices. */
static void reduce(uint64_t *reduced, tnm_levels *self, size_t i, size_t j)
{
    tnm_wide_subtract(reduced, self->scores + (i * self->m + j) * self->limbs, row_price(self, i),
                      self->limbs);
    tnm_wide_subtract(reduced, reduced, col_price(self, j), self->limbs);
}

/* The most bits of what is near. */
static size_t bits_of_near(tnm_levels *self, const uint64_t *near)
{
    uint64_t reduced[TNM_WIDE_MAX_LIMBS];
    size_t most = 0;
    for (size_t i = 0; i < self->m; i++) {
        for (uint64_t rest = near[i]; rest != 0; rest &= rest - 1) {
            reduce(reduced, self, i, (size_t)__builtin_ctzll(rest));
            size_t bits = tnm_wide_bits(reduced, self->limbs);
            most = bits > most ? bits : most;
        }
    }
    return most;
}

/* A number in units 2^shift times as large, rounded down and cut off. */
static int64_t digit_of(const uint64_t *number, size_t limbs, size_t shift)
{
    const int64_t limit = INT64_C(1) << CUT_OFF;
    int64_t digit = tnm_wide_divide(number, limbs, shift);
    return digit < -limit ? -limit : digit > limit ? limit : digit;
}

static void load_scores(tnm_levels *self, tnm_augment *paths, const uint64_t *near, size_t shift)
{
    const int64_t limit = INT64_C(1) << CUT_OFF;
    for (size_t i = 0; i < self->m; i++) {
        for (size_t j = 0; j < self->m; j++) {
            uint64_t reduced[TNM_WIDE_MAX_LIMBS];
            int64_t above = paths->scores[i][j] - paths->row_price[i] - paths->col_price[j];
            int64_t score = above < 0 ? -limit : limit;
            if (near[i] >> j & 1) {
                reduce(reduced, self, i, j);
                score = digit_of(reduced, self->limbs, shift);
            }
            paths->transposed[j][i] = score;
        }
    }
    for (size_t i = 0; i < self->m; i++) {
        for (size_t j = 0; j < self->m; j++)
            paths->scores[i][j] = paths->transposed[j][i];
    }
}

/* What would take back a price, one level further down. */
static int64_t zero_below(const uint64_t *price, size_t limbs, size_t shift)
{
    uint64_t back[TNM_WIDE_MAX_LIMBS] = {0};
    tnm_wide_subtract(back, back, price, limbs);
    return digit_of(back, limbs, shift);
}

static void start_prices(tnm_levels *self, tnm_augment *paths, size_t shift)
{
    for (size_t k = 0; k < self->m; k++) {
        paths->row_price[k] = paths->col_price[k] = 0;
        paths->row_zero[k] = zero_below(row_price(self, k), self->limbs, shift);
        paths->col_zero[k] = zero_below(col_price(self, k), self->limbs, shift);
    }
}

/* Under `equal` a constant may go from one side to the other. Columns keep none of it, so that the
 * prices of tiny lines are tiny, and lose little where they must be rounded. */
static void lower_columns(tnm_levels *self)
{
    uint64_t least[TNM_WIDE_MAX_LIMBS];
    size_t limbs = self->limbs;
    tnm_wide_copy(least, col_price(self, 0), limbs);
    for (size_t j = 1; j < self->m; j++) {
        if (tnm_wide_less(col_price(self, j), least, limbs))
            tnm_wide_copy(least, col_price(self, j), limbs);
    }
    for (size_t k = 0; k < self->m; k++) {
        tnm_wide_add(row_price(self, k), row_price(self, k), least, limbs);
        tnm_wide_subtract(col_price(self, k), col_price(self, k), least, limbs);
    }
}

/* Loads the next level, if there is one. */
static bool descend(tnm_levels *self, tnm_augment *paths)
{
    uint64_t near[TNM_MAX_TILE];
    if (self->unit <= self->spread.bottom)
        return false;
    find_near(near, paths, self->m);
    size_t bits = bits_of_near(self, near);
    if (bits == 0)
        return false;
    size_t shift = bits > DIGIT_BITS ? bits - DIGIT_BITS : 0;
    load_scores(self, paths, near, shift);
    start_prices(self, paths, shift);
    self->unit = self->spread.bottom + (int)shift;
    return true;
}

bool tnm_levels_next(tnm_levels *self, tnm_augment *paths)
{
    for (size_t k = 0; k < self->m; k++) {
        add_digit(self, row_price(self, k), paths->row_price[k]);
        add_digit(self, col_price(self, k), paths->col_price[k]);
    }
    if (descend(self, paths))
        return true;
    if (self->problem->constraint == TNM_EQUAL)
        lower_columns(self);
    return false;
}

tnm_residual_start tnm_levels_result(const tnm_levels *self)
{
    return (tnm_residual_start){.unit = self->spread.bottom,
                                .limbs = self->limbs,
                                .scores = self->scores,
                                .prices = self->prices};
}
