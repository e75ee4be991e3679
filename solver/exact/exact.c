/* exact: our own method, proven optimal masks in stages from cheap to sure.
 *
 *     trivial      N = 0 and N = M need no search
 *     warm         tiles of M > 8 from the prices of an earlier matrix, where the caller has some
 *     ascent       dual ascent on 16-bit scores, in vector lanes (kernel.h)
 *     lists        tiles of M > 32: the same on the few entries a line that decide
 *     paths        tiles of M <= 8 left: shortest augmenting paths, in vector lanes (paths.h)
 *     refined      large tiles with the scores taken anew, in finer units around the prices found
 *     tied         large tiles in which ties stand in the way: tied entries as the counts want them
 *     augment      shortest augmenting paths from the prices found, on 64-bit scores (augment.h)
 *     repair       cancelling cycles in the residual graph, in exact arithmetic, for tiles whose
 *                  exponents spread too far for 64 bits (residual.h)
 *
 * A stage accepts a tile only when it has proven its mask optimal for the scores as given, and
 * hands the others on; the last stage always finishes. docs/exact.md tells the whole story. */
#include "solver/exact/exact.h"

#include "solver/exact/finish.h"
#include "solver/exact/kernel.h"
#include "solver/exact/large.h"
#include "solver/exact/pathfinder.h"
#include "solver/exact/paths.h"
#include "solver/exact/small.h"
#include "solver/exact/stages.h"

#include <stdlib.h>
#include <string.h>

typedef struct workspace {
    tnm_problem problem;
    tnm_small *small;
    tnm_pathfinder *pathfinder;
    tnm_large *large;
    tnm_finisher *finisher;
    uint32_t *pending; /* tiles of the band that are still open */
    int64_t *prices;   /* for a caller who wants none */
    size_t capacity;   /* tiles that the two have room for */
    tnm_stages stages;
} workspace;

/* ---- the last resorts -------------------------------------------------------------------- */

static tnm_error finish(workspace *self, const tnm_band *band, tnm_answer *answer, size_t tile)
{
    uint64_t rows[TNM_MAX_TILE];
    tnm_error error = tnm_finish_tile(self->finisher, band, tile, rows,
                                      tnm_certificate_of(answer, band->m, tile), &self->stages);
    if (error == TNM_OK)
        tnm_mask_put(answer->rows, rows, band->tiles, band->m, tile);
    return error;
}

/* ---- the method -------------------------------------------------------------------------- */

static void close_exact(void *opaque)
{
    workspace *self = opaque;
    if (self == NULL)
        return;
    tnm_small_close(self->small);
    tnm_pathfinder_close(self->pathfinder);
    tnm_large_close(self->large);
    free(self->pending);
    free(self->prices);
    tnm_finisher_close(self->finisher);
    free(self);
}

static tnm_error open_exact(void **opaque, const tnm_problem *problem, const tnm_settings *settings)
{
    tnm_error error = TNM_OK;
    workspace *self = NULL;
    TNM_TRY(TNM_NEW(self, 1));
    self->problem = *problem;
    (void)settings;
    TNM_TRY(tnm_small_open(&self->small, problem));
    TNM_TRY(tnm_pathfinder_open(&self->pathfinder, problem));
    TNM_TRY(tnm_large_open(&self->large, problem));
    TNM_TRY(tnm_finisher_open(&self->finisher, problem));
    *opaque = self;
    return TNM_OK;
out:
    close_exact(self);
    return error;
}

static tnm_error make_room(workspace *self, size_t tiles)
{
    tnm_error error = TNM_OK;
    if (tiles <= self->capacity)
        return TNM_OK;
    free(self->pending);
    free(self->prices);
    self->pending = NULL;
    self->prices = NULL;
    self->capacity = 0;
    TNM_TRY(TNM_NEW(self->pending, tiles + TNM_LANES));
    TNM_TRY(TNM_NEW(self->prices, tiles * tnm_certificate_length((size_t)self->problem.m)));
    self->capacity = tiles;
out:
    return error;
}

static size_t all_pending(workspace *self, const tnm_band *band)
{
    for (size_t tile = 0; tile < band->tiles; tile++)
        self->pending[tile] = (uint32_t)tile;
    return band->tiles;
}

/* N = 0 and N = M: the augmenting paths have nothing to do from these prices. */
static size_t leave_all(workspace *self, const tnm_band *band, const tnm_answer *answer)
{
    size_t length = tnm_certificate_length(band->m);
    memset(answer->prices, 0, band->tiles * length * sizeof(int64_t));
    return all_pending(self, band);
}

/* Returns how many tiles are open. */
static size_t search(workspace *self, const tnm_band *band, const tnm_answer *answer)
{
    uint32_t *pending = self->pending;
    tnm_stages *stages = &self->stages;
    bool small = tnm_is_small(&self->problem);
    size_t open = small ? tnm_small_solve(self->small, band, answer, pending, stages)
                        : all_pending(self, band);
    return self->problem.m <= TNM_PATH_SIDE
               ? tnm_pathfinder_solve(self->pathfinder, band, answer, pending, open, stages)
               : tnm_large_solve(self->large, band, answer, small, pending, open, stages);
}

static tnm_error solve_exact(void *opaque, const tnm_band *band, tnm_answer *callers)
{
    workspace *self = opaque;
    tnm_answer answer = *callers;
    size_t open;
    tnm_error error = make_room(self, band->tiles);
    if (error != TNM_OK)
        return error;
    if (answer.prices == NULL)
        answer.prices = self->prices;
    bool trivial = self->problem.n == 0 || self->problem.n == self->problem.m;
    open = trivial ? leave_all(self, band, &answer) : search(self, band, &answer);
    for (size_t k = 0; k < open && error == TNM_OK; k++)
        error = finish(self, band, &answer, self->pending[k]);
    tnm_stages_enter(&self->stages, TNM_STAGE_NONE);
    return error;
}

static void merge_exact(void *opaque, const void *opaque_other)
{
    workspace *self = opaque;
    const workspace *other = opaque_other;
    tnm_stages_add(&self->stages, &other->stages);
}

static void report_exact(const void *opaque, FILE *stream)
{
    const workspace *self = opaque;
    tnm_stages_report(&self->stages, stream);
}

const tnm_method tnm_exact_method = {
    .name = "exact",
    .summary = "our own method: dual ascent in vector lanes, proven, then exact repair",
    .capabilities = TNM_METHOD_EXACT,
    .largest_m = TNM_MAX_TILE,
    .open = open_exact,
    .solve = solve_exact,
    .close = close_exact,
    .merge = merge_exact,
    .report = report_exact,
};
