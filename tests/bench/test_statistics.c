/* Statistics against values worked out by hand. */
#include "bench/statistics.h"
#include "tests/testlib.h"

#include <math.h>

static const tnm_bootstrap thousand = {.resamples = 1000, .level = 0.95, .seed = 1};

static bool near(double a, double b, double distance)
{
    return fabs(a - b) <= distance;
}

static void test_summary(void)
{
    const double values[] = {5, 1, 3, 2}, twice[] = {2, 7, 7};
    tnm_summary summary;
    ASSERT_OK(tnm_summarise(&summary, values, 4));
    CU_ASSERT(summary.count == 4 && summary.mean == 2.75 && summary.median == 2.5);
    CU_ASSERT(near(summary.p95, 4.7, 1e-15)); /* 0.85 of the way from 3 to 5 */
    CU_ASSERT(summary.most == 5 && summary.most_at == 0);
    ASSERT_OK(tnm_summarise(&summary, twice, 3));
    CU_ASSERT(summary.most == 7 && summary.most_at == 1);
    ASSERT_OK(tnm_summarise(&summary, values, 0));
    CU_ASSERT(summary.count == 0 && summary.mean == 0 && summary.most == 0);
}

static void test_bootstrap_of_few(void)
{
    const double coin[] = {0, 1}, same[] = {3, 3, 3};
    tnm_interval interval;
    /* Means of two draws are 0, 1/2 and 1, the outer ones in a quarter of the resamples each. */
    ASSERT_OK(tnm_bootstrap_mean(&interval, coin, NULL, 2, &thousand));
    CU_ASSERT(interval.low == 0 && interval.high == 1);
    ASSERT_OK(tnm_bootstrap_mean(&interval, same, NULL, 3, &thousand));
    CU_ASSERT(interval.low == 3 && interval.high == 3);
    ASSERT_OK(tnm_bootstrap_mean(&interval, same, NULL, 0, &thousand));
    CU_ASSERT(isnan(interval.low) && isnan(interval.high));
}

/* The 2.5 % and 97.5 % quantiles of the binomial distribution (100, 1/2) are 40 and 60. */
static void test_bootstrap_with_counts(void)
{
    const double coin[] = {0, 1};
    const size_t fifty[] = {50, 50};
    tnm_interval interval, again;
    ASSERT_OK(tnm_bootstrap_mean(&interval, coin, fifty, 2, &thousand));
    CU_ASSERT(near(interval.low, 0.40, 0.0151) && near(interval.high, 0.60, 0.0151));
    ASSERT_OK(tnm_bootstrap_mean(&again, coin, fifty, 2, &thousand));
    CU_ASSERT(again.low == interval.low && again.high == interval.high);
}

static void test_bootstrap_of_many(void)
{
    enum { COUNT = 10000 };
    static double values[COUNT];
    tnm_interval interval;
    for (int k = 0; k < COUNT; k++)
        values[k] = k % 2;
    ASSERT_OK(tnm_bootstrap_mean(&interval, values, NULL, COUNT, &thousand));
    CU_ASSERT(near(interval.low, 0.5 - 1.96 * 0.005, 0.001));
    CU_ASSERT(near(interval.high, 0.5 + 1.96 * 0.005, 0.001));
}

static double signed_rank(const double *differences, size_t count)
{
    double p = -1;
    ASSERT_OK(tnm_signed_rank(&p, differences, count));
    return p;
}

static void test_signed_rank(void)
{
    const double up[] = {1, 2, 3, 4, 5}, mixed[] = {1, 2, 3, 4, -5}, tied[] = {1, 1, -1};
    const double with_zero[] = {0, 1, 1}, zeros[] = {0, 0};
    CU_ASSERT_EQUAL(signed_rank(up, 5), 2.0 / 32);
    CU_ASSERT_EQUAL(signed_rank(mixed, 5), 20.0 / 32); /* ten subsets of 1..5 sum to 5 or less */
    CU_ASSERT_EQUAL(signed_rank(tied, 3), 1);
    CU_ASSERT_EQUAL(signed_rank(with_zero, 3), 2.0 / 4);
    CU_ASSERT_EQUAL(signed_rank(zeros, 2), 1);
    CU_ASSERT_EQUAL(signed_rank(zeros, 0), 1);
}

