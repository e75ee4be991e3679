#include "formulations/verify.h"
#include "instances/planted.h"
#include "tests/testlib.h"

#include <string.h>

static int64_t draw(void *source, int64_t largest)
{
    return (int64_t)(tnm_random_next(source) % ((uint64_t)largest + 1));
}

/* A planted tile as the one tile of a band, with its mask. */
typedef struct planted_band {
    float scores[TNM_MAX_TILE * TNM_MAX_TILE];
    uint64_t rows[TNM_MAX_TILE];
    tnm_planted_band laid;
} planted_band;

static void lay(planted_band *band, const tnm_planted *tile, const tnm_problem *problem)
{
    size_t m = (size_t)problem->m;
    ASSERT_OK(tnm_planted_band_init(&band->laid, problem, m));
    tnm_planted_band_lay(&band->laid, tile, 0);
    memset(band->rows, 0, sizeof band->rows);
    for (size_t k = 0; k < m * m; k++) {
        band->scores[k] = (float)band->laid.scores[k];
        CU_ASSERT_EQUAL((double)band->scores[k], band->laid.scores[k]);
        band->rows[k / m] |= (uint64_t)tile->kept[k / m][k % m] << k % m;
    }
}

static tnm_verdict grade(const planted_band *band, const tnm_problem *problem)
{
    tnm_verdict verdict = {.tiles = 0};
    size_t m = (size_t)problem->m;
    tnm_band view = {.m = m, .tiles = 1, .stride = m, .scores = band->scores};
    tnm_verify_band(&verdict, problem, &view, band->rows, band->laid.prices, NULL);
    return verdict;
}

/* Mask and prices prove each other optimal, exactly, whatever the pattern. */
static void check_proven(const tnm_planted *tile, const tnm_problem *problem)
{
    planted_band band;
    lay(&band, tile, problem);
    tnm_verdict verdict = grade(&band, problem);
    CU_ASSERT_EQUAL(verdict.broken, 0);
    CU_ASSERT_EQUAL(verdict.exact, 1);
    CU_ASSERT_EQUAL(tnm_sum_compare(&verdict.objective, &band.laid.optimum), 0);
    if (verdict.exact != 1 || verdict.broken != 0)
        tnm_test_note("%d:%d %s", problem->n, problem->m,
                      problem->constraint == TNM_EQUAL ? "equal" : "atmost");
    tnm_planted_band_free(&band.laid);
}

static void test_planted_optima_are_proven(void)
{
    static const int sides[] = {1, 2, 3, 4, 5, 8, 16, 32, 64};
    tnm_random random = {tnm_test_seed()};
    tnm_dice dice = {draw, &random};
    tnm_planted tile;
    for (size_t k = 0; k < sizeof sides / sizeof sides[0]; k++) {
        for (int n = 0; n <= sides[k]; n += sides[k] < 16 ? 1 : sides[k] / 4) {
            for (int constraint = TNM_EQUAL; constraint <= TNM_ATMOST; constraint++) {
                tnm_problem problem = {n, sides[k], (tnm_constraint)constraint};
                tnm_plant_random(&tile, &problem, 1000, 1000, &dice);
                check_proven(&tile, &problem);
                tnm_plant_random(&tile, &problem, 2, 1, &dice);
                check_proven(&tile, &problem);
                tnm_plant_random(&tile, &problem, TNM_PLANTED_MOST_LEVELS, TNM_PLANTED_MOST_SLACK,
                                 &dice);
                check_proven(&tile, &problem);
            }
        }
    }
}

/* What tells the constraints apart does occur: short lines, and prices below zero. */
static void test_planted_tiles_tell_the_constraints_apart(void)
{
    tnm_random random = {tnm_test_seed()};
    tnm_dice dice = {draw, &random};
    tnm_planted tile;
    size_t short_lines = 0, below_zero = 0;
    for (int trial = 0; trial < 20; trial++) {
        planted_band band;
        tnm_problem problem = {4, 8, TNM_ATMOST};
        tnm_plant_random(&tile, &problem, 1000, 1000, &dice);
        lay(&band, &tile, &problem);
        short_lines += grade(&band, &problem).short_lines;
        tnm_planted_band_free(&band.laid);
        problem.constraint = TNM_EQUAL;
        tnm_plant_random(&tile, &problem, 1000, 1000, &dice);
        for (int i = 0; i < 8; i++)
            below_zero += tile.row_price[i] < 0;
    }
    CU_ASSERT(short_lines > 20);
    CU_ASSERT(below_zero > 20);
}

/* The two greedy rules at their simplest: go through the entries of a tight tile from heavy to
 * light and keep while both lines have room; or from light to heavy and prune while a line needs
 * it. Returns the score kept. */
static int64_t greedy(const tnm_planted *tile, int n, bool prunes)
{
    int row_count[TNM_MAX_TILE] = {0}, column_count[TNM_MAX_TILE] = {0}, m = 2 * n;
    int64_t classes[] = {tile->score[0][0], tile->score[0][n], tile->score[n][n]}, kept = 0;
    for (int c = 0; c < 3; c++) {
        for (int k = 0; k < m * m; k++) {
            int i = k / m, j = k % m;
            if (tile->score[i][j] != classes[prunes ? 2 - c : c])
                continue;
            bool take = prunes ? row_count[i] < n || column_count[j] < n
                               : row_count[i] < n && column_count[j] < n;
            row_count[i] += take;
            column_count[j] += take;
            kept += take != prunes ? tile->score[i][j] : 0;
        }
    }
    return kept;
}

static void test_tight_tiles_fool_both_greedy_rules(void)
{
    const int64_t one = 1 << 20, excess = 1 << 10;
    tnm_planted tile;
    for (int n = 1; n <= 32; n *= 2) {
        for (int constraint = TNM_EQUAL; constraint <= TNM_ATMOST; constraint++) {
            tnm_problem problem = {n, 2 * n, (tnm_constraint)constraint};
            tnm_plant_tight(&tile, &problem, excess);
            check_proven(&tile, &problem);
        }
        CU_ASSERT_EQUAL(greedy(&tile, n, false), n * n * (one + excess));
        CU_ASSERT_EQUAL(greedy(&tile, n, true), n * n * (one + excess));
    }
}

static void test_bands_refuse_what_is_no_pattern(void)
{
    tnm_planted_band band;
    tnm_problem problem = {5, 4, TNM_EQUAL};
    ASSERT_FAILS(tnm_planted_band_init(&band, &problem, 8), TNM_ERROR_USAGE, "5:4 is no pattern");
    problem.n = 2;
    ASSERT_FAILS(tnm_planted_band_init(&band, &problem, 6), TNM_ERROR_USAGE,
                 "6 columns are no multiple of 4");
    CU_ASSERT_PTR_NULL(band.scores);
}

TNM_SUITE(planted, {"planted optima are proven", test_planted_optima_are_proven},
          {"planted tiles tell the constraints apart",
           test_planted_tiles_tell_the_constraints_apart},
          {"tight tiles fool both greedy rules", test_tight_tiles_fool_both_greedy_rules},
          {"bands refuse what is no pattern", test_bands_refuse_what_is_no_pattern})
