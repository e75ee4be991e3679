/* Checks a masked checkpoint: see verify.h. */
#include "pruning/verify.h"

#include "formulations/check.h"
#include "pruning/slot.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A tensor, and what there is to compare it with. */
typedef struct match {
    const tnm_tensor *masked, *mask, *certificate;
    size_t masked_file, mask_file, certificate_file;
    bool faulty;
} match;

/* What all threads share. */
typedef struct run {
    const tnm_verify_request *asked;
    match *matches;  /* by entry of the plan */
    omp_lock_t lock; /* of everything below */
    tnm_cursor cursor;
    size_t taken;
    size_t bytes;
    tnm_failure failure; /* something cannot be read */
    tnm_failure fault;   /* something is not as it should be */
    tnm_verify_report *report;
} run;

/* What one thread needs. */
typedef struct worker {
    tnm_slot slot;         /* the original */
    unsigned char *masked; /* the same piece of the masked tensor */
    size_t number;         /* of the piece */
    size_t row_most, column_most;
    bool faulty;
} worker;

/* ---- finding what belongs together ------------------------------------------------------- */

static bool has_shape(const tnm_tensor *tensor, tnm_tensor_type type, const size_t *shape,
                      size_t rank)
{
    return tensor->type == type && tensor->rank == rank &&
           memcmp(tensor->shape, shape, rank * sizeof *shape) == 0;
}

static tnm_error find_mask(match *self, const tnm_prune_entry *entry, const tnm_source *masks)
{
    const tnm_layout *layout = &entry->cut.layout;
    const tnm_tensor *tensor = entry->tensor;
    size_t packed[2] = {layout->rows, (layout->cols * layout->slices + 7) / 8};
    char shown[TNM_SHOWN];
    char *name = tnm_mask_name(tensor);
    if (name == NULL)
        return TNM_ERROR_MEMORY;
    self->mask = tnm_source_find(masks, name, &self->mask_file);
    free(name);
    tnm_tensor_show(shown, tensor->name);
    if (self->mask == NULL)
        return tnm_fail(TNM_ERROR_DATA, "%s: there is no mask of tensor '%s'", masks->name, shown);
    if (!has_shape(self->mask, TNM_TENSOR_BOOL, tensor->shape, tensor->rank) &&
        !has_shape(self->mask, TNM_TENSOR_U8, packed, 2))
        return tnm_fail(TNM_ERROR_DATA,
                        "%s: the mask of tensor '%s' is neither BOOL of its shape nor packed",
                        masks->name, shown);
    return TNM_OK;
}

static tnm_error find_certificate(match *self, const tnm_prune_entry *entry,
                                  const tnm_source *certificates)
{
    size_t shape[2] = {tnm_cut_tiles(&entry->cut), tnm_certificate_length(entry->cut.tiling.m)};
    char shown[TNM_SHOWN];
    char *name = tnm_certificate_name(entry->tensor);
    if (name == NULL)
        return TNM_ERROR_MEMORY;
    self->certificate = tnm_source_find(certificates, name, &self->certificate_file);
    free(name);
    tnm_tensor_show(shown, entry->tensor->name);
    if (self->certificate == NULL)
        return tnm_fail(TNM_ERROR_DATA, "%s: there is no certificate of tensor '%s'",
                        certificates->name, shown);
    if (!has_shape(self->certificate, TNM_TENSOR_I64, shape, 2))
        return tnm_fail(TNM_ERROR_DATA, "%s: the certificate of tensor '%s' is not I64 (%zu, %zu)",
                        certificates->name, shown, shape[0], shape[1]);
    return TNM_OK;
}

static void note_fault(run *self, tnm_error fault, size_t number)
{
    tnm_failure_note(&self->fault, fault, number);
    self->report->valid = false;
}

/* Tensors are known by name: files may be others. Where a tensor is missing there is nothing more
 * to look at. */
static tnm_error find_matches(run *self)
{
    tnm_error error = TNM_OK;
    const tnm_verify_request *asked = self->asked;
    const tnm_prune_plan *plan = asked->plan;
    char shown[TNM_SHOWN];
    for (size_t k = 0; k < plan->count; k++) {
        const tnm_prune_entry *entry = &plan->entries[k];
        const tnm_tensor *tensor = entry->tensor;
        match *found = &self->matches[k];
        found->masked = tnm_source_find(asked->masked, tensor->name, &found->masked_file);
        if (found->masked == NULL ||
            !has_shape(found->masked, tensor->type, tensor->shape, tensor->rank)) {
            note_fault(self,
                       tnm_fail(TNM_ERROR_DATA,
                                "tensor '%s' is missing, or of another type or shape",
                                tnm_tensor_show(shown, tensor->name)),
                       0);
            found->masked = NULL;
        }
        if (entry->eligibility == TNM_ELIGIBLE && asked->masks != NULL)
            TNM_TRY(find_mask(found, entry, asked->masks));
        if (entry->eligibility == TNM_ELIGIBLE && asked->certificates != NULL)
            TNM_TRY(find_certificate(found, entry, asked->certificates));
    }
    if (asked->masked->tensors != plan->count && self->report->valid)
        note_fault(self,
                   tnm_fail(TNM_ERROR_DATA, "there are %zu tensors, the original has %zu",
                            asked->masked->tensors, plan->count),
                   0);
out:
    return error;
}

