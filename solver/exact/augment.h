/* Shortest augmenting paths from given prices: the stage that always finishes.
 *
 * Works on 64-bit scores, on one tile. Any column prices give every row its N best entries, with a
 * row price u_i that separates them from the rest; then kept entries have reduced scores
 * s_ij - u_i - v_j >= 0 and dropped ones <= 0, and all that may be wrong are the columns that hold
 * more or less than N. Each augmentation moves one unit from a column with too many to one with too
 * few along a shortest path
 *
 *       column j --drop (i,j)--> row i --add (i,k)--> column k --> ...
 *                 s - u - v >= 0         u + v - s >= 0
 *
 * and the prices are moved by the distances that Dijkstra's algorithm finds, which keeps the signs
 * and makes the shortest paths tight, of length zero: the primal-dual method [ahuja1993]. All tight
 * paths are used up before prices move again; they are the ties of balance.h, one bit an entry, and
 * cheap. Good prices leave a handful of paths, and so do tiles full of ties; where many are left, a
 * dual ascent on the same scores goes first (kernel_precise.c).
 *
 * Under `atmost` prices are >= 0 and there is the ground, at price 0: units may leave a row for it
 * at length u_i, lines with room touch it at length 0, and a column short of units but not of price
 * may be served from it. */
#ifndef TNM_SOLVER_EXACT_AUGMENT_H
#define TNM_SOLVER_EXACT_AUGMENT_H

#include "instances/band.h"
#include "solver/exact/balance.h"

enum { TNM_AUGMENT_BITS = 50 };

/* All zero at first, and for one m only. Scores and prices that go in are at most 2^50. */
typedef struct tnm_augment {
    int64_t scores[TNM_MAX_TILE][TNM_MAX_TILE]; /* in */
    int64_t transposed[TNM_MAX_TILE][TNM_MAX_TILE];
    int64_t row_price[TNM_MAX_TILE]; /* out */
    int64_t col_price[TNM_MAX_TILE]; /* in: any numbers; out */
    int64_t limit;                   /* in: prices need go no further, either way */
    bool ascends;                    /* in: a dual ascent may go first */
    /* In, under `atmost`: no price is below these, and one that is there costs nothing. */
    int64_t row_zero[TNM_MAX_TILE], col_zero[TNM_MAX_TILE];
    tnm_balance ties;            /* out: in .kept, the optimal mask of the integer scores */
    uint64_t cols[TNM_MAX_TILE]; /* the same by columns */
    int64_t row_distance[TNM_MAX_TILE], col_distance[TNM_MAX_TILE];
    int64_t row_way[TNM_MAX_TILE], col_way[TNM_MAX_TILE]; /* the shortest so far, if still open */
} tnm_augment;

typedef struct tnm_augment_kernel {
    /* Takes the scores of a tile, which must stay within 2^50 units of 2^unit, each to the nearest
     * whole number. */
    void (*load)(tnm_augment *self, const tnm_band *band, size_t tile, int unit);
    /* Finds an optimal mask and prices that prove it, for the scores as integers. */
    void (*solve)(tnm_augment *self, const tnm_problem *problem);
    /* Then moves the prices from the edge of what they may be to the middle; 0 < N < M, and no
     * price is free but zero. */
    void (*center)(tnm_augment *self, const tnm_problem *problem);
    /* Finds the entries within a distance of their prices, bit j of near[i], and cuts all scores
     * off: +-2^50 as they lie above or below their prices (not the transposed ones, which are to
     * follow). True when mask and prices are complementary. */
    bool (*cut)(tnm_augment *self, const tnm_problem *problem, int64_t distance,
                uint64_t near[TNM_MAX_TILE]);
} tnm_augment_kernel;

const tnm_augment_kernel *tnm_augment_kernel_for(tnm_isa isa);

#endif
