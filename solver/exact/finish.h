/* The last resorts of the exact method, for the tiles that dual ascent leaves open: augmenting
 * paths from the prices found so far (augment.h), and where the scores spread too far for 64 bits
 * to prove what they find, the repair in exact arithmetic (solver/residual.h). Always finishes. */
#ifndef TNM_SOLVER_EXACT_FINISH_H
#define TNM_SOLVER_EXACT_FINISH_H

#include "formulations/verify.h"
#include "solver/exact/stages.h"

/* Memory for one tile after another; one a thread. */
typedef struct tnm_finisher tnm_finisher;

/* Released with tnm_finisher_close even when it fails (TNM_ERROR_MEMORY). */
tnm_error tnm_finisher_open(tnm_finisher **finisher, const tnm_problem *problem);
/* Accepts NULL. */
void tnm_finisher_close(tnm_finisher *finisher);

/* Finds an optimal mask of a tile, m words, and prices that prove it. The certificate, 2m+1 numbers
 * as in formulations/verify.h, holds prices to start from: any do, good ones save time. Adds to
 * the statistics. */
tnm_error tnm_finish_tile(tnm_finisher *finisher, const tnm_band *band, size_t tile, uint64_t *rows,
                          int64_t *certificate, tnm_stages *stages);

#endif
