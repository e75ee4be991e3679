/* A convolution: 3 x 3, stride 1, zeros around the image so that it keeps its size, no bias (batch
 * normalisation, which follows, has one).
 *
 * It is a product with the unfolded input: row (c, ky, kx) of that is channel c of all samples,
 * shifted so that every position meets its neighbour (ky, kx),
 *
 *     weights  outputs x (inputs * 9)   times   unfolded  (inputs * 9) x (samples * height * width)
 *
 * and gives the next signal as it is stored. On the way back the derivative by the unfolded input
 * takes the place of the unfolded input itself, and is folded: shifted back and added up. */
#include "training/network/layer.h"

#include <stdlib.h>
#include <string.h>

enum { KERNEL = 3, NEIGHBOURS = KERNEL * KERNEL };

static tnm_error open_convolution(tnm_layer *layer, const tnm_layer_plan *plan)
{
    tnm_error error = TNM_OK;
    const tnm_shape *input = &layer->input;
    const size_t shape[] = {plan->outputs, input->channels, KERNEL, KERNEL};
    layer->output = (tnm_shape){plan->outputs, input->height, input->width};
    TNM_TRY(
        tnm_parameter_open(&layer->parameters[0], plan->name, "weight", TNM_ROLE_WEIGHT, shape, 4));
    layer->parameter_count++;
    layer->memory =
        tnm_allocate(layer->most_samples, NEIGHBOURS * tnm_shape_size(input) * sizeof(float));
    if (layer->memory == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
out:
    return error;
}

static void close_convolution(tnm_layer *layer)
{
    free(layer->memory);
}

/* ---- shifted images ---------------------------------------------------------------------- */

/* Where an image of height x width meets its neighbours (ky, kx): rows [top, bottom) and columns
 * [left, right) have one, `ahead` numbers further on. */
typedef struct shift {
    size_t width, height;
    size_t top, bottom, left, right;
    ptrdiff_t ahead;
} shift;

static shift find_shift(const tnm_shape *shape, size_t neighbour)
{
    size_t ky = neighbour / KERNEL, kx = neighbour % KERNEL;
    return (shift){.width = shape->width,
                   .height = shape->height,
                   .top = ky == 0,
                   .bottom = shape->height - (ky == KERNEL - 1),
                   .left = kx == 0,
                   .right = shape->width - (kx == KERNEL - 1),
                   .ahead = ((ptrdiff_t)ky - 1) * (ptrdiff_t)shape->width + (ptrdiff_t)kx - 1};
}

/* to = the neighbours of an image, zero where there are none. */
static void copy_neighbours(float *to, const float *image, const shift *by)
{
    memset(to, 0, by->height * by->width * sizeof *to);
    for (size_t y = by->top; y < by->bottom; y++) {
        const float *from = image + (ptrdiff_t)(y * by->width) + by->ahead;
        for (size_t x = by->left; x < by->right; x++)
            to[y * by->width + x] = from[x];
    }
}

/* The way back: adds to every neighbour. */
static void add_to_neighbours(float *image, const float *from, const shift *by)
{
    for (size_t y = by->top; y < by->bottom; y++) {
        float *to = image + (ptrdiff_t)(y * by->width) + by->ahead;
        for (size_t x = by->left; x < by->right; x++)
            to[x] += from[y * by->width + x];
    }
}

/* ---- passes ------------------------------------------------------------------------------ */

static void unfold(float *unfolded, const tnm_signal *input, int threads)
{
    const size_t samples = input->samples, image = input->shape.height * input->shape.width;
    const size_t rows = input->shape.channels * NEIGHBOURS;
#pragma omp parallel for collapse(2) num_threads(threads) schedule(static)
    for (size_t row = 0; row < rows; row++)
        for (size_t sample = 0; sample < samples; sample++) {
            const shift by = find_shift(&input->shape, row % NEIGHBOURS);
            copy_neighbours(unfolded + (row * samples + sample) * image,
                            input->values + (row / NEIGHBOURS * samples + sample) * image, &by);
        }
}

static void fold(tnm_signal *slope, const float *unfolded, int threads)
{
    const size_t samples = slope->samples, image = slope->shape.height * slope->shape.width;
#pragma omp parallel for collapse(2) num_threads(threads) schedule(static)
    for (size_t channel = 0; channel < slope->shape.channels; channel++)
        for (size_t sample = 0; sample < samples; sample++) {
            float *to = slope->values + (channel * samples + sample) * image;
            memset(to, 0, image * sizeof *to);
            for (size_t k = 0; k < NEIGHBOURS; k++) {
                const shift by = find_shift(&slope->shape, k);
                const size_t row = channel * NEIGHBOURS + k;
                add_to_neighbours(to, unfolded + (row * samples + sample) * image, &by);
            }
        }
}

static int count_threads(const tnm_layer *layer, const tnm_signal *input)
{
    return tnm_layer_threads(layer, NEIGHBOURS * layer->input.channels * tnm_signal_columns(input));
}

static void forward_convolution(tnm_layer *layer, tnm_pass pass, const tnm_signal *input,
                                tnm_signal *output)
{
    (void)pass;
    unfold(layer->memory, input, count_threads(layer, input));
    tnm_parameter_forward(&layer->parameters[0], layer->memory, tnm_signal_columns(input),
                          output->values, layer->threads);
}

static void backward_convolution(tnm_layer *layer, const tnm_way_back *way)
{
    tnm_parameter *weight = &layer->parameters[0];
    const float *slope = way->output_slope->values;
    const size_t columns = tnm_signal_columns(way->input);
    tnm_parameter_gradient(weight, slope, layer->memory, columns, way->kept_only, layer->threads);
    if (way->input_slope == NULL)
        return;
    tnm_parameter_backward(weight, slope, columns, layer->memory, layer->threads);
    fold(way->input_slope, layer->memory, count_threads(layer, way->input));
}

static const float *convolution_seen(const tnm_layer *layer)
{
    return layer->memory;
}

const tnm_layer_kind tnm_convolution_layer = {.open = open_convolution,
                                              .forward = forward_convolution,
                                              .backward = backward_convolution,
                                              .seen = convolution_seen,
                                              .close = close_convolution};
