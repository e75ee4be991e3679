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
    const tnm_augment_kernel *kernel;
    tnm_augment paths;
    tnm_levels *levels;
    tnm_residual *residual;
};

tnm_error tnm_finisher_open(tnm_finisher **finisher, const tnm_problem *problem)
{
    tnm_error error = TNM_OK;
    TNM_TRY(TNM_NEW(*finisher, 1));
    (*finisher)->problem = *problem;
    (*finisher)->kernel = tnm_augment_kernel_for(tnm_isa_best());
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

/* Takes scores, and the column prices found so far, in the coarsest unit that is exact, or the
 * finest one in which prices can be verified as doubles; whether it is exact. Scores that an ascent
 * on 16 bits has seen as they are need no other one. */
static bool load_paths(tnm_finisher *self, const tnm_band *band, size_t tile,
                       const int64_t *certificate, int *unit)
{
    enum { BITS = TNM_AUGMENT_BITS, SHORT_BITS = 15 };
    tnm_augment *paths = &self->paths;
    tnm_spread spread = tnm_tile_spread(band, tile);
    bool atmost = self->problem.constraint == TNM_ATMOST;
    bool exact = spread.top - spread.bottom <= BITS;
    *unit = exact ? spread.bottom : spread.top - BITS;
    self->kernel->load(paths, band, tile, *unit);
    paths->limit = INT64_C(1) << (BITS - 1);
    paths->ascends = spread.top - spread.bottom > SHORT_BITS;
    for (size_t k = 0; k < band->m; k++) {
        int64_t col_price = rescale(certificate[1 + band->m + k], certificate[0], *unit);
        paths->col_price[k] = atmost && col_price < 0 ? 0 : col_price;
        paths->row_zero[k] = paths->col_zero[k] = 0;
    }
    return exact;
}

static void put_path_prices(int64_t *certificate, const tnm_augment *paths, size_t m, int scale)
{
    certificate[0] = scale;
    memcpy(certificate + 1, paths->row_price, m * sizeof(int64_t));
    memcpy(certificate + 1 + m, paths->col_price, m * sizeof(int64_t));
}

/* True when the prices found prove the mask found for the scores as given. Where these had to be
 * rounded, prices at the edge of what they may be prove nothing. */
static bool augment(tnm_finisher *self, const tnm_band *band, size_t tile, int64_t *certificate)
{
    tnm_augment *paths = &self->paths;
    int unit;
    bool exact = load_paths(self, band, tile, certificate, &unit);
    self->kernel->solve(paths, &self->problem);
    if (!exact && self->problem.n > 0 && self->problem.n < self->problem.m)
        self->kernel->center(paths, &self->problem);
    put_path_prices(certificate, paths, band->m, unit);
    return tnm_tile_is_proven(&self->problem, band, tile, paths->ties.kept, certificate);
}

/* Level by level further down, until the mask is optimal. */
static void descend(tnm_finisher *self, const tnm_band *band, size_t tile, int unit)
{
    tnm_levels_start(self->levels, self->kernel, &self->problem, band, tile, unit);
    while (tnm_levels_next(self->levels, &self->paths))
        self->kernel->solve(&self->paths, &self->problem);
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
