/* Recipes: see recipe.h. */
#include "training/recipe.h"

#include "formulations/problem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *tnm_products_name(tnm_products products)
{
    static const char *const names[] = {"dense", "sparse", "auto"};
    return names[products];
}

size_t tnm_recipe_steps(const tnm_recipe *recipe, size_t samples)
{
    return (samples + recipe->batch - 1) / recipe->batch;
}

/* ---- what cannot be ---------------------------------------------------------------------- */

static bool is_share(double value)
{
    return value >= 0 && value < 1;
}

static bool is_size(double value)
{
    return value >= 0 && isfinite(value);
}

static tnm_error validate_aim(const tnm_recipe *recipe, const tnm_mask_aim *aim)
{
    const tnm_method *method = recipe->method;
    tnm_error error = tnm_problem_validate(&aim->problem);
    if (error != TNM_OK)
        return error;
    if (aim->transposable && (method->capabilities & TNM_METHOD_RELAXED))
        return tnm_fail(TNM_ERROR_USAGE, "method '%s' does not find transposable masks",
                        method->name);
    if (!aim->transposable && aim->products == TNM_PRODUCTS_SPARSE)
        return tnm_fail(TNM_ERROR_USAGE, "%s: sparse products take a transposable mask",
                        aim->parameter->name);
    return TNM_OK;
}

tnm_error tnm_recipe_validate(const tnm_recipe *recipe)
{
    tnm_error error = TNM_OK;
    if (recipe->epochs == 0 || recipe->batch == 0 || recipe->mask_every == 0)
        return tnm_fail(TNM_ERROR_USAGE,
                        "epochs, batch and the steps from mask to mask are 1 at least");
    if (recipe->warm_up >= recipe->epochs)
        return tnm_fail(TNM_ERROR_USAGE, "warm-up of %zu epochs: there are %zu in all",
                        recipe->warm_up, recipe->epochs);
    if (!is_share(recipe->momentum))
        return tnm_fail(TNM_ERROR_USAGE, "momentum %g: expected 0 or more, less than 1",
                        recipe->momentum);
    if (!is_size(recipe->rate) || !is_size(recipe->decay) || !is_size(recipe->masked_decay))
        return tnm_fail(TNM_ERROR_USAGE, "rate and decays are finite, and not negative");
    for (size_t k = 0; k < recipe->aim_count && error == TNM_OK; k++)
        error = validate_aim(recipe, &recipe->aims[k]);
    return error;
}

/* ---- facts ------------------------------------------------------------------------------- */

