/* The probability that a block fits: see block_fit.h. */
#include "training/calibration/block_fit.h"

#include <math.h>

/* C(m, i) for m <= TNM_MAX_TILE: whole numbers below 2^61, in doubles to the last few bits. */
static double choose(int m, int i)
{
    double product = 1;
    for (int k = 1; k <= i; k++)
        product = product * (m - i + k) / k;
    return product;
}

double tnm_block_fit_probability(double zeros, int m, int k)
{
    double sum = 0;
    for (int i = m; i >= k; i--) /* smallest terms first where zeros are few */
        sum += choose(m, i) * pow(zeros, i) * pow(1 - zeros, m - i);
    return sum < 1 ? sum : 1;
}

int tnm_block_fit(double zeros, int m, double confidence)
{
    int k = m - 1;
    while (k > 0 && !(tnm_block_fit_probability(zeros, m, k) > confidence))
        k--;
    return m - k;
}

double tnm_zero_share(const float *weights, size_t count)
{
    size_t zeros = 0;
    for (size_t k = 0; k < count; k++)
        zeros += weights[k] == 0;
    return count > 0 ? (double)zeros / (double)count : 0;
}
