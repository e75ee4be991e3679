#include "solver/own.h"
#include "tests/tiles.h"

#include <math.h>
#include <string.h>

static const tnm_problem atmost = {2, 4, TNM_ATMOST};
static const char *const absolute[] = {"rank=abs", NULL};

static tnm_attempt attempt_weights(const float *weights, tnm_constraint constraint,
                                   const char *const *parameters)
{
    float scores[16];
    tnm_problem problem = {2, 4, constraint};
    for (size_t e = 0; e < 16; e++)
        scores[e] = fabsf(weights[e]);
    tnm_band band = {.m = 4, .tiles = 1, .stride = 4, .scores = scores, .weights = weights};
    return tnm_attempt_with(&tnm_torch_greedy_method, &problem, &band, parameters);
}

/* By value, 14 and 13 fill the last row, and the largest magnitude of all goes; seven are kept. By
 * magnitude -20 comes first, and eight are kept. */
static const float weights[] = {-8, 1, 2, 3, /**/ 4, 5, -7, 6, 9, 10, 11, -6, /**/ -20, -5, 13, 14};

static void test_signed_values(void)
{
    static const uint64_t expected[] = {1, 10, 6, 12};
    tnm_attempt attempt = attempt_weights(weights, TNM_ATMOST, NULL);
    CU_ASSERT(tnm_attempt_keeps(&attempt, 4, expected));
    CU_ASSERT_EQUAL(attempt.objectives[0], 67);
    CU_ASSERT_EQUAL(attempt.verdict.short_lines, 2);
    tnm_attempt_free(&attempt);
}

static void test_magnitudes(void)
{
    static const uint64_t expected[] = {3, 12, 6, 9};
    tnm_attempt attempt = attempt_weights(weights, TNM_ATMOST, absolute);
    CU_ASSERT(tnm_attempt_keeps(&attempt, 4, expected));
    CU_ASSERT_EQUAL(attempt.objectives[0], 77);
    tnm_attempt_free(&attempt);
}

/* The eighth entry: row 0 and column 0 are short, and their entry is kept already. */
static void test_completion(void)
{
    tnm_attempt attempt = attempt_weights(weights, TNM_EQUAL, NULL);
    CU_ASSERT_EQUAL(attempt.verdict.broken, 0);
    CU_ASSERT_EQUAL(attempt.verdict.short_lines, 0);
    tnm_attempt_free(&attempt);
}

/* What PyTorch's network makes of equal values, computed from its source. */
static void test_ties(void)
{
    static const float ones[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    static const float some[] = {1, 0, 1, 0, 0, 1, 0, 1, 1, 1, 0, 0, 0, 0, 1, 1};
    static const uint64_t from_ones[] = {5, 6, 3, 8}, from_some[] = {5, 10, 3, 12};
    tnm_attempt one = attempt_weights(ones, TNM_ATMOST, NULL);
    tnm_attempt two = attempt_weights(some, TNM_ATMOST, NULL);
    CU_ASSERT(tnm_attempt_keeps(&one, 4, from_ones));
    CU_ASSERT(tnm_attempt_keeps(&two, 4, from_some));
    tnm_attempt_free(&one);
    tnm_attempt_free(&two);
}

/* Without ties, magnitudes are those of greedy-keep. */
static void test_magnitudes_are_greedy_keep(void)
{
    tnm_random random = {tnm_test_seed()};
    tnm_tiles tiles = tnm_tiles_make(TNM_TILES_GAUSSIAN, 4, 3001, &random);
    tnm_attempt torch = tnm_attempt_with(&tnm_torch_greedy_method, &atmost, &tiles.band, absolute);
    tnm_attempt greedy = tnm_attempt_make(&tnm_greedy_keep_method, &atmost, &tiles.band);
    CU_ASSERT_EQUAL(memcmp(torch.rows, greedy.rows, 4 * 3001 * sizeof *greedy.rows), 0);
    tnm_attempt_free(&torch);
    tnm_attempt_free(&greedy);
    tnm_tiles_free(&tiles);
}

static void test_only_two_of_four(void)
{
    tnm_problem one = {1, 4, TNM_EQUAL}, eight = {4, 8, TNM_EQUAL};
    CU_ASSERT_STRING_EQUAL(tnm_method_refuses(&tnm_torch_greedy_method, &one), "only 2:4");
    CU_ASSERT_STRING_EQUAL(tnm_method_refuses(&tnm_torch_greedy_method, &eight), "only 2:4");
    CU_ASSERT_PTR_NULL(tnm_method_refuses(&tnm_torch_greedy_method, &atmost));
}

TNM_SUITE(torch_greedy, {"signed values", test_signed_values}, {"magnitudes", test_magnitudes},
          {"completion", test_completion}, {"ties", test_ties},
          {"magnitudes are greedy-keep", test_magnitudes_are_greedy_keep},
          {"only 2:4", test_only_two_of_four})
