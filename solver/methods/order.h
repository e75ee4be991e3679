/* The entries of a tile by weight, for greedy methods, sorted only as far as they look.
 *
 * Total order: a heavier score comes first, of equal scores the lower row-major index. Scores are
 * compared exactly.
 *
 * The entries that a method has any use for are first thrown into twice as many buckets: linear
 * work. Runs of neighbouring buckets are then handed out, sorted, without the entries that it has
 * no more use for. */
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

/* Starts with those entries (i,j) of a tile for which bit j of wanted[i] is set. */
void tnm_order_start(tnm_order *order, const tnm_band *band, size_t tile, const uint64_t *wanted);

/* The next entries. Returns how many, 0 at the end, and sets *run to them, heaviest first; they
 * stay until the next call. Only entries that are still wanted are among them. */
size_t tnm_order_next(tnm_order *order, const uint64_t *wanted, const tnm_entry **run);

#endif
