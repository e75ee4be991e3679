#include "formulations/diversity/chain.h"

#include "formulations/diversity/sample.h"
#include "formulations/mask.h"
#include "tests/testlib.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SWEEPS = 4000 };

static void test_keeps_to_the_constraint(void)
{
    static const tnm_problem problems[] = {
        {0, 3, TNM_EQUAL},  {1, 1, TNM_EQUAL},  {32, 64, TNM_EQUAL},  {64, 64, TNM_EQUAL},
        {1, 1, TNM_ATMOST}, {3, 8, TNM_ATMOST}, {16, 32, TNM_ATMOST}, {64, 64, TNM_ATMOST}};
    for (size_t k = 0; k < sizeof problems / sizeof *problems; k++) {
        size_t m = (size_t)problems[k].m;
        bool equal = problems[k].constraint == TNM_EQUAL;
        tnm_chain chain;
        uint8_t columns[TNM_MAX_TILE];
        tnm_chain_start(&chain, &problems[k], tnm_test_seed());
        for (int sweep = 0; sweep < 50; sweep++) {
            tnm_chain_sweep(&chain);
            tnm_mask_column_counts(columns, chain.rows, m);
            CU_ASSERT(memcmp(columns, chain.columns, m) == 0);
            for (size_t i = 0; i < m; i++) {
                int row = __builtin_popcountll(chain.rows[i]);
                CU_ASSERT(equal ? row == problems[k].n : row <= problems[k].n);
                CU_ASSERT(equal ? columns[i] == problems[k].n : columns[i] <= problems[k].n);
            }
        }
    }
}

/* Thinned to near independence, its masks are spread over all `count` of a small pattern. */
static void assert_spread(int n, int m, tnm_constraint constraint)
{
    enum { MOST = 7343, EACH = 10, THIN = 8 };
    tnm_problem problem = {n, m, constraint};
    tnm_masks *masks = NULL;
    static double observed[1 << 16];
    memset(observed, 0, sizeof observed);
    tnm_chain chain;
    ASSERT_OK(tnm_masks_open(&masks, &problem, NULL, NULL));
    double count = round(exp2(tnm_masks_log2(masks))), chi_square = 0, seen = 0;
    tnm_chain_start(&chain, &problem, tnm_test_seed());
    for (int draw = 0; draw < count * EACH; draw++) {
        for (int sweep = 0; sweep < THIN; sweep++)
            tnm_chain_sweep(&chain);
        uint64_t word = 0;
        for (int i = 0; i < m; i++)
            word |= chain.rows[i] << (i * m);
        observed[word]++;
    }
    for (size_t word = 0; word < sizeof observed / sizeof *observed; word++) {
        seen += observed[word] > 0;
        chi_square += observed[word] * observed[word] / EACH;
    }
    chi_square -= count * EACH;
    double p = gsl_cdf_chisq_Q(chi_square, count - 1);
    if (p < 1e-6)
        tnm_test_note("%d:%d: seed %llu: chi-square %g over %g masks, p = %g", n, m,
                      (unsigned long long)tnm_test_seed(), chi_square, count, p);
    CU_ASSERT(p > 1e-6);
    CU_ASSERT(seen <= count && seen > 0.99 * count);
    tnm_masks_close(masks);
}

static void test_reaches_all_masks_alike(void)
{
    assert_spread(2, 4, TNM_EQUAL);
    assert_spread(1, 4, TNM_EQUAL);
    assert_spread(3, 4, TNM_EQUAL);
    assert_spread(1, 3, TNM_ATMOST);
    assert_spread(2, 4, TNM_ATMOST);
}

/* The overlap with one mask, of masks drawn exactly. */
static void overlap_of_exact(double *mean, double *variance, const tnm_chain *chain)
{
    tnm_masks *masks = NULL;
    tnm_drawer *drawer = NULL;
    tnm_stream stream = {tnm_test_seed() + 1};
    double sum = 0, squares = 0;
    ASSERT_OK(tnm_masks_open(&masks, &chain->problem, NULL, NULL));
    ASSERT_OK(tnm_drawer_open(&drawer, masks));
    for (int draw = 0; draw < SWEEPS; draw++) {
        uint64_t rows[TNM_MAX_TILE];
        int overlap = 0;
        tnm_drawer_draw(drawer, &stream, rows);
        for (int i = 0; i < chain->problem.m; i++)
            overlap += __builtin_popcountll(rows[i] & chain->start[i]);
        sum += overlap;
        squares += (double)overlap * overlap;
    }
    *mean = sum / SWEEPS;
    *variance = squares / SWEEPS - *mean * *mean;
    tnm_drawer_close(drawer);
    tnm_masks_close(masks);
}

/* Where both reach, they agree about what masks have in common with the first one. */
static void test_mixes_as_diagnosed(void)
{
    static const tnm_problem problems[] = {
        {2, 4, TNM_EQUAL}, {4, 8, TNM_EQUAL}, {6, 12, TNM_EQUAL}, {4, 8, TNM_ATMOST}};
    for (size_t k = 0; k < sizeof problems / sizeof *problems; k++) {
        tnm_chain chain;
        tnm_mixing mixing;
        double mean, variance;
        tnm_chain_start(&chain, &problems[k], tnm_test_seed());
        ASSERT_OK(tnm_chain_diagnose(&mixing, &chain, SWEEPS));
        overlap_of_exact(&mean, &variance, &chain);
        double spread = sqrt(variance * (mixing.time + 1) / SWEEPS);
        CU_ASSERT_DOUBLE_EQUAL(mixing.mean, mean, 6 * spread);
        CU_ASSERT_DOUBLE_EQUAL(mixing.variance / variance, 1, 0.25);
        CU_ASSERT(mixing.time >= 1 && mixing.time < 6);
        if (problems[k].constraint == TNM_EQUAL)
            CU_ASSERT_DOUBLE_EQUAL(mean, problems[k].n * problems[k].n,
                                   6 * sqrt(variance / SWEEPS));
    }
}

/* A chain that does not move has no variance, and nothing is divided by it. */
static void test_diagnoses_a_single_mask(void)
{
    tnm_chain chain;
    tnm_mixing mixing;
    tnm_chain_start(&chain, &(tnm_problem){3, 3, TNM_EQUAL}, 1);
    ASSERT_OK(tnm_chain_diagnose(&mixing, &chain, 10));
    CU_ASSERT_EQUAL(mixing.mean, 9);
    CU_ASSERT_EQUAL(mixing.variance, 0);
    CU_ASSERT_EQUAL(mixing.time, 1);
}

TNM_SUITE(diversity_chain, {"keeps to the constraint", test_keeps_to_the_constraint},
          {"reaches all masks alike", test_reaches_all_masks_alike},
          {"mixes as diagnosed", test_mixes_as_diagnosed},
          {"diagnoses a single mask", test_diagnoses_a_single_mask})
