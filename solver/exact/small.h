/* Small tiles of the exact method (tnm_is_small in kernel.h), many at once in vector lanes:
 *
 *     warm         those of M = 16 from the prices of an earlier matrix, where the caller has some
 *     ascent       dual ascent on 16-bit scores (kernel.h)
 *
 * What that leaves open of M <= 8 is for the pathfinder (pathfinder.h); of M = 16 it goes on as
 * large tiles do (large.h). */
#ifndef TNM_SOLVER_EXACT_SMALL_H
#define TNM_SOLVER_EXACT_SMALL_H

#include "solver/exact/stages.h"
#include "solver/method.h"

/* Memory for one band after another; one a thread. */
typedef struct tnm_small tnm_small;

/* For problems with 0 < N < M that are small ones. Released with tnm_small_close even when it fails
 * (TNM_ERROR_MEMORY). */
tnm_error tnm_small_open(tnm_small **small, const tnm_problem *problem);
/* Accepts NULL. */
void tnm_small_close(tnm_small *small);

/* Answers a band; prices are wanted. Returns how many tiles are still open, and lists them in
 * `pending`, which has room for all tiles of the band; their prices are a guess, or begin with
 * TNM_NO_PRICES. Adds to the statistics. */
size_t tnm_small_solve(tnm_small *small, const tnm_band *band, const tnm_answer *answer,
                       uint32_t *pending, tnm_stages *stages);

#endif
