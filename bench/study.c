/* Studies: see study.h. */
#include "bench/study.h"

#include "bench/statistics.h"
#include "formulations/check.h"
#include "instances/generate.h"
#include "instances/input.h"
#include "solver/drive.h"

#include <stdlib.h>

/* What all threads share. */
typedef struct study {
    const tnm_schedule *schedule;
    tnm_journal *journal;
    const tnm_study_options *options;
    size_t *cells; /* the first run of each */
    size_t cell_count;
    atomic_size_t next; /* the cell to hand out next */
    atomic_bool failed;
    tnm_failure failure;
    size_t left; /* runs without a row at the start */
} study;

/* A matrix under a problem, and what is known about its tiles. */
typedef struct cell {
    const study *shared;
    const tnm_study_matrix *source;
    tnm_problem problem;
    tnm_input input;   /* of files */
    float *generated;  /* of families */
    tnm_matrix matrix; /* borrows from either */
    tnm_scoring scoring;
    tnm_tiling tiling;
    size_t tiles;
    double *optimum;       /* of each tile */
    tnm_result best;       /* of the optimum */
    double *baseline_gaps; /* of each tile */
    bool baseline_known;
    double *objectives, *gaps; /* of each tile, by the method at work */
} cell;

static bool stopped(const study *self)
{
    return atomic_load(&self->failed) || atomic_load(self->options->stop);
}

/* ---- the matrix -------------------------------------------------------------------------- */

static tnm_error generate(cell *self)
{
    tnm_error error = TNM_OK;
    tnm_generator *generator = NULL;
    const tnm_plan_source *source = self->source->source;
    tnm_recipe recipe = {.family = source->what,
                         .rows = source->rows,
                         .cols = source->cols,
                         .seed = self->source->seed,
                         .problem = self->problem,
                         .parameters = source->parameters};
    TNM_TRY(TNM_NEW(self->generated, source->rows * source->cols));
    TNM_TRY(tnm_generator_open(&generator, &recipe));
    for (size_t i = 0; i < source->rows; i++)
        TNM_TRY(tnm_generator_row(generator, self->generated + i * source->cols));
    self->matrix = (tnm_matrix){.data = self->generated,
                                .dtype = TNM_F32,
                                .rows = source->rows,
                                .cols = source->cols,
                                .row_stride = (ptrdiff_t)source->cols,
                                .col_stride = 1};
out:
    tnm_generator_close(generator);
    return error;
}

static tnm_error open_matrix(cell *self)
{
    if (self->source->path == NULL)
        return generate(self);
    tnm_error error = tnm_input_open(&self->input, self->source->path);
    if (error == TNM_OK)
        self->matrix = self->input.matrix;
    return error;
}

/* ---- solving ----------------------------------------------------------------------------- */

/* One method over the cell, on one thread; kept scores of tiles go to `objectives`. */
static tnm_error solve(const cell *self, const tnm_method *method, const char *const *parameters,
                       uint64_t seed, double time_limit, double *objectives, tnm_result *result)
{
    tnm_job job = {.scoring = self->scoring,
                   .tiling = self->tiling,
                   .problem = self->problem,
                   .method = method,
                   .threads = 1,
                   .time_limit = time_limit,
                   .processor = true,
                   .seed = seed,
                   .parameters = parameters,
                   .stop = self->shared->options->stop,
                   .tile_objectives = objectives};
    return tnm_drive(&job, result);
}

/* How far below its optimum a tile's kept score is; negative where the constraint was broken. */
static double gap_of(double optimum, double objective)
{
    if (optimum > 0)
        return (optimum - objective) / optimum;
    return objective > 0 ? -1 : 0;
}

static void measure_gaps(const cell *self, double *gaps)
{
    for (size_t t = 0; t < self->tiles; t++)
        gaps[t] = gap_of(self->optimum[t], self->objectives[t]);
}

