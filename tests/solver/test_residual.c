#include "solver/own.h"
#include "solver/residual.h"
#include "tests/tiles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the repair as a method, from a mask that knows nothing of the scores ------------------ */

typedef struct repairer {
    tnm_problem problem;
    tnm_residual *residual;
} repairer;

static tnm_error open_repairer(void **workspace, const tnm_problem *problem,
                               const tnm_settings *settings)
{
    tnm_error error = TNM_OK;
    repairer *self = NULL;
    (void)settings;
    TNM_TRY(TNM_NEW(self, 1));
    *workspace = self;
    self->problem = *problem;
    TNM_TRY(tnm_residual_init(&self->residual, problem->m));
out:
    return error;
}

static void close_repairer(void *workspace)
{
    repairer *self = workspace;
    tnm_residual_free(self->residual);
    free(self);
}

/* N entries of every row, going round. */
static void start_mask(uint64_t *tile_rows, size_t n, size_t m)
{
    for (size_t i = 0; i < m; i++) {
        tile_rows[i] = 0;
        for (size_t k = 0; k < n; k++)
            tile_rows[i] |= UINT64_C(1) << (i + k) % m;
    }
}

static tnm_error solve_by_repair(void *workspace, const tnm_band *band, tnm_answer *answer)
{
    tnm_error error = TNM_OK;
    repairer *self = workspace;
    uint64_t tile_rows[TNM_MAX_TILE], again[TNM_MAX_TILE];
    int64_t second[2 * TNM_MAX_TILE + 1];
    size_t length = tnm_certificate_length(band->m);
    for (size_t t = 0; t < band->tiles; t++) {
        int64_t *certificate = answer->prices + t * length;
        start_mask(tile_rows, (size_t)self->problem.n, band->m);
        TNM_TRY(tnm_residual_repair(self->residual, &self->problem, band, t, tile_rows, NULL,
                                    certificate));
        memcpy(again, tile_rows, sizeof again);
        TNM_TRY(tnm_residual_repair(self->residual, &self->problem, band, t, again, NULL, second));
        CU_ASSERT_EQUAL(memcmp(again, tile_rows, band->m * sizeof *again), 0);
        CU_ASSERT_EQUAL(memcmp(second, certificate, length * sizeof *second), 0);
        tnm_mask_put(answer->rows, tile_rows, band->tiles, band->m, t);
    }
out:
    return error;
}

static const tnm_method repair_method = {.name = "repair",
                                         .capabilities = TNM_METHOD_EXACT,
                                         .largest_m = TNM_MAX_TILE,
                                         .open = open_repairer,
                                         .solve = solve_by_repair,
                                         .close = close_repairer};

/* Tiles that are proven to the last bit: those without ties far below the largest score. */
static bool is_exact_kind(tnm_tile_kind kind)
{
    return tnm_tile_kind_is_tame(kind) || kind == TNM_TILES_DOUBLE;
}

/* ---- against brute force ------------------------------------------------------------------- */

static void compare_with_brute(tnm_tile_kind kind, const tnm_problem *problem, const tnm_band *band)
{
    tnm_attempt repaired = tnm_attempt_make(&repair_method, problem, band);
    tnm_attempt brute = tnm_attempt_make(&tnm_brute_method, problem, band);
    bool same = tnm_sum_compare(&repaired.verdict.objective, &brute.verdict.objective) == 0;
    size_t exact = repaired.verdict.exact, proven = repaired.verdict.proven;
    bool proves = proven == band->tiles && (exact == band->tiles || !is_exact_kind(kind));
    CU_ASSERT_EQUAL(repaired.error, TNM_OK);
    CU_ASSERT_EQUAL(brute.error, TNM_OK);
    CU_ASSERT_EQUAL(repaired.verdict.broken, 0);
    CU_ASSERT(same);
    CU_ASSERT(proves);
    if (!same || !proves)
        tnm_test_note("%s, %d:%d %s, TNM_TEST_SEED=%llu: %zu tiles, %zu proven, %zu exact",
                      tnm_tile_kind_name(kind), problem->n, problem->m,
                      tnm_constraint_name(problem->constraint), (unsigned long long)tnm_test_seed(),
                      band->tiles, proven, exact);
    tnm_attempt_free(&repaired);
    tnm_attempt_free(&brute);
}

static void test_finds_the_optimum(void)
{
    tnm_random random = {tnm_test_seed()};
    for (int kind = 0; kind < TNM_TILE_KIND_COUNT; kind++) {
        for (int m = 1; m <= 6; m++) {
            tnm_tiles tiles = tnm_tiles_make((tnm_tile_kind)kind, m, m <= 4 ? 16 : 1, &random);
            for (int n = 0; n <= m; n++) {
                tnm_problem equal = {n, m, TNM_EQUAL}, atmost = {n, m, TNM_ATMOST};
                compare_with_brute((tnm_tile_kind)kind, &equal, &tiles.band);
                if (tnm_brute_method.refuses(&atmost) == NULL)
                    compare_with_brute((tnm_tile_kind)kind, &atmost, &tiles.band);
            }
            tnm_tiles_free(&tiles);
        }
    }
}

