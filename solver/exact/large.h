/* Large tiles of the exact method (8 < M <= 64), and what is left of small ones of M = 16, one at a
 * time:
 *
 *     warm         dual ascent from the prices of an earlier matrix, where the caller has some
 *     ascent       dual ascent on 16-bit scores (kernel.h)
 *     refined      the same on scores taken anew, in finer units around the prices found
 *     tied         in between, where ties stand in the way: prices as they are, and tied entries
 *                  kept or dropped as the counts want it (balance.h) */
#ifndef TNM_SOLVER_EXACT_LARGE_H
#define TNM_SOLVER_EXACT_LARGE_H

#include "solver/exact/stages.h"
#include "solver/method.h"

/* Memory for one band after another; one a thread. */
typedef struct tnm_large tnm_large;

/* For problems with 0 < N < M, 8 < M. Released with tnm_large_close even when it fails
 * (TNM_ERROR_MEMORY). */
tnm_error tnm_large_open(tnm_large **large, const tnm_problem *problem);
/* Accepts NULL. */
void tnm_large_close(tnm_large *large);

/* Answers those tiles of a band that are `pending`, so many; prices are wanted, and are `guessed`
 * already where small tiles were looked at before. Returns how many tiles are still open, and lists
 * them in `pending`; their prices are a guess. Adds to the statistics. */
size_t tnm_large_solve(tnm_large *large, const tnm_band *band, const tnm_answer *answer,
                       bool guessed, uint32_t *pending, size_t count, tnm_stages *stages);

#endif
