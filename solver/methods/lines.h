/* What methods share that look at one line at a time: the N heaviest of every row, the N heaviest
 * of what is left of every column.
 *
 * Ties: of equal scores the one with the lower index in the line counts as the heavier. */
#ifndef TNM_SOLVER_METHODS_LINES_H
#define TNM_SOLVER_METHODS_LINES_H

#include "instances/isa.h"
#include "solver/method.h"

typedef enum tnm_line_order {
    TNM_ROWS_THEN_COLUMNS,
    TNM_COLUMNS_THEN_ROWS,
    TNM_ROWS_ALONE
} tnm_line_order;

/* Lanes' own memory: an entry a vector, of any instruction set. */
typedef struct tnm_lines_room {
    _Alignas(64) float entries[TNM_MAX_TILE * TNM_MAX_TILE * 16];
} tnm_lines_room;

/* Answers a band whose scores are floats, many tiles at once. */
typedef void tnm_lines_kernel(uint64_t *rows, tnm_lines_room *room, const tnm_band *band, int n,
                              tnm_line_order order);
tnm_lines_kernel *tnm_lines_in_lanes_for(tnm_isa isa);

/* The functions of a tnm_method, but for the order. Short lines are completed where `completes` and
 * the problem says `equal`. */
tnm_error tnm_lines_open(void **workspace, const tnm_problem *problem, tnm_line_order order,
                         bool completes);
tnm_error tnm_lines_solve(void *workspace, const tnm_band *band, tnm_answer *answer);
void tnm_lines_close(void *workspace);

#endif
