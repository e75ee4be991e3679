/* Dense products and linear systems: the one place that meets OpenBLAS.
 *
 * Matrices are float, row-major and packed. A product is cut into blocks of its result that do not
 * depend on the number of threads; each block is computed by OpenBLAS in one thread, and blocks are
 * shared out among threads of our own, so that the same bytes come out for any number of them.
 * `threads`: at most so many, 0: all cores. */
#ifndef TNM_TRAINING_BLAS_H
#define TNM_TRAINING_BLAS_H

#include "instances/base.h"

/* c = a b;      c: rows x cols, a: rows x inner, b: inner x cols */
void tnm_blas_product(float *c, const float *a, const float *b, size_t rows, size_t inner,
                      size_t cols, int threads);
/* c = a^T b;    c: rows x cols, a: inner x rows, b: inner x cols */
void tnm_blas_product_left(float *c, const float *a, const float *b, size_t rows, size_t inner,
                           size_t cols, int threads);
/* c = a b^T;    c: rows x cols, a: rows x inner, b: cols x inner */
void tnm_blas_product_right(float *c, const float *a, const float *b, size_t rows, size_t inner,
                            size_t cols, int threads);

/* Solves h x = right for `count` right-hand sides of `size` numbers each, one after the other,
 * which become x. h is symmetric, size x size, and is destroyed (Cholesky, LAPACK's dposv).
 * TNM_ERROR_DATA where it is not positive definite. In the calling thread; any number of threads
 * may call it at once. */
tnm_error tnm_blas_solve_positive(double *h, size_t size, double *right, size_t count);

/* The kernels that OpenBLAS chose for this machine, "Zen" say. */
const char *tnm_blas_kernel(void);

#endif
