/* Calibration of whole networks: see calibrate.h. */
#include "training/calibration/calibrate.h"

#include "training/calibration/block_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- planning ---------------------------------------------------------------------------- */

/* "fc1.bias" for "fc1.weight"; NULL where there is none. */
static tnm_error find_bias(tnm_parameter **bias, const tnm_network *network, const char *weight)
{
    size_t length = strlen(weight) - strlen("weight");
    char *name = tnm_format("%.*sbias", (int)length, weight);
    if (name == NULL)
        return TNM_ERROR_MEMORY;
    *bias = tnm_network_find(network, name);
    free(name);
    return TNM_OK;
}

tnm_error tnm_calibration_open(tnm_calibration *calibration, tnm_network *whole,
                               tnm_network *masked)
{
    tnm_error error = TNM_OK;
    *calibration = (tnm_calibration){.whole = whole, .masked = masked};
    TNM_TRY(TNM_NEW(calibration->layers, masked->parameter_count));
    for (size_t k = 0; k < masked->parameter_count; k++) {
        tnm_parameter *weight = masked->parameters[k];
        if (weight->role != TNM_ROLE_WEIGHT)
            continue;
        tnm_calibrated_layer *layer = &calibration->layers[calibration->count++];
        layer->weight = weight;
        layer->kept = tnm_parameter_size(weight);
        TNM_TRY(find_bias(&layer->bias, masked, weight->name));
    }
out:
    if (error != TNM_OK)
        tnm_calibration_close(calibration);
    return error;
}

void tnm_calibration_close(tnm_calibration *calibration)
{
    free(calibration->layers);
    *calibration = (tnm_calibration){0};
}

/* ---- an unstructured start --------------------------------------------------------------- */

/* A weight by its magnitude; of equal ones the first goes first. */
typedef struct ranked {
    float magnitude;
    float *weight;
    size_t number;
} ranked;

