/* What every method of the library promises, on tiles of every kind. */
#include "solver/own.h"

#include "formulations/check.h"
#include "instances/isa.h"
#include "solver/drive.h"
#include "tests/tiles.h"

#include <string.h>

static const tnm_problem problems[] = {{2, 4, TNM_EQUAL},  {2, 4, TNM_ATMOST}, {1, 4, TNM_EQUAL},
                                       {4, 8, TNM_EQUAL},  {4, 8, TNM_ATMOST}, {0, 5, TNM_EQUAL},
                                       {5, 5, TNM_ATMOST}, {3, 11, TNM_EQUAL}, {3, 11, TNM_ATMOST}};
enum { PROBLEMS = sizeof problems / sizeof *problems, TILES = 21 };

/* Weights for methods that look at signs: every third one is negative. */
static void sign(float *weights, const tnm_band *band)
{
    for (size_t at = 0; at < band->m * band->stride; at++)
        weights[at] = at % 3 == 1 ? -band->scores[at] : band->scores[at];
}

/* brute has tests of its own, and takes its time. */
static bool takes_part(const tnm_method *method, const tnm_problem *problem)
{
    return tnm_method_refuses(method, problem) == NULL &&
           (method != &tnm_brute_method || problem->m < 8);
}

static void check_attempt(const tnm_method *method, const tnm_problem *problem,
                          const tnm_attempt *attempt, const tnm_attempt *best)
{
    bool relaxed = method->capabilities & TNM_METHOD_RELAXED;
    const tnm_verdict *verdict = &attempt->verdict;
    CU_ASSERT_EQUAL(attempt->error, TNM_OK);
    CU_ASSERT(relaxed || verdict->broken == 0);
    if (!relaxed && problem->constraint == TNM_EQUAL)
        CU_ASSERT_EQUAL(verdict->short_lines, 0);
    int order = tnm_sum_compare(&verdict->objective, &best->verdict.objective);
    CU_ASSERT(relaxed ? order >= 0 : order <= 0);
    if (relaxed ? order < 0 : order > 0)
        tnm_test_note("%s %d:%d", method->name, problem->n, problem->m);
}

/* Obeys the rule, is no better than the optimum, and the same on every instruction set. */
static void check_method(const tnm_method *method, const tnm_problem *problem, const tnm_band *band,
                         const tnm_attempt *best)
{
    tnm_attempt first = tnm_attempt_make(method, problem, band);
    check_attempt(method, problem, &first, best);
    for (int isa = 0; isa < TNM_ISA_COUNT; isa++) {
        if (tnm_isa_force((tnm_isa)isa) != TNM_OK)
            continue;
        tnm_attempt again = tnm_attempt_make(method, problem, band);
        bool same = memcmp(first.rows, again.rows, band->m * TILES * sizeof *first.rows) == 0;
        CU_ASSERT(same);
        if (!same)
            tnm_test_note("%s %d:%d on %s", method->name, problem->n, problem->m,
                          tnm_isa_name((tnm_isa)isa));
        tnm_attempt_free(&again);
    }
    tnm_isa_release();
    tnm_attempt_free(&first);
}

static void test_all_kinds_of_tiles(void)
{
    static float weights[11 * 11 * TILES];
    tnm_random random = {tnm_test_seed()};
    for (int kind = 0; kind < TNM_TILE_KIND_COUNT; kind++) {
        for (size_t p = 0; p < PROBLEMS; p++) {
            tnm_tiles tiles = tnm_tiles_make((tnm_tile_kind)kind, problems[p].m, TILES, &random);
            tnm_attempt best = tnm_attempt_make(&tnm_exact_method, &problems[p], &tiles.band);
            sign(weights, &tiles.band);
            tiles.band.weights = weights;
            for (const tnm_method *const *method = tnm_own_methods; *method != NULL; method++) {
                if (takes_part(*method, &problems[p]))
                    check_method(*method, &problems[p], &tiles.band, &best);
            }
            tnm_attempt_free(&best);
            tnm_tiles_free(&tiles);
        }
    }
}

enum { ROWS = 51, COLS = 201 };

/* The same bytes from one thread and from three, on a matrix with ragged sides. */
static void test_any_number_of_threads(void)
{
    static float weights[ROWS * COLS];
    static uint8_t masks[2][ROWS * COLS];
    tnm_random random = {tnm_test_seed()};
    tnm_matrix matrix = {.data = weights,
                         .dtype = TNM_F32,
                         .rows = ROWS,
                         .cols = COLS,
                         .row_stride = COLS,
                         .col_stride = 1};
    tnm_options options;
    for (size_t at = 0; at < ROWS * COLS; at++)
        weights[at] = (float)tnm_random_normal(&random);
    tnm_options_init(&options);
    options.seed = 3;
    for (const tnm_method *const *method = tnm_own_methods; *method != NULL; method++) {
        for (size_t p = 0; p < 5; p++) {
            if (!takes_part(*method, &problems[p]))
                continue;
            options.method = (*method)->name;
            for (int k = 0; k < 2; k++) {
                tnm_mask_view view = {masks[k], TNM_MASK_BYTES, COLS, 1};
                tnm_result result;
                options.threads = 1 + 2 * k;
                ASSERT_OK(tnm_solve(&matrix, &problems[p], &options, &view, NULL, &result));
            }
            CU_ASSERT_EQUAL(memcmp(masks[0], masks[1], sizeof masks[0]), 0);
        }
    }
}

TNM_SUITE(own_methods, {"all kinds of tiles", test_all_kinds_of_tiles},
          {"any number of threads", test_any_number_of_threads})
