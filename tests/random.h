/* Small seeded random numbers for property tests: splitmix64. */
#ifndef TNM_TESTS_RANDOM_H
#define TNM_TESTS_RANDOM_H

#include <stdint.h>

typedef struct tnm_random {
    uint64_t state;
} tnm_random;

uint64_t tnm_random_next(tnm_random *random);
double tnm_random_uniform(tnm_random *random); /* in [0,1) */
double tnm_random_normal(tnm_random *random);

#endif
