#include "formulations/verify.h"

#include "tests/opinion.h"

#include <float.h>

/* ---- what must hold ---------------------------------------------------------------------- */

static void test_the_example_of_the_design(void)
{
    sample example;
    sample_init(&example, (tnm_problem){2, 3, TNM_ATMOST}, 1, false);
    set_score(&example, 0, 0, 0, 1);
    for (size_t k = 0; k < 4; k++)
        set_score(&example, 0, 1 + k / 2, 1 + k % 2, 1);
    example.rows[0] = 1;
    example.rows[1] = example.rows[2] = 6;
    tnm_verdict atmost = check_band(&example.problem, &example.band, example.rows, example.prices);
    CU_ASSERT_EQUAL(tnm_sum_double(&atmost.objective),
                    5); /* all prices 0: the bound is the total */
    CU_ASSERT_EQUAL(atmost.exact, 1);
    CU_ASSERT_EQUAL(atmost.short_lines, 2);
    example.problem.constraint = TNM_EQUAL;
    tnm_verdict broken = check_band(&example.problem, &example.band, example.rows, example.prices);
    CU_ASSERT_EQUAL(broken.broken, 1);
    CU_ASSERT_EQUAL(broken.exact, 0);
    example.rows[0] = 3; /* 110, 101, 011 keeps 1 + 1 + 1 + 1 */
    example.rows[1] = 5;
    tnm_verdict zero = check_band(&example.problem, &example.band, example.rows, example.prices);
    CU_ASSERT_EQUAL(tnm_sum_double(&zero.objective), 4);
    CU_ASSERT_EQUAL(zero.broken, 0);
    CU_ASSERT_EQUAL(zero.proven, 0);
    CU_ASSERT_EQUAL(zero.worst_gap, 0.2);
    CU_ASSERT_EQUAL(zero.worst_tile, 1000);
    /* a price of -1 for row 0 and column 0, +1 for the others: 2 * 2 + 0 = 4 */
    static const int64_t prices[7] = {-1, -1, 1, 1, -1, 1, 1};
    tnm_verdict equal = check_band(&example.problem, &example.band, example.rows, prices);
    CU_ASSERT_EQUAL(equal.exact, 1);
    example.problem.constraint = TNM_ATMOST; /* there negative prices prove nothing */
    tnm_verdict negative = check_band(&example.problem, &example.band, example.rows, prices);
    CU_ASSERT_EQUAL(negative.unbounded, 1);
    sample_free(&example);
}

static void test_planted_optima_are_proven(void)
{
    static const struct {
        int bits, scale;
    } kinds[] = {{15, -12}, {22, 0}, {23, -126}, {20, 100}, {28, -20}, {50, -60}, {4, -140}};
    tnm_random random = {tnm_test_seed()};
    for (int m = 1; m <= TNM_MAX_TILE; m += m < 18 ? 1 : 7) {
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            sample planted;
            int n = (int)(tnm_random_next(&random) % (uint64_t)(m + 1));
            tnm_problem problem = {n, m, tnm_random_next(&random) % 2 ? TNM_EQUAL : TNM_ATMOST};
            sample_init(&planted, problem, 1 + tnm_random_next(&random) % 9, k % 3 == 2);
            plant_sample(&planted, &random, kinds[k].bits, kinds[k].scale);
            tnm_verdict verdict = check_band(&problem, &planted.band, planted.rows, planted.prices);
            CU_ASSERT_EQUAL(verdict.exact, planted.band.tiles);
            CU_ASSERT_EQUAL(verdict.proven, planted.band.tiles);
            CU_ASSERT_EQUAL(verdict.broken, 0);
            CU_ASSERT_EQUAL(verdict.worst_gap, 0);
            sample_free(&planted);
        }
    }
}

