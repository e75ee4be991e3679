/* How a masked layer gets its weights: one door for the exact optimum, the published recipe, and
 * leaving kept weights as they are. */
#ifndef TNM_TRAINING_CALIBRATION_FIT_H
#define TNM_TRAINING_CALIBRATION_FIT_H

#include "training/calibration/adam.h"
#include "training/calibration/ridge.h"

typedef enum tnm_fit_rule {
    TNM_FIT_LEAST_SQUARES,
    TNM_FIT_ADAM,
    TNM_FIT_NONE, /* one-shot pruning */
    TNM_FIT_RULES /* how many */
} tnm_fit_rule;

/* "least-squares", "adam", "none". */
const char *tnm_fit_rule_name(tnm_fit_rule rule);
/* False where there is no rule of this name. */
bool tnm_fit_rule_find(tnm_fit_rule *rule, const char *name);

typedef struct tnm_fitting {
    tnm_fit_rule rule;
    double ridge;  /* of least squares; negative: chosen on inputs held out (ridge.h) */
    tnm_adam adam; /* its block is that of the pattern */
    int threads;   /* 0: all cores */
} tnm_fitting;

/* What enters the layer. */
typedef struct tnm_fit_inputs {
    tnm_moments *first, *rest;  /* of the first part of the columns, and of the rest; the first
                                   become  those of all */
    const tnm_samples *samples; /* looked at by Adam only; otherwise NULL */
} tnm_fit_inputs;

/* What a fit brought: relative output errors over its inputs, as of tnm_moments_error, with the
 * mask alone and at the end; and the ridge that was used. */
typedef struct tnm_fit_result {
    double masked, fitted;
    double ridge;
} tnm_fit_result;

/* Fits a layer; fitted[rows * inputs] is 0 where the mask drops, `shift` is as in least_squares.h.
 */
tnm_error tnm_fit(const tnm_masked_layer *layer, const tnm_fit_inputs *inputs,
                  const tnm_fitting *how, float *fitted, float *shift, tnm_fit_result *result);

/* The weights that a mask keeps, the others 0. */
void tnm_apply_mask(const tnm_masked_layer *layer, float *masked);

#endif
