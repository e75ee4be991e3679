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

double tnm_lanes_sum(const float *row, size_t count)
{
    double lanes[TNM_LANES] = {0};
    size_t whole = count - count % TNM_LANES;
    for (size_t k = 0; k < whole; k += TNM_LANES)
        for (size_t lane = 0; lane < TNM_LANES; lane++)
            lanes[lane] += (double)row[k + lane];
    for (size_t k = whole; k < count; k++)
        lanes[k - whole] += (double)row[k];
    return add_lanes(lanes);
}