/* Weak duality: whatever the prices, the mask and the scores, the bound holds. */
static void test_any_prices_bound_any_mask(void)
{
    tnm_random random = {tnm_test_seed()};
    for (int trial = 0; trial < 1500; trial++) {
        int m = 1 + (int)(tnm_random_next(&random) % (trial % 20 == 0 ? 64 : 9));
        int n = (int)(tnm_random_next(&random) % (uint64_t)(m + 1));
        tnm_problem problem = {n, m, trial % 2 ? TNM_EQUAL : TNM_ATMOST};
        int bits = 1 + (int)(tnm_random_next(&random) % 64);
        int scale = (int)(tnm_random_next(&random) % 90) - 40 - bits;
        sample any;
        sample_init(&any, problem, 3, trial % 3 == 0);
        for (size_t t = 0; t < 3; t++) {
            uint64_t tile_rows[TNM_MAX_TILE];
            plant_mask(tile_rows, &random, (size_t)n, (size_t)m);
            tnm_mask_put(any.rows, tile_rows, 3, (size_t)m, t);
            certificate(&any, t)[0] = scale;
            for (int k = 1; k <= 2 * m; k++) {
                int64_t price = (int64_t)tnm_random_next(&random) >> (64 - bits);
                bool turn = problem.constraint == TNM_ATMOST && price < 0;
                certificate(&any, t)[k] = turn ? ~price : price;
            }
            for (size_t k = 0; k < (size_t)(m * m); k++)
                set_score(&any, t, k / (size_t)m, k % (size_t)m, fabs(tnm_random_normal(&random)));
        }
        tnm_verdict verdict = check_band(&problem, &any.band, any.rows, any.prices);
        CU_ASSERT_EQUAL(verdict.unbounded, 0);
        CU_ASSERT(tnm_sum_compare(&verdict.bound, &verdict.objective) >= 0);
        sample_free(&any);
    }
}

/* ---- what must be caught ----------------------------------------------------------------- */

static void test_flipped_bits_are_caught(void)
{
    tnm_random random = {tnm_test_seed()};
    for (int m = 1; m <= 20; m++) {
        sample planted;
        tnm_problem problem = {(m + 1) / 2, m, TNM_EQUAL};
        sample_init(&planted, problem, 5, false);
        plant_sample(&planted, &random, 15, -12);
        for (int trial = 0; trial < 20; trial++) {
            size_t tile = tnm_random_next(&random) % 5;
            size_t i = tnm_random_next(&random) % (size_t)m,
                   j = tnm_random_next(&random) % (size_t)m;
            uint64_t *word = &planted.rows[i * 5 + tile];
            bool was_kept = *word >> j & 1;
            *word ^= UINT64_C(1) << j;
            tnm_verdict verdict = check_band(&problem, &planted.band, planted.rows, planted.prices);
            CU_ASSERT_EQUAL(verdict.broken, 1);
            CU_ASSERT_EQUAL(verdict.exact, 4);
            CU_ASSERT_EQUAL(verdict.short_lines, was_kept ? 2 : 0);
            CU_ASSERT(verdict.violation.found && !verdict.violation.column);
            CU_ASSERT_EQUAL(verdict.violation.tile, 1000 + tile);
            CU_ASSERT_EQUAL(verdict.violation.line, i);
            CU_ASSERT_EQUAL(verdict.violation.kept, (size_t)(problem.n + (was_kept ? -1 : 1)));
            *word ^= UINT64_C(1) << j;
        }
        sample_free(&planted);
    }
}

static void test_swapped_rows_break_columns(void)
{
    sample planted;
    tnm_problem problem = {1, 4, TNM_EQUAL};
    sample_init(&planted, problem, 2, false);
    for (size_t i = 0; i < 4; i++)
        planted.rows[2 * i] = planted.rows[2 * i + 1] = UINT64_C(1) << i;
    planted.rows[2 * 3 + 1] = 1; /* tile 1 keeps column 0 twice and column 3 never */
    tnm_verdict verdict = check_band(&problem, &planted.band, planted.rows, planted.prices);
    CU_ASSERT_EQUAL(verdict.broken, 1);
    CU_ASSERT(verdict.violation.column);
    CU_ASSERT_EQUAL(verdict.violation.tile, 1001);
    CU_ASSERT_EQUAL(verdict.violation.line, 0);
    CU_ASSERT_EQUAL(verdict.violation.kept, 2);
    sample_free(&planted);
}

