#include "formulations/certificate.h"

#include "tests/opinion.h"

static void test_coarse_prices_prove(void)
{
    tnm_random random = {tnm_test_seed()};
    for (int trial = 0; trial < 100; trial++) {
        sample planted;
        tnm_problem problem = {4, 8, TNM_EQUAL};
        sample_init(&planted, problem, 4, trial % 2);
        plant_sample(&planted, &random, 2, 0); /* prices 0 to 3, scores with all their bits */
        tnm_verdict verdict = check_band(&problem, &planted.band, planted.rows, planted.prices);
        CU_ASSERT_EQUAL(verdict.exact, 4);
        sample_free(&planted);
    }
}

/* The same certificate in units as fine or as coarse as they come. */
static void test_all_scales_mean_the_same(void)
{
    sample tile;
    tnm_problem problem = {1, 2, TNM_EQUAL};
    sample_init(&tile, problem, 1, true);
    tile.rows[0] = 1;
    tile.rows[1] = 2;
    for (int exponent = -1070; exponent <= 1020; exponent++) {
        int64_t *prices = certificate(&tile, 0);
        for (size_t k = 0; k < 4; k++) {
            double score = k % 3 == 0 ? 3 : 1; /* 3 1 / 1 3 with prices of 1: proven */
            tile.doubles[k / 2 * tile.band.stride + k % 2] = ldexp(score, exponent);
            tile.scores[k / 2 * tile.band.stride + k % 2] = 0; /* not to be looked at */
        }
        for (int shift = 0; shift <= 60; shift += 12) {
            prices[0] = exponent - shift;
            for (int k = 1; k <= 4; k++)
                prices[k] = INT64_C(1) << shift;
            if (prices[0] < TNM_SUM_MIN_SCALE)
                continue;
            tnm_verdict verdict = check_band(&problem, &tile.band, tile.rows, tile.prices);
            CU_ASSERT_EQUAL(verdict.exact, 1);
            prices[1] -= shift > 0 ? INT64_C(1) << (shift - 1) : 0; /* 1/2 + 1 > 1: still */
            verdict = check_band(&problem, &tile.band, tile.rows, tile.prices);
            CU_ASSERT_EQUAL(verdict.exact, 1);
            prices[1] -= shift > 0 ? INT64_C(1) << shift : 2; /* -1/2 + 1 < 1: no more */
            verdict = check_band(&problem, &tile.band, tile.rows, tile.prices);
            CU_ASSERT_EQUAL(verdict.exact, 0);
        }
    }
    sample_free(&tile);
}

static void test_atmost_wants_free_rooms(void)
{
    sample planted;
    tnm_problem problem = {2, 4, TNM_ATMOST};
    sample_init(&planted, problem, 1, false);
    int64_t *prices = certificate(&planted, 0);
    planted.rows[0] = 3; /* one row of two ones; the rest is zero */
    set_score(&planted, 0, 0, 0, 1);
    set_score(&planted, 0, 0, 1, 1);
    tnm_verdict fine = check_band(&problem, &planted.band, planted.rows, planted.prices);
    CU_ASSERT_EQUAL(fine.exact, 1);
    prices[1] = 1; /* row 0 is full and may have a price */
    tnm_verdict full = check_band(&problem, &planted.band, planted.rows, planted.prices);
    CU_ASSERT_EQUAL(full.exact, 1);
    prices[2] = 1; /* row 1 has room and may not */
    tnm_verdict room = check_band(&problem, &planted.band, planted.rows, planted.prices);
    CU_ASSERT_EQUAL(room.exact, 0);
    CU_ASSERT_EQUAL(room.proven, 0);
    CU_ASSERT_EQUAL(tnm_sum_double(&room.bound), 4);
    prices[2] = -1; /* and nowhere may it be negative */
    tnm_verdict negative = check_band(&problem, &planted.band, planted.rows, planted.prices);
    CU_ASSERT_EQUAL(negative.unbounded, 1);
    sample_free(&planted);
}

