#include "solver/exact/large.h"

#include "formulations/verify.h"
#include "solver/exact/kernel.h"
#include "solver/exact/warm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct tnm_large {
    tnm_problem problem;
    const tnm_large_kernel *kernel;
    const tnm_balance_kernel *balancing;
    tnm_large_tile tile;
    tnm_balance balance;
    tnm_shortlists lists;
    tnm_stages *stages; /* the caller's */
    bool stuck;         /* all ties are exact, but they do not fill the lines */
};

tnm_error tnm_large_open(tnm_large **large, const tnm_problem *problem)
{
    tnm_error error = TNM_OK;
    TNM_TRY(TNM_NEW(*large, 1));
    (*large)->problem = *problem;
    (*large)->kernel = tnm_large_kernel_for(tnm_isa_best());
    (*large)->balancing = tnm_balance_kernel_for(tnm_isa_best());
out:
    return error;
}

void tnm_large_close(tnm_large *large)
{
    free(large);
}

/* Where scores are multiples of a quantum, under `equal` a constant moves from one side to the
 * other, so that prices that have snapped are multiples, too. */
static void put_prices(int64_t *certificate, const tnm_large_tile *tile, const tnm_problem *problem)
{
    size_t m = (size_t)problem->m;
    int64_t shift = (tile->cols.base[0] + tile->cols.price[0]) & (tile->quantum - 1);
    if (tile->quantum == TNM_QUANTUM_UNKNOWN || problem->constraint == TNM_ATMOST)
        shift = 0;
    certificate[0] = tile->exponent;
    for (size_t k = 0; k < m; k++) {
        certificate[1 + k] = tile->rows.base[k] + tile->rows.price[k] + shift;
        certificate[1 + m + k] = tile->cols.base[k] + tile->cols.price[k] - shift;
    }
}

/* Floats stand in for doubles only as far as they reach: there the scores as given decide. */
static bool is_proven(const tnm_large *self, const tnm_band *band, size_t tile)
{
    int64_t certificate[2 * TNM_MAX_TILE + 1];
    if (band->doubles == NULL)
        return true;
    put_prices(certificate, &self->tile, &self->problem);
    return tnm_tile_is_proven(&self->problem, band, tile, self->tile.kept, certificate);
}

static const float *scores_of(const tnm_band *band, size_t tile)
{
    return band->scores + tile * band->m;
}

/* Whether tied entries alone can make every line full. */
static bool settle(tnm_large *self)
{
    tnm_balance *balance = &self->balance;
    self->kernel->sort_out(&self->tile, &self->problem, balance);
    bool full = self->balancing->deal(balance, &self->problem) &&
                self->balancing->even_out(balance, &self->problem);
    self->stuck = !full && !self->tile.hidden;
    if (full)
        memcpy(self->tile.kept, balance->kept, sizeof balance->kept);
    return full;
}

/* The same, on the clock of its own stage. */
static bool settle_timed(tnm_large *self, tnm_stage stage)
{
    tnm_stages_enter(self->stages, TNM_STAGE_TIED);
    bool settled = settle(self);
    tnm_stages_enter(self->stages, stage);
    return settled;
}

static int patience(const tnm_large_tile *tile, const tnm_relaxation *relaxation)
{
    bool dead = (tile->rows.dead | tile->cols.dead) != 0;
    return dead ? relaxation->dead_patience : relaxation->patience;
}

/* Ascends after so many half rounds of others, and tries to settle ties as often as they are
 * reported, but not too often. */
static bool ascend(tnm_large *self, const tnm_band *band, size_t tile, tnm_stage stage,
                   tnm_relaxation relaxation, int taken)
{
    enum { PAUSE = 8 }; /* half rounds */
    tnm_outcome outcome = TNM_TIED;
    bool settled = false, solved;
    int half = taken;
    self->stuck = self->tile.hidden = false;
    while (outcome == TNM_TIED && !settled) {
        outcome = self->kernel->ascend(&self->tile, &self->problem, &relaxation, &half);
        settled = outcome == TNM_TIED && settle_timed(self, stage);
        relaxation.tie_test = half + PAUSE;
        if (outcome == TNM_TIED)
            relaxation.half_rounds = patience(&self->tile, &relaxation);
    }
    if (self->stuck && !settled && outcome == TNM_OPEN)
        settled = settle_timed(self, stage); /* where scores are whole, prices snap */
    solved = (settled || outcome == TNM_SOLVED) && is_proven(self, band, tile);
    self->stages->half_rounds[stage] += (size_t)(half - taken);
    self->stages->tiles[settled ? TNM_STAGE_TIED : stage] += solved;
    return solved;
}

