/* The three products of training with a transposable N:M matrix W (rows x cols), each in time
 * proportional to the values that it keeps: y = W x on the way forward, g = W^T d on the way back,
 * and the gradient d x^T, of which only the kept places are needed.
 *
 * Operands are float, row-major and packed, samples contiguous: x is cols x samples, y and d are
 * rows x samples, g is cols x samples. Results are written whole, whatever was there before, and do
 * not overlap operands. The same bytes for any number of threads (0: all cores). Sums are those of
 * floats, in an order that depends on the mask alone; how they round depends on the instruction
 * set, as some multiply and add in one step. */
#ifndef TNM_TRAINING_PRODUCTS_PRODUCTS_H
#define TNM_TRAINING_PRODUCTS_PRODUCTS_H

#include "training/products/compressed.h"

/* y = W x */
void tnm_products_forward(const tnm_compressed *w, const float *x, size_t samples, float *y,
                          int threads);
/* g = W^T d */
void tnm_products_backward(const tnm_compressed *w, const float *d, size_t samples, float *g,
                           int threads);
/* gradient = d x^T at the kept places and 0 elsewhere, dense (rows x cols); uses the places of W,
 * not its values. */
void tnm_products_gradient(const tnm_compressed *w, const float *d, const float *x, size_t samples,
                           float *gradient, int threads);

#endif
