#include "solver/own.h"
#include "tests/tiles.h"

static const tnm_problem problem = {2, 4, TNM_EQUAL};

/* The magic square of Duerer's Melencolia: 100 is the most that a 2:4 mask can keep of its 136. */
static void test_melencolia(void)
{
    static const float square[] = {16, 3, 2, 13, 5, 10, 11, 8, 9, 6, 7, 12, 4, 15, 14, 1};
    static const uint64_t expected[] = {9, 6, 9, 6};
    tnm_attempt attempt = tnm_attempt_tile(&tnm_enumerate_method, &problem, square, NULL);
    CU_ASSERT(tnm_attempt_keeps(&attempt, 4, expected));
    CU_ASSERT_EQUAL(attempt.objectives[0], 100);
    tnm_attempt_free(&attempt);
}

/* Of equal sums the first pattern: 1100 1100 0011 0011, and with entry (0,0) spoilt the first one
 * that begins with 0, 0110 1100 1001 0011. */
static void test_ties_go_to_the_first_pattern(void)
{
    float scores[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    static const uint64_t first[] = {3, 3, 12, 12}, spoilt[] = {6, 3, 9, 12};
    tnm_attempt one = tnm_attempt_tile(&tnm_enumerate_method, &problem, scores, NULL);
    scores[0] = 0.5F;
    tnm_attempt two = tnm_attempt_tile(&tnm_enumerate_method, &problem, scores, NULL);
    CU_ASSERT(tnm_attempt_keeps(&one, 4, first));
    CU_ASSERT(tnm_attempt_keeps(&two, 4, spoilt));
    tnm_attempt_free(&one);
    tnm_attempt_free(&two);
}

/* Scores whose sums are floats: always the optimum. */
static void test_optimal_where_sums_are_exact(void)
{
    static const tnm_tile_kind kinds[] = {TNM_TILES_TIES, TNM_TILES_COARSE, TNM_TILES_ZEROS};
    tnm_random random = {tnm_test_seed()};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        tnm_tiles tiles = tnm_tiles_make(kinds[k], 4, 501, &random);
        tnm_attempt found = tnm_attempt_make(&tnm_enumerate_method, &problem, &tiles.band);
        tnm_attempt best = tnm_attempt_make(&tnm_brute_method, &problem, &tiles.band);
        CU_ASSERT_EQUAL(tnm_sum_compare(&found.verdict.objective, &best.verdict.objective), 0);
        tnm_attempt_free(&found);
        tnm_attempt_free(&best);
        tnm_tiles_free(&tiles);
    }
}

/* 2^24 + 1 is no float: two patterns look alike, and the first is the lighter one. */
static void test_rounding_may_pick_the_second_best(void)
{
    float scores[] = {0x1p24F, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    tnm_attempt attempt = tnm_attempt_tile(&tnm_enumerate_method, &problem, scores, NULL);
    CU_ASSERT_EQUAL(attempt.objectives[0], 0x1p24 + 1);
    tnm_attempt_free(&attempt);
    scores[15] = 0;
    scores[3] = 1;
    attempt = tnm_attempt_tile(&tnm_enumerate_method, &problem, scores, NULL);
    CU_ASSERT_EQUAL(attempt.objectives[0], 0x1p24);
    tnm_attempt_free(&attempt);
}

TNM_SUITE(enumerate, {"Melencolia", test_melencolia},
          {"ties go to the first pattern", test_ties_go_to_the_first_pattern},
          {"optimal where sums are exact", test_optimal_where_sums_are_exact},
          {"rounding may pick the second best", test_rounding_may_pick_the_second_best})
