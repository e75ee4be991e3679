/* What enters a layer of a network, over the samples of a choice: the inputs of a fit. */
#ifndef TNM_TRAINING_CALIBRATION_CAPTURE_H
#define TNM_TRAINING_CALIBRATION_CAPTURE_H

#include "training/calibration/fit.h"
#include "training/calibration/passes.h"

/* Owned inputs. */
typedef struct tnm_capture {
    tnm_moments first, rest; /* of the samples to be fitted first, and of those held out */
    tnm_samples samples;     /* of all, where they are kept */
    float *seen, *dense;     /* private: their memory */
} tnm_capture;

/* Passes the samples through `whole` and, where it is not NULL, `masked`, the same network with
 * some layers masked: its inputs to the weights of this name are those seen, and those of `whole`
 * the dense ones. `keep`: the samples themselves are kept, for Adam. On failure nothing is owned.
 */
tnm_error tnm_capture_open(tnm_capture *capture, tnm_network *whole, tnm_network *masked,
                           const char *weight, const tnm_sample_choice *choice, bool keep);
/* Accepts a zeroed one. */
void tnm_capture_close(tnm_capture *capture);

#endif
