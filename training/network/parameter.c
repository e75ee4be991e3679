#include "training/network/parameter.h"

#include "formulations/check.h"
#include "formulations/problem.h"
#include "training/blas.h"
#include "training/products/products.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- opening and closing ----------------------------------------------------------------- */

static bool follows_gradients(tnm_role role)
{
    return role != TNM_ROLE_MEAN && role != TNM_ROLE_VARIANCE;
}

tnm_error tnm_parameter_describe(tnm_parameter *parameter, const char *layer, const char *name,
                                 tnm_role role, const size_t *shape, size_t rank)
{
    *parameter = (tnm_parameter){
        .rank = rank, .rows = shape[0], .cols = 1, .role = role, .decays = role == TNM_ROLE_WEIGHT};
    memcpy(parameter->shape, shape, rank * sizeof *shape);
    for (size_t side = 1; side < rank; side++)
        parameter->cols *= shape[side];
    parameter->name = tnm_format("%s.%s", layer, name);
    return parameter->name != NULL ? TNM_OK : TNM_ERROR_MEMORY;
}

tnm_error tnm_parameter_allocate(tnm_parameter *parameter)
{
    tnm_error error = TNM_OK;
    float *values = NULL, *gradient = NULL;
    TNM_TRY(TNM_NEW(values, tnm_parameter_size(parameter)));
    if (follows_gradients(parameter->role))
        TNM_TRY(TNM_NEW(gradient, tnm_parameter_size(parameter)));
    parameter->values = values;
    parameter->gradient = gradient;
    values = NULL;
out:
    free(values);
    return error;
}

tnm_error tnm_parameter_open(tnm_parameter *parameter, const char *layer, const char *name,
                             tnm_role role, const size_t *shape, size_t rank)
{
    tnm_error error = TNM_OK;
    TNM_TRY(tnm_parameter_describe(parameter, layer, name, role, shape, rank));
    TNM_TRY(tnm_parameter_allocate(parameter));
out:
    if (error != TNM_OK)
        tnm_parameter_close(parameter);
    return error;
}

void tnm_parameter_close(tnm_parameter *parameter)
{
    tnm_parameter_unmask(parameter);
    free(parameter->name);
    free(parameter->values);
    free(parameter->gradient);
    *parameter = (tnm_parameter){.name = NULL};
}

size_t tnm_parameter_size(const tnm_parameter *parameter)
{
    return parameter->rows * parameter->cols;
}

/* ---- masks ------------------------------------------------------------------------------- */

/* One stretch of M entries (fewer at the edge) of a line keeps at most N. Entry k is mask[k *
 * stride]. */
static bool stretch_fits(const uint8_t *mask, size_t stride, size_t count, int n)
{
    int kept = 0;
    for (size_t k = 0; k < count; k++)
        kept += mask[k * stride] != 0;
    return kept <= n;
}

static bool line_fits(const uint8_t *mask, size_t stride, size_t length, const tnm_problem *problem)
{
    size_t m = (size_t)problem->m;
    for (size_t first = 0; first < length; first += m) {
        size_t count = length - first < m ? length - first : m;
        if (!stretch_fits(mask + first * stride, stride, count, problem->n))
            return false;
    }
    return true;
}

static tnm_error check_mask(const tnm_parameter *parameter, const tnm_problem *problem,
                            bool transposable, const uint8_t *mask)
{
    const size_t rows = parameter->rows, cols = parameter->cols;
    for (size_t row = 0; row < rows; row++)
        if (!line_fits(mask + row * cols, 1, cols, problem))
            return tnm_fail(TNM_ERROR_DATA, "mask of '%s': row %zu keeps more than %d of %d",
                            parameter->name, row, problem->n, problem->m);
    for (size_t col = 0; transposable && col < cols; col++)
        if (!line_fits(mask + col, cols, rows, problem))
            return tnm_fail(TNM_ERROR_DATA, "mask of '%s': column %zu keeps more than %d of %d",
                            parameter->name, col, problem->n, problem->m);
    return TNM_OK;
}

static void close_sparsity(tnm_sparsity *sparsity)
{
    if (sparsity == NULL)
        return;
    tnm_compressed_close(&sparsity->compressed);
    free(sparsity->mask);
    free(sparsity->masked);
    free(sparsity);
}

static tnm_error open_sparsity(tnm_sparsity **opened, const tnm_parameter *parameter,
                               const tnm_problem *problem)
{
    tnm_error error = TNM_OK;
    tnm_sparsity *sparsity = NULL;
    const size_t size = tnm_parameter_size(parameter);
    TNM_TRY(TNM_NEW(sparsity, 1));
    sparsity->problem = *problem;
    TNM_TRY(TNM_NEW(sparsity->mask, size));
    TNM_TRY(TNM_NEW(sparsity->masked, size));
    *opened = sparsity;
out:
    if (error != TNM_OK)
        close_sparsity(sparsity);
    return error;
}

