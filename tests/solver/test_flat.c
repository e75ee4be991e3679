#include "solver/flat.h"

#include "formulations/check.h"
#include "solver/drive.h"
#include "solver/methods/random.h"
#include "tests/testlib.h"

#include <string.h>

enum { COLS = 10, M = 2 };

/* Ten columns are two whole chunks of four and one of two, padded: three flat tiles a row. */
static void test_what_goes_where(void)
{
    float scores[M][COLS], weights[M][COLS];
    tnm_tiling tiling;
    tnm_flat flat;
    uint64_t rows[M * COLS / M];
    for (size_t k = 0; k < M * COLS; k++) {
        scores[k / COLS][k % COLS] = (float)k;
        weights[k / COLS][k % COLS] = -(float)k;
    }
    tnm_band_buffer buffer = {.scores = scores[0], .weights = weights[0]};
    tnm_band band = {
        .m = M, .tiles = 5, .stride = COLS, .scores = scores[0], .weights = weights[0]};
    ASSERT_OK(tnm_tiling_init(&tiling, M, COLS, M, TNM_EDGES_PAD));
    tnm_flat_tiling(&tiling);
    ASSERT_OK(tnm_flat_init(&flat, &tiling, &buffer));
    tnm_flat_load(&flat, &band);
    CU_ASSERT_EQUAL(flat.band.tiles, 6);
    static const double tile_1[] = {4, 5, 6, 7}, tile_2[] = {8, 9, 0, 0},
                        tile_4[] = {14, 15, 16, 17};
    for (size_t e = 0; e < 4; e++) {
        CU_ASSERT_EQUAL(tnm_band_score(&flat.band, 1, e / 2, e % 2), tile_1[e]);
        CU_ASSERT_EQUAL(tnm_band_score(&flat.band, 2, e / 2, e % 2), tile_2[e]);
        CU_ASSERT_EQUAL(tnm_band_score(&flat.band, 4, e / 2, e % 2), tile_4[e]);
    }
    CU_ASSERT_EQUAL(flat.band.weights[2 * 1 + 1], -5);
    memset(flat.rows, 0, 12 * sizeof *flat.rows);
    flat.rows[1 * 6 + 4] = 2; /* entry (1,1) of tile 4: 17, at row 1, column 7 */
    tnm_flat_store(rows, &flat, &band);
    for (size_t k = 0; k < 10; k++)
        CU_ASSERT_EQUAL(rows[k], k == 5 + 3 ? 2 : 0);
    tnm_flat_free(&flat);
}

enum { SIDE = 512 };

static float normal[SIDE * SIDE];

static void solve_flat(uint8_t *mask, tnm_result *result, const char *method, int threads)
{
    tnm_random random = {1};
    tnm_options options;
    tnm_matrix matrix = {.data = normal,
                         .dtype = TNM_F32,
                         .rows = SIDE,
                         .cols = SIDE,
                         .row_stride = SIDE,
                         .col_stride = 1};
    tnm_mask_view view = {mask, TNM_MASK_BYTES, SIDE, 1};
    tnm_job job = {.problem = {4, 8, TNM_ATMOST},
                   .method = tnm_own_method(method),
                   .grader = tnm_own_method("exact"),
                   .flat = true,
                   .threads = threads,
                   .mask = &view};
    for (size_t k = 0; k < SIDE * SIDE; k++)
        normal[k] = (float)tnm_random_normal(&random);
    tnm_options_init(&options);
    ASSERT_OK(tnm_question_init(&job.scoring, &job.tiling, &matrix, &job.problem, &options));
    tnm_flat_tiling(&job.tiling);
    ASSERT_OK(tnm_drive(&job, result));
}

static size_t count_overfull(const uint8_t *mask, size_t step, size_t across)
{
    size_t overfull = 0;
    for (size_t line = 0; line < SIDE; line++) {
        for (size_t group = 0; group < SIDE; group += 8) {
            int kept = 0;
            for (size_t k = 0; k < 8; k++)
                kept += mask[line * across + (group + k) * step];
            overfull += kept > 4;
        }
    }
    return overfull;
}

/* The masks of the flat layout keep 4:8 along every row, but not of the transposed matrix: 34.9 %
 * of the groups of a column keep more than four, and 99.8 % of the tiles have such a group. */
static void test_columns_are_violated(void)
{
    static uint8_t mask[SIDE * SIDE], again[SIDE * SIDE];
    tnm_result result;
    solve_flat(mask, &result, "reference-2021", 1);
    CU_ASSERT_EQUAL(result.status, TNM_INFEASIBLE);
    CU_ASSERT_EQUAL(count_overfull(mask, 1, SIDE), 0);
    CU_ASSERT_DOUBLE_EQUAL((double)count_overfull(mask, SIDE, 1) / (SIDE * SIDE / 8), 0.349, 0.01);
    CU_ASSERT_DOUBLE_EQUAL((double)result.broken_tiles / (double)result.tiles, 0.998, 0.003);
    solve_flat(again, &result, "reference-2021", 3);
    CU_ASSERT_EQUAL(memcmp(mask, again, sizeof mask), 0);
}

/* Flat tiles are as many problems of the same kind, so on random weights their best masks keep
 * about as much as the best transposable ones; no prices of theirs prove it. */
static void test_graded_by_the_tiles_of_the_matrix(void)
{
    static uint8_t mask[SIDE * SIDE];
    tnm_result result;
    solve_flat(mask, &result, "exact", 2);
    CU_ASSERT_EQUAL(result.status, TNM_INFEASIBLE);
    CU_ASSERT_EQUAL(count_overfull(mask, 1, SIDE), 0);
    CU_ASSERT_DOUBLE_EQUAL(tnm_result_gap(&result), 0, 0.002);
}

/* A band of 36 columns is 12 flat tiles, three a row, but 9 tiles of the matrix: whoever numbers
 * the former as the latter draws the same masks for the last row of one band and the first of the
 * next.
 */
static void test_every_flat_tile_has_its_own_numbers(void)
{
    enum { ROWS = 8, WIDTH = 36 };
    static const char *const parameters[] = {"count=1", NULL};
    float ones[ROWS * WIDTH];
    uint8_t mask[ROWS * WIDTH];
    tnm_matrix matrix = {ones, TNM_F32, false, ROWS, WIDTH, WIDTH, 1};
    tnm_mask_view view = {mask, TNM_MASK_BYTES, WIDTH, 1};
    tnm_job job = {.problem = {2, 4, TNM_EQUAL},
                   .method = &tnm_random_method,
                   .flat = true,
                   .threads = 1,
                   .parameters = parameters,
                   .mask = &view};
    tnm_options options;
    tnm_result result;
    for (size_t k = 0; k < ROWS * WIDTH; k++)
        ones[k] = 1;
    tnm_options_init(&options);
    ASSERT_OK(tnm_question_init(&job.scoring, &job.tiling, &matrix, &job.problem, &options));
    tnm_flat_tiling(&job.tiling);
    ASSERT_OK(tnm_drive(&job, &result));
    for (size_t a = 0; a < ROWS; a++) {
        for (size_t b = 0; b < a; b++)
            CU_ASSERT_NOT_EQUAL(memcmp(mask + a * WIDTH, mask + b * WIDTH, WIDTH), 0);
    }
}

TNM_SUITE(flat, {"every flat tile has its own numbers", test_every_flat_tile_has_its_own_numbers},
          {"what goes where", test_what_goes_where},
          {"columns are violated", test_columns_are_violated},
          {"graded by the tiles of the matrix", test_graded_by_the_tiles_of_the_matrix})