static tnm_error open_cell(cell *self, const study *shared, size_t first_run)
{
    tnm_error error = TNM_OK;
    const tnm_schedule *schedule = shared->schedule;
    const tnm_run *run = &schedule->runs[first_run];
    tnm_options options;
    tnm_options_init(&options);
    *self = (cell){.shared = shared,
                   .source = &schedule->matrices[run->matrix],
                   .problem = schedule->plan->problems[run->problem]};
    TNM_TRY(open_matrix(self));
    TNM_TRY(
        tnm_question_init(&self->scoring, &self->tiling, &self->matrix, &self->problem, &options));
    self->tiles = self->tiling.tile_rows * self->tiling.tile_cols;
    TNM_TRY(TNM_NEW(self->optimum, self->tiles));
    TNM_TRY(TNM_NEW(self->baseline_gaps, self->tiles));
    TNM_TRY(TNM_NEW(self->objectives, self->tiles));
    TNM_TRY(TNM_NEW(self->gaps, self->tiles));
    TNM_TRY(solve(self, tnm_own_method("exact"), NULL, 0, 0, self->optimum, &self->best));
    if (self->best.status != TNM_OPTIMAL && !stopped(shared))
        error = tnm_fail(TNM_ERROR_INTERNAL, "%s at %d:%d: the optimum is not proven",
                         self->source->name, self->problem.n, self->problem.m);
out:
    return error;
}

static void close_cell(cell *self)
{
    tnm_input_close(&self->input);
    free(self->generated);
    free(self->optimum);
    free(self->baseline_gaps);
    free(self->objectives);
    free(self->gaps);
}

/* Finds the baseline's gaps, once, and off the clock: which rows are there already must not matter.
 */
static tnm_error know_baseline(cell *self)
{
    const tnm_schedule *schedule = self->shared->schedule;
    const tnm_entrant *baseline = schedule->baseline;
    tnm_result result;
    if (baseline == NULL || self->baseline_known ||
        tnm_method_refuses(baseline->method, &self->problem) != NULL)
        return TNM_OK;
    tnm_error error = solve(self, baseline->method, baseline->parameters, schedule->plan->seed, 0,
                            self->objectives, &result);
    self->baseline_known = error == TNM_OK && result.status != TNM_LIMIT;
    if (self->baseline_known)
        measure_gaps(self, self->baseline_gaps);
    return error;
}

/* ---- records ----------------------------------------------------------------------------- */

static void record_result(tnm_record *record, const cell *self, const tnm_result *result)
{
    double bound = self->best.bound;
    record->objective = result->objective;
    record->bound = bound;
    record->total = self->best.total;
    record->gap = gap_of(bound, result->objective);
    record->retention = tnm_result_retention(result);
    record->tiles_proven = result->tiles_proven;
    record->tiles_exact = result->tiles_exact;
    record->tiles_broken = result->broken_tiles;
    record->short_lines = result->short_lines;
}

static tnm_error record_gaps(tnm_record *record, const cell *self)
{
    tnm_summary summary;
    tnm_error error = tnm_summarise(&summary, self->gaps, self->tiles);
    record->tile_gap_mean = summary.mean;
    record->tile_gap_median = summary.median;
    record->tile_gap_p95 = summary.p95;
    record->tile_gap_worst = summary.most;
    record->worst_tile = summary.most_at;
    for (size_t t = 0; t < self->tiles; t++)
        tnm_gaps_add(&record->gaps, self->gaps[t]);
    record->tiles_optimal = record->gaps.bins[TNM_GAPS_ZERO];
    return error;
}

static tnm_error record_pairs(tnm_record *record, const cell *self)
{
    const tnm_bootstrap how = {.resamples = 1000, .level = 0.95, .seed = 1};
    tnm_paired paired;
    tnm_error error = TNM_OK;
    TNM_TRY(tnm_pair(&paired, self->gaps, self->baseline_gaps, self->tiles, &how));
    record->tiles_better = paired.below;
    record->tiles_equal = paired.equal;
    record->tiles_worse = paired.above;
    record->difference = paired.mean;
    record->difference_low = paired.interval.low;
    record->difference_high = paired.interval.high;
    record->sign_p = paired.sign;
    record->signed_rank_p = paired.signed_rank;
    TNM_TRY(tnm_rank_correlation(&record->rank_correlation, self->gaps, self->baseline_gaps,
                                 self->tiles));
out:
    return error;
}

