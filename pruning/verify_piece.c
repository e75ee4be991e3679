/* One piece beside its original: see verify_piece.h. */
#include "pruning/verify_piece.h"

#include "formulations/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- memory ------------------------------------------------------------------------------ */

tnm_error tnm_verifier_init(tnm_verifier *verifier, const tnm_verify_request *request)
{
    tnm_error error = TNM_OK;
    *verifier = (tnm_verifier){.masked = NULL};
    TNM_TRY(tnm_slot_init(&verifier->slot, request->plan, true, request->certificates != NULL));
    TNM_TRY(TNM_NEW(verifier->masked, verifier->slot.room));
out:
    if (error != TNM_OK)
        tnm_verifier_free(verifier);
    return error;
}

void tnm_verifier_free(tnm_verifier *verifier)
{
    free(verifier->masked);
    tnm_slot_free(&verifier->slot);
    *verifier = (tnm_verifier){.masked = NULL};
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

static tnm_error read_mask(tnm_verifier *self, const tnm_verify_request *asked,
                           const tnm_match *found)
{
    tnm_slot *slot = &self->slot;
    const tnm_prune_entry *entry = slot->entry;
    const tnm_source *masks = asked->masks;
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
static tnm_error compare_values(const tnm_verifier *self, size_t size)
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

/* Without masks a zero reads as dropped. In the dense margin nothing is, so one that was a zero
 * before counts as kept. */
static void keep_zeros_of_margin(tnm_slot *slot)
{
    const tnm_layout *layout = &slot->piece.layout;
    size_t rows = tnm_tiling_covered_rows(&slot->piece.tiling);
    size_t cols = tnm_tiling_covered_cols(&slot->piece.tiling);
    size_t size = tnm_dtype_size(slot->entry->dtype), slices = layout->slices;
    for (size_t row = 0; row < layout->rows; row++) {
        size_t first = (row * layout->cols + (row < rows ? cols : 0)) * slices;
        for (size_t at = first; at < (row + 1) * layout->cols * slices; at++) {
            uint8_t nonzero;
            find_nonzero(&nonzero, slot->weights + at * size, size, 1);
            slot->mask[at] |= !nonzero;
        }
    }
}

/* The most entries kept in M consecutive ones of a row, and of a column, of a slice. */
static void count_lines(tnm_verifier *self, size_t slice)
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

/* Where a tile of a slice of the piece lies in the whole slice. */
typedef struct place {
    size_t row, col;
} place;

static place place_of(const tnm_slot *slot, size_t number)
{
    size_t across = slot->entry->cut.tiling.tile_cols, own = slot->piece.tiling.tile_cols;
    size_t tile = number / own * across + number % own + slot->piece.first_tile;
    return (place){tile / across, tile % across};
}

static void note_worst(tnm_verifier *self, const tnm_verdict *verdict, size_t slice)
{
    const tnm_slot *slot = &self->slot;
    if (verdict->worst_gap <= self->worst.gap)
        return;
    place at = place_of(slot, verdict->worst_tile);
    self->worst = (tnm_worst_tile){.gap = verdict->worst_gap,
                                   .tensor = slot->entry->tensor,
                                   .positions = slot->entry->cut.layout.slices,
                                   .position = slice,
                                   .tile_row = at.row,
                                   .tile_col = at.col};
}

static tnm_error describe_violation(const tnm_slot *slot, const tnm_violation *violation,
                                    size_t slice, const tnm_problem *problem)
{
    const tnm_prune_entry *entry = slot->entry;
    char name[TNM_SHOWN], index[TNM_SHOWN], position[48] = "";
    if (violation->margin) {
        size_t entry_at = violation->row * slot->piece.layout.cols + violation->col;
        return tnm_fail(TNM_ERROR_DATA, "tensor '%s': entry %s of the dense margin is dropped",
                        tnm_tensor_show(name, entry->tensor->name),
                        show_entry(index, slot, entry_at * slot->piece.layout.slices + slice));
    }
    place at = place_of(slot, violation->tile);
    if (entry->cut.layout.slices > 1)
        snprintf(position, sizeof position, "position %zu, ", slice);
    return tnm_fail(TNM_ERROR_DATA, "tensor '%s': %stile %zu,%zu: %s %zu keeps %zu of %d, %s%d",
                    tnm_tensor_show(name, entry->tensor->name), position, at.row, at.col,
                    violation->column ? "column" : "row", violation->line, violation->kept,
                    problem->m, problem->constraint == TNM_ATMOST ? "more than " : "not ",
                    problem->n);
}

/* Grades a slice, and adds what is found to the verdict of the piece. */
static tnm_error grade_slice(tnm_verifier *self, const tnm_verify_request *asked, size_t slice,
                             tnm_error *fault)
{
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
    if (error == TNM_ERROR_DATA && entry->scores != NULL)
        return tnm_fail(error, "%s: tensor '%s': a score is negative or not finite",
                        asked->plan->scores->name, tnm_tensor_show(name, entry->tensor->name));
    if (error == TNM_ERROR_DATA)
        return tnm_fail(error, "%s: tensor '%s': a weight is not finite", asked->plan->source->name,
                        tnm_tensor_show(name, entry->tensor->name));
    if (error != TNM_OK)
        return error;
    count_lines(self, slice);
    tnm_verdict_add(slot->verdict, &verdict);
    note_worst(self, &verdict, slice);
    if (*fault == TNM_OK && verdict.violation.found)
        *fault = describe_violation(slot, &verdict.violation, slice, &problem);
    return TNM_OK;
}

static tnm_error check_masked(tnm_verifier *self, const tnm_verify_request *asked,
                              const tnm_match *found, tnm_error *fault)
{
    tnm_error error = TNM_OK;
    tnm_slot *slot = &self->slot;
    const tnm_prune_entry *entry = slot->entry;
    size_t size = tnm_dtype_size(entry->dtype);
    TNM_TRY(tnm_slot_read_runs(&asked->masked->files[found->masked_file], found->masked,
                               tnm_piece_runs(&entry->cut, &slot->piece, size), self->masked));
    TNM_TRY(read_mask(self, asked, found));
    if (asked->certificates != NULL)
        TNM_TRY(tnm_slot_read_runs(&asked->certificates->files[found->certificate_file],
                                   found->certificate, tnm_slot_price_runs(slot), slot->prices));
    *slot->verdict = (tnm_verdict){0};
    *fault = compare_values(self, size);
    if (asked->masks == NULL)
        keep_zeros_of_margin(slot);
    for (size_t slice = 0; slice < slot->piece.layout.slices; slice++)
        TNM_TRY(grade_slice(self, asked, slice, fault));
out:
    return error;
}

/* ---- a piece of another tensor ----------------------------------------------------------- */

static tnm_error check_copied(tnm_verifier *self, const tnm_verify_request *asked,
                              const tnm_match *found, tnm_error *fault)
{
    const tnm_slot *slot = &self->slot;
    size_t within = slot->offset - slot->entry->tensor->offset;
    char name[TNM_SHOWN];
    tnm_error error = tnm_source_read(&asked->masked->files[found->masked_file], self->masked,
                                      found->masked->offset + within, slot->bytes);
    if (error == TNM_OK && memcmp(self->masked, slot->weights, slot->bytes) != 0)
        *fault = tnm_fail(TNM_ERROR_DATA, "tensor '%s' is not masked but changed",
                          tnm_tensor_show(name, slot->entry->tensor->name));
    return error;
}

/* ---- either ------------------------------------------------------------------------------ */

tnm_error tnm_verifier_check(tnm_verifier *verifier, const tnm_verify_request *request,
                             const tnm_match *match, tnm_error *fault)
{
    *fault = TNM_OK;
    verifier->row_most = verifier->column_most = 0;
    verifier->worst = (tnm_worst_tile){.gap = 0};
    tnm_error error = tnm_slot_read(&verifier->slot, request->plan);
    if (error != TNM_OK)
        return error;
    if (verifier->slot.entry->eligibility == TNM_ELIGIBLE)
        return check_masked(verifier, request, match, fault);
    return check_copied(verifier, request, match, fault);
}
