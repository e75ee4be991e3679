/* The sections of `tnm bench`: what they bring home, not how long it took. */
#include "bench/speed/endtoend.h"
#include "bench/speed/layouts.h"
#include "bench/speed/matrix.h"
#include "bench/speed/ratios.h"
#include "bench/speed/scaling.h"
#include "bench/speed/throughput.h"
#include "bench/speed/warm.h"
#include "instances/input.h"
#include "solver/own.h"
#include "tests/testlib.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

static const tnm_problem patterns[] = {{2, 4, TNM_EQUAL}, {8, 16, TNM_EQUAL}};
static const tnm_source gaussian = {.name = "gaussian"};

/* The smallest plan: two patterns, one family, two threads. */
static tnm_speed_plan small_plan(void)
{
    return (tnm_speed_plan){.patterns = patterns,
                            .pattern_count = 2,
                            .sources = &gaussian,
                            .source_count = 1,
                            .quick = true,
                            .threads = 2,
                            .seed = 1};
}

/* Rows of a section that measure a quantity. */
static size_t count(const tnm_measurements *list, const char *section, const char *quantity)
{
    size_t found = 0;
    for (size_t k = 0; k < list->count; k++)
        found += strcmp(list->rows[k].section, section) == 0 &&
                 strcmp(list->rows[k].quantity, quantity) == 0;
    return found;
}

static void check_rows(const tnm_measurements *list)
{
    CU_ASSERT(list->sound);
    for (size_t k = 0; k < list->count; k++) {
        const tnm_spread *value = &list->rows[k].value;
        CU_ASSERT(value->least >= 0 && value->least <= value->median);
        CU_ASSERT(value->median <= value->most);
        CU_ASSERT(list->rows[k].proven <= 1);
    }
}

static void test_spread(void)
{
    double odd[] = {5, 1, 3}, even[] = {4, 1, 2, 9};
    tnm_spread spread = tnm_spread_of(odd, 3);
    CU_ASSERT(spread.least == 1 && spread.median == 3 && spread.most == 5);
    CU_ASSERT(tnm_spread_of(even, 4).median == 3);
}

/* Tiles of a matrix come over in order, with their signs gone; what is no whole tile stays. */
static void test_arena_of_a_matrix(void)
{
    enum { ROWS = 9, COLS = 10 };
    float weights[ROWS][COLS];
    const tnm_problem problem = {2, 4, TNM_EQUAL};
    tnm_matrix matrix = {weights, TNM_F32, false, ROWS, COLS, COLS, 1};
    tnm_source source = {.name = "a matrix", .matrix = &matrix};
    tnm_arena arena;
    for (int i = 0; i < ROWS; i++) {
        for (int j = 0; j < COLS; j++)
            weights[i][j] = (float)(j % 2 == 0 ? 100 * i + j : -100 * i - j);
    }
    ASSERT_OK(tnm_arena_init(&arena, &source, &problem, 3, 1));
    CU_ASSERT_EQUAL(arena.tiles, 4);
    CU_ASSERT_EQUAL(arena.count, 1);
    for (size_t t = 0; t < 4; t++) {
        for (size_t i = 0; i < 4; i++) {
            for (size_t j = 0; j < 4; j++) {
                size_t row = t / 2 * 4 + i, col = t % 2 * 4 + j;
                CU_ASSERT_EQUAL(tnm_band_score(&arena.bands[0], t, i, j),
                                (double)(100 * row + col));
            }
        }
    }
    tnm_arena_free(&arena);
    matrix.rows = 3;
    ASSERT_FAILS(tnm_arena_init(&arena, &source, &problem, 3, 1), TNM_ERROR_DATA, "a matrix: ");
}