enum { LONG = 32 }; /* longer lines have shortlists */

/* Shortlists pay for themselves where lines are long, but not in tiles of a single score. Scores so
 * small that a finer unit has no float factor are rare enough to do without. */
static bool lists_help(const tnm_large *self)
{
    enum { LEAST_EXPONENT = -64 };
    size_t m = (size_t)self->problem.m;
    const float *given = self->tile.given;
    return m > LONG && self->tile.exponent >= LEAST_EXPONENT &&
           memcmp(given, given + 1, (m * m - 1) * sizeof *given) != 0;
}

/* Goes on by shortlists after so many half rounds, and proves what they settle on. */
static tnm_outcome settle_lists(tnm_large *self, const tnm_band *band, size_t tile, tnm_stage stage,
                                int *half, bool *proven)
{
    const tnm_relaxation relaxation = tnm_shortlist_relaxation();
    const int taken = *half;
    tnm_stages_enter(self->stages, stage);
    tnm_outcome outcome =
        self->kernel->ascend_lists(&self->tile, &self->lists, &self->problem, &relaxation, half);
    *proven = outcome == TNM_SOLVED && self->kernel->prove(&self->tile, &self->problem) &&
              is_proven(self, band, tile);
    self->stages->half_rounds[stage] += (size_t)(*half - taken);
    self->stages->tiles[stage] += *proven;
    return outcome;
}

/* Larger tiles without lists seldom finish in 16 bits, and then have paid for both ascents. */
enum { WARM_SIDE = 24 };

/* From the caller's prices, where there are any. Where they do not lead to a proof soon, they were
 * no good, and the tile starts afresh. */
static bool ascend_warm(tnm_large *self, const tnm_band *band, const tnm_answer *answer,
                        size_t tile)
{
    const tnm_relaxation warm = {.factor = tnm_large_relaxation_for(self->problem.m).factor,
                                 .first_test = 2,
                                 .half_rounds = 16,
                                 .patience = 16};
    int half = tnm_shortlist_relaxation().listed - 2; /* the two that make the lists */
    bool proven;
    if (answer->warm_prices == NULL || (self->problem.m > WARM_SIDE && self->problem.m <= LONG))
        return false;
    const int64_t *prices = answer->warm_prices + tile * tnm_certificate_length(band->m);
    tnm_stages_enter(self->stages, TNM_STAGE_WARM);
    self->kernel->load(&self->tile, scores_of(band, tile), band->stride, &self->problem);
    if (!tnm_warm_start(&self->tile, &self->problem, prices))
        return false;
    if (self->problem.m <= WARM_SIDE)
        return ascend(self, band, tile, TNM_STAGE_WARM, warm, 0);
    return lists_help(self) &&
           settle_lists(self, band, tile, TNM_STAGE_WARM, &half, &proven) == TNM_SOLVED && proven;
}

/* Finer windows: 2^25 times finer in the end, for wide ranges. */
enum { LEVELS = 5, BITS = 5 };

/* Whether lines, two or more of a side, are so tiny that no window tells their scores apart. */
static bool has_tiny_lines(const tnm_large_tile *tile, int m)
{
    const float limit = (float)ldexp(1, tile->exponent - LEVELS * BITS);
    int32_t seen_in_cols[TNM_MAX_TILE] = {0}, rows = 0, cols = 0;
    for (int i = 0; i < m; i++) {
        const float *row = tile->given + i * m;
        int32_t seen_in_row = 0;
        for (int j = 0; j < m; j++) {
            int32_t seen = row[j] >= limit;
            seen_in_row |= seen;
            seen_in_cols[j] |= seen;
        }
        rows += !seen_in_row;
    }
    for (int j = 0; j < m; j++)
        cols += !seen_in_cols[j];
    return rows > 1 || cols > 1;
}

/* Whether all scores are multiples of the window's unit, as those of few bits are: a finer one then
 * shows the same ties. */
static bool lies_on_grid(const tnm_large_tile *tile, int m)
{
    const float per_unit = (float)ldexp(1, -tile->exponent), whole = 0x1p23f;
    int32_t off = 0;
    if (isinf(per_unit))
        return false; /* nobody has looked */
    for (int i = 0; i < m; i++) {
        const float *row = tile->given + i * m;
        for (int j = 0; j < m; j++) {
            float units = row[j] * per_unit, few = units < whole ? units : 0; /* all others are */
            off |= (few + whole) - whole != few;
        }
    }
    return !off;
}

