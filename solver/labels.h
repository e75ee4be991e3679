/* Shortest distances in the residual graph of a mask.
 *
 * Read a mask as a flow, one unit through every kept entry. What may still change is an arc: a
 * dropped entry may be kept, row -> column, a kept one dropped, column -> row. Under `atmost` there
 * is also the ground, where units come from and go to:
 *
 *             dropped: -s_ij                    0, if row i has room
 *      row i ----------------> column j       ground ----> row i      row i ----> ground   0
 *            <----------------                       <----                  <----
 *              kept: +s_ij                    0, if column j has room       column j
 *
 * Bellman-Ford finds the distances from labels to start from, or cycles of negative length, which
 * gain more than they lose. Numbers are wide integers (instances/wide.h): nothing is rounded. */
#ifndef TNM_SOLVER_LABELS_H
#define TNM_SOLVER_LABELS_H

#include "formulations/mask.h"
#include "instances/wide.h"

enum { TNM_MAX_NODES = 2 * TNM_MAX_TILE + 1 }; /* m rows, then m columns, then the ground */

/* A graph, and labels of its nodes: node k at [k * limbs]. */
typedef struct tnm_labels {
    size_t m, limbs;             /* limbs of a number */
    bool grounded;               /* under atmost */
    const uint64_t *lengths;     /* m * m numbers: what keeping the entry is worth */
    uint64_t rows[TNM_MAX_TILE]; /* the mask */
    uint64_t row_room, col_room; /* atmost: lines that keep fewer than N */
    uint64_t start[TNM_MAX_NODES * TNM_WIDE_MAX_LIMBS]; /* labels to start from */
    uint64_t labels[TNM_MAX_NODES * TNM_WIDE_MAX_LIMBS];
    int parent[TNM_MAX_NODES]; /* whence the label came */
    /* Nodes whose label changed and whose arcs have not been looked at since. */
    uint64_t fresh_rows, fresh_cols;
    bool fresh_ground;
} tnm_labels;

/* What to do with an entry whose arc lies on a negative cycle. */
typedef void tnm_entry_action(tnm_labels *self, size_t i, size_t j);

/* True: labels are shortest distances. False: there were negative cycles, and they were acted on.
 */
bool tnm_labels_settle(tnm_labels *self, tnm_entry_action *act);

#endif
