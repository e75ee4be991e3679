/* One piece in memory: see slot.h. */
#include "pruning/slot.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

enum {
    COPIED_BYTES = 1 << 20, /* of skipped tensors at a time */
    AHEAD_BYTES = 16 << 20  /* of the input that the system is asked to read in advance */
};

/* ---- memory ------------------------------------------------------------------------------ */

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

tnm_error tnm_slot_init(tnm_slot *slot, const tnm_prune_plan *plan, bool bits, bool prices)
{
    tnm_error error = TNM_OK;
    tnm_piece_sizes sizes = tnm_prune_plan_piece_sizes(plan);
    *slot = (tnm_slot){.room = larger(sizes.weights, COPIED_BYTES)};
    TNM_TRY(TNM_NEW(slot->weights, slot->room));
    TNM_TRY(TNM_NEW(slot->verdict, 1));
    TNM_TRY(TNM_NEW(slot->mask, sizes.entries + 1));
    if (sizes.scores > 0)
        TNM_TRY(TNM_NEW(slot->scores, sizes.scores));
    if (bits)
        TNM_TRY(TNM_NEW(slot->bits, sizes.entries + 1));
    if (prices)
        TNM_TRY(TNM_NEW(slot->prices, sizes.prices + 1));
out:
    if (error != TNM_OK)
        tnm_slot_free(slot);
    return error;
}

void tnm_slot_free(tnm_slot *slot)
{
    free(slot->weights);
    free(slot->scores);
    free(slot->mask);
    free(slot->bits);
    free(slot->prices);
    free(slot->verdict);
    *slot = (tnm_slot){0};
}

/* ---- which piece is next ----------------------------------------------------------------- */

size_t tnm_cursor_pieces(const tnm_prune_entry *entry)
{
    size_t copies = (entry->tensor->size + COPIED_BYTES - 1) / COPIED_BYTES;
    return entry->eligibility == TNM_ELIGIBLE ? entry->pieces : larger(copies, 1);
}

size_t tnm_cursor_start(tnm_cursor *cursor, const tnm_prune_plan *plan, size_t entry)
{
    size_t behind = 0;
    for (size_t k = 0; k < entry; k++)
        behind += plan->entries[k].tensor->size;
    *cursor = (tnm_cursor){.entry = entry};
    return behind;
}

static void next_piece(tnm_cursor *cursor, tnm_slot *slot)
{
    const tnm_prune_entry *entry = slot->entry;
    slot->piece = tnm_cut_piece(&entry->cut, cursor->piece);
    slot->first = cursor->piece == 0;
    slot->last = ++cursor->piece == entry->pieces;
    slot->bytes = tnm_piece_entries(&slot->piece) * tnm_dtype_size(entry->dtype);
    slot->offset = entry->tensor->offset +
                   tnm_piece_runs(&entry->cut, &slot->piece, tnm_dtype_size(entry->dtype)).offset;
}

static void next_copy(tnm_cursor *cursor, tnm_slot *slot)
{
    size_t left = slot->entry->tensor->size - cursor->done;
    slot->first = cursor->done == 0;
    slot->offset = slot->entry->tensor->offset + cursor->done;
    slot->bytes = left < COPIED_BYTES ? left : COPIED_BYTES;
    slot->last = slot->bytes == left;
    cursor->done += slot->bytes;
}

bool tnm_cursor_next(tnm_cursor *cursor, const tnm_prune_plan *plan, tnm_slot *slot)
{
    if (cursor->entry == plan->count)
        return false;
    slot->entry = &plan->entries[cursor->entry];
    if (slot->entry->eligibility == TNM_ELIGIBLE)
        next_piece(cursor, slot);
    else
        next_copy(cursor, slot);
    if (slot->last)
        *cursor = (tnm_cursor){.entry = cursor->entry + 1};
    return true;
}

/* ---- reading and writing ----------------------------------------------------------------- */

tnm_error tnm_slot_read_runs(const tnm_source_file *file, const tnm_tensor *tensor, tnm_runs runs,
                             void *bytes)
{
    tnm_error error = TNM_OK;
    for (size_t k = 0; k < runs.count && error == TNM_OK; k++)
        error = tnm_source_read(file, (unsigned char *)bytes + k * runs.length,
                                tensor->offset + runs.offset + k * runs.pitch, runs.length);
    return error;
}

static tnm_error write_runs(const tnm_partial *file, size_t offset, tnm_runs runs,
                            const unsigned char *bytes)
{
    tnm_error error = TNM_OK;
    for (size_t k = 0; k < runs.count && error == TNM_OK; k++)
        error = tnm_partial_write(file, bytes + k * runs.length,
                                  offset + runs.offset + k * runs.pitch, runs.length);
    return error;
}

/* Asks the system to have at hand what comes after an offset; advice, no promise. */
static void read_ahead(const tnm_source_file *file, size_t offset)
{
    (void)posix_fadvise(file->descriptor, (off_t)offset, AHEAD_BYTES, POSIX_FADV_WILLNEED);
}

