#include "solver/exact/finish.h"

#include "instances/fixed.h"
#include "solver/exact/augment.h"
#include "solver/exact/levels.h"
#include "solver/residual.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct tnm_finisher {
    tnm_problem problem;
    tnm_augment_kernel *augment;
    tnm_augment paths;
    tnm_levels *levels;
    tnm_residual *residual;
};

tnm_error tnm_finisher_open(tnm_finisher **finisher, const tnm_problem *problem)
{
    tnm_error error = TNM_OK;
    TNM_TRY(TNM_NEW(*finisher, 1));
    (*finisher)->problem = *problem;
    (*finisher)->augment = tnm_augment_kernel_for(tnm_isa_best());
    TNM_TRY(tnm_levels_open(&(*finisher)->levels, problem->m));
    TNM_TRY(tnm_residual_init(&(*finisher)->residual, problem->m));
out:
    return error;
}

void tnm_finisher_close(tnm_finisher *finisher)
{
    if (finisher != NULL) {
        tnm_levels_close(finisher->levels);
        tnm_residual_free(finisher->residual);
    }
    free(finisher);
}

/* A price in units of 2^from, in units of 2^to. */
static int64_t rescale(int64_t price, int64_t from, int to)
{
    double rescaled = ldexp((double)price, (int)from - to);
    double most = 0x1p50;
    return llrint(rescaled > most ? most : rescaled < -most ? -most : rescaled);
}

/* Takes scores, and the prices found so far, in the coarsest unit that is exact, or the finest one
 * in which prices can be verified as doubles; whether it is exact. */
static bool load_paths(tnm_finisher *self, const tnm_band *band, size_t tile,
                       const int64_t *certificate, int *unit)
{
    enum { BITS = 50 };
    int64_t integers[TNM_MAX_TILE * TNM_MAX_TILE];
    size_t m = band->m;
    bool atmost = self->problem.constraint == TNM_ATMOST;
    bool exact = tnm_fixed_tile(band, tile, BITS, integers, unit);
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < m; j++) {
            self->paths.scores[i][j] = integers[i * m + j];
            self->paths.transposed[j][i] = integers[i * m + j];
        }
        int64_t row_price = rescale(certificate[1 + i], certificate[0], *unit);
        int64_t col_price = rescale(certificate[1 + m + i], certificate[0], *unit);
        self->paths.row_price[i] = row_price;
        self->paths.col_price[i] = atmost && col_price < 0 ? 0 : col_price;
        self->paths.row_zero[i] = self->paths.col_zero[i] = 0;
    }
    return exact;
}

/* Whether the rounded scores of two rows or more, or of as many columns, are all 0. */
static bool has_lost_lines(const tnm_augment *paths, size_t m)
{
    int64_t in_cols[TNM_MAX_TILE] = {0}; /* the bits that any score of the column has */
    int rows = 0, cols = 0;
    for (size_t i = 0; i < m; i++) {
        int64_t in_row = 0;
        for (size_t j = 0; j < m; j++) {
            in_row |= paths->scores[i][j];
            in_cols[j] |= paths->scores[i][j];
        }
        rows += in_row == 0;
    }
    for (size_t j = 0; j < m; j++)
        cols += in_cols[j] == 0;
    return rows > 1 || cols > 1;
}

/* The middle of what the price of a line may be: no more than any kept entry is worth, no less than
 * any dropped one, and under atmost nothing where there is room. */
static int64_t central_price(const int64_t *scores, const int64_t *prices, uint64_t kept, int m,
                             int n, bool atmost)
{
    int64_t least = INT64_MAX / 2, most = atmost ? 0 : -INT64_MAX / 2;
    if (atmost && __builtin_popcountll(kept) < n)
        return 0;
    for (int k = 0; k < m; k++) {
        int64_t reduced = scores[k] - prices[k];
        if (kept >> k & 1)
            least = reduced < least ? reduced : least;
        else
            most = reduced > most ? reduced : most;
    }
    return most + (least - most) / 2;
}

/* Where scores had to be rounded, prices at the edge of what they may be prove nothing: moves them
 * to the middle. */
static void center_prices(tnm_augment *paths, const tnm_problem *problem)
{
    enum { ROUNDS = 4 };
    int m = problem->m, n = problem->n;
    bool atmost = problem->constraint == TNM_ATMOST;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < m; i++)
            paths->row_price[i] = central_price(paths->scores[i], paths->col_price,
                                                paths->ties.kept[i], m, n, atmost);
        for (int j = 0; j < m; j++)
            paths->col_price[j] =
                central_price(paths->transposed[j], paths->row_price, paths->cols[j], m, n, atmost);
    }
}

static void put_path_prices(int64_t *certificate, const tnm_augment *paths, size_t m, int scale)
{
    certificate[0] = scale;
    memcpy(certificate + 1, paths->row_price, m * sizeof(int64_t));
    memcpy(certificate + 1 + m, paths->col_price, m * sizeof(int64_t));
}

/* True when the prices found prove the mask found for the scores as given. Where rounding left
 * nothing of whole lines, there is more to decide, and no proof is looked for. */
static bool augment(tnm_finisher *self, const tnm_band *band, size_t tile, int64_t *certificate)
{
    tnm_augment *paths = &self->paths;
    int unit;
    bool exact = load_paths(self, band, tile, certificate, &unit);
    self->augment(paths, &self->problem);
    put_path_prices(certificate, paths, band->m, unit);
    if (!exact && has_lost_lines(paths, band->m))
        return false;
    if (tnm_tile_is_proven(&self->problem, band, tile, paths->ties.kept, certificate))
        return true;
    if (self->problem.n > 0 && self->problem.n < self->problem.m)
        center_prices(paths, &self->problem);
    put_path_prices(certificate, paths, band->m, unit);
    return tnm_tile_is_proven(&self->problem, band, tile, paths->ties.kept, certificate);
}

/* Level by level further down, until the mask is optimal. */
static void descend(tnm_finisher *self, const tnm_band *band, size_t tile, int unit)
{
    tnm_levels_start(self->levels, &self->problem, band, tile, unit);
    while (tnm_levels_next(self->levels, &self->paths))
        self->augment(&self->paths, &self->problem);
}

tnm_error tnm_finish_tile(tnm_finisher *self, const tnm_band *band, size_t tile, uint64_t *rows,
                          int64_t *certificate, tnm_stages *stages)
{
    size_t size = band->m * sizeof *rows;
    tnm_stages_enter(stages, TNM_STAGE_AUGMENT);
    bool proven = augment(self, band, tile, certificate);
    stages->tiles[TNM_STAGE_AUGMENT] += proven;
    if (proven) {
        memcpy(rows, self->paths.ties.kept, size);
        return TNM_OK;
    }
    tnm_stages_enter(stages, TNM_STAGE_REPAIR);
    stages->tiles[TNM_STAGE_REPAIR]++;
    descend(self, band, tile, (int)certificate[0]);
    memcpy(rows, self->paths.ties.kept, size);
    tnm_residual_start start = tnm_levels_result(self->levels);
    return tnm_residual_repair(self->residual, &self->problem, band, tile, rows, &start,
                               certificate);
}
