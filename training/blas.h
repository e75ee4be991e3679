/* Dense matrix products and linear systems, by OpenBLAS: at home here and nowhere else.
 *
 * Matrices are float where nothing else is said, row-major and packed: row i of a matrix of `cols`
 * columns begins at i * cols. Sides lie below 2^31.
 *
 * The same bytes for any number of threads: a result is cut into blocks by its shape alone, and
 * each block is one call of OpenBLAS in a single thread, whatever OPENBLAS_NUM_THREADS says. Calls
 * may come from several threads at once. `threads` 0: all cores. */
#ifndef TNM_TRAINING_BLAS_H
#define TNM_TRAINING_BLAS_H

#include "instances/base.h"

/* c = a b: a is rows x inner, b inner x cols, c rows x cols. */
void tnm_blas_product(float *c, const float *a, const float *b, size_t rows, size_t inner,
                      size_t cols, int threads);
/* c = a^T b: a is inner x rows. */
void tnm_blas_product_left(float *c, const float *a, const float *b, size_t rows, size_t inner,
                           size_t cols, int threads);
/* c = a b^T: b is cols x inner. */
void tnm_blas_product_right(float *c, const float *a, const float *b, size_t rows, size_t inner,
                            size_t cols, int threads);

/* c += a b^T, all of doubles: a is rows x inner, b cols x inner. */
void tnm_blas_add_product_right(double *c, const double *a, const double *b, size_t rows,
                                size_t inner, size_t cols, int threads);

/* Solves h x = right for `count` right-hand sides, one after the other in memory, by Cholesky's
 * method: h is size x size, symmetric, and overwritten; the solutions replace the right-hand sides.
 * TNM_ERROR_DATA where h is not positive definite. */
tnm_error tnm_blas_solve_positive(double *h, size_t size, double *right, size_t count);

/* The kernel that OpenBLAS picked for this machine, as "Zen" or "SkylakeX". */
const char *tnm_blas_kernel(void);
/* The name of the library, its version, and that kernel. */
void tnm_blas_describe(char *text, size_t size);

#endif
