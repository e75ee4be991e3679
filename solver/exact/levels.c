#include "solver/exact/levels.h"

#include <stdlib.h>

enum {
    /* A cycle of the residual graph has at most 2m+2 arcs, each rounded by less than a unit: that
     * is how far prices of a level may be off, in its units. */
    NEAR_BITS = 8,
    /* Two prices of the next level are at most half of that, and those of all others below a unit:
     * no entry that is not near then changes sides. */
    REACH_BITS = 6,
    DIGIT_BITS = 46,                  /* of what is near, in the next unit */
    LIMIT_BITS = TNM_AUGMENT_BITS - 2 /* two prices together leave what is cut off where it is */
};

tnm_error tnm_levels_open(tnm_levels **levels, int m)
{
    tnm_error error = TNM_OK;
    TNM_TRY(TNM_NEW(*levels, 1));
    TNM_TRY(TNM_NEW((*levels)->reduced, (size_t)m * (size_t)m * TNM_WIDE_MAX_LIMBS));
out:
    return error;
}

void tnm_levels_close(tnm_levels *levels)
{
    if (levels != NULL)
        free(levels->reduced);
    free(levels);
}

void tnm_levels_start(tnm_levels *self, const tnm_augment_kernel *kernel,
                      const tnm_problem *problem, const tnm_band *band, size_t tile, int unit)
{
    self->kernel = kernel;
    self->problem = problem;
    self->band = band;
    self->tile = tile;
    self->m = band->m;
    self->unit = self->top = unit;
    self->proven = true;
    self->spread = tnm_tile_spread(band, tile);
    self->limbs = tnm_wide_limbs(self->spread, TNM_WIDE_HEADROOM);
    memset(self->prices, 0, 2 * self->m * self->limbs * sizeof *self->prices);
}

tnm_residual_start tnm_levels_result(const tnm_levels *self)
{
    return (tnm_residual_start){
        .spread = self->spread, .prices = self->prices, .proven = self->proven};
}

/* All of the following is inlined with a constant number of limbs, where they are few. */

TNM_ALWAYS_INLINE uint64_t *price_of(tnm_levels *self, size_t line, size_t limbs)
{
    return self->prices + line * limbs;
}

/* Whether no price undoes what the levels above have cut off. */
static bool prices_are_within(const tnm_augment *paths, size_t m)
{
    bool within = true;
    for (size_t k = 0; k < m; k++) {
        within &= paths->row_price[k] >= -paths->limit && paths->row_price[k] <= paths->limit;
        within &= paths->col_price[k] >= -paths->limit && paths->col_price[k] <= paths->limit;
    }
    return within;
}

/* ---- one more digit of the prices ---------------------------------------------------------- */

TNM_ALWAYS_INLINE void add_digit(tnm_levels *self, size_t line, int64_t digit, size_t limbs)
{
    uint64_t number[TNM_WIDE_MAX_LIMBS];
    if (digit == 0)
        return;
    tnm_wide_set(number, limbs, digit, self->unit - self->spread.bottom);
    tnm_wide_add(price_of(self, line, limbs), price_of(self, line, limbs), number, limbs);
}

TNM_ALWAYS_INLINE void add_digits(tnm_levels *self, const tnm_augment *paths, size_t limbs)
{
    self->proven &= self->unit == self->top || prices_are_within(paths, self->m);
    for (size_t k = 0; k < self->m; k++) {
        add_digit(self, k, paths->row_price[k], limbs);
        add_digit(self, self->m + k, paths->col_price[k], limbs);
    }
}

/* Under `equal` a constant may go from one side to the other. Columns keep none of it, so that the
 * prices of tiny lines are tiny, and lose little where they must be rounded. */
TNM_ALWAYS_INLINE void lower_columns(tnm_levels *self, size_t limbs)
{
    uint64_t least[TNM_WIDE_MAX_LIMBS];
    tnm_wide_copy(least, price_of(self, self->m, limbs), limbs);
    for (size_t j = 1; j < self->m; j++) {
        const uint64_t *price = price_of(self, self->m + j, limbs);
        if (tnm_wide_less(price, least, limbs))
            tnm_wide_copy(least, price, limbs);
    }
    for (size_t k = 0; k < self->m; k++) {
        uint64_t *row = price_of(self, k, limbs), *col = price_of(self, self->m + k, limbs);
        tnm_wide_add(row, row, least, limbs);
        tnm_wide_subtract(col, col, least, limbs);
    }
}

/* ---- the next level ------------------------------------------------------------------------ */

