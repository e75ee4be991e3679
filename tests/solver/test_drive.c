#include "solver/drive.h"

#include "formulations/check.h"
#include "tests/plant.h"

#include <stdio.h>
#include <unistd.h>

/* ---- methods for tests ------------------------------------------------------------------- */

/* What a method of these tests is to do, and what was done to it; shared by all its workspaces. */
static struct {
    const plant *planted; /* the answer */
    bool without_prices;
    bool cannot_open;
    size_t fails_from; /* tile; solve() fails in bands that reach it */
    size_t stops_at;   /* tile; solve() gives up in the band that holds it */
    bool slow;         /* a millisecond a band */
    atomic_int opened, closed, solved;
    tnm_settings settings; /* as given to open() */
} script;

static void script_reset(const plant *planted)
{
    script.planted = planted;
    script.without_prices = script.cannot_open = script.slow = false;
    script.fails_from = script.stops_at = SIZE_MAX;
    atomic_store(&script.opened, 0);
    atomic_store(&script.closed, 0);
    atomic_store(&script.solved, 0);
}

static tnm_error scripted_open(void **workspace, const tnm_problem *problem,
                               const tnm_settings *settings)
{
    CU_ASSERT_EQUAL(problem->m, script.planted->problem.m);
    if (script.cannot_open)
        return tnm_fail(TNM_ERROR_DATA, "this method does not open");
    atomic_fetch_add(&script.opened, 1);
    size_t *bands = calloc(1, sizeof *bands);
    *workspace = bands;
    script.settings = *settings;
    return TNM_OK;
}

static void scripted_close(void *workspace)
{
    if (workspace != NULL)
        atomic_fetch_add(&script.closed, 1);
    free(workspace);
}

/* Copies the planted mask. */
static void answer_mask(const tnm_band *band, uint64_t *rows)
{
    const plant *planted = script.planted;
    tnm_mask_load(rows, &planted->mask, &planted->tiling, band);
}

static tnm_error scripted_solve(void *workspace, const tnm_band *band, tnm_answer *answer)
{
    size_t length = tnm_certificate_length(band->m), last = band->first_tile + band->tiles;
    ++*(size_t *)workspace;
    atomic_fetch_add(&script.solved, 1);
    if (script.slow)
        usleep(1000);
    if (last > script.fails_from)
        return tnm_fail(TNM_ERROR_DATA, "band %zu is bad", band->tile_row);
    if (last > script.stops_at)
        return TNM_ERROR_LIMIT;
    for (size_t t = 0; t < band->tiles && answer->warm_prices == NULL; t++)
        CU_ASSERT_EQUAL(answer->prices[t * length], TNM_NO_PRICES);
    answer_mask(band, answer->rows);
    const int64_t *prices = script.planted->prices + band->first_tile * length;
    if (answer->warm_prices != NULL) /* handed over as they came */
        CU_ASSERT_EQUAL(memcmp(answer->warm_prices, prices, band->tiles * length * 8), 0);
    if (!script.without_prices)
        memcpy(answer->prices, prices, band->tiles * length * 8);
    return TNM_OK;
}

static void scripted_merge(void *workspace, const void *other)
{
    *(size_t *)workspace += *(const size_t *)other;
}

static void scripted_report(const void *workspace, FILE *stream)
{
    fprintf(stream, "c %zu bands\n", *(const size_t *)workspace);
}

static const tnm_method scripted = {.name = "scripted",
                                    .largest_m = 64,
                                    .open = scripted_open,
                                    .solve = scripted_solve,
                                    .close = scripted_close,
                                    .merge = scripted_merge,
                                    .report = scripted_report};

static tnm_job job_of(const plant *planted, int threads)
{
    tnm_job job = {.scoring = {.weights = &planted->matrix},
                   .tiling = planted->tiling,
                   .problem = planted->problem,
                   .method = &scripted,
                   .threads = threads};
    return job;
}

static void check_all_closed(void)
{
    CU_ASSERT_EQUAL(atomic_load(&script.opened), atomic_load(&script.closed));
}

/* ---- answers ----------------------------------------------------------------------------- */

