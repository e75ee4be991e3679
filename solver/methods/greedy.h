/* The two greedy methods of [hubara2021] and its code are one: they take entries in order of weight
 * as long as the lines have room, and differ in what is taken, from which end, and how much room
 * is enough.
 *
 *              takes entries to    from the    as long as there is room in    room of a line
 *     keep     keep                heavy end   its row and its column         N
 *     prune    prune               light end   its row or its column          M-N
 *
 * Ties: of equal scores the one with the lower row-major index counts as the heavier. */
#ifndef TNM_SOLVER_METHODS_GREEDY_H
#define TNM_SOLVER_METHODS_GREEDY_H

#include "solver/method.h"

typedef enum tnm_greedy_rule { TNM_GREEDY_KEEP, TNM_GREEDY_PRUNE } tnm_greedy_rule;

/* The functions of a tnm_method, but for the rule. Under `equal`, short lines are completed; since
 * completing makes one mask of both (see greedy_prune.c), it is then found by keeping. */
tnm_error tnm_greedy_open(void **workspace, const tnm_problem *problem, tnm_greedy_rule rule);
tnm_error tnm_greedy_solve(void *workspace, const tnm_band *band, tnm_answer *answer);
void tnm_greedy_close(void *workspace);

#endif
