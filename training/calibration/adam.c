/* The published recipe of calibration: see adam.h. */
#include "training/calibration/adam.h"

#include "formulations/diversity/stream.h"
#include "training/blas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Adam's own presets. */
static const double decay_first = 0.9, decay_second = 0.999, smallest = 1e-8;

tnm_adam tnm_adam_published(uint64_t seed, size_t block)
{
    return (tnm_adam){.steps = 1000,
                      .minibatch = 50,
                      .rate = 1e-3,
                      .bias_rate = 1e-2,
                      .seed = seed,
                      .block = block};
}

/* ---- mean absorption --------------------------------------------------------------------- */

static void absorb_block(const float *weights, const uint8_t *mask, size_t width, float *fitted)
{
    double lost = 0;
    size_t kept = 0;
    for (size_t k = 0; k < width; k++) {
        lost += mask[k] ? 0 : (double)weights[k];
        kept += mask[k];
    }
    for (size_t k = 0; k < width; k++)
        fitted[k] = mask[k] ? (float)(weights[k] + lost / (double)kept) : 0;
}

void tnm_absorb_means(const tnm_masked_layer *layer, size_t block, float *fitted)
{
    for (size_t row = 0; row < layer->rows; row++) {
        for (size_t first = 0; first < layer->inputs; first += block) {
            size_t at = row * layer->inputs + first, left = layer->inputs - first;
            absorb_block(layer->weights + at, layer->mask + at, left < block ? left : block,
                         fitted + at);
        }
    }
}

/* ---- Adam -------------------------------------------------------------------------------- */

/* Numbers that are moved, and the memory of their gradients. */
typedef struct moved {
    float *values; /* borrowed */
    size_t count;
    double rate;
    float *gradient;
    float *first, *second; /* means of gradients and of their squares */
} moved;

typedef struct run {
    const tnm_masked_layer *layer;
    const tnm_samples *samples;
    const tnm_adam *recipe;
    int threads;
    tnm_stream stream;
    size_t *order, next;  /* of samples, and which comes next */
    size_t columns;       /* of a minibatch */
    float *seen, *dense;  /* its inputs */
    float *slope, *whole; /* rows x columns: the answers and what they should be, then the loss's
                             derivative */
    float *change;        /* V - W, where the inputs are the same */
    float *shift;         /* of the bias; NULL: there is none */
    moved weights, biases;
} run;

static tnm_error open_moved(moved *self, float *values, size_t count, double rate)
{
    tnm_error error = TNM_OK;
    *self = (moved){.values = values, .count = count, .rate = rate};
    TNM_TRY(TNM_NEW(self->gradient, count));
    TNM_TRY(TNM_NEW(self->first, count));
    TNM_TRY(TNM_NEW(self->second, count));
out:
    return error;
}

static void close_moved(moved *self)
{
    free(self->gradient);
    free(self->first);
    free(self->second);
}

static void move(moved *self, size_t step)
{
    double first_part = 1 - pow(decay_first, (double)step);
    double second_part = 1 - pow(decay_second, (double)step);
    for (size_t k = 0; k < self->count; k++) {
        double slope = self->gradient[k];
        double first = decay_first * self->first[k] + (1 - decay_first) * slope;
        double second = decay_second * self->second[k] + (1 - decay_second) * slope * slope;
        self->first[k] = (float)first;
        self->second[k] = (float)second;
        self->values[k] = (float)(self->values[k] - self->rate * (first / first_part) /
                                                        (sqrt(second / second_part) + smallest));
    }
}

/* ---- minibatches ------------------------------------------------------------------------- */

static void shuffle(run *self)
{
    for (size_t k = self->samples->count; k > 1; k--) {
        size_t other = (size_t)tnm_stream_below(&self->stream, k);
        size_t kept = self->order[k - 1];
        self->order[k - 1] = self->order[other];
        self->order[other] = kept;
    }
    self->next = 0;
}

static void gather(const run *self, float *into, const float *from)
{
    size_t width = self->samples->columns, all = self->samples->count * width;
    size_t batch = self->columns / width;
    for (size_t input = 0; input < self->layer->inputs; input++) {
        for (size_t k = 0; k < batch; k++)
            memcpy(into + input * self->columns + k * width,
                   from + input * all + self->order[self->next + k] * width, width * sizeof *into);
    }
}

static void take_minibatch(run *self)
{
    size_t batch = self->columns / self->samples->columns;
    if (self->next + batch > self->samples->count)
        shuffle(self);
    gather(self, self->seen, self->samples->seen);
    if (self->dense != NULL)
        gather(self, self->dense, self->samples->dense);
    self->next += batch;
}

