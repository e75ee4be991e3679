/* Known figures of the published rules on |N(0,1)| tiles: how far the rule as published, which
 * keeps at most N, falls below the optimum that keeps exactly N. They were found with other
 * programs, on 200000, 40000, 5000 and 600 tiles; here on fewer, so that it takes a second. */
#include "solver/own.h"
#include "tests/tiles.h"

typedef struct figure {
    const tnm_method *method;
    double gaps[4]; /* percent, at 2:4, 4:8, 8:16 and 16:32 */
    double tolerance;
} figure;

static const figure figures[] = {
    {&tnm_greedy_keep_method, {1.47, 1.22, 0.92, 0.63}, 0.05},
    {&tnm_greedy_prune_method, {10.28, 7.69, 5.87, 4.45}, 0.15},
    {&tnm_bi_nm_method, {6.76, 5.03, 3.89, 2.98}, 0.15},
    /* The price of transposability: 1 minus 1.0601, 1.0343, 1.0184 and 1.0094. */
    {&tnm_row_nm_method, {-6.01, -3.43, -1.84, -0.94}, 0.05},
};
enum { FIGURES = sizeof figures / sizeof *figures };

static const size_t tile_counts[] = {20000, 5000, 1250, 300};

static void test_gaps_on_gaussian_tiles(void)
{
    tnm_random random = {1};
    for (int k = 0; k < 4; k++) {
        tnm_problem problem = {2 << k, 4 << k, TNM_ATMOST};
        tnm_tiles tiles = tnm_tiles_make(TNM_TILES_GAUSSIAN, problem.m, tile_counts[k], &random);
        for (size_t f = 0; f < FIGURES; f++) {
            double gap = 100 * tnm_mean_gap(figures[f].method, &problem, &tiles.band, NULL);
            CU_ASSERT_DOUBLE_EQUAL(gap, figures[f].gaps[k], figures[f].tolerance);
            if (!(gap < figures[f].gaps[k] + figures[f].tolerance &&
                  gap > figures[f].gaps[k] - figures[f].tolerance))
                tnm_test_note("%s at %d:%d: %.3f %%", figures[f].method->name, problem.n, problem.m,
                              gap);
        }
        tnm_tiles_free(&tiles);
    }
}

/* The order of the directions does not matter on average. */
static void test_bi_nm_in_both_orders(void)
{
    static const char *const by_column[] = {"order=column", NULL};
    tnm_random random = {1};
    tnm_problem problem = {4, 8, TNM_ATMOST};
    tnm_tiles tiles = tnm_tiles_make(TNM_TILES_GAUSSIAN, 8, 5000, &random);
    double gap = 100 * tnm_mean_gap(&tnm_bi_nm_method, &problem, &tiles.band, by_column);
    CU_ASSERT_DOUBLE_EQUAL(gap, 5.03, 0.15);
    tnm_tiles_free(&tiles);
}

TNM_SUITE(published, {"gaps on gaussian tiles", test_gaps_on_gaussian_tiles},
          {"bi-nm in both orders", test_bi_nm_in_both_orders})