/* Scores over all that a double can be, from 2^-1074 to nearly 2^1024. */
static void test_bears_all_doubles(void)
{
    tnm_random random = {tnm_test_seed()};
    tnm_tiles tiles = tnm_tiles_make(TNM_TILES_DOUBLE, 4, 64, &random);
    for (size_t at = 0; at < 4 * tiles.band.stride; at++) {
        int exponent = (int)(tnm_random_next(&random) % 2098) - 1074;
        tiles.doubles[at] = ldexp(1 + tnm_random_uniform(&random), exponent);
        tiles.scores[at] = (float)tiles.doubles[at];
    }
    for (int n = 1; n < 4; n++) {
        tnm_problem equal = {n, 4, TNM_EQUAL}, atmost = {n, 4, TNM_ATMOST};
        compare_with_brute(TNM_TILES_EXTREME, &equal, &tiles.band);
        compare_with_brute(TNM_TILES_EXTREME, &atmost, &tiles.band);
    }
    tnm_tiles_free(&tiles);
}

/* All scores at the end of the range: the unit of the prices is as large as it gets. */
static void test_bears_large_units(void)
{
    tnm_random random = {tnm_test_seed()};
    tnm_tiles tiles = tnm_tiles_make(TNM_TILES_DOUBLE, 4, 16, &random);
    for (size_t at = 0; at < 4 * tiles.band.stride; at++) {
        tiles.doubles[at] = tnm_random_next(&random) % 2 == 0 ? 0x1p1023 : 0;
        tiles.scores[at] = (float)tiles.doubles[at];
    }
    tnm_problem problem = {2, 4, TNM_EQUAL};
    compare_with_brute(TNM_TILES_TIES, &problem, &tiles.band);
    tnm_tiles_free(&tiles);
}

static void test_proves_large_tiles(void)
{
    static const int sides[] = {12, 16, 32, 64};
    tnm_random random = {tnm_test_seed()};
    for (int kind = 0; kind < TNM_TILE_KIND_COUNT; kind++) {
        for (size_t k = 0; k < sizeof sides / sizeof *sides; k++) {
            tnm_tiles tiles = tnm_tiles_make((tnm_tile_kind)kind, sides[k], 2, &random);
            for (int constraint = TNM_EQUAL; constraint <= TNM_ATMOST; constraint++) {
                tnm_problem problem = {sides[k] / 2, sides[k], (tnm_constraint)constraint};
                tnm_attempt attempt = tnm_attempt_make(&repair_method, &problem, &tiles.band);
                CU_ASSERT_EQUAL(attempt.error, TNM_OK);
                CU_ASSERT_EQUAL(attempt.verdict.broken, 0);
                CU_ASSERT_EQUAL(attempt.verdict.proven, 2);
                CU_ASSERT(attempt.verdict.exact == 2 || !is_exact_kind((tnm_tile_kind)kind));
                tnm_attempt_free(&attempt);
            }
            tnm_tiles_free(&tiles);
        }
    }
}

/* ---- by hand ------------------------------------------------------------------------------- */

/*     3 1    keeping the diagonal is worth 5, the other way 3. Row labels start at 3 and fall to
 *     1 2    the kept scores: prices 3 + 0 and 2 + 0, and dropped scores are below. */
static void test_swaps_two_by_two(void)
{
    static const float scores[] = {3, 1, 1, 2};
    tnm_tiles tiles = tnm_tiles_of(2, scores);
    tnm_problem problem = {1, 2, TNM_EQUAL};
    uint64_t rows[2] = {2, 1};
    int64_t certificate[5] = {7, 7, 7, 7, 7};
    tnm_residual *residual = NULL;
    ASSERT_OK(tnm_residual_init(&residual, 2));
    ASSERT_OK(tnm_residual_repair(residual, &problem, &tiles.band, 0, rows, NULL, certificate));
    CU_ASSERT_EQUAL(rows[0], 1);
    CU_ASSERT_EQUAL(rows[1], 2);
    CU_ASSERT_EQUAL(certificate[0], 0);
    CU_ASSERT(certificate[1] + certificate[3] <= 3 && certificate[2] + certificate[4] <= 2);
    CU_ASSERT(certificate[1] + certificate[4] >= 1 && certificate[2] + certificate[3] >= 1);
    rows[0] = 2;
    rows[1] = 1;
    ASSERT_OK(tnm_residual_repair(residual, &problem, &tiles.band, 0, rows, NULL, NULL));
    CU_ASSERT_EQUAL(rows[0], 1);
    tnm_residual_free(residual);
    tnm_tiles_free(&tiles);
}

