/* greedy-prune on many lines at once: the N heaviest of every row and the N heaviest of every
 * column, both by the scores as they are, and what is in both (see greedy_prune.c).
 *
 * A window holds 64 lines: as many neighbouring tiles as have 64 columns when their side is rounded
 * up to a power of two. It is laid out twice, with columns and with rows in the lanes, so that
 * entry k of all lines lies together; what is heaviest is found by sorting networks. Lines and
 * entries past the side hold -1, below any score. */
#ifndef TNM_SOLVER_METHODS_KERNEL_PRUNE_H
#define TNM_SOLVER_METHODS_KERNEL_PRUNE_H

#include "instances/band.h"
#include "instances/isa.h"

enum { TNM_PRUNE_LINES = 64 };

/* The memory of a thread. */
typedef struct tnm_prune_room {
    /* [k * 64 + lane]: entry k of a column, of a row. What is past the side stays as it began. */
    _Alignas(64) float plain[TNM_MAX_TILE * TNM_PRUNE_LINES];
    _Alignas(64) float turned[TNM_MAX_TILE * TNM_PRUNE_LINES];
} tnm_prune_room;

static inline void tnm_prune_room_init(tnm_prune_room *room)
{
    for (size_t k = 0; k < TNM_MAX_TILE * TNM_PRUNE_LINES; k++)
        room->plain[k] = -1;
}

/* The side m as windows have it: 4, 8, 16, 32 or 64. */
static inline size_t tnm_prune_side(size_t m)
{
    size_t side = 4;
    while (side < m)
        side *= 2;
    return side;
}

/* Answers tiles first, first + 1, ... of a band, 64 / tnm_prune_side(m) of them or what is left;
 * 0 < n < m. False, with nothing written, where floats tie and are not the scores themselves. */
typedef bool tnm_prune_kernel(uint64_t *rows, tnm_prune_room *room, const tnm_band *band,
                              size_t first, int n);
tnm_prune_kernel *tnm_prune_window_for(tnm_isa isa);

#endif
