/* Scores that spread too far for 64 bits, digit by digit.
 *
 * Prices that are optimal for scores rounded to a unit leave reduced scores s_ij - u_i - v_j, and
 * only where these are within a few units is anything left to decide. What to keep there is the
 * same problem again: one level further down the reduced scores are the scores, in a unit so fine
 * that the largest of those few still fits; all others are cut off, so far from 0 that no price
 * comes near. Under `atmost` a price costs nothing where it takes back all of the price above. The
 * prices of a level are the next digits of the prices of the tile. On the last level nothing has
 * been rounded, and its mask is optimal.
 *
 * Scores and prices of the tile are wide integers (instances/wide.h). */
#ifndef TNM_SOLVER_EXACT_LEVELS_H
#define TNM_SOLVER_EXACT_LEVELS_H

#include "instances/wide.h"
#include "solver/exact/augment.h"
#include "solver/residual.h"

/* One tile after another; one a thread. */
typedef struct tnm_levels {
    const tnm_problem *problem;
    tnm_spread spread; /* numbers are in units of 2^spread.bottom, of so many limbs */
    size_t m, limbs;
    int unit;                                               /* of the level at hand, 2^unit */
    uint64_t *scores;                                       /* m * m numbers */
    uint64_t prices[2 * TNM_MAX_TILE * TNM_WIDE_MAX_LIMBS]; /* of the rows, then of the columns */
} tnm_levels;

/* Makes room for tiles of side up to m. Released with tnm_levels_close even when it fails
 * (TNM_ERROR_MEMORY). */
tnm_error tnm_levels_open(tnm_levels **levels, int m);
/* Accepts NULL. */
void tnm_levels_close(tnm_levels *levels);

/* Starts at the top, on scores in units of 2^unit. */
void tnm_levels_start(tnm_levels *self, const tnm_problem *problem, const tnm_band *band,
                      size_t tile, int unit);
/* The scores, and the prices so far. */
tnm_residual_start tnm_levels_result(const tnm_levels *self);
/* Takes the prices of the level just solved from `paths`, and puts the scores of the next one
 * there. False where nothing is left to decide: `paths` holds an optimal mask, `prices` what
 * proves it. */
bool tnm_levels_next(tnm_levels *self, tnm_augment *paths);

#endif
