/* Reading, masking and writing pieces: see masking.h. */
#include "pruning/masking.h"

#include "formulations/check.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* The logbook is brought up to date when so much was written since, or so many seconds passed. */
enum { LOGBOOK_BYTES = 256 << 20 };
static const double logbook_seconds = 0.25;

/* A tensor under way. */
typedef struct progress {
    size_t pieces_left; /* to be written; copies count as one piece */
    size_t kept;
    double started;
    tnm_verdict *verdict; /* so far; NULL before the first piece and after the last */
    char *line;           /* of the report, once it is finished */
} progress;

/* What all threads share. */
typedef struct run {
    const tnm_masking *asked;
    omp_lock_t lock; /* of everything below */
    tnm_cursor cursor;
    size_t taken;        /* pieces */
    progress *tensors;   /* by entry of the plan */
    size_t bytes;        /* done with */
    size_t unsaved;      /* bytes written since the logbook was brought up to date, */
    double saved_at;     /* and when that was */
    size_t finished;     /* entries: this one and those before it are finished, */
    size_t saved;        /* and in the logbook */
    bool saving;         /* some thread is bringing it up to date */
    tnm_failure failure; /* of the earliest piece */
} run;

/* ---- before ------------------------------------------------------------------------------ */

tnm_error tnm_masking_check(const tnm_masking_method *how, const tnm_prune_plan *plan)
{
    const tnm_method *method = how->method;
    char name[TNM_SHOWN];
    if (method->capabilities & TNM_METHOD_RELAXED)
        return tnm_fail(TNM_ERROR_USAGE,
                        "method '%s' solves a relaxation: its masks break the pattern",
                        method->name);
    for (size_t k = 0; k < plan->count; k++) {
        const tnm_prune_entry *entry = &plan->entries[k];
        const tnm_problem *problem = &entry->problem;
        const char *refusal =
            entry->eligibility == TNM_ELIGIBLE ? tnm_method_refuses(method, problem) : NULL;
        if (refusal != NULL)
            return tnm_fail(TNM_ERROR_USAGE, "tensor '%s': %s does not answer %d:%d: %s",
                            tnm_tensor_show(name, entry->tensor->name), method->name, problem->n,
                            problem->m, refusal);
    }
    return tnm_parameters_check(method->name, method->parameters, how->parameters);
}

/* ---- taking pieces ----------------------------------------------------------------------- */

static bool take_piece(run *self, tnm_slot *slot, size_t *number)
{
    const tnm_masking *asked = self->asked;
    omp_set_lock(&self->lock);
    bool go_on = self->failure.error == TNM_OK && !atomic_load(asked->stop) &&
                 tnm_cursor_next(&self->cursor, asked->plan, slot);
    *number = self->taken++;
    if (go_on && slot->first)
        self->tensors[slot->entry - asked->plan->entries].started = tnm_now();
    omp_unset_lock(&self->lock);
    return go_on;
}

static void note_failure(run *self, tnm_error error, size_t number)
{
    omp_set_lock(&self->lock);
    tnm_failure_note(&self->failure, error, number);
    omp_unset_lock(&self->lock);
}

/* ---- solving ----------------------------------------------------------------------------- */

/* The first entry of a slice that cannot be scored, by name; what the drive says counts from the
 * start of the piece. */
static tnm_error name_entry(const tnm_slot *slot, const tnm_prune_plan *plan,
                            const tnm_scoring *scoring, size_t slice)
{
    const tnm_prune_entry *entry = slot->entry;
    const tnm_piece *piece = &slot->piece;
    for (size_t row = 0; row < piece->layout.rows; row++) {
        for (size_t col = 0; col < piece->layout.cols; col++) {
            char name[TNM_SHOWN], index[TNM_SHOWN];
            double score;
            if (tnm_score_run(&score, scoring, row, col, 1) == TNM_OK)
                continue;
            tnm_layout_show_entry(index, entry->tensor, &entry->cut.layout, slice,
                                  piece->first_row + row, piece->first_col + col);
            tnm_tensor_show(name, entry->tensor->name);
            if (entry->scores != NULL)
                return tnm_fail(TNM_ERROR_DATA,
                                "%s: tensor '%s': the score of entry %s is %s; --exclude leaves it "
                                "alone",
                                plan->scores->name, name, index,
                                isfinite(score) ? "negative" : "not finite");
            return tnm_fail(TNM_ERROR_DATA,
                            "%s: tensor '%s': entry %s is not finite; --exclude leaves it alone",
                            plan->source->name, name, index);
        }
    }
    return TNM_ERROR_DATA;
}

/* Puts the tensor before what the drive says. */
static tnm_error name_tensor(tnm_error error, const tnm_slot *slot)
{
    char name[TNM_SHOWN], why[512];
    snprintf(why, sizeof why, "%s", tnm_error_message());
    return tnm_fail(error, "tensor '%s': %s", tnm_tensor_show(name, slot->entry->tensor->name),
                    why);
}

