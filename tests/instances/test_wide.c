#include "instances/wide.h"
#include "tests/testlib.h"

/* number = value * 2^shift, in three limbs */
static void make(uint64_t number[3], int64_t value, size_t shift)
{
    uint64_t sign = value < 0 ? ~UINT64_C(0) : 0, whole[4] = {(uint64_t)value, sign, sign, sign};
    for (size_t k = 0; k < 3; k++) {
        uint64_t low = k >= shift / 64 ? whole[k - shift / 64] : 0;
        uint64_t below = k > shift / 64 ? whole[k - shift / 64 - 1] : 0;
        number[k] = shift % 64 == 0 ? low : low << shift % 64 | below >> (64 - shift % 64);
    }
}

static void test_counts_bits(void)
{
    uint64_t number[3];
    for (size_t shift = 0; shift < 190; shift++) {
        make(number, 1, shift);
        CU_ASSERT_EQUAL(tnm_wide_bits(number, 3), shift + 1);
        make(number, -1, shift);
        CU_ASSERT_EQUAL(tnm_wide_bits(number, 3), shift);
        make(number, -3, shift);
        CU_ASSERT_EQUAL(tnm_wide_bits(number, 3), shift + 2);
    }
    make(number, 0, 0);
    CU_ASSERT_EQUAL(tnm_wide_bits(number, 3), 0);
}

static void test_sets(void)
{
    static const int64_t values[] = {0, 1, -1, 5, -5, INT64_MAX, INT64_MIN};
    uint64_t number[3], expected[3];
    for (size_t k = 0; k < sizeof values / sizeof values[0]; k++) {
        for (int shift = 0; shift < 128; shift++) {
            make(expected, values[k], (size_t)shift);
            tnm_wide_set(number, 3, values[k], shift);
            CU_ASSERT_EQUAL(memcmp(number, expected, sizeof number), 0);
        }
        for (int shift = -70; shift < 0; shift++) {
            make(expected, values[k] >> (shift > -63 ? -shift : 63), 0);
            tnm_wide_set(number, 3, values[k], shift);
            CU_ASSERT_EQUAL(memcmp(number, expected, sizeof number), 0);
        }
    }
}

static void check_quotients(const uint64_t number[3], size_t shift, int64_t down, int64_t up)
{
    CU_ASSERT_EQUAL(tnm_wide_divide(number, 3, shift), down);
    CU_ASSERT_EQUAL(tnm_wide_divide_up(number, 3, shift), up);
}

/* value * 2^shift + rest is divided by 2^shift: value where the rest is 0, between it and the next
 * one where the rest is positive, and one less where it is negative, whatever the sign. */
static void test_divides(void)
{
    static const int64_t values[] = {0, 1, -1, 5, -5, INT64_MAX / 2, -INT64_MAX / 2};
    uint64_t number[3], rest[3];
    for (size_t shift = 0; shift <= 128; shift++) {
        for (size_t k = 0; k < sizeof values / sizeof values[0]; k++) {
            make(number, values[k], shift);
            check_quotients(number, shift, values[k], values[k]);
            if (shift == 0)
                continue;
            make(rest, 1, shift - 1);
            tnm_wide_add(number, number, rest, 3);
            check_quotients(number, shift, values[k], values[k] + 1);
            make(number, values[k], shift);
            make(rest, 1, 0);
            tnm_wide_add(number, number, rest, 3);
            check_quotients(number, shift, values[k], values[k] + 1);
            make(number, values[k], shift);
            tnm_wide_subtract(number, number, rest, 3);
            check_quotients(number, shift, values[k] - 1, values[k]);
        }
    }
}

/* What does not fit is the largest or the least number that does, with or without limbs to spare.
 */
static void test_holds_quotients(void)
{
    uint64_t number[3];
    for (size_t shift = 0; shift <= 120; shift++) {
        for (size_t more = 63; shift + more < 191; more++) {
            make(number, 1, shift + more);
            check_quotients(number, shift, INT64_MAX, INT64_MAX);
            make(number, -1, shift + more);
            check_quotients(number, shift, INT64_MIN, INT64_MIN);
        }
        make(number, -1, shift);
        check_quotients(number, shift + 1, -1, 0);
        check_quotients(number, 192 + shift, -1, 0);
    }
}

TNM_SUITE(wide, {"counts bits", test_counts_bits}, {"sets", test_sets}, {"divides", test_divides},
          {"holds quotients", test_holds_quotients})
