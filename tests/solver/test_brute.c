#include "solver/own.h"
#include "tests/tiles.h"

#include <math.h>
#include <string.h>

/* ---- against every mask there is ----------------------------------------------------------- */

static bool obeys(const tnm_problem *problem, const uint64_t *rows)
{
    for (int k = 0; k < problem->m; k++) {
        int row = __builtin_popcountll(rows[k]), col = 0;
        for (int i = 0; i < problem->m; i++)
            col += (int)(rows[i] >> k & 1);
        if (row > problem->n || col > problem->n)
            return false;
        if (problem->constraint == TNM_EQUAL && (row < problem->n || col < problem->n))
            return false;
    }
    return true;
}

static void sum_kept(tnm_sum *sum, const tnm_band *band, size_t tile, const uint64_t *rows)
{
    *sum = (tnm_sum){0};
    for (size_t e = 0; e < band->m * band->m; e++) {
        size_t i = e / band->m, j = e % band->m;
        if (rows[i] >> j & 1)
            tnm_sum_add_double(sum, tnm_band_score(band, tile, i, j));
    }
}

/* The best of all 2^(m*m) masks. */
static void best_sum(tnm_sum *best, const tnm_problem *problem, const tnm_band *band, size_t tile)
{
    size_t m = band->m;
    bool found = false;
    for (uint32_t bits = 0; bits < UINT32_C(1) << (m * m); bits++) {
        uint64_t rows[4];
        tnm_sum sum;
        for (size_t i = 0; i < m; i++)
            rows[i] = bits >> (i * m) & tnm_low_bits(m);
        if (!obeys(problem, rows))
            continue;
        sum_kept(&sum, band, tile, rows);
        if (!found || tnm_sum_compare(best, &sum) < 0)
            *best = sum;
        found = true;
    }
}

static void check_all_tiles(const tnm_problem *problem, const tnm_tiles *tiles)
{
    tnm_sum best = {0}, total = {0};
    tnm_attempt attempt = tnm_attempt_make(&tnm_brute_method, problem, &tiles->band);
    CU_ASSERT_EQUAL(attempt.error, TNM_OK);
    CU_ASSERT_EQUAL(attempt.verdict.broken, 0);
    CU_ASSERT_EQUAL(attempt.verdict.proven, tiles->band.tiles);
    for (size_t t = 0; t < tiles->band.tiles; t++) {
        best_sum(&best, problem, &tiles->band, t);
        tnm_sum_add(&total, &best);
    }
    CU_ASSERT_EQUAL(tnm_sum_compare(&total, &attempt.verdict.objective), 0);
    tnm_attempt_free(&attempt);
}

static void test_finds_the_best_of_all_masks(void)
{
    tnm_random random = {tnm_test_seed()};
    for (int kind = 0; kind < TNM_TILE_KIND_COUNT; kind++) {
        for (int m = 1; m <= 4; m++) {
            tnm_tiles tiles = tnm_tiles_make((tnm_tile_kind)kind, m, 2, &random);
            for (int n = 0; n <= m; n++) {
                tnm_problem equal = {n, m, TNM_EQUAL}, atmost = {n, m, TNM_ATMOST};
                check_all_tiles(&equal, &tiles);
                check_all_tiles(&atmost, &tiles);
            }
            tnm_tiles_free(&tiles);
        }
    }
}

/* ---- by hand ------------------------------------------------------------------------------- */

static double objective(const float *scores, const tnm_problem *problem)
{
    tnm_tiles tiles = tnm_tiles_of(problem->m, scores);
    tnm_attempt attempt = tnm_attempt_make(&tnm_brute_method, problem, &tiles.band);
    double value = attempt.objectives[0];
    CU_ASSERT_EQUAL(attempt.error, TNM_OK);
    CU_ASSERT_EQUAL(attempt.verdict.exact, 1);
    tnm_attempt_free(&attempt);
    tnm_tiles_free(&tiles);
    return value;
}