static void test_bits_outside_the_tile_are_caught(void)
{
    for (int m = 1; m < TNM_MAX_TILE; m++) {
        sample planted;
        tnm_random random = {tnm_test_seed()};
        tnm_problem problem = {m / 2, m, TNM_EQUAL};
        sample_init(&planted, problem, 3, false);
        plant_sample(&planted, &random, 15, -12);
        tnm_verdict clean = {0}, verdict = {0};
        tnm_verify_band(&clean, &problem, &planted.band, planted.rows, planted.prices, NULL);
        planted.rows[0] |= UINT64_C(1) << m; /* where tile 1 lies when rows are packed */
        tnm_verify_band(&verdict, &problem, &planted.band, planted.rows, planted.prices, NULL);
        CU_ASSERT_EQUAL(verdict.broken, 1);
        CU_ASSERT_EQUAL(verdict.violation.tile, 1000);
        CU_ASSERT_EQUAL(verdict.violation.line, 0);
        CU_ASSERT_EQUAL(clean.exact, 3);
        CU_ASSERT_EQUAL(verdict.exact, 2);
        CU_ASSERT_EQUAL(tnm_sum_compare(&verdict.objective, &clean.objective), 0);
        sample_free(&planted);
    }
}

/* Row 1 has room and a price, which a bit outside the tile must not hide: entry (1,1) is worth 3.
 */
static void test_bits_outside_the_tile_fill_no_row(void)
{
    static const float scores[] = {3, 0, 0, 3};
    static const int64_t prices[] = {0, 3, 3, 0, 0};
    sample stray;
    tnm_problem problem = {1, 2, TNM_ATMOST};
    sample_init(&stray, problem, 1, false);
    for (size_t k = 0; k < 4; k++)
        set_score(&stray, 0, k / 2, k % 2, (double)scores[k]);
    stray.rows[0] = 1;
    stray.rows[1] = UINT64_C(1) << 5;
    tnm_verdict verdict = check_band(&problem, &stray.band, stray.rows, prices);
    CU_ASSERT_EQUAL(verdict.broken, 1);
    CU_ASSERT_EQUAL(verdict.proven, 0);
    CU_ASSERT_EQUAL(tnm_sum_double(&verdict.objective), 3);
    CU_ASSERT_EQUAL(tnm_sum_double(&verdict.bound), 6);
    CU_ASSERT_EQUAL(verdict.violation.line, 1);
    CU_ASSERT_FALSE(tnm_tile_is_proven(&problem, &stray.band, 0, stray.rows, prices));
    stray.rows[1] = 2;
    CU_ASSERT_TRUE(tnm_tile_is_proven(&problem, &stray.band, 0, stray.rows, prices));
    sample_free(&stray);
}

static void test_objectives_beyond_double(void)
{
    sample huge;
    tnm_problem problem = {2, 2, TNM_EQUAL};
    sample_init(&huge, problem, 1, true);
    for (size_t k = 0; k < 4; k++)
        huge.doubles[k / 2 * huge.band.stride + k % 2] = DBL_MAX;
    huge.rows[0] = huge.rows[1] = 3;
    certificate(&huge, 0)[0] = 1023;
    for (int k = 1; k <= 4; k++)
        certificate(&huge, 0)[k] = -1;
    tnm_verdict verdict = {0};
    tnm_verify_band(&verdict, &problem, &huge.band, huge.rows, huge.prices, NULL);
    CU_ASSERT_EQUAL(verdict.exact, 1);
    certificate(&huge, 0)[1] = 100;
    verdict = (tnm_verdict){0};
    tnm_verify_band(&verdict, &problem, &huge.band, huge.rows, huge.prices, NULL);
    CU_ASSERT_EQUAL(verdict.exact, 0);
    CU_ASSERT_EQUAL(verdict.proven, 0);
    sample_free(&huge);
}

/* ---- verdicts ---------------------------------------------------------------------------- */

/* Gives a dropped entry of row 0 a score that its prices cannot explain. */
static void raise_dropped_score(sample *self, size_t tile, double score)
{
    uint64_t dropped = ~self->rows[tile];
    set_score(self, tile, 0, (size_t)__builtin_ctzll(dropped), score);
}

