#include "training/network/network.h"

#include "formulations/check.h"
#include "training/network/architecture.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* The largest sample: with it, no product of sides, samples and bytes goes past 2^64. */
enum { LARGEST_SAMPLE = 1 << 24, MOST_CLASSES = 256, MOST_SAMPLES = 1 << 20 };

/* ---- opening and closing ----------------------------------------------------------------- */

static bool side_fits(size_t side)
{
    return side > 0 && side <= LARGEST_SAMPLE;
}

static tnm_error check_sizes(tnm_shape input, size_t classes, size_t most_samples)
{
    bool fits = side_fits(input.channels) && side_fits(input.height) && side_fits(input.width) &&
                input.channels * input.height <= LARGEST_SAMPLE &&
                tnm_shape_size(&input) <= LARGEST_SAMPLE;
    if (!fits)
        return tnm_fail(TNM_ERROR_USAGE, "a sample of %zu x %zu x %zu numbers is no input",
                        input.channels, input.height, input.width);
    if (classes < 1 || classes > MOST_CLASSES)
        return tnm_fail(TNM_ERROR_USAGE, "classes go from 1 to %d, found %zu", MOST_CLASSES,
                        classes);
    if (most_samples < 1 || most_samples > MOST_SAMPLES)
        return tnm_fail(TNM_ERROR_USAGE, "samples of a pass go from 1 to %d, found %zu",
                        MOST_SAMPLES, most_samples);
    if (most_samples * input.height * input.width > INT_MAX) /* columns of a product */
        return tnm_fail(TNM_ERROR_USAGE, "%zu samples of %zu x %zu are too many for one pass",
                        most_samples, input.height, input.width);
    return TNM_OK;
}

/* The next layer, and the shape of the signal that leaves it. */
static tnm_error describe_layer(tnm_network *network, const tnm_layer_plan *plan)
{
    const size_t k = network->count++;
    tnm_layer *layer = &network->layers[k];
    *layer = (tnm_layer){.kind = plan->kind,
                         .input = network->signals[k].shape,
                         .most_samples = network->most_samples,
                         .threads = network->threads};
    tnm_error error = plan->kind->describe(layer, plan);
    network->signals[k + 1].shape = network->slopes[k + 1].shape = layer->output;
    return error;
}

static tnm_error describe_layers(tnm_network *network, const tnm_architecture *architecture)
{
    tnm_error error = TNM_OK;
    const tnm_shape input = network->input, flat = {tnm_shape_size(&input), 1, 1};
    TNM_TRY(TNM_NEW(network->layers, architecture->count));
    TNM_TRY(TNM_NEW(network->signals, architecture->count + 1));
    TNM_TRY(TNM_NEW(network->slopes, architecture->count + 1));
    network->signals[0].shape = architecture->flat ? flat : input;
    for (size_t k = 0; k < architecture->count; k++)
        TNM_TRY(describe_layer(network, &architecture->layers[k]));
out:
    return error;
}

static tnm_error list_parameters(tnm_network *network)
{
    tnm_error error = TNM_OK;
    TNM_TRY(TNM_NEW(network->parameters, network->count * TNM_LAYER_PARAMETERS));
    for (size_t k = 0; k < network->count; k++)
        for (size_t p = 0; p < network->layers[k].parameter_count; p++)
            network->parameters[network->parameter_count++] = &network->layers[k].parameters[p];
out:
    return error;
}

