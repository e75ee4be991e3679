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
 * None of it is taken on trust: each level's mask and prices are complementary in its own integers,
 * and what a level has cut off lies so far from its prices that those of the levels below, which
 * are watched, cannot make up for it. Then the prices prove the last mask.
 *
 * Prices of the tile are wide integers (instances/wide.h), and so are the reduced scores of entries
 * that are near. */
#ifndef TNM_SOLVER_EXACT_LEVELS_H
#define TNM_SOLVER_EXACT_LEVELS_H

#include "instances/wide.h"
#include "solver/exact/augment.h"
#include "solver/residual.h"

/* One tile after another; one a thread. */
typedef struct tnm_levels {
    const tnm_augment_kernel *kernel;
    const tnm_problem *problem;
    const tnm_band *band;
    size_t tile, m;
    tnm_spread spread; /* numbers are in units of 2^spread.bottom, of so many limbs */
    size_t limbs;
    int top, unit;     /* of the first level and of the one at hand, 2^unit */
    bool proven;       /* the prices so far prove the mask at hand, but for what is near */
    uint64_t *reduced; /* scores of what is near less its prices, one after the other */
    uint64_t prices[2 * TNM_MAX_TILE * TNM_WIDE_MAX_LIMBS]; /* of the rows, then of the columns */
} tnm_levels;

/* Makes room for tiles of side up to m. Released with tnm_levels_close even when it fails
 * (TNM_ERROR_MEMORY). */
tnm_error tnm_levels_open(tnm_levels **levels, int m);
/* Accepts NULL. */
void tnm_levels_close(tnm_levels *levels);

/* Starts at the top, on scores in units of 2^unit; the kernel is that of the paths. */
void tnm_levels_start(tnm_levels *self, const tnm_augment_kernel *kernel,
                      const tnm_problem *problem, const tnm_band *band, size_t tile, int unit);
/* The prices so far, and whether they prove the mask. */
tnm_residual_start tnm_levels_result(const tnm_levels *self);
/* Takes the prices of the level just solved from `paths`, and puts the scores of the next one
 * there. False where nothing is left to decide: `paths` holds an optimal mask, `prices` what
 * proves it. */
bool tnm_levels_next(tnm_levels *self, tnm_augment *paths);

#endif
