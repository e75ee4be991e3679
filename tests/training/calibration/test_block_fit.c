#include "training/calibration/block_fit.h"

#include "tests/testlib.h"

/* P_k from all 2^m blocks. */
static double count_blocks(double zeros, int m, int k)
{
    double sum = 0;
    for (unsigned block = 0; block < 1U << m; block++) {
        int found = __builtin_popcount(block);
        double chance = 1;
        for (int i = 0; i < m; i++)
            chance *= block >> i & 1 ? zeros : 1 - zeros;
        sum += found >= k ? chance : 0;
    }
    return sum;
}

static void test_counts_all_blocks(void)
{
    static const double shares[] = {0, 0.05, 0.3, 0.5, 0.75, 0.98, 1};
    for (size_t share = 0; share < sizeof shares / sizeof *shares; share++) {
        for (int m = 1; m <= 10; m++) {
            for (int k = 0; k <= m; k++)
                CU_ASSERT_DOUBLE_EQUAL(tnm_block_fit_probability(shares[share], m, k),
                                       count_blocks(shares[share], m, k), 1e-12);
        }
    }
}

/* (1/2)^4 sum of C(4,i): 16, 15, 11, 5, 1 of 16. */
static void test_known_blocks(void)
{
    CU_ASSERT_DOUBLE_EQUAL(tnm_block_fit_probability(0.5, 4, 2), 11.0 / 16, 1e-15);
    CU_ASSERT_EQUAL(tnm_block_fit(0.5, 4, 0.95), 4);
    CU_ASSERT_EQUAL(tnm_block_fit(0.5, 4, 0.9), 3);
    CU_ASSERT_EQUAL(tnm_block_fit(0.5, 4, 0.6), 2);
    CU_ASSERT_EQUAL(tnm_block_fit(0.5, 4, 11.0 / 16), 3);
    CU_ASSERT_EQUAL(tnm_block_fit(0.5, 4, 0.1), 1);
}

/* Never nothing, never more than all. */
static void test_ends(void)
{
    CU_ASSERT_EQUAL(tnm_block_fit(0, 8, 0.1), 8);
    CU_ASSERT_EQUAL(tnm_block_fit(1, 8, 0.1), 1);
    CU_ASSERT_EQUAL(tnm_block_fit(1, 1, 0), 1);
    CU_ASSERT_DOUBLE_EQUAL(tnm_block_fit_probability(0.5, 64, 0), 1, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(tnm_block_fit_probability(0.5, 64, 33),
                           1 - tnm_block_fit_probability(0.5, 64, 32), 1e-12); /* by symmetry */
}

static void test_zero_share(void)
{
    const float weights[] = {0, 1, -0.0F, 2, 1e-40F};
    CU_ASSERT_EQUAL(tnm_zero_share(weights, 5), 0.4);
    CU_ASSERT_EQUAL(tnm_zero_share(weights, 0), 0);
}

TNM_SUITE(block_fit, {"counts all blocks", test_counts_all_blocks},
          {"known blocks", test_known_blocks}, {"ends", test_ends}, {"zero share", test_zero_share})
