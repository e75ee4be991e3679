#include "bench/speed/whole.h"

static size_t repetitions_of(const tnm_speed_plan *plan)
{
    return plan->quick ? 2 : 7;
}

/* Passes over the matrix, until the slice is used up. */
static tnm_error take_turn(tnm_whole *self, double slice, double *seconds)
{
    tnm_options options;
    double start = tnm_speed_now(self->threads), spent = 0;
    size_t passes = 0;
    tnm_error error = TNM_OK;
    tnm_options_init(&options);
    options.threads = self->threads;
    while (error == TNM_OK && (passes == 0 || spent < slice)) {
        error = tnm_solve(self->matrix, &self->problem, &options, NULL, NULL, &self->result);
        spent = tnm_speed_now(self->threads) - start;
        passes++;
    }
    *seconds = spent / (double)(passes * self->result.tiles);
    return error;
}

tnm_error tnm_wholes_time(tnm_whole *runs, size_t count, const tnm_speed_plan *plan)
{
    tnm_error error = TNM_OK;
    double slice = plan->quick ? 0.002 : 0.02, unused;
    for (size_t k = 0; k < count; k++)
        TNM_TRY(take_turn(&runs[k], 0, &unused));
    for (size_t r = 0; r < repetitions_of(plan); r++) {
        for (size_t k = 0; k < count; k++)
            TNM_TRY(take_turn(&runs[k], slice, &runs[k].seconds[r]));
    }
out:
    return error;
}

static tnm_measurement row_of(const tnm_whole *run, const char *section, const char *source)
{
    return (tnm_measurement){.section = section,
                             .source = source,
                             .problem = run->problem,
                             .method = "exact",
                             .isa = tnm_isa_name(tnm_isa_best()),
                             .threads = run->threads,
                             .rows = run->matrix->rows,
                             .cols = run->matrix->cols,
                             .tiles = run->result.tiles,
                             .proven = -1};
}

tnm_error tnm_whole_add(tnm_measurements *out, const tnm_speed_plan *plan, const char *section,
                        const char *source, const tnm_whole *run)
{
    double nanoseconds[TNM_MOST_REPETITIONS];
    for (size_t r = 0; r < repetitions_of(plan); r++)
        nanoseconds[r] = 1e9 * run->seconds[r];
    tnm_measurement row = row_of(run, section, source);
    row.quantity = "time";
    row.unit = "ns/tile";
    row.value = tnm_spread_of(nanoseconds, repetitions_of(plan));
    tnm_measurements_judge(out, &row, tnm_own_method("exact"), &run->result);
    return tnm_measurements_add(out, &row);
}

tnm_error tnm_whole_add_speed_up(tnm_measurements *out, const tnm_speed_plan *plan,
                                 const char *section, const char *source, const tnm_whole *one,
                                 const tnm_whole *run)
{
    double ratios[TNM_MOST_REPETITIONS];
    for (size_t r = 0; r < repetitions_of(plan); r++)
        ratios[r] = one->seconds[r] / run->seconds[r];
    tnm_measurement row = row_of(run, section, source);
    row.quantity = "speed-up";
    row.unit = "x";
    row.value = tnm_spread_of(ratios, repetitions_of(plan));
    return tnm_measurements_add(out, &row);
}
