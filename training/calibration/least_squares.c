/* Rows of a masked layer by least squares: see least_squares.h. */
#include "training/calibration/least_squares.h"

#include "formulations/check.h"
#include "training/blas.h"

#include <stdlib.h>

/* The equations of one row, and the memory of one thread. */
typedef struct equations {
    size_t *kept; /* inputs that the mask keeps, ascending */
    size_t count;
    double *left;  /* count * count */
    double *right; /* count; the solution afterwards */
} equations;

static tnm_error open_equations(equations *self, size_t inputs)
{
    tnm_error error = TNM_OK;
    *self = (equations){0};
    TNM_TRY(TNM_NEW(self->kept, inputs));
    TNM_TRY(TNM_NEW(self->left, inputs * inputs));
    TNM_TRY(TNM_NEW(self->right, inputs));
out:
    return error;
}

static void close_equations(equations *self)
{
    free(self->kept);
    free(self->left);
    free(self->right);
}

/* What all rows share. */
typedef struct question {
    const tnm_masked_layer *layer;
    const tnm_moments *moments;
    double part;   /* 1 / columns where means are taken out, otherwise 0 */
    double lambda; /* what the ridge adds to the diagonal */
} question;

/* Entry (i,j) of `seen`, about the mean where there is a bias. */
static double seen(const question *self, size_t i, size_t j)
{
    const tnm_moments *moments = self->moments;
    return moments->seen[i * moments->inputs + j] -
           self->part * moments->seen_sum[i] * moments->seen_sum[j];
}

static question ask(const tnm_masked_layer *layer, const tnm_moments *moments, double ridge,
                    bool bias)
{
    question self = {.layer = layer, .moments = moments};
    if (bias && moments->columns > 0)
        self.part = 1 / (double)moments->columns;
    double trace = 0;
    for (size_t k = 0; k < moments->inputs; k++)
        trace += seen(&self, k, k);
    self.lambda = ridge * trace / (double)moments->inputs;
    return self;
}

/* w sum x: what is taken out of the right-hand side. */
static double sum_of_answers(const question *self, const float *w)
{
    double sum = 0;
    for (size_t k = 0; k < self->layer->inputs; k++)
        sum += w[k] * self->moments->dense_sum[k];
    return sum;
}

static void state(equations *self, const question *asked, size_t row)
{
    const tnm_masked_layer *layer = asked->layer;
    size_t inputs = layer->inputs;
    const float *w = layer->weights + row * inputs;
    const uint8_t *mask = layer->mask + row * inputs;
    double sum = sum_of_answers(asked, w);
    self->count = 0;
    for (size_t k = 0; k < inputs; k++) {
        if (mask[k])
            self->kept[self->count++] = k;
    }
    for (size_t i = 0; i < self->count; i++) {
        const double *cross = asked->moments->cross + self->kept[i] * inputs;
        double right = -asked->part * asked->moments->seen_sum[self->kept[i]] * sum;
        for (size_t k = 0; k < inputs; k++)
            right += cross[k] * w[k];
        for (size_t j = 0; j < self->count; j++)
            self->left[i * self->count + j] = seen(asked, self->kept[i], self->kept[j]);
        self->left[i * self->count + i] += asked->lambda;
        self->right[i] = right + asked->lambda * w[self->kept[i]];
    }
}

/* Whether the equations say nothing at all: no kept input was ever seen, and there is no ridge. */
static bool are_void(const equations *self)
{
    for (size_t k = 0; k < self->count; k++) {
        if (self->left[k * self->count + k] != 0)
            return false;
    }
    return true;
}

static tnm_error fit_row(equations *self, const tnm_masked_layer *layer, size_t row, float *fitted)
{
    for (size_t k = 0; k < layer->inputs; k++)
        fitted[k] = 0;
    if (are_void(self)) {
        for (size_t k = 0; k < self->count; k++)
            fitted[self->kept[k]] = layer->weights[row * layer->inputs + self->kept[k]];
        return TNM_OK;
    }
    tnm_error error = tnm_blas_solve_positive(self->left, self->count, self->right, 1);
    if (error == TNM_ERROR_DATA)
        return tnm_fail(error,
                        "%s: row %zu: its kept inputs depend on each other: choose a larger "
                        "ridge",
                        layer->name, row);
    for (size_t k = 0; k < self->count; k++)
        fitted[self->kept[k]] = (float)self->right[k];
    return error;
}

/* Rows are taken by whichever thread is free. */
static void fit_rows(const question *asked, float *fitted, tnm_failure *failure)
{
    const tnm_masked_layer *layer = asked->layer;
    equations own;
    tnm_error memory = open_equations(&own, layer->inputs);
#pragma omp for schedule(dynamic)
    for (size_t row = 0; row < layer->rows; row++) {
        tnm_error error = memory;
        if (error == TNM_OK) {
            state(&own, asked, row);
            error = fit_row(&own, layer, row, fitted + row * layer->inputs);
        }
        if (error != TNM_OK) {
#pragma omp critical(tnm_least_squares)
            tnm_failure_note(failure, error, row);
        }
    }
    close_equations(&own);
}

tnm_error tnm_least_squares(const tnm_masked_layer *layer, const tnm_moments *moments, double ridge,
                            int threads, float *fitted, float *shift)
{
    tnm_failure failure = {0};
    const question asked = ask(layer, moments, ridge, shift != NULL);
#pragma omp parallel num_threads(tnm_thread_count(threads, layer->rows))
    fit_rows(&asked, fitted, &failure);
    if (shift != NULL)
        tnm_moments_shift(moments, layer->weights, fitted, shift, layer->rows);
    return tnm_failure_raise(&failure);
}
