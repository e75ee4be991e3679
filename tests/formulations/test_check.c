#include "formulations/check.h"

#include "tests/plant.h"

#include <omp.h>

static tnm_options options_for(tnm_edges edges, int threads)
{
    tnm_options options;
    tnm_options_init(&options);
    options.edges = edges;
    options.threads = threads;
    return options;
}

/* The sums of a plant, one entry at a time. */
static void plant_sums(const plant *self, double *objective, double *total)
{
    tnm_sum kept = {0}, all = {0};
    for (size_t k = 0; k < self->tiling.rows * self->tiling.cols; k++) {
        double score = fabs((double)self->weights[k]);
        tnm_sum_add_double(&all, score);
        if (self->kept[k])
            tnm_sum_add_double(&kept, score);
    }
    *objective = tnm_sum_double(&kept);
    *total = tnm_sum_double(&all);
}

/* Times apart, results must be the same. */
static void forget_times(tnm_result *result)
{
    CU_ASSERT(result->seconds > 0);
    result->seconds = 0;
}

static bool same_result(const tnm_result *a, const tnm_result *b)
{
    return a->status == b->status && a->objective == b->objective && a->bound == b->bound &&
           a->total == b->total && a->tiles == b->tiles && a->tiles_proven == b->tiles_proven &&
           a->tiles_exact == b->tiles_exact && a->short_lines == b->short_lines &&
           a->broken_tiles == b->broken_tiles && a->margin_dropped == b->margin_dropped &&
           a->worst_gap == b->worst_gap && a->worst_tile == b->worst_tile &&
           a->seconds == b->seconds;
}

/* Checks a plant with 1 and 3 threads; both results must agree, and one is given back. */
static tnm_result check_plant(const plant *self, const int64_t *prices)
{
    tnm_result first = {0};
    for (int threads = 1; threads <= 3; threads += 2) {
        tnm_options options = options_for(self->edges, threads);
        tnm_result result;
        ASSERT_OK(tnm_check(&self->matrix, &self->problem, &options, &self->mask, prices, &result));
        forget_times(&result);
        if (threads == 1)
            first = result;
        CU_ASSERT(same_result(&first, &result));
    }
    return first;
}

/* ---- what is right ----------------------------------------------------------------------- */

static void check_right(tnm_random *random, size_t rows, size_t cols, tnm_problem problem,
                        tnm_edges edges)
{
    plant planted;
    double objective, total;
    plant_init(&planted, random, rows, cols, problem, edges, 15, -12);
    plant_sums(&planted, &objective, &total);
    tnm_result result = check_plant(&planted, planted.prices);
    CU_ASSERT_EQUAL(result.status, TNM_OPTIMAL);
    CU_ASSERT_EQUAL(result.objective, objective);
    CU_ASSERT_EQUAL(result.bound, objective);
    CU_ASSERT_EQUAL(result.total, total);
    CU_ASSERT_EQUAL(result.tiles, tnm_tile_count(rows, cols, problem.m, edges));
    CU_ASSERT_EQUAL(result.tiles_proven, result.tiles);
    CU_ASSERT_EQUAL(result.tiles_exact, result.tiles);
    CU_ASSERT_EQUAL(result.broken_tiles, 0);
    CU_ASSERT_EQUAL(result.worst_gap, 0);
    CU_ASSERT_EQUAL(tnm_result_gap(&result), 0);
    CU_ASSERT_EQUAL(tnm_result_retention(&result), total == 0 ? 1 : objective / total);
    if (problem.constraint == TNM_EQUAL || edges != TNM_EDGES_PAD)
        CU_ASSERT_EQUAL(result.short_lines, 0);
    tnm_result bare = check_plant(&planted, NULL);
    CU_ASSERT_EQUAL(bare.status, result.tiles == 0 ? TNM_OPTIMAL : TNM_FEASIBLE);
    CU_ASSERT_EQUAL(bare.objective, objective);
    CU_ASSERT_EQUAL(bare.bound, result.tiles == 0 ? objective : INFINITY);
    CU_ASSERT_EQUAL(bare.tiles_proven, 0);
    CU_ASSERT_EQUAL(tnm_result_gap(&bare), result.tiles == 0 ? 0 : 1);
    plant_free(&planted);
}