static int compare_ranked(const void *one, const void *other)
{
    const ranked *a = one, *b = other;
    if (a->magnitude != b->magnitude)
        return a->magnitude < b->magnitude ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

static size_t planned_weights(const tnm_calibration *calibration)
{
    size_t count = 0;
    for (size_t k = 0; k < calibration->count; k++) {
        if (calibration->layers[k].wanted)
            count += tnm_parameter_size(calibration->layers[k].weight);
    }
    return count;
}

static void list_weights(ranked *list, const tnm_calibration *calibration)
{
    size_t number = 0;
    for (size_t k = 0; k < calibration->count; k++) {
        const tnm_calibrated_layer *layer = &calibration->layers[k];
        if (!layer->wanted)
            continue;
        for (size_t w = 0; w < tnm_parameter_size(layer->weight); w++, number++) {
            float *weight = &layer->weight->values[w];
            list[number] = (ranked){fabsf(*weight), weight, number};
        }
    }
}

/* Hands the masked network's weights to the whole one, and chooses patterns. */
static void settle_start(const tnm_calibration *calibration, double confidence)
{
    for (size_t k = 0; k < calibration->count; k++) {
        tnm_calibrated_layer *layer = &calibration->layers[k];
        if (!layer->wanted)
            continue;
        const size_t size = tnm_parameter_size(layer->weight);
        tnm_parameter *whole = tnm_network_find(calibration->whole, layer->weight->name);
        memcpy(whole->values, layer->weight->values, size * sizeof *whole->values);
        tnm_parameter_refresh(whole);
        tnm_parameter_refresh(layer->weight);
        double zeros = tnm_zero_share(layer->weight->values, size);
        layer->problem.n = tnm_block_fit(zeros, layer->problem.m, confidence);
    }
}

tnm_error tnm_calibration_start_sparse(tnm_calibration *calibration, double share,
                                       double confidence)
{
    tnm_error error = TNM_OK;
    const size_t count = planned_weights(calibration);
    ranked *list = NULL;
    TNM_TRY(TNM_NEW(list, count + 1));
    list_weights(list, calibration);
    qsort(list, count, sizeof *list, compare_ranked);
    const size_t zeros = (size_t)(share * (double)count);
    for (size_t k = 0; k < zeros; k++)
        *list[k].weight = 0;
    settle_start(calibration, confidence);
out:
    free(list);
    return error;
}

/* ---- masks ------------------------------------------------------------------------------- */

static tnm_error mask_layer(tnm_calibrated_layer *layer, const tnm_mask_search *search)
{
    tnm_error error = TNM_OK;
    tnm_parameter *weight = layer->weight;
    uint8_t *mask = NULL;
    const size_t size = tnm_parameter_size(weight);
    TNM_TRY(TNM_NEW(mask, size));
    const tnm_mask_task task = {.name = weight->name,
                                .weights = weight->values,
                                .rows = weight->rows,
                                .cols = weight->cols,
                                .problem = layer->problem,
                                .transposable = tnm_mask_is_transposable(search->method),
                                .mask = mask};
    TNM_TRY(tnm_mask_find(search, &task));
    TNM_TRY(tnm_parameter_mask(weight, &layer->problem, task.transposable, false, mask));
    layer->retention = tnm_retention_of(weight);
    layer->kept = 0;
    for (size_t k = 0; k < size; k++)
        layer->kept += mask[k];
out:
    free(mask);
    return error;
}

tnm_error tnm_calibration_mask(tnm_calibration *calibration, const tnm_mask_search *search)
{
    tnm_error error = TNM_OK;
    for (size_t k = 0; k < calibration->count && error == TNM_OK; k++) {
        if (calibration->layers[k].wanted)
            error = mask_layer(&calibration->layers[k], search);
    }
    return error;
}

void tnm_calibration_restore(tnm_calibration *calibration)
{
    tnm_network *masked = calibration->masked;
    for (size_t k = 0; k < masked->parameter_count; k++) {
        tnm_parameter *parameter = masked->parameters[k];
        tnm_parameter_unmask(parameter);
        memcpy(parameter->values, calibration->whole->parameters[k]->values,
               tnm_parameter_size(parameter) * sizeof *parameter->values);
        tnm_parameter_refresh(parameter);
    }
}

/* ---- fitting ----------------------------------------------------------------------------- */

/* Makes fitted weights and a shifted bias those of the masked network. */
static void accept(tnm_calibrated_layer *layer, const float *fitted, const float *shift)
{
    tnm_parameter *weight = layer->weight, *bias = layer->bias;
    memcpy(weight->values, fitted, tnm_parameter_size(weight) * sizeof *fitted);
    tnm_parameter_refresh(weight);
    if (bias == NULL)
        return;
    for (size_t row = 0; row < weight->rows; row++)
        bias->values[row] += shift[row];
    tnm_parameter_refresh(bias);
}

static tnm_error fit_captured(tnm_calibrated_layer *layer, const tnm_calibration_fit *fit,
                              tnm_capture *capture, const tnm_parameter *whole)
{
    tnm_error error = TNM_OK;
    const tnm_masked_layer given = {whole->name, whole->rows, whole->cols, whole->values,
                                    layer->weight->sparsity->mask};
    const tnm_fit_inputs inputs = {&capture->first, &capture->rest, &capture->samples};
    tnm_fitting how = fit->how;
    float *fitted = NULL, *shift = NULL;
    how.adam.block = (size_t)layer->problem.m;
    TNM_TRY(TNM_NEW(fitted, tnm_parameter_size(whole)));
    TNM_TRY(TNM_NEW(shift, whole->rows));
    TNM_TRY(
        tnm_fit(&given, &inputs, &how, fitted, layer->bias != NULL ? shift : NULL, &layer->fit));
    accept(layer, fitted, shift);
out:
    free(fitted);
    free(shift);
    return error;
}

static tnm_error fit_layer(const tnm_calibration *self, tnm_calibrated_layer *layer,
                           const tnm_calibration_fit *fit)
{
    tnm_error error = TNM_OK;
    tnm_capture capture = {0};
    const tnm_parameter *whole = tnm_network_find(self->whole, layer->weight->name);
    if (fit->sequential)
        TNM_TRY(tnm_passes_reestimate(self->masked, fit->samples));
    TNM_TRY(tnm_capture_open(&capture, self->whole, fit->sequential ? self->masked : NULL,
                             whole->name, fit->samples, fit->how.rule == TNM_FIT_ADAM));
    TNM_TRY(fit_captured(layer, fit, &capture, whole));
out:
    tnm_capture_close(&capture);
    return error;
}

tnm_error tnm_calibration_run(tnm_calibration *calibration, const tnm_calibration_fit *fit)
{
    tnm_error error = TNM_OK;
    for (size_t k = 0; k < calibration->count; k++) {
        tnm_calibrated_layer *layer = &calibration->layers[k];
        if (fit->stop != NULL && atomic_load(fit->stop))
            TNM_TRY(tnm_fail(TNM_ERROR_INTERRUPTED, "interrupted at '%s'", layer->weight->name));
        if (fit->progress != NULL)
            fit->progress(fit->progress_context, k, calibration->count);
        if (layer->wanted)
            TNM_TRY(fit_layer(calibration, layer, fit));
    }
    TNM_TRY(tnm_passes_reestimate(calibration->masked, fit->samples));
out:
    return error;
}
