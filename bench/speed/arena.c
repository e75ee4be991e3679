#include "bench/speed/arena.h"

#include "instances/generate.h"
#include "instances/number.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

/* Scores of a band, as the drive loads them at once. */
enum { BAND_SCORES = 1 << 16 };

/* Cuts `tiles` tiles into bands, and makes room for their scores and answers. */
static tnm_error cut(tnm_arena *self, size_t bands, size_t tiles)
{
    tnm_error error = TNM_OK;
    size_t m = (size_t)self->problem.m, each = BAND_SCORES / (m * m);
    self->tiles = tiles < bands * each ? tiles : bands * each;
    self->count = (self->tiles + each - 1) / each;
    TNM_TRY(TNM_NEW(self->bands, self->count));
    TNM_TRY(TNM_NEW(self->weights, self->tiles * m * m));
    TNM_TRY(TNM_NEW(self->scores, self->tiles * m * m));
    TNM_TRY(TNM_NEW(self->rows, self->tiles * m));
    TNM_TRY(TNM_NEW(self->prices, self->tiles * tnm_certificate_length(m)));
    for (size_t k = 0; k < self->count; k++) {
        size_t first = k * each, left = self->tiles - first;
        size_t count = left < each ? left : each;
        self->bands[k] = (tnm_band){.m = m,
                                    .tiles = count,
                                    .stride = count * m,
                                    .first_tile = first,
                                    .scores = self->scores + first * m * m,
                                    .weights = self->weights + first * m * m,
                                    .tile_row = k};
    }
out:
    return error;
}

/* Draws every band as a matrix of its own shape, row by row. */
static tnm_error draw(tnm_arena *self, const char *family, uint64_t seed)
{
    tnm_error error = TNM_OK;
    tnm_generator *generator = NULL;
    size_t m = (size_t)self->problem.m, cols = self->bands[0].stride;
    tnm_recipe recipe = {.family = family,
                         .rows = self->count * m,
                         .cols = cols,
                         .seed = seed,
                         .problem = self->problem};
    TNM_TRY(tnm_generator_open(&generator, &recipe));
    for (size_t i = 0; i < recipe.rows; i++)
        TNM_TRY(tnm_generator_row(generator, self->weights + i * cols));
out:
    tnm_generator_close(generator);
    return error;
}

/* Copies whole tiles of a matrix, in row-major order, rounded to floats. */
static void copy(tnm_arena *self, const tnm_matrix *matrix)
{
    size_t m = (size_t)self->problem.m, across = matrix->cols / m;
    for (size_t k = 0; k < self->count; k++) {
        const tnm_band *band = &self->bands[k];
        float *weights = self->weights + band->first_tile * m * m;
        for (size_t t = 0; t < band->tiles; t++) {
            size_t tile = band->first_tile + t;
            for (size_t i = 0; i < m; i++)
                tnm_number_to_float(weights + i * band->stride + t * m, matrix,
                                    tile / across * m + i, tile % across * m, m);
        }
    }
}

static void take_magnitudes(tnm_arena *self)
{
    size_t m = (size_t)self->problem.m;
    for (size_t k = 0; k < self->tiles * m * m; k++)
        self->scores[k] = fabsf(self->weights[k]);
}

tnm_error tnm_arena_init(tnm_arena *arena, const tnm_source *source, const tnm_problem *problem,
                         size_t bands, uint64_t seed)
{
    tnm_error error = TNM_OK;
    const tnm_matrix *matrix = source->matrix;
    size_t m = (size_t)problem->m;
    *arena = (tnm_arena){.problem = *problem};
    size_t tiles = matrix != NULL ? matrix->rows / m * (matrix->cols / m) : SIZE_MAX;
    if (tiles == 0)
        TNM_TRY(tnm_fail(TNM_ERROR_DATA, "%s: smaller than a tile of %d:%d", source->name,
                         problem->n, problem->m));
    TNM_TRY(cut(arena, bands, tiles));
    if (matrix != NULL)
        copy(arena, matrix);
    else
        TNM_TRY(draw(arena, source->name, seed));
    take_magnitudes(arena);
out:
    if (error != TNM_OK)
        tnm_arena_free(arena);
    return error;
}

tnm_error tnm_arena_change(tnm_arena *changed, const tnm_arena *arena, double change, uint64_t seed)
{
    tnm_error error = TNM_OK;
    size_t m = (size_t)arena->problem.m;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    *changed = (tnm_arena){.problem = arena->problem};
    if (random == NULL)
        TNM_TRY(tnm_fail(TNM_ERROR_MEMORY, "out of memory: random numbers"));
    gsl_rng_set(random, seed);
    TNM_TRY(cut(changed, arena->count, arena->tiles));
    for (size_t k = 0; k < arena->tiles * m * m; k++) {
        double factor = 1 + change * gsl_ran_gaussian_ziggurat(random, 1);
        changed->weights[k] = (float)(arena->weights[k] * factor);
    }
    take_magnitudes(changed);
out:
    gsl_rng_free(random);
    if (error != TNM_OK)
        tnm_arena_free(changed);
    return error;
}

void tnm_arena_free(tnm_arena *arena)
{
    free(arena->bands);
    free(arena->weights);
    free(arena->scores);
    free(arena->rows);
    free(arena->prices);
    *arena = (tnm_arena){0};
}
