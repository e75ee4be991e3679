/* What the kernel files of small tiles' paths share; see paths.h. Each is compiled for every
 * instruction set, and calls the others' builds for the same one. */
#ifndef TNM_SOLVER_EXACT_KERNEL_PATHS_H
#define TNM_SOLVER_EXACT_KERNEL_PATHS_H

#include "solver/exact/paths.h"

/* A loop for the vectoriser: the compiler would rather unroll one so short. */
#define EVERY_LANE(lane) _Pragma("omp simd") for (int lane = 0; lane < TNM_PATH_LANES; lane++)

/* Rows, or columns, with the ground, which is the last one. */
static inline int tnm_path_lines_of(const tnm_problem *problem)
{
    return problem->m + (problem->constraint == TNM_ATMOST);
}

/* kernel_start.c: rounds the scores, and every row takes its N best: arcs, surplus and rooms of a
 * mask without a cycle of negative length. */
void TNM_KERNEL(tnm_paths_start)(tnm_paths *self, const tnm_problem *problem);

#endif