static void test_proves_planted_optima(void)
{
    tnm_random random = {tnm_test_seed()};
    for (int m = 1; m <= TNM_MAX_TILE; m += m < 10 ? 1 : 9) {
        for (int constraint = TNM_EQUAL; constraint <= TNM_ATMOST; constraint++) {
            int n = (int)(tnm_random_next(&random) % (uint64_t)(m + 1));
            tnm_problem problem = {n, m, (tnm_constraint)constraint};
            check_right(&random, 3 * (size_t)m, 5 * (size_t)m, problem, TNM_EDGES_ERROR);
            check_right(&random, 70, 133, problem, TNM_EDGES_PAD);
            check_right(&random, 70, 133, problem, TNM_EDGES_DENSE);
            check_right(&random, 9, 133, problem, TNM_EDGES_DENSE);
        }
    }
}

static void test_proves_in_stretches(void)
{
    tnm_random random = {tnm_test_seed()};
    check_right(&random, 8, 70001, (tnm_problem){2, 4, TNM_EQUAL}, TNM_EDGES_PAD);
    check_right(&random, 130, 2500, (tnm_problem){32, 64, TNM_EQUAL}, TNM_EDGES_DENSE);
}

/* The verdict on a plant, for what a result does not tell. */
static tnm_violation violation_of(const plant *self)
{
    tnm_scoring scoring = {.weights = &self->matrix};
    tnm_verdict verdict = {0};
    ASSERT_OK(tnm_check_mask(&verdict, &scoring, &self->tiling, &self->problem, &self->mask,
                             self->prices, 2));
    return verdict.violation;
}

static void test_all_is_margin(void)
{
    tnm_random random = {tnm_test_seed()};
    plant planted;
    plant_init(&planted, &random, 3, 700, (tnm_problem){2, 4, TNM_EQUAL}, TNM_EDGES_DENSE, 9, 0);
    tnm_result result = check_plant(&planted, planted.prices);
    CU_ASSERT_EQUAL(result.tiles, 0);
    CU_ASSERT_EQUAL(result.objective, 2100);
    CU_ASSERT_EQUAL(result.bound, 2100);
    CU_ASSERT_EQUAL(result.status, TNM_OPTIMAL);
    planted.kept[700 + 5] = 0;
    result = check_plant(&planted, planted.prices);
    CU_ASSERT_EQUAL(result.status, TNM_INFEASIBLE);
    CU_ASSERT_EQUAL(result.margin_dropped, 1);
    CU_ASSERT_EQUAL(result.objective, 2099);
    CU_ASSERT_EQUAL(result.bound, 2100);
    tnm_violation violation = violation_of(&planted);
    CU_ASSERT(violation.found && violation.margin);
    CU_ASSERT_EQUAL(violation.row, 1);
    CU_ASSERT_EQUAL(violation.col, 5);
    plant_free(&planted);
}

static void test_the_margin_is_kept_whole(void)
{
    tnm_random random = {tnm_test_seed()};
    plant planted;
    plant_init(&planted, &random, 10, 10, (tnm_problem){4, 8, TNM_EQUAL}, TNM_EDGES_DENSE, 9, 0);
    for (size_t k = 0; k < 100; k++)
        planted.kept[k] &= k / 10 < 8 && k % 10 < 8;
    tnm_result result = check_plant(&planted, planted.prices);
    CU_ASSERT_EQUAL(result.status, TNM_INFEASIBLE);
    CU_ASSERT_EQUAL(result.tiles_exact, 1);
    CU_ASSERT_EQUAL(result.broken_tiles, 0);
    CU_ASSERT_EQUAL(result.margin_dropped, 36);
    tnm_violation violation = violation_of(&planted);
    CU_ASSERT(violation.margin);
    CU_ASSERT_EQUAL(violation.row, 0);
    CU_ASSERT_EQUAL(violation.col, 8);
    planted.kept[0] ^= 1; /* lines of tiles are told first */
    CU_ASSERT_FALSE(violation_of(&planted).margin);
    plant_free(&planted);
}

static void test_masks_of_bits(void)
{
    tnm_random random = {tnm_test_seed()};
    plant planted;
    tnm_problem problem = {3, 7, TNM_EQUAL};
    plant_init(&planted, &random, 41, 101, problem, TNM_EDGES_PAD, 15, -12);
    tnm_result bytes = check_plant(&planted, planted.prices);
    uint8_t *bits = calloc(41, 13);
    for (size_t k = 0; k < 41 * 101; k++)
        bits[k / 101 * 13 + k % 101 / 8] |= (uint8_t)(planted.kept[k] << k % 101 % 8);
    planted.mask = (tnm_mask_view){bits, TNM_MASK_BITS, 13, 0};
    tnm_result same = check_plant(&planted, planted.prices);
    CU_ASSERT_EQUAL(bytes.status, TNM_OPTIMAL);
    CU_ASSERT(same_result(&bytes, &same));
    free(bits);
    plant_free(&planted);
}

