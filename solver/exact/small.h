/* Small tiles of the exact method (M <= 8), many at once in vector lanes:
 *
 *     ascent       dual ascent on 16-bit scores (kernel.h)
 *     paths        what that leaves open: shortest augmenting paths on 48-bit scores (paths.h) */
#ifndef TNM_SOLVER_EXACT_SMALL_H
#define TNM_SOLVER_EXACT_SMALL_H

#include "solver/exact/stages.h"
#include "solver/method.h"

/* Memory for one band after another; one a thread. */
typedef struct tnm_small tnm_small;

/* For problems with 0 < N < M <= 8. Released with tnm_small_close even when it fails
 * (TNM_ERROR_MEMORY). */
tnm_error tnm_small_open(tnm_small **small, const tnm_problem *problem);
/* Accepts NULL. */
void tnm_small_close(tnm_small *small);

/* Answers a band; prices are wanted. Returns how many tiles are still open, and lists them in
 * `pending`, which has room for all tiles of the band; their prices are a guess. Adds to the
 * statistics. */
size_t tnm_small_solve(tnm_small *small, const tnm_band *band, const tnm_answer *answer,
                       uint32_t *pending, tnm_stages *stages);

#endif