/* ---- a piece of a masked tensor ---------------------------------------------------------- */

/* Whether stored elements are zero, of either sign. */
static void find_nonzero(uint8_t *kept, const unsigned char *elements, size_t size, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        unsigned char any = elements[k * size + size - 1] & 0x7f; /* without the sign */
        for (size_t byte = 0; byte + 1 < size; byte++)
            any |= elements[k * size + byte];
        kept[k] = any != 0;
    }
}

static void unpack(tnm_slot *slot)
{
    size_t length = slot->piece.layout.cols * slot->piece.layout.slices;
    size_t pitch = (length + 7) / 8;
    for (size_t row = 0; row < slot->piece.layout.rows; row++) {
        for (size_t k = 0; k < length; k++)
            slot->mask[row * length + k] = slot->bits[row * pitch + k / 8] >> k % 8 & 1;
    }
}

static tnm_error read_mask(worker *self, const run *shared, const match *found)
{
    tnm_slot *slot = &self->slot;
    const tnm_prune_entry *entry = slot->entry;
    const tnm_source *masks = shared->asked->masks;
    if (masks == NULL) {
        find_nonzero(slot->mask, self->masked, tnm_dtype_size(entry->dtype),
                     tnm_piece_entries(&slot->piece));
        return TNM_OK;
    }
    const tnm_source_file *file = &masks->files[found->mask_file];
    if (found->mask->type == TNM_TENSOR_BOOL)
        return tnm_slot_read_runs(file, found->mask, tnm_piece_runs(&entry->cut, &slot->piece, 1),
                                  slot->mask);
    tnm_error error = tnm_slot_read_runs(file, found->mask,
                                         tnm_piece_bit_runs(&entry->cut, &slot->piece), slot->bits);
    unpack(slot);
    return error;
}

/* The entry of a tensor that is number `at` of a piece. */
static const char *show_entry(char shown[TNM_SHOWN], const tnm_slot *slot, size_t at)
{
    const tnm_layout *layout = &slot->piece.layout;
    size_t element = at / layout->slices;
    return tnm_layout_show_entry(shown, slot->entry->tensor, &slot->entry->cut.layout,
                                 at % layout->slices,
                                 slot->piece.first_row + element / layout->cols,
                                 slot->piece.first_col + element % layout->cols);
}

/* Kept weights are the original's, dropped ones are zero. */
static tnm_error compare_values(const worker *self, size_t size)
{
    const tnm_slot *slot = &self->slot;
    size_t count = tnm_piece_entries(&slot->piece);
    char name[TNM_SHOWN], index[TNM_SHOWN];
    for (size_t k = 0; k < count; k++) {
        const unsigned char *masked = self->masked + k * size;
        uint8_t nonzero;
        bool fine;
        if (slot->mask[k]) {
            fine = memcmp(masked, slot->weights + k * size, size) == 0;
        } else {
            find_nonzero(&nonzero, masked, size, 1);
            fine = nonzero == 0;
        }
        if (!fine)
            return tnm_fail(TNM_ERROR_DATA, "tensor '%s': entry %s %s",
                            tnm_tensor_show(name, slot->entry->tensor->name),
                            show_entry(index, slot, k),
                            slot->mask[k] ? "is kept but changed" : "is dropped but not zero");
    }
    return TNM_OK;
}

