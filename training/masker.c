/* Masks that follow the weights: see masker.h. */
#include "training/masker.h"

#include "solver/drive.h"

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

/* The failure of a search, with the name of the parameter. */
static tnm_error name_failure(tnm_error error, const tnm_parameter *parameter)
{
    char why[512];
    snprintf(why, sizeof why, "%s", tnm_error_message());
    return tnm_fail(error, "%s: %s", parameter->name, why);
}

static tnm_error judge(const tnm_result *result, const tnm_recipe *recipe, const tnm_mask_aim *aim)
{
    if (result->status == TNM_LIMIT)
        return tnm_fail(TNM_ERROR_LIMIT, "stopped while masks were being found");
    if (result->status == TNM_INFEASIBLE && aim->transposable)
        return tnm_fail(TNM_ERROR_DATA, "%s: method '%s' breaks the pattern", aim->parameter->name,
                        recipe->method->name);
    return TNM_OK;
}

/* The mask of one parameter, into its slot. */
static tnm_error search(tnm_masker *masker, size_t number, atomic_bool *stop, double deadline)
{
    tnm_error error = TNM_OK;
    const tnm_recipe *recipe = masker->recipe;
    const tnm_mask_aim *aim = &recipe->aims[number];
    const tnm_parameter *parameter = aim->parameter;
    tnm_mask_slot *slot = &masker->slots[number];
    tnm_result result;
    ptrdiff_t cols = (ptrdiff_t)parameter->cols;
    tnm_matrix weights = {.data = parameter->values,
                          .dtype = TNM_F32,
                          .rows = parameter->rows,
                          .cols = parameter->cols,
                          .row_stride = cols,
                          .col_stride = 1};
    tnm_mask_view mask = {
        .data = slot->found, .kind = TNM_MASK_BYTES, .row_stride = cols, .col_stride = 1};
    tnm_job job = {.scoring = {.weights = &weights, .score = TNM_SCORE_ABS},
                   .problem = aim->problem,
                   .method = recipe->method,
                   .threads = masker->threads,
                   .time_limit = deadline > 0 ? fmax(deadline - tnm_now(), 1e-9) : 0,
                   .seed = recipe->seed,
                   .parameters = recipe->parameters,
                   .warm_prices = masker->warm ? slot->prices : NULL,
                   .stop = stop,
                   .mask = &mask,
                   .prices = slot->renewed};
    TNM_TRY(
        tnm_tiling_init(&job.tiling, weights.rows, weights.cols, aim->problem.m, TNM_EDGES_PAD));
    error = tnm_drive(&job, &result);
    if (error != TNM_OK)
        TNM_TRY(name_failure(error, parameter));
    TNM_TRY(judge(&result, recipe, aim));
out:
    return error;
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

tnm_retention tnm_retention_of(const tnm_parameter *parameter)
{
    tnm_retention sums = {0};
    const uint8_t *mask = parameter->sparsity != NULL ? parameter->sparsity->mask : NULL;
    size_t size = tnm_parameter_size(parameter);
    for (size_t k = 0; k < size; k++) {
        double score = fabs((double)parameter->values[k]);
        sums.total += score;
        sums.kept += mask == NULL || mask[k] ? score : 0;
    }
    return sums;
}
