/* Greedy keeping, which several methods are made of: entries are taken in order of weight, from the
 * heavy end, as long as their row and their column have room.
 *
 * What is among the N heaviest of both its lines is taken in any case (see greedy_prune.c), so that
 * only the entries of lines that are short by then have to be put into order.
 *
 * Ties: of equal scores the one with the lower row-major index counts as the heavier. */
#ifndef TNM_SOLVER_METHODS_GREEDY_H
#define TNM_SOLVER_METHODS_GREEDY_H

#include "solver/method.h"

/* What has been taken of a tile so far, and how much more each line takes. */
typedef struct tnm_tally {
    uint64_t taken[TNM_MAX_TILE]; /* rows of bits */
    int row_room[TNM_MAX_TILE];
    int col_room[TNM_MAX_TILE];
} tnm_tally;

/* The functions of a tnm_method. Under `equal`, short lines are completed. */
tnm_error tnm_greedy_open(void **workspace, const tnm_problem *problem);
tnm_error tnm_greedy_solve(void *workspace, const tnm_band *band, tnm_answer *answer);
void tnm_greedy_close(void *workspace); /* accepts NULL */

#endif
