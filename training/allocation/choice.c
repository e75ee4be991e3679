/* One pattern a layer, within a budget: see choice.h. */
#include "training/allocation/choice.h"

#include "solver/methods/glpk_choice.h"

#include <math.h>
#include <stdlib.h>

/* ---- tables and choices ------------------------------------------------------------------ */

tnm_error tnm_choice_table_open(tnm_choice_table *table, size_t layers, size_t options)
{
    tnm_error error = TNM_OK;
    *table = (tnm_choice_table){.layers = layers, .options = options};
    TNM_TRY(TNM_NEW(table->damages, layers * options));
    TNM_TRY(TNM_NEW(table->costs, layers * options));
    TNM_TRY(TNM_NEW(table->offered, layers * options));
out:
    if (error != TNM_OK)
        tnm_choice_table_close(table);
    return error;
}

void tnm_choice_table_close(tnm_choice_table *table)
{
    free(table->damages);
    free(table->costs);
    free(table->offered);
    *table = (tnm_choice_table){0};
}

const char *tnm_chooser_name(tnm_chooser chooser)
{
    static const char *const names[TNM_CHOOSERS] = {"integer program", "greedy", "uniform"};
    return names[chooser];
}

void tnm_choice_close(tnm_choice *choice)
{
    free(choice->options);
    *choice = (tnm_choice){0};
}

/* The offered option of a layer that comes first in an order; `options` where there is none. */
static size_t best_option(const tnm_choice_table *table, size_t layer,
                          bool (*before)(const tnm_choice_table *, size_t, size_t))
{
    size_t best = table->options;
    for (size_t k = 0; k < table->options; k++) {
        size_t at = layer * table->options + k;
        if (!table->offered[at])
            continue;
        if (best == table->options || before(table, at, layer * table->options + best))
            best = k;
    }
    return best;
}

static bool is_cheaper(const tnm_choice_table *table, size_t a, size_t b)
{
    return table->costs[a] < table->costs[b] ||
           (table->costs[a] == table->costs[b] && table->damages[a] < table->damages[b]);
}

static bool is_milder(const tnm_choice_table *table, size_t a, size_t b)
{
    return table->damages[a] < table->damages[b] ||
           (table->damages[a] == table->damages[b] && table->costs[a] < table->costs[b]);
}

size_t tnm_choice_least_cost(const tnm_choice_table *table)
{
    size_t sum = 0;
    for (size_t layer = 0; layer < table->layers; layer++)
        sum += table->costs[layer * table->options + best_option(table, layer, is_cheaper)];
    return sum;
}

/* Adds the choice up from the table. */
static void add_up(tnm_choice *choice, const tnm_choice_table *table)
{
    choice->damage = 0;
    choice->cost = 0;
    for (size_t layer = 0; layer < table->layers; layer++) {
        size_t at = layer * table->options + choice->options[layer];
        choice->damage += table->damages[at];
        choice->cost += table->costs[at];
    }
}

/* ---- greedy ------------------------------------------------------------------------------ */

/* A layer to another option. */
typedef struct step {
    size_t layer, option;
    double price; /* damage for a unit of cost: added to save it, or repaired by spending it */
    size_t cost;  /* saved or spent; 0: no step was found */
} step;

/* Whether a step is taken rather than the best so far, the price being right: at one price the
 * larger one, then the first. */
static bool is_larger(const step *best, const step *other)
{
    return best->cost == 0 || (other->price == best->price && other->cost > best->cost);
}

static void consider_saving(step *best, const tnm_choice_table *table, const tnm_choice *choice,
                            size_t layer, size_t option)
{
    const size_t from = layer * table->options + choice->options[layer];
    const size_t to = layer * table->options + option;
    if (!table->offered[to] || table->costs[to] >= table->costs[from])
        return;
    step other = {.layer = layer, .option = option, .cost = table->costs[from] - table->costs[to]};
    other.price = (table->damages[to] - table->damages[from]) / (double)other.cost;
    if (is_larger(best, &other) || other.price < best->price)
        *best = other;
}

static void consider_repair(step *best, const tnm_choice_table *table, const tnm_choice *choice,
                            size_t layer, size_t option, size_t left)
{
    const size_t from = layer * table->options + choice->options[layer];
    const size_t to = layer * table->options + option;
    if (!table->offered[to] || table->damages[to] >= table->damages[from] ||
        table->costs[to] <= table->costs[from] || table->costs[to] - table->costs[from] > left)
        return;
    step other = {.layer = layer, .option = option, .cost = table->costs[to] - table->costs[from]};
    other.price = (table->damages[from] - table->damages[to]) / (double)other.cost;
    if (is_larger(best, &other) || other.price > best->price)
        *best = other;
}

