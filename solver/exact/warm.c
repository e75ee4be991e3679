#include "solver/exact/warm.h"

#include <math.h>

static void warm_lines(tnm_lines *lines, const int64_t *prices, int m, double unit,
                       tnm_short highest)
{
    for (int k = 0; k < m; k++) {
        double price = (double)prices[k] * unit - (double)lines->base[k];
        double lowest = lines->lowest[k];
        double held = price < lowest ? lowest : price > highest ? highest : price;
        lines->price[k] = (tnm_short)lrint(held);
    }
}

bool tnm_warm_start(tnm_large_tile *tile, const tnm_problem *problem, const int64_t *certificate)
{
    enum { FARTHEST = 128 }; /* 2^FARTHEST units are worth no comparison */
    int m = problem->m;
    if (certificate[0] > tile->exponent + FARTHEST || certificate[0] < tile->exponent - FARTHEST)
        return false;
    double unit = ldexp(1, (int)(certificate[0] - tile->exponent));
    warm_lines(&tile->rows, certificate + 1, m, unit, tile->highest);
    warm_lines(&tile->cols, certificate + 1 + m, m, unit, tile->highest);
    return true;
}
