/* Calibration of whole networks: AdaPrune [hubara2021] with exact masks and exact fits.
 *
 *     plan     which weights get which pattern; perhaps from an unstructured-sparse start
 *     mask     the best mask of each, on: one-shot pruning
 *     fit      kept weights and biases anew, layer by layer, to answer as the whole network does
 *     refresh  statistics of normalisation re-estimated
 *
 * The outputs to be met are those of the whole network. By itself, as in the paper, each layer is
 * fitted for the inputs that the whole network gives it; in sequence for those of the masked and
 * calibrated layers before it, whose errors it then makes up for. A bias is fitted along: it takes
 * up the mean that its layer misses. Convolutions have none here, their normalisation does the
 * same. */
#ifndef TNM_TRAINING_CALIBRATION_CALIBRATE_H
#define TNM_TRAINING_CALIBRATION_CALIBRATE_H

#include "training/calibration/capture.h"
#include "training/mask_search.h"

/* A weight matrix of the network, and what became of it. */
typedef struct tnm_calibrated_layer {
    tnm_parameter *weight; /* of the masked network */
    tnm_parameter *bias;   /* NULL: none */
    bool wanted;           /* to be masked, with this pattern: set by whoever asks */
    tnm_problem problem;
    size_t kept;             /* entries, once masked */
    tnm_retention retention; /* likewise, before any fit */
    tnm_fit_result fit;      /* once fitted */
} tnm_calibrated_layer;

typedef struct tnm_calibration {
    tnm_network *whole;           /* borrowed; its weights are not changed */
    tnm_network *masked;          /* borrowed; the same network at the start */
    tnm_calibrated_layer *layers; /* owned: all weight matrices, in order */
    size_t count;
} tnm_calibration;

/* Lists the weight matrices, none of them wanted yet. On failure nothing is owned. */
tnm_error tnm_calibration_open(tnm_calibration *calibration, tnm_network *whole,
                               tnm_network *masked);
/* Accepts a zeroed one. */
void tnm_calibration_close(tnm_calibration *calibration);

/* An unstructured-sparse start: sets the smallest `share` of all weights that are to be masked to 0
 * in both networks, and gives each layer the pattern of M that its blocks fit (block_fit.h). */
tnm_error tnm_calibration_start_sparse(tnm_calibration *calibration, double share,
                                       double confidence);

/* Puts the masks on. TNM_ERROR_DATA where a method's mask breaks the pattern along rows. */
tnm_error tnm_calibration_mask(tnm_calibration *calibration, const tnm_mask_search *search);

/* Makes the masked network the whole one again, masks off. */
void tnm_calibration_restore(tnm_calibration *calibration);

/* Told before each layer is fitted; may be NULL. */
typedef void (*tnm_calibration_progress)(void *context, size_t done, size_t all);

/* Fits all masked layers, and refreshes statistics. Ends with TNM_ERROR_INTERRUPTED between two
 * layers where `stop` (may be NULL) was set. */
typedef struct tnm_calibration_fit {
    const tnm_sample_choice *samples;
    tnm_fitting how; /* the block of Adam's mean absorption is that of each pattern */
    bool sequential;
    atomic_bool *stop;
    tnm_calibration_progress progress;
    void *progress_context;
} tnm_calibration_fit;
tnm_error tnm_calibration_run(tnm_calibration *calibration, const tnm_calibration_fit *fit);

#endif
