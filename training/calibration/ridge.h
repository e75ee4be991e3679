/* How strong a ridge should be, found on inputs held out.
 *
 * With few columns for many inputs least squares answers the columns it saw, and others worse. So
 * the columns are parted in two, in the order in which they came; each of a few strengths is fitted
 * to the first part, and the one that errs least on the second is taken. Where columns come in an
 * order, as the words of a text, the second part is further away than any random choice would be,
 * as what a layer meets later is.
 *
 * The strengths are 0.001, 0.01, 0.03, 0.1, 0.3, 1 and 3, and at most 64 rows, evenly spread, are
 * fitted: a ridge is one number for all of a layer. */
#ifndef TNM_TRAINING_CALIBRATION_RIDGE_H
#define TNM_TRAINING_CALIBRATION_RIDGE_H

#include "training/calibration/least_squares.h"

/* The ridge for a layer, by moments of columns to fit and columns held out, in *ridge. `bias`: it
 * is fitted with a bias. Fails as tnm_least_squares does. */
tnm_error tnm_ridge_choose(double *ridge, const tnm_masked_layer *layer, const tnm_moments *fit,
                           const tnm_moments *held_out, bool bias, int threads);

/* Of so many columns or samples, how many are fitted: three of four. */
size_t tnm_ridge_first_part(size_t count);

#endif
