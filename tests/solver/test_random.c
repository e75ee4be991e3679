#include "solver/methods/random.h"

#include "formulations/check.h"
#include "solver/drive.h"
#include "solver/own.h"
#include "tests/tiles.h"

#include <string.h>

static const char *const one[] = {"count=1", NULL};
static const char *const many[] = {"count=400", NULL};

/* Two masks there are, and 400 draws see both: the better one is found. */
static void test_finds_the_best_of_few(void)
{
    static const float scores[] = {1, 2, 3, 5};
    static const uint64_t expected[] = {1, 2};
    for (int c = TNM_EQUAL; c <= TNM_ATMOST; c++) {
        tnm_problem problem = {1, 2, (tnm_constraint)c};
        tnm_attempt attempt = tnm_attempt_tile(&tnm_random_method, &problem, scores, many);
        CU_ASSERT(tnm_attempt_keeps(&attempt, 2, expected));
        tnm_attempt_free(&attempt);
    }
}

/* One draw of the 90 masks of 2:4 keeps half of the scores on average, and none more than seldom
 * (expected 100, deviation 10 of 9000). */
static void test_one_draw_is_uniform(void)
{
    enum { TILES = 9000 };
    tnm_random random = {tnm_test_seed()};
    tnm_problem problem = {2, 4, TNM_EQUAL};
    tnm_tiles tiles = tnm_tiles_make(TNM_TILES_CONSTANT, 4, TILES, &random);
    tnm_attempt attempt = tnm_attempt_with(&tnm_random_method, &problem, &tiles.band, one);
    static size_t seen[1 << 16];
    size_t masks = 0, most = 0;
    for (size_t t = 0; t < TILES; t++) {
        size_t mask = 0;
        for (size_t i = 0; i < 4; i++)
            mask |= (size_t)attempt.rows[i * TILES + t] << 4 * i;
        masks += seen[mask]++ == 0;
        most = seen[mask] > most ? seen[mask] : most;
    }
    CU_ASSERT_EQUAL(masks, 90);
    CU_ASSERT(most < 150);
    CU_ASSERT_EQUAL(attempt.verdict.broken, 0);
    tnm_attempt_free(&attempt);
    tnm_tiles_free(&tiles);
}

/* Of more draws from the same stream the best is no worse; on |N(0,1)| at 4:8 the best of 400 is
 * still far behind the greedy rule. */
static void test_more_draws_are_better(void)
{
    tnm_random random = {1};
    tnm_problem problem = {4, 8, TNM_EQUAL};
    tnm_tiles tiles = tnm_tiles_make(TNM_TILES_GAUSSIAN, 8, 20, &random);
    double gap_of_one = tnm_mean_gap(&tnm_random_method, &problem, &tiles.band, one);
    double gap_of_many = tnm_mean_gap(&tnm_random_method, &problem, &tiles.band, many);
    CU_ASSERT(gap_of_many < gap_of_one);
    CU_ASSERT(gap_of_many > 0.05);
    tnm_tiles_free(&tiles);
}

enum { ROWS = 21, COLS = 100 };

static void draw_masks(uint8_t *mask, uint64_t seed, int threads)
{
    static float weights[ROWS * COLS];
    tnm_random random = {1};
    tnm_result result;
    tnm_options options;
    tnm_matrix matrix = {.data = weights,
                         .dtype = TNM_F32,
                         .rows = ROWS,
                         .cols = COLS,
                         .row_stride = COLS,
                         .col_stride = 1};
    tnm_mask_view view = {mask, TNM_MASK_BYTES, COLS, 1};
    tnm_job job = {.problem = {2, 4, TNM_EQUAL},
                   .method = &tnm_random_method,
                   .threads = threads,
                   .seed = seed,
                   .parameters = one,
                   .mask = &view};
    for (size_t k = 0; k < ROWS * COLS; k++)
        weights[k] = (float)tnm_random_normal(&random);
    tnm_options_init(&options);
    ASSERT_OK(tnm_question_init(&job.scoring, &job.tiling, &matrix, &job.problem, &options));
    ASSERT_OK(tnm_drive(&job, &result));
    CU_ASSERT_EQUAL(result.status, TNM_FEASIBLE);
}

static void test_the_seed_alone_decides(void)
{
    static uint8_t masks[3][ROWS * COLS];
    draw_masks(masks[0], 7, 1);
    draw_masks(masks[1], 7, 3);
    draw_masks(masks[2], 8, 1);
    CU_ASSERT_EQUAL(memcmp(masks[0], masks[1], sizeof masks[0]), 0);
    CU_ASSERT_NOT_EQUAL(memcmp(masks[0], masks[2], sizeof masks[0]), 0);
}

static void test_refuses_what_cannot_be_counted(void)
{
    tnm_problem large = {16, 32, TNM_EQUAL}, fine = {8, 16, TNM_ATMOST};
    CU_ASSERT_STRING_EQUAL(tnm_method_refuses(&tnm_random_method, &large), "too many masks");
    CU_ASSERT_PTR_NULL(tnm_method_refuses(&tnm_random_method, &fine));
}

TNM_SUITE(random_masks, {"finds the best of few", test_finds_the_best_of_few},
          {"one draw is uniform", test_one_draw_is_uniform},
          {"more draws are better", test_more_draws_are_better},
          {"the seed alone decides", test_the_seed_alone_decides},
          {"refuses what cannot be counted", test_refuses_what_cannot_be_counted})
