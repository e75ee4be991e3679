/* Dual ascent in doubles, for augmenting paths to start from; see augment.h.
 *
 * The moves are those of kernel.h, but 50 bits tell scores of any orders of magnitude apart at
 * once. Scores and prices are whole numbers, of which doubles hold all differences; where a price
 * is rounded, it is rounded alike everywhere. */
#ifndef TNM_SOLVER_EXACT_KERNEL_PRECISE_H
#define TNM_SOLVER_EXACT_KERNEL_PRECISE_H

#include "solver/exact/augment.h"

/* The N-th largest s_ij - v_j of each row; 0 < N. */
void TNM_KERNEL(tnm_precise_nth)(tnm_augment *self, const tnm_problem *problem,
                                 int64_t nth[TNM_MAX_TILE]);
/* Moves the prices of the rows and then those of the columns, that many times; 0 < N < M. */
void TNM_KERNEL(tnm_precise_ascend)(tnm_augment *self, const tnm_problem *problem, int rounds);

#endif
