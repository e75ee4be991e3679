#include "formulations/verify.h"
#include "instances/generate.h"
#include "tests/faults/faults.h"
#include "tests/testlib.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 96, COLS = 128, ENTRIES = ROWS * COLS };

/* Draws a whole matrix; the caller frees it. */
static float *draw(const tnm_recipe *recipe)
{
    tnm_generator *generator = NULL;
    float *matrix = tnm_allocate(recipe->rows * recipe->cols, sizeof *matrix);
    ASSERT_OK(tnm_generator_open(&generator, recipe));
    CU_ASSERT_PTR_NOT_NULL_FATAL(generator);
    for (size_t i = 0; i < recipe->rows; i++)
        ASSERT_OK(tnm_generator_row(generator, matrix + i * recipe->cols));
    ASSERT_FAILS(tnm_generator_row(generator, matrix), TNM_ERROR_USAGE, "rows are written");
    tnm_generator_close(generator);
    return matrix;
}

static float *draw_family(const char *family, const char *parameter)
{
    const char *parameters[] = {parameter, NULL};
    tnm_recipe recipe = {family, ROWS, COLS, tnm_test_seed(), {4, 8, TNM_EQUAL}, parameters};
    return draw(&recipe);
}

/* Share of entries for which a property holds. */
static double share(const float *matrix, bool (*property)(float))
{
    size_t count = 0;
    for (size_t k = 0; k < ENTRIES; k++)
        count += property(matrix[k]);
    return (double)count / ENTRIES;
}

static double mean_of(const float *matrix, double (*function)(double))
{
    double sum = 0;
    for (size_t k = 0; k < ENTRIES; k++)
        sum += function((double)matrix[k]);
    return sum / ENTRIES;
}

static double identity(double x)
{
    return x;
}
static double square(double x)
{
    return x * x;
}
static double log_magnitude(double x)
{
    return log(fabs(x));
}
static double squared_log_magnitude(double x)
{
    return square(log_magnitude(x));
}
static bool is_negative(float x)
{
    return x < 0;
}
static bool is_zero(float x)
{
    return x == 0;
}
static bool is_one(float x)
{
    return x == 1;
}
static bool is_finite(float x)
{
    return isfinite(x);
}
static bool is_denormal(float x)
{
    return fpclassify(x) == FP_SUBNORMAL;
}
static bool is_below_one(float x)
{
    return fabsf(x) < 1;
}
static bool is_digit(float x)
{
    return fabsf(x) == 0 || fabsf(x) == 1 || fabsf(x) == 2 || fabsf(x) == 3;
}
static bool is_bfloat16(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (bits & 0xffff) == 0;
}

/* Five standard errors of a mean of ENTRIES numbers of this standard deviation. */
static void check_mean(double found, double expected, double deviation)
{
    CU_ASSERT_DOUBLE_EQUAL(found, expected, 5 * deviation / sqrt(ENTRIES));
}

static void check_share(double found, double expected)
{
    check_mean(found, expected, sqrt(expected * (1 - expected)));
}

static void test_every_family_is_finite_and_repeatable(void)
{
    for (const tnm_family *family = tnm_families; family->name != NULL; family++) {
        float *first = draw_family(family->name, NULL), *second = draw_family(family->name, NULL);
        CU_ASSERT_EQUAL(memcmp(first, second, ENTRIES * sizeof *first), 0);
        CU_ASSERT_EQUAL(share(first, is_finite), 1);
        CU_ASSERT(strlen(family->summary) > 0);
        CU_ASSERT_PTR_EQUAL(tnm_family_find(family->name), family);
        free(first);
        free(second);
    }
}

/* Two generators drawn in turns give what each gives alone. */
static void test_generators_share_nothing(void)
{
    tnm_recipe recipes[2] = {{.family = "gaussian", .rows = 4, .cols = 4, .seed = 1},
                             {.family = "gaussian", .rows = 4, .cols = 4, .seed = 2}};
    float *alone[2] = {draw(&recipes[0]), draw(&recipes[1])}, row[4];
    tnm_generator *generators[2];
    CU_ASSERT_NOT_EQUAL(memcmp(alone[0], alone[1], 16 * sizeof(float)), 0);
    for (int k = 0; k < 2; k++)
        ASSERT_OK(tnm_generator_open(&generators[k], &recipes[k]));
    for (size_t i = 0; i < 4; i++) {
        for (int k = 0; k < 2; k++) {
            ASSERT_OK(tnm_generator_row(generators[k], row));
            CU_ASSERT_EQUAL(memcmp(row, alone[k] + 4 * i, sizeof row), 0);
        }
    }
    for (int k = 0; k < 2; k++) {
        tnm_generator_close(generators[k]);
        free(alone[k]);
    }
}

