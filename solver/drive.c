#include "solver/drive.h"

#include "formulations/check.h"
#include "formulations/padding.h"
#include "instances/floating.h"
#include "solver/flat.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>

/* What all threads share. */
typedef struct run {
    const tnm_job *job;
    tnm_settings settings;
    tnm_settings grader_settings;
    size_t span;          /* stretches in a unit: one, or all of a band */
    size_t units, batch;  /* as many of them are handed out at once */
    atomic_size_t next;   /* the unit to hand out next */
    atomic_size_t solved; /* tiles */
    atomic_bool stop;     /* used where the job brings none of its own */
    atomic_bool failed;
    tnm_failure failure;
    double solve_seconds; /* of the busiest thread */
    tnm_verdict *verdict;
    void *statistics; /* the first finished workspace, which the others are merged into */
} run;

/* What one thread needs. */
typedef struct worker {
    tnm_band_buffer buffer;
    uint64_t *rows;
    int64_t *prices;      /* of one stretch, when the job keeps none */
    tnm_mask_piece piece; /* the mask of one unit, when a sink wants it */
    tnm_verdict *verdict;
    void *workspace;
    tnm_flat flat;         /* a band read anew, where the job asks for it */
    uint64_t *grader_rows; /* the grader's mask, which nobody looks at */
    void *grader_workspace;
    double solve_seconds;
    tnm_times times;
    double lap; /* when the last step ended */
} worker;

static bool wants_mask(const tnm_job *job)
{
    return job->sink != NULL && job->sink->put_mask != NULL;
}

static bool wants_prices(const tnm_job *job)
{
    return job->sink != NULL && job->sink->put_prices != NULL;
}

static tnm_error worker_init(worker *self, const run *shared)
{
    tnm_error error = TNM_OK;
    const tnm_job *job = shared->job;
    const tnm_tiling *tiling = &job->tiling;
    *self = (worker){0};
    TNM_TRY(tnm_band_buffer_init(&self->buffer, tiling, &job->scoring));
    if (shared->batch > 1)
        TNM_TRY(tnm_band_buffer_read_together(&self->buffer, tiling, &job->scoring));
    if (job->method->capabilities & TNM_METHOD_SIGNED)
        TNM_TRY(tnm_band_buffer_add_weights(&self->buffer, tiling));
    TNM_TRY(TNM_NEW(self->rows, tiling->m * tiling->stretch));
    if (job->prices == NULL)
        TNM_TRY(TNM_NEW(self->prices, tiling->stretch * tnm_certificate_length(tiling->m)));
    if (wants_mask(job))
        TNM_TRY(TNM_NEW(self->piece.bytes, tnm_mask_piece_room(tiling, shared->span)));
    TNM_TRY(TNM_NEW(self->verdict, 1));
    TNM_TRY(job->method->open(&self->workspace, &job->problem, &shared->settings));
    if (job->flat)
        TNM_TRY(tnm_flat_init(&self->flat, tiling, &self->buffer));
    if (job->grader == NULL)
        return TNM_OK;
    TNM_TRY(TNM_NEW(self->grader_rows, tiling->m * tiling->stretch));
    TNM_TRY(job->grader->open(&self->grader_workspace, &job->problem, &shared->grader_settings));
out:
    return error;
}

static void worker_free(worker *self, const tnm_job *job)
{
    job->method->close(self->workspace);
    if (job->grader != NULL)
        job->grader->close(self->grader_workspace);
    free(self->grader_rows);
    tnm_flat_free(&self->flat);
    tnm_band_buffer_free(&self->buffer);
    free(self->rows);
    free(self->prices);
    free(self->piece.bytes);
    free(self->verdict);
}

/* The method's answer to a band read anew. */
static tnm_error answer_flat(worker *self, const tnm_job *job, const tnm_band *band,
                             tnm_answer *answer)
{
    tnm_answer bare = {.rows = self->flat.rows};
    tnm_flat_load(&self->flat, band);
    tnm_error error = job->method->solve(self->workspace, &self->flat.band, &bare);
    tnm_flat_store(answer->rows, &self->flat, band);
    return error;
}

/* Seconds since the last step ended; this one ends now. */
static double lap(worker *self)
{
    double now = tnm_now(), since = now - self->lap;
    self->lap = now;
    return since;
}

/* The method's answer to a band, and the prices that grade it. */
static tnm_error answer_band(worker *self, const tnm_job *job, const tnm_band *band,
                             tnm_answer *answer)
{
    tnm_answer bare = {.rows = answer->rows};
    double start = job->processor ? tnm_processor_now() : tnm_now();
    tnm_error error =
        job->flat ? answer_flat(self, job, band, answer)
                  : job->method->solve(self->workspace, band, job->grader != NULL ? &bare : answer);
    self->solve_seconds += (job->processor ? tnm_processor_now() : tnm_now()) - start;
    if (error != TNM_OK || job->grader == NULL)
        return error;
    tnm_answer graded = *answer;
    graded.rows = self->grader_rows;
    return job->grader->solve(self->grader_workspace, band, &graded);
}

