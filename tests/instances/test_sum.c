#include "instances/sum.h"

#include "tests/exact.h"
#include "tests/testlib.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

static tnm_sum sum_of(const double *x, size_t count)
{
    tnm_sum sum = {0};
    for (size_t i = 0; i < count; i++)
        tnm_sum_add_double(&sum, x[i]);
    return sum;
}

#define SUM_OF(...)                                                                                \
    sum_of((const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

/* Any finite double: all exponents, subnormals included, are equally likely. */
static double any_double(tnm_random *random)
{
    uint64_t bits = tnm_random_next(random);
    double x;
    memcpy(&x, &bits, sizeof x);
    return isfinite(x) ? x : 0;
}

/* ---- adding ------------------------------------------------------------------------------ */

static void test_zero_is_empty(void)
{
    tnm_sum sum = SUM_OF(0.0, -0.0, 0.0);
    tnm_sum zero = {0};
    CU_ASSERT_EQUAL(memcmp(&sum, &zero, sizeof sum), 0);
    CU_ASSERT_EQUAL(tnm_sum_sign(&sum), 0);
    CU_ASSERT_EQUAL(tnm_sum_double(&sum), 0);
    CU_ASSERT_FALSE(signbit(tnm_sum_double(&sum)));
}

static void test_every_power_of_two_survives(void)
{
    for (int exponent = -1074; exponent <= 1023; exponent++) {
        double x = ldexp(1, exponent);
        tnm_sum up = SUM_OF(x), down = SUM_OF(-x);
        CU_ASSERT_EQUAL(tnm_sum_double(&up), x);
        CU_ASSERT_EQUAL(tnm_sum_double(&down), -x);
        CU_ASSERT_EQUAL(tnm_sum_sign(&up), 1);
        CU_ASSERT_EQUAL(tnm_sum_sign(&down), -1);
    }
}

static void test_doubles_against_gmp(void)
{
    tnm_random random = {tnm_test_seed()};
    tnm_sum sum = {0};
    mpz_t expected;
    mpz_init(expected);
    for (int i = 0; i < 20000; i++) {
        double x = any_double(&random);
        tnm_sum_add_double(&sum, x);
        exact_add_double(expected, x);
        if (i % 50 == 0)
            CU_ASSERT(exact_is_sum(expected, &sum));
        CU_ASSERT_EQUAL(tnm_sum_double(&sum), exact_double(expected));
        CU_ASSERT_EQUAL(tnm_sum_sign(&sum), mpz_sgn(expected));
    }
    mpz_clear(expected);
}

static void test_scaled_integers_against_gmp(void)
{
    tnm_random random = {tnm_test_seed()};
    tnm_sum sum = {0};
    mpz_t expected, term;
    mpz_inits(expected, term, NULL);
    for (int i = 0; i < 20000; i++) {
        int span = TNM_SUM_MAX_SCALE - TNM_SUM_MIN_SCALE + 1;
        int scale = TNM_SUM_MIN_SCALE + (int)(tnm_random_next(&random) % (uint64_t)span);
        int64_t high = (int64_t)tnm_random_next(&random) >> (tnm_random_next(&random) % 40 + 12);
        uint64_t low = tnm_random_next(&random);
        tnm_sum_add_scaled(&sum, (tnm_int128)high * 2 * ((tnm_int128)1 << 63) + (tnm_int128)low,
                           scale);
        mpz_set_si(term, high);
        mpz_mul_2exp(term, term, 64);
        mpz_add_ui(term, term, low);
        mpz_mul_2exp(term, term, (mp_bitcnt_t)(scale - EXACT_UNIT));
        mpz_add(expected, expected, term);
        if (i % 20 == 0)
            CU_ASSERT(exact_is_sum(expected, &sum));
    }
    mpz_clears(expected, term, NULL);
}

static void test_the_ends_of_the_scale(void)
{
    static const int scales[] = {TNM_SUM_MIN_SCALE,     TNM_SUM_MIN_SCALE + 1, -1, 0, 1,
                                 TNM_SUM_MAX_SCALE - 1, TNM_SUM_MAX_SCALE};
    for (size_t k = 0; k < sizeof scales / sizeof *scales; k++) {
        for (int sign = -1; sign <= 1; sign += 2) {
            tnm_sum sum = {0};
            mpz_t expected;
            mpz_init(expected);
            for (int i = 0; i < 1000; i++) {
                tnm_sum_add_scaled(&sum, (tnm_int128)sign * INT64_MAX, scales[k]);
                exact_add_scaled(expected, sign * INT64_MAX, scales[k]);
            }
            CU_ASSERT(exact_is_sum(expected, &sum));
            mpz_clear(expected);
        }
    }
}

static void test_the_largest_doubles_do_not_overflow(void)
{
    tnm_sum sum = {0};
    for (int i = 0; i < 4096; i++)
        tnm_sum_add_double(&sum, DBL_MAX);
    CU_ASSERT_EQUAL(tnm_sum_double(&sum), INFINITY);
    CU_ASSERT_EQUAL(tnm_sum_sign(&sum), 1);
    for (int i = 0; i < 4095; i++)
        tnm_sum_add_double(&sum, -DBL_MAX);
    CU_ASSERT_EQUAL(tnm_sum_double(&sum), DBL_MAX);
}

static void test_cancellation_leaves_nothing(void)
{
    tnm_random random = {tnm_test_seed()};
    tnm_sum sum = {0}, zero = {0};
    enum { COUNT = 1000 };
    double x[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        tnm_sum_add_double(&sum, x[i] = any_double(&random));
    for (size_t i = COUNT; i-- > 0;)
        tnm_sum_add_double(&sum, -x[i]);
    CU_ASSERT_EQUAL(memcmp(&sum, &zero, sizeof sum), 0);
    tnm_sum tiny = SUM_OF(DBL_MAX, 0x1p-1074, -DBL_MAX);
    CU_ASSERT_EQUAL(tnm_sum_double(&tiny), 0x1p-1074);
}

/* ---- sums of sums ------------------------------------------------------------------------ */

static void test_add_subtract_compare(void)
{
    tnm_random random = {tnm_test_seed()};
    mpz_t za, zb, expected;
    mpz_inits(za, zb, expected, NULL);
    for (int i = 0; i < 2000; i++) {
        tnm_sum a = SUM_OF(any_double(&random), any_double(&random));
        tnm_sum b = i % 3 == 0 ? a : SUM_OF(any_double(&random), any_double(&random));
        if (i % 9 == 0)
            tnm_sum_add_scaled(&b, i % 2 == 0 ? 1 : -1, TNM_SUM_MIN_SCALE);
        exact_set_sum(za, &a);
        exact_set_sum(zb, &b);
        int order = mpz_cmp(za, zb);
        CU_ASSERT_EQUAL(tnm_sum_compare(&a, &b), (order > 0) - (order < 0));
        tnm_sum both = a, difference = a;
        tnm_sum_add(&both, &b);
        tnm_sum_subtract(&difference, &b);
        mpz_add(expected, za, zb);
        CU_ASSERT(exact_is_sum(expected, &both));
        mpz_sub(expected, za, zb);
        CU_ASSERT(exact_is_sum(expected, &difference));
        tnm_sum_subtract(&a, &a);
        CU_ASSERT_EQUAL(tnm_sum_sign(&a), 0);
    }
    mpz_clears(za, zb, expected, NULL);
}

static void test_order_does_not_matter(void)
{
    tnm_random random = {tnm_test_seed()};
    enum { COUNT = 500 };
    double x[COUNT];
    tnm_sum forwards = {0}, backwards = {0};
    for (size_t i = 0; i < COUNT; i++)
        tnm_sum_add_double(&forwards, x[i] = any_double(&random));
    for (size_t i = COUNT; i-- > 0;)
        tnm_sum_add_double(&backwards, x[i]);
    CU_ASSERT_EQUAL(memcmp(&forwards, &backwards, sizeof forwards), 0);
}

/* ---- rounding ---------------------------------------------------------------------------- */

static void test_rounds_ties_to_even(void)
{
    tnm_sum down = SUM_OF(1, 0x1p-53), up = SUM_OF(1 + 0x1p-52, 0x1p-53);
    CU_ASSERT_EQUAL(tnm_sum_double(&down), 1);
    CU_ASSERT_EQUAL(tnm_sum_double(&up), 1 + 0x1p-51);
    tnm_sum above = SUM_OF(1, 0x1p-53, 0x1p-1074), below = SUM_OF(1, 0x1p-53, -0x1p-1074);
    CU_ASSERT_EQUAL(tnm_sum_double(&above), 1 + 0x1p-52);
    CU_ASSERT_EQUAL(tnm_sum_double(&below), 1);
    tnm_sum negative = SUM_OF(-1, -0x1p-53, -0x1p-1074);
    CU_ASSERT_EQUAL(tnm_sum_double(&negative), -1 - 0x1p-52);
}

static void test_rounds_once(void)
{
    /* Rounded to 64 bits first this is a tie, and would go down to even. */
    tnm_sum sum = SUM_OF(1, 0x1p-53, 0x1p-65);
    CU_ASSERT_EQUAL(tnm_sum_double(&sum), 1 + 0x1p-52);
    /* Carries through all 53 bits, and over the largest double. */
    tnm_sum next = SUM_OF(2 - 0x1p-52, 0x1p-53);
    CU_ASSERT_EQUAL(tnm_sum_double(&next), 2);
    tnm_sum largest = SUM_OF(DBL_MAX, 0x1p969);
    CU_ASSERT_EQUAL(tnm_sum_double(&largest), DBL_MAX);
    tnm_sum over = SUM_OF(DBL_MAX, 0x1p970);
    CU_ASSERT_EQUAL(tnm_sum_double(&over), INFINITY);
}

static void test_rounds_subnormal_results(void)
{
    for (int64_t units = 0; units <= 64; units++) { /* sixteenths of the smallest subnormal */
        tnm_sum sum = {0};
        mpz_t expected;
        mpz_init(expected);
        tnm_sum_add_scaled(&sum, units, -1078);
        exact_add_scaled(expected, units, -1078);
        CU_ASSERT_EQUAL(tnm_sum_double(&sum), exact_double(expected));
        CU_ASSERT_EQUAL(tnm_sum_double(&sum), nearbyint((double)units / 16) * 0x1p-1074);
        mpz_clear(expected);
    }
    /* The largest subnormal, a half unit more, and a bit less than that. */
    tnm_sum tie = SUM_OF(DBL_MIN - 0x1p-1074);
    tnm_sum_add_scaled(&tie, 1, -1075);
    CU_ASSERT_EQUAL(tnm_sum_double(&tie), DBL_MIN);
    tnm_sum_add_scaled(&tie, -1, -1152);
    CU_ASSERT_EQUAL(tnm_sum_double(&tie), DBL_MIN - 0x1p-1074);
}

static void test_rounding_against_gmp(void)
{
    tnm_random random = {tnm_test_seed()};
    mpz_t expected;
    mpz_init(expected);
    for (int i = 0; i < 20000; i++) {
        tnm_sum sum = {0};
        mpz_set_ui(expected, 0);
        for (int part = 0; part < 3; part++) { /* few bits, near halfway more often than not */
            int64_t integer = (int64_t)(tnm_random_next(&random) % 5) - 2;
            int scale = -1152 + (int)(tnm_random_next(&random) % 200) + (i % 2 ? 0 : 1000);
            tnm_sum_add_scaled(&sum, integer, scale);
            exact_add_scaled(expected, integer, scale);
        }
        CU_ASSERT_EQUAL(tnm_sum_double(&sum), exact_double(expected));
    }
    mpz_clear(expected);
}

/* ---- doubles, many at a time ------------------------------------------------------------- */

static void test_many_doubles(void)
{
    tnm_random random = {tnm_test_seed()};
    static double x[3000];
    for (int trial = 0; trial < 300; trial++) {
        size_t count = tnm_random_next(&random) % (trial % 10 == 0 ? 3000 : 40);
        int span = trial % 3 == 0 ? 2000 : 1 + (int)(tnm_random_next(&random) % 60);
        int base = (int)(tnm_random_next(&random) % (uint64_t)(2097 - span)) - 1073;
        for (size_t i = 0; i < count; i++)
            x[i] = ldexp(2 * tnm_random_uniform(&random) - 1,
                         base + (int)(tnm_random_next(&random) % (uint64_t)span));
        tnm_sum one_by_one = sum_of(x, count), at_once = {0};
        tnm_sum_add_doubles(&at_once, x, count);
        CU_ASSERT_EQUAL(memcmp(&one_by_one, &at_once, sizeof at_once), 0);
    }
    for (size_t i = 0; i < 3000; i++) /* the most that one exponent can get */
        x[i] = i < 1500 ? DBL_MAX : -0x1.fffffffffffffp0;
    tnm_sum one_by_one = sum_of(x, 3000), at_once = {0};
    tnm_sum_add_doubles(&at_once, x, 3000);
    CU_ASSERT_EQUAL(memcmp(&one_by_one, &at_once, sizeof at_once), 0);
}

static void test_ratios(void)
{
    tnm_sum one = {0}, three = {0}, huge = {0}, more = {0}, less = {0};
    tnm_sum_add_double(&one, 1);
    tnm_sum_add_double(&three, 3);
    CU_ASSERT_EQUAL(tnm_sum_ratio(&one, &three), 1.0 / 3);
    for (int i = 0; i < 5; i++)
        tnm_sum_add_double(i < 3 ? &huge : &more, DBL_MAX);
    CU_ASSERT_DOUBLE_EQUAL(tnm_sum_ratio(&more, &huge), 2.0 / 3, 1e-15);
    CU_ASSERT_EQUAL(tnm_sum_ratio(&huge, &huge), 1);
    tnm_sum_subtract(&less, &more);
    CU_ASSERT_DOUBLE_EQUAL(tnm_sum_ratio(&less, &huge), -2.0 / 3, 1e-15);
    tnm_sum price = {0};
    tnm_sum_add_scaled(&price, INT64_MAX, TNM_SUM_MAX_SCALE);
    CU_ASSERT_EQUAL(tnm_sum_ratio(&price, &price), 1);
    CU_ASSERT_EQUAL(tnm_sum_ratio(&one, &price), 0);
}

/* ---- as text ----------------------------------------------------------------------------- */

static void test_text_and_back(void)
{
    tnm_random random = {tnm_test_seed()};
    char text[TNM_SUM_TEXT];
    for (int trial = 0; trial < 2000; trial++) {
        tnm_sum sum = {0}, read;
        for (int part = 0; part < trial % 7; part++)
            tnm_sum_add_double(&sum, ldexp(2 * tnm_random_uniform(&random) - 1,
                                           (int)(tnm_random_next(&random) % 2097) - 1073));
        tnm_sum_print(text, &sum);
        CU_ASSERT(tnm_sum_parse(&read, text));
        CU_ASSERT_EQUAL(memcmp(&sum, &read, sizeof sum), 0);
        CU_ASSERT_EQUAL(strtod(text, NULL), tnm_sum_double(&sum));
    }
    tnm_sum most = {0}; /* the longest of all texts: the ends of the scale, below zero */
    tnm_sum_add_scaled(&most, -1, TNM_SUM_MIN_SCALE);
    tnm_sum_add_scaled(&most, -((tnm_int128)1 << 126), TNM_SUM_MAX_SCALE);
    tnm_sum_print(text, &most);
    tnm_sum read;
    CU_ASSERT(tnm_sum_parse(&read, text));
    CU_ASSERT_EQUAL(memcmp(&most, &read, sizeof most), 0);
}

static void test_what_is_no_sum(void)
{
    static const char *const texts[] = {"",          "0x",       "1p+0",      "0x1",     "0x1p",
                                        "0x1p+1",    "0x1p+4 ",  "0x1p-1156", "0xgp",    "-0x0p+0",
                                        "0x1p+1152", "0x1.8p+0", "0X1p+4",    "--0x1p+4"};
    tnm_sum sum;
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
        CU_ASSERT_FALSE(tnm_sum_parse(&sum, texts[k]));
}

TNM_SUITE(sum, {"text and back", test_text_and_back}, {"what is no sum", test_what_is_no_sum},
          {"zero is empty", test_zero_is_empty},
          {"every power of two survives", test_every_power_of_two_survives},
          {"doubles against GMP", test_doubles_against_gmp},
          {"scaled integers against GMP", test_scaled_integers_against_gmp},
          {"the ends of the scale", test_the_ends_of_the_scale},
          {"the largest doubles do not overflow", test_the_largest_doubles_do_not_overflow},
          {"cancellation leaves nothing", test_cancellation_leaves_nothing},
          {"add, subtract, compare", test_add_subtract_compare},
          {"order does not matter", test_order_does_not_matter},
          {"rounds ties to even", test_rounds_ties_to_even}, {"rounds once", test_rounds_once},
          {"rounds subnormal results", test_rounds_subnormal_results},
          {"rounding against GMP", test_rounding_against_gmp}, {"many doubles", test_many_doubles},
          {"ratios", test_ratios})
