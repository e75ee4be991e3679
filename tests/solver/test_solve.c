/* The library's call to solve, as a program of others makes it. */
#define X 4711 /* a name of the host, which the header leaves alone */
#include "tnm.h"
_Static_assert(X == 4711, "still the host's");
#undef X

#include "formulations/check.h"
#include "instances/floating.h"
#include "solver/own.h"
#include "tests/testlib.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

enum { ROWS = 2048, COLS = 24, M = 8, TILES = ROWS / M * COLS / M, THREADS = 3 };

static float weights[ROWS * COLS];
static const tnm_matrix matrix = {weights, TNM_F32, false, ROWS, COLS, COLS, 1};
static const tnm_problem problem = {4, M, TNM_EQUAL};

/* Weights of a few bits at most, all of them subnormal where `unit` is. */
static void fill(float unit)
{
    tnm_random random = {tnm_test_seed()};
    for (size_t k = 0; k < ROWS * COLS; k++)
        weights[k] = unit * (float)(tnm_random_next(&random) % 1000);
}

/* ---- hosts with a floating-point environment of their own ---------------------------------- */

typedef struct answer {
    uint8_t mask[ROWS * COLS];
    int64_t prices[TILES * (2 * M + 1)];
    tnm_result solved, checked, refuted;
    double gap, retention;
} answer;

static bool same_result(const tnm_result *a, const tnm_result *b)
{
    return a->status == b->status && a->objective == b->objective && a->bound == b->bound &&
           a->total == b->total && a->tiles_exact == b->tiles_exact &&
           a->worst_gap == b->worst_gap && a->worst_tile == b->worst_tile;
}

static bool same_answer(const answer *a, const answer *b)
{
    return memcmp(a->mask, b->mask, sizeof a->mask) == 0 &&
           memcmp(a->prices, b->prices, sizeof a->prices) == 0 &&
           same_result(&a->solved, &b->solved) && same_result(&a->checked, &b->checked) &&
           same_result(&a->refuted, &b->refuted) && a->gap == b->gap &&
           a->retention == b->retention;
}

/* What both calls answer; of a mask that is not the best, too: two rows of each band are
 * exchanged. */
static void answer_all(answer *self)
{
    uint8_t worse[ROWS * COLS];
    tnm_options options;
    tnm_mask_view view = {self->mask, TNM_MASK_BYTES, COLS, 1};
    memset(self, 0, sizeof *self);
    tnm_options_init(&options);
    options.threads = THREADS;
    ASSERT_OK(tnm_solve(&matrix, &problem, &options, &view, self->prices, &self->solved));
    ASSERT_OK(tnm_check(&matrix, &problem, &options, &view, self->prices, &self->checked));
    memcpy(worse, self->mask, sizeof worse);
    for (size_t at = 0; at < ROWS * COLS; at += M * COLS) {
        memcpy(worse + at, self->mask + at + COLS, COLS);
        memcpy(worse + at + COLS, self->mask + at, COLS);
    }
    view.data = worse;
    ASSERT_OK(tnm_check(&matrix, &problem, &options, &view, self->prices, &self->refuted));
    self->gap = tnm_result_gap(&self->refuted);
    self->retention = tnm_result_retention(&self->solved);
}

/* As a program does that is linked with -Ofast, in all of its threads; and rounds upwards. */
static void disturb(void)
{
#if defined(__x86_64__)
    _mm_setcsr(_mm_getcsr() | 0x8040);
#endif
    fesetround(FE_UPWARD);
}

static bool is_disturbed(void)
{
#if defined(__x86_64__)
    if ((_mm_getcsr() & 0x8040) != 0x8040)
        return false;
#endif
    return fegetround() == FE_UPWARD;
}

static void test_any_floating_point_environment(void)
{
    static answer expected, found;
    bool left[THREADS] = {false};
    fill(0x1p-149F);
    answer_all(&expected);
    CU_ASSERT_EQUAL(expected.solved.status, TNM_OPTIMAL);
    CU_ASSERT_EQUAL(expected.checked.status, TNM_OPTIMAL);
    CU_ASSERT_EQUAL(expected.refuted.status, TNM_FEASIBLE);
    CU_ASSERT(expected.gap > 0 && expected.retention < 1);
#pragma omp parallel num_threads(THREADS)
    disturb();
    answer_all(&found);
#pragma omp parallel num_threads(THREADS)
    {
        left[omp_get_thread_num()] = is_disturbed();
        fesetenv(FE_DFL_ENV);
    }
    for (size_t k = 0; k < THREADS; k++)
        CU_ASSERT(left[k]);
    CU_ASSERT(same_answer(&expected, &found));
}

/* ---- questions that make no sense ---------------------------------------------------------- */

typedef struct question {
    const tnm_matrix *weights;
    const tnm_problem *problem;
    const tnm_options *options;
    const tnm_mask_view *mask;
} question;

static const tnm_result unlike = {.status = TNM_OPTIMAL, .objective = 1, .tiles = 7};

static void check_begun(const tnm_result *result)
{
    CU_ASSERT_EQUAL(result->status, TNM_LIMIT);
    CU_ASSERT_EQUAL(result->objective, 0);
    CU_ASSERT_EQUAL(result->tiles, 0);
}

