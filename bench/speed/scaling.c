#include "bench/speed/scaling.h"

#include "bench/speed/matrix.h"
#include "bench/speed/whole.h"
#include "instances/input.h"

/* ---- threads ----------------------------------------------------------------------------- */

enum { MOST_RUNS = 32 };

static tnm_error measure_threads(tnm_measurements *out, const tnm_speed_plan *plan,
                                 const tnm_matrix *matrix, const tnm_problem *problem)
{
    tnm_error error = TNM_OK;
    tnm_whole runs[MOST_RUNS];
    size_t count = 0;
    for (int threads = 1; threads < plan->threads && count < MOST_RUNS - 1; threads *= 2)
        runs[count++] = (tnm_whole){.matrix = matrix, .problem = *problem, .threads = threads};
    runs[count++] = (tnm_whole){.matrix = matrix, .problem = *problem, .threads = plan->threads};
    TNM_TRY(tnm_wholes_time(runs, count, plan));
    for (size_t k = 0; k < count; k++) {
        TNM_TRY(tnm_whole_add(out, plan, "threads", "gaussian", &runs[k]));
        if (k > 0)
            TNM_TRY(tnm_whole_add_speed_up(out, plan, "threads", "gaussian", &runs[0], &runs[k]));
    }
out:
    return error;
}

size_t tnm_threads_steps(const tnm_speed_plan *plan)
{
    return plan->pattern_count;
}

tnm_error tnm_threads_measure(tnm_measurements *out, tnm_speed_plan *plan)
{
    tnm_error error = TNM_OK;
    tnm_input input = {0};
    TNM_TRY(tnm_input_open(&input, plan->matrix));
    size_t side = plan->side < 4096 ? plan->side : 4096;
    tnm_matrix part = tnm_speed_matrix_part(&input.matrix, side, side);
    for (size_t p = 0; p < plan->pattern_count; p++) {
        TNM_TRY(measure_threads(out, plan, &part, &plan->patterns[p]));
        TNM_TRY(tnm_speed_step(plan));
    }
out:
    tnm_input_close(&input);
    return error;
}

/* ---- sizes ------------------------------------------------------------------------------- */

static tnm_error measure_sizes(tnm_measurements *out, const tnm_speed_plan *plan,
                               const tnm_matrix *matrix, const tnm_problem *problem)
{
    tnm_error error = TNM_OK;
    tnm_matrix parts[MOST_RUNS];
    tnm_whole runs[MOST_RUNS];
    int threads[2];
    size_t choices = tnm_speed_threads(plan, threads), count = 0, sizes = 0;
    for (size_t side = 256; side <= plan->side && count + choices <= MOST_RUNS; side *= 2) {
        parts[sizes] = tnm_speed_matrix_part(matrix, side, side);
        for (size_t c = 0; c < choices; c++)
            runs[count++] =
                (tnm_whole){.matrix = &parts[sizes], .problem = *problem, .threads = threads[c]};
        sizes++;
    }
    TNM_TRY(tnm_wholes_time(runs, count, plan));
    for (size_t k = 0; k < count; k++)
        TNM_TRY(tnm_whole_add(out, plan, "sizes", "gaussian", &runs[k]));
out:
    return error;
}

size_t tnm_sizes_steps(const tnm_speed_plan *plan)
{
    return plan->pattern_count;
}

tnm_error tnm_sizes_measure(tnm_measurements *out, tnm_speed_plan *plan)
{
    tnm_error error = TNM_OK;
    tnm_input input = {0};
    TNM_TRY(tnm_input_open(&input, plan->matrix));
    for (size_t p = 0; p < plan->pattern_count; p++) {
        TNM_TRY(measure_sizes(out, plan, &input.matrix, &plan->patterns[p]));
        TNM_TRY(tnm_speed_step(plan));
    }
out:
    tnm_input_close(&input);
    return error;
}
