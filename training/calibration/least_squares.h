/* Calibration of a masked layer, exactly: the kept weights that answer most like the whole layer.
 *
 *     minimise over W'   |W X - (S .* W') X'|^2  +  lambda |S .* (W' - W)|^2
 *
 * for a fixed mask S, the problem that [hubara2021] hands to Adam. Its rows are independent: with K
 * what the mask keeps of row w, and the moments of moments.h, the optimum is
 *
 *     (seen_KK + lambda I) w'_K  =  (cross w)_K + lambda w_K
 *
 * by Cholesky's factorisation. lambda is `ridge` times the mean of the diagonal of `seen`. It pulls
 * weights to where they were, not to zero: an input that was never seen keeps its weight, and the
 * fewer the columns are, the less a weight is moved for what may be chance in them.
 *
 * A layer with a bias is fitted along with it: the bias takes up the mean of what is missed, so
 * that weights have to answer for deviations from the mean only, and `seen` and `cross` above are
 * those of x' and x less their means. Weights and bias together are the optimum then. */
#ifndef TNM_TRAINING_CALIBRATION_LEAST_SQUARES_H
#define TNM_TRAINING_CALIBRATION_LEAST_SQUARES_H

#include "training/calibration/moments.h"

/* A layer and its mask, borrowed: rows * inputs each; a mask has bytes of 0 and 1. */
typedef struct tnm_masked_layer {
    const char *name; /* for messages */
    size_t rows, inputs;
    const float *weights;
    const uint8_t *mask;
} tnm_masked_layer;

/* Fits all rows; fitted[rows * inputs] is 0 where the mask drops. `shift` of `rows` numbers
 * receives by how much the bias is to be changed; NULL: there is none. At most `threads` (0: all)
 * work; the same bytes for any number of them. TNM_ERROR_DATA, naming the row, where its equations
 * are singular: kept inputs depend on each other, and the ridge is too small. */
tnm_error tnm_least_squares(const tnm_masked_layer *layer, const tnm_moments *moments, double ridge,
                            int threads, float *fitted, float *shift);

#endif
