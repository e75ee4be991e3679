/* From images to columns of numbers, as a dense layer wants them: position p of channel c becomes
 * channel c * height * width + p. Within each channel of the input that transposes samples x
 * positions. */
#include "training/network/layer.h"

static tnm_error describe_flatten(tnm_layer *layer, const tnm_layer_plan *plan)
{
    (void)plan;
    layer->output = (tnm_shape){tnm_shape_size(&layer->input), 1, 1};
    return TNM_OK;
}

/* to[col * rows + row] = from[row * cols + col], in square blocks that stay in the cache. */
static void transpose(float *to, const float *from, size_t rows, size_t cols)
{
    enum { BLOCK = 16 };
    for (size_t top = 0; top < rows; top += BLOCK)
        for (size_t left = 0; left < cols; left += BLOCK)
            for (size_t col = left; col < cols && col < left + BLOCK; col++)
                for (size_t row = top; row < rows && row < top + BLOCK; row++)
                    to[col * rows + row] = from[row * cols + col];
}

static void transpose_channels(const tnm_layer *layer, float *to, const float *from, size_t rows,
                               size_t cols)
{
    const size_t channels = layer->input.channels, size = rows * cols;
#pragma omp parallel for num_threads(tnm_layer_threads(layer, channels *size)) schedule(static)
    for (size_t c = 0; c < channels; c++)
        transpose(to + c * size, from + c * size, rows, cols);
}

static void forward_flatten(tnm_layer *layer, tnm_pass pass, const tnm_signal *input,
                            tnm_signal *output)
{
    (void)pass;
    transpose_channels(layer, output->values, input->values, input->samples,
                       layer->input.height * layer->input.width);
}

static void backward_flatten(tnm_layer *layer, const tnm_way_back *way)
{
    if (way->input_slope != NULL)
        transpose_channels(layer, way->input_slope->values, way->output_slope->values,
                           layer->input.height * layer->input.width, way->input->samples);
}

const tnm_layer_kind tnm_flatten_layer = {
    .describe = describe_flatten, .forward = forward_flatten, .backward = backward_flatten};