/* A unit just above which prices of 64 bits end: 1 beside the smallest double. Whatever is kept of
 * the small ones shows in no sum of doubles, but the repair sees it. */
static void test_sees_below_doubles(void)
{
    tnm_random random = {tnm_test_seed()};
    tnm_tiles tiles = tnm_tiles_make(TNM_TILES_DOUBLE, 3, 1, &random);
    static const double scores[] = {1, 0, 0, 0, 0x1p-1074, 0x1p-1073, 0, 0x1p-1073, 0x1.8p-1073};
    for (size_t at = 0; at < 9; at++) {
        tiles.doubles[at] = scores[at];
        tiles.scores[at] = (float)scores[at];
    }
    tnm_problem problem = {1, 3, TNM_EQUAL};
    uint64_t rows[3] = {1, 2, 4};
    tnm_residual *residual = NULL;
    ASSERT_OK(tnm_residual_init(&residual, 3));
    ASSERT_OK(tnm_residual_repair(residual, &problem, &tiles.band, 0, rows, NULL, NULL));
    CU_ASSERT_EQUAL(rows[0], 1);
    CU_ASSERT_EQUAL(rows[1], 2);
    CU_ASSERT_EQUAL(rows[2], 4);
    tiles.doubles[8] = 0x1p-1073; /* now 2^-1074 + 2^-1073 against 2 * 2^-1073 */
    ASSERT_OK(tnm_residual_repair(residual, &problem, &tiles.band, 0, rows, NULL, NULL));
    CU_ASSERT_EQUAL(rows[0], 1);
    CU_ASSERT_EQUAL(rows[1], 4);
    CU_ASSERT_EQUAL(rows[2], 2);
    tnm_residual_free(residual);
    tnm_tiles_free(&tiles);
}

/* The exact price of the second row is its score, which prices for a score of 1 are too coarse to
 * say; but 0 is a price as well. */
static void test_proves_by_coarse_prices(void)
{
    static const float scores[] = {1, 0, 0, 0x1.8p-100F};
    tnm_tiles tiles = tnm_tiles_of(2, scores);
    tnm_problem problem = {1, 2, TNM_EQUAL};
    tnm_attempt attempt = tnm_attempt_make(&repair_method, &problem, &tiles.band);
    CU_ASSERT_EQUAL(attempt.error, TNM_OK);
    CU_ASSERT_EQUAL(attempt.verdict.exact, 1);
    CU_ASSERT(attempt.prices[0] > -101);
    tnm_attempt_free(&attempt);
    tnm_tiles_free(&tiles);
}

static void test_refuses_broken_masks(void)
{
    static const float scores[] = {3, 1, 1, 2};
    tnm_tiles tiles = tnm_tiles_of(2, scores);
    tnm_problem equal = {1, 2, TNM_EQUAL}, atmost = {1, 2, TNM_ATMOST};
    uint64_t same_column[2] = {1, 1}, nothing[2] = {0, 0}, outside[2] = {4, 1};
    tnm_residual *residual = NULL;
    ASSERT_OK(tnm_residual_init(&residual, 2));
    ASSERT_FAILS(tnm_residual_repair(residual, &equal, &tiles.band, 0, same_column, NULL, NULL),
                 TNM_ERROR_INTERNAL, "tile 0: the mask to be repaired breaks 1:2");
    CU_ASSERT_EQUAL(same_column[0], 1);
    CU_ASSERT_EQUAL(same_column[1], 1);
    ASSERT_FAILS(tnm_residual_repair(residual, &atmost, &tiles.band, 0, same_column, NULL, NULL),
                 TNM_ERROR_INTERNAL, "breaks 1:2");
    ASSERT_FAILS(tnm_residual_repair(residual, &atmost, &tiles.band, 0, outside, NULL, NULL),
                 TNM_ERROR_INTERNAL, "breaks 1:2");
    ASSERT_FAILS(tnm_residual_repair(residual, &equal, &tiles.band, 0, nothing, NULL, NULL),
                 TNM_ERROR_INTERNAL, "breaks 1:2");
    ASSERT_OK(tnm_residual_repair(residual, &atmost, &tiles.band, 0, nothing, NULL, NULL));
    CU_ASSERT_EQUAL(nothing[0], 1);
    CU_ASSERT_EQUAL(nothing[1], 2);
    tnm_residual_free(residual);
    tnm_tiles_free(&tiles);
}

TNM_SUITE(residual, {"finds the optimum", test_finds_the_optimum},
          {"bears all doubles", test_bears_all_doubles},
          {"bears large units", test_bears_large_units},
          {"proves large tiles", test_proves_large_tiles},
          {"swaps two by two", test_swaps_two_by_two},
          {"sees below doubles", test_sees_below_doubles},
          {"proves by coarse prices", test_proves_by_coarse_prices},
          {"refuses broken masks", test_refuses_broken_masks})
