/* What the ascent leaves open of tiles of M <= 8: shortest augmenting paths on 48-bit scores, eight
 * tiles at a time (paths.h). */
#ifndef TNM_SOLVER_EXACT_PATHFINDER_H
#define TNM_SOLVER_EXACT_PATHFINDER_H

#include "solver/exact/stages.h"
#include "solver/method.h"

/* Memory for one band after another; one a thread. */
typedef struct tnm_pathfinder tnm_pathfinder;

/* Released with tnm_pathfinder_close even when it fails (TNM_ERROR_MEMORY). */
tnm_error tnm_pathfinder_open(tnm_pathfinder **pathfinder, const tnm_problem *problem);
/* Accepts NULL. */
void tnm_pathfinder_close(tnm_pathfinder *pathfinder);

/* Answers those tiles of a band that are `pending`, so many, from the guesses that are their
 * prices; 0 < N < M <= 8. Returns how many are still open, and lists them in `pending`. Adds to the
 * statistics. */
size_t tnm_pathfinder_solve(tnm_pathfinder *pathfinder, const tnm_band *band,
                            const tnm_answer *answer, uint32_t *pending, size_t count,
                            tnm_stages *stages);

#endif
