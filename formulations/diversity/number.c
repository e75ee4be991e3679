/* Numbers of masks: see number.h. */
#include "formulations/diversity/number.h"

#include <math.h>
#include <stdlib.h>

double tnm_number_log2(const mpz_t number)
{
    long exponent;
    double mantissa = mpz_get_d_2exp(&exponent, number);
    return log2(mantissa) + (double)exponent;
}

tnm_error tnm_number_hand_out(tnm_count *count, const mpz_t number)
{
    size_t digits = mpz_sizeinbase(number, 10) + 2;
    *count = (tnm_count){.digits = tnm_allocate(digits, 1), .log2 = tnm_number_log2(number)};
    if (count->digits == NULL)
        return TNM_ERROR_MEMORY;
    mpz_get_str(count->digits, 10, number);
    return TNM_OK;
}

void tnm_count_free(tnm_count *count)
{
    free(count->digits);
    *count = (tnm_count){0};
}

const char *tnm_count_gmp_version(void)
{
    return gmp_version;
}

double tnm_count_ratio(const tnm_count *count, const tnm_count *other)
{
    mpz_t one, two;
    long one_exponent, two_exponent;
    mpz_init_set_str(one, count->digits, 10);
    mpz_init_set_str(two, other->digits, 10);
    double ratio = mpz_get_d_2exp(&one_exponent, one) / mpz_get_d_2exp(&two_exponent, two);
    mpz_clears(one, two, NULL);
    return ldexp(ratio, (int)(one_exponent - two_exponent));
}