/* Everything a run gives, for comparisons. */
typedef struct outputs {
    tnm_result result;
    uint8_t *mask;
    int64_t *prices;
    double *objectives;
    tnm_verdict verdict;
} outputs;

static void outputs_free(outputs *self)
{
    free(self->mask);
    free(self->prices);
    free(self->objectives);
}

static outputs drive_all(const plant *planted, int threads)
{
    size_t entries = planted->tiling.rows * planted->tiling.cols;
    size_t length = tnm_certificate_length((size_t)planted->problem.m);
    outputs out = {.mask = malloc(entries),
                   .prices = calloc(planted->tiles * length + 1, sizeof(int64_t)),
                   .objectives = calloc(planted->tiles + 1, sizeof(double))};
    memset(out.mask, 9, entries);
    tnm_mask_view view = planted->mask;
    view.data = out.mask;
    tnm_job job = job_of(planted, threads);
    job.mask = &view;
    job.prices = out.prices;
    job.tile_objectives = out.objectives;
    job.verdict = &out.verdict;
    ASSERT_OK(tnm_drive(&job, &out.result));
    CU_ASSERT(out.result.seconds > 0);
    CU_ASSERT(out.result.solve_seconds >= 0);
    CU_ASSERT(out.result.solve_seconds <= out.result.seconds);
    out.result.seconds = out.result.solve_seconds = 0;
    check_all_closed();
    return out;
}

static void check_drive(tnm_random *random, size_t rows, size_t cols, tnm_problem problem,
                        tnm_edges edges)
{
    plant planted;
    outputs first = {.mask = NULL};
    plant_init(&planted, random, rows, cols, problem, edges, 15, -12);
    script_reset(&planted);
    size_t length = planted.tiles * tnm_certificate_length((size_t)problem.m);
    for (int threads = 1; threads <= 4; threads++) {
        outputs out = drive_all(&planted, threads);
        CU_ASSERT_EQUAL(out.result.tiles, planted.tiles);
        CU_ASSERT_EQUAL(memcmp(out.mask, planted.kept, rows * cols), 0);
        CU_ASSERT_EQUAL(memcmp(out.prices, planted.prices, length * 8), 0);
        if (threads == 1) {
            first = out;
            continue;
        }
        CU_ASSERT_EQUAL(memcmp(&out.result, &first.result, sizeof out.result), 0);
        CU_ASSERT_EQUAL(memcmp(&out.verdict, &first.verdict, sizeof out.verdict), 0);
        CU_ASSERT_EQUAL(memcmp(out.objectives, first.objectives, planted.tiles * 8), 0);
        outputs_free(&out);
    }
    CU_ASSERT_EQUAL(first.result.status, TNM_OPTIMAL);
    CU_ASSERT_EQUAL(first.result.tiles_exact, planted.tiles);
    outputs_free(&first);
    plant_free(&planted);
}

static void test_same_bytes_for_any_number_of_threads(void)
{
    tnm_random random = {tnm_test_seed()};
    check_drive(&random, 96, 64, (tnm_problem){4, 8, TNM_EQUAL}, TNM_EDGES_ERROR);
    check_drive(&random, 99, 67, (tnm_problem){4, 8, TNM_EQUAL}, TNM_EDGES_DENSE);
    check_drive(&random, 99, 67, (tnm_problem){4, 8, TNM_ATMOST}, TNM_EDGES_PAD);
    check_drive(&random, 20, 20000, (tnm_problem){2, 4, TNM_EQUAL}, TNM_EDGES_DENSE);
    check_drive(&random, 7, 9, (tnm_problem){4, 8, TNM_EQUAL}, TNM_EDGES_DENSE);
}

static void test_what_is_not_asked_for_may_be_missing(void)
{
    tnm_random random = {tnm_test_seed()};
    plant planted;
    tnm_result result;
    plant_init(&planted, &random, 64, 64, (tnm_problem){4, 8, TNM_EQUAL}, TNM_EDGES_PAD, 15, -12);
    script_reset(&planted);
    tnm_job job = job_of(&planted, 2);
    ASSERT_OK(tnm_drive(&job, &result));
    CU_ASSERT_EQUAL(result.status, TNM_OPTIMAL);
    CU_ASSERT_EQUAL(result.tiles_exact, 64);
    script.without_prices = true; /* a heuristic: nothing bounds it */
    ASSERT_OK(tnm_drive(&job, &result));
    CU_ASSERT_EQUAL(result.status, TNM_FEASIBLE);
    CU_ASSERT_EQUAL(result.bound, INFINITY);
    CU_ASSERT_EQUAL(result.tiles_proven, 0);
    plant_free(&planted);
}

