/* Exact arithmetic for tests, by GMP: an independent second opinion on sums and bounds. A number is
 * an integer of units 2^EXACT_UNIT, fine enough for all doubles and all scaled prices. */
#ifndef TNM_TESTS_EXACT_H
#define TNM_TESTS_EXACT_H

#include "instances/sum.h"

#include <gmp.h>
#include <math.h>

enum { EXACT_UNIT = TNM_SUM_UNIT };

/* z += integer * 2^scale */
static inline void exact_add_scaled(mpz_t z, int64_t integer, int scale)
{
    mpz_t term;
    mpz_init_set_si(term, integer);
    mpz_mul_2exp(term, term, (mp_bitcnt_t)(scale - EXACT_UNIT));
    mpz_add(z, z, term);
    mpz_clear(term);
}

/* z += x, x finite */
static inline void exact_add_double(mpz_t z, double x)
{
    int exponent;
    double fraction = frexp(x, &exponent);
    if (x != 0)
        exact_add_scaled(z, (int64_t)ldexp(fraction, 53), exponent - 53);
}

/* z = sum */
static inline void exact_set_sum(mpz_t z, const tnm_sum *sum)
{
    mpz_import(z, TNM_SUM_LIMBS, -1, sizeof(uint64_t), 0, 0, sum->limb);
    if (sum->limb[TNM_SUM_LIMBS - 1] >> 63 != 0) {
        mpz_t wrap;
        mpz_init(wrap);
        mpz_setbit(wrap, TNM_SUM_LIMBS * 64);
        mpz_sub(z, z, wrap);
        mpz_clear(wrap);
    }
}

/* Whether sum = z. */
static inline bool exact_is_sum(const mpz_t z, const tnm_sum *sum)
{
    mpz_t other;
    mpz_init(other);
    exact_set_sum(other, sum);
    bool same = mpz_cmp(z, other) == 0;
    mpz_clear(other);
    return same;
}

/* The nearest double, ties to even. */
static inline double exact_double(const mpz_t z)
{
    mpz_t magnitude, quotient, rest;
    mpz_inits(magnitude, quotient, rest, NULL);
    mpz_abs(magnitude, z);
    size_t length = mpz_sizeinbase(magnitude, 2);
    size_t last = length < 53 ? 0 : length - 53; /* the lowest bit kept */
    if (last < -1074 - EXACT_UNIT)
        last = -1074 - EXACT_UNIT;
    mpz_fdiv_q_2exp(quotient, magnitude, last);
    mpz_fdiv_r_2exp(rest, magnitude, last);
    mpz_mul_2exp(rest, rest, 1);
    size_t half = mpz_sgn(rest) == 0 ? 0 : mpz_sizeinbase(rest, 2);
    bool above = half > last + 1 || (half == last + 1 && mpz_scan1(rest, 0) != last);
    bool tie = half == last + 1 && !above;
    if (above || (tie && mpz_odd_p(quotient)))
        mpz_add_ui(quotient, quotient, 1);
    double value = ldexp(mpz_get_d(quotient), (int)last + EXACT_UNIT);
    value = mpz_sgn(z) < 0 ? -value : value;
    mpz_clears(magnitude, quotient, rest, NULL);
    return value;
}

#endif
