#include "solver/own.h"
#include "tests/tiles.h"

static void test_keeps_the_heaviest(void)
{
    static const float scores[] = {1, 2, /**/ 3, 4};
    static const uint64_t expected[] = {0, 3};
    tnm_problem problem = {1, 2, TNM_EQUAL};
    tnm_attempt attempt = tnm_attempt_tile(&tnm_unstructured_method, &problem, scores, NULL);
    CU_ASSERT(tnm_attempt_keeps(&attempt, 2, expected));
    CU_ASSERT_EQUAL(attempt.verdict.broken, 1);
    CU_ASSERT_EQUAL(attempt.objectives[0], 7);
    tnm_attempt_free(&attempt);
}

/* As many as asked for, whatever the tile; none lighter than what is dropped. */
static void test_counts(void)
{
    tnm_random random = {tnm_test_seed()};
    tnm_problem problem = {5, 12, TNM_ATMOST};
    for (int kind = 0; kind < TNM_TILE_KIND_COUNT; kind++) {
        tnm_tiles tiles = tnm_tiles_make((tnm_tile_kind)kind, 12, 1, &random);
        tnm_attempt attempt = tnm_attempt_make(&tnm_unstructured_method, &problem, &tiles.band);
        double lightest_kept = __builtin_inf(), heaviest_dropped = 0;
        int kept = 0;
        for (size_t e = 0; e < 144; e++) {
            double score = tnm_band_score(&tiles.band, 0, e / 12, e % 12);
            bool is_kept = attempt.rows[e / 12] >> e % 12 & 1;
            kept += is_kept;
            if (is_kept && score < lightest_kept)
                lightest_kept = score;
            if (!is_kept && score > heaviest_dropped)
                heaviest_dropped = score;
        }
        CU_ASSERT_EQUAL(kept, 60);
        CU_ASSERT(lightest_kept >= heaviest_dropped);
        tnm_attempt_free(&attempt);
        tnm_tiles_free(&tiles);
    }
}

TNM_SUITE(unstructured, {"keeps the heaviest", test_keeps_the_heaviest}, {"counts", test_counts})