/* The step to take: one that saves while the budget is exceeded, one that repairs afterwards. */
static step find_step(const tnm_choice_table *table, const tnm_choice *choice, size_t budget)
{
    step best = {0};
    for (size_t layer = 0; layer < table->layers; layer++) {
        for (size_t k = 0; k < table->options; k++) {
            if (choice->cost > budget)
                consider_saving(&best, table, choice, layer, k);
            else
                consider_repair(&best, table, choice, layer, k, budget - choice->cost);
        }
    }
    return best;
}

static void choose_greedily(tnm_choice *choice, const tnm_choice_table *table, size_t budget)
{
    for (size_t layer = 0; layer < table->layers; layer++)
        choice->options[layer] = best_option(table, layer, is_milder);
    step best = {.cost = 1};
    while (best.cost > 0) {
        add_up(choice, table);
        best = find_step(table, choice, budget);
        if (best.cost > 0)
            choice->options[best.layer] = best.option;
    }
    choice->found = true;
}

/* ---- uniform ----------------------------------------------------------------------------- */

/* What a layer takes where all are to take `wanted`. */
static size_t nearest(const tnm_choice_table *table, size_t layer, size_t wanted)
{
    return table->offered[layer * table->options + wanted] ? wanted
                                                           : best_option(table, layer, is_milder);
}

static tnm_error choose_uniformly(tnm_choice *choice, const tnm_choice_table *table, size_t budget)
{
    tnm_error error = TNM_OK;
    tnm_choice trial = {0};
    TNM_TRY(TNM_NEW(trial.options, table->layers));
    for (size_t k = 0; k < table->options; k++) {
        for (size_t layer = 0; layer < table->layers; layer++)
            trial.options[layer] = nearest(table, layer, k);
        add_up(&trial, table);
        if (trial.cost > budget || (choice->found && trial.damage >= choice->damage))
            continue;
        for (size_t layer = 0; layer < table->layers; layer++)
            choice->options[layer] = trial.options[layer];
        choice->found = true;
        choice->damage = trial.damage;
    }
out:
    tnm_choice_close(&trial);
    return error;
}

/* ---- all of them ------------------------------------------------------------------------- */

static tnm_error choose_by_program(tnm_choice *choice, const tnm_choice_table *table, size_t budget,
                                   double time_limit)
{
    const tnm_choice_program program = {.groups = table->layers,
                                        .options = table->options,
                                        .losses = table->damages,
                                        .sizes = table->costs,
                                        .offered = table->offered,
                                        .budget = budget,
                                        .time_limit = time_limit};
    for (size_t layer = 0; layer < table->layers; layer++)
        choice->options[layer] = table->options; /* none, until the program says which */
    tnm_error error = tnm_glpk_choose(&program, choice->options);
    choice->found = error == TNM_OK;
    return error;
}

/* Nobody is believed. */
static tnm_error check(tnm_choice *choice, const tnm_choice_table *table, size_t budget,
                       tnm_chooser chooser)
{
    for (size_t layer = 0; layer < table->layers; layer++) {
        size_t k = choice->options[layer];
        if (k >= table->options || !table->offered[layer * table->options + k])
            return tnm_fail(TNM_ERROR_INTERNAL, "%s: layer %zu has no option",
                            tnm_chooser_name(chooser), layer);
    }
    add_up(choice, table);
    if (choice->cost > budget)
        return tnm_fail(TNM_ERROR_INTERNAL, "%s: costs %zu, the budget is %zu",
                        tnm_chooser_name(chooser), choice->cost, budget);
    return TNM_OK;
}

tnm_error tnm_choose(tnm_choice *choice, const tnm_choice_table *table, size_t budget,
                     tnm_chooser chooser, double time_limit)
{
    tnm_error error = TNM_OK;
    size_t least = tnm_choice_least_cost(table);
    *choice = (tnm_choice){0};
    if (least > budget)
        return tnm_fail(TNM_ERROR_USAGE, "a budget of %zu is out of reach: the least is %zu",
                        budget, least);
    TNM_TRY(TNM_NEW(choice->options, table->layers));
    if (chooser == TNM_CHOOSE_PROGRAM)
        TNM_TRY(choose_by_program(choice, table, budget, time_limit));
    else if (chooser == TNM_CHOOSE_GREEDY)
        choose_greedily(choice, table, budget);
    else
        TNM_TRY(choose_uniformly(choice, table, budget));
    if (choice->found)
        TNM_TRY(check(choice, table, budget, chooser));
out:
    if (error != TNM_OK)
        tnm_choice_close(choice);
    return error;
}