/* The two constraints differ: filling all lines costs one. */
static void test_tells_the_constraints_apart(void)
{
    static const float scores[] = {1, 0, 0, 0, 1, 1, 0, 1, 1};
    tnm_problem equal = {2, 3, TNM_EQUAL}, atmost = {2, 3, TNM_ATMOST};
    CU_ASSERT_EQUAL(objective(scores, &equal), 4);
    CU_ASSERT_EQUAL(objective(scores, &atmost), 5);
}

/* The example that Paddle's documentation gives for the best mask: 61. */
static void test_solves_a_published_example(void)
{
    static const float scores[] = {2, 8, 9, 9, 9, 1, 3, 9, 5, 6, 3, 9, 2, 4, 6, 9};
    tnm_problem problem = {2, 4, TNM_EQUAL};
    CU_ASSERT_EQUAL(objective(scores, &problem), 61);
}

static void test_solves_four_of_eight(void)
{
    tnm_random random = {tnm_test_seed()};
    tnm_problem problem = {4, 8, TNM_EQUAL};
    tnm_tiles tiles = tnm_tiles_make(TNM_TILES_GAUSSIAN, 8, 2, &random);
    tnm_attempt attempt = tnm_attempt_make(&tnm_brute_method, &problem, &tiles.band);
    CU_ASSERT_EQUAL(attempt.error, TNM_OK);
    CU_ASSERT_EQUAL(attempt.verdict.exact, 2);
    tnm_attempt_free(&attempt);
    tnm_tiles_free(&tiles);
}

static void test_refuses_too_much_work(void)
{
    static const tnm_problem accepted[] = {{0, 16, TNM_ATMOST},
                                           {1, 16, TNM_EQUAL},
                                           {2, 10, TNM_EQUAL},
                                           {4, 8, TNM_EQUAL},
                                           {3, 6, TNM_ATMOST}};
    static const tnm_problem refused[] = {
        {4, 8, TNM_ATMOST}, {5, 10, TNM_EQUAL}, {2, 16, TNM_EQUAL}, {16, 16, TNM_EQUAL}};
    for (size_t k = 0; k < sizeof accepted / sizeof *accepted; k++)
        CU_ASSERT_PTR_NULL(tnm_method_refuses(&tnm_brute_method, &accepted[k]));
    for (size_t k = 0; k < sizeof refused / sizeof *refused; k++)
        CU_ASSERT_STRING_EQUAL(tnm_method_refuses(&tnm_brute_method, &refused[k]), "too much work");
    tnm_problem large = {1, 17, TNM_EQUAL};
    CU_ASSERT_STRING_EQUAL(tnm_method_refuses(&tnm_brute_method, &large), "tiles too large");
}

static void test_stops_when_told(void)
{
    static const float scores[] = {3, 1, 1, 2};
    tnm_tiles tiles = tnm_tiles_of(2, scores);
    tnm_problem problem = {1, 2, TNM_EQUAL};
    atomic_bool stop = true;
    tnm_settings settings = {.stop = &stop};
    uint64_t rows[2] = {0};
    tnm_answer answer = {.rows = rows};
    void *workspace = NULL;
    ASSERT_OK(tnm_brute_method.open(&workspace, &problem, &settings));
    CU_ASSERT_EQUAL(tnm_brute_method.solve(workspace, &tiles.band, &answer), TNM_ERROR_LIMIT);
    stop = false;
    ASSERT_OK(tnm_brute_method.solve(workspace, &tiles.band, &answer));
    CU_ASSERT_EQUAL(rows[0], 1);
    CU_ASSERT_EQUAL(rows[1], 2);
    tnm_brute_method.close(workspace);
    tnm_tiles_free(&tiles);
}

TNM_SUITE(brute, {"finds the best of all masks", test_finds_the_best_of_all_masks},
          {"tells the constraints apart", test_tells_the_constraints_apart},
          {"solves a published example", test_solves_a_published_example},
          {"solves four of eight", test_solves_four_of_eight},
          {"refuses too much work", test_refuses_too_much_work},
          {"stops when told", test_stops_when_told})