/* The most entries kept in M consecutive ones of a row, and of a column, of a slice. */
static void count_lines(worker *self, size_t slice)
{
    const tnm_slot *slot = &self->slot;
    const tnm_layout *layout = &slot->piece.layout;
    const tnm_tiling *tiling = &slot->piece.tiling;
    size_t rows = tnm_tiling_covered_rows(tiling), cols = tnm_tiling_covered_cols(tiling);
    size_t m = tiling->m;
    for (size_t first_row = 0; first_row < rows; first_row += m) {
        for (size_t first = 0; first < cols; first += m) {
            size_t column_kept[TNM_MAX_TILE] = {0};
            for (size_t i = first_row; i < first_row + m && i < rows; i++) {
                size_t row_kept = 0;
                for (size_t j = first; j < first + m && j < cols; j++) {
                    bool kept = slot->mask[(i * layout->cols + j) * layout->slices + slice];
                    row_kept += kept;
                    column_kept[j - first] += kept;
                }
                self->row_most = row_kept > self->row_most ? row_kept : self->row_most;
            }
            for (size_t j = 0; j < m; j++)
                self->column_most =
                    column_kept[j] > self->column_most ? column_kept[j] : self->column_most;
        }
    }
}

static tnm_error describe_violation(const tnm_slot *slot, const tnm_violation *violation,
                                    size_t slice, const tnm_problem *problem)
{
    const tnm_prune_entry *entry = slot->entry;
    size_t across = entry->cut.tiling.tile_cols;
    size_t tile = violation->tile / slot->piece.tiling.tile_cols * across +
                  violation->tile % slot->piece.tiling.tile_cols + slot->piece.first_tile;
    char name[TNM_SHOWN], position[48] = "";
    if (entry->cut.layout.slices > 1)
        snprintf(position, sizeof position, "position %zu, ", slice);
    return tnm_fail(TNM_ERROR_DATA, "tensor '%s': %stile %zu,%zu: %s %zu keeps %zu of %d, not %d",
                    tnm_tensor_show(name, entry->tensor->name), position, tile / across,
                    tile % across, violation->column ? "column" : "row", violation->line,
                    violation->kept, problem->m, problem->n);
}

/* Grades a slice, and adds what is found to the verdict of the piece. */
static tnm_error grade_slice(worker *self, const run *shared, size_t slice, tnm_error *fault)
{
    const tnm_verify_request *asked = shared->asked;
    tnm_slot *slot = &self->slot;
    const tnm_prune_entry *entry = slot->entry;
    const tnm_piece *piece = &slot->piece;
    tnm_verdict verdict = {0};
    tnm_problem problem = entry->problem;
    char name[TNM_SHOWN];
    tnm_matrix scores;
    tnm_matrix weights = tnm_layout_slice(&piece->layout, slot->weights, entry->dtype, slice);
    tnm_scoring scoring = {.weights = &weights, .score = asked->plan->question->score};
    tnm_mask_view mask = {.data = slot->mask + slice,
                          .kind = TNM_MASK_BYTES,
                          .row_stride = (ptrdiff_t)(piece->layout.cols * piece->layout.slices),
                          .col_stride = (ptrdiff_t)piece->layout.slices};
    if (entry->scores != NULL) {
        scores = tnm_layout_slice(&piece->layout, slot->scores, entry->scores_dtype, slice);
        scoring.given = &scores;
    }
    if (asked->masks == NULL)
        problem.constraint = TNM_ATMOST;
    const int64_t *prices = asked->certificates != NULL ? tnm_slot_prices(slot, slice) : NULL;
    tnm_error error =
        tnm_check_mask(&verdict, &scoring, &piece->tiling, &problem, &mask, prices, 1);
    if (error == TNM_ERROR_DATA)
        return tnm_fail(error,
                        "%s: tensor '%s': a weight or score is not finite, or a score negative",
                        asked->plan->source->name, tnm_tensor_show(name, entry->tensor->name));
    if (error != TNM_OK)
        return error;
    count_lines(self, slice);
    tnm_verdict_add(slot->verdict, &verdict);
    if (*fault == TNM_OK && verdict.violation.found)
        *fault = describe_violation(slot, &verdict.violation, slice, &problem);
    return TNM_OK;
}

static tnm_error check_masked(worker *self, const run *shared, const match *found, tnm_error *fault)
{
    tnm_error error = TNM_OK;
    tnm_slot *slot = &self->slot;
    const tnm_prune_entry *entry = slot->entry;
    const tnm_verify_request *asked = shared->asked;
    size_t size = tnm_dtype_size(entry->dtype);
    TNM_TRY(tnm_slot_read_runs(&asked->masked->files[found->masked_file], found->masked,
                               tnm_piece_runs(&entry->cut, &slot->piece, size), self->masked));
    TNM_TRY(read_mask(self, shared, found));
    if (asked->certificates != NULL)
        TNM_TRY(tnm_slot_read_runs(&asked->certificates->files[found->certificate_file],
                                   found->certificate, tnm_slot_price_runs(slot), slot->prices));
    *slot->verdict = (tnm_verdict){0};
    *fault = compare_values(self, size);
    for (size_t slice = 0; slice < slot->piece.layout.slices; slice++)
        TNM_TRY(grade_slice(self, shared, slice, fault));
out:
    return error;
}