/* The first outputs of mt19937 for seed 42 [matsumoto1998], so that a recipe in a paper or in a bug
 * report gives the same matrix everywhere. */
static void test_a_seed_means_the_same_everywhere(void)
{
    double first = 1608637542 * 0x1p-32, second = 3421126067 * 0x1p-32;
    tnm_recipe recipe = {.family = "uniform", .rows = 1, .cols = 2, .seed = 42};
    float *matrix = draw(&recipe);
    CU_ASSERT_EQUAL(matrix[0], (float)(2 * first - 1));
    CU_ASSERT_EQUAL(matrix[1], (float)(2 * second - 1));
    free(matrix);
}

static void test_gaussian_moments(void)
{
    float *matrix = draw_family("gaussian", "sigma=2");
    check_mean(mean_of(matrix, identity), 0, 2);
    check_mean(mean_of(matrix, square), 4, 4 * sqrt(2));
    check_share(share(matrix, is_below_one), 0.382924922548);
    free(matrix);
}

static void test_laplace_moments(void)
{
    float *matrix = draw_family("laplace", "scale=1");
    check_mean(mean_of(matrix, identity), 0, sqrt(2));
    check_mean(mean_of(matrix, fabs), 1, 1);
    check_share(share(matrix, is_below_one), 1 - exp(-1));
    free(matrix);
}

static void test_student_tails(void)
{
    float *matrix = draw_family("student-t", "nu=1");
    check_share(share(matrix, is_below_one), 0.5);
    check_share(share(matrix, is_negative), 0.5);
    free(matrix);
}

static void check_logarithms(const char *family, const char *parameter, double sigma)
{
    float *matrix = draw_family(family, parameter);
    check_mean(mean_of(matrix, log_magnitude), 0, sigma);
    check_mean(mean_of(matrix, squared_log_magnitude), sigma * sigma, sigma * sigma * sqrt(2));
    check_share(share(matrix, is_negative), 0.5);
    free(matrix);
}

static void test_logarithms_are_normal(void)
{
    check_logarithms("lognormal", "sigma=0.5", 0.5);
    check_logarithms("wide", NULL, 5);
}

static void test_uniform_moments(void)
{
    float *matrix = draw_family("uniform", "bound=2");
    check_mean(mean_of(matrix, fabs), 1, 2 / sqrt(12));
    check_share(share(matrix, is_below_one), 0.5);
    free(matrix);
}

static void test_few_values(void)
{
    float *matrix = draw_family("ties", "values=4");
    CU_ASSERT_EQUAL(share(matrix, is_digit), 1);
    check_share(share(matrix, is_zero), 0.25);
    check_share(share(matrix, is_negative), 0.375);
    free(matrix);
    matrix = draw_family("binary", "density=0.125");
    check_share(share(matrix, is_one), 0.125);
    CU_ASSERT_EQUAL(share(matrix, is_one) + share(matrix, is_zero), 1);
    free(matrix);
    matrix = draw_family("constant", "value=1");
    CU_ASSERT_EQUAL(share(matrix, is_one), 1);
    free(matrix);
}

static void test_special_floats(void)
{
    float *matrix = draw_family("sparse", "density=0.25");
    check_share(share(matrix, is_zero), 0.75);
    free(matrix);
    matrix = draw_family("bf16", NULL);
    CU_ASSERT_EQUAL(share(matrix, is_bfloat16), 1);
    check_mean(mean_of(matrix, square), 1, sqrt(2));
    free(matrix);
    matrix = draw_family("denormal", "share=0.5");
    check_share(share(matrix, is_denormal), 0.5);
    free(matrix);
}

