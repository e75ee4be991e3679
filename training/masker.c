/* Masks that follow the weights: see masker.h. */
#include "training/masker.h"

#include "training/mask_search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const tnm_published_overhead tnm_published_overheads[] = {
    {"integer program", 1.8}, {"minimum-cost flow", 0.7}, {"2-approximation", 0.14}, {NULL, 0}};

static bool is_exact(const tnm_recipe *recipe)
{
    return recipe->method->capabilities & TNM_METHOD_EXACT;
}

/* ---- memory ------------------------------------------------------------------------------ */

static tnm_error open_slot(tnm_mask_slot *slot, const tnm_mask_aim *aim, bool exact)
{
    tnm_error error = TNM_OK;
    const tnm_parameter *parameter = aim->parameter;
    size_t tiles = tnm_tile_count(parameter->rows, parameter->cols, aim->problem.m, TNM_EDGES_PAD);
    slot->sparse_products = aim->products == TNM_PRODUCTS_SPARSE;
    TNM_TRY(TNM_NEW(slot->found, tnm_parameter_size(parameter)));
    if (!exact)
        return TNM_OK;
    slot->price_count = tiles * tnm_certificate_length((size_t)aim->problem.m);
    TNM_TRY(TNM_NEW(slot->prices, slot->price_count));
    TNM_TRY(TNM_NEW(slot->renewed, slot->price_count));
out:
    return error;
}

tnm_error tnm_masker_open(tnm_masker *masker, const tnm_recipe *recipe, int threads)
{
    tnm_error error = TNM_OK;
    *masker = (tnm_masker){.recipe = recipe, .threads = threads};
    TNM_TRY(TNM_NEW(masker->slots, recipe->aim_count + 1));
    for (size_t k = 0; k < recipe->aim_count; k++)
        TNM_TRY(open_slot(&masker->slots[k], &recipe->aims[k], is_exact(recipe)));
    return TNM_OK;
out:
    tnm_masker_close(masker);
    return error;
}

void tnm_masker_close(tnm_masker *masker)
{
    for (size_t k = 0; masker->slots != NULL && k < masker->recipe->aim_count; k++) {
        free(masker->slots[k].found);
        free(masker->slots[k].prices);
        free(masker->slots[k].renewed);
    }
    free(masker->slots);
    *masker = (tnm_masker){0};
}

/* ---- searching --------------------------------------------------------------------------- */

/* The mask of one parameter, into its slot. */
static tnm_error search(tnm_masker *masker, size_t number, atomic_bool *stop, double deadline)
{
    const tnm_recipe *recipe = masker->recipe;
    const tnm_mask_aim *aim = &recipe->aims[number];
    const tnm_parameter *parameter = aim->parameter;
    tnm_mask_slot *slot = &masker->slots[number];
    const tnm_mask_search how = {.method = recipe->method,
                                 .parameters = recipe->parameters,
                                 .score = TNM_SCORE_ABS,
                                 .seed = recipe->seed,
                                 .threads = masker->threads,
                                 .time_limit = deadline > 0 ? fmax(deadline - tnm_now(), 1e-9) : 0,
                                 .stop = stop};
    const tnm_mask_task task = {.name = parameter->name,
                                .weights = parameter->values,
                                .rows = parameter->rows,
                                .cols = parameter->cols,
                                .problem = aim->problem,
                                .transposable = aim->transposable,
                                .mask = slot->found,
                                .warm_prices = masker->warm ? slot->prices : NULL,
                                .prices = slot->renewed};
    return tnm_mask_find(&how, &task);
}

/* ---- putting on -------------------------------------------------------------------------- */

static void count_flips(tnm_flips *flips, const tnm_parameter *parameter, const uint8_t *found)
{
    size_t size = tnm_parameter_size(parameter), changed = 0;
    if (parameter->sparsity == NULL)
        return;
    const uint8_t *before = parameter->sparsity->mask;
    for (size_t k = 0; k < size; k++)
        changed += before[k] != found[k];
    flips->changed += changed;
    flips->compared += size;
}

static tnm_error put_on(const tnm_masker *masker, size_t number, const uint8_t *mask)
{
    const tnm_mask_aim *aim = &masker->recipe->aims[number];
    return tnm_parameter_mask(aim->parameter, &aim->problem, aim->transposable,
                              masker->slots[number].sparse_products, mask);
}

static void swap_prices(tnm_mask_slot *slot)
{
    int64_t *before = slot->prices;
    slot->prices = slot->renewed;
    slot->renewed = before;
}

tnm_error tnm_masker_renew(tnm_masker *masker, atomic_bool *stop, double deadline, tnm_flips *flips)
{
    tnm_error error = TNM_OK;
    const tnm_recipe *recipe = masker->recipe;
    *flips = (tnm_flips){0};
    for (size_t k = 0; k < recipe->aim_count; k++)
        TNM_TRY(search(masker, k, stop, deadline));
    for (size_t k = 0; k < recipe->aim_count; k++) {
        count_flips(flips, recipe->aims[k].parameter, masker->slots[k].found);
        TNM_TRY(put_on(masker, k, masker->slots[k].found));
        swap_prices(&masker->slots[k]);
    }
    masker->warm = is_exact(recipe);
out:
    return error;
}

tnm_error tnm_masker_restore(tnm_masker *masker, size_t aim, const uint8_t *mask,
                             const int64_t *prices)
{
    tnm_mask_slot *slot = &masker->slots[aim];
    if (prices != NULL && slot->prices != NULL) {
        memcpy(slot->prices, prices, slot->price_count * sizeof *prices);
        masker->warm = true;
    }
    return put_on(masker, aim, mask);
}
