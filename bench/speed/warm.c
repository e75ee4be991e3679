#include "bench/speed/warm.h"

#include "bench/speed/arena.h"

#include <stdlib.h>

static const struct {
    const char *name;
    double size;
} changes[] = {
    {"gaussian, changed by 1e-4", 1e-4},
    {"gaussian, changed by 1e-3", 1e-3},
    {"gaussian, changed by 1e-2", 1e-2},
};
enum { CHANGES = sizeof changes / sizeof *changes };

/* The method at work on changed tiles, with or without the prices of the old ones. */
typedef struct run {
    const tnm_method *method;
    tnm_problem problem;
    tnm_arena before, after;
    atomic_bool stop; /* nobody sets it */
    void *workspace;
    double warm[TNM_MOST_REPETITIONS], ratio[TNM_MOST_REPETITIONS];
    tnm_result result;
} run;

static tnm_error answer(run *self, tnm_arena *arena, const int64_t *warm_prices)
{
    size_t m = (size_t)self->problem.m, length = tnm_certificate_length(m);
    tnm_error error = TNM_OK;
    for (size_t t = 0; t < arena->tiles; t++)
        arena->prices[t * length] = TNM_NO_PRICES;
    for (size_t k = 0; k < arena->count && error == TNM_OK; k++) {
        const tnm_band *band = &arena->bands[k];
        size_t first = band->first_tile;
        tnm_answer places = {.rows = arena->rows + first * m,
                             .prices = arena->prices + first * length,
                             .warm_prices =
                                 warm_prices != NULL ? warm_prices + first * length : NULL};
        error = self->method->solve(self->workspace, band, &places);
    }
    return error;
}

static tnm_error time_answer(run *self, const int64_t *warm_prices, double slice, double *seconds)
{
    double start = tnm_speed_now(1), spent = 0;
    size_t passes = 0;
    tnm_error error = TNM_OK;
    while (error == TNM_OK && (passes == 0 || spent < slice)) {
        error = answer(self, &self->after, warm_prices);
        spent = tnm_speed_now(1) - start;
        passes++;
    }
    *seconds = spent / (double)(passes * self->after.tiles);
    return error;
}

static tnm_error grade(run *self)
{
    tnm_error error = TNM_OK;
    tnm_verdict *verdict = NULL;
    size_t m = (size_t)self->problem.m, length = tnm_certificate_length(m);
    TNM_TRY(TNM_NEW(verdict, 1));
    for (size_t k = 0; k < self->after.count; k++) {
        const tnm_band *band = &self->after.bands[k];
        tnm_verify_band(verdict, &self->problem, band, self->after.rows + band->first_tile * m,
                        self->after.prices + band->first_tile * length, NULL);
    }
    tnm_verdict_result(verdict, &self->result);
out:
    free(verdict);
    return error;
}

static tnm_error sample(run *self, const tnm_speed_plan *plan, double change, size_t repetitions)
{
    tnm_error error = TNM_OK;
    tnm_source source = {.name = "gaussian"};
    tnm_settings settings = {.seed = plan->seed, .stop = &self->stop};
    double slice = plan->quick ? 0.001 : 0.02;
    TNM_TRY(
        tnm_arena_init(&self->before, &source, &self->problem, plan->quick ? 1 : 8, plan->seed));
    TNM_TRY(tnm_arena_change(&self->after, &self->before, change, plan->seed));
    TNM_TRY(self->method->open(&self->workspace, &self->problem, &settings));
    TNM_TRY(answer(self, &self->before, NULL));
    TNM_TRY(answer(self, &self->after, self->before.prices));
    TNM_TRY(grade(self));
    for (size_t r = 0; r < repetitions; r++) {
        double cold;
        TNM_TRY(time_answer(self, NULL, slice, &cold));
        TNM_TRY(time_answer(self, self->before.prices, slice, &self->warm[r]));
        self->ratio[r] = cold / self->warm[r];
        self->warm[r] *= 1e9;
    }
out:
    return error;
}

static tnm_error measure(tnm_measurements *out, const tnm_speed_plan *plan,
                         const tnm_problem *problem, size_t change)
{
    tnm_error error = TNM_OK;
    size_t repetitions = plan->quick ? 3 : 9;
    run self = {.method = tnm_own_method("exact"), .problem = *problem};
    TNM_TRY(sample(&self, plan, changes[change].size, repetitions));
    tnm_measurement row = {.section = "warm",
                           .source = changes[change].name,
                           .problem = *problem,
                           .method = "exact",
                           .isa = tnm_isa_name(tnm_isa_best()),
                           .threads = 1,
                           .tiles = self.after.tiles,
                           .quantity = "time",
                           .unit = "ns/tile",
                           .value = tnm_spread_of(self.warm, repetitions)};
    tnm_measurements_judge(out, &row, self.method, &self.result);
    TNM_TRY(tnm_measurements_add(out, &row));
    row.quantity = "speed-up";
    row.unit = "x";
    row.value = tnm_spread_of(self.ratio, repetitions);
    TNM_TRY(tnm_measurements_add(out, &row));
out:
    self.method->close(self.workspace);
    tnm_arena_free(&self.before);
    tnm_arena_free(&self.after);
    return error;
}

size_t tnm_warm_steps(const tnm_speed_plan *plan)
{
    return plan->pattern_count * CHANGES;
}

tnm_error tnm_warm_measure(tnm_measurements *out, tnm_speed_plan *plan)
{
    tnm_error error = TNM_OK;
    for (size_t p = 0; p < plan->pattern_count; p++) {
        for (size_t c = 0; c < CHANGES; c++) {
            TNM_TRY(measure(out, plan, &plan->patterns[p], c));
            TNM_TRY(tnm_speed_step(plan));
        }
    }
out:
    return error;
}
