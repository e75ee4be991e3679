/* Lines made full by tied entries alone, on bits.
 *
 * Where entries lie exactly at their prices, prices leave open whether to keep them: such an entry
 * is worth the same kept and dropped. What then remains of the problem has no scores any more:
 * which of the tied entries to keep so that every line holds N. Rows deal their ties to the columns
 * that hold least; then units move from columns that hold too many to columns that hold too few,
 * along paths that drop a tied entry, add another one of the same row, and so on: a maximum flow by
 * augmenting paths [ahuja1993]. One row of a tile is one word, so a wave takes a few operations a
 * row.
 *
 * Under `atmost` lines at price 0, the free ones, need not be full. They touch the ground, which
 * takes units from free rows and gives units to free rows with room; free columns may give one up.
 *
 * The same source is compiled for each instruction set: counting bits is one instruction on most.
 */
#ifndef TNM_SOLVER_EXACT_BALANCE_H
#define TNM_SOLVER_EXACT_BALANCE_H

#include "formulations/problem.h"
#include "instances/isa.h"

enum { TNM_COUNT_BITS = 7 }; /* of counts up to 64 */

typedef struct tnm_balance {
    uint64_t kept[TNM_MAX_TILE];      /* bit j of word i: entry (i,j); in and out */
    uint64_t tied[TNM_MAX_TILE];      /* entries that may be kept or not */
    uint64_t free_rows, free_cols;    /* lines that need not be full */
    uint64_t more, fewer;             /* out: columns that hold more, or fewer, than N */
    uint64_t counts[TNM_COUNT_BITS];  /* bit j of word b: bit b of what column j holds */
    uint8_t row_parent[TNM_MAX_TILE]; /* the column whence a wave reached a row */
    uint8_t col_parent[TNM_MAX_TILE]; /* and the row whence it reached a column */
} tnm_balance;

typedef struct tnm_balance_kernel {
    /* Counts what the columns hold, and lets every row that keeps fewer than N take some of its
     * ties. False where there are too few, or where a row keeps too many already. */
    bool (*deal)(tnm_balance *self, const tnm_problem *problem);
    /* Uses up all paths; whether every line then holds what it should. Every row does on entry, and
     * after. Where it is false, ties may change, and it may be called again. */
    bool (*even_out)(tnm_balance *self, const tnm_problem *problem);
} tnm_balance_kernel;

const tnm_balance_kernel *tnm_balance_kernel_for(tnm_isa isa);

#endif