/* What the run of a method that applies has to tell. */
static tnm_error record_run(tnm_record *record, cell *self, const tnm_entrant *entrant)
{
    tnm_error error = TNM_OK;
    tnm_result result;
    if (entrant != self->shared->schedule->baseline)
        TNM_TRY(know_baseline(self));
    TNM_TRY(solve(self, entrant->method, entrant->parameters, record->seed,
                  self->shared->schedule->plan->time_limit, self->objectives, &result));
    record->status = tnm_status_name(result.status);
    record->tiles_done = result.tiles;
    record->seconds = result.solve_seconds;
    record->wall_seconds = result.seconds;
    if (result.status == TNM_LIMIT)
        return TNM_OK;
    measure_gaps(self, self->gaps);
    record_result(record, self, &result);
    TNM_TRY(record_gaps(record, self));
    if (self->baseline_known && entrant != self->shared->schedule->baseline)
        TNM_TRY(record_pairs(record, self));
out:
    return error;
}

/* Writes the row down and tells how far the study is. */
static tnm_error append(study *self, const tnm_record *record)
{
    tnm_error error;
    const tnm_study_options *options = self->options;
#pragma omp critical(tnm_study)
    {
        error = tnm_journal_append(self->journal, record);
        size_t done = self->journal->done - (self->schedule->run_count - self->left);
        if (options->progress != NULL &&
            options->progress(options->progress_context, done, self->left) != 0)
            atomic_store(options->stop, true);
    }
    return error;
}

static tnm_error answer_run(study *shared, cell *self, size_t run)
{
    const tnm_schedule *schedule = shared->schedule;
    const tnm_entrant *entrant = &schedule->entrants[schedule->runs[run].entrant];
    tnm_record *record;
    tnm_error error = TNM_NEW(record, 1);
    if (error != TNM_OK)
        return error;
    tnm_record_init(record);
    tnm_schedule_describe(schedule, run, record);
    record->rows = self->matrix.rows;
    record->cols = self->matrix.cols;
    record->tiles = self->tiles;
    const char *refusal = tnm_method_refuses(entrant->method, &self->problem);
    if (refusal != NULL) {
        record->status = "REFUSED";
        record->reason = refusal;
    } else {
        TNM_TRY(record_run(record, self, entrant));
    }
    if (!stopped(shared))
        TNM_TRY(append(shared, record));
out:
    free(record);
    return error;
}

/* ---- all of them ------------------------------------------------------------------------- */

/* Answers the runs of a cell that have no row yet. */
static tnm_error answer_cell(study *shared, size_t first)
{
    size_t end = tnm_schedule_cell_end(shared->schedule, first);
    cell self;
    tnm_error error = TNM_OK;
    while (first < end && shared->journal->rows[first] != NULL)
        first++;
    if (first == end)
        return TNM_OK;
    TNM_TRY(open_cell(&self, shared, first));
    for (size_t run = first; run < end && !stopped(shared); run++) {
        if (shared->journal->rows[run] == NULL)
            TNM_TRY(answer_run(shared, &self, run));
    }
out:
    close_cell(&self);
    return error;
}

static void work(study *self)
{
    while (!stopped(self)) {
        size_t index = atomic_fetch_add(&self->next, 1);
        if (index >= self->cell_count)
            return;
        tnm_error error = answer_cell(self, self->cells[index]);
        if (error == TNM_OK)
            continue;
        atomic_store(&self->failed, true);
#pragma omp critical(tnm_study)
        tnm_failure_note(&self->failure, error, index);
    }
}

static tnm_error find_cells(study *self)
{
    tnm_error error = TNM_NEW(self->cells, self->schedule->run_count);
    size_t run = 0;
    while (error == TNM_OK && run < self->schedule->run_count) {
        self->cells[self->cell_count++] = run;
        run = tnm_schedule_cell_end(self->schedule, run);
    }
    return error;
}

tnm_error tnm_study_run(const tnm_schedule *schedule, tnm_journal *journal,
                        const tnm_study_options *options)
{
    study self = {.schedule = schedule,
                  .journal = journal,
                  .options = options,
                  .left = schedule->run_count - journal->done};
    bool alone = schedule->plan->clock == TNM_CLOCK_ALONE;
    tnm_error error = TNM_OK;
    TNM_TRY(find_cells(&self));
#pragma omp parallel num_threads(tnm_thread_count(alone ? 1 : options->threads, self.cell_count))
    work(&self);
    TNM_TRY(tnm_failure_raise(&self.failure));
    if (journal->done == schedule->run_count)
        TNM_TRY(tnm_journal_settle(journal));
out:
    free(self.cells);
    return error;
}
