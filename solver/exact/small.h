/* Small tiles of the exact method (M <= 8), many at once in vector lanes:
 *
 *     ascent       dual ascent on 16-bit scores (kernel.h)
 *     paths        what that leaves open: shortest augmenting paths on 48-bit scores (paths.h) */
#ifndef TNM_SOLVER_EXACT_SMALL_H
#define TNM_SOLVER_EXACT_SMALL_H

#include "solver/method.h"

/* Memory for one band after another; one a thread. */
typedef struct tnm_small tnm_small;

/* For problems with 0 < N < M <= 8. Released with tnm_small_close even when it fails
 * (TNM_ERROR_MEMORY). */
tnm_error tnm_small_open(tnm_small **small, const tnm_problem *problem);
/* Accepts NULL. */
void tnm_small_close(tnm_small *small);

/* Answers a band; prices are wanted. The tiles that are still open, in the end and after the
 * ascent, are counted, and the former listed in `pending`, which has room for all tiles of the
 * band; their prices are a guess. */
size_t tnm_small_solve(tnm_small *small, const tnm_band *band, const tnm_answer *answer,
                       uint32_t *pending, size_t *open_after_ascent);

#endif
