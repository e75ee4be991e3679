/* The published formula: see published.h. */
#include "formulations/diversity/published.h"

#include "formulations/diversity/number.h"

tnm_error tnm_count_published(tnm_count *count, const tnm_problem *problem, tnm_reading reading,
                              const tnm_extent *extent)
{
    int m = problem->m, layers = reading == TNM_READING_ZEROS ? m - problem->n : problem->n;
    mpz_t number, factor;
    *count = (tnm_count){0};
    tnm_error error = tnm_extent_validate(extent, problem);
    if (error != TNM_OK)
        return error;
    mpz_inits(number, factor, NULL);
    mpz_set_ui(number, 1);
    for (int layer = 0; layer < layers; layer++) {
        mpz_fac_ui(factor, (unsigned)(m - layer));
        mpz_mul(number, number, factor);
    }
    mpz_pow_ui(number, number, (unsigned long)(extent->rows / m) * (unsigned)(extent->cols / m));
    error = tnm_number_hand_out(count, number);
    mpz_clears(number, factor, NULL);
    return error;
}
