/* Checks a masked checkpoint: see verify.h. */
#include "pruning/verify_piece.h"

#include "formulations/check.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

/* What all threads share. */
typedef struct run {
    const tnm_verify_request *asked;
    tnm_match *matches; /* by entry of the plan */
    omp_lock_t lock;    /* of everything below */
    tnm_cursor cursor;
    size_t taken;        /* pieces */
    size_t bytes;        /* looked at */
    bool *faulty;        /* by entry of the plan */
    bool *unproven;      /* by entry of the plan */
    size_t worst_piece;  /* the piece with the worst tile so far */
    tnm_failure failure; /* something cannot be read */
    tnm_failure fault;   /* something is not as it should be */
    tnm_verify_report *report;
} run;

/* ---- finding what belongs together ------------------------------------------------------- */

static void note_fault(run *self, tnm_error fault, size_t number)
{
    tnm_failure_note(&self->fault, fault, number);
    self->report->valid = false;
}

/* Where a tensor is missing there is nothing more to look at. */
static tnm_error find_matches(run *self)
{
    tnm_error error = TNM_OK;
    const tnm_verify_request *asked = self->asked;
    const tnm_prune_plan *plan = asked->plan;
    char shown[TNM_SHOWN];
    for (size_t k = 0; k < plan->count; k++) {
        TNM_TRY(tnm_match_find(&self->matches[k], &plan->entries[k], asked));
        if (self->matches[k].masked == NULL)
            note_fault(self,
                       tnm_fail(TNM_ERROR_DATA,
                                "tensor '%s' is missing, or of another type or shape",
                                tnm_tensor_show(shown, plan->entries[k].tensor->name)),
                       0);
    }
    if (asked->masked->tensors != plan->count && self->report->valid)
        note_fault(self,
                   tnm_fail(TNM_ERROR_DATA, "there are %zu tensors, the original has %zu",
                            asked->masked->tensors, plan->count),
                   0);
out:
    return error;
}

/* What is wrong with a tensor comes before what is wrong with metadata. */
static void check_metadata(run *self)
{
    tnm_error fault = tnm_match_metadata(self->asked);
    if (fault != TNM_OK)
        note_fault(self, fault, SIZE_MAX);
}

/* ---- the whole --------------------------------------------------------------------------- */

static bool take_piece(run *self, tnm_slot *slot, size_t *number)
{
    omp_set_lock(&self->lock);
    bool go_on = self->failure.error == TNM_OK && !atomic_load(self->asked->stop) &&
                 tnm_cursor_next(&self->cursor, self->asked->plan, slot);
    *number = ++self->taken; /* 0 is for what is found before */
    omp_unset_lock(&self->lock);
    return go_on;
}

static void note_most(tnm_verify_report *report, const tnm_verifier *giver, size_t n)
{
    report->rows_obey &= giver->row_most <= n;
    report->columns_obey &= giver->column_most <= n;
    if (giver->row_most > report->row_most)
        report->row_most = giver->row_most;
    if (giver->column_most > report->column_most)
        report->column_most = giver->column_most;
}

/* Of equal gaps that of the earliest piece counts, whichever thread comes first. */
static void note_unproven(run *self, const tnm_verifier *giver, size_t number)
{
    const tnm_slot *slot = &giver->slot;
    tnm_worst_tile *worst = &self->report->worst;
    bool first = giver->worst.gap == worst->gap && number < self->worst_piece;
    if (giver->worst.gap > worst->gap || (giver->worst.gap > 0 && first)) {
        *worst = giver->worst;
        self->worst_piece = number;
    }
    if (self->asked->certificates != NULL && slot->verdict->proven < slot->verdict->tiles)
        self->unproven[slot->entry - self->asked->plan->entries] = true;
}

static void add_piece(run *self, const tnm_verifier *giver, size_t number, tnm_error error,
                      tnm_error fault)
{
    const tnm_slot *slot = &giver->slot;
    const tnm_prune_entry *entry = slot->entry;
    size_t tensors = (size_t)(entry - self->asked->plan->entries);
    bool found = self->matches[tensors].masked != NULL;
    omp_set_lock(&self->lock);
    tnm_failure_note(&self->failure, error, number);
    if (fault != TNM_OK) {
        note_fault(self, fault, number);
        self->report->faulty += !self->faulty[tensors];
        self->faulty[tensors] = true;
    }
    self->bytes += slot->bytes;
    if (entry->eligibility == TNM_ELIGIBLE && error == TNM_OK && found) {
        tnm_verdict_add(&self->report->verdict, slot->verdict);
        note_most(self->report, giver, (size_t)entry->problem.n);
        note_unproven(self, giver, number);
    }
    size_t bytes = self->bytes;
    omp_unset_lock(&self->lock);
    if (omp_get_thread_num() == 0 && self->asked->progress != NULL)
        self->asked->progress(self->asked->progress_context, bytes, tensors);
}

static void run_thread(run *self)
{
    const tnm_prune_plan *plan = self->asked->plan;
    tnm_verifier own;
    size_t number;
    tnm_error error = tnm_verifier_init(&own, self->asked);
    omp_set_lock(&self->lock);
    tnm_failure_note(&self->failure, error, 0);
    omp_unset_lock(&self->lock);
    while (error == TNM_OK && take_piece(self, &own.slot, &number)) {
        const tnm_match *match = &self->matches[own.slot.entry - plan->entries];
        tnm_error fault = TNM_OK;
        if (match->masked != NULL)
            error = tnm_verifier_check(&own, self->asked, match, &fault);
        add_piece(self, &own, number, error, fault);
    }
    tnm_verifier_free(&own);
}

static void count_unproven(run *self)
{
    const tnm_prune_plan *plan = self->asked->plan;
    for (size_t k = plan->count; k-- > 0;) {
        if (!self->unproven[k])
            continue;
        self->report->unproven++;
        self->report->first_unproven = plan->entries[k].tensor;
    }
}

tnm_error tnm_verify_checkpoint(const tnm_verify_request *request, tnm_verify_report *report)
{
    tnm_error error = TNM_OK;
    const tnm_prune_plan *plan = request->plan;
    run self = {.asked = request, .report = report};
    *report = (tnm_verify_report){.valid = true, .rows_obey = true, .columns_obey = true};
    report->masked = plan->masked;
    report->copied = plan->count - plan->masked;
    omp_init_lock(&self.lock);
    TNM_TRY(TNM_NEW(self.matches, plan->count + 1));
    TNM_TRY(TNM_NEW(self.faulty, plan->count + 1));
    TNM_TRY(TNM_NEW(self.unproven, plan->count + 1));
    TNM_TRY(find_matches(&self));
    check_metadata(&self);
    size_t pieces = 0;
    for (size_t k = 0; k < plan->count; k++)
        pieces += tnm_cursor_pieces(&plan->entries[k]);
#pragma omp parallel num_threads(tnm_thread_count(request->threads, pieces))
    run_thread(&self);
    TNM_TRY(tnm_failure_raise(&self.failure));
    if (atomic_load(request->stop))
        TNM_TRY(tnm_fail(TNM_ERROR_INTERRUPTED, "interrupted"));
    count_unproven(&self);
    snprintf(report->fault, sizeof report->fault, "%s", self.fault.sentence);
out:
    free(self.matches);
    free(self.faulty);
    free(self.unproven);
    omp_destroy_lock(&self.lock);
    return error;
}