static void test_arena_changes(void)
{
    const tnm_problem problem = {8, 16, TNM_EQUAL};
    tnm_arena arena, changed;
    ASSERT_OK(tnm_arena_init(&arena, &gaussian, &problem, 2, 1));
    CU_ASSERT_EQUAL(arena.tiles, 512);
    ASSERT_OK(tnm_arena_change(&changed, &arena, 1e-3, 7));
    CU_ASSERT_EQUAL(changed.tiles, 512);
    double squares = 0;
    size_t entries = arena.tiles * 256;
    for (size_t k = 0; k < entries; k++) {
        double ratio = arena.scores[k] > 0 ? changed.scores[k] / arena.scores[k] : 1;
        squares += (ratio - 1) * (ratio - 1);
    }
    CU_ASSERT_DOUBLE_EQUAL(sqrt(squares / (double)entries), 1e-3, 2e-5);
    tnm_arena_free(&arena);
    tnm_arena_free(&changed);
}

/* Threads share the bands; slow contestants get fewer tiles. */
static void test_contest(void)
{
    tnm_arena arena;
    tnm_contestant contestants[] = {
        {.method = tnm_own_method("exact"), .isa = tnm_isa_best(), .threads = 1},
        {.method = tnm_own_method("exact"), .isa = TNM_ISA_BASELINE, .threads = 3},
        {.method = tnm_own_method("brute"), .isa = tnm_isa_best(), .threads = 1}};
    tnm_contest contest = {.arena = &arena,
                           .patience = 1e-5,
                           .repetitions = 2,
                           .contestants = contestants,
                           .count = 3};
    ASSERT_OK(tnm_arena_init(&arena, &gaussian, &patterns[0], 2, 1));
    ASSERT_OK(tnm_contest_run(&contest));
    for (size_t k = 0; k < 3; k++) {
        CU_ASSERT(contestants[k].tiles >= 1 && contestants[k].tiles < arena.tiles);
        CU_ASSERT_EQUAL(contestants[k].answer.tiles, contestants[k].tiles);
        CU_ASSERT_EQUAL(contestants[k].answer.tiles_proven, contestants[k].tiles);
        CU_ASSERT(contestants[k].seconds[0] > 0 && contestants[k].seconds[1] > 0);
    }
    contest.patience = 100;
    contest.count = 2;
    ASSERT_OK(tnm_contest_run(&contest));
    CU_ASSERT_EQUAL(contestants[0].tiles, arena.tiles);
    CU_ASSERT_EQUAL(contestants[1].answer.tiles_proven, arena.tiles);
    tnm_spread itself = tnm_contest_ratio(&contest, &contestants[0], &contestants[0]);
    CU_ASSERT(itself.least == 1 && itself.median == 1 && itself.most == 1);
    tnm_arena_free(&arena);
}

static void test_ratios(void)
{
    tnm_speed_plan plan = small_plan();
    tnm_measurements list;
    tnm_measurements_init(&list);
    CU_ASSERT_EQUAL(tnm_ratios_steps(&plan), 2);
    ASSERT_OK(tnm_ratios_measure(&list, &plan));
    CU_ASSERT_EQUAL(plan.done, 2);
    check_rows(&list);
    size_t references[2] = {0, 0}; /* LEMON under both constraints */
    for (size_t k = 0; k < list.count; k++) {
        const tnm_measurement *row = &list.rows[k];
        CU_ASSERT(row->lemon.median > 0 && row->greedy.median > 0);
        if (strcmp(row->method, "lemon-network-simplex") != 0)
            continue;
        CU_ASSERT(row->lemon.least == 1 && row->lemon.most == 1 && row->proven == 1);
        references[row->problem.constraint == TNM_ATMOST]++;
    }
    CU_ASSERT(references[0] == 2 * 2 && references[1] == 2 * 2);
    CU_ASSERT(list.count >= 2 * 2 * 6);
    tnm_measurements_free(&list);
    plan.sources = &(tnm_source){.name = "nonsense"};
    tnm_measurements_init(&list);
    ASSERT_FAILS(tnm_ratios_measure(&list, &plan), TNM_ERROR_USAGE, "nonsense");
    tnm_measurements_free(&list);
}

