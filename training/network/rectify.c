/* The rectifier: max(0, x), number by number. */
#include "training/network/layer.h"

static tnm_error describe_rectify(tnm_layer *layer, const tnm_layer_plan *plan)
{
    (void)plan;
    layer->output = layer->input;
    return TNM_OK;
}

/* Whole stretches at a time, and every number loaded: so the compiler works on vectors of them. */
enum { STRETCH = 1 << 12 };

static void pass_positive(float *restrict to, const float *restrict from,
                          const float *restrict sign, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        float number = from[k];
        to[k] = sign[k] > 0 ? number : 0;
    }
}

/* to = from where sign is positive, else 0. */
static void rectify(const tnm_layer *layer, float *to, const float *from, const float *sign,
                    size_t count)
{
#pragma omp parallel for num_threads(tnm_layer_threads(layer, count)) schedule(static)
    for (size_t first = 0; first < count; first += STRETCH)
        pass_positive(to + first, from + first, sign + first,
                      count - first < STRETCH ? count - first : STRETCH);
}

static void forward_rectify(tnm_layer *layer, tnm_pass pass, const tnm_signal *input,
                            tnm_signal *output)
{
    (void)pass;
    rectify(layer, output->values, input->values, input->values,
            layer->input.channels * tnm_signal_columns(input));
}

static void backward_rectify(tnm_layer *layer, const tnm_way_back *way)
{
    if (way->input_slope != NULL)
        rectify(layer, way->input_slope->values, way->output_slope->values, way->output->values,
                layer->input.channels * tnm_signal_columns(way->input));
}

const tnm_layer_kind tnm_rectify_layer = {
    .describe = describe_rectify, .forward = forward_rectify, .backward = backward_rectify};
