/* How many masks there are, about: for sizes that counting does not reach.
 *
 * If the lines of a random 0/1 matrix with a given number of ones obeyed the constraint
 * independently of each other, rows and columns alike, then their number would be
 *
 *     equal    binomial(M,N)^(2M) / binomial(M^2, MN)
 *     atmost   sum over k of R(k)^2 / binomial(M^2, k),   R(k) masks of k ones that obey along rows
 *
 * They do not quite. For `equal` [canfield2005] prove that the first is too large by a factor that
 * tends to exp(1/2). A factor ((M-1)/M)^(M-1) exp(1/2) in place of exp(-1/2) is observed to be
 * closer: too large by no more than 0.2/M of the count for all 0 < N < M <= 14, and by least at
 * half density, 0.38 % at 4:8. For `atmost` no correction is known here. All results are logarithms
 * to the base 2. */
#ifndef TNM_FORMULATIONS_DIVERSITY_ESTIMATE_H
#define TNM_FORMULATIONS_DIVERSITY_ESTIMATE_H

#include "instances/base.h"

/* `equal` only, whatever the problem says: with the factor that is proven, and with the sharper
 * one. For N = 0 and N = M, where the formulas do not hold, the truth: 0. */
double tnm_estimate_canfield_mckay(const tnm_problem *problem);
double tnm_estimate_sharper(const tnm_problem *problem);

/* `atmost` only, likewise: as if lines were independent. Too large, by up to 28 % for M <= 9; the
 * larger N, the less. */
tnm_error tnm_estimate_independent(double *log2_count, const tnm_problem *problem);

#endif