/* ---- a piece of another tensor ----------------------------------------------------------- */

static tnm_error check_copied(worker *self, const run *shared, const match *found, tnm_error *fault)
{
    const tnm_slot *slot = &self->slot;
    size_t within = slot->offset - slot->entry->tensor->offset;
    char name[TNM_SHOWN];
    tnm_error error = tnm_source_read(&shared->asked->masked->files[found->masked_file],
                                      self->masked, found->masked->offset + within, slot->bytes);
    if (error == TNM_OK && memcmp(self->masked, slot->weights, slot->bytes) != 0)
        *fault = tnm_fail(TNM_ERROR_DATA, "tensor '%s' is not masked but changed",
                          tnm_tensor_show(name, slot->entry->tensor->name));
    return error;
}

/* ---- the whole --------------------------------------------------------------------------- */

static bool take_piece(run *self, worker *taker)
{
    omp_set_lock(&self->lock);
    bool go_on = self->failure.error == TNM_OK && !atomic_load(self->asked->stop) &&
                 tnm_cursor_next(&self->cursor, self->asked->plan, &taker->slot);
    taker->number = ++self->taken; /* 0 is for what is found before */
    omp_unset_lock(&self->lock);
    return go_on;
}

static void note_most(tnm_verify_report *report, const worker *giver, size_t n)
{
    report->rows_obey &= giver->row_most <= n;
    report->columns_obey &= giver->column_most <= n;
    if (giver->row_most > report->row_most)
        report->row_most = giver->row_most;
    if (giver->column_most > report->column_most)
        report->column_most = giver->column_most;
}

static void add_piece(run *self, const worker *giver, tnm_error error, tnm_error fault)
{
    const tnm_slot *slot = &giver->slot;
    const tnm_prune_entry *entry = slot->entry;
    match *found = &self->matches[entry - self->asked->plan->entries];
    omp_set_lock(&self->lock);
    tnm_failure_note(&self->failure, error, giver->number);
    if (fault != TNM_OK) {
        note_fault(self, fault, giver->number);
        self->report->faulty += !found->faulty;
        found->faulty = true;
    }
    self->bytes += slot->bytes;
    if (entry->eligibility == TNM_ELIGIBLE && error == TNM_OK && found->masked != NULL) {
        tnm_verdict_add(&self->report->verdict, slot->verdict);
        note_most(self->report, giver, (size_t)entry->problem.n);
    }
    size_t bytes = self->bytes, tensors = (size_t)(entry - self->asked->plan->entries);
    omp_unset_lock(&self->lock);
    if (omp_get_thread_num() == 0 && self->asked->progress != NULL)
        self->asked->progress(self->asked->progress_context, bytes, tensors);
}

static void run_thread(run *self)
{
    const tnm_prune_plan *plan = self->asked->plan;
    worker own = {.masked = NULL};
    tnm_error error = tnm_slot_init(&own.slot, plan, true, self->asked->certificates != NULL);
    if (error == TNM_OK)
        error = TNM_NEW(own.masked, own.slot.room);
    omp_set_lock(&self->lock);
    tnm_failure_note(&self->failure, error, 0);
    omp_unset_lock(&self->lock);
    while (error == TNM_OK && take_piece(self, &own)) {
        const tnm_prune_entry *entry = own.slot.entry;
        const match *found = &self->matches[entry - plan->entries];
        tnm_error fault = TNM_OK;
        own.row_most = own.column_most = 0;
        error = tnm_slot_read(&own.slot, plan);
        if (error == TNM_OK && found->masked != NULL)
            error = entry->eligibility == TNM_ELIGIBLE ? check_masked(&own, self, found, &fault)
                                                       : check_copied(&own, self, found, &fault);
        add_piece(self, &own, error, fault);
    }
    free(own.masked);
    tnm_slot_free(&own.slot);
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
    TNM_TRY(find_matches(&self));
    size_t pieces = 0;
    for (size_t k = 0; k < plan->count; k++)
        pieces += tnm_cursor_pieces(&plan->entries[k]);
#pragma omp parallel num_threads(tnm_thread_count(request->threads, pieces))
    run_thread(&self);
    TNM_TRY(tnm_failure_raise(&self.failure));
    if (atomic_load(request->stop))
        TNM_TRY(tnm_fail(TNM_ERROR_INTERRUPTED, "interrupted"));
    snprintf(report->fault, sizeof report->fault, "%s", self.fault.sentence);
out:
    free(self.matches);
    omp_destroy_lock(&self.lock);
    return error;
}
