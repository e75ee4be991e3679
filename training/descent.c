/* Gradient descent: see descent.h. */
#include "training/descent.h"

#include "formulations/check.h"

#include <math.h>

double tnm_descent_rate(const tnm_descent *descent, size_t step)
{
    static const double pi = 3.141592653589793;
    if (step < descent->warm_up)
        return descent->rate * (double)(step + 1) / (double)descent->warm_up;
    double walked = (double)(step - descent->warm_up);
    double way = (double)(descent->steps - descent->warm_up);
    return descent->rate * 0.5 * (1 + cos(pi * walked / way));
}

/* What all entries of a parameter share. */
typedef struct motion {
    float rate, momentum, decay, masked_decay;
} motion;

static void move_entries(float *restrict values, float *restrict velocity,
                         const float *restrict gradient, size_t count, const motion *how)
{
    for (size_t k = 0; k < count; k++) {
        velocity[k] = how->momentum * velocity[k] + (gradient[k] + how->decay * values[k]);
        values[k] -= how->rate * velocity[k];
    }
}

static void move_masked_entries(float *restrict values, float *restrict velocity,
                                const float *restrict gradient, const uint8_t *restrict mask,
                                size_t count, const motion *how)
{
    for (size_t k = 0; k < count; k++) {
        float decay = mask[k] ? how->decay : how->masked_decay;
        velocity[k] = how->momentum * velocity[k] + (gradient[k] + decay * values[k]);
        values[k] -= how->rate * velocity[k];
    }
}

void tnm_descent_move(const tnm_descent *descent, double rate, tnm_parameter *parameter,
                      float *velocity, int threads)
{
    enum { STRETCH = 4096 }; /* entries that one thread moves in one go */
    const uint8_t *mask = parameter->sparsity != NULL ? parameter->sparsity->mask : NULL;
    size_t size = tnm_parameter_size(parameter), stretches = (size + STRETCH - 1) / STRETCH;
    bool decays = parameter->decays;
    motion how = {.rate = (float)rate,
                  .momentum = (float)descent->momentum,
                  .decay = decays ? (float)descent->decay : 0,
                  .masked_decay = decays ? (float)descent->masked_decay : 0};
    if (parameter->gradient == NULL)
        return;
#pragma omp parallel for num_threads(tnm_thread_count(threads, stretches)) schedule(static)
    for (size_t k = 0; k < stretches; k++) {
        size_t first = k * STRETCH, count = size - first < STRETCH ? size - first : STRETCH;
        if (mask == NULL)
            move_entries(parameter->values + first, velocity + first, parameter->gradient + first,
                         count, &how);
        else
            move_masked_entries(parameter->values + first, velocity + first,
                                parameter->gradient + first, mask + first, count, &how);
    }
    tnm_parameter_refresh(parameter);
}
