/* What the kernel files of augmenting paths share; see augment.h. Each is compiled for every
 * instruction set, and calls the others' builds for the same one. */
#ifndef TNM_SOLVER_EXACT_KERNEL_AUGMENT_H
#define TNM_SOLVER_EXACT_KERNEL_AUGMENT_H

#include "solver/exact/augment.h"

/* kernel_precise.c: ranks, and dual ascent, in doubles. */
/* Row prices that the N largest s_ij - v_j reach, the others do not exceed; 0 < N. */
void TNM_KERNEL(tnm_precise_rank)(tnm_augment *self, const tnm_problem *problem);
/* Moves the prices of the rows and then those of the columns, that many times; 0 < N < M. */
void TNM_KERNEL(tnm_precise_ascend)(tnm_augment *self, const tnm_problem *problem, int rounds);

/* kernel_finish.c: what comes before the paths, and after them. */
void TNM_KERNEL(tnm_augment_load)(tnm_augment *self, const tnm_band *band, size_t tile, int unit);
void TNM_KERNEL(tnm_augment_center)(tnm_augment *self, const tnm_problem *problem);
bool TNM_KERNEL(tnm_augment_cut)(tnm_augment *self, const tnm_problem *problem, int64_t distance,
                                 uint64_t near[TNM_MAX_TILE]);

#endif
