/* A dense layer: y = W x + b, one column a sample; weights and biases are trained. */
#include "training/network/lanes.h"
#include "training/network/layer.h"

enum { WEIGHT, BIAS, PARAMETERS };

static tnm_error describe_linear(tnm_layer *layer, const tnm_layer_plan *plan)
{
    tnm_error error = TNM_OK;
    const size_t shape[] = {plan->outputs, layer->input.channels};
    layer->output = (tnm_shape){plan->outputs, 1, 1};
    layer->parameter_count = PARAMETERS;
    TNM_TRY(tnm_parameter_describe(&layer->parameters[WEIGHT], plan->name, "weight",
                                   TNM_ROLE_WEIGHT, shape, 2));
    TNM_TRY(tnm_parameter_describe(&layer->parameters[BIAS], plan->name, "bias", TNM_ROLE_BIAS,
                                   shape, 1));
out:
    return error;
}

static void forward_linear(tnm_layer *layer, tnm_pass pass, const tnm_signal *input,
                           tnm_signal *output)
{
    (void)pass;
    const size_t samples = input->samples;
    const float *bias = layer->parameters[BIAS].values;
    tnm_parameter_forward(&layer->parameters[WEIGHT], input->values, samples, output->values,
                          layer->threads);
    for (size_t row = 0; row < layer->output.channels; row++)
        tnm_lanes_shift(output->values + row * samples, samples, bias[row]);
}

static void backward_linear(tnm_layer *layer, const tnm_way_back *way)
{
    const size_t samples = way->input->samples;
    const float *slope = way->output_slope->values;
    tnm_parameter *weight = &layer->parameters[WEIGHT];
    float *bias_gradient = layer->parameters[BIAS].gradient;
    tnm_parameter_gradient(weight, slope, way->input->values, samples, way->kept_only,
                           layer->threads);
    for (size_t row = 0; row < layer->output.channels; row++)
        bias_gradient[row] = (float)tnm_lanes_sum(slope + row * samples, samples);
    if (way->input_slope != NULL)
        tnm_parameter_backward(weight, slope, samples, way->input_slope->values, layer->threads);
}

const tnm_layer_kind tnm_linear_layer = {
    .describe = describe_linear, .forward = forward_linear, .backward = backward_linear};
