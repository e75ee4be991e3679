#include "bench/speed/endtoend.h"

#include "formulations/check.h"
#include "instances/input.h"
#include "solver/drive.h"
#include "solver/file_sink.h"

#include <stdlib.h>
#include <unistd.h>

typedef enum stage { TOTAL, READ, SOLVE, VERIFY, WRITE, COMMIT, STAGES } stage;
static const char *const stage_names[STAGES] = {"total",  "read",  "solve",
                                                "verify", "write", "commit"};

/* seconds[c][s][r]: choice c of threads, stage s, repetition r. */
typedef struct samples {
    double seconds[2][STAGES][TNM_MOST_REPETITIONS];
    double speed_up[TNM_MOST_REPETITIONS];
    tnm_result result;
} samples;

/* One run: what is open in it. */
typedef struct run {
    tnm_input input;
    tnm_tiling tiling;
    tnm_file_sink files;
} run;

/* A tnm_band_done. */
static void release_band(void *context, size_t tile_row)
{
    const run *self = context;
    size_t first = tile_row * self->tiling.m, left = self->tiling.rows - first;
    tnm_input_release(&self->input, first, left < self->tiling.m ? left : self->tiling.m);
}

static tnm_error solve(const tnm_speed_plan *plan, const tnm_problem *problem, int threads,
                       const char *mask, double seconds[STAGES], tnm_result *result)
{
    tnm_error error = TNM_OK;
    run self = {0};
    tnm_times times = {0};
    tnm_options options;
    tnm_job job = {.problem = *problem,
                   .method = tnm_own_method("exact"),
                   .threads = threads,
                   .times = &times,
                   .band_done = release_band,
                   .band_done_context = &self};
    double start = tnm_now(), solved;
    tnm_options_init(&options);
    TNM_TRY(tnm_input_open(&self.input, plan->matrix));
    TNM_TRY(tnm_question_init(&job.scoring, &job.tiling, &self.input.matrix, problem, &options));
    self.tiling = job.tiling;
    TNM_TRY(tnm_file_sink_open(&self.files, &job.tiling, mask, NULL));
    job.sink = &self.files.sink;
    TNM_TRY(tnm_drive(&job, result));
    solved = tnm_now();
    TNM_TRY(tnm_file_sink_commit(&self.files));
    seconds[COMMIT] = tnm_now() - solved;
    tnm_input_close(&self.input);
    seconds[TOTAL] = tnm_now() - start;
    seconds[READ] = times.read / threads;
    seconds[SOLVE] = times.solve / threads;
    seconds[VERIFY] = times.verify / threads;
    seconds[WRITE] = times.write / threads;
out:
    tnm_file_sink_abort(&self.files);
    tnm_input_close(&self.input);
    return error;
}

static tnm_error sample(samples *got, const tnm_speed_plan *plan, const tnm_problem *problem,
                        size_t repetitions)
{
    tnm_error error = TNM_OK;
    int threads[2];
    size_t choices = tnm_speed_threads(plan, threads);
    char *mask = tnm_format("%s/mask.npy", plan->folder);
    if (mask == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    for (size_t r = 0; r < repetitions; r++) {
        for (size_t c = 0; c < choices; c++) {
            double seconds[STAGES] = {0};
            unlink(mask); /* replacing an old file costs the time to free it */
            TNM_TRY(solve(plan, problem, threads[c], mask, seconds, &got->result));
            for (int s = 0; s < STAGES; s++)
                got->seconds[c][s][r] = seconds[s];
        }
        got->speed_up[r] = got->seconds[0][TOTAL][r] / got->seconds[choices - 1][TOTAL][r];
    }
out:
    if (mask != NULL)
        unlink(mask);
    free(mask);
    return error;
}

static tnm_error add_rows(tnm_measurements *out, const tnm_speed_plan *plan, samples *got,
                          tnm_measurement row, size_t repetitions)
{
    tnm_error error = TNM_OK;
    int threads[2];
    size_t choices = tnm_speed_threads(plan, threads);
    for (size_t c = 0; c < choices; c++) {
        for (int s = 0; s < STAGES; s++) {
            row.threads = threads[c];
            row.quantity = stage_names[s];
            row.unit = "s";
            row.value = tnm_spread_of(got->seconds[c][s], repetitions);
            TNM_TRY(tnm_measurements_add(out, &row));
        }
    }
    row.quantity = "speed-up";
    row.unit = "x";
    row.value = tnm_spread_of(got->speed_up, repetitions);
    if (choices > 1)
        TNM_TRY(tnm_measurements_add(out, &row));
out:
    return error;
}

static tnm_error measure(tnm_measurements *out, const tnm_speed_plan *plan,
                         const tnm_problem *problem)
{
    tnm_error error = TNM_OK;
    size_t repetitions = plan->quick ? 2 : 9;
    samples *got = NULL;
    TNM_TRY(TNM_NEW(got, 1));
    TNM_TRY(sample(got, plan, problem, repetitions));
    tnm_measurement row = {.section = "endtoend",
                           .source = "gaussian",
                           .problem = *problem,
                           .method = "exact",
                           .isa = tnm_isa_name(tnm_isa_best()),
                           .rows = plan->side,
                           .cols = plan->side,
                           .tiles = got->result.tiles};
    tnm_measurements_judge(out, &row, tnm_own_method("exact"), &got->result);
    TNM_TRY(add_rows(out, plan, got, row, repetitions));
out:
    free(got);
    return error;
}

size_t tnm_endtoend_steps(const tnm_speed_plan *plan)
{
    return plan->pattern_count;
}

tnm_error tnm_endtoend_measure(tnm_measurements *out, tnm_speed_plan *plan)
{
    tnm_error error = TNM_OK;
    for (size_t p = 0; p < plan->pattern_count; p++) {
        TNM_TRY(measure(out, plan, &plan->patterns[p]));
        TNM_TRY(tnm_speed_step(plan));
    }
out:
    return error;
}
