#include "bench/throughput.h"

#include "instances/generate.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

tnm_spread tnm_spread_of(double *values, size_t count)
{
    gsl_sort(values, 1, count);
    return (tnm_spread){values[0], gsl_stats_median_from_sorted_data(values, 1, count),
                        values[count - 1]};
}

/* The band all contestants answer, and where their answers go. */
typedef struct arena {
    tnm_band band;
    float *scores;
    uint64_t *rows;
    int64_t *prices;
    atomic_bool stop; /* nobody sets it */
    void *workspaces[TNM_MOST_CONTESTANTS];
    double samples[TNM_MOST_CONTESTANTS][TNM_MOST_REPETITIONS];
} arena;

static tnm_problem problem_of(const tnm_cell *cell, const tnm_contestant *contestant)
{
    return (tnm_problem){cell->n, cell->m, contestant->constraint};
}

/* Draws the band: magnitudes of a matrix of one band. */
static tnm_error draw(arena *self, const tnm_cell *cell, uint64_t seed)
{
    tnm_error error = TNM_OK;
    tnm_generator *generator = NULL;
    size_t m = (size_t)cell->m, stride = cell->tiles * m;
    tnm_recipe recipe = {.family = cell->family,
                         .rows = m,
                         .cols = stride,
                         .seed = seed,
                         .problem = {cell->n, cell->m, TNM_EQUAL}};
    TNM_TRY(TNM_NEW(self->scores, m * stride));
    TNM_TRY(TNM_NEW(self->rows, stride));
    TNM_TRY(TNM_NEW(self->prices, cell->tiles * tnm_certificate_length(m)));
    TNM_TRY(tnm_generator_open(&generator, &recipe));
    for (size_t i = 0; i < m; i++)
        TNM_TRY(tnm_generator_row(generator, self->scores + i * stride));
    for (size_t k = 0; k < m * stride; k++)
        self->scores[k] = fabsf(self->scores[k]);
    self->band = (tnm_band){.m = m, .tiles = cell->tiles, .stride = stride, .scores = self->scores};
out:
    tnm_generator_close(generator);
    return error;
}

static tnm_error answer(arena *self, const tnm_cell *cell, size_t k)
{
    tnm_answer places = {.rows = self->rows, .prices = self->prices};
    size_t length = tnm_certificate_length(self->band.m);
    tnm_error error = tnm_isa_force(cell->contestants[k].isa);
    if (error != TNM_OK)
        return error;
    for (size_t t = 0; t < cell->tiles; t++)
        self->prices[t * length] = TNM_NO_PRICES;
    return cell->contestants[k].method->solve(self->workspaces[k], &self->band, &places);
}

/* Opens a contestant's workspace and grades its answer; this also warms the caches up. */
static tnm_error qualify(arena *self, const tnm_cell *cell, size_t k, const tnm_settings *settings)
{
    tnm_error error = TNM_OK;
    tnm_contestant *contestant = &cell->contestants[k];
    tnm_problem problem = problem_of(cell, contestant);
    tnm_verdict *verdict = NULL;
    TNM_TRY(TNM_NEW(verdict, 1));
    TNM_TRY(tnm_isa_force(contestant->isa));
    TNM_TRY(contestant->method->open(&self->workspaces[k], &problem, settings));
    TNM_TRY(answer(self, cell, k));
    tnm_verify_band(verdict, &problem, &self->band, self->rows, self->prices, NULL);
    contestant->proven = verdict->proven;
    contestant->broken = verdict->broken;
out:
    free(verdict);
    return error;
}

/* Seconds a tile, over as many passes as the cell's time asks for. */
static tnm_error pass(arena *self, const tnm_cell *cell, size_t k, double *seconds)
{
    double spent = 0;
    size_t passes = 0;
    do {
        double start = tnm_now();
        tnm_error error = answer(self, cell, k);
        if (error != TNM_OK)
            return error;
        spent += tnm_now() - start;
        passes++;
    } while (spent < cell->seconds);
    *seconds = spent / (double)(passes * cell->tiles);
    return TNM_OK;
}

tnm_error tnm_cell_measure(tnm_cell *cell, uint64_t seed)
{
    tnm_error error = TNM_OK;
    arena *self = NULL;
    TNM_TRY(TNM_NEW(self, 1));
    tnm_settings settings = {.seed = seed, .stop = &self->stop};
    TNM_TRY(draw(self, cell, seed));
    for (size_t k = 0; k < cell->count; k++)
        TNM_TRY(qualify(self, cell, k, &settings));
    for (size_t r = 0; r < cell->repetitions; r++) {
        for (size_t k = 0; k < cell->count; k++)
            TNM_TRY(pass(self, cell, k, &self->samples[k][r]));
    }
    for (size_t k = 0; k < cell->count; k++)
        cell->contestants[k].seconds = tnm_spread_of(self->samples[k], cell->repetitions);
out:
    for (size_t k = 0; self != NULL && k < cell->count; k++)
        cell->contestants[k].method->close(self->workspaces[k]);
    if (self != NULL) {
        free(self->scores);
        free(self->rows);
        free(self->prices);
    }
    free(self);
    tnm_isa_release();
    return error;
}
