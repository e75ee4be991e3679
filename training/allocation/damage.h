/* How much masking one layer damages a network, for every layer and every candidate pattern.
 *
 *     loss     by how much the mean loss of some samples grows when that layer alone is masked, as
 *              [hubara2020] measures bit widths
 *     error    the relative output error of the layer
 *
 * at least 1e-6 each, as theirs. With a fit, the layer is calibrated on the same samples first, and
 * statistics of normalisation are re-estimated. */
#ifndef TNM_TRAINING_ALLOCATION_DAMAGE_H
#define TNM_TRAINING_ALLOCATION_DAMAGE_H

#include "training/allocation/damage_table.h"
#include "training/calibration/calibrate.h"

#define TNM_DAMAGE_FLOOR 1e-6

typedef enum tnm_damage_kind { TNM_DAMAGE_LOSS, TNM_DAMAGE_ERROR } tnm_damage_kind;

typedef struct tnm_damage_request {
    tnm_calibration *calibration; /* wanted layers are measured; comes back as it was, unmasked */
    const tnm_problem *patterns;
    size_t count;
    const tnm_mask_search *search;
    tnm_calibration_fit fit; /* samples, how to fit, stop; progress counts measurements */
    tnm_damage_kind kind;
} tnm_damage_request;

/* Measures; a pattern whose tile is larger than a layer is not offered to it. `table` receives the
 * rows. On failure nothing is owned. */
tnm_error tnm_damage_measure(tnm_damage_table *table, const tnm_damage_request *request);

#endif
