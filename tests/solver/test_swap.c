#include "solver/own.h"
#include "tests/tiles.h"

static const char *const from_exact[] = {"start=exact", NULL};

/* greedy-keep takes 1.25 and 0; the exchange gains 0.75. */
static void test_one_exchange(void)
{
    static const float scores[] = {1.25F, 1, 1, 0};
    static const uint64_t expected[] = {2, 1};
    for (int c = TNM_EQUAL; c <= TNM_ATMOST; c++) {
        tnm_problem problem = {1, 2, (tnm_constraint)c};
        tnm_attempt attempt = tnm_attempt_tile(&tnm_swap_method, &problem, scores, NULL);
        CU_ASSERT(tnm_attempt_keeps(&attempt, 2, expected));
        tnm_attempt_free(&attempt);
    }
}

/* The diagonal keeps 5.5, and no exchange of two for two gains; going round through three rows
 * would keep 8. */
static void test_a_local_optimum(void)
{
    static const float scores[] = {3.25F, 3, 0, 0, 2.25F, 2, 3, 0, 0};
    static const uint64_t expected[] = {1, 2, 4};
    tnm_problem problem = {1, 3, TNM_EQUAL};
    tnm_attempt attempt = tnm_attempt_tile(&tnm_swap_method, &problem, scores, NULL);
    tnm_attempt best = tnm_attempt_tile(&tnm_swap_method, &problem, scores, from_exact);
    CU_ASSERT(tnm_attempt_keeps(&attempt, 3, expected));
    CU_ASSERT_EQUAL(attempt.objectives[0], 5.5);
    CU_ASSERT_EQUAL(best.objectives[0], 8);
    tnm_attempt_free(&attempt);
    tnm_attempt_free(&best);
}

/* Under `atmost` the border lets a short line take what another has: 3 makes way for 4, and what
 * is free is taken. */
static void test_the_border(void)
{
    static const char *const from_bi[] = {"start=bi-nm", NULL};
    static const float scores[] = {3, 2, 4, 1};
    static const uint64_t expected[] = {2, 1};
    tnm_problem problem = {1, 2, TNM_ATMOST};
    tnm_attempt attempt = tnm_attempt_tile(&tnm_swap_method, &problem, scores, from_bi);
    CU_ASSERT(tnm_attempt_keeps(&attempt, 2, expected));
    CU_ASSERT_EQUAL(attempt.objectives[0], 6);
    tnm_attempt_free(&attempt);
}

/* What two rows and two columns could gain by any exchange, at most; by trying all. */
static double best_exchange(const tnm_band *band, const uint64_t *rows)
{
    double best = 0;
    for (size_t at = 0; at < 8 * 8 * 8 * 8; at++) {
        size_t a = at % 8, b = at / 8 % 8, j = at / 64 % 8, k = at / 512;
        bool trades =
            (rows[a] >> j & 1) && (rows[b] >> k & 1) && !(rows[a] >> k & 1) && !(rows[b] >> j & 1);
        double gain = tnm_band_score(band, 0, a, k) + tnm_band_score(band, 0, b, j) -
                      tnm_band_score(band, 0, a, j) - tnm_band_score(band, 0, b, k);
        if (trades && gain > best)
            best = gain;
    }
    return best;
}

/* No exchange gains in the end, and the start was no better, whatever it was. */
static void test_from_every_start(void)
{
    tnm_random random = {tnm_test_seed()};
    char text[64];
    const char *const parameters[] = {text, NULL};
    for (const tnm_method *const *start = tnm_own_methods; *start != NULL; start++) {
        for (int c = TNM_EQUAL; c <= TNM_ATMOST; c++) {
            tnm_problem problem = {4, 8, (tnm_constraint)c};
            bool fits = *start != &tnm_swap_method &&
                        tnm_method_refuses(*start, &problem) == NULL &&
                        !((*start)->capabilities & TNM_METHOD_RELAXED);
            snprintf(text, sizeof text, "start=%s", (*start)->name);
            tnm_tiles tiles = tnm_tiles_make(TNM_TILES_COARSE, 8, 1, &random);
            tnm_attempt end = tnm_attempt_with(&tnm_swap_method, &problem, &tiles.band, parameters);
            CU_ASSERT_EQUAL(end.error, fits ? TNM_OK : TNM_ERROR_USAGE);
            if (fits) {
                tnm_attempt begin = tnm_attempt_make(*start, &problem, &tiles.band);
                CU_ASSERT(end.objectives[0] >= begin.objectives[0]);
                CU_ASSERT_EQUAL(best_exchange(&tiles.band, end.rows), 0);
                tnm_attempt_free(&begin);
            }
            tnm_attempt_free(&end);
            tnm_tiles_free(&tiles);
        }
    }
}

static void test_no_such_start(void)
{
    static const char *const magic[] = {"start=magic", NULL};
    static const char *const relaxed[] = {"start=row-nm", NULL};
    static const char *const small[] = {"start=enumerate", NULL};
    static const float scores[64] = {0};
    tnm_problem problem = {4, 8, TNM_EQUAL};
    tnm_attempt attempt = tnm_attempt_tile(&tnm_swap_method, &problem, scores, magic);
    CU_ASSERT(tnm_test_contains(tnm_error_message(), "cannot start from 'magic'"));
    tnm_attempt_free(&attempt);
    attempt = tnm_attempt_tile(&tnm_swap_method, &problem, scores, relaxed);
    CU_ASSERT(tnm_test_contains(tnm_error_message(), "row-nm may break the constraint"));
    tnm_attempt_free(&attempt);
    attempt = tnm_attempt_tile(&tnm_swap_method, &problem, scores, small);
    CU_ASSERT(tnm_test_contains(tnm_error_message(), "enumerate does not answer 4:8: only 2:4"));
    tnm_attempt_free(&attempt);
}

TNM_SUITE(swap, {"one exchange", test_one_exchange}, {"a local optimum", test_a_local_optimum},
          {"the border", test_the_border}, {"from every start", test_from_every_start},
          {"no such start", test_no_such_start})