static void test_verdicts_add_up_in_any_order(void)
{
    tnm_random random = {tnm_test_seed()};
    tnm_problem problem = {2, 4, TNM_EQUAL};
    sample planted;
    sample_init(&planted, problem, 6, false);
    plant_sample(&planted, &random, 15, -12);
    planted.rows[1] ^= 1;
    planted.rows[4] ^= 1;
    raise_dropped_score(&planted, 3, 100);
    raise_dropped_score(&planted, 5, 100);
    tnm_verdict one = {0}, two = {0}, forwards = {0}, backwards = {0};
    tnm_verify_band(&one, &problem, &planted.band, planted.rows, planted.prices, NULL);
    planted.band.first_tile = 7;
    raise_dropped_score(&planted, 2, 1e6);
    certificate(&planted, 0)[0] = TNM_NO_PRICES;
    tnm_verify_band(&two, &problem, &planted.band, planted.rows, planted.prices, NULL);
    tnm_verdict_add(&forwards, &one);
    tnm_verdict_add(&forwards, &two);
    tnm_verdict_add(&backwards, &two);
    tnm_verdict_add(&backwards, &one);
    CU_ASSERT_EQUAL(memcmp(&forwards, &backwards, sizeof forwards), 0);
    CU_ASSERT_EQUAL(forwards.tiles, 12);
    CU_ASSERT_EQUAL(forwards.broken, 4);
    CU_ASSERT_EQUAL(forwards.unbounded, 1);
    CU_ASSERT_EQUAL(forwards.violation.tile, 8);
    CU_ASSERT_EQUAL(forwards.worst_tile, 9);
    sample_free(&planted);
}

static void test_violations_in_order(void)
{
    tnm_verdict late = {0}, early = {0}, both = {0};
    tnm_verdict_drop_margin(&late, 3, 4);
    tnm_verdict_drop_margin(&early, 3, 2);
    tnm_verdict_drop_margin(&early, 7, 0);
    tnm_verdict_add(&both, &late);
    tnm_verdict_add(&both, &early);
    CU_ASSERT_EQUAL(both.margin_dropped, 3);
    CU_ASSERT_EQUAL(both.violation.row, 3);
    CU_ASSERT_EQUAL(both.violation.col, 2);
    tnm_verdict line = {.broken = 1, .violation = {.found = true, .tile = 9}};
    tnm_verdict_add(&both, &line);
    CU_ASSERT_FALSE(both.violation.margin);
    CU_ASSERT_EQUAL(both.violation.tile, 9);
}

static void test_results_say_what_verdicts_say(void)
{
    tnm_verdict verdict = {.tiles = 5, .proven = 5, .exact = 4, .worst_gap = 0.5, .worst_tile = 3};
    tnm_result result = {0};
    tnm_sum_add_double(&verdict.objective, 3);
    tnm_sum_add_double(&verdict.bound, 4);
    tnm_sum_add_double(&verdict.total, 7);
    tnm_verdict_result(&verdict, &result);
    CU_ASSERT_EQUAL(result.status, TNM_OPTIMAL);
    CU_ASSERT_EQUAL(result.objective, 3);
    CU_ASSERT_EQUAL(result.bound, 4);
    CU_ASSERT_EQUAL(result.total, 7);
    CU_ASSERT_EQUAL(result.tiles, 5);
    CU_ASSERT_EQUAL(result.tiles_exact, 4);
    CU_ASSERT_EQUAL(result.worst_gap, 0.5);
    CU_ASSERT_EQUAL(result.worst_tile, 3);
    verdict.unbounded = 1;
    verdict.proven = 4;
    tnm_verdict_result(&verdict, &result);
    CU_ASSERT_EQUAL(result.status, TNM_FEASIBLE);
    CU_ASSERT_EQUAL(result.bound, INFINITY);
    verdict.broken = 1;
    tnm_verdict_result(&verdict, &result);
    CU_ASSERT_EQUAL(result.status, TNM_INFEASIBLE);
    CU_ASSERT_EQUAL(result.broken_tiles, 1);
    verdict.broken = 0;
    verdict.margin_dropped = 2;
    tnm_verdict_result(&verdict, &result);
    CU_ASSERT_EQUAL(result.status, TNM_INFEASIBLE);
    CU_ASSERT_EQUAL(result.margin_dropped, 2);
}

TNM_SUITE(verify, {"the example of the design", test_the_example_of_the_design},
          {"planted optima are proven", test_planted_optima_are_proven},
          {"any prices bound any mask", test_any_prices_bound_any_mask},
          {"flipped bits are caught", test_flipped_bits_are_caught},
          {"swapped rows break columns", test_swapped_rows_break_columns},
          {"bits outside the tile are caught", test_bits_outside_the_tile_are_caught},
          {"bits outside the tile fill no row", test_bits_outside_the_tile_fill_no_row},
          {"objectives beyond double", test_objectives_beyond_double},
          {"verdicts add up in any order", test_verdicts_add_up_in_any_order},
          {"violations in order", test_violations_in_order},
          {"results say what verdicts say", test_results_say_what_verdicts_say})
