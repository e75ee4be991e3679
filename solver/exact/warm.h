/* Warm start: the dual ascent from the prices of an earlier, similar tile.
 *
 * Weights in training move little between two masks, and so do the prices that prove them: started
 * there, the ascent needs few half rounds. Any prices will do to start from, they decide the speed
 * and nothing else, so a caller's prices are taken as they come, held to what 16 bits allow. */
#ifndef TNM_SOLVER_EXACT_WARM_H
#define TNM_SOLVER_EXACT_WARM_H

#include "solver/exact/kernel.h"

/* Gives a tile just loaded the prices of a certificate (formulations/verify.h), in the tile's own
 * unit. False, and the tile left as it was, where there are none or their unit is out of all
 * proportion. */
bool tnm_warm_start(tnm_large_tile *tile, const tnm_problem *problem, const int64_t *certificate);

#endif
