/* brute: the optimum of a small tile by trying everything, written to be obviously right.
 *
 * Rows are filled one after another with every allowed pattern of bits. All that the rows below
 * need to know of those above is how many entries each column keeps already: the state, a number
 * with m digits of base N+1. For every state after i rows the best value is kept, and the pattern
 * that led there; the answer is read back from the best state after the last row. Values are exact
 * integers, of several limbs where scores spread far.
 *
 * Ties: of equal values the first found counts, states and patterns in ascending order. */
#include "formulations/mask.h"
#include "instances/wide.h"
#include "solver/own.h"
#include "solver/residual.h"

#include <stdlib.h>

enum {
    LARGEST_M = 16,
    MOST_STATES = 1 << 19,
    MOST_STEPS = 1 << 25, /* patterns tried on a tile */
    HEADROOM = 8          /* a value is a sum of at most 256 scores */
};

typedef struct pattern {
    uint32_t bits;
    uint32_t state; /* as a state: one in every column it keeps */
} pattern;

typedef struct brute {
    tnm_problem problem;
    const tnm_settings *settings;
    size_t m;
    size_t states;
    size_t patterns;
    pattern *pattern;
    uint16_t *choice; /* m * states: 1 + the last pattern on the best way there; 0: no way */
    size_t capacity;  /* limbs that the numbers below have room for */
    size_t limbs;     /* of a number, for the tile at hand */
    uint64_t *scores; /* m * m numbers */
    uint64_t *gains;  /* a number a pattern: what it keeps in the row at hand */
    uint64_t *values; /* a number a state: the best after the rows so far */
    uint64_t *next;   /* the same with the row at hand */
    tnm_residual *residual;
} brute;

/* ---- how much work ----------------------------------------------------------------------- */

static size_t count_states(const tnm_problem *problem)
{
    size_t states = 1;
    for (int j = 0; j < problem->m && states <= MOST_STATES; j++)
        states *= (size_t)problem->n + 1;
    return states;
}

static bool is_pattern(const tnm_problem *problem, uint32_t bits)
{
    int kept = __builtin_popcount(bits);
    return problem->constraint == TNM_EQUAL ? kept == problem->n : kept <= problem->n;
}

static size_t count_patterns(const tnm_problem *problem)
{
    size_t count = 0;
    for (uint32_t bits = 0; bits < UINT32_C(1) << problem->m; bits++)
        count += is_pattern(problem, bits);
    return count;
}

/* Patterns tried on a tile, at most: after i rows a state has digit sum i*N, or at most that. */
static size_t count_steps(const tnm_problem *problem)
{
    enum { SUMS = LARGEST_M * LARGEST_M + 1 };
    size_t with_sum[SUMS] = {1}, steps = 0; /* states by digit sum, one digit after another */
    int n = problem->n, m = problem->m;
    for (int j = 0; j < m; j++) {
        for (int sum = (j + 1) * n; sum >= 0; sum--) {
            for (int digit = 1; digit <= n && digit <= sum; digit++)
                with_sum[sum] += with_sum[sum - digit];
        }
    }
    for (int i = 0; i < m; i++) {
        for (int sum = problem->constraint == TNM_EQUAL ? i * n : 0; sum <= i * n; sum++)
            steps += with_sum[sum];
    }
    return steps * count_patterns(problem);
}

static const char *refuses(const tnm_problem *problem)
{
    if (problem->m > LARGEST_M)
        return NULL; /* largest_m says it */
    bool small = count_states(problem) <= MOST_STATES && count_steps(problem) <= MOST_STEPS;
    return small ? NULL : "too much work";
}

/* ---- workspace --------------------------------------------------------------------------- */

static void list_patterns(brute *self)
{
    size_t count = 0;
    for (uint32_t bits = 0; bits < UINT32_C(1) << self->m; bits++) {
        if (!is_pattern(&self->problem, bits))
            continue;
        pattern *added = &self->pattern[count++];
        *added = (pattern){.bits = bits};
        for (size_t j = self->m; j-- > 0;)
            added->state = added->state * ((uint32_t)self->problem.n + 1) + (bits >> j & 1);
    }
}

static tnm_error open(void **workspace, const tnm_problem *problem, const tnm_settings *settings)
{
    tnm_error error = TNM_OK;
    brute *self = NULL;
    TNM_TRY(TNM_NEW(self, 1));
    *workspace = self;
    self->problem = *problem;
    self->settings = settings;
    self->m = (size_t)problem->m;
    self->states = count_states(problem);
    self->patterns = count_patterns(problem);
    TNM_TRY(TNM_NEW(self->pattern, self->patterns));
    TNM_TRY(TNM_NEW(self->choice, self->m * self->states));
    TNM_TRY(tnm_residual_init(&self->residual, problem->m));
    list_patterns(self);
out:
    return error;
}

static void free_numbers(brute *self)
{
    free(self->scores);
    free(self->gains);
    free(self->values);
    free(self->next);
    self->scores = self->gains = self->values = self->next = NULL;
    self->capacity = 0;
}

static void close(void *workspace)
{
    brute *self = workspace;
    if (self == NULL)
        return;
    free_numbers(self);
    free(self->pattern);
    free(self->choice);
    tnm_residual_free(self->residual);
    free(self);
}

/* Room for numbers of this many limbs: asked for by the first tile that needs them. */
static tnm_error reserve_limbs(brute *self, size_t limbs)
{
    tnm_error error = TNM_OK;
    self->limbs = limbs;
    if (limbs <= self->capacity)
        return TNM_OK;
    free_numbers(self);
    TNM_TRY(TNM_NEW(self->scores, self->m * self->m * limbs));
    TNM_TRY(TNM_NEW(self->gains, self->patterns * limbs));
    TNM_TRY(TNM_NEW(self->values, self->states * limbs));
    TNM_TRY(TNM_NEW(self->next, self->states * limbs));
    self->capacity = limbs;
out:
    return error;
}

