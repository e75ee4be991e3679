/* The question of allocation: one pattern for every layer, the least damage in all, within a
 * budget.
 *
 * A table tells for every layer and every candidate pattern what masking the layer so damages, and
 * what the layer then costs: kept weights, or multiply-adds of a sample. Damages of layers are
 * taken to add up, as [hubara2020] does for bit widths. Three answers:
 *
 *     program   the integer program of solver/methods/glpk_choice.h
 *     greedy    every layer begins with the least damage it can have; while that costs too much,
 *               the step that saves most for the damage it adds is taken; what is left over then
 *               buys back the steps that repair most
 *     uniform   the one pattern for all layers, of those within the budget, that damages least; a
 *               layer that is not offered it takes the least damage it can have */
#ifndef TNM_TRAINING_ALLOCATION_CHOICE_H
#define TNM_TRAINING_ALLOCATION_CHOICE_H

#include "instances/base.h"

/* Entry layer * options + k is about option k of a layer. Every layer is offered one at least. */
typedef struct tnm_choice_table {
    size_t layers, options;
    double *damages; /* owned; finite, not negative */
    size_t *costs;   /* owned */
    bool *offered;   /* owned */
} tnm_choice_table;

/* Offers nothing yet. On failure nothing is owned. */
tnm_error tnm_choice_table_open(tnm_choice_table *table, size_t layers, size_t options);
/* Accepts a zeroed one. */
void tnm_choice_table_close(tnm_choice_table *table);

typedef enum tnm_chooser {
    TNM_CHOOSE_PROGRAM,
    TNM_CHOOSE_GREEDY,
    TNM_CHOOSE_UNIFORM,
    TNM_CHOOSERS /* how many */
} tnm_chooser;

/* "integer program", "greedy", "uniform". */
const char *tnm_chooser_name(tnm_chooser chooser);

/* What was chosen, with sums made from the table. */
typedef struct tnm_choice {
    size_t *options; /* owned, one a layer */
    bool found;      /* false: no uniform choice is within the budget, and the rest is void */
    double damage;
    size_t cost;
} tnm_choice;

/* The least that any choice costs. */
size_t tnm_choice_least_cost(const tnm_choice_table *table);

/* Chooses. TNM_ERROR_USAGE where not even the least cost is within the budget. Whatever is found
 * was checked: one offered option a layer, and a cost within the budget (TNM_ERROR_INTERNAL). On
 * failure nothing is owned. */
tnm_error tnm_choose(tnm_choice *choice, const tnm_choice_table *table, size_t budget,
                     tnm_chooser chooser, double time_limit);
/* Accepts a zeroed one. */
void tnm_choice_close(tnm_choice *choice);

#endif
