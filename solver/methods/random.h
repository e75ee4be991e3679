/* The best of so many random masks; needs GMP, to count and draw them. See random.c. */
#ifndef TNM_SOLVER_METHODS_RANDOM_H
#define TNM_SOLVER_METHODS_RANDOM_H

#include "solver/method.h"

extern const tnm_method tnm_random_method;

#endif
