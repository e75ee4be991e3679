/* A slot: the memory of one thread for one piece of a tensor, with everything that goes along with
 * it. */
#ifndef TNM_PRUNING_SLOT_H
#define TNM_PRUNING_SLOT_H

#include "formulations/verify.h"
#include "pruning/outputs.h"

typedef struct tnm_slot {
    const tnm_prune_entry *entry;
    bool first, last; /* piece of its tensor */
    size_t bytes;     /* of weights in this piece, */
    size_t offset;    /* and where they begin, in their file */
    tnm_piece piece;  /* eligible tensors */
    unsigned char *weights, *scores;
    uint8_t *mask, *bits; /* one byte an entry, or one bit; `bits` only where these are written */
    int64_t *prices;      /* NULL: not wanted */
    size_t room;          /* of weights, in bytes */
    tnm_verdict *verdict; /* of the piece, tiles counted from the start of the tensor */
    size_t kept;          /* entries */
} tnm_slot;

/* Takes memory for the largest piece of a plan, with or without bits and prices. On failure nothing
 * is owned. */
tnm_error tnm_slot_init(tnm_slot *slot, const tnm_prune_plan *plan, bool bits, bool prices);
/* Accepts a zeroed one. */
void tnm_slot_free(tnm_slot *slot);

/* Walks through all pieces of a plan. */
typedef struct tnm_cursor {
    size_t entry;
    size_t piece; /* of an eligible tensor */
    size_t done;  /* bytes, of a skipped one */
} tnm_cursor;

/* How many pieces a tensor has on this walk. */
size_t tnm_cursor_pieces(const tnm_prune_entry *entry);
/* Stands before an entry of the plan; returns the bytes of those that lie behind. */
size_t tnm_cursor_start(tnm_cursor *cursor, const tnm_prune_plan *plan, size_t entry);
/* Tells a slot which piece is next; false at the end. */
bool tnm_cursor_next(tnm_cursor *cursor, const tnm_prune_plan *plan, tnm_slot *slot);

/* Reads runs of bytes of a tensor of a file; they follow each other in `bytes`. */
tnm_error tnm_slot_read_runs(const tnm_source_file *file, const tnm_tensor *tensor, tnm_runs runs,
                             void *bytes);
/* Reads the piece, weights and scores. */
tnm_error tnm_slot_read(tnm_slot *slot, const tnm_prune_plan *plan);
/* Writes the piece, and mask and prices where outputs want them. */
tnm_error tnm_slot_write(tnm_slot *slot, const tnm_outputs *outputs);

/* Where the prices of the piece lie in the tensor of certificates, a run for each slice. */
tnm_runs tnm_slot_price_runs(const tnm_slot *slot);
/* The place of the prices of a slice of the piece, or NULL. */
int64_t *tnm_slot_prices(const tnm_slot *slot, size_t slice);

/* Clears all bits of the weights that the mask drops, and returns how many it keeps. */
size_t tnm_slot_zero_dropped(tnm_slot *slot);

#endif
