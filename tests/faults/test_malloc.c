/* Every allocation of a whole run fails once: the error is named, nothing is lost. */
#include "formulations/check.h"
#include "solver/drive.h"
#include "solver/flat.h"
#include "solver/own.h"
#include "tests/faults/faults.h"
#include "tests/testlib.h"

#include <math.h>
#include <string.h>

enum { SIDE = 21, MAX_M = 16, MAX_TILES = 36 };

/* One question, and where the answer goes. */
typedef struct run {
    double weights[SIDE * SIDE];
    uint8_t kept[SIDE * SIDE];
    int64_t prices[MAX_TILES * (2 * MAX_M + 1)];
    tnm_matrix matrix;
    tnm_mask_view mask;
    tnm_problem problem;
    tnm_options options;
    tnm_result result;
} run;

/* Doubles far apart: bands carry them as such, and some tiles need wide integers. */
static void make_run(run *self, const char *method, int n, int m, tnm_constraint constraint)
{
    tnm_random random = {1};
    *self = (run){.problem = {n, m, constraint}};
    for (size_t k = 0; k < SIDE * SIDE; k++)
        self->weights[k] = ldexp(tnm_random_normal(&random), k % 11 == 0 ? -200 : 0);
    self->matrix = (tnm_matrix){.data = self->weights,
                                .dtype = TNM_F64,
                                .rows = SIDE,
                                .cols = SIDE,
                                .row_stride = SIDE,
                                .col_stride = 1};
    self->mask = (tnm_mask_view){self->kept, TNM_MASK_BYTES, SIDE, 1};
    tnm_options_init(&self->options);
    self->options.method = method;
    self->options.threads = 1;
}

static tnm_error solve(run *self)
{
    return tnm_solve(&self->matrix, &self->problem, &self->options, &self->mask, self->prices,
                     &self->result);
}

/* The same, with memory of its own for the prices of a stretch. */
static tnm_error solve_for_the_mask(run *self)
{
    return tnm_solve(&self->matrix, &self->problem, &self->options, &self->mask, NULL,
                     &self->result);
}

static tnm_error check(run *self)
{
    return tnm_check(&self->matrix, &self->problem, &self->options, &self->mask, self->prices,
                     &self->result);
}

/* Lets the k-th allocation fail for k = 0, 1, 2, ... until there is none left to fail. */
static void fail_each_allocation(tnm_error (*work)(run *), run *self)
{
    bool failed = true;
    unsigned count = 0;
    long before = tnm_fault_live();
    for (; failed; count++) {
        tnm_fault_arm(TNM_FAULT_MEMORY, count);
        tnm_error error = work(self);
        failed = tnm_fault_disarm();
        CU_ASSERT_EQUAL(error, failed ? TNM_ERROR_MEMORY : TNM_OK);
        CU_ASSERT_EQUAL(tnm_fault_live(), before);
        CU_ASSERT(!failed || tnm_test_contains(tnm_error_message(), "out of memory"));
    }
    CU_ASSERT(count > 1);
}

static void test_every_method(void)
{
    static run one;
    static const tnm_problem problems[] = {
        {2, 4, TNM_EQUAL}, {2, 4, TNM_ATMOST}, {4, 8, TNM_EQUAL}, {8, 16, TNM_ATMOST}};
    for (const tnm_method *const *method = tnm_own_methods; *method != NULL; method++) {
        for (size_t k = 0; k < sizeof problems / sizeof *problems; k++) {
            const tnm_problem *problem = &problems[k];
            if (tnm_method_refuses(*method, problem) != NULL)
                continue;
            make_run(&one, (*method)->name, problem->n, problem->m, problem->constraint);
            fail_each_allocation(solve, &one);
            bool relaxed = (*method)->capabilities & TNM_METHOD_RELAXED;
            CU_ASSERT(relaxed || one.result.broken_tiles == 0);
            CU_ASSERT_EQUAL(one.result.status == TNM_OPTIMAL,
                            ((*method)->capabilities & TNM_METHOD_EXACT) != 0);
        }
    }
}

/* Lends a method tiles of the flat layout, with signed weights and a grader. */
static tnm_error solve_flat(run *self)
{
    tnm_job job = {.problem = self->problem,
                   .method = tnm_own_method(self->options.method),
                   .grader = tnm_own_method("exact"),
                   .flat = true,
                   .threads = 1,
                   .mask = &self->mask};
    tnm_error error =
        tnm_question_init(&job.scoring, &job.tiling, &self->matrix, &self->problem, &self->options);
    if (error != TNM_OK)
        return error;
    tnm_flat_tiling(&job.tiling);
    return tnm_drive(&job, &self->result);
}

static void test_flat_layout(void)
{
    static run one;
    make_run(&one, "torch-greedy", 2, 4, TNM_ATMOST);
    fail_each_allocation(solve_flat, &one);
    CU_ASSERT_EQUAL(one.result.tiles, 36);
}

static void test_without_prices(void)
{
    static run one;
    make_run(&one, "exact", 4, 8, TNM_EQUAL);
    fail_each_allocation(solve_for_the_mask, &one);
    CU_ASSERT_EQUAL(one.result.status, TNM_OPTIMAL);
}

static void test_dense_margin(void)
{
    static run one;
    make_run(&one, "exact", 4, 8, TNM_EQUAL);
    one.options.edges = TNM_EDGES_DENSE;
    fail_each_allocation(solve, &one);
    CU_ASSERT_EQUAL(one.result.status, TNM_OPTIMAL);
}

static void test_check(void)
{
    static run one;
    make_run(&one, "exact", 4, 8, TNM_EQUAL);
    one.options.edges = TNM_EDGES_DENSE;
    ASSERT_OK(solve(&one));
    fail_each_allocation(check, &one);
    CU_ASSERT_EQUAL(one.result.status, TNM_OPTIMAL);
}

TNM_SUITE(malloc, {"every method", test_every_method}, {"flat layout", test_flat_layout},
          {"without prices", test_without_prices}, {"dense margin", test_dense_margin},
          {"check", test_check})
