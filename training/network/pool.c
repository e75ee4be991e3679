/* Maximum pooling: the largest of every 2 x 2 numbers, the first of them in reading order where
 * several are; a last row or column without a partner is left out. */
#include "training/network/layer.h"

#include <stdlib.h>
#include <string.h>

enum { SIDE = 2 };

/* The kind's memory: for every number of the output which of the four it was. */
static tnm_error open_pool(tnm_layer *layer, const tnm_layer_plan *plan)
{
    (void)plan;
    const tnm_shape *input = &layer->input;
    if (input->height < SIDE || input->width < SIDE)
        return tnm_fail(TNM_ERROR_USAGE,
                        "images of %zu x %zu are too small for 2 x 2 pooling; use fewer layers",
                        input->height, input->width);
    layer->output = (tnm_shape){input->channels, input->height / SIDE, input->width / SIDE};
    layer->memory = tnm_allocate(layer->most_samples, tnm_shape_size(&layer->output));
    return layer->memory != NULL ? TNM_OK : TNM_ERROR_MEMORY;
}

static void close_pool(tnm_layer *layer)
{
    free(layer->memory);
}

/* A row of the output from the two rows of the input at `upper`. */
static void pool_row(float *to, uint8_t *which, const float *upper, size_t width, size_t count)
{
    const float *lower = upper + width;
    for (size_t x = 0; x < count; x++) {
        float a = upper[2 * x], b = upper[2 * x + 1], c = lower[2 * x], d = lower[2 * x + 1];
        float above = b > a ? b : a, below = d > c ? d : c;
        to[x] = below > above ? below : above;
        which[x] = (uint8_t)(below > above ? 2 + (d > c) : b > a);
    }
}

/* And back: `to` is zero before. */
static void spread_row(float *to, const uint8_t *which, const float *slope, size_t width,
                       size_t count)
{
    for (size_t x = 0; x < count; x++)
        to[which[x] / SIDE * width + 2 * x + which[x] % SIDE] = slope[x];
}

static size_t count_images(const tnm_layer *layer, const tnm_signal *signal)
{
    return layer->input.channels * signal->samples;
}

static void forward_pool(tnm_layer *layer, tnm_pass pass, const tnm_signal *input,
                         tnm_signal *output)
{
    (void)pass;
    const tnm_shape in = layer->input, out = layer->output;
    const size_t images = count_images(layer, input), image = in.height * in.width;
    uint8_t *which = layer->memory;
#pragma omp parallel for num_threads(tnm_layer_threads(layer, images *image)) schedule(static)
    for (size_t row = 0; row < images * out.height; row++) {
        const float *from = input->values + row / out.height * image;
        const size_t y = row % out.height;
        pool_row(output->values + row * out.width, which + row * out.width,
                 from + SIDE * y * in.width, in.width, out.width);
    }
}

static void backward_pool(tnm_layer *layer, const tnm_way_back *way)
{
    const tnm_shape in = layer->input, out = layer->output;
    const size_t images = count_images(layer, way->input), image = in.height * in.width;
    const uint8_t *which = layer->memory;
    if (way->input_slope == NULL)
        return;
#pragma omp parallel for num_threads(tnm_layer_threads(layer, images *image)) schedule(static)
    for (size_t k = 0; k < images; k++) {
        float *to = way->input_slope->values + k * image;
        memset(to, 0, image * sizeof *to);
        for (size_t y = 0; y < out.height; y++) {
            const size_t first = (k * out.height + y) * out.width;
            spread_row(to + SIDE * y * in.width, which + first, way->output_slope->values + first,
                       in.width, out.width);
        }
    }
}

const tnm_layer_kind tnm_pool_layer = {
    .open = open_pool, .forward = forward_pool, .backward = backward_pool, .close = close_pool};
