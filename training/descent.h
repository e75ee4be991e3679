/* Stochastic gradient descent with momentum, along a cosine [loshchilov2017].
 *
 *     v <- momentum v + g + decay .* w
 *     w <- w - rate(t) v
 *
 * Entries that a mask drops decay by `masked_decay`, the others by `decay`: the stronger pull keeps
 * what is dropped from coming back too easily, so that masks that follow the weights settle. It is
 * the term of SR-STE [zhou2021] in the form in which [hubara2021] trained, five times the decay of
 * what is kept. Parameters that do not decay, as biases, do not either way.
 *
 * The rate rises along a line for `warm_up` steps, and falls along half a cosine for the rest. */
#ifndef TNM_TRAINING_DESCENT_H
#define TNM_TRAINING_DESCENT_H

#include "training/network/parameter.h"

typedef struct tnm_descent {
    double rate; /* the largest */
    double momentum;
    double decay, masked_decay;
    size_t warm_up; /* steps, of */
    size_t steps;   /* so many in all */
} tnm_descent;

/* The rate of step 0, 1, ..., steps - 1. */
double tnm_descent_rate(const tnm_descent *descent, size_t step);

/* Moves a parameter and its velocity (as many numbers; zeros before the first step) along its
 * gradient, and renews S .* W. One without a gradient stays. The same bytes for any number of
 * threads. */
void tnm_descent_move(const tnm_descent *descent, double rate, tnm_parameter *parameter,
                      float *velocity, int threads);

#endif