/* Zeros fill whole rows and columns, and nothing else. */
static void test_dead_lines(void)
{
    float *matrix = draw_family("dead", "share=0.25");
    bool row_alive[ROWS] = {false}, column_alive[COLS] = {false};
    size_t rows = 0, columns = 0, entries = 0;
    for (size_t k = 0; k < ENTRIES; k++) {
        row_alive[k / COLS] |= matrix[k] != 0;
        column_alive[k % COLS] |= matrix[k] != 0;
        entries += matrix[k] != 0;
    }
    for (size_t i = 0; i < ROWS; i++)
        rows += row_alive[i];
    for (size_t j = 0; j < COLS; j++)
        columns += column_alive[j];
    CU_ASSERT_EQUAL(entries, rows * columns);
    CU_ASSERT(rows > ROWS / 2 && rows < ROWS && columns > COLS / 2 && columns < COLS);
    free(matrix);
}

/* All 2 x 2 minors vanish, in exact arithmetic: products of two floats are exact doubles. */
static void test_rank_one(void)
{
    float *matrix = draw_family("rank-one", NULL);
    size_t minors = 0;
    for (size_t i = 1; i < ROWS; i++)
        for (size_t j = 1; j < COLS; j++)
            minors += (double)matrix[0] * (double)matrix[i * COLS + j] !=
                      (double)matrix[j] * (double)matrix[i * COLS];
    CU_ASSERT_EQUAL(minors, 0);
    CU_ASSERT_NOT_EQUAL(matrix[0], 0);
    free(matrix);
}

/* Adds the bound by its prices of the band that was written last. */
static void add_bound(tnm_verdict *verdict, const tnm_generator *generator, float *rows,
                      const tnm_recipe *recipe)
{
    static const uint64_t nothing_kept[TNM_MAX_TILE * COLS];
    size_t m = (size_t)recipe->problem.m;
    for (size_t k = 0; k < m * recipe->cols; k++)
        rows[k] = fabsf(rows[k]);
    tnm_band band = {.m = m, .tiles = recipe->cols / m, .stride = recipe->cols, .scores = rows};
    tnm_verify_band(verdict, &recipe->problem, &band, nothing_kept, tnm_generator_prices(generator),
                    NULL);
}

/* The optimum and the prices of a family that plans agree after every band, to the last bit. */
static void check_plan(const tnm_recipe *recipe)
{
    tnm_generator *generator = NULL;
    tnm_verdict verdict = {.tiles = 0};
    size_t m = (size_t)recipe->problem.m;
    float *rows = tnm_allocate(m * recipe->cols, sizeof *rows);
    ASSERT_OK(tnm_generator_open(&generator, recipe));
    for (size_t i = 0; i < recipe->rows; i++) {
        ASSERT_OK(tnm_generator_row(generator, rows + i % m * recipe->cols));
        bool complete = (i + 1) % m == 0;
        CU_ASSERT_EQUAL(tnm_generator_optimum(generator) != NULL, complete);
        if (!complete)
            continue;
        add_bound(&verdict, generator, rows, recipe);
        CU_ASSERT_EQUAL(tnm_sum_compare(&verdict.bound, tnm_generator_optimum(generator)), 0);
    }
    CU_ASSERT_EQUAL(verdict.unbounded, 0);
    tnm_generator_close(generator);
    free(rows);
}

static void test_optimum_and_prices_agree(void)
{
    static const tnm_problem problems[] = {{1, 2, TNM_EQUAL},  {3, 8, TNM_ATMOST},
                                           {8, 16, TNM_EQUAL}, {0, 4, TNM_EQUAL},
                                           {4, 4, TNM_ATMOST}, {32, 64, TNM_ATMOST}};
    for (size_t k = 0; k < sizeof problems / sizeof problems[0]; k++) {
        size_t m = (size_t)problems[k].m;
        tnm_recipe recipe = {"planted", 3 * m, 2 * m, tnm_test_seed() + k, problems[k], NULL};
        check_plan(&recipe);
        recipe.family = "tight";
        if (2 * problems[k].n == problems[k].m)
            check_plan(&recipe);
    }
}

static void test_only_plans_know_an_optimum(void)
{
    float row[4];
    tnm_generator *generator = NULL;
    tnm_recipe recipe = {.family = "gaussian", .rows = 4, .cols = 4};
    ASSERT_OK(tnm_generator_open(&generator, &recipe));
    ASSERT_OK(tnm_generator_row(generator, row));
    CU_ASSERT_PTR_NULL(tnm_generator_optimum(generator));
    CU_ASSERT_PTR_NULL(tnm_generator_prices(generator));
    tnm_generator_close(generator);
}

