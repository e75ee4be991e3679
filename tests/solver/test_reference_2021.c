#include "solver/own.h"
#include "tests/tiles.h"

#include <string.h>

static const char *const alone[] = {"batch=1", NULL};

/* After 9 and 8, 7 finds its row and its column full: alone, the first tile stops there and never
 * comes to its 1. The second tile has room somewhere at every step, and keeps the first going. */
static const float pair[] = {9,         7,    0.5F, 9, 8, 7, /**/ 6, 8, 0.4F, 6, 5, 4,
                             /**/ 0.3F, 0.2F, 1,    3, 2, 1};

static void check_pair(const char *const *parameters, const uint64_t expected[6])
{
    tnm_problem problem = {1, 3, TNM_ATMOST};
    tnm_band band = {.m = 3, .tiles = 2, .stride = 6, .scores = pair};
    tnm_attempt attempt = tnm_attempt_with(&tnm_reference_2021_method, &problem, &band, parameters);
    CU_ASSERT(tnm_attempt_keeps(&attempt, 6, expected));
    tnm_attempt_free(&attempt);
}

static void test_early_exit(void)
{
    static const uint64_t stopped[6] = {1, 1, 2, 2, 0, 4}, complete[6] = {1, 1, 2, 2, 4, 4};
    check_pair(alone, stopped);
    check_pair(NULL, complete);
}

/* What is lost is filled under `equal`. */
static void test_completion(void)
{
    tnm_problem problem = {1, 3, TNM_EQUAL};
    tnm_band band = {.m = 3, .tiles = 2, .stride = 6, .scores = pair};
    tnm_attempt attempt = tnm_attempt_with(&tnm_reference_2021_method, &problem, &band, alone);
    CU_ASSERT_EQUAL(attempt.verdict.short_lines, 0);
    CU_ASSERT_EQUAL(attempt.objectives[0], 18);
    tnm_attempt_free(&attempt);
}

/* In a batch where some tile has room to the end it is greedy-keep. */
static void test_a_large_batch_is_greedy_keep(void)
{
    tnm_random random = {tnm_test_seed()};
    tnm_problem problem = {4, 8, TNM_ATMOST};
    tnm_tiles tiles = tnm_tiles_make(TNM_TILES_GAUSSIAN, 8, 1000, &random);
    tnm_attempt reference = tnm_attempt_make(&tnm_reference_2021_method, &problem, &tiles.band);
    tnm_attempt greedy = tnm_attempt_make(&tnm_greedy_keep_method, &problem, &tiles.band);
    CU_ASSERT_EQUAL(memcmp(reference.rows, greedy.rows, 8000 * sizeof *greedy.rows), 0);
    tnm_attempt_free(&reference);
    tnm_attempt_free(&greedy);
    tnm_tiles_free(&tiles);
}

static int count_kept(const tnm_attempt *attempt, size_t words)
{
    int kept = 0;
    for (size_t k = 0; k < words; k++)
        kept += __builtin_popcountll(attempt->rows[k]);
    return kept;
}

/* Alone, 8 x 8 tiles lose 6.0 of the entries greedy-keep keeps, and 8.6 % of the optimum (means of
 * 40000 tiles and more). */
static void test_what_single_tiles_lose(void)
{
    tnm_random random = {1};
    tnm_problem problem = {4, 8, TNM_ATMOST};
    tnm_tiles tiles = tnm_tiles_make(TNM_TILES_GAUSSIAN, 8, 4000, &random);
    tnm_attempt attempt =
        tnm_attempt_with(&tnm_reference_2021_method, &problem, &tiles.band, alone);
    tnm_attempt greedy = tnm_attempt_make(&tnm_greedy_keep_method, &problem, &tiles.band);
    double lost = (count_kept(&greedy, 32000) - count_kept(&attempt, 32000)) / 4000.0;
    CU_ASSERT_DOUBLE_EQUAL(lost, 6.0, 0.25);
    CU_ASSERT_DOUBLE_EQUAL(tnm_mean_gap(&tnm_reference_2021_method, &problem, &tiles.band, alone),
                           0.086, 0.004);
    tnm_attempt_free(&attempt);
    tnm_attempt_free(&greedy);
    tnm_tiles_free(&tiles);
}

TNM_SUITE(reference_2021, {"early exit", test_early_exit}, {"completion", test_completion},
          {"a large batch is greedy-keep", test_a_large_batch_is_greedy_keep},
          {"what single tiles lose", test_what_single_tiles_lose})
