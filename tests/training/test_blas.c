#include "training/blas.h"

#include "tests/testlib.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

typedef void multiplier(float *c, const float *a, const float *b, size_t rows, size_t inner,
                        size_t cols, int threads);

static float *random_matrix(tnm_random *random, size_t count)
{
    float *matrix = tnm_allocate(count, sizeof *matrix);
    for (size_t k = 0; k < count; k++)
        matrix[k] = (float)tnm_random_normal(random);
    return matrix;
}

/* Element (i, j) of the product, in double precision, and the size that its rounding is judged by.
 */
static double plain(const float *a, size_t a_row, size_t a_step, const float *b, size_t b_col,
                    size_t b_step, size_t inner, double *size)
{
    double sum = 0;
    *size = 0;
    for (size_t k = 0; k < inner; k++) {
        double term = (double)a[a_row + k * a_step] * (double)b[b_col + k * b_step];
        sum += term;
        *size += fabs(term);
    }
    return sum;
}

static size_t count_wrong(const float *c, const float *a, const float *b, size_t rows, size_t inner,
                          size_t cols, bool left, bool right)
{
    size_t wrong = 0;
    for (size_t k = 0; k < rows * cols; k++) {
        size_t i = k / cols, j = k % cols;
        double size;
        double exact = plain(a, left ? i : i * inner, left ? rows : 1, b, right ? j * inner : j,
                             right ? 1 : cols, inner, &size);
        wrong += fabs((double)c[k] - exact) > size * 1e-6 || isnan(c[k]);
    }
    return wrong;
}

static void try_product(multiplier *multiply, bool left, bool right, size_t rows, size_t inner,
                        size_t cols)
{
    tnm_random random = {tnm_test_seed() + rows * 1000 + inner * 10 + cols};
    float *a = random_matrix(&random, rows * inner), *b = random_matrix(&random, inner * cols);
    float *c = random_matrix(&random, rows * cols), *again = random_matrix(&random, rows * cols);
    multiply(c, a, b, rows, inner, cols, 1);
    CU_ASSERT_EQUAL(count_wrong(c, a, b, rows, inner, cols, left, right), 0);
    for (int threads = 0; threads <= 5; threads++) {
        memset(again, 0xff, rows * cols * sizeof *again);
        multiply(again, a, b, rows, inner, cols, threads);
        CU_ASSERT_EQUAL(memcmp(c, again, rows * cols * sizeof *c), 0);
    }
    free(a);
    free(b);
    free(c);
    free(again);
}

static void test_products(void)
{
    static const size_t shapes[][3] = {{1, 1, 1},    {2, 0, 3},      {0, 4, 3},    {5, 3, 0},
                                       {1, 70, 33},  {129, 1, 17},   {64, 64, 64}, {300, 40, 7},
                                       {7, 40, 300}, {200, 100, 130}};
    int before = omp_get_max_threads();
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
        const size_t *s = shapes[k];
        try_product(tnm_blas_product, false, false, s[0], s[1], s[2]);
        try_product(tnm_blas_product_left, true, false, s[0], s[1], s[2]);
        try_product(tnm_blas_product_right, false, true, s[0], s[1], s[2]);
    }
    CU_ASSERT_EQUAL(omp_get_max_threads(), before);
}

/* h = a a^T + 1, and right-hand sides from known solutions. */
static void test_solves(void)
{
    enum { SIZE = 37, SIDES = 3 };
    tnm_random random = {tnm_test_seed()};
    double a[SIZE][SIZE], h[SIZE][SIZE], x[SIDES][SIZE], right[SIDES][SIZE], worst = 0;
    for (size_t k = 0; k < SIZE * SIZE; k++)
        a[k / SIZE][k % SIZE] = tnm_random_normal(&random);
    for (size_t k = 0; k < SIZE * SIZE; k++) {
        size_t i = k / SIZE, j = k % SIZE;
        h[i][j] = i == j;
        for (size_t l = 0; l < SIZE; l++)
            h[i][j] += a[i][l] * a[j][l];
    }
    for (size_t k = 0; k < SIDES * SIZE; k++)
        x[k / SIZE][k % SIZE] = tnm_random_normal(&random);
    for (size_t k = 0; k < SIDES * SIZE; k++) {
        right[k / SIZE][k % SIZE] = 0;
        for (size_t l = 0; l < SIZE; l++)
            right[k / SIZE][k % SIZE] += h[k % SIZE][l] * x[k / SIZE][l];
    }
    ASSERT_OK(tnm_blas_solve_positive(h[0], SIZE, right[0], SIDES));
    for (size_t k = 0; k < SIDES * SIZE; k++)
        worst = fmax(worst, fabs(right[k / SIZE][k % SIZE] - x[k / SIZE][k % SIZE]));
    CU_ASSERT(worst < 1e-9);
}

static void test_refuses_what_is_not_positive(void)
{
    double right[2] = {1, 1};
    double indefinite[] = {1, 2, 2, 1}, broken[] = {(double)NAN, 0, 0, 1};
    ASSERT_FAILS(tnm_blas_solve_positive(indefinite, 2, right, 1), TNM_ERROR_DATA,
                 "2 x 2 is not positive definite");
    ASSERT_FAILS(tnm_blas_solve_positive(broken, 2, right, 1), TNM_ERROR_DATA,
                 "not positive definite");
    ASSERT_OK(tnm_blas_solve_positive(NULL, 0, NULL, 1));
}

/* c += a b^T, in blocks of rows, the same bytes for any number of threads. */
static void test_adds_products(void)
{
    enum { ROWS = 150, INNER = 20, COLS = 90 };
    static double a[ROWS * INNER], b[COLS * INNER], one[ROWS * COLS], three[ROWS * COLS];
    tnm_random random = {tnm_test_seed()};
    for (size_t k = 0; k < ROWS * INNER; k++)
        a[k] = tnm_random_normal(&random);
    for (size_t k = 0; k < COLS * INNER; k++)
        b[k] = tnm_random_normal(&random);
    for (size_t k = 0; k < ROWS * COLS; k++)
        one[k] = three[k] = (double)k;
    tnm_blas_add_product_right(one, a, b, ROWS, INNER, COLS, 1);
    tnm_blas_add_product_right(three, a, b, ROWS, INNER, COLS, 3);
    CU_ASSERT_EQUAL(memcmp(one, three, sizeof one), 0);
    double worst = 0;
    for (size_t k = 0; k < ROWS * COLS; k++) {
        double sum = (double)k;
        for (size_t l = 0; l < INNER; l++)
            sum += a[k / COLS * INNER + l] * b[k % COLS * INNER + l];
        worst = fmax(worst, fabs(sum - one[k]));
    }
    CU_ASSERT(worst < 1e-9);
}

static void test_names_its_kernel(void)
{
    char text[64];
    CU_ASSERT(strlen(tnm_blas_kernel()) > 0);
    tnm_blas_describe(text, sizeof text);
    CU_ASSERT(tnm_test_contains(text, "OpenBLAS "));
    CU_ASSERT(tnm_test_contains(text, tnm_blas_kernel()));
}

TNM_SUITE(blas, {"products", test_products}, {"solves", test_solves},
          {"refuses what is not positive", test_refuses_what_is_not_positive},
          {"adds products", test_adds_products}, {"names its kernel", test_names_its_kernel})
