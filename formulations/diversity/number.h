/* Numbers of masks, between GMP and those who do not know it. */
#ifndef TNM_FORMULATIONS_DIVERSITY_NUMBER_H
#define TNM_FORMULATIONS_DIVERSITY_NUMBER_H

#include "formulations/diversity/count.h"

#include <gmp.h>

/* Correct to a few units in the last place; -infinity for 0. */
double tnm_number_log2(const mpz_t number);
/* TNM_ERROR_MEMORY, and then nothing is owned. */
tnm_error tnm_number_hand_out(tnm_count *count, const mpz_t number);

#endif