tnm_error tnm_parameter_mask(tnm_parameter *parameter, const tnm_problem *problem,
                             bool transposable, bool sparse_products, const uint8_t *mask)
{
    tnm_error error = TNM_OK;
    tnm_sparsity *sparsity = NULL;
    TNM_TRY(tnm_problem_validate(problem));
    if (sparse_products && !transposable)
        TNM_TRY(tnm_fail(TNM_ERROR_USAGE, "'%s': sparse products need a transposable mask",
                         parameter->name));
    TNM_TRY(check_mask(parameter, problem, transposable, mask));
    TNM_TRY(open_sparsity(&sparsity, parameter, problem));
    sparsity->transposable = transposable;
    for (size_t k = 0; k < tnm_parameter_size(parameter); k++)
        sparsity->mask[k] = mask[k] != 0;
    if (sparse_products) {
        TNM_TRY(tnm_compressed_open(&sparsity->compressed, parameter->rows, parameter->cols,
                                    problem->n, problem->m));
        TNM_TRY(tnm_compressed_mask(&sparsity->compressed, sparsity->mask));
        sparsity->sparse_products = true;
    }
    close_sparsity(parameter->sparsity);
    parameter->sparsity = sparsity;
    sparsity = NULL;
    tnm_parameter_refresh(parameter);
out:
    close_sparsity(sparsity);
    return error;
}

void tnm_parameter_unmask(tnm_parameter *parameter)
{
    close_sparsity(parameter->sparsity);
    parameter->sparsity = NULL;
}

/* to = S .* from. What is dropped is read all the same: vectors know no branches. */
static void keep_masked(float *to, const float *from, const uint8_t *mask, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        float value = from[k];
        to[k] = mask[k] ? value : 0;
    }
}

void tnm_parameter_refresh(tnm_parameter *parameter)
{
    tnm_sparsity *sparsity = parameter->sparsity;
    if (sparsity == NULL)
        return;
    keep_masked(sparsity->masked, parameter->values, sparsity->mask, tnm_parameter_size(parameter));
    if (sparsity->sparse_products)
        tnm_compressed_gather(&sparsity->compressed, parameter->values);
}

const float *tnm_parameter_effective(const tnm_parameter *parameter)
{
    return parameter->sparsity != NULL ? parameter->sparsity->masked : parameter->values;
}

tnm_retention tnm_retention_of(const tnm_parameter *parameter)
{
    tnm_retention sums = {0};
    const uint8_t *mask = parameter->sparsity != NULL ? parameter->sparsity->mask : NULL;
    size_t size = tnm_parameter_size(parameter);
    for (size_t k = 0; k < size; k++) {
        double score = fabs((double)parameter->values[k]);
        sums.total += score;
        sums.kept += mask == NULL || mask[k] ? score : 0;
    }
    return sums;
}

/* ---- products ---------------------------------------------------------------------------- */

/* A product with fewer multiplications is done sooner than another thread has started. */
enum { MULTIPLICATIONS_A_THREAD = 1 << 18 };

static int count_threads(const tnm_parameter *w, size_t columns, int threads)
{
    size_t multiplications = tnm_parameter_size(w) * columns;
    return tnm_thread_count(threads, multiplications / MULTIPLICATIONS_A_THREAD + 1);
}

static bool multiplies_sparsely(const tnm_parameter *w)
{
    return w->sparsity != NULL && w->sparsity->sparse_products;
}

void tnm_parameter_forward(const tnm_parameter *w, const float *x, size_t columns, float *y,
                           int threads)
{
    threads = count_threads(w, columns, threads);
    if (multiplies_sparsely(w))
        tnm_products_forward(&w->sparsity->compressed, x, columns, y, threads);
    else
        tnm_blas_product(y, tnm_parameter_effective(w), x, w->rows, w->cols, columns, threads);
}

void tnm_parameter_backward(const tnm_parameter *w, const float *d, size_t columns, float *g,
                            int threads)
{
    threads = count_threads(w, columns, threads);
    if (multiplies_sparsely(w))
        tnm_products_backward(&w->sparsity->compressed, d, columns, g, threads);
    else
        tnm_blas_product_left(g, tnm_parameter_effective(w), d, w->cols, w->rows, columns, threads);
}

static void take_gradient(tnm_parameter *w, const float *d, const float *x, size_t columns,
                          bool kept_only, int threads)
{
    threads = count_threads(w, columns, threads);
    if (kept_only && multiplies_sparsely(w)) {
        tnm_products_gradient(&w->sparsity->compressed, d, x, columns, w->gradient, threads);
        return;
    }
    tnm_blas_product_right(w->gradient, d, x, w->rows, columns, w->cols, threads);
    if (kept_only && w->sparsity != NULL)
        keep_masked(w->gradient, w->gradient, w->sparsity->mask, tnm_parameter_size(w));
}

void tnm_parameter_gradient(tnm_parameter *w, const float *d, const float *x, size_t columns,
                            bool kept_only, int threads)
{
    double start = tnm_now();
    take_gradient(w, d, x, columns, kept_only, threads);
    w->gradient_seconds += tnm_now() - start;
}
