/* The library's call to solve, as a program of others makes it. */
#include "formulations/check.h"
#include "instances/floating.h"
#include "tests/testlib.h"

#include <omp.h>
#include <string.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

enum { ROWS = 64, COLS = 24, M = 8, TILES = ROWS / M * COLS / M, THREADS = 3 };

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

/* What both calls answer; of a mask that is not the best, too: two rows of it are exchanged. */
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
    memcpy(worse, self->mask + COLS, COLS);
    memcpy(worse + COLS, self->mask, COLS);
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

TNM_SUITE(solve, {"any floating-point environment", test_any_floating_point_environment})