tnm_error tnm_facts_add(tnm_facts *facts, char *key, char *value)
{
    tnm_error error = TNM_OK;
    if (key == NULL || value == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    if (facts->count == facts->room) {
        size_t room = 2 * facts->room + 16;
        tnm_metadata *grown = realloc(facts->list, room * sizeof *grown);
        if (grown == NULL)
            TNM_TRY(tnm_fail(TNM_ERROR_MEMORY, "out of memory: what a training is about"));
        facts->list = grown;
        facts->room = room;
    }
    facts->list[facts->count++] = (tnm_metadata){.key = key, .value = value};
    return TNM_OK;
out:
    free(key);
    free(value);
    return error;
}

void tnm_facts_free(tnm_facts *facts)
{
    for (size_t k = 0; k < facts->count; k++) {
        free((char *)(uintptr_t)facts->list[k].key);
        free((char *)(uintptr_t)facts->list[k].value);
    }
    free(facts->list);
    *facts = (tnm_facts){0};
}

static tnm_error add_text(tnm_facts *facts, const char *key, const char *value)
{
    return tnm_facts_add(facts, tnm_format("training.%s", key), tnm_copy_string(value));
}

static tnm_error add_count(tnm_facts *facts, const char *key, uint64_t value)
{
    return tnm_facts_add(facts, tnm_format("training.%s", key),
                         tnm_format("%llu", (unsigned long long)value));
}

static tnm_error add_number(tnm_facts *facts, const char *key, double value)
{
    return tnm_facts_add(facts, tnm_format("training.%s", key), tnm_format("%.17g", value));
}

/* A number that two networks of the same architecture hardly share by accident. */
static double fingerprint(const tnm_network *network)
{
    double sum = 0;
    for (size_t k = 0; k < network->parameter_count; k++) {
        const tnm_parameter *parameter = network->parameters[k];
        size_t size = tnm_parameter_size(parameter);
        for (size_t i = 0; i < size; i++)
            sum += (double)parameter->values[i] * (double)(i % 1021 + 1);
    }
    return sum;
}

static tnm_error add_source(tnm_facts *facts, const tnm_network *network, const tnm_dataset *data)
{
    tnm_error error = TNM_OK;
    TNM_TRY(add_text(facts, "network", network->architecture));
    TNM_TRY(add_number(facts, "start", fingerprint(network)));
    TNM_TRY(tnm_facts_add(facts, tnm_copy_string("training.data"),
                          tnm_format("%zu of %zu x %zu, mean %.9g, deviation %.9g", data->count,
                                     data->height, data->width, (double)data->mean,
                                     (double)data->deviation)));
out:
    return error;
}

static tnm_error add_descent(tnm_facts *facts, const tnm_recipe *recipe)
{
    tnm_error error = TNM_OK;
    TNM_TRY(add_count(facts, "epochs", recipe->epochs));
    TNM_TRY(add_count(facts, "batch", recipe->batch));
    TNM_TRY(add_number(facts, "rate", recipe->rate));
    TNM_TRY(add_number(facts, "momentum", recipe->momentum));
    TNM_TRY(add_number(facts, "decay", recipe->decay));
    TNM_TRY(add_count(facts, "warm_up", recipe->warm_up));
    TNM_TRY(add_count(facts, "seed", recipe->seed));
    TNM_TRY(add_count(facts, "masked_layers", recipe->aim_count));
out:
    return error;
}

static tnm_error add_aim(tnm_facts *facts, const tnm_mask_aim *aim)
{
    tnm_error error = TNM_OK;
    const char *name = aim->parameter->name;
    TNM_TRY(tnm_facts_add(facts, tnm_format("training.%s.pattern", name),
                          tnm_format("%d:%d %s %s", aim->problem.n, aim->problem.m,
                                     tnm_constraint_name(aim->problem.constraint),
                                     aim->transposable ? "transposable" : "row")));
    TNM_TRY(tnm_facts_add(facts, tnm_format("training.%s.products", name),
                          tnm_copy_string(tnm_products_name(aim->products))));
out:
    return error;
}

/* The method and what was set of it, "swap start=bi-nm". */
static tnm_error add_method(tnm_facts *facts, const tnm_recipe *recipe)
{
    const char *const *next = recipe->parameters;
    char *text = tnm_copy_string(recipe->method->name);
    for (; text != NULL && next != NULL && *next != NULL; next++) {
        char *longer = tnm_format("%s %s", text, *next);
        free(text);
        text = longer;
    }
    return tnm_facts_add(facts, tnm_copy_string("training.mask_method"), text);
}

static tnm_error add_masks(tnm_facts *facts, const tnm_recipe *recipe)
{
    tnm_error error = TNM_OK;
    if (recipe->aim_count == 0)
        return TNM_OK;
    TNM_TRY(add_method(facts, recipe));
    TNM_TRY(add_text(facts, "masks", recipe->fixed ? "static" : "dynamic"));
    TNM_TRY(add_count(facts, "mask_every", recipe->mask_every));
    TNM_TRY(add_number(facts, "masked_decay", recipe->masked_decay));
    for (size_t k = 0; k < recipe->aim_count; k++)
        TNM_TRY(add_aim(facts, &recipe->aims[k]));
out:
    return error;
}

tnm_error tnm_facts_init(tnm_facts *facts, const tnm_recipe *recipe, const tnm_network *network,
                         const tnm_dataset *data)
{
    tnm_error error = TNM_OK;
    *facts = (tnm_facts){0};
    TNM_TRY(add_source(facts, network, data));
    TNM_TRY(add_descent(facts, recipe));
    TNM_TRY(add_masks(facts, recipe));
    return TNM_OK;
out:
    tnm_facts_free(facts);
    return error;
}