/* Puts the answer to a stretch where it is wanted. */
static tnm_error store_answer(const worker *self, const tnm_job *job, const tnm_band *band,
                              const tnm_answer *answer)
{
    if (job->mask != NULL)
        tnm_mask_store(job->mask, &job->tiling, band, answer->rows);
    if (wants_mask(job))
        tnm_mask_piece_add(&self->piece, &job->tiling, band, answer->rows);
    if (!wants_prices(job))
        return TNM_OK;
    return job->sink->put_prices(job->sink->context, answer->prices, band->first_tile, band->tiles);
}

/* Reads, solves, grades and stores one stretch of a band. */
static tnm_error answer_stretch(worker *self, const tnm_job *job, size_t tile_row, size_t stretch,
                                size_t *tiles)
{
    size_t length = tnm_certificate_length(job->tiling.m);
    tnm_band band;
    lap(self);
    tnm_error error =
        tnm_band_load(&band, &self->buffer, &job->tiling, &job->scoring, tile_row, stretch);
    if (error != TNM_OK)
        return error;
    self->times.read += lap(self);
    size_t first = band.first_tile;
    tnm_answer answer = {
        .rows = self->rows,
        .prices = job->prices != NULL ? job->prices + first * length : self->prices,
        .warm_prices = job->warm_prices != NULL ? job->warm_prices + first * length : NULL};
    for (size_t t = 0; t < band.tiles && answer.prices != answer.warm_prices; t++)
        answer.prices[t * length] = TNM_NO_PRICES;
    error = answer_band(self, job, &band, &answer);
    if (error != TNM_OK)
        return error;
    self->times.solve += lap(self);
    if (job->problem.constraint == TNM_ATMOST)
        tnm_padding_clear(answer.rows, &job->tiling, &band);
    tnm_verify_band(self->verdict, &job->problem, &band, answer.rows, answer.prices,
                    job->tile_objectives != NULL ? job->tile_objectives + first : NULL);
    self->times.verify += lap(self);
    *tiles = band.tiles;
    error = store_answer(self, job, &band, &answer);
    self->times.write += lap(self);
    return error;
}

/* Counts solved tiles, and asks whether to go on. */
static void step(run *shared, size_t tiles)
{
    const tnm_job *job = shared->job;
    size_t all = job->tiling.tile_rows * job->tiling.tile_cols;
    size_t done = atomic_fetch_add(&shared->solved, tiles) + tiles;
    if (omp_get_thread_num() == 0 && job->progress != NULL &&
        job->progress(job->progress_context, done, all) != 0)
        atomic_store(shared->settings.stop, true);
}

static tnm_error put_piece(worker *self, const tnm_job *job)
{
    const tnm_mask_piece *piece = &self->piece;
    tnm_error error = job->sink->put_mask(job->sink->context, piece->bytes, piece->row, piece->col,
                                          piece->rows, piece->cols);
    self->times.write += lap(self);
    return error;
}

/* Answers the stretches of a unit, and hands the mask of them all over. */
static tnm_error answer_unit(worker *self, run *shared, size_t unit)
{
    const tnm_job *job = shared->job;
    size_t stretches = job->tiling.stretches, first = unit * shared->span;
    size_t tile_row = first / stretches;
    tnm_error error = TNM_OK;
    if (wants_mask(job))
        tnm_mask_piece_begin(&self->piece, &job->tiling, tile_row, first % stretches, shared->span);
    for (size_t k = first; k < first + shared->span; k++) {
        size_t tiles = 0;
        if (k > first && tnm_stop_requested(&shared->settings))
            return TNM_ERROR_LIMIT;
        TNM_TRY(answer_stretch(self, job, tile_row, k % stretches, &tiles));
        step(shared, tiles);
    }
    if (wants_mask(job))
        TNM_TRY(put_piece(self, job));
    if (job->band_done != NULL && (first + shared->span) % stretches == 0)
        job->band_done(job->band_done_context, tile_row);
out:
    return error;
}

/* Makes the other threads stop, too. Units count from 1: piece 0 is the start of a thread. */
static void note_failure(run *shared, tnm_error error, size_t piece)
{
    atomic_store(&shared->failed, true);
#pragma omp critical(tnm_drive)
    tnm_failure_note(&shared->failure, error, piece);
}

/* Answers all units of a batch, also where another thread failed meanwhile: a failure in a unit of
 * a lower number is then found whoever is faster. Returns whether to go on. */
static bool answer_batch(worker *self, run *shared, size_t first)
{
    for (size_t unit = first; unit < first + shared->batch && unit < shared->units; unit++) {
        if (tnm_stop_requested(&shared->settings))
            return false;
        tnm_error error = answer_unit(self, shared, unit);
        if (error != TNM_OK && error != TNM_ERROR_LIMIT)
            note_failure(shared, error, unit + 1);
        if (error != TNM_OK)
            return false;
    }
    return true;
}

