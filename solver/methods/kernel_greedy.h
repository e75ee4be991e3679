/* Greedy keeping on many small tiles at once, one tile a vector lane.
 *
 * Keys of 32 bits are sorted by a network [batcher1968]: the bits of a score, but the last six,
 * which tell the place in the tile instead. Where that may have hidden the order of two scores, the
 * lane is put right one by one; then all lanes take their entries in step. */
#ifndef TNM_SOLVER_METHODS_KERNEL_GREEDY_H
#define TNM_SOLVER_METHODS_KERNEL_GREEDY_H

#include "instances/isa.h"
#include "solver/methods/greedy.h"

enum { TNM_LANE_TILE = 8, TNM_LANE_PLACES = TNM_LANE_TILE * TNM_LANE_TILE };

/* Comparators in order: the larger of keys a and b goes to a. */
typedef struct tnm_sorting_network {
    size_t count;
    struct {
        uint8_t a, b;
    } pairs[543]; /* what 64 keys take */
} tnm_sorting_network;

/* Answers a band of tiles of side m <= TNM_LANE_TILE, 0 < n < m, and completes them where the
 * problem says `equal`. False, with nothing done, where there are fewer tiles than lanes. */
typedef bool tnm_greedy_kernel(uint64_t *rows, const tnm_sorting_network *network,
                               const tnm_problem *problem, const tnm_band *band);

tnm_greedy_kernel *tnm_greedy_lanes_for(tnm_isa isa);

#endif
