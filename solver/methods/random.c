/* random: the best of `count` masks drawn uniformly from all that keep exactly N in every line, for
 * each tile anew. [meng2025] compare with the best of 1000, as Max1000; how theirs are drawn is not
 * known to us. It tells how rare good masks are.
 *
 * Every tile has a stream of its own, from the seed and its number in the matrix. Under `atmost`
 * masks are the same: one that keeps less can only be worse than some that keeps N. Ties: the mask
 * that was drawn first. Sums that are compared are doubles.
 *
 * Drawing takes a table of counts (formulations/diversity/sample.h), one for all threads. */
#include "solver/methods/random.h"

#include "formulations/diversity/sample.h"

#include <stdlib.h>
#include <string.h>

static const tnm_method_parameter parameters[] = {
    {.name = "count",
     .low = 1,
     .high = 1e9,
     .initial = "100",
     .meaning = "masks drawn for a tile; 1000 are the Max1000 of meng2025"},
    {0}};

/* ---- tables, shared by threads -------------------------------------------------------------- */

/* A table and who draws from it. All that are in use form a list. */
typedef struct shared_masks {
    tnm_problem problem;
    tnm_masks *masks;
    size_t users;
    struct shared_masks *next;
} shared_masks;

static shared_masks *all_shared; /* by one thread at a time: omp critical(tnm_random_masks) */

static shared_masks *find_shared(const tnm_problem *problem)
{
    shared_masks *shared = all_shared;
    while (shared != NULL && (shared->problem.n != problem->n || shared->problem.m != problem->m))
        shared = shared->next;
    return shared;
}

static tnm_error make_shared(shared_masks **shared, const tnm_problem *problem)
{
    tnm_error error = TNM_OK;
    shared_masks *self = NULL;
    TNM_TRY(TNM_NEW(self, 1));
    self->problem = *problem;
    TNM_TRY(tnm_masks_open(&self->masks, problem, NULL, NULL));
    self->next = all_shared;
    all_shared = self;
    *shared = self;
    return TNM_OK;
out:
    free(self);
    return error;
}

static tnm_error borrow_masks(shared_masks **shared, const tnm_problem *problem)
{
    tnm_error error = TNM_OK;
#pragma omp critical(tnm_random_masks)
    {
        *shared = find_shared(problem);
        if (*shared == NULL)
            error = make_shared(shared, problem);
        if (error == TNM_OK)
            (*shared)->users++;
    }
    return error;
}

static void return_masks(shared_masks *shared)
{
#pragma omp critical(tnm_random_masks)
    if (shared != NULL && --shared->users == 0) {
        shared_masks **link = &all_shared;
        while (*link != shared)
            link = &(*link)->next;
        *link = shared->next;
        tnm_masks_close(shared->masks);
        free(shared);
    }
}

/* ---- workspace ------------------------------------------------------------------------------ */

typedef struct workspace {
    size_t m;
    size_t count;
    uint64_t seed;
    const tnm_settings *settings;
    shared_masks *shared;
    tnm_drawer *drawer;
} workspace;

/* A table that takes seconds at most. */
static const char *refuses(const tnm_problem *problem)
{
    static const tnm_need limit = {.states = 1e7, .bytes = 1e8, .steps = 1e8};
    tnm_problem equal = {problem->n, problem->m, TNM_EQUAL};
    tnm_need need;
    bool fits = tnm_need_estimate(&need, &equal, true) == TNM_OK && tnm_need_within(&need, &limit);
    return fits ? NULL : "too many masks";
}

static tnm_error open(void **opaque, const tnm_problem *problem, const tnm_settings *settings)
{
    tnm_error error = TNM_OK;
    workspace *self = NULL;
    tnm_problem equal = {problem->n, problem->m, TNM_EQUAL};
    tnm_stream stream = {settings->seed};
    TNM_TRY(TNM_NEW(self, 1));
    *opaque = self;
    self->m = (size_t)problem->m;
    self->count = (size_t)tnm_method_parameter_number(&parameters[0], settings->parameters);
    self->seed = tnm_stream_next(&stream);
    self->settings = settings;
    TNM_TRY(borrow_masks(&self->shared, &equal));
    TNM_TRY(tnm_drawer_open(&self->drawer, self->shared->masks));
out:
    return error;
}

static void close(void *opaque)
{
    workspace *self = opaque;
    if (self == NULL)
        return;
    tnm_drawer_close(self->drawer);
    return_masks(self->shared);
    free(self);
}

/* ---- tiles ---------------------------------------------------------------------------------- */

/* What a mask keeps, row by row. */
static double value_of(const uint64_t *mask, const double *scores, size_t m)
{
    double value = 0;
    for (size_t i = 0; i < m; i++) {
        for (uint64_t bits = mask[i]; bits != 0; bits &= bits - 1)
            value += scores[i * m + (size_t)__builtin_ctzll(bits)];
    }
    return value;
}

/* The stream of a tile: one that no other tile's is near. */
static tnm_stream stream_of(const workspace *self, size_t number)
{
    tnm_stream start = {self->seed + number};
    return (tnm_stream){tnm_stream_next(&start)};
}

static tnm_error answer_tile(workspace *self, const tnm_band *band, size_t tile, uint64_t *best)
{
    double scores[TNM_MAX_TILE * TNM_MAX_TILE], most = -1;
    uint64_t mask[TNM_MAX_TILE];
    tnm_stream stream = stream_of(self, band->first_tile + tile);
    for (size_t e = 0; e < self->m * self->m; e++)
        scores[e] = tnm_band_score(band, tile, e / self->m, e % self->m);
    for (size_t k = 0; k < self->count; k++) {
        if (k % 1024 == 0 && tnm_stop_requested(self->settings))
            return TNM_ERROR_LIMIT;
        tnm_drawer_draw(self->drawer, &stream, mask);
        double value = value_of(mask, scores, self->m);
        if (value > most) {
            most = value;
            memcpy(best, mask, self->m * sizeof *best);
        }
    }
    return TNM_OK;
}

static tnm_error solve(void *opaque, const tnm_band *band, tnm_answer *answer)
{
    tnm_error error = TNM_OK;
    uint64_t tile_rows[TNM_MAX_TILE];
    for (size_t t = 0; t < band->tiles && error == TNM_OK; t++) {
        error = answer_tile(opaque, band, t, tile_rows);
        if (error == TNM_OK)
            tnm_mask_put(answer->rows, tile_rows, band->tiles, band->m, t);
    }
    return error;
}

const tnm_method tnm_random_method = {
    .name = "random",
    .summary = "the best of so many uniform random masks",
    .reference = "meng2025",
    .capabilities = TNM_METHOD_RANDOM,
    .largest_m = TNM_MAX_TILE,
    .parameters = parameters,
    .refuses = refuses,
    .open = open,
    .solve = solve,
    .close = close,
};