static void test_prices_of_a_method_without_any(void)
{
    tnm_random random = {tnm_test_seed()};
    plant planted;
    plant_init(&planted, &random, 32, 40, (tnm_problem){2, 4, TNM_EQUAL}, TNM_EDGES_PAD, 15, -12);
    script_reset(&planted);
    script.without_prices = true;
    outputs out = drive_all(&planted, 2);
    for (size_t t = 0; t < planted.tiles; t++)
        CU_ASSERT_EQUAL(out.prices[t * 9], TNM_NO_PRICES);
    outputs_free(&out);
    plant_free(&planted);
}

static void test_warm_prices_may_be_overwritten(void)
{
    tnm_random random = {tnm_test_seed()};
    plant planted;
    tnm_result result;
    plant_init(&planted, &random, 32, 40, (tnm_problem){2, 4, TNM_EQUAL}, TNM_EDGES_PAD, 15, -12);
    script_reset(&planted);
    size_t length = planted.tiles * 9;
    int64_t *prices = malloc(length * sizeof *prices);
    memcpy(prices, planted.prices, length * sizeof *prices);
    tnm_job job = job_of(&planted, 2);
    job.warm_prices = planted.prices;
    ASSERT_OK(tnm_drive(&job, &result));
    job.warm_prices = job.prices = prices; /* warm start in place */
    ASSERT_OK(tnm_drive(&job, &result));
    CU_ASSERT_EQUAL(result.status, TNM_OPTIMAL);
    free(prices);
    plant_free(&planted);
}

/* Under atmost a method may keep padding; what it is graded by is what is stored. */
static tnm_error keep_all_solve(void *workspace, const tnm_band *band, tnm_answer *answer)
{
    (void)workspace;
    for (size_t k = 0; k < band->m * band->tiles; k++)
        answer->rows[k] = tnm_low_bits(band->m);
    return TNM_OK;
}

static void test_padding_is_not_counted(void)
{
    tnm_random random = {tnm_test_seed()};
    plant planted;
    tnm_result result, checked;
    plant_init(&planted, &random, 5, 6, (tnm_problem){4, 4, TNM_ATMOST}, TNM_EDGES_PAD, 15, -12);
    script_reset(&planted);
    tnm_method keep_all = scripted;
    keep_all.solve = keep_all_solve;
    tnm_job job = job_of(&planted, 1);
    job.method = &keep_all;
    job.mask = &planted.mask;
    ASSERT_OK(tnm_drive(&job, &result));
    tnm_options options;
    tnm_options_init(&options);
    ASSERT_OK(
        tnm_check(&planted.matrix, &planted.problem, &options, &planted.mask, NULL, &checked));
    CU_ASSERT_EQUAL(result.short_lines, checked.short_lines);
    CU_ASSERT(result.short_lines > 0);
    plant_free(&planted);
}

static void test_statistics_are_merged(void)
{
    tnm_random random = {tnm_test_seed()};
    plant planted;
    plant_init(&planted, &random, 64, 64, (tnm_problem){4, 8, TNM_EQUAL}, TNM_EDGES_PAD, 15, -12);
    for (int threads = 1; threads <= 4; threads++) {
        char line[64] = "";
        tnm_result result;
        script_reset(&planted);
        tnm_job job = job_of(&planted, threads);
        job.statistics = fmemopen(line, sizeof line, "w");
        ASSERT_OK(tnm_drive(&job, &result));
        fclose(job.statistics);
        CU_ASSERT_STRING_EQUAL(line, "c 8 bands\n");
        check_all_closed();
    }
    plant_free(&planted);
}

/* ---- stops ------------------------------------------------------------------------------- */

static int stop_after(void *context, size_t tiles_done, size_t tiles)
{
    CU_ASSERT(tiles_done <= tiles);
    return tiles_done >= *(size_t *)context;
}