static void test_moved_prices_are_caught(void)
{
    tnm_random random = {tnm_test_seed()};
    tnm_problem problem = {2, 4, TNM_EQUAL};
    sample planted;
    sample_init(&planted, problem, 1, false);
    for (size_t k = 0; k < 16; k++) /* two disjoint 2 x 2 blocks: any price moved is wrong */
        set_score(&planted, 0, k / 4, k % 4, k / 8 == k % 4 / 2 ? 1 : 0);
    planted.rows[0] = planted.rows[1] = 3;
    planted.rows[2] = planted.rows[3] = 12;
    for (int bits = 1; bits < 60; bits++) {
        int64_t *prices = certificate(&planted, 0);
        prices[0] = -bits;
        for (int k = 1; k <= 8; k++)
            prices[k] = INT64_C(1) << (bits - 1); /* a half: bound 2 * 4 + 0 = 8 */
        tnm_verdict verdict = check_band(&problem, &planted.band, planted.rows, planted.prices);
        CU_ASSERT_EQUAL(verdict.exact, 1);
        int line = 1 + (int)(tnm_random_next(&random) % 8);
        prices[line] += tnm_random_next(&random) % 2 ? 1 : -1;
        for (int k = 1; k <= 8 && bits > 1; k++)
            CU_ASSERT(prices[k] != 0);
        tnm_verdict moved = check_band(&problem, &planted.band, planted.rows, planted.prices);
        CU_ASSERT_EQUAL(moved.exact, prices[line] > INT64_C(1) << (bits - 1) ? 0 : 1);
    }
    sample_free(&planted);
}

static void test_scales_out_of_range_are_no_prices(void)
{
    static const int64_t scales[] = {TNM_NO_PRICES, TNM_SUM_MIN_SCALE - 1, TNM_SUM_MAX_SCALE + 1,
                                     INT64_MAX,     INT64_C(1) << 32,      -(INT64_C(1) << 32)};
    tnm_random random = {tnm_test_seed()};
    sample planted;
    tnm_problem problem = {4, 8, TNM_EQUAL};
    sample_init(&planted, problem, 3, false);
    plant_sample(&planted, &random, 15, -12);
    for (size_t k = 0; k < sizeof scales / sizeof *scales; k++) {
        certificate(&planted, 1)[0] = scales[k];
        tnm_verdict verdict = check_band(&problem, &planted.band, planted.rows, planted.prices);
        CU_ASSERT_EQUAL(verdict.unbounded, 1);
        CU_ASSERT_EQUAL(verdict.exact, 2);
    }
    sample_free(&planted);
}

static void test_proven_is_less_than_exact(void)
{
    sample tile;
    tnm_problem problem = {1, 1, TNM_ATMOST};
    sample_init(&tile, problem, 1, false);
    int64_t *prices = certificate(&tile, 0);
    set_score(&tile, 0, 0, 0, 1);
    tile.rows[0] = 1;
    prices[0] = -53; /* units of half an ulp of 1 */
    for (int64_t above = 0; above <= 3; above++) {
        prices[1] = (INT64_C(1) << 53) + above;
        tnm_verdict verdict = check_band(&problem, &tile.band, tile.rows, tile.prices);
        CU_ASSERT_EQUAL(verdict.exact, above == 0);
        CU_ASSERT_EQUAL(verdict.proven, above <= 1);
        tnm_result result = {0};
        tnm_verdict_result(&verdict, &result);
        CU_ASSERT_EQUAL(result.status, above <= 1 ? TNM_OPTIMAL : TNM_FEASIBLE);
    }
    sample_free(&tile);
}

TNM_SUITE(certificate, {"coarse prices prove", test_coarse_prices_prove},
          {"all scales mean the same", test_all_scales_mean_the_same},
          {"atmost wants free rooms", test_atmost_wants_free_rooms},
          {"moved prices are caught", test_moved_prices_are_caught},
          {"scales out of range are no prices", test_scales_out_of_range_are_no_prices},
          {"proven is less than exact", test_proven_is_less_than_exact})