tnm_error tnm_network_describe(tnm_network *network, const char *architecture, tnm_shape input,
                               size_t classes, size_t most_samples, int threads)
{
    tnm_error error = TNM_OK;
    tnm_architecture plan;
    *network = (tnm_network){.input = input,
                             .classes = classes,
                             .most_samples = most_samples,
                             .threads = tnm_thread_count(threads, SIZE_MAX)};
    TNM_TRY(check_sizes(input, classes, most_samples));
    TNM_TRY(tnm_architecture_parse(&plan, architecture, classes));
    network->architecture = tnm_copy_string(architecture);
    if (network->architecture == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    TNM_TRY(describe_layers(network, &plan));
    TNM_TRY(list_parameters(network));
out:
    if (error != TNM_OK)
        tnm_network_close(network);
    return error;
}

static tnm_error allocate_signal(tnm_signal *signal, size_t most_samples)
{
    const size_t bytes = tnm_shape_size(&signal->shape) * sizeof *signal->values;
    signal->values = tnm_allocate(most_samples, bytes);
    return signal->values != NULL ? TNM_OK : TNM_ERROR_MEMORY;
}

/* The input has no derivative: nobody asks for it. */
tnm_error tnm_network_allocate(tnm_network *network)
{
    tnm_error error = TNM_OK;
    for (size_t k = 0; k < network->parameter_count; k++)
        TNM_TRY(tnm_parameter_allocate(network->parameters[k]));
    TNM_TRY(allocate_signal(&network->signals[0], network->most_samples));
    for (size_t k = 0; k < network->count; k++) {
        tnm_layer *layer = &network->layers[k];
        if (layer->kind->open != NULL)
            TNM_TRY(layer->kind->open(layer));
        TNM_TRY(allocate_signal(&network->signals[k + 1], network->most_samples));
        TNM_TRY(allocate_signal(&network->slopes[k + 1], network->most_samples));
    }
out:
    if (error != TNM_OK)
        tnm_network_close(network);
    return error;
}

tnm_error tnm_network_open(tnm_network *network, const char *architecture, tnm_shape input,
                           size_t classes, size_t most_samples, int threads)
{
    tnm_error error = TNM_OK;
    TNM_TRY(tnm_network_describe(network, architecture, input, classes, most_samples, threads));
    TNM_TRY(tnm_network_allocate(network));
out:
    return error;
}

static void close_layer(tnm_layer *layer)
{
    for (size_t p = 0; p < layer->parameter_count; p++)
        tnm_parameter_close(&layer->parameters[p]);
    if (layer->kind->close != NULL)
        layer->kind->close(layer);
}

void tnm_network_close(tnm_network *network)
{
    for (size_t k = 0; k < network->count; k++) {
        close_layer(&network->layers[k]);
        free(network->signals[k + 1].values);
        free(network->slopes[k + 1].values);
    }
    if (network->signals != NULL)
        free(network->signals[0].values);
    free(network->architecture);
    free(network->layers);
    free(network->parameters);
    free(network->signals);
    free(network->slopes);
    *network = (tnm_network){.architecture = NULL};
}

/* ---- passes ------------------------------------------------------------------------------ */

tnm_signal *tnm_network_input(tnm_network *network)
{
    return &network->signals[0];
}

const tnm_signal *tnm_network_forward(tnm_network *network, tnm_pass pass)
{
    tnm_signal *signals = network->signals;
    for (size_t k = 0; k < network->count; k++) {
        tnm_layer *layer = &network->layers[k];
        signals[k + 1].samples = signals[k].samples;
        layer->kind->forward(layer, pass, &signals[k], &signals[k + 1]);
    }
    return &signals[network->count];
}

tnm_score_card tnm_network_grade(const tnm_network *network, const uint8_t *labels)
{
    return tnm_loss_grade(&network->signals[network->count], labels);
}

void tnm_network_backward(tnm_network *network, const uint8_t *labels, bool kept_only)
{
    tnm_signal *signals = network->signals, *slopes = network->slopes;
    tnm_loss_slope(&signals[network->count], labels, &slopes[network->count]);
    for (size_t k = network->count; k-- > 0;) {
        tnm_layer *layer = &network->layers[k];
        slopes[k].samples = signals[k].samples;
        layer->kind->backward(layer, &(tnm_way_back){.input = &signals[k],
                                                     .output = &signals[k + 1],
                                                     .output_slope = &slopes[k + 1],
                                                     .input_slope = k > 0 ? &slopes[k] : NULL,
                                                     .kept_only = kept_only});
    }
}

void tnm_network_forget_statistics(tnm_network *network)
{
    for (size_t k = 0; k < network->count; k++)
        if (network->layers[k].kind->forget != NULL)
            network->layers[k].kind->forget(&network->layers[k]);
}

/* ---- finding ----------------------------------------------------------------------------- */

tnm_parameter *tnm_network_find(const tnm_network *network, const char *name)
{
    for (size_t k = 0; k < network->parameter_count; k++)
        if (strcmp(network->parameters[k]->name, name) == 0)
            return network->parameters[k];
    return NULL;
}

/* Number of the layer that this parameter is in. */
static size_t find_layer(const tnm_network *network, const tnm_parameter *parameter)
{
    size_t k = 0;
    while (parameter < network->layers[k].parameters ||
           parameter >= network->layers[k].parameters + TNM_LAYER_PARAMETERS)
        k++;
    return k;
}

const float *tnm_network_seen(const tnm_network *network, const tnm_parameter *weight,
                              size_t *columns)
{
    const size_t k = find_layer(network, weight);
    const tnm_layer *layer = &network->layers[k];
    *columns = tnm_signal_columns(&network->signals[k + 1]);
    return layer->kind->seen != NULL ? layer->kind->seen(layer) : network->signals[k].values;
}
