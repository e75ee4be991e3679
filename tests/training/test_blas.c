/* Dense products and systems against sums in double precision. */
#include "tests/testlib.h"
#include "training/blas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef void (*product)(float *, const float *, const float *, size_t, size_t, size_t, int);

/* Operands of a product: element (i,k) of a is a[i * a_row + k * a_col], likewise b. */
typedef struct form {
    const char *name;
    product compute;
    bool left_transposed, right_transposed;
} form;

static const form forms[] = {{"a b", tnm_blas_product, false, false},
                             {"a^T b", tnm_blas_product_left, true, false},
                             {"a b^T", tnm_blas_product_right, false, true}};

static const size_t sizes[][3] = {{1, 1, 1},      {3, 5, 2},      {128, 64, 256},
                                  {129, 33, 257}, {300, 70, 513}, {10, 784, 60}};

static void draw(float *values, size_t count, tnm_random *random)
{
    for (size_t k = 0; k < count; k++)
        values[k] = (float)(tnm_random_uniform(random) - 0.5);
}

static bool close_to_sums(const form *f, const float *c, const float *a, const float *b,
                          const size_t size[3])
{
    const size_t rows = size[0], inner = size[1], cols = size[2];
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < cols; j++) {
            double sum = 0, room = 1e-30;
            for (size_t k = 0; k < inner; k++) {
                double term = (double)a[f->left_transposed ? k * rows + i : i * inner + k] *
                              (double)b[f->right_transposed ? j * inner + k : k * cols + j];
                sum += term;
                room += fabs(term);
            }
            if (!(fabs((double)c[i * cols + j] - sum) <= 1e-6 * room))
                return false;
        }
    }
    return true;
}

static void check_form(const form *f, const size_t size[3], tnm_random *random)
{
    const size_t rows = size[0], inner = size[1], cols = size[2];
    float *a = tnm_allocate(rows * inner, sizeof *a), *b = tnm_allocate(inner * cols, sizeof *b);
    float *c = tnm_allocate(rows * cols, sizeof *c), *d = tnm_allocate(rows * cols, sizeof *d);
    draw(a, rows * inner, random);
    draw(b, inner * cols, random);
    f->compute(c, a, b, rows, inner, cols, 1);
    bool close = close_to_sums(f, c, a, b, size);
    if (!close)
        tnm_test_note("%s of %zu x %zu x %zu is wrong", f->name, rows, inner, cols);
    CU_ASSERT(close);
    for (int threads = 2; threads <= 3; threads++) {
        f->compute(d, a, b, rows, inner, cols, threads);
        CU_ASSERT_EQUAL(memcmp(c, d, rows * cols * sizeof *c), 0);
    }
    free(a);
    free(b);
    free(c);
    free(d);
}

static void test_products(void)
{
    tnm_random random = {tnm_test_seed()};
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
            check_form(&forms[f], sizes[s], &random);
    }
}

/* h = g g^T + 1, and right-hand sides made from known answers. */
static void test_solves_positive(void)
{
    enum { SIZE = 17, COUNT = 3 };
    double g[SIZE][SIZE], h[SIZE][SIZE], right[COUNT][SIZE], x[COUNT][SIZE];
    tnm_random random = {tnm_test_seed()};
    for (size_t k = 0; k < sizeof g / sizeof(double); k++)
        g[k / SIZE][k % SIZE] = tnm_random_uniform(&random) - 0.5;
    for (size_t i = 0; i < SIZE; i++) {
        for (size_t j = 0; j < SIZE; j++) {
            h[i][j] = i == j;
            for (size_t k = 0; k < SIZE; k++)
                h[i][j] += g[i][k] * g[j][k];
        }
    }
    for (size_t c = 0; c < COUNT; c++) {
        for (size_t j = 0; j < SIZE; j++)
            x[c][j] = tnm_random_uniform(&random) - 0.5;
        for (size_t i = 0; i < SIZE; i++) {
            right[c][i] = 0;
            for (size_t j = 0; j < SIZE; j++)
                right[c][i] += h[i][j] * x[c][j];
        }
    }
    ASSERT_OK(tnm_blas_solve_positive(h[0], SIZE, right[0], COUNT));
    for (size_t c = 0; c < COUNT; c++) {
        for (size_t j = 0; j < SIZE; j++)
            CU_ASSERT_DOUBLE_EQUAL(right[c][j], x[c][j], 1e-12);
    }
}

static void test_refuses_indefinite(void)
{
    double h[] = {1, 2, 2, 1}, right[] = {1, 1};
    ASSERT_FAILS(tnm_blas_solve_positive(h, 2, right, 1), TNM_ERROR_DATA, "not positive definite");
    ASSERT_OK(tnm_blas_solve_positive(NULL, 0, NULL, 0));
}

TNM_SUITE(blas, {"products agree with sums, for any number of threads", test_products},
          {"solves positive definite systems", test_solves_positive},
          {"refuses others", test_refuses_indefinite})