/* ---- a step ------------------------------------------------------------------------------ */

/* slope = V x' - W x; where x' is x, by one product with the difference. */
static void answer(run *self, const float *fitted)
{
    const tnm_masked_layer *layer = self->layer;
    size_t weights = layer->rows * layer->inputs, answers = layer->rows * self->columns;
    if (self->dense == NULL) {
        for (size_t k = 0; k < weights; k++)
            self->change[k] = fitted[k] - layer->weights[k];
        tnm_blas_product(self->slope, self->change, self->seen, layer->rows, layer->inputs,
                         self->columns, self->threads);
        return;
    }
    tnm_blas_product(self->slope, fitted, self->seen, layer->rows, layer->inputs, self->columns,
                     self->threads);
    tnm_blas_product(self->whole, layer->weights, self->dense, layer->rows, layer->inputs,
                     self->columns, self->threads);
    for (size_t k = 0; k < answers; k++)
        self->slope[k] -= self->whole[k];
}

/* Makes the difference of answers the derivative of their mean square, and sums it up for biases.
 */
static void differentiate(run *self)
{
    size_t rows = self->layer->rows, columns = self->columns;
    float part = (float)(2 / ((double)rows * (double)columns));
    for (size_t row = 0; row < rows; row++) {
        float *slope = self->slope + row * columns;
        float shift = self->shift != NULL ? self->shift[row] : 0;
        double sum = 0;
        for (size_t k = 0; k < columns; k++) {
            slope[k] = part * (slope[k] + shift);
            sum += slope[k];
        }
        if (self->shift != NULL)
            self->biases.gradient[row] = (float)sum;
    }
}

static void take_step(run *self, size_t step, float *fitted)
{
    const tnm_masked_layer *layer = self->layer;
    take_minibatch(self);
    answer(self, fitted);
    differentiate(self);
    tnm_blas_product_right(self->weights.gradient, self->slope, self->seen, layer->rows,
                           self->columns, layer->inputs, self->threads);
    move(&self->weights, step);
    for (size_t k = 0; k < self->weights.count; k++)
        fitted[k] = layer->mask[k] ? fitted[k] : 0;
    if (self->shift != NULL)
        move(&self->biases, step);
}

/* ---- all of it --------------------------------------------------------------------------- */

static tnm_error open_run(run *self, float *fitted)
{
    tnm_error error = TNM_OK;
    const tnm_masked_layer *layer = self->layer;
    const tnm_samples *samples = self->samples;
    size_t batch = self->recipe->minibatch;
    self->columns = (batch < samples->count ? batch : samples->count) * samples->columns;
    TNM_TRY(TNM_NEW(self->order, samples->count));
    TNM_TRY(TNM_NEW(self->seen, layer->inputs * self->columns));
    TNM_TRY(TNM_NEW(self->slope, layer->rows * self->columns));
    if (samples->dense != NULL) {
        TNM_TRY(TNM_NEW(self->dense, layer->inputs * self->columns));
        TNM_TRY(TNM_NEW(self->whole, layer->rows * self->columns));
    } else {
        TNM_TRY(TNM_NEW(self->change, layer->rows * layer->inputs));
    }
    TNM_TRY(open_moved(&self->weights, fitted, layer->rows * layer->inputs, self->recipe->rate));
    TNM_TRY(open_moved(&self->biases, self->shift, layer->rows, self->recipe->bias_rate));
    for (size_t k = 0; k < samples->count; k++)
        self->order[k] = k;
    shuffle(self);
out:
    return error;
}

static void close_run(run *self)
{
    free(self->order);
    free(self->seen);
    free(self->dense);
    free(self->slope);
    free(self->whole);
    free(self->change);
    close_moved(&self->weights);
    close_moved(&self->biases);
}

tnm_error tnm_adam_fit(const tnm_masked_layer *layer, const tnm_samples *samples,
                       const tnm_adam *recipe, int threads, float *fitted, float *shift)
{
    tnm_error error = TNM_OK;
    run self = {.layer = layer,
                .samples = samples,
                .recipe = recipe,
                .threads = threads,
                .stream = {recipe->seed},
                .shift = shift};
    TNM_TRY(open_run(&self, fitted));
    tnm_absorb_means(layer, recipe->block, fitted);
    if (shift != NULL)
        memset(shift, 0, layer->rows * sizeof *shift);
    for (size_t step = 1; step <= recipe->steps; step++)
        take_step(&self, step, fitted);
out:
    close_run(&self);
    return error;
}
