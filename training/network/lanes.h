/* Rows of numbers: sums over them that come out the same however the compiler arranges the work.
 *
 * A row is summed in TNM_LANES partial sums, lane l over the numbers l, l + LANES, ..., so that
 * vectors hold lanes side by side. They are floats for TNM_LANES_STRETCH numbers at a time, and
 * doubles beyond that; lanes are added up in a fixed order at the end. */
#ifndef TNM_TRAINING_NETWORK_LANES_H
#define TNM_TRAINING_NETWORK_LANES_H

#include "instances/base.h"

enum { TNM_LANES = 16, TNM_LANES_STRETCH = 64 * TNM_LANES };

/* row[k] += number */
void tnm_lanes_shift(float *row, size_t count, float number);
/* Sum of row[k]. */
double tnm_lanes_sum(const float *row, size_t count);
/* Sum of (row[k] - mean)^2. */
double tnm_lanes_squares(const float *row, float mean, size_t count);
/* Sum of factor[k] * (row[k] - mean). */
double tnm_lanes_product(const float *factor, const float *row, float mean, size_t count);

#endif
