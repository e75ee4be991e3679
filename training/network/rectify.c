/* The rectifier: max(0, x), number by number. */
#include "training/network/layer.h"

static tnm_error open_rectify(tnm_layer *layer, const tnm_layer_plan *plan)
{
    (void)plan;
    layer->output = layer->input;
    return TNM_OK;
}

static void forward_rectify(tnm_layer *layer, tnm_pass pass, const tnm_signal *input,
                            tnm_signal *output)
{
    (void)pass;
    const size_t count = layer->input.channels * tnm_signal_columns(input);
    const float *from = input->values;
    float *to = output->values;
#pragma omp parallel for num_threads(tnm_layer_threads(layer, count)) schedule(static)
    for (size_t k = 0; k < count; k++)
        to[k] = from[k] > 0 ? from[k] : 0;
}

static void backward_rectify(tnm_layer *layer, const tnm_way_back *way)
{
    const size_t count = layer->input.channels * tnm_signal_columns(way->input);
    const float *output = way->output->values, *slope = way->output_slope->values;
    if (way->input_slope == NULL)
        return;
    float *to = way->input_slope->values;
#pragma omp parallel for num_threads(tnm_layer_threads(layer, count)) schedule(static)
    for (size_t k = 0; k < count; k++)
        to[k] = output[k] > 0 ? slope[k] : 0;
}

const tnm_layer_kind tnm_rectify_layer = {
    .open = open_rectify, .forward = forward_rectify, .backward = backward_rectify};