static void test_progress_can_stop(void)
{
    tnm_random random = {tnm_test_seed()};
    plant planted;
    tnm_result result;
    size_t enough = 3 * 8;
    plant_init(&planted, &random, 128, 64, (tnm_problem){4, 8, TNM_EQUAL}, TNM_EDGES_PAD, 15, -12);
    script_reset(&planted);
    tnm_job job = job_of(&planted, 1);
    job.progress = stop_after;
    job.progress_context = &enough;
    ASSERT_OK(tnm_drive(&job, &result));
    CU_ASSERT_EQUAL(result.status, TNM_LIMIT);
    CU_ASSERT_EQUAL(result.tiles, 3 * 8);
    CU_ASSERT_EQUAL(result.tiles_exact, 3 * 8);
    enough = 128; /* all tiles: stopping after the last is no stop */
    ASSERT_OK(tnm_drive(&job, &result));
    CU_ASSERT_EQUAL(result.status, TNM_OPTIMAL);
    check_all_closed();
    plant_free(&planted);
}

static void test_the_flag_stops(void)
{
    tnm_random random = {tnm_test_seed()};
    plant planted;
    tnm_result result;
    atomic_bool stop = true;
    plant_init(&planted, &random, 64, 64, (tnm_problem){4, 8, TNM_EQUAL}, TNM_EDGES_PAD, 15, -12);
    script_reset(&planted);
    tnm_job job = job_of(&planted, 2);
    job.stop = &stop;
    ASSERT_OK(tnm_drive(&job, &result));
    CU_ASSERT_EQUAL(result.status, TNM_LIMIT);
    CU_ASSERT_EQUAL(result.tiles, 0);
    CU_ASSERT_PTR_EQUAL(script.settings.stop, &stop);
    CU_ASSERT_EQUAL(script.settings.deadline, 0);
    check_all_closed();
    plant_free(&planted);
}

static void test_the_time_limit_stops(void)
{
    tnm_random random = {tnm_test_seed()};
    plant planted;
    tnm_result result;
    plant_init(&planted, &random, 4000, 4, (tnm_problem){2, 4, TNM_EQUAL}, TNM_EDGES_PAD, 15, -12);
    script_reset(&planted);
    script.slow = true;
    tnm_job job = job_of(&planted, 1);
    job.time_limit = 0.02;
    ASSERT_OK(tnm_drive(&job, &result));
    CU_ASSERT_EQUAL(result.status, TNM_LIMIT);
    CU_ASSERT(result.tiles < 1000);
    CU_ASSERT(result.seconds >= 0.02);
    CU_ASSERT(script.settings.deadline > 0);
    check_all_closed();
    plant_free(&planted);
}

static void test_a_method_may_give_up(void)
{
    tnm_random random = {tnm_test_seed()};
    plant planted;
    plant_init(&planted, &random, 128, 64, (tnm_problem){4, 8, TNM_EQUAL}, TNM_EDGES_PAD, 15, -12);
    for (int threads = 1; threads <= 3; threads++) {
        tnm_result result;
        script_reset(&planted);
        script.stops_at = 5 * 8 + 3;
        tnm_job job = job_of(&planted, threads);
        ASSERT_OK(tnm_drive(&job, &result));
        CU_ASSERT_EQUAL(result.status, TNM_LIMIT);
        CU_ASSERT_EQUAL(result.tiles, 5 * 8);
        check_all_closed();
    }
    plant_free(&planted);
}

/* ---- failures ---------------------------------------------------------------------------- */

static void test_the_lowest_failure_is_reported(void)
{
    tnm_random random = {tnm_test_seed()};
    plant planted;
    plant_init(&planted, &random, 512, 16, (tnm_problem){4, 8, TNM_EQUAL}, TNM_EDGES_PAD, 15, -12);
    static float turned[16][512]; /* bands of such a matrix are handed out two by two */
    tnm_matrix plain = planted.matrix, transposed = {turned, TNM_F32, false, 512, 16, 1, 512};
    for (size_t k = 0; k < 512 * 16; k++)
        turned[k % 16][k / 16] = planted.weights[k];
    for (int trial = 0; trial < 80; trial++) {
        tnm_result result;
        script_reset(&planted);
        script.fails_from = 2 * (size_t)(trial % 64);
        planted.matrix = trial % 3 == 0 ? plain : transposed;
        tnm_job job = job_of(&planted, 1 + trial % 4);
        char text[32];
        snprintf(text, sizeof text, "band %d is bad", trial % 64);
        ASSERT_FAILS(tnm_drive(&job, &result), TNM_ERROR_DATA, text);
        CU_ASSERT_EQUAL(result.status, TNM_LIMIT);
        check_all_closed();
    }
    plant_free(&planted);
}

