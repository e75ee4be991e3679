/* Which pattern suits a layer that is unstructured-sparse already, as [hubara2021] chooses it.
 *
 * If a share p of the weights is zero, and wherever it falls, a block of M consecutive weights
 * holds at least k zeros with the probability
 *
 *     P_k = P(Bin(M, p) >= k) = sum_{i >= k} C(M, i) p^i (1 - p)^(M - i)
 *
 * The layer gets the largest k with P_k > confidence, so that the pattern drops M - k : M kept ones
 * from a share of at most 1 - confidence of its blocks. Their code calls k the number of zeros, N.
 */
#ifndef TNM_TRAINING_CALIBRATION_BLOCK_FIT_H
#define TNM_TRAINING_CALIBRATION_BLOCK_FIT_H

#include "instances/base.h"

/* P_k, for 0 <= k <= m and 0 <= p <= 1. */
double tnm_block_fit_probability(double zeros, int m, int k);

/* How many of m to keep: m - k, and at least 1. */
int tnm_block_fit(double zeros, int m, double confidence);

/* The share of zeros among `count` weights. */
double tnm_zero_share(const float *weights, size_t count);

#endif