static void test_signed_rank_of_many(void)
{
    double differences[62];
    for (int k = 0; k < 31; k++)
        differences[k] = k + 1;
    /* The sum of ranks is 496, its mean 248, its variance 31 * 32 * 63 / 24 = 2604. */
    CU_ASSERT(near(signed_rank(differences, 31), erfc(247.5 / sqrt(2604) / sqrt(2)), 1e-12));
    for (int k = 0; k < 62; k++)
        differences[k] = k < 40 ? 1 : -1;
    /* All ranks are 31.5: 40 of 62 are above; variance 62 * 63 * 125 / 24 - (62^3 - 62) / 48. */
    double z = ((40 - 31) * 31.5 - 0.5) / sqrt(62 * 63 * 125 / 24.0 - (62.0 * 62 * 62 - 62) / 48);
    CU_ASSERT(near(signed_rank(differences, 62), erfc(z / sqrt(2)), 1e-12));
}

static void test_pairs(void)
{
    const double a[] = {1, 2, 3, 4, 9, 7}, b[] = {2, 3, 4, 6, 8, 7};
    tnm_paired paired;
    ASSERT_OK(tnm_pair(&paired, a, b, 6, &thousand));
    CU_ASSERT(paired.below == 4 && paired.equal == 1 && paired.above == 1);
    CU_ASSERT(near(paired.mean, -4.0 / 6, 1e-15));
    CU_ASSERT(near(paired.sign, 12.0 / 32, 1e-15));
    /* -1 -1 -1 -2 1 have ranks 2.5 2.5 2.5 5 2.5: sums of up to 2.5 in 5 of 32 ways */
    CU_ASSERT_EQUAL(paired.signed_rank, 10.0 / 32);
    CU_ASSERT(paired.interval.low >= -2 && paired.interval.low < paired.mean);
    CU_ASSERT(paired.interval.high <= 1 && paired.interval.high > paired.mean);
    ASSERT_OK(tnm_pair(&paired, a, a, 6, &thousand));
    CU_ASSERT(paired.equal == 6 && paired.mean == 0 && paired.sign == 1);
    CU_ASSERT(paired.signed_rank == 1 && paired.interval.low == 0 && paired.interval.high == 0);
}

static void test_rank_correlation(void)
{
    const double a[] = {1, 2, 3, 4}, b[] = {10, 30, 20, 40}, down[] = {4, 3, 2, 1};
    double correlation;
    ASSERT_OK(tnm_rank_correlation(&correlation, a, b, 4));
    CU_ASSERT(near(correlation, 0.8, 1e-15)); /* 1 - 6 * 2 / (4 * 15) */
    ASSERT_OK(tnm_rank_correlation(&correlation, a, down, 4));
    CU_ASSERT(near(correlation, -1, 1e-15));
    ASSERT_OK(tnm_rank_correlation(&correlation, a, b, 1));
    CU_ASSERT(isnan(correlation));
}

static void test_times(void)
{
    const double times[] = {1, 7}, runs[] = {2, 9};
    const bool solved[] = {true, false};
    CU_ASSERT(near(tnm_shifted_geometric_mean(times, 2, 1), 3, 1e-14)); /* sqrt(2 * 8) - 1 */
    CU_ASSERT(near(tnm_shifted_geometric_mean(times, 2, 0), sqrt(7), 1e-14));
    CU_ASSERT_EQUAL(tnm_par2(runs, solved, 2, 10), 11);
}

static void test_power_law(void)
{
    const double x[] = {4, 8, 16, 64}, y[] = {48, 192, 768, 12288};
    tnm_power_law law;
    ASSERT_OK(tnm_fit_power_law(&law, x, y, 4));
    CU_ASSERT(near(law.exponent, 2, 1e-12) && near(law.factor, 3, 1e-10));
}

/* The 97.5 % quantile of Student's distribution with 4 degrees of freedom is 2.776445. */
static void test_student(void)
{
    const double values[] = {1, 2, 3, 4, 5};
    tnm_interval interval = tnm_student_mean(values, 5, 0.95);
    double reach = 2.776445105 * sqrt(2.5 / 5);
    CU_ASSERT(near(interval.low, 3 - reach, 1e-8) && near(interval.high, 3 + reach, 1e-8));
    CU_ASSERT(isnan(tnm_student_mean(values, 1, 0.95).low));
}

TNM_SUITE(statistics, {"summary", test_summary}, {"bootstrap of few", test_bootstrap_of_few},
          {"bootstrap with counts", test_bootstrap_with_counts},
          {"bootstrap of many", test_bootstrap_of_many}, {"Student's interval", test_student},
          {"signed rank", test_signed_rank}, {"signed rank of many", test_signed_rank_of_many},
          {"pairs", test_pairs}, {"rank correlation", test_rank_correlation}, {"times", test_times},
          {"power law", test_power_law})