/* Whether most rows have to keep scores of less than 2^14 units: 16 bits see little of these. */
static bool most_rows_are_faint(const tnm_large_tile *tile, const tnm_problem *problem)
{
    enum { CLEAR_BITS = 14 };
    int m = problem->m;
    const float limit = (float)ldexp(1, tile->exponent + CLEAR_BITS);
    int faint = 0;
    for (int i = 0; i < m; i++) {
        const float *row = tile->given + i * m;
        int32_t clear = 0;
        for (int j = 0; j < m; j++)
            clear += row[j] >= limit;
        faint += clear < problem->n;
    }
    return 2 * faint > m;
}

/* Whether a finer window is worth trying: not for whole scores, not twice where ties are in the way
 * of nothing but themselves or the first one showed all there is, and not where it could not look
 * behind them; but for M > 32 the better prices save paths that cost more. What the first two do
 * not solve, others do only where scores spread over many orders of magnitude; else paths have few
 * units left to move. */
static bool refining_helps(const tnm_large *self, int level)
{
    enum { FEW = 2 };
    if (level >= FEW && !most_rows_are_faint(&self->tile, &self->problem))
        return false;
    if (level == 0 && self->problem.m <= 32 && self->tile.hidden &&
        has_tiny_lines(&self->tile, self->problem.m))
        return false;
    if (level > 0 && lies_on_grid(&self->tile, self->problem.m))
        return false;
    return !self->stuck || (level == 0 && self->tile.quantum <= 1);
}

/* By shortlists; where these settle on prices that do not prove the tile, on from there in a finer
 * window, which is the first level; where they do not settle, as if there were none. */
static bool ascend_lists(tnm_large *self, const tnm_band *band, size_t tile, int *level)
{
    int m = self->problem.m, half = 0;
    bool proven;
    if (settle_lists(self, band, tile, TNM_STAGE_LISTS, &half, &proven) != TNM_SOLVED) {
        tnm_stages_enter(self->stages, TNM_STAGE_ASCENT);
        return ascend(self, band, tile, TNM_STAGE_ASCENT, tnm_large_relaxation_for(m), half);
    }
    if (proven)
        return true;
    tnm_stages_enter(self->stages, TNM_STAGE_REFINED);
    self->kernel->refine(&self->tile, &self->problem, 0);
    *level = 1;
    return ascend(self, band, tile, TNM_STAGE_REFINED, tnm_refined_relaxation_for(m, 0), 0);
}

/* From a guess, where there is one, or afresh. */
static bool ascend_first(tnm_large *self, const tnm_band *band, const int64_t *guess, size_t tile,
                         int *level)
{
    tnm_relaxation relaxation = tnm_large_relaxation_for(self->problem.m);
    tnm_stages_enter(self->stages, TNM_STAGE_ASCENT);
    self->kernel->load(&self->tile, scores_of(band, tile), band->stride, &self->problem);
    *level = 0;
    if (lists_help(self))
        return ascend_lists(self, band, tile, level);
    if (guess != NULL && tnm_warm_start(&self->tile, &self->problem, guess))
        relaxation = tnm_continued_relaxation_for(self->problem.m);
    return ascend(self, band, tile, TNM_STAGE_ASCENT, relaxation, 0);
}

static bool solve_tile(tnm_large *self, const tnm_band *band, const tnm_answer *answer,
                       const int64_t *guess, size_t tile)
{
    int m = self->problem.m, level;
    if (guess == NULL && ascend_warm(self, band, answer, tile))
        return true;
    if (ascend_first(self, band, guess, tile, &level))
        return true;
    for (; level < LEVELS && refining_helps(self, level); level++) {
        tnm_stages_enter(self->stages, TNM_STAGE_REFINED);
        self->kernel->refine(&self->tile, &self->problem, BITS);
        if (ascend(self, band, tile, TNM_STAGE_REFINED, tnm_refined_relaxation_for(m, level), 0))
            return true;
    }
    return false;
}

size_t tnm_large_solve(tnm_large *large, const tnm_band *band, const tnm_answer *answer,
                       bool guessed, uint32_t *pending, size_t count, tnm_stages *stages)
{
    size_t open = 0;
    large->stages = stages;
    for (size_t k = 0; k < count; k++) {
        uint32_t tile = pending[k];
        int64_t *prices = tnm_certificate_of(answer, band->m, tile);
        bool guess = guessed && prices[0] != TNM_NO_PRICES;
        if (solve_tile(large, band, answer, guess ? prices : NULL, tile))
            tnm_mask_put(answer->rows, large->tile.kept, band->tiles, band->m, tile);
        else
            pending[open++] = tile;
        put_prices(prices, &large->tile, &large->problem);
    }
    return open;
}