tnm_error tnm_slot_read(tnm_slot *slot, const tnm_prune_plan *plan)
{
    tnm_error error = TNM_OK;
    const tnm_prune_entry *entry = slot->entry;
    const tnm_source_file *file = &plan->source->files[entry->file];
    read_ahead(file, slot->offset + slot->bytes);
    if (entry->eligibility != TNM_ELIGIBLE)
        return tnm_source_read(file, slot->weights, slot->offset, slot->bytes);
    tnm_runs runs = tnm_piece_runs(&entry->cut, &slot->piece, tnm_dtype_size(entry->dtype));
    TNM_TRY(tnm_slot_read_runs(file, entry->tensor, runs, slot->weights));
    if (entry->scores == NULL)
        return TNM_OK;
    runs = tnm_piece_runs(&entry->cut, &slot->piece, tnm_dtype_size(entry->scores_dtype));
    TNM_TRY(tnm_slot_read_runs(&plan->scores->files[entry->scores_file], entry->scores, runs,
                               slot->scores));
out:
    return error;
}

/* The mask as bits, rows beginning at whole bytes. */
static void pack(tnm_slot *slot)
{
    size_t length = slot->piece.layout.cols * slot->piece.layout.slices;
    size_t pitch = (length + 7) / 8;
    memset(slot->bits, 0, slot->piece.layout.rows * pitch);
    for (size_t row = 0; row < slot->piece.layout.rows; row++) {
        const uint8_t *mask = slot->mask + row * length;
        uint8_t *bits = slot->bits + row * pitch;
        for (size_t k = 0; k < length; k++)
            bits[k / 8] = (uint8_t)(bits[k / 8] | mask[k] << k % 8);
    }
}

static tnm_error write_mask(tnm_slot *slot, const tnm_outputs *outputs)
{
    const tnm_prune_entry *entry = slot->entry;
    size_t offset = outputs->masks_plan.offsets[entry->companion];
    if (!outputs->paths->packed)
        return write_runs(&outputs->masks, offset, tnm_piece_runs(&entry->cut, &slot->piece, 1),
                          slot->mask);
    pack(slot);
    return write_runs(&outputs->masks, offset, tnm_piece_bit_runs(&entry->cut, &slot->piece),
                      slot->bits);
}

tnm_runs tnm_slot_price_runs(const tnm_slot *slot)
{
    const tnm_tiling *tiling = &slot->entry->cut.tiling;
    size_t size = tnm_certificate_length(tiling->m) * sizeof *slot->prices;
    return (tnm_runs){.offset = slot->piece.first_tile * size,
                      .length = slot->piece.tiles * size,
                      .pitch = tiling->tile_rows * tiling->tile_cols * size,
                      .count = slot->piece.layout.slices};
}

static tnm_error write_prices(const tnm_slot *slot, const tnm_outputs *outputs)
{
    return write_runs(&outputs->certificates,
                      outputs->certificates_plan.offsets[slot->entry->companion],
                      tnm_slot_price_runs(slot), (const unsigned char *)slot->prices);
}

tnm_error tnm_slot_write(tnm_slot *slot, const tnm_outputs *outputs)
{
    tnm_error error = TNM_OK;
    const tnm_prune_entry *entry = slot->entry;
    const tnm_partial *file = &outputs->files[entry->file];
    if (entry->eligibility != TNM_ELIGIBLE)
        return tnm_partial_write(file, slot->weights, slot->offset, slot->bytes);
    TNM_TRY(write_runs(file, entry->tensor->offset,
                       tnm_piece_runs(&entry->cut, &slot->piece, tnm_dtype_size(entry->dtype)),
                       slot->weights));
    if (outputs->paths->masks != NULL)
        TNM_TRY(write_mask(slot, outputs));
    if (outputs->paths->certificates != NULL)
        TNM_TRY(write_prices(slot, outputs));
out:
    return error;
}

int64_t *tnm_slot_prices(const tnm_slot *slot, size_t slice)
{
    if (slot->prices == NULL)
        return NULL;
    return slot->prices + slice * slot->piece.tiles * tnm_certificate_length(slot->piece.tiling.m);
}

/* ---- masking ----------------------------------------------------------------------------- */

/* clear_X: elements of X bits of which the mask drops some; returns how many it keeps. */
#define TNM_CLEAR(bits)                                                                            \
    static size_t clear_##bits(void *elements, const uint8_t *mask, size_t count)                  \
    {                                                                                              \
        uint##bits##_t *element = elements;                                                        \
        size_t kept = 0;                                                                           \
        for (size_t k = 0; k < count; k++) {                                                       \
            kept += mask[k];                                                                       \
            element[k] = mask[k] != 0 ? element[k] : 0;                                            \
        }                                                                                          \
        return kept;                                                                               \
    }
TNM_CLEAR(8)
TNM_CLEAR(16)
TNM_CLEAR(32)
TNM_CLEAR(64)

size_t tnm_slot_zero_dropped(tnm_slot *slot)
{
    size_t count = tnm_piece_entries(&slot->piece);
    switch (tnm_dtype_size(slot->entry->dtype)) {
    case 1:
        return clear_8(slot->weights, slot->mask, count);
    case 2:
        return clear_16(slot->weights, slot->mask, count);
    case 4:
        return clear_32(slot->weights, slot->mask, count);
    default:
        return clear_64(slot->weights, slot->mask, count);
    }
}
