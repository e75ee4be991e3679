/* Signals: what the layers of a network pass on.
 *
 * A signal holds `samples` images of `channels` times height * width numbers. Each channel is a
 * row:
 *
 *                      sample 0              sample 1
 *     channel 0   p p p ... (h * w)     p p p ... (h * w)     ...
 *     channel 1   p p p ...             p p p ...             ...
 *
 * so that value (c, s, y, x) is values[(c * samples + s) * height * width + y * width + x]. A dense
 * layer has one number a channel, and its signal is the matrix channels x samples that products
 * with weights want; a convolution is a product too, over all positions of all samples; and what is
 * done per channel, as batch normalisation, runs along a row. */
#ifndef TNM_TRAINING_NETWORK_SIGNAL_H
#define TNM_TRAINING_NETWORK_SIGNAL_H

#include "instances/base.h"

/* Of one sample. */
typedef struct tnm_shape {
    size_t channels, height, width;
} tnm_shape;

typedef struct tnm_signal {
    float *values; /* owned by whoever allocated it */
    tnm_shape shape;
    size_t samples;
} tnm_signal;

/* Numbers in a row: of one channel, all samples. */
static inline size_t tnm_signal_columns(const tnm_signal *signal)
{
    return signal->samples * signal->shape.height * signal->shape.width;
}

/* Numbers of one sample. */
static inline size_t tnm_shape_size(const tnm_shape *shape)
{
    return shape->channels * shape->height * shape->width;
}

#endif
