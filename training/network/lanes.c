#include "training/network/lanes.h"

static double add_lanes(const double lanes[TNM_LANES])
{
    double sum = 0;
    for (size_t lane = 0; lane < TNM_LANES; lane++)
        sum += lanes[lane];
    return sum;
}

void tnm_lanes_shift(float *row, size_t count, float number)
{
    for (size_t k = 0; k < count; k++)
        row[k] += number;
}

/* Sums `term`, an expression in k, over 0 <= k < count. */
#define SUM_IN_LANES(term)                                                                         \
    double lanes[TNM_LANES] = {0};                                                                 \
    const size_t whole = count - count % TNM_LANES;                                                \
    for (size_t first = 0; first < whole; first += TNM_LANES)                                      \
        for (size_t lane = 0, k = first; lane < TNM_LANES; lane++, k++)                            \
            lanes[lane] += (double)(term);                                                         \
    for (size_t k = whole; k < count; k++)                                                         \
        lanes[k - whole] += (double)(term);                                                        \
    return add_lanes(lanes)

double tnm_lanes_sum(const float *row, size_t count)
{
    SUM_IN_LANES(row[k]);
}

double tnm_lanes_squares(const float *row, float mean, size_t count)
{
    SUM_IN_LANES((row[k] - mean) * (row[k] - mean));
}

double tnm_lanes_product(const float *factor, const float *row, float mean, size_t count)
{
    SUM_IN_LANES(factor[k] * (row[k] - mean));
}