static tnm_error interrupted(const tnm_masking *asked)
{
    if (atomic_load(asked->stop))
        return tnm_fail(TNM_ERROR_INTERRUPTED, "interrupted");
    return tnm_fail(TNM_ERROR_LIMIT, "stopped by the time limit");
}

/* Adds the verdict of a slice, whose tiles count from the start of the piece, to that of the piece,
 * whose tiles count from the start of the tensor. */
static void add_verdict(tnm_slot *slot, tnm_verdict *verdict, size_t slice)
{
    const tnm_tiling *tiling = &slot->entry->cut.tiling;
    size_t first = slice * tiling->tile_rows * tiling->tile_cols + slot->piece.first_tile;
    verdict->worst_tile += first;
    verdict->violation.tile += first;
    tnm_verdict_add(slot->verdict, verdict);
}

static tnm_error solve_slice(const tnm_masking *asked, tnm_slot *slot, size_t slice)
{
    const tnm_prune_entry *entry = slot->entry;
    const tnm_piece *piece = &slot->piece;
    tnm_verdict verdict;
    tnm_result result;
    tnm_matrix scores;
    tnm_matrix weights = tnm_layout_slice(&piece->layout, slot->weights, entry->dtype, slice);
    tnm_mask_view mask = {.data = slot->mask + slice,
                          .kind = TNM_MASK_BYTES,
                          .row_stride = (ptrdiff_t)(piece->layout.cols * piece->layout.slices),
                          .col_stride = (ptrdiff_t)piece->layout.slices};
    tnm_job job = {.scoring = {.weights = &weights, .score = asked->plan->question->score},
                   .tiling = piece->tiling,
                   .problem = entry->problem,
                   .method = asked->how->method,
                   .grader = asked->how->grader,
                   .threads = 1,
                   .seed = asked->how->seed,
                   .parameters = asked->how->parameters,
                   .stop = asked->stop,
                   .mask = &mask,
                   .prices = tnm_slot_prices(slot, slice),
                   .verdict = &verdict};
    if (entry->scores != NULL) {
        scores = tnm_layout_slice(&piece->layout, slot->scores, entry->scores_dtype, slice);
        job.scoring.given = &scores;
    }
    if (asked->deadline > 0)
        job.time_limit = fmax(asked->deadline - tnm_now(), 1e-9);
    tnm_error error = tnm_drive(&job, &result);
    if (error == TNM_ERROR_DATA)
        return name_entry(slot, asked->plan, &job.scoring, slice);
    if (error != TNM_OK)
        return name_tensor(error, slot);
    if (result.status == TNM_LIMIT)
        return interrupted(asked);
    add_verdict(slot, &verdict, slice);
    return TNM_OK;
}

tnm_error tnm_masking_solve(const tnm_masking *masking, tnm_slot *slot)
{
    tnm_error error = TNM_OK;
    *slot->verdict = (tnm_verdict){0};
    for (size_t slice = 0; slice < slot->piece.layout.slices && error == TNM_OK; slice++)
        error = solve_slice(masking, slot, slice);
    return error;
}

static tnm_error handle_piece(const tnm_masking *asked, tnm_slot *slot)
{
    tnm_error error = TNM_OK;
    TNM_TRY(tnm_slot_read(slot, asked->plan));
    if (slot->entry->eligibility == TNM_ELIGIBLE) {
        TNM_TRY(tnm_masking_solve(asked, slot));
        slot->kept = tnm_slot_zero_dropped(slot);
    }
    TNM_TRY(tnm_slot_write(slot, asked->outputs));
out:
    return error;
}

/* ---- adding up --------------------------------------------------------------------------- */

/* The line about a tensor that is finished. */
static tnm_error report_tensor(const tnm_masking *asked, const tnm_prune_entry *entry,
                               progress *tensor)
{
    char name[TNM_SHOWN];
    if (entry->eligibility != TNM_ELIGIBLE) {
        tensor->line = tnm_report_skipped(entry);
    } else {
        if (tensor->verdict->broken > 0)
            return tnm_fail(TNM_ERROR_DATA, "method '%s' breaks the pattern in tensor '%s'",
                            asked->how->method->name, tnm_tensor_show(name, entry->tensor->name));
        tensor->line = tnm_report_masked(entry, asked->how->method->name, tensor->verdict,
                                         tnm_now() - tensor->started, tensor->kept);
        free(tensor->verdict);
        tensor->verdict = NULL;
    }
    return tensor->line != NULL ? TNM_OK : TNM_ERROR_MEMORY;
}

