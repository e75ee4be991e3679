/* Second moments of inputs: see moments.h. */
#include "training/calibration/moments.h"

#include "training/blas.h"

#include <math.h>
#include <stdlib.h>

enum { PANEL = 256 }; /* columns that are turned into doubles at once */

/* ---- memory ------------------------------------------------------------------------------ */

tnm_error tnm_moments_open(tnm_moments *moments, size_t inputs, bool paired)
{
    tnm_error error = TNM_OK;
    size_t square = inputs * inputs;
    *moments = (tnm_moments){.inputs = inputs, .paired = paired};
    TNM_TRY(TNM_NEW(moments->seen, square));
    TNM_TRY(TNM_NEW(moments->seen_sum, inputs));
    TNM_TRY(TNM_NEW(moments->panels, inputs * PANEL * (paired ? 2 : 1)));
    moments->cross = moments->dense = moments->seen;
    moments->dense_sum = moments->seen_sum;
    if (!paired)
        return TNM_OK;
    moments->cross = moments->dense = moments->dense_sum = NULL;
    TNM_TRY(TNM_NEW(moments->cross, square));
    TNM_TRY(TNM_NEW(moments->dense, square));
    TNM_TRY(TNM_NEW(moments->dense_sum, inputs));
out:
    if (error != TNM_OK)
        tnm_moments_close(moments);
    return error;
}

void tnm_moments_close(tnm_moments *moments)
{
    if (moments->paired) {
        free(moments->cross);
        free(moments->dense);
        free(moments->dense_sum);
    }
    free(moments->seen);
    free(moments->seen_sum);
    free(moments->panels);
    *moments = (tnm_moments){0};
}

/* ---- adding ------------------------------------------------------------------------------ */

/* Element (input, column) of a matrix is values[input * row + column * step]. */
typedef struct layout {
    const float *values;
    size_t row, step;
} layout;

static void fill_panel(double *panel, double *sums, const layout *from, size_t inputs, size_t first,
                       size_t columns)
{
    for (size_t input = 0; input < inputs; input++) {
        const float *values = from->values + input * from->row + first * from->step;
        double sum = 0;
        for (size_t k = 0; k < columns; k++) {
            panel[input * columns + k] = values[k * from->step];
            sum += panel[input * columns + k];
        }
        sums[input] += sum;
    }
}

static void add(tnm_moments *moments, const layout *seen, const layout *dense, size_t columns,
                int threads)
{
    size_t inputs = moments->inputs;
    double *a = moments->panels, *b = moments->panels + inputs * PANEL;
    for (size_t first = 0; first < columns; first += PANEL) {
        size_t width = columns - first < PANEL ? columns - first : PANEL;
        fill_panel(a, moments->seen_sum, seen, inputs, first, width);
        tnm_blas_add_product_right(moments->seen, a, a, inputs, width, inputs, threads);
        if (!moments->paired)
            continue;
        fill_panel(b, moments->dense_sum, dense, inputs, first, width);
        tnm_blas_add_product_right(moments->cross, a, b, inputs, width, inputs, threads);
        tnm_blas_add_product_right(moments->dense, b, b, inputs, width, inputs, threads);
    }
    moments->columns += columns;
}

void tnm_moments_add(tnm_moments *moments, const float *seen, const float *dense, size_t columns,
                     int threads)
{
    add(moments, &(layout){seen, columns, 1}, &(layout){dense, columns, 1}, columns, threads);
}

void tnm_moments_add_samples(tnm_moments *moments, const float *samples, size_t columns,
                             int threads)
{
    add(moments, &(layout){samples, 1, moments->inputs}, NULL, columns, threads);
}

static void add_numbers(double *sums, const double *others, size_t count)
{
    for (size_t k = 0; k < count; k++)
        sums[k] += others[k];
}

void tnm_moments_merge(tnm_moments *moments, const tnm_moments *other)
{
    size_t inputs = moments->inputs, square = inputs * inputs;
    moments->columns += other->columns;
    add_numbers(moments->seen, other->seen, square);
    add_numbers(moments->seen_sum, other->seen_sum, inputs);
    if (!moments->paired)
        return;
    add_numbers(moments->cross, other->cross, square);
    add_numbers(moments->dense, other->dense, square);
    add_numbers(moments->dense_sum, other->dense_sum, inputs);
}

/* ---- errors and shifts ------------------------------------------------------------------- */

/* a^T matrix b */
static double form(const double *matrix, const float *a, const float *b, size_t inputs)
{
    double sum = 0;
    for (size_t i = 0; i < inputs; i++) {
        double row = 0;
        if (a[i] == 0)
            continue;
        for (size_t j = 0; j < inputs; j++)
            row += matrix[i * inputs + j] * b[j];
        sum += a[i] * row;
    }
    return sum;
}

/* The squared error of a row. Where the inputs are the same, that of the difference: it does not
 * cancel. */
static double row_error(const tnm_moments *moments, const float *w, const float *v,
                        float *difference)
{
    size_t inputs = moments->inputs;
    if (moments->paired)
        return form(moments->dense, w, w, inputs) - 2 * form(moments->cross, v, w, inputs) +
               form(moments->seen, v, v, inputs);
    for (size_t k = 0; k < inputs; k++)
        difference[k] = w[k] - v[k];
    return form(moments->seen, difference, difference, inputs);
}

/* W sum x - V sum x' of a row. */
static double row_miss(const tnm_moments *moments, const float *w, const float *v)
{
    double miss = 0;
    for (size_t k = 0; k < moments->inputs; k++)
        miss += w[k] * moments->dense_sum[k] - v[k] * moments->seen_sum[k];
    return miss;
}

double tnm_moments_error(const tnm_moments *moments, const float *weights, const float *fitted,
                         const float *shift, size_t rows)
{
    size_t inputs = moments->inputs;
    double error = 0, whole = 0, columns = (double)moments->columns;
    float *difference = (float *)moments->panels; /* room for more than a row */
    for (size_t row = 0; row < rows; row++) {
        const float *w = weights + row * inputs, *v = fitted + row * inputs;
        double s = shift != NULL ? shift[row] : 0;
        error += row_error(moments, w, v, difference);
        error += s * (s * columns - 2 * row_miss(moments, w, v));
        whole += form(moments->dense, w, w, inputs);
    }
    if (error <= 0)
        return 0;
    return whole > 0 ? sqrt(error / whole) : (double)INFINITY;
}

void tnm_moments_shift(const tnm_moments *moments, const float *weights, const float *fitted,
                       float *shift, size_t rows)
{
    size_t inputs = moments->inputs;
    double columns = moments->columns > 0 ? (double)moments->columns : 1;
    for (size_t row = 0; row < rows; row++)
        shift[row] =
            (float)(row_miss(moments, weights + row * inputs, fitted + row * inputs) / columns);
}
