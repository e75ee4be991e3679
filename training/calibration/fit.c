/* Fitting a masked layer: see fit.h. */
#include "training/calibration/fit.h"

#include <string.h>

static const char *const names[TNM_FIT_RULES] = {"least-squares", "adam", "none"};

const char *tnm_fit_rule_name(tnm_fit_rule rule)
{
    return names[rule];
}

bool tnm_fit_rule_find(tnm_fit_rule *rule, const char *name)
{
    for (int k = 0; k < TNM_FIT_RULES; k++) {
        if (strcmp(name, names[k]) != 0)
            continue;
        *rule = (tnm_fit_rule)k;
        return true;
    }
    return false;
}

void tnm_apply_mask(const tnm_masked_layer *layer, float *masked)
{
    for (size_t k = 0; k < layer->rows * layer->inputs; k++)
        masked[k] = layer->mask[k] ? layer->weights[k] : 0;
}

static tnm_error choose_ridge(const tnm_masked_layer *layer, const tnm_fit_inputs *inputs,
                              const tnm_fitting *how, bool bias, double *ridge)
{
    *ridge = how->ridge;
    if (how->rule != TNM_FIT_LEAST_SQUARES || how->ridge >= 0)
        return TNM_OK;
    return tnm_ridge_choose(ridge, layer, inputs->first, inputs->rest, bias, how->threads);
}

tnm_error tnm_fit(const tnm_masked_layer *layer, const tnm_fit_inputs *inputs,
                  const tnm_fitting *how, float *fitted, float *shift, tnm_fit_result *result)
{
    tnm_error error = TNM_OK;
    tnm_moments *all = inputs->first;
    TNM_TRY(choose_ridge(layer, inputs, how, shift != NULL, &result->ridge));
    tnm_moments_merge(all, inputs->rest);
    tnm_apply_mask(layer, fitted);
    result->masked = tnm_moments_error(all, layer->weights, fitted, NULL, layer->rows);
    if (shift != NULL)
        memset(shift, 0, layer->rows * sizeof *shift);
    if (how->rule == TNM_FIT_LEAST_SQUARES)
        TNM_TRY(tnm_least_squares(layer, all, result->ridge, how->threads, fitted, shift));
    else if (how->rule == TNM_FIT_ADAM)
        TNM_TRY(tnm_adam_fit(layer, inputs->samples, &how->adam, how->threads, fitted, shift));
    result->fitted = tnm_moments_error(all, layer->weights, fitted, shift, layer->rows);
out:
    return error;
}
