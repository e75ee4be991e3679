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

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Returns the sum of `term`, an expression in k, over 0 <= k < count. */
#define RETURN_SUM(term)                                                                           \
    double lanes[TNM_LANES] = {0};                                                                 \
    for (size_t first = 0; first < count; first += TNM_LANES_STRETCH) {                            \
        const size_t length = smaller(TNM_LANES_STRETCH, count - first);                           \
        const size_t end = first + length, whole = end - length % TNM_LANES;                       \
        float partial[TNM_LANES] = {0};                                                            \
        for (size_t start = first; start < whole; start += TNM_LANES)                              \
            for (size_t lane = 0, k = start; lane < TNM_LANES; lane++, k++)                        \
                partial[lane] += (term);                                                           \
        for (size_t k = whole; k < end; k++)                                                       \
            partial[k - whole] += (term);                                                          \
        for (size_t lane = 0; lane < TNM_LANES; lane++)                                            \
            lanes[lane] += (double)partial[lane];                                                  \
    }                                                                                              \
    return add_lanes(lanes)

double tnm_lanes_sum(const float *row, size_t count)
{
    RETURN_SUM(row[k]);
}

double tnm_lanes_squares(const float *row, float mean, size_t count)
{
    RETURN_SUM((row[k] - mean) * (row[k] - mean));
}

double tnm_lanes_product(const float *factor, const float *row, float mean, size_t count)
{
    RETURN_SUM(factor[k] * (row[k] - mean));
}