/* Takes batches until none is left, someone failed, or it is time to stop. */
static void work(worker *self, run *shared)
{
    while (!atomic_load(&shared->failed)) {
        size_t first = atomic_fetch_add(&shared->next, shared->batch);
        if (first >= shared->units || !answer_batch(self, shared, first))
            return;
    }
}

/* Adds a finished worker to the totals; one thread at a time. */
static void gather(run *shared, worker *self)
{
    const tnm_method *method = shared->job->method;
    tnm_times *times = shared->job->times;
    tnm_verdict_add(shared->verdict, self->verdict);
    if (times != NULL) {
        times->read += self->times.read;
        times->solve += self->times.solve;
        times->verify += self->times.verify;
        times->write += self->times.write;
    }
    if (self->solve_seconds > shared->solve_seconds)
        shared->solve_seconds = self->solve_seconds;
    if (method->merge == NULL)
        return;
    if (shared->statistics == NULL) {
        shared->statistics = self->workspace;
        self->workspace = NULL;
    } else {
        method->merge(shared->statistics, self->workspace);
    }
}

static void run_thread(run *shared)
{
    worker self;
    fenv_t outside;
    tnm_floating_enter(&outside);
    tnm_error error = worker_init(&self, shared);
    if (error == TNM_OK) {
        work(&self, shared);
#pragma omp critical(tnm_drive)
        gather(shared, &self);
    } else {
        note_failure(shared, error, 0);
    }
    worker_free(&self, shared->job);
    tnm_floating_leave(&outside);
}

static void report(run *shared)
{
    const tnm_method *method = shared->job->method;
    if (shared->statistics != NULL && method->report != NULL && shared->job->statistics != NULL)
        method->report(shared->statistics, shared->job->statistics);
    if (shared->statistics != NULL)
        method->close(shared->statistics);
}

/* Whether the method can be asked this at all. */
static tnm_error check_method(const tnm_job *job)
{
    const tnm_method *method = job->method;
    const char *refusal = tnm_method_refuses(method, &job->problem);
    if (refusal != NULL)
        return tnm_fail(TNM_ERROR_USAGE, "%s does not answer %d:%d: %s", method->name,
                        job->problem.n, job->problem.m, refusal);
    return tnm_parameters_check(method->name, method->parameters, job->parameters);
}

/* Cuts the work into units, and says how many threads will work: whole bands, for long rows of the
 * mask, unless they are too few to keep all threads busy to the end, or too large. Bands that are
 * read together go to one thread, under the same condition. */
static int divide(run *shared)
{
    enum { UNITS_A_THREAD = 8, LARGEST_UNIT = 1 << 22 };
    const tnm_tiling *tiling = &shared->job->tiling;
    size_t stretches = tiling->tile_rows * tiling->stretches;
    int threads = tnm_thread_count(shared->job->threads, stretches);
    bool whole = tiling->tile_rows >= UNITS_A_THREAD * (size_t)threads &&
                 tiling->m * tiling->cols <= LARGEST_UNIT;
    shared->span = whole && stretches > 0 ? tiling->stretches : 1;
    shared->units = stretches / shared->span;
    size_t together = tnm_bands_together(tiling, &shared->job->scoring);
    shared->batch = shared->units >= UNITS_A_THREAD * together * (size_t)threads ? together : 1;
    return threads;
}

tnm_error tnm_drive(const tnm_job *job, tnm_result *result)
{
    double start = tnm_now();
    tnm_error error = TNM_OK;
    run shared = {.job = job};
    int threads = divide(&shared);
    shared.settings = (tnm_settings){.seed = job->seed,
                                     .stop = job->stop != NULL ? job->stop : &shared.stop,
                                     .deadline = job->time_limit > 0 ? start + job->time_limit : 0,
                                     .parameters = job->parameters};
    shared.grader_settings = shared.settings;
    shared.grader_settings.parameters = NULL;
    *result = (tnm_result){.status = TNM_LIMIT};
    TNM_TRY(check_method(job));
    TNM_TRY(TNM_NEW(shared.verdict, 1));
#pragma omp parallel num_threads(threads)
    run_thread(&shared);
    report(&shared);
    TNM_TRY(tnm_failure_raise(&shared.failure));
    TNM_TRY(tnm_verdict_add_margin(shared.verdict, &job->scoring, &job->tiling, NULL));
    if (job->mask != NULL)
        tnm_mask_store_margin(job->mask, &job->tiling);
    if (job->sink != NULL)
        TNM_TRY(tnm_sink_put_margin(job->sink, &job->tiling));
    tnm_verdict_result(shared.verdict, result);
    if (result->tiles < job->tiling.tile_rows * job->tiling.tile_cols)
        result->status = TNM_LIMIT;
    if (job->verdict != NULL)
        *job->verdict = *shared.verdict;
    result->solve_seconds = shared.solve_seconds;
    result->seconds = tnm_now() - start;
out:
    free(shared.verdict);
    return error;
}
