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

static tnm_error describe_convolution(tnm_layer *layer, const tnm_layer_plan *plan)
{
    const tnm_shape *input = &layer->input;
    const size_t shape[] = {plan->outputs, input->channels, KERNEL, KERNEL};
    layer->output = (tnm_shape){plan->outputs, input->height, input->width};
    layer->parameter_count = 1;
    return tnm_parameter_describe(&layer->parameters[0], plan->name, "weight", TNM_ROLE_WEIGHT,
                                  shape, 4);
}

/* The kind's memory is the unfolded input. */
static tnm_error open_convolution(tnm_layer *layer)
{
    layer->memory = tnm_allocate(layer->most_samples,
                                 NEIGHBOURS * tnm_shape_size(&layer->input) * sizeof(float));
    return layer->memory != NULL ? TNM_OK : TNM_ERROR_MEMORY;
}

static void close_convolution(tnm_layer *layer)
{
    free(layer->memory);
}

/* ---- shifted images ---------------------------------------------------------------------- */

/* What is done at a time: so many images of one channel, one after the other, that they fill a good
 * part of the innermost cache. Neighbour (ky, kx) of a position lies `ahead` numbers further on; at
 * the edges where there is none, that is another row or image, and the number is cleared. */
typedef struct stretch {
    size_t height, width, images;
} stretch;

enum { STRETCH = 1 << 12 }; /* numbers */

static size_t images_at_a_time(const tnm_shape *shape)
{
    return (STRETCH + shape->height * shape->width - 1) / (shape->height * shape->width);
}

static ptrdiff_t numbers_ahead(const stretch *self, size_t neighbour)
{
    ptrdiff_t down = (ptrdiff_t)(neighbour / KERNEL) - 1,
              right = (ptrdiff_t)(neighbour % KERNEL) - 1;
    return down * (ptrdiff_t)self->width + right;
}

/* Clears what has no such neighbour. */
static void clear_edges(float *numbers, const stretch *self, size_t neighbour)
{
    const size_t down = neighbour / KERNEL, right = neighbour % KERNEL;
    const size_t height = self->height, width = self->width;
    for (size_t k = 0; down != 1 && k < self->images; k++)
        memset(numbers + (k * height + (down == 0 ? 0 : height - 1)) * width, 0,
               width * sizeof *numbers);
    for (size_t y = 0; right != 1 && y < self->images * height; y++)
        numbers[y * width + (right == 0 ? 0 : width - 1)] = 0;
}

/* The part of a stretch whose shifted place is in it too. */
static void find_overlap(const stretch *self, ptrdiff_t ahead, size_t *first, size_t *count)
{
    const size_t size = self->images * self->height * self->width;
    const size_t distance = (size_t)(ahead < 0 ? -ahead : ahead);
    *first = ahead < 0 ? distance : 0;
    *count = distance < size ? size - distance : 0;
}

/* to = the neighbours of `from`, 0 where there are none. */
static void copy_neighbours(float *to, const float *from, const stretch *self, size_t neighbour)
{
    const ptrdiff_t ahead = numbers_ahead(self, neighbour);
    size_t first, count;
    find_overlap(self, ahead, &first, &count);
    memcpy(to + first, from + first + ahead, count * sizeof *to);
    clear_edges(to, self, neighbour);
}

static void add(float *restrict to, const float *restrict from, size_t count)
{
    for (size_t k = 0; k < count; k++)
        to[k] += from[k];
}

/* The way back: adds to the neighbours of `from`, whose edges it clears. */
static void add_to_neighbours(float *to, float *from, const stretch *self, size_t neighbour)
{
    const ptrdiff_t ahead = numbers_ahead(self, neighbour);
    size_t first, count;
    find_overlap(self, ahead, &first, &count);
    clear_edges(from, self, neighbour);
    add(to + first + ahead, from + first, count);
}

/* ---- passes ------------------------------------------------------------------------------ */

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void unfold(float *unfolded, const tnm_signal *input, int threads)
{
    const tnm_shape *shape = &input->shape;
    const size_t samples = input->samples, image = shape->height * shape->width;
    const size_t step = images_at_a_time(shape), rows = shape->channels * NEIGHBOURS;
#pragma omp parallel for collapse(2) num_threads(threads) schedule(static)
    for (size_t row = 0; row < rows; row++)
        for (size_t first = 0; first < samples; first += step) {
            const stretch part = {shape->height, shape->width, smaller(step, samples - first)};
            const size_t channel = row / NEIGHBOURS;
            copy_neighbours(unfolded + (row * samples + first) * image,
                            input->values + (channel * samples + first) * image, &part,
                            row % NEIGHBOURS);
        }
}

static void fold(tnm_signal *slope, float *unfolded, int threads)
{
    const tnm_shape *shape = &slope->shape;
    const size_t samples = slope->samples, image = shape->height * shape->width;
    const size_t step = images_at_a_time(shape);
#pragma omp parallel for collapse(2) num_threads(threads) schedule(static)
    for (size_t channel = 0; channel < shape->channels; channel++)
        for (size_t first = 0; first < samples; first += step) {
            const stretch part = {shape->height, shape->width, smaller(step, samples - first)};
            float *to = slope->values + (channel * samples + first) * image;
            memset(to, 0, part.images * image * sizeof *to);
            for (size_t k = 0; k < NEIGHBOURS; k++) {
                const size_t row = channel * NEIGHBOURS + k;
                add_to_neighbours(to, unfolded + (row * samples + first) * image, &part, k);
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

const tnm_layer_kind tnm_convolution_layer = {.describe = describe_convolution,
                                              .open = open_convolution,
                                              .forward = forward_convolution,
                                              .backward = backward_convolution,
                                              .seen = convolution_seen,
                                              .close = close_convolution};