static void test_a_method_that_does_not_open(void)
{
    tnm_random random = {tnm_test_seed()};
    plant planted;
    plant_init(&planted, &random, 64, 64, (tnm_problem){4, 8, TNM_EQUAL}, TNM_EDGES_PAD, 15, -12);
    for (int threads = 1; threads <= 4; threads++) {
        tnm_result result;
        script_reset(&planted);
        script.cannot_open = true;
        tnm_job job = job_of(&planted, threads);
        ASSERT_FAILS(tnm_drive(&job, &result), TNM_ERROR_DATA, "this method does not open");
        CU_ASSERT_EQUAL(atomic_load(&script.solved), 0);
        check_all_closed();
    }
    plant_free(&planted);
}

static void test_bad_weights_are_reported(void)
{
    tnm_random random = {tnm_test_seed()};
    plant planted;
    plant_init(&planted, &random, 66, 64, (tnm_problem){4, 8, TNM_EQUAL}, TNM_EDGES_DENSE, 15, -12);
    script_reset(&planted);
    planted.weights[65 * 64 + 7] = NAN; /* in the margin, read last */
    for (int threads = 1; threads <= 4; threads++) {
        tnm_result result;
        tnm_job job = job_of(&planted, threads);
        ASSERT_FAILS(tnm_drive(&job, &result), TNM_ERROR_DATA, "row 65, column 7");
    }
    planted.weights[50 * 64 + 1] = planted.weights[20 * 64 + 63] = INFINITY;
    for (int threads = 1; threads <= 4; threads++) {
        tnm_result result;
        tnm_job job = job_of(&planted, threads);
        ASSERT_FAILS(tnm_drive(&job, &result), TNM_ERROR_DATA, "row 20, column 63");
    }
    check_all_closed();
    plant_free(&planted);
}

static const char *only_two_four(const tnm_problem *problem)
{
    return problem->n == 2 && problem->m == 4 ? NULL : "only 2:4";
}

static void test_a_method_may_refuse(void)
{
    tnm_random random = {tnm_test_seed()};
    plant planted;
    tnm_result result;
    plant_init(&planted, &random, 16, 16, (tnm_problem){4, 8, TNM_EQUAL}, TNM_EDGES_PAD, 15, -12);
    script_reset(&planted);
    tnm_method picky = scripted;
    picky.refuses = only_two_four;
    tnm_job job = job_of(&planted, 1);
    job.method = &picky;
    ASSERT_FAILS(tnm_drive(&job, &result), TNM_ERROR_USAGE,
                 "scripted does not answer 4:8: only 2:4");
    CU_ASSERT_EQUAL(atomic_load(&script.opened), 0);
    plant_free(&planted);
}

TNM_SUITE(drive,
          {"same bytes for any number of threads", test_same_bytes_for_any_number_of_threads},
          {"what is not asked for may be missing", test_what_is_not_asked_for_may_be_missing},
          {"prices of a method without any", test_prices_of_a_method_without_any},
          {"warm prices may be overwritten", test_warm_prices_may_be_overwritten},
          {"padding is not counted", test_padding_is_not_counted},
          {"statistics are merged", test_statistics_are_merged},
          {"progress can stop", test_progress_can_stop}, {"the flag stops", test_the_flag_stops},
          {"the time limit stops", test_the_time_limit_stops},
          {"a method may give up", test_a_method_may_give_up},
          {"the lowest failure is reported", test_the_lowest_failure_is_reported},
          {"a method that does not open", test_a_method_that_does_not_open},
          {"bad weights are reported", test_bad_weights_are_reported},
          {"a method may refuse", test_a_method_may_refuse})