static void test_refuses_bad_recipes(void)
{
    static const struct {
        tnm_recipe recipe;
        const char *parameter;
        const char *message;
    } cases[] = {
        {{"gausian", 8, 8, 1, {4, 8, TNM_EQUAL}, NULL}, NULL, "unknown kind of matrix 'gausian'"},
        {{"gaussian", 0, 8, 1, {4, 8, TNM_EQUAL}, NULL}, NULL, "0 x 8 has no entries"},
        {{"gaussian", 8, 8, 1, {4, 8, TNM_EQUAL}, NULL}, "nu=3", "unknown parameter 'nu'"},
        {{"gaussian", 8, 8, 1, {4, 8, TNM_EQUAL}, NULL}, "sigma", "expected sigma=VALUE"},
        {{"gaussian", 8, 8, 1, {4, 8, TNM_EQUAL}, NULL}, "sigma=", "expected sigma=VALUE"},
        {{"gaussian", 8, 8, 1, {4, 8, TNM_EQUAL}, NULL}, "sigma=1x", "expected sigma=VALUE"},
        {{"gaussian", 8, 8, 1, {4, 8, TNM_EQUAL}, NULL}, "sigma=nan", "from 0 to 1e+30"},
        {{"sparse", 8, 8, 1, {4, 8, TNM_EQUAL}, NULL}, "density=1.5", "from 0 to 1"},
        {{"gaussian", 8, 8, UINT64_C(1) << 32, {4, 8, TNM_EQUAL}, NULL}, NULL, "below 2^32"},
        {{"planted", 8, 8, 1, {0, 0, TNM_EQUAL}, NULL}, NULL, "0:0 is no pattern"},
        {{"planted", 8, 12, 1, {4, 8, TNM_EQUAL}, NULL}, NULL, "12 columns are no multiple of 8"},
        {{"planted", 12, 8, 1, {4, 8, TNM_EQUAL}, NULL}, NULL, "12 rows are no multiple of 8"},
        {{"tight", 8, 8, 1, {2, 8, TNM_EQUAL}, NULL}, NULL, "takes patterns N:2N only, not 2:8"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        tnm_generator *generator = NULL;
        const char *parameters[] = {cases[k].parameter, NULL};
        tnm_recipe recipe = cases[k].recipe;
        recipe.parameters = parameters;
        ASSERT_FAILS(tnm_generator_open(&generator, &recipe), TNM_ERROR_USAGE, cases[k].message);
        CU_ASSERT_PTR_NULL(generator);
    }
}

static void test_survives_failing_memory(void)
{
    unsigned failures = 0;
    for (const tnm_family *family = tnm_families; family->name != NULL; family++) {
        for (unsigned k = 0, failed = 1; failed; k++) {
            tnm_generator *generator = NULL;
            tnm_recipe recipe = {family->name, 8, 8, 1, {4, 8, TNM_EQUAL}, NULL};
            tnm_fault_arm(TNM_FAULT_MEMORY, k);
            tnm_error error = tnm_generator_open(&generator, &recipe);
            failed = tnm_fault_disarm();
            failures += failed;
            CU_ASSERT_EQUAL(error, failed ? TNM_ERROR_MEMORY : TNM_OK);
            CU_ASSERT_EQUAL(generator == NULL, failed);
            tnm_generator_close(generator);
        }
    }
    CU_ASSERT(failures > 16);
}

TNM_SUITE(generate,
          {"every family is finite and repeatable", test_every_family_is_finite_and_repeatable},
          {"generators share nothing", test_generators_share_nothing},
          {"a seed means the same everywhere", test_a_seed_means_the_same_everywhere},
          {"gaussian moments", test_gaussian_moments}, {"laplace moments", test_laplace_moments},
          {"student tails", test_student_tails},
          {"logarithms are normal", test_logarithms_are_normal},
          {"uniform moments", test_uniform_moments}, {"few values", test_few_values},
          {"special floats", test_special_floats}, {"dead lines", test_dead_lines},
          {"rank one", test_rank_one}, {"optimum and prices agree", test_optimum_and_prices_agree},
          {"only plans know an optimum", test_only_plans_know_an_optimum},
          {"refuses bad recipes", test_refuses_bad_recipes},
          {"survives failing memory", test_survives_failing_memory})
