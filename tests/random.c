#include "tests/random.h"

#include <math.h>

uint64_t tnm_random_next(tnm_random *random)
{
    uint64_t z = (random->state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

double tnm_random_uniform(tnm_random *random)
{
    return (double)(tnm_random_next(random) >> 11) * 0x1p-53;
}

double tnm_random_normal(tnm_random *random)
{
    double radius = sqrt(-2 * log(1 - tnm_random_uniform(random)));
    return radius * cos(6.283185307179586 * tnm_random_uniform(random));
}
