/* One row of a tile: all ways to take columns for it, by the capacities the columns have.
 *
 * The ways are met class by class, from the highest capacity to the lowest. What the lower classes
 * may still do depends on the higher ones only through how many columns are left to take and how
 * many arrive from the class above. Sums over all ways use that: the ways through the lower classes
 * are listed once for each such pair, and the lists gone through for each way through the higher
 * ones. */
#ifndef TNM_FORMULATIONS_DIVERSITY_ROW_H
#define TNM_FORMULATIONS_DIVERSITY_ROW_H

#include "formulations/diversity/table.h"

/* One way: taken[c] of the columns of capacity c, chosen in `weight` ways, which leads to `state`
 * one stage below. Return false to hear of no more. */
typedef bool (*tnm_taking)(void *context, const int *taken, uint64_t weight, size_t state);

/* Tells all ways for the last of `rows` rows, in an order that depends on nothing but `held`. */
void tnm_row_walk(const tnm_table *table, int rows, const int held[TNM_CLASSES], tnm_taking taking,
                  void *context);

enum { TNM_ROW_WAYS = 1 << 16, TNM_MOST_LIMBS = TNM_MAX_TILE + 1 };

/* A way through the lower classes. */
typedef struct tnm_way {
    uint64_t state, weight;
} tnm_way;

/* Memory for sums, one a thread. */
typedef struct tnm_row {
    tnm_way ways[TNM_ROW_WAYS];
    size_t used;
    struct {
        size_t first, count;            /* in `ways`; no ways: not listed yet */
    } lists[TNM_CLASSES * TNM_CLASSES]; /* by columns left and arriving */
} tnm_row;

/* Adds up weight times the number of the state below, over all ways, into the zeroed limbs of a
 * number of stage `rows`. */
void tnm_row_sum(tnm_row *row, mp_limb_t *number, const tnm_table *table, int rows,
                 const int held[TNM_CLASSES]);

#endif
