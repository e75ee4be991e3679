/* From any feasible mask to an optimal one, with prices that prove it.
 *
 * A mask is optimal exactly when no cycle of its residual graph (solver/labels.h) has negative
 * length; then shortest-path distances p of the rows and q of the columns are prices u = p, v = -q:
 * an arc that cannot be shortened is complementary slackness, s_ij >= u_i + v_j where kept and <=
 * where dropped, and the ground makes prices >= 0 and free where there is room. So Bellman-Ford
 * either finds a cycle, which is cancelled for a strictly better mask, or a proof [ahuja1993].
 *
 * All of it is exact, for any finite scores: lengths are integers of as many limbs as the exponents
 * of the tile's scores need (instances/wide.h), one limb nearly always. */
#ifndef TNM_SOLVER_RESIDUAL_H
#define TNM_SOLVER_RESIDUAL_H

#include "formulations/verify.h"
#include "instances/fixed.h"

/* Memory for the repair of one tile after another; one a thread. */
typedef struct tnm_residual tnm_residual;

/* Where to start: from 2m prices, those of the rows first, wide integers with room for
 * TNM_WIDE_HEADROOM in units of 2^spread.bottom. Any will do, but good ones save time; and where
 * the caller has proven that mask and prices are complementary, nothing needs to be looked at. */
typedef struct tnm_residual_start {
    tnm_spread spread; /* of the tile */
    const uint64_t *prices;
    bool proven;
} tnm_residual_start;

/* Makes a workspace for tiles of side up to m. */
tnm_error tnm_residual_init(tnm_residual **residual, int m);
/* Accepts NULL. */
void tnm_residual_free(tnm_residual *residual);

/* Improves the mask of a tile until it is optimal, and writes prices that prove it. `tile_rows`, m
 * words, is a mask that obeys the constraint on entry (TNM_ERROR_INTERNAL otherwise, mask left
 * alone) and an optimal one on return: the same one where it was optimal already. `certificate`,
 * 2m+1 integers laid out as in formulations/verify.h, may be NULL; so may `start`. Prices that fit
 * 64 bits at the unit of the scores are exact; for wider tiles they are coarse prices that prove
 * the mask exactly where such prices exist at their unit, and to within 2^-60 of the largest price
 * a kept entry where a tie hides below it. Deterministic; allocates nothing. */
tnm_error tnm_residual_repair(tnm_residual *residual, const tnm_problem *problem,
                              const tnm_band *band, size_t tile, uint64_t *tile_rows,
                              const tnm_residual_start *start, int64_t *certificate);

#endif
