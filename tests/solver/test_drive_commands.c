/* The drive, as commands use it: graders, bands that are done with, parameters. */
#include "formulations/check.h"
#include "solver/drive.h"
#include "tests/testlib.h"

#include <math.h>
#include <string.h>

enum { ROWS = 50, COLS = 75, M = 8, TILES = 7 * 10, LENGTH = 2 * M + 1 };

static float weights[ROWS][COLS];
static const tnm_matrix matrix = {.data = weights,
                                  .dtype = TNM_F32,
                                  .rows = ROWS,
                                  .cols = COLS,
                                  .row_stride = COLS,
                                  .col_stride = 1};

/* A job over seeded weights with ragged sides; 4:8, by the method of this name. */
static tnm_job make_job(const char *method, tnm_constraint constraint)
{
    tnm_random random = {tnm_test_seed()};
    tnm_options options;
    tnm_job job = {.problem = {.n = 4, .m = M, .constraint = constraint},
                   .method = tnm_own_method(method)};
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < COLS; j++)
            weights[i][j] = (float)tnm_random_normal(&random);
    }
    tnm_options_init(&options);
    ASSERT_OK(tnm_question_init(&job.scoring, &job.tiling, &matrix, &job.problem, &options));
    CU_ASSERT_EQUAL(job.tiling.tile_rows * job.tiling.tile_cols, TILES);
    return job;
}

/* A heuristic with a grader: its own mask, the bound and the prices of the other method. */
static void test_grader(void)
{
    for (int c = TNM_EQUAL; c <= TNM_ATMOST; c++) {
        static uint8_t alone_mask[ROWS][COLS], graded_mask[ROWS][COLS];
        static int64_t exact_prices[TILES * LENGTH], graded_prices[TILES * LENGTH];
        tnm_mask_view alone_view = {alone_mask[0], TNM_MASK_BYTES, COLS, 1};
        tnm_mask_view graded_view = {graded_mask[0], TNM_MASK_BYTES, COLS, 1};
        tnm_result alone, graded, exact;
        tnm_job job = make_job("greedy-keep", (tnm_constraint)c);
        job.mask = &alone_view;
        ASSERT_OK(tnm_drive(&job, &alone));
        CU_ASSERT(isinf(alone.bound));
        job.grader = tnm_own_method("exact");
        job.mask = &graded_view;
        job.prices = graded_prices;
        ASSERT_OK(tnm_drive(&job, &graded));
        job = make_job("exact", (tnm_constraint)c);
        job.prices = exact_prices;
        ASSERT_OK(tnm_drive(&job, &exact));

        CU_ASSERT_EQUAL(memcmp(alone_mask, graded_mask, sizeof alone_mask), 0);
        CU_ASSERT_EQUAL(memcmp(exact_prices, graded_prices, sizeof exact_prices), 0);
        CU_ASSERT_EQUAL(graded.objective, alone.objective);
        CU_ASSERT_EQUAL(graded.bound, exact.objective);
        CU_ASSERT_EQUAL(graded.status, TNM_FEASIBLE);
        CU_ASSERT_EQUAL(exact.status, TNM_OPTIMAL);
        CU_ASSERT(graded.tiles_proven < TILES && graded.worst_gap > 0);
    }
}

static void count_band(void *context, size_t tile_row)
{
    atomic_size_t *bands = context;
    if (tile_row < 7)
        atomic_fetch_add(&bands[tile_row], 1);
}

static void test_every_band_is_done_with_once(void)
{
    atomic_size_t bands[7] = {0};
    tnm_result result;
    tnm_job job = make_job("exact", TNM_EQUAL);
    job.threads = 3;
    job.band_done = count_band;
    job.band_done_context = bands;
    ASSERT_OK(tnm_drive(&job, &result));
    for (size_t k = 0; k < 7; k++)
        CU_ASSERT_EQUAL(atomic_load(&bands[k]), 1);
}

static void test_parameters_are_refused(void)
{
    const char *const parameters[] = {"speed=9", NULL};
    tnm_result result;
    tnm_job job = make_job("exact", TNM_EQUAL);
    job.parameters = parameters;
    ASSERT_FAILS(tnm_drive(&job, &result), TNM_ERROR_USAGE, "exact has no parameters: 'speed=9'");
}

/* The same numbers with their columns together: the same answers, whoever reads which bands. */
static void test_transposed_matrices(void)
{
    enum { TALL = 517, WIDE = 75, MOST_TILES = 173 * 25 };
    static float plain[TALL][WIDE], turned[WIDE][TALL];
    static uint8_t masks[2][TALL][WIDE];
    static int64_t prices[2][MOST_TILES * (2 * 16 + 1)];
    const tnm_matrix matrices[] = {{plain, TNM_F32, false, TALL, WIDE, WIDE, 1},
                                   {turned, TNM_F32, false, TALL, WIDE, 1, TALL}};
    tnm_random random = {tnm_test_seed()};
    for (size_t k = 0; k < TALL * WIDE; k++)
        turned[k % WIDE][k / WIDE] = plain[k / WIDE][k % WIDE] = (float)tnm_random_normal(&random);
    for (int m = 3; m <= 16; m++) {
        for (int trial = 0; trial < 4; trial++) {
            tnm_result result;
            tnm_options options;
            tnm_mask_view view = {masks[trial > 0][0], TNM_MASK_BYTES, WIDE, 1};
            tnm_job job = {.problem = {.n = m / 2, .m = m},
                           .method = tnm_own_method("exact"),
                           .threads = 1 + trial / 2,
                           .mask = &view,
                           .prices = prices[trial > 0]};
            tnm_options_init(&options);
            ASSERT_OK(tnm_question_init(&job.scoring, &job.tiling, &matrices[trial > 0],
                                        &job.problem, &options));
            ASSERT_OK(tnm_drive(&job, &result));
            CU_ASSERT_EQUAL(result.status, TNM_OPTIMAL);
            CU_ASSERT(trial == 0 || memcmp(masks[0], masks[1], sizeof masks[0]) == 0);
            CU_ASSERT(trial == 0 || memcmp(prices[0], prices[1], sizeof prices[0]) == 0);
        }
    }
}

TNM_SUITE(drive_commands, {"a grader lends its prices", test_grader},
          {"every band is done with once", test_every_band_is_done_with_once},
          {"parameters are refused", test_parameters_are_refused},
          {"transposed matrices", test_transposed_matrices})