static int refuse(void *context, size_t done, size_t all)
{
    *(size_t *)context = done;
    return done < all;
}

static void test_whole_runs(void)
{
    char folder[128];
    const char *path = tnm_test_path("speed.npy");
    tnm_speed_plan plan = small_plan();
    tnm_measurements list;
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    plan.matrix = path;
    plan.folder = folder;
    plan.side = 512;
    tnm_measurements_init(&list);
    ASSERT_OK(tnm_speed_matrix_write(path, plan.side, 1));
    ASSERT_OK(tnm_endtoend_measure(&list, &plan));
    CU_ASSERT_EQUAL(count(&list, "endtoend", "total"), 4);
    CU_ASSERT_EQUAL(count(&list, "endtoend", "commit"), 4);
    CU_ASSERT_EQUAL(count(&list, "endtoend", "speed-up"), 2);
    ASSERT_OK(tnm_threads_measure(&list, &plan));
    CU_ASSERT_EQUAL(count(&list, "threads", "time"), 4);
    CU_ASSERT_EQUAL(count(&list, "threads", "speed-up"), 2);
    ASSERT_OK(tnm_sizes_measure(&list, &plan));
    CU_ASSERT_EQUAL(count(&list, "sizes", "time"), 2 * 2 * 2);
    ASSERT_OK(tnm_layouts_measure(&list, &plan));
    CU_ASSERT_EQUAL(count(&list, "layouts", "time"), 2 * 8);
    ASSERT_OK(tnm_warm_measure(&list, &plan));
    CU_ASSERT_EQUAL(count(&list, "warm", "time"), 2 * 3);
    CU_ASSERT_EQUAL(count(&list, "warm", "speed-up"), 2 * 3);
    check_rows(&list);

    size_t asked = 0;
    plan.progress = refuse;
    plan.progress_context = &asked;
    plan.done = 0;
    plan.steps = 2;
    ASSERT_FAILS(tnm_sizes_measure(&list, &plan), TNM_ERROR_INTERRUPTED, "interrupted");
    CU_ASSERT_EQUAL(asked, 1);
    tnm_measurements_free(&list);
}

static void test_judgement(void)
{
    tnm_measurements list;
    tnm_measurement row = {.section = "ratios"};
    const tnm_method heuristic = {.name = "rule"};
    const tnm_method relaxation = {.name = "relaxed", .capabilities = TNM_METHOD_RELAXED};
    tnm_measurements_init(&list);
    tnm_measurements_judge(&list, &row, &heuristic, &(tnm_result){.tiles = 4, .tiles_proven = 1});
    CU_ASSERT(row.proven == 0.25 && list.sound);
    tnm_measurements_judge(&list, &row, &relaxation, &(tnm_result){.tiles = 4, .broken_tiles = 2});
    CU_ASSERT(row.proven == 0 && list.sound);
    tnm_measurements_judge(&list, &row, &tnm_exact_method,
                           &(tnm_result){.tiles = 4, .tiles_proven = 4});
    CU_ASSERT(row.proven == 1 && list.sound);
    tnm_measurements_judge(&list, &row, &tnm_exact_method,
                           &(tnm_result){.tiles = 4, .tiles_proven = 3});
    CU_ASSERT_FALSE(list.sound);
    tnm_measurements_init(&list);
    tnm_measurements_judge(&list, &row, &heuristic, &(tnm_result){.tiles = 4, .broken_tiles = 1});
    CU_ASSERT_FALSE(list.sound);
}

TNM_SUITE(speed, {"spread", test_spread}, {"judgement", test_judgement},
          {"arena of a matrix", test_arena_of_a_matrix}, {"arena changes", test_arena_changes},
          {"contest", test_contest}, {"ratios", test_ratios}, {"whole runs", test_whole_runs})
