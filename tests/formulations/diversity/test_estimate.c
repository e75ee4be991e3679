#include "formulations/diversity/estimate.h"

#include "formulations/diversity/diversity.h"
#include "tests/testlib.h"

#include <math.h>

static tnm_diversity measure(int n, int m, tnm_constraint constraint)
{
    tnm_diversity diversity;
    tnm_problem problem = {n, m, constraint};
    ASSERT_OK(tnm_diversity_measure(&diversity, &problem, &(tnm_extent){m, m}, NULL, NULL, NULL));
    return diversity;
}

/* Errors in percent, to two digits, as known for these patterns. */
static void assert_errors(int n, int m, double canfield_mckay, double sharper)
{
    tnm_diversity diversity = measure(n, m, TNM_EQUAL);
    CU_ASSERT_DOUBLE_EQUAL(100 * tnm_diversity_error(&diversity, diversity.canfield_mckay),
                           canfield_mckay, 0.005);
    CU_ASSERT_DOUBLE_EQUAL(100 * tnm_diversity_error(&diversity, diversity.estimate), sharper,
                           0.005);
    tnm_diversity_free(&diversity);
}

static void test_known_errors(void)
{
    assert_errors(2, 4, -12.05, 0.86);
    assert_errors(4, 8, -5.96, 0.38);
    tnm_diversity diversity = measure(8, 16, TNM_EQUAL);
    CU_ASSERT_DOUBLE_EQUAL(100 * tnm_diversity_error(&diversity, diversity.canfield_mckay), -3.05,
                           0.005);
    tnm_diversity_free(&diversity);
}

/* What estimate.h promises. */
static void test_errors_are_bounded(void)
{
    for (int m = 2; m <= 12; m++) {
        for (int n = 0; n <= m; n++) {
            tnm_diversity equal = measure(n, m, TNM_EQUAL);
            double error = tnm_diversity_error(&equal, equal.estimate);
            CU_ASSERT(error > -1e-9 && error < 0.2 / m);
            CU_ASSERT(n == 0 || n == m || error > 0);
            tnm_diversity_free(&equal);
            if (m > 9)
                continue;
            tnm_diversity atmost = measure(n, m, TNM_ATMOST);
            error = tnm_diversity_error(&atmost, atmost.estimate);
            CU_ASSERT(error > -1e-9 && error < 0.282);
            CU_ASSERT(n == 0 || n > m / 2 || error > 0.09);
            tnm_diversity_free(&atmost);
        }
    }
}

static void test_reaches_the_largest_patterns(void)
{
    CU_ASSERT_DOUBLE_EQUAL(tnm_estimate_sharper(&(tnm_problem){16, 32, TNM_EQUAL}) * log10(2),
                           254.990, 0.0005);
    CU_ASSERT_DOUBLE_EQUAL(tnm_estimate_sharper(&(tnm_problem){32, 64, TNM_EQUAL}) * log10(2),
                           1106.345, 0.0005);
    double estimate;
    ASSERT_OK(tnm_estimate_independent(&estimate, &(tnm_problem){64, 64, TNM_ATMOST}));
    CU_ASSERT_DOUBLE_EQUAL(estimate, 4096, 1e-6);
}

static void test_published_formula(void)
{
    static const struct {
        int n, m;
        double zeros, kept;
    } known[] = {{1, 4, 12, 1},        {2, 4, 1.6, 1.6},       {3, 4, 1, 12},
                 {3, 6, 6.977, 6.977}, {4, 8, 150.11, 150.11}, {5, 8, 6.085, 17524}};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        tnm_diversity diversity = measure(known[k].n, known[k].m, TNM_EQUAL);
        double zeros = tnm_diversity_published_ratio(&diversity, TNM_READING_ZEROS);
        double kept = tnm_diversity_published_ratio(&diversity, TNM_READING_KEPT);
        CU_ASSERT_DOUBLE_EQUAL(zeros / known[k].zeros, 1, 1e-4);
        CU_ASSERT_DOUBLE_EQUAL(kept / known[k].kept, 1, 1e-4);
        tnm_diversity_free(&diversity);
    }
    tnm_count count;
    ASSERT_OK(tnm_count_published(&count, &(tnm_problem){4, 8, TNM_EQUAL}, TNM_READING_ZEROS,
                                  &(tnm_extent){8, 8}));
    CU_ASSERT_STRING_EQUAL(count.digits, "17557585920000");
    tnm_count_free(&count);
    ASSERT_OK(tnm_count_published(&count, &(tnm_problem){2, 4, TNM_EQUAL}, TNM_READING_KEPT,
                                  &(tnm_extent){8, 8}));
    CU_ASSERT_STRING_EQUAL(count.digits, "429981696");
    tnm_count_free(&count);
}

/* Beyond the limit there is an estimate and no count. */
static void test_keeps_to_the_limit(void)
{
    tnm_diversity diversity;
    ASSERT_OK(tnm_diversity_measure(&diversity, &(tnm_problem){16, 32, TNM_EQUAL},
                                    &(tnm_extent){64, 32}, &tnm_need_usual, NULL, NULL));
    CU_ASSERT_FALSE(diversity.counted);
    CU_ASSERT_PTR_NULL(diversity.transposable.digits);
    CU_ASSERT(diversity.need.bytes > tnm_need_usual.bytes);
    CU_ASSERT_DOUBLE_EQUAL(tnm_diversity_log2(&diversity) * log10(2), 2 * 254.990, 0.001);
    CU_ASSERT_DOUBLE_EQUAL(tnm_diversity_bits(&diversity, tnm_diversity_log2(&diversity)), 0.8272,
                           5e-5);
    CU_ASSERT(isnan(tnm_diversity_error(&diversity, diversity.estimate)));
    CU_ASSERT(tnm_diversity_published_ratio(&diversity, TNM_READING_ZEROS) > 1e20);
    tnm_diversity_free(&diversity);
}

TNM_SUITE(diversity_estimate, {"known errors", test_known_errors},
          {"errors are bounded", test_errors_are_bounded},
          {"reaches the largest patterns", test_reaches_the_largest_patterns},
          {"published formula", test_published_formula},
          {"keeps to the limit", test_keeps_to_the_limit})