/* ---- what is wrong ----------------------------------------------------------------------- */

static void test_a_flipped_entry_breaks_its_tile(void)
{
    tnm_random random = {tnm_test_seed()};
    plant planted;
    plant_init(&planted, &random, 32, 32, (tnm_problem){4, 8, TNM_EQUAL}, TNM_EDGES_PAD, 15, -12);
    for (int trial = 0; trial < 40; trial++) {
        size_t at = tnm_random_next(&random) % (32 * 32);
        planted.kept[at] ^= 1;
        tnm_result result = check_plant(&planted, planted.prices);
        CU_ASSERT_EQUAL(result.status, TNM_INFEASIBLE);
        CU_ASSERT_EQUAL(result.broken_tiles, 1);
        CU_ASSERT_EQUAL(result.tiles_proven, 15);
        CU_ASSERT_EQUAL(result.short_lines, planted.kept[at] ? 0 : 2);
        planted.kept[at] ^= 1;
    }
    plant_free(&planted);
}

static void test_the_first_violation_is_reported(void)
{
    tnm_random random = {tnm_test_seed()};
    plant planted;
    plant_init(&planted, &random, 64, 64, (tnm_problem){4, 8, TNM_EQUAL}, TNM_EDGES_PAD, 15, -12);
    tnm_scoring scoring = {.weights = &planted.matrix};
    for (int trial = 0; trial < 20; trial++) {
        size_t first = SIZE_MAX, row = 0;
        for (int k = 0; k < 4; k++) { /* empties a row of some tiles */
            size_t i = tnm_random_next(&random) % 64, tile_col = tnm_random_next(&random) % 8;
            size_t tile = i / 8 * 8 + tile_col;
            memset(planted.kept + i * 64 + tile_col * 8, 0, 8);
            if (tile < first || (tile == first && i < row)) {
                first = tile;
                row = i;
            }
        }
        for (int threads = 1; threads <= 4; threads++) {
            tnm_verdict verdict = {0};
            ASSERT_OK(tnm_check_mask(&verdict, &scoring, &planted.tiling, &planted.problem,
                                     &planted.mask, planted.prices, threads));
            CU_ASSERT(verdict.violation.found);
            CU_ASSERT_EQUAL(verdict.violation.tile, first);
            CU_ASSERT_FALSE(verdict.violation.column);
            CU_ASSERT_EQUAL(verdict.violation.line, row % 8);
            CU_ASSERT_EQUAL(verdict.violation.kept, 0);
        }
        for (size_t tile = 0; tile < planted.tiles; tile++)
            plant_tile(&planted, &random, tile, 15, -12);
    }
    plant_free(&planted);
}

static void test_ragged_tiles_that_cannot_be_completed(void)
{
    /* 2:4 on 3x4: row 3 is padding; three columns of one entry and one of three need four there. */
    float weights[12] = {0};
    uint8_t kept[12] = {1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1, 0};
    tnm_matrix matrix = {weights, TNM_F32, false, 3, 4, 4, 1};
    tnm_mask_view mask = {kept, TNM_MASK_BYTES, 4, 1};
    tnm_problem problem = {2, 4, TNM_EQUAL};
    tnm_options options = options_for(TNM_EDGES_PAD, 1);
    tnm_result result;
    ASSERT_OK(tnm_check(&matrix, &problem, &options, &mask, NULL, &result));
    CU_ASSERT_EQUAL(result.status, TNM_INFEASIBLE);
    kept[0] = 0;
    kept[1] = 1; /* now the columns hold 2 2 1 1, and the padding two */
    ASSERT_OK(tnm_check(&matrix, &problem, &options, &mask, NULL, &result));
    CU_ASSERT_EQUAL(result.status, TNM_FEASIBLE);
    CU_ASSERT_EQUAL(result.short_lines, 0);
    problem.constraint = TNM_ATMOST; /* padding keeps nothing: its row and two columns are short */
    ASSERT_OK(tnm_check(&matrix, &problem, &options, &mask, NULL, &result));
    CU_ASSERT_EQUAL(result.status, TNM_FEASIBLE);
    CU_ASSERT_EQUAL(result.short_lines, 3);
}

/* ---- failures ---------------------------------------------------------------------------- */