TNM_ALWAYS_INLINE bool is_zero(const uint64_t *number, size_t limbs)
{
    uint64_t bits = 0;
    for (size_t k = 0; k < limbs; k++)
        bits |= number[k];
    return bits == 0;
}

/* Reduced scores of what is near; returns the most bits of them with their signs, 0 where all are
 * zero. */
TNM_ALWAYS_INLINE size_t reduce(tnm_levels *self, const uint64_t *near, size_t limbs)
{
    uint64_t *reduced = self->reduced;
    size_t most = 0;
    for (size_t i = 0; i < self->m; i++) {
        for (uint64_t rest = near[i]; rest != 0; rest &= rest - 1, reduced += limbs) {
            size_t j = (size_t)__builtin_ctzll(rest);
            double score = tnm_band_score(self->band, self->tile, i, j);
            tnm_wide_score(reduced, limbs, score, self->spread.bottom);
            tnm_wide_subtract(reduced, reduced, price_of(self, i, limbs), limbs);
            tnm_wide_subtract(reduced, reduced, price_of(self, self->m + j, limbs), limbs);
            size_t bits = is_zero(reduced, limbs) ? 0 : 1 + tnm_wide_bits(reduced, limbs);
            most = bits > most ? bits : most;
        }
    }
    return most;
}

/* They are the next scores, in units 2^shift times as large. */
TNM_ALWAYS_INLINE void load_scores(tnm_levels *self, tnm_augment *paths, const uint64_t *near,
                                   size_t shift, size_t limbs)
{
    const uint64_t *reduced = self->reduced;
    for (size_t i = 0; i < self->m; i++) {
        for (uint64_t rest = near[i]; rest != 0; rest &= rest - 1, reduced += limbs)
            paths->scores[i][__builtin_ctzll(rest)] = tnm_wide_divide(reduced, limbs, shift);
    }
    for (size_t j = 0; j < self->m; j++) {
        for (size_t i = 0; i < self->m; i++)
            paths->transposed[j][i] = paths->scores[i][j];
    }
}

/* What would take back a price, one level further down, or as much as can be. */
TNM_ALWAYS_INLINE int64_t zero_below(tnm_levels *self, size_t line, size_t shift, size_t limbs)
{
    const int64_t limit = INT64_C(1) << TNM_AUGMENT_BITS;
    uint64_t back[TNM_WIDE_MAX_LIMBS] = {0};
    tnm_wide_subtract(back, back, price_of(self, line, limbs), limbs);
    int64_t zero = tnm_wide_divide(back, limbs, shift);
    return zero < -limit ? -limit : zero > limit ? limit : zero;
}

TNM_ALWAYS_INLINE void start_prices(tnm_levels *self, tnm_augment *paths, size_t shift,
                                    size_t limbs)
{
    bool atmost = self->problem->constraint == TNM_ATMOST;
    for (size_t k = 0; k < self->m; k++) {
        paths->row_price[k] = paths->col_price[k] = 0;
        paths->row_zero[k] = atmost ? zero_below(self, k, shift, limbs) : 0;
        paths->col_zero[k] = atmost ? zero_below(self, self->m + k, shift, limbs) : 0;
    }
}

/* To the next unit, in units of the last one, and how far prices may go there. */
static void step_down(tnm_levels *self, tnm_augment *paths, size_t shift)
{
    int unit = self->spread.bottom + (int)shift, finer = self->unit - unit + REACH_BITS;
    paths->limit = INT64_C(1) << (finer < LIMIT_BITS ? finer : LIMIT_BITS);
    paths->ascends = true;
    self->unit = unit;
}

TNM_ALWAYS_INLINE bool next(tnm_levels *self, tnm_augment *paths, size_t limbs)
{
    uint64_t near[TNM_MAX_TILE];
    add_digits(self, paths, limbs);
    self->proven &= self->kernel->cut(paths, self->problem, INT64_C(1) << NEAR_BITS, near);
    size_t bits = self->unit > self->spread.bottom ? reduce(self, near, limbs) : 0;
    if (bits == 0) {
        if (self->problem->constraint == TNM_EQUAL)
            lower_columns(self, limbs);
        return false;
    }
    size_t shift = bits > DIGIT_BITS ? bits - DIGIT_BITS : 0;
    load_scores(self, paths, near, shift, limbs);
    start_prices(self, paths, shift, limbs);
    step_down(self, paths, shift);
    return true;
}

bool tnm_levels_next(tnm_levels *self, tnm_augment *paths)
{
    if (self->limbs == 1)
        return next(self, paths, 1);
    if (self->limbs == 2)
        return next(self, paths, 2);
    if (self->limbs == 3)
        return next(self, paths, 3);
    return next(self, paths, self->limbs);
}
