/* Maximum pooling: the largest of every 2 x 2 numbers; on the way back its derivative goes to the
 * first of them, in reading order, that is as large. A last row or column without a partner is left
 * out. */
#include "training/network/layer.h"

#include <string.h>

enum { SIDE = 2 };

static tnm_error describe_pool(tnm_layer *layer, const tnm_layer_plan *plan)
{
    (void)plan;
    const tnm_shape *input = &layer->input;
    if (input->height < SIDE || input->width < SIDE)
        return tnm_fail(TNM_ERROR_USAGE,
                        "images of %zu x %zu are too small for 2 x 2 pooling; use fewer layers",
                        input->height, input->width);
    layer->output = (tnm_shape){input->channels, input->height / SIDE, input->width / SIDE};
    return TNM_OK;
}

static float larger(float a, float b)
{
    return b > a ? b : a;
}

/* A row of the output from two rows of the input. */
static void pool_row(float *restrict to, const float *restrict upper, const float *restrict lower,
                     size_t count)
{
    for (size_t x = 0; x < count; x++)
        to[x] =
            larger(larger(upper[2 * x], upper[2 * x + 1]), larger(lower[2 * x], lower[2 * x + 1]));
}

/* What is left of a derivative after the first claim to it. */
static float claim(float *share, float number, float largest, float left)
{
    *share = number == largest ? left : 0;
    return number == largest ? 0 : left;
}

/* Two rows of derivatives by the input, from the rows that they belong to. */
static void spread_row(float *restrict to_upper, float *restrict to_lower,
                       const float *restrict upper, const float *restrict lower,
                       const float *restrict largest, const float *restrict slope, size_t count)
{
    for (size_t x = 0; x < count; x++) {
        float left = slope[x];
        left = claim(&to_upper[2 * x], upper[2 * x], largest[x], left);
        left = claim(&to_upper[2 * x + 1], upper[2 * x + 1], largest[x], left);
        left = claim(&to_lower[2 * x], lower[2 * x], largest[x], left);
        to_lower[2 * x + 1] = left;
    }
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
#pragma omp parallel for num_threads(tnm_layer_threads(layer, images *image)) schedule(static)
    for (size_t k = 0; k < images; k++) {
        const float *from = input->values + k * image;
        float *to = output->values + k * out.height * out.width;
        for (size_t y = 0; y < out.height; y++)
            pool_row(to + y * out.width, from + SIDE * y * in.width,
                     from + (SIDE * y + 1) * in.width, out.width);
    }
}

static void backward_pool(tnm_layer *layer, const tnm_way_back *way)
{
    const tnm_shape in = layer->input, out = layer->output;
    const size_t images = count_images(layer, way->input), image = in.height * in.width;
    const bool odd = in.height % SIDE != 0 || in.width % SIDE != 0;
    if (way->input_slope == NULL)
        return;
#pragma omp parallel for num_threads(tnm_layer_threads(layer, images *image)) schedule(static)
    for (size_t k = 0; k < images; k++) {
        const float *from = way->input->values + k * image;
        float *to = way->input_slope->values + k * image;
        if (odd) /* rows and columns without a partner */
            memset(to, 0, image * sizeof *to);
        for (size_t y = 0; y < out.height; y++) {
            const size_t upper = SIDE * y * in.width, lower = upper + in.width;
            const size_t pooled = (k * out.height + y) * out.width;
            spread_row(to + upper, to + lower, from + upper, from + lower,
                       way->output->values + pooled, way->output_slope->values + pooled, out.width);
        }
    }
}

const tnm_layer_kind tnm_pool_layer = {
    .describe = describe_pool, .forward = forward_pool, .backward = backward_pool};
