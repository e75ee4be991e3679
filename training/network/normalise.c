/* Batch normalisation [ioffe2015]: every channel gets a mean and a deviation that are trained,
 * instead of those that the layers before happen to give it.
 *
 *     y = scale * (x - mean) / sqrt(variance + 1e-5) + bias
 *
 * In training, mean and variance are those of the channel over all positions of all samples of the
 * batch, and running ones follow them by a tenth, as in other people's programs: the variance that
 * normalises is divided by the count, the one that the running variance follows by one less. */
#include "training/network/lanes.h"
#include "training/network/layer.h"

#include <math.h>
#include <stdlib.h>

enum { SCALE, BIAS, MEAN, VARIANCE, PARAMETERS };

static const double epsilon = 1e-5, momentum = 0.1;

/* What a channel was normalised by in the last forward pass. */
typedef struct measure {
    double mean;
    double factor; /* 1 / sqrt(variance + epsilon) */
} measure;

typedef struct statistics {
    size_t passes; /* that the running statistics are the mean of, since they were forgotten */
    measure *channels;
} statistics;

/* ---- opening and closing ----------------------------------------------------------------- */

static tnm_error describe_normalise(tnm_layer *layer, const tnm_layer_plan *plan)
{
    static const struct {
        const char *name;
        tnm_role role;
    } roles[PARAMETERS] = {[SCALE] = {"weight", TNM_ROLE_SCALE},
                           [BIAS] = {"bias", TNM_ROLE_BIAS},
                           [MEAN] = {"running_mean", TNM_ROLE_MEAN},
                           [VARIANCE] = {"running_var", TNM_ROLE_VARIANCE}};
    tnm_error error = TNM_OK;
    layer->output = layer->input;
    for (size_t k = 0; k < PARAMETERS; k++) {
        layer->parameter_count++;
        TNM_TRY(tnm_parameter_describe(&layer->parameters[k], plan->name, roles[k].name,
                                       roles[k].role, &layer->input.channels, 1));
    }
out:
    return error;
}

static tnm_error open_normalise(tnm_layer *layer)
{
    tnm_error error = TNM_OK;
    statistics *self = NULL;
    TNM_TRY(TNM_NEW(self, 1));
    layer->memory = self;
    TNM_TRY(TNM_NEW(self->channels, layer->input.channels));
out:
    return error;
}

static void close_normalise(tnm_layer *layer)
{
    statistics *self = layer->memory;
    if (self != NULL)
        free(self->channels);
    free(self);
}

static void forget_statistics(tnm_layer *layer)
{
    statistics *self = layer->memory;
    self->passes = 0;
}

/* ---- forwards ---------------------------------------------------------------------------- */

/* Moves a running number towards a new one. */
static void follow(float *running, double number, double share)
{
    *running = (float)((1 - share) * (double)*running + share * number);
}

/* The channel's statistics over the batch; the running ones follow by `share`. */
static measure measure_batch(const tnm_layer *layer, size_t c, const float *row, size_t count,
                             double share)
{
    double mean = tnm_lanes_sum(row, count) / (double)count;
    double squares = tnm_lanes_squares(row, (float)mean, count);
    double unbiased = count > 1 ? squares / (double)(count - 1) : 0;
    follow(&layer->parameters[MEAN].values[c], mean, share);
    follow(&layer->parameters[VARIANCE].values[c], unbiased, share);
    return (measure){mean, 1 / sqrt(squares / (double)count + epsilon)};
}

static measure use_running(const tnm_layer *layer, size_t c)
{
    double variance = (double)layer->parameters[VARIANCE].values[c];
    return (measure){(double)layer->parameters[MEAN].values[c], 1 / sqrt(variance + epsilon)};
}

static void normalise_row(float *to, const float *from, size_t count, float mean, float factor,
                          float bias)
{
    for (size_t k = 0; k < count; k++)
        to[k] = (from[k] - mean) * factor + bias;
}

static void forward_normalise(tnm_layer *layer, tnm_pass pass, const tnm_signal *input,
                              tnm_signal *output)
{
    statistics *self = layer->memory;
    const size_t channels = layer->input.channels, count = tnm_signal_columns(input);
    self->passes += pass == TNM_PASS_REESTIMATE;
    const double share = pass == TNM_PASS_TRAIN ? momentum : 1 / (double)self->passes;
#pragma omp parallel for num_threads(tnm_layer_threads(layer, channels *count)) schedule(static)
    for (size_t c = 0; c < channels; c++) {
        const float *from = input->values + c * count;
        measure by = pass == TNM_PASS_EVALUATE ? use_running(layer, c)
                                               : measure_batch(layer, c, from, count, share);
        double scale = (double)layer->parameters[SCALE].values[c];
        normalise_row(output->values + c * count, from, count, (float)by.mean,
                      (float)(scale * by.factor), layer->parameters[BIAS].values[c]);
        self->channels[c] = by;
    }
}

/* ---- and back ---------------------------------------------------------------------------- */

/* With x' = (x - mean) * factor, n numbers, and d the derivative by the output:
 *
 *     derivative by bias    sum d
 *     derivative by scale   sum d x'
 *     derivative by x       scale * factor * (d - (sum d) / n - x' (sum d x') / n)             */
static void slope_row(float *to, const float *slope, const float *input, size_t count,
                      const measure *by, double scale, double by_bias, double by_scale)
{
    const double all = scale * by->factor;
    const float mean = (float)by->mean, by_slope = (float)all;
    const float by_input = (float)(-all * by_scale / (double)count * by->factor);
    const float constant = (float)(-all * by_bias / (double)count);
    for (size_t k = 0; k < count; k++)
        to[k] = by_slope * slope[k] + (by_input * (input[k] - mean) + constant);
}

static void backward_normalise(tnm_layer *layer, const tnm_way_back *way)
{
    const statistics *self = layer->memory;
    const size_t channels = layer->input.channels, count = tnm_signal_columns(way->input);
#pragma omp parallel for num_threads(tnm_layer_threads(layer, channels *count)) schedule(static)
    for (size_t c = 0; c < channels; c++) {
        const measure *by = &self->channels[c];
        const float *input = way->input->values + c * count;
        const float *slope = way->output_slope->values + c * count;
        double by_bias = tnm_lanes_sum(slope, count);
        double by_scale = by->factor * tnm_lanes_product(slope, input, (float)by->mean, count);
        layer->parameters[BIAS].gradient[c] = (float)by_bias;
        layer->parameters[SCALE].gradient[c] = (float)by_scale;
        if (way->input_slope != NULL)
            slope_row(way->input_slope->values + c * count, slope, input, count, by,
                      (double)layer->parameters[SCALE].values[c], by_bias, by_scale);
    }
}

const tnm_layer_kind tnm_normalise_layer = {.describe = describe_normalise,
                                            .open = open_normalise,
                                            .forward = forward_normalise,
                                            .backward = backward_normalise,
                                            .forget = forget_statistics,
                                            .close = close_normalise};