static void test_the_lowest_failure_is_reported(void)
{
    tnm_random random = {tnm_test_seed()};
    plant planted;
    plant_init(&planted, &random, 400, 40, (tnm_problem){2, 4, TNM_EQUAL}, TNM_EDGES_PAD, 15, -12);
    for (size_t row = 399; row > 100; row -= 37)
        planted.weights[row * 40 + row % 40] = NAN;
    planted.weights[102 * 40 + 39] = INFINITY;
    for (int threads = 1; threads <= 4; threads++) {
        tnm_options options = options_for(TNM_EDGES_PAD, threads);
        tnm_result result;
        ASSERT_FAILS(tnm_check(&planted.matrix, &planted.problem, &options, &planted.mask,
                               planted.prices, &result),
                     TNM_ERROR_DATA, "weight at row 102, column 39 is infinite");
        CU_ASSERT_EQUAL(result.status, TNM_LIMIT);
    }
    plant_free(&planted);
}

static void test_the_margin_is_checked_too(void)
{
    float weights[30] = {[23] = NAN};
    uint8_t kept[30] = {0};
    tnm_matrix matrix = {weights, TNM_F32, false, 5, 6, 6, 1};
    tnm_mask_view mask = {kept, TNM_MASK_BYTES, 6, 1};
    tnm_problem problem = {0, 4, TNM_EQUAL};
    tnm_options options = options_for(TNM_EDGES_DENSE, 1);
    tnm_result result;
    ASSERT_FAILS(tnm_check(&matrix, &problem, &options, &mask, NULL, &result), TNM_ERROR_DATA,
                 "weight at row 3, column 5 is not a number");
}

static void test_questions_that_make_no_sense(void)
{
    float weights[16] = {0};
    uint8_t kept[16] = {0};
    tnm_matrix matrix = {weights, TNM_F32, false, 4, 4, 4, 1}, other = matrix, empty = matrix;
    tnm_mask_view mask = {kept, TNM_MASK_BYTES, 4, 1};
    tnm_problem problem = {2, 4, TNM_EQUAL}, wrong = {5, 4, TNM_EQUAL};
    tnm_options options = options_for(TNM_EDGES_PAD, 1);
    tnm_result result;
#define REFUSED(matrix, problem, mask, code, text)                                                 \
    ASSERT_FAILS(tnm_check(matrix, problem, &options, mask, NULL, &result), code, text)
    REFUSED(&matrix, &problem, NULL, TNM_ERROR_USAGE, "no mask is given");
    REFUSED(&matrix, &wrong, &mask, TNM_ERROR_USAGE, "N must lie between");
    options.score = TNM_SCORE_GIVEN;
    REFUSED(&matrix, &problem, &mask, TNM_ERROR_USAGE, "no score matrix is given");
    other.cols = 3;
    options.given_scores = &other;
    REFUSED(&matrix, &problem, &mask, TNM_ERROR_DATA, "scores are 4x3, weights 4x4");
    options.score = (tnm_score)9;
    REFUSED(&matrix, &problem, &mask, TNM_ERROR_USAGE, "unknown score 9");
    options.score = TNM_SCORE_ABS;
    options.edges = (tnm_edges)9;
    REFUSED(&matrix, &problem, &mask, TNM_ERROR_USAGE, "unknown edge rule 9");
    options.threads = -1;
    options.edges = TNM_EDGES_ERROR;
    REFUSED(&matrix, &problem, &mask, TNM_ERROR_USAGE, "-1 threads: expected 0");
    options.threads = 1;
    REFUSED(&other, &problem, &mask, TNM_ERROR_DATA, "4x3 is no multiple of 4");
    other.dtype = (tnm_dtype)77;
    REFUSED(&other, &problem, &mask, TNM_ERROR_USAGE, "unknown element type 77");
    empty.data = NULL;
    REFUSED(&empty, &problem, &mask, TNM_ERROR_USAGE, "a matrix without data");
    empty = matrix;
    empty.rows = 0;
    REFUSED(&empty, &problem, &mask, TNM_ERROR_DATA, "0x4 matrix has no entries");
#undef REFUSED
}

static void test_counts_of_threads(void)
{
    CU_ASSERT_EQUAL(tnm_thread_count(3, 100), 3);
    CU_ASSERT_EQUAL(tnm_thread_count(3, 2), 2);
    CU_ASSERT_EQUAL(tnm_thread_count(3, 0), 1);
    CU_ASSERT(tnm_thread_count(0, SIZE_MAX) >= 1);
    int most = tnm_thread_count(1000000, SIZE_MAX);
    CU_ASSERT(most == 64 || (most > 64 && most == 4 * omp_get_num_procs()));
}

