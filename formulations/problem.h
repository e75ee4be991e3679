/* The question: which entries of a tile to keep.
 *
 *     maximise    sum s_ij x_ij
 *     subject to  sum_j x_ij = N   (or <= N)   for every row i
 *                 sum_i x_ij = N   (or <= N)   for every column j
 *                 x_ij in {0, 1}
 *
 * This is the one place that says which way N counts: KEPT entries. */
#ifndef TNM_FORMULATIONS_PROBLEM_H
#define TNM_FORMULATIONS_PROBLEM_H

#include "instances/base.h"

/* Reads "N:M"; n and m only, the constraint is left alone. */
tnm_error tnm_problem_parse(tnm_problem *problem, const char *text);
/* 0 <= n <= m, 1 <= m <= TNM_MAX_TILE, a known constraint. */
tnm_error tnm_problem_validate(const tnm_problem *problem);

const char *tnm_constraint_name(tnm_constraint constraint); /* "equal", "atmost" */
tnm_error tnm_constraint_parse(tnm_constraint *constraint, const char *text);

#endif
