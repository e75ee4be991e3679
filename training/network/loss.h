/* Softmax cross-entropy: what a network is graded and trained by.
 *
 *     loss(z, y) = log sum_c exp(z_c) - z_y        of one sample with outputs z and label y
 *     d loss / d z_c = softmax(z)_c - [c = y]
 *
 * The largest output is taken out of the exponentials first, so that none overflows and the sum is
 * at least 1. */
#ifndef TNM_TRAINING_NETWORK_LOSS_H
#define TNM_TRAINING_NETWORK_LOSS_H

#include "training/network/signal.h"

/* Sums over samples. */
typedef struct tnm_score_card {
    double loss;
    size_t right; /* samples whose label is the (first) largest output */
    size_t samples;
} tnm_score_card;

/* Labels are below the channels of `outputs`, whose height and width are 1. */
tnm_score_card tnm_loss_grade(const tnm_signal *outputs, const uint8_t *labels);
/* Writes the derivatives of the mean loss over the samples into `slope`, of the same shape. */
void tnm_loss_slope(const tnm_signal *outputs, const uint8_t *labels, tnm_signal *slope);

#endif
