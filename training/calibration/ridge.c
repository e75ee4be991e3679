/* Choosing the ridge by inputs held out: see ridge.h. */
#include "training/calibration/ridge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 64 };
static const double strengths[] = {0.001, 0.01, 0.03, 0.1, 0.3, 1, 3};
enum { STRENGTHS = sizeof strengths / sizeof *strengths };

size_t tnm_ridge_first_part(size_t count)
{
    return count - count / 4;
}

/* A layer of some of the rows of another. */
typedef struct excerpt {
    tnm_masked_layer layer;
    float *weights, *fitted, *shift; /* owned, as is the mask */
    uint8_t *mask;
} excerpt;

static tnm_error open_excerpt(excerpt *self, const tnm_masked_layer *layer)
{
    tnm_error error = TNM_OK;
    const size_t rows = layer->rows < MOST_ROWS ? layer->rows : MOST_ROWS, inputs = layer->inputs;
    *self = (excerpt){.layer = *layer};
    TNM_TRY(TNM_NEW(self->weights, rows * inputs));
    TNM_TRY(TNM_NEW(self->fitted, rows * inputs));
    TNM_TRY(TNM_NEW(self->mask, rows * inputs));
    TNM_TRY(TNM_NEW(self->shift, rows));
    for (size_t row = 0; row < rows; row++) {
        const size_t from = row * layer->rows / rows * inputs;
        memcpy(self->weights + row * inputs, layer->weights + from, inputs * sizeof(float));
        memcpy(self->mask + row * inputs, layer->mask + from, inputs);
    }
    self->layer.rows = rows;
    self->layer.weights = self->weights;
    self->layer.mask = self->mask;
out:
    return error;
}

static void close_excerpt(excerpt *self)
{
    free(self->weights);
    free(self->fitted);
    free(self->mask);
    free(self->shift);
}

tnm_error tnm_ridge_choose(double *ridge, const tnm_masked_layer *layer, const tnm_moments *fit,
                           const tnm_moments *held_out, bool bias, int threads)
{
    tnm_error error = TNM_OK;
    excerpt some;
    double least = INFINITY;
    *ridge = strengths[0];
    TNM_TRY(open_excerpt(&some, layer));
    float *shift = bias ? some.shift : NULL;
    for (size_t k = 0; k < STRENGTHS; k++) {
        TNM_TRY(tnm_least_squares(&some.layer, fit, strengths[k], threads, some.fitted, shift));
        double miss =
            tnm_moments_error(held_out, some.weights, some.fitted, shift, some.layer.rows);
        if (!(miss < least))
            continue;
        least = miss;
        *ridge = strengths[k];
    }
out:
    close_excerpt(&some);
    return error;
}
