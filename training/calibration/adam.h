/* Calibration of a masked layer as the code of [hubara2021] does it, to compare with.
 *
 *     1. Mean absorption: what a block of M weights of a row lost, sum of the dropped ones, is
 * shared out equally among the kept ones of the block.
 *     2. `steps` steps of Adam [kingma2015] on the mean squared difference of outputs, each on
 *        `minibatch` samples; after each the weights are multiplied by the mask again.
 *
 * Presets are those of their code: 1000 steps, 50 samples, rate 1e-3 for weights and 1e-2 for
 * biases. The 50 are the next in an order of the samples that is drawn anew whenever all were seen.
 */
#ifndef TNM_TRAINING_CALIBRATION_ADAM_H
#define TNM_TRAINING_CALIBRATION_ADAM_H

#include "training/calibration/least_squares.h"

/* The inputs of a layer, borrowed: inputs x (count * columns), row after row, the columns of a
 * sample side by side. `dense`: those of the whole network, where `seen` are others; else NULL. */
typedef struct tnm_samples {
    const float *seen, *dense;
    size_t count;
    size_t columns; /* of one sample */
} tnm_samples;

typedef struct tnm_adam {
    size_t steps, minibatch;
    double rate, bias_rate;
    uint64_t seed;
    size_t block; /* of mean absorption: M of the pattern */
} tnm_adam;

/* The published recipe. */
tnm_adam tnm_adam_published(uint64_t seed, size_t block);

/* Mean absorption alone: kept entries of `fitted`, rows * inputs, the others 0. A block without
 * kept ones loses what it had. */
void tnm_absorb_means(const tnm_masked_layer *layer, size_t block, float *fitted);

/* Both steps; fitted[rows * inputs] is 0 where the mask drops. `shift` of `rows` numbers receives
 * by how much the bias is to be changed; NULL: there is none. The same bytes for any number of
 * threads.
 */
tnm_error tnm_adam_fit(const tnm_masked_layer *layer, const tnm_samples *samples,
                       const tnm_adam *recipe, int threads, float *fitted, float *shift);

#endif
