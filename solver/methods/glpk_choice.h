/* The multiple-choice knapsack by GLPK's branch and bound [makhorin2020]: one option of every
 * group, least loss in all, and sizes that add up to a budget at most.
 *
 *     minimise    sum loss_gk x_gk
 *     subject to  sum_k x_gk = 1               for every group g
 *                 sum size_gk x_gk <= budget
 *                 x_gk in {0, 1}, and 0 where option k is not offered to group g
 *
 * That is the integer program by which [hubara2020] choose a bit width for every layer. */
#ifndef TNM_SOLVER_METHODS_GLPK_CHOICE_H
#define TNM_SOLVER_METHODS_GLPK_CHOICE_H

#include "instances/base.h"

/* Entry g * options + k is about option k of group g. Arrays are borrowed. */
typedef struct tnm_choice_program {
    size_t groups, options;
    const double *losses; /* finite, not negative */
    const size_t *sizes;
    const bool *offered;
    size_t budget;
    double time_limit; /* seconds; 0: none */
} tnm_choice_program;

/* Solves it; chosen[groups] receives the options. GLPK counts in doubles: sizes are divided by
 * their greatest common divisor, so that the budget is kept to the last unit up to some millions of
 * them and undercut by 2e-7 of it above; the loss is least within 1e-7 of the largest single one.
 * Fails with TNM_ERROR_LIMIT out of time, and with TNM_ERROR_INTERNAL where GLPK finds no answer, a
 * budget out of reach included. */
tnm_error tnm_glpk_choose(const tnm_choice_program *program, size_t *chosen);

#endif
