/* Masks a whole checkpoint: see prune.h. */
#include "pruning/prune.h"
#include "pruning/legacy.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- what a run is about, as a number ---------------------------------------------------- */

static uint64_t add_text(uint64_t checksum, const char *text)
{
    return tnm_checksum(checksum, text, strlen(text) + 1);
}

static uint64_t add_number(uint64_t checksum, uint64_t number)
{
    return tnm_checksum(checksum, &number, sizeof number);
}

/* Files count as unchanged while name, size, time and header are. */
static uint64_t add_source(uint64_t checksum, const tnm_source *source)
{
    for (size_t k = 0; k < source->count; k++) {
        const tnm_source_file *file = &source->files[k];
        struct stat status = {0};
        (void)fstat(file->descriptor, &status);
        checksum = add_text(checksum, file->path);
        checksum = add_number(checksum, file->size);
        checksum = add_number(checksum, (uint64_t)status.st_mtim.tv_sec);
        checksum = add_number(checksum, (uint64_t)status.st_mtim.tv_nsec);
        checksum = tnm_checksum(checksum, file->header, file->header_size);
    }
    return checksum;
}

static uint64_t add_question(uint64_t checksum, const tnm_prune_plan *plan)
{
    const tnm_question *question = plan->question;
    checksum = add_number(checksum, question->score);
    checksum = add_number(checksum, question->edges);
    checksum = add_number(checksum, question->selection.convolution);
    for (size_t k = 0; k < plan->count; k++) {
        const tnm_prune_entry *entry = &plan->entries[k];
        checksum = add_number(checksum, entry->eligibility);
        checksum = add_number(checksum, (uint64_t)entry->problem.n);
        checksum = add_number(checksum, (uint64_t)entry->problem.m);
        checksum = add_number(checksum, entry->problem.constraint);
    }
    return checksum;
}

static uint64_t add_paths(uint64_t checksum, const tnm_output_paths *paths)
{
    checksum = add_text(checksum, paths->masks != NULL ? paths->masks : "");
    checksum = add_text(checksum, paths->certificates != NULL ? paths->certificates : "");
    return add_number(checksum, paths->packed);
}

static uint64_t fingerprint(const tnm_prune_request *request)
{
    const tnm_masking_method *how = &request->how;
    uint64_t checksum = add_text(TNM_CHECKSUM_START, TNM_VERSION);
    checksum = add_text(checksum, how->method->name);
    checksum = add_number(checksum, how->seed);
    for (size_t k = 0; how->parameters != NULL && how->parameters[k] != NULL; k++)
        checksum = add_text(checksum, how->parameters[k]);
    checksum = add_question(checksum, request->plan);
    checksum = add_paths(checksum, &request->paths);
    checksum = add_source(checksum, request->plan->source);
    return request->plan->scores == NULL ? checksum : add_source(checksum, request->plan->scores);
}

/* ---- the run ----------------------------------------------------------------------------- */

typedef struct run {
    const tnm_prune_request *request;
    tnm_logbook logbook;
    tnm_outputs outputs;
    size_t resumed;  /* entries of the plan that an earlier run had finished, */
    size_t finished; /* and those that are in the logbook now */
} run;

static tnm_error mask_tensors(run *self)
{
    const tnm_prune_request *request = self->request;
    tnm_masking masking = {.plan = request->plan,
                           .outputs = &self->outputs,
                           .logbook = &self->logbook,
                           .how = &request->how,
                           .stop = request->stop,
                           .progress = request->progress,
                           .progress_context = request->progress_context,
                           .first = self->finished};
    if (request->time_limit > 0)
        masking.deadline = tnm_now() + request->time_limit;
    return tnm_masking_run(&masking, &self->finished);
}

static tnm_error write_report(const tnm_logbook *logbook, const char *path)
{
    tnm_error error = TNM_OK;
    tnm_output output = {0};
    FILE *stream;
    if (path == NULL)
        return TNM_OK;
    TNM_TRY(tnm_output_open(&output, path));
    TNM_TRY(tnm_output_stream(&output, &stream));
    for (size_t k = 0; k < logbook->count; k++)
        fprintf(stream, "%s\n", logbook->records[k]);
    TNM_TRY(tnm_output_commit(&output));
out:
    tnm_output_abort(&output);
    return error;
}

static tnm_error tell(const run *self)
{
    tnm_error error = TNM_OK;
    tnm_prune_totals totals = {0};
    const tnm_prune_request *request = self->request;
    for (size_t k = 0; k < self->logbook.count; k++)
        TNM_TRY(tnm_report_add(&totals, self->logbook.records[k]));
    if (request->settled != NULL)
        TNM_TRY(request->settled(request->settled_context, &totals, self->resumed));
out:
    return error;
}

/* From here on nothing can be wrong with the question or the input. */
static tnm_error finish(run *self)
{
    tnm_error error = TNM_OK;
    const tnm_prune_request *request = self->request;
    if (!self->logbook.complete) {
        TNM_TRY(tnm_outputs_copy_companions(&self->outputs));
        TNM_TRY(tnm_outputs_sync(&self->outputs));
        TNM_TRY(tnm_logbook_complete(&self->logbook));
    }
    tnm_outputs_close(&self->outputs);
    TNM_TRY(tell(self));
    TNM_TRY(write_report(&self->logbook, request->paths.report));
    TNM_TRY(tnm_legacy_write(request->plan, &request->paths));
    TNM_TRY(tnm_outputs_finish(&request->paths));
out:
    return error;
}

/* Whether what was done is worth keeping after a failure: the next run may well go on. */
static bool is_worth_keeping(const run *self, tnm_error error)
{
    bool may_pass = error == TNM_ERROR_INTERRUPTED || error == TNM_ERROR_LIMIT ||
                    error == TNM_ERROR_IO || error == TNM_ERROR_MEMORY;
    return may_pass && self->finished > 0;
}

static tnm_error advise(tnm_error error, size_t finished, size_t all)
{
    char why[768];
    snprintf(why, sizeof why, "%s", tnm_error_message());
    return tnm_fail(error, "%s; %zu of %zu tensors are done, --resume goes on from there", why,
                    finished, all);
}

static tnm_error run_plan(run *self)
{
    tnm_error error = TNM_OK;
    const tnm_prune_request *request = self->request;
    bool resume = self->logbook.count > 0;
    self->finished = self->logbook.count;
    if (self->logbook.complete)
        return finish(self);
    TNM_TRY(tnm_outputs_open(&self->outputs, &request->paths, request->plan, resume));
    TNM_TRY(mask_tensors(self));
    TNM_TRY(finish(self));
out:
    return error;
}

tnm_error tnm_prune(const tnm_prune_request *request)
{
    tnm_error error = TNM_OK;
    run self = {.request = request};
    bool keep = false;
    TNM_TRY(tnm_masking_check(&request->how, request->plan));
    TNM_TRY(tnm_outputs_check(&request->paths, request->plan));
    TNM_TRY(tnm_legacy_check(request->plan, &request->paths));
    TNM_TRY(tnm_logbook_open(&self.logbook, request->paths.checkpoint, fingerprint(request),
                             request->resume));
    self.resumed = self.logbook.count;
    error = run_plan(&self);
    keep = is_worth_keeping(&self, error);
    tnm_outputs_close(&self.outputs);
    if (error != TNM_OK && !keep)
        tnm_outputs_remove(&request->paths);
    if (keep)
        TNM_TRY(advise(error, self.finished, request->plan->count));
    TNM_TRY(error);
out:
    tnm_logbook_close(&self.logbook, !keep);
    return error;
}