/* ---- one tile ---------------------------------------------------------------------------- */

/* The columns that already keep N. */
static uint32_t full_columns(const brute *self, size_t state)
{
    size_t base = (size_t)self->problem.n + 1;
    uint32_t full = 0;
    for (size_t j = 0; j < self->m; j++) {
        full |= (uint32_t)(state % base == base - 1) << j;
        state /= base;
    }
    return full;
}

static void sum_patterns(brute *self, size_t i)
{
    size_t limbs = self->limbs;
    for (size_t p = 0; p < self->patterns; p++) {
        uint64_t *gain = self->gains + p * limbs;
        memset(gain, 0, limbs * sizeof *gain);
        for (size_t j = 0; j < self->m; j++) {
            if (self->pattern[p].bits >> j & 1)
                tnm_wide_add(gain, gain, self->scores + (i * self->m + j) * limbs, limbs);
        }
    }
}

/* Adds every pattern for row i to a state that has been reached before it. */
static void extend_state(brute *self, size_t i, size_t state)
{
    uint64_t value[TNM_WIDE_MAX_LIMBS];
    uint16_t *choice = self->choice + i * self->states;
    uint32_t full = full_columns(self, state);
    size_t limbs = self->limbs;
    for (size_t p = 0; p < self->patterns; p++) {
        if ((self->pattern[p].bits & full) != 0)
            continue;
        size_t target = state + self->pattern[p].state;
        uint64_t *best = self->next + target * limbs;
        tnm_wide_add(value, self->values + state * limbs, self->gains + p * limbs, limbs);
        if (choice[target] == 0 || tnm_wide_less(best, value, limbs)) {
            tnm_wide_copy(best, value, limbs);
            choice[target] = (uint16_t)(p + 1);
        }
    }
}

static bool is_reached(const brute *self, size_t rows, size_t state)
{
    return rows == 0 ? state == 0 : self->choice[(rows - 1) * self->states + state] != 0;
}

/* All rows, from no entry kept. */
static tnm_error fill_table(brute *self)
{
    memset(self->choice, 0, self->m * self->states * sizeof *self->choice);
    memset(self->values, 0, self->limbs * sizeof *self->values);
    for (size_t i = 0; i < self->m; i++) {
        if (tnm_stop_requested(self->settings))
            return TNM_ERROR_LIMIT;
        sum_patterns(self, i);
        for (size_t state = 0; state < self->states; state++) {
            if (is_reached(self, i, state))
                extend_state(self, i, state);
        }
        uint64_t *spent = self->values;
        self->values = self->next;
        self->next = spent;
    }
    return TNM_OK;
}

/* The best state after all rows; under `equal` only one is reached. */
static size_t best_state(const brute *self)
{
    size_t best = SIZE_MAX, limbs = self->limbs;
    for (size_t state = 0; state < self->states; state++) {
        if (!is_reached(self, self->m, state))
            continue;
        if (best == SIZE_MAX ||
            tnm_wide_less(self->values + best * limbs, self->values + state * limbs, limbs))
            best = state;
    }
    return best;
}

static tnm_error solve_tile(brute *self, const tnm_band *band, size_t tile, uint64_t *tile_rows)
{
    tnm_error error = TNM_OK;
    tnm_spread spread = tnm_tile_spread(band, tile);
    TNM_TRY(reserve_limbs(self, tnm_wide_limbs(spread, HEADROOM)));
    tnm_wide_tile(self->scores, self->limbs, band, tile, spread.bottom);
    TNM_TRY(fill_table(self));
    size_t state = best_state(self);
    for (size_t i = self->m; i-- > 0;) {
        const pattern *chosen = &self->pattern[self->choice[i * self->states + state] - 1];
        tile_rows[i] = chosen->bits;
        state -= chosen->state;
    }
out:
    return error;
}

/* ---- a band ------------------------------------------------------------------------------ */

/* The prices of an optimal mask; the repair must have nothing to improve. */
static tnm_error price_tile(brute *self, const tnm_band *band, size_t tile,
                            const uint64_t *tile_rows, int64_t *certificate)
{
    uint64_t repaired[TNM_MAX_TILE];
    memcpy(repaired, tile_rows, self->m * sizeof *repaired);
    tnm_error error = tnm_residual_repair(self->residual, &self->problem, band, tile, repaired,
                                          NULL, certificate);
    if (error == TNM_OK && memcmp(repaired, tile_rows, self->m * sizeof *repaired) != 0)
        return tnm_fail(TNM_ERROR_INTERNAL, "tile %zu: brute force was not optimal",
                        band->first_tile + tile);
    return error;
}

static tnm_error solve(void *workspace, const tnm_band *band, tnm_answer *answer)
{
    tnm_error error = TNM_OK;
    brute *self = workspace;
    uint64_t tile_rows[TNM_MAX_TILE];
    for (size_t t = 0; t < band->tiles; t++) {
        TNM_TRY(solve_tile(self, band, t, tile_rows));
        if (answer->prices != NULL)
            TNM_TRY(price_tile(self, band, t, tile_rows, tnm_certificate_of(answer, self->m, t)));
        tnm_mask_put(answer->rows, tile_rows, band->tiles, self->m, t);
    }
out:
    return error;
}

const tnm_method tnm_brute_method = {
    .name = "brute",
    .summary = "tries everything, row by row; small tiles only",
    .capabilities = TNM_METHOD_EXACT,
    .largest_m = LARGEST_M,
    .refuses = refuses,
    .open = open,
    .solve = solve,
    .close = close,
};