/* Both calls refuse, and leave a result that says nothing. */
static void check_refused(const question *asked, const char *text)
{
    tnm_result result = unlike;
    ASSERT_FAILS(
        tnm_solve(asked->weights, asked->problem, asked->options, asked->mask, NULL, &result),
        TNM_ERROR_USAGE, text);
    check_begun(&result);
    result = unlike;
    ASSERT_FAILS(
        tnm_check(asked->weights, asked->problem, asked->options, asked->mask, NULL, &result),
        TNM_ERROR_USAGE, text);
    check_begun(&result);
}

static void test_what_is_missing(void)
{
    uint8_t kept[ROWS * COLS];
    tnm_mask_view view = {kept, TNM_MASK_BYTES, COLS, 1}, wrong = view;
    tnm_options options;
    tnm_matrix empty = matrix;
    tnm_options_init(&options);
    check_refused(&(question){NULL, &problem, &options, &view}, "a matrix without data");
    check_refused(&(question){&matrix, NULL, &options, &view}, "no problem is given");
    check_refused(&(question){&matrix, &problem, NULL, &view}, "no options are given");
    empty.data = NULL;
    check_refused(&(question){&empty, &problem, &options, &view}, "a matrix without data");
    wrong.data = NULL;
    check_refused(&(question){&matrix, &problem, &options, &wrong}, "a mask without data");
    wrong = view;
    wrong.kind = (tnm_mask_kind)2;
    check_refused(&(question){&matrix, &problem, &options, &wrong}, "unknown kind of mask 2");
    ASSERT_FAILS(tnm_solve(&matrix, &problem, &options, &view, NULL, NULL), TNM_ERROR_USAGE,
                 "no place for the result");
    ASSERT_FAILS(tnm_check(&matrix, &problem, &options, &view, NULL, NULL), TNM_ERROR_USAGE,
                 "no place for the result");
}

static void test_options_out_of_range(void)
{
    uint8_t kept[ROWS * COLS];
    tnm_mask_view view = {kept, TNM_MASK_BYTES, COLS, 1};
    tnm_options options;
    tnm_result result = unlike;
    tnm_options_init(&options);
    question asked = {&matrix, &problem, &options, &view};
    options.time_limit = -1;
    check_refused(&asked, "a time limit of -1 s");
    options.time_limit = NAN;
    check_refused(&asked, "a time limit of ");
    options.time_limit = INFINITY;
    options.threads = -2;
    check_refused(&asked, "-2 threads");
    options.threads = 0;
    options.method = "no-such";
    ASSERT_FAILS(tnm_solve(&matrix, &problem, &options, &view, NULL, &result), TNM_ERROR_USAGE,
                 "'no-such' is none of the library's methods");
    check_begun(&result);
    options.method = NULL;
    ASSERT_OK(tnm_solve(&matrix, &problem, &options, &view, NULL, &result));
    CU_ASSERT_EQUAL(result.status, TNM_OPTIMAL);
}

static void test_names_of_methods(void)
{
    size_t number = 0;
    CU_ASSERT_STRING_EQUAL(tnm_method_name(0), "exact");
    for (; tnm_method_name(number) != NULL; number++)
        CU_ASSERT_PTR_EQUAL(tnm_own_method(tnm_method_name(number)), tnm_own_methods[number]);
    CU_ASSERT_PTR_NULL(tnm_own_methods[number]);
    CU_ASSERT_PTR_NULL(tnm_method_name(SIZE_MAX));
}

/* ---- runs that stop early ------------------------------------------------------------------ */

static int stop_at_once(void *context, size_t tiles_done, size_t tiles)
{
    (void)context;
    return tiles_done < tiles;
}

/* One thread stops after a band: nothing below was touched. */
static void test_what_a_stopped_run_leaves(void)
{
    uint8_t mask[ROWS * COLS];
    static int64_t prices[TILES * (2 * M + 1)];
    tnm_mask_view view = {mask, TNM_MASK_BYTES, COLS, 1};
    tnm_options options;
    tnm_result result;
    size_t solved, entries, wrong = 0;
    tnm_options_init(&options);
    options.threads = 1;
    options.progress = stop_at_once;
    fill(1);
    memset(mask, 2, sizeof mask);
    ASSERT_OK(tnm_solve(&matrix, &problem, &options, &view, prices, &result));
    CU_ASSERT_EQUAL(result.status, TNM_LIMIT);
    CU_ASSERT(result.tiles > 0 && result.tiles < TILES);
    solved = result.tiles;
    entries = solved * M * M;
    for (size_t k = 0; k < ROWS * COLS; k++)
        wrong += k < entries ? mask[k] > 1 : mask[k] != 2;
    for (size_t k = solved * (2 * M + 1); k < TILES * (2 * M + 1); k++)
        wrong += prices[k] != 0;
    CU_ASSERT_EQUAL(wrong, 0);
}

TNM_SUITE(solve, {"what is missing", test_what_is_missing},
          {"options out of range", test_options_out_of_range},
          {"names of methods", test_names_of_methods},
          {"what a stopped run leaves", test_what_a_stopped_run_leaves},
          {"any floating-point environment", test_any_floating_point_environment})
