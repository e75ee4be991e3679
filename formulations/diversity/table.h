/* The counting table: how many ways there are to fill rows of a tile, by what is left of its
 * columns.
 *
 * Stage r answers, for every histogram of column capacities (histogram.h), how many 0/1 matrices of
 * r rows obey the constraint along rows and use the capacities up (`equal`) or keep within them
 * (`atmost`). The last of the r rows takes k_c of the held_c columns of capacity c, in
 * prod binomial(held_c, k_c) ways, and leaves them with capacity c-1:
 *
 *     stage_r(held) = sum over k, sum k_c = N (or <= N), of prod binomial(held_c, k_c) *
 *                     stage_(r-1)(held_c - k_c + k_(c+1))
 *
 * Capacities beyond the rows that are left are as good as their number, and columns whose capacity
 * the rows already placed cannot have brought lower do not occur, so stage r holds capacities from
 * max(0, N - (M - r)) to min(N, r) only. Under `atmost` the answer is stage M. Under `equal` stages
 * end in the middle: the upper M/2 rows use what the lower rows leave, hence
 *
 *     count = sum over held of multinomial(M; held) * stage_(M/2)(held) * stage_(M-M/2)(mirrored)
 *
 * where the mirror image of a histogram has held_(N-c) columns of capacity c. */
#ifndef TNM_FORMULATIONS_DIVERSITY_TABLE_H
#define TNM_FORMULATIONS_DIVERSITY_TABLE_H

#include "formulations/diversity/histogram.h"

#include <gmp.h>

typedef struct tnm_stage {
    int rows;
    int lowest, highest; /* capacities that occur */
    int sum;             /* of capacities above the lowest, as tnm_histograms has it */
    size_t states;
    size_t limbs;       /* of a number, 64 bits each */
    mp_limb_t *numbers; /* states * limbs, least significant limb first; owned, or NULL */
} tnm_stage;

typedef struct tnm_table {
    tnm_problem problem;
    tnm_histograms histograms; /* of capacities above a stage's lowest */
    uint64_t binomials[TNM_CLASSES][TNM_CLASSES];
    int top; /* the highest stage */
    tnm_stage stages[TNM_MAX_TILE + 1];
} tnm_table;

/* Fills the table, on all cores; where it is not to be kept whole, only the stages that the count
 * needs stay. `progress` (or NULL) hears of states; a return value other than 0 stops the run:
 * TNM_ERROR_LIMIT. Release the table even when this fails. */
tnm_error tnm_table_init(tnm_table *table, const tnm_problem *problem, bool kept,
                         tnm_progress progress, void *context);
void tnm_table_free(tnm_table *table); /* accepts a zeroed one */

/* The number of masks. */
void tnm_table_count(mpz_t count, const tnm_table *table);

/* `equal` only: the masks whose lower rows leave the columns, in some order of them, as state
 * `state` of stage M - M/2 says; and the state of stage M/2 that the upper rows then use up. */
void tnm_table_meeting(mpz_t count, size_t *upper, const tnm_table *table, size_t state);

/* held[capacity], for all capacities 0..N, of a state; and back. */
void tnm_table_held(const tnm_table *table, int rows, size_t state, int held[TNM_CLASSES]);
size_t tnm_table_state(const tnm_table *table, int rows, const int held[TNM_CLASSES]);
/* The number stored for a state, without copying; not to be cleared. */
void tnm_table_number(mpz_t number, const tnm_table *table, int rows, size_t state);

#endif