static void test_names_of_statuses(void)
{
    CU_ASSERT_STRING_EQUAL(tnm_status_name(TNM_OPTIMAL), "OPTIMAL");
    CU_ASSERT_STRING_EQUAL(tnm_status_name(TNM_FEASIBLE), "FEASIBLE");
    CU_ASSERT_STRING_EQUAL(tnm_status_name(TNM_INFEASIBLE), "INFEASIBLE");
    CU_ASSERT_STRING_EQUAL(tnm_status_name(TNM_LIMIT), "LIMIT");
    CU_ASSERT_STRING_EQUAL(tnm_status_name((tnm_status)4), "UNKNOWN");
    CU_ASSERT_STRING_EQUAL(tnm_status_name((tnm_status)-1), "UNKNOWN");
}

static void test_ratios_of_results(void)
{
    tnm_result result = {.objective = 3, .bound = 4, .total = 6};
    CU_ASSERT_EQUAL(tnm_result_gap(&result), 0.25);
    CU_ASSERT_EQUAL(tnm_result_retention(&result), 0.5);
    result = (tnm_result){.bound = INFINITY};
    CU_ASSERT_EQUAL(tnm_result_gap(&result), 1);
    CU_ASSERT_EQUAL(tnm_result_retention(&result), 1);
    result = (tnm_result){0};
    CU_ASSERT_EQUAL(tnm_result_gap(&result), 0);
}

/* 256 scores around 1.2e308, a diagonal of which is kept at 1:16. */
static void test_sums_beyond_double(void)
{
    double weights[256];
    uint8_t kept[256] = {0};
    int64_t prices[33] = {1018};
    for (size_t k = 0; k < 256; k++) {
        kept[k] = k % 17 == 0;
        weights[k] = kept[k] ? 0x1.6p1023 : 0x1.4p1023;
    }
    for (size_t k = 1; k <= 16; k++)
        prices[k] = 44; /* times 2^1018: 0x1.6p1023 */
    tnm_matrix matrix = {weights, TNM_F64, false, 16, 16, 16, 1};
    tnm_mask_view mask = {kept, TNM_MASK_BYTES, 16, 1};
    tnm_problem problem = {1, 16, TNM_EQUAL};
    tnm_options options = options_for(TNM_EDGES_PAD, 1);
    tnm_result result;
    ASSERT_OK(tnm_check(&matrix, &problem, &options, &mask, prices, &result));
    CU_ASSERT_EQUAL(result.status, TNM_OPTIMAL);
    CU_ASSERT_EQUAL(result.objective, INFINITY);
    CU_ASSERT_EQUAL(tnm_result_gap(&result), 0);
    CU_ASSERT_EQUAL(tnm_result_retention(&result), 22.0 / (22 + 15 * 20));
    prices[1] = 45; /* more than needed, once: 44 * 16 + 1 in all */
    ASSERT_OK(tnm_check(&matrix, &problem, &options, &mask, prices, &result));
    CU_ASSERT_EQUAL(result.status, TNM_FEASIBLE);
    CU_ASSERT_DOUBLE_EQUAL(tnm_result_gap(&result), 1.0 / 705, 1e-15);
    CU_ASSERT_EQUAL(result.worst_gap, 1.0 / 705);
    ASSERT_OK(tnm_check(&matrix, &problem, &options, &mask, NULL, &result));
    CU_ASSERT_EQUAL(tnm_result_gap(&result), 1);
}

TNM_SUITE(check, {"proves planted optima", test_proves_planted_optima},
          {"proves in stretches", test_proves_in_stretches}, {"all is margin", test_all_is_margin},
          {"the margin is kept whole", test_the_margin_is_kept_whole},
          {"masks of bits", test_masks_of_bits},
          {"a flipped entry breaks its tile", test_a_flipped_entry_breaks_its_tile},
          {"the first violation is reported", test_the_first_violation_is_reported},
          {"ragged tiles that cannot be completed", test_ragged_tiles_that_cannot_be_completed},
          {"the lowest failure is reported", test_the_lowest_failure_is_reported},
          {"the margin is checked too", test_the_margin_is_checked_too},
          {"questions that make no sense", test_questions_that_make_no_sense},
          {"counts of threads", test_counts_of_threads},
          {"names of statuses", test_names_of_statuses},
          {"ratios of results", test_ratios_of_results},
          {"sums beyond double", test_sums_beyond_double})