static tnm_error add_piece(run *self, const tnm_slot *slot)
{
    tnm_error error = TNM_OK;
    const tnm_prune_plan *plan = self->asked->plan;
    progress *tensor = &self->tensors[slot->entry - plan->entries];
    self->bytes += slot->bytes;
    self->unsaved += slot->bytes;
    if (slot->entry->eligibility == TNM_ELIGIBLE) {
        if (tensor->verdict == NULL)
            TNM_TRY(TNM_NEW(tensor->verdict, 1));
        tnm_verdict_add(tensor->verdict, slot->verdict);
        tensor->kept += slot->kept;
    }
    if (--tensor->pieces_left == 0)
        TNM_TRY(report_tensor(self->asked, slot->entry, tensor));
    while (self->finished < plan->count && self->tensors[self->finished].line != NULL)
        self->finished++;
out:
    return error;
}

/* Puts on the disk what is written, and then into the logbook what is finished. The lock is not
 * held meanwhile: other threads go on. */
static tnm_error save(run *self, size_t finished)
{
    tnm_error error = TNM_OK;
    TNM_TRY(tnm_outputs_sync(self->asked->outputs));
    for (; self->saved < finished; self->saved++) {
        char **line = &self->tensors[self->saved].line;
        TNM_TRY(tnm_logbook_add(self->asked->logbook, *line));
        free(*line);
        *line = NULL;
    }
    TNM_TRY(tnm_logbook_flush(self->asked->logbook));
out:
    return error;
}

/* Whether this thread is to save: it is time, there is something, and no other is at it. */
static bool is_save_due(const run *self)
{
    bool time = self->unsaved >= LOGBOOK_BYTES || tnm_now() - self->saved_at >= logbook_seconds;
    return time && !self->saving && self->finished > self->saved;
}

static tnm_error settle_piece(run *self, const tnm_slot *slot)
{
    omp_set_lock(&self->lock);
    tnm_error error = add_piece(self, slot);
    bool due = error == TNM_OK && is_save_due(self);
    size_t finished = self->finished;
    if (due) {
        self->saving = true;
        self->unsaved = 0;
    }
    omp_unset_lock(&self->lock);
    if (due) {
        error = save(self, finished);
        omp_set_lock(&self->lock);
        self->saving = false;
        self->saved_at = tnm_now();
        omp_unset_lock(&self->lock);
    }
    return error;
}

/* ---- the whole --------------------------------------------------------------------------- */

static void tell_progress(run *self)
{
    const tnm_masking *asked = self->asked;
    if (omp_get_thread_num() != 0 || asked->progress == NULL)
        return;
    omp_set_lock(&self->lock);
    size_t bytes = self->bytes, finished = self->finished;
    omp_unset_lock(&self->lock);
    asked->progress(asked->progress_context, bytes, finished);
}

static void run_thread(run *self)
{
    tnm_slot slot;
    size_t number = 0;
    const tnm_output_paths *paths = self->asked->outputs->paths;
    tnm_error error =
        tnm_slot_init(&slot, self->asked->plan, paths->packed, paths->certificates != NULL);
    note_failure(self, error, 0);
    while (error == TNM_OK && take_piece(self, &slot, &number)) {
        error = handle_piece(self->asked, &slot);
        if (error == TNM_OK)
            error = settle_piece(self, &slot);
        note_failure(self, error, number);
        tell_progress(self);
    }
    tnm_slot_free(&slot);
}

/* Where the run begins; returns how many pieces lie ahead. */
static size_t start(run *self)
{
    const tnm_prune_plan *plan = self->asked->plan;
    size_t pieces = 0;
    self->saved_at = tnm_now();
    self->bytes = tnm_cursor_start(&self->cursor, plan, self->asked->first);
    for (size_t k = self->asked->first; k < plan->count; k++) {
        self->tensors[k].pieces_left = tnm_cursor_pieces(&plan->entries[k]);
        pieces += self->tensors[k].pieces_left;
    }
    return pieces;
}

/* The failure of the run, or of saving what it has done all the same. */
static tnm_error end(run *self)
{
    tnm_error error = save(self, self->finished);
    tnm_failure_note(&self->failure, error, self->taken + 1);
    if (self->failure.error == TNM_OK && self->finished < self->asked->plan->count)
        return interrupted(self->asked);
    return tnm_failure_raise(&self->failure);
}

tnm_error tnm_masking_run(const tnm_masking *masking, size_t *finished)
{
    tnm_error error = TNM_OK;
    const tnm_prune_plan *plan = masking->plan;
    run self = {.asked = masking, .finished = masking->first, .saved = masking->first};
    omp_init_lock(&self.lock);
    TNM_TRY(TNM_NEW(self.tensors, plan->count + 1));
    size_t pieces = start(&self);
#pragma omp parallel num_threads(tnm_thread_count(masking->how->threads, pieces))
    run_thread(&self);
    TNM_TRY(end(&self));
out:
    *finished = self.saved;
    for (size_t k = 0; self.tensors != NULL && k < plan->count; k++) {
        free(self.tensors[k].verdict);
        free(self.tensors[k].line);
    }
    free(self.tensors);
    omp_destroy_lock(&self.lock);
    return error;
}
