/* The entries of a tile by weight, for greedy methods, sorted only as far as they look.
 *
 * Total order: a heavier score comes first, of equal scores the lower row-major index. Scores are
 * compared exactly.
 *
 * A tile is first thrown into twice as many buckets as it has entries: linear work. The entries
 * before the first line is settled then need no order at all, and after that runs of neighbouring
 * buckets are handed out, sorted, without the entries that the method has no more use for. */
#ifndef TNM_SOLVER_METHODS_ORDER_H
#define TNM_SOLVER_METHODS_ORDER_H

#include "instances/band.h"

/* An entry as one number that sorts: the bits of its score (of the nearest float, where scores are
 * doubles) above its place i * TNM_MAX_TILE + j, this one upside down. The heavier, the larger. */
typedef uint64_t tnm_entry;

enum { TNM_PLACES = TNM_MAX_TILE * TNM_MAX_TILE };

static inline tnm_entry tnm_entry_of(const tnm_band *band, size_t tile, size_t i, size_t j)
{
    uint32_t bits;
    __builtin_memcpy(&bits, &band->scores[i * band->stride + tile * band->m + j], sizeof bits);
    return (tnm_entry)bits * TNM_PLACES + (TNM_PLACES - 1 - (i * TNM_MAX_TILE + j));
}

static inline size_t tnm_entry_row(tnm_entry entry)
{
    return (TNM_PLACES - 1 - entry % TNM_PLACES) / TNM_MAX_TILE;
}

static inline size_t tnm_entry_column(tnm_entry entry)
{
    return (TNM_PLACES - 1 - entry % TNM_PLACES) % TNM_MAX_TILE;
}

/* Sorts entries of a tile, heaviest first; fast where little is out of place. */
void tnm_entries_sort(tnm_entry *entries, size_t count, const tnm_band *band, size_t tile);

/* A walk over the entries of a tile from the heavy end. */
typedef struct tnm_order tnm_order;

tnm_error tnm_order_init(tnm_order **order);
/* Accepts NULL. */
void tnm_order_free(tnm_order *order);

void tnm_order_start(tnm_order *order, const tnm_band *band, size_t tile);

/* What a greedy method has taken so far, and how much more each line takes. */
typedef struct tnm_tally {
    uint64_t taken[TNM_MAX_TILE]; /* rows of bits */
    int row_room[TNM_MAX_TILE];
    int col_room[TNM_MAX_TILE];
} tnm_tally;

/* Takes entries as long as every line has room, so that their order does not matter; then goes back
 * to the last point where it did not. To be called once, after the start. */
void tnm_order_take_easy(tnm_order *order, tnm_tally *tally);

/* The next entries. Returns how many, 0 at the end, and sets *run to them, heaviest first; they
 * stay until the next call. Entries (i,j) for which bit j of wanted[i] is not set are left out. */
size_t tnm_order_next(tnm_order *order, const uint64_t *wanted, const tnm_entry **run);

#endif
