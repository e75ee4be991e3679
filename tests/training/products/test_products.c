#include "training/products/products.h"

#include "instances/isa.h"
#include "tests/testlib.h"
#include "tests/training/products/masks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One matrix, operands, and where results go. */
typedef struct trial {
    size_t rows, cols, samples;
    tnm_compressed w;
    uint8_t *mask;
    float *weights, *x, *d; /* weights: zero where they are dropped */
    float *y, *g, *gradient;
} trial;

static float *random_floats(tnm_random *random, size_t count)
{
    float *numbers = tnm_allocate(count, sizeof *numbers);
    for (size_t k = 0; k < count; k++)
        numbers[k] = (float)tnm_random_normal(random);
    return numbers;
}

static void trial_open(trial *self, size_t rows, size_t cols, size_t samples, int n, int m,
                       tnm_mask_kind_drawn kind)
{
    tnm_random random = {tnm_test_seed() + rows * cols + samples};
    *self = (trial){.rows = rows, .cols = cols, .samples = samples};
    self->mask = tnm_allocate(rows * cols, 1);
    tnm_draw_transposable(&random, self->mask, rows, cols, n, m, kind);
    self->weights = random_floats(&random, rows * cols);
    ASSERT_OK(tnm_compressed_open(&self->w, rows, cols, n, m));
    ASSERT_OK(tnm_compressed_mask(&self->w, self->mask));
    tnm_compressed_gather(&self->w, self->weights);
    for (size_t k = 0; k < rows * cols; k++)
        self->weights[k] = self->mask[k] ? self->weights[k] : 0;
    self->x = random_floats(&random, cols * samples);
    self->d = random_floats(&random, rows * samples);
    self->y = tnm_allocate(rows * samples, sizeof *self->y);
    self->g = tnm_allocate(cols * samples, sizeof *self->g);
    self->gradient = tnm_allocate(rows * cols, sizeof *self->gradient);
}

static void trial_close(trial *self)
{
    tnm_compressed_close(&self->w);
    free(self->mask);
    free(self->weights);
    free(self->x);
    free(self->d);
    free(self->y);
    free(self->g);
    free(self->gradient);
}

/* Whether a sum of `count` products, taken in any order, may come out as `found`. */
static bool is_sum(float found, double exact, double size, size_t count)
{
    const double unit = 6e-8; /* half of FLT_EPSILON, and a little more */
    return fabs((double)found - exact) <= (double)(count + 2) * unit * size;
}

/* Elements of a product that are wrong: element (i, j) is the sum over k of a(i, k) b(k, j). */
typedef struct factors {
    const float *a, *b;
    size_t a_row, a_step, b_step, b_col;
} factors;

static bool is_wrong(const factors *of, size_t i, size_t j, size_t inner, float found)
{
    double exact = 0, size = 0;
    for (size_t k = 0; k < inner; k++) {
        double term = (double)of->a[i * of->a_row + k * of->a_step] *
                      (double)of->b[k * of->b_step + j * of->b_col];
        exact += term;
        size += fabs(term);
    }
    return !is_sum(found, exact, size, inner);
}

static void multiply_all(trial *self, int threads)
{
    memset(self->y, 0xff, self->rows * self->samples * sizeof(float));
    memset(self->g, 0xff, self->cols * self->samples * sizeof(float));
    memset(self->gradient, 0xff, self->rows * self->cols * sizeof(float));
    tnm_products_forward(&self->w, self->x, self->samples, self->y, threads);
    tnm_products_backward(&self->w, self->d, self->samples, self->g, threads);
    tnm_products_gradient(&self->w, self->d, self->x, self->samples, self->gradient, threads);
}

static size_t count_wrong(const trial *self)
{
    size_t s = self->samples, wrong = 0;
    const factors forward = {self->weights, self->x, self->cols, 1, s, 1};
    const factors backward = {self->weights, self->d, 1, self->cols, s, 1};
    const factors gradient = {self->d, self->x, s, 1, 1, s};
    for (size_t k = 0; k < self->rows * s; k++)
        wrong += is_wrong(&forward, k / s, k % s, self->cols, self->y[k]);
    for (size_t k = 0; k < self->cols * s; k++)
        wrong += is_wrong(&backward, k / s, k % s, self->rows, self->g[k]);
    for (size_t k = 0; k < self->rows * self->cols; k++)
        wrong += self->mask[k]
                     ? is_wrong(&gradient, k / self->cols, k % self->cols, s, self->gradient[k])
                     : self->gradient[k] != 0;
    return wrong;
}

static void try_products(size_t rows, size_t cols, size_t samples, int n, int m,
                         tnm_mask_kind_drawn kind)
{
    trial self;
    trial_open(&self, rows, cols, samples, n, m, kind);
    multiply_all(&self, 1);
    size_t wrong = count_wrong(&self);
    if (wrong > 0)
        tnm_test_note("%zu x %zu, %zu samples, %d:%d, kind %d, %s: %zu wrong", rows, cols, samples,
                      n, m, (int)kind, tnm_isa_name(tnm_isa_best()), wrong);
    CU_ASSERT_EQUAL(wrong, 0);
    trial_close(&self);
}

static void for_every_isa(void (*run)(void))
{
    for (int isa = 0; isa < TNM_ISA_COUNT; isa++) {
        if (!tnm_isa_supported((tnm_isa)isa))
            continue;
        ASSERT_OK(tnm_isa_force((tnm_isa)isa));
        run();
    }
    tnm_isa_release();
}

static void try_patterns(void)
{
    for (size_t p = 0; p < TNM_DRAWN_PATTERNS; p++) {
        int n = tnm_drawn_patterns[p][0], m = tnm_drawn_patterns[p][1];
        for (int kind = 0; kind < TNM_DRAWN_KINDS; kind++) {
            try_products(64, 128, 40, n, m, (tnm_mask_kind_drawn)kind);
            try_products(131, 77, 9, n, m, (tnm_mask_kind_drawn)kind);
        }
    }
}

static void test_patterns(void)
{
    for_every_isa(try_patterns);
}

static void try_shapes(void)
{
    static const size_t sides[][2] = {{1, 1}, {1, 70}, {70, 1}, {3, 5}, {63, 65}, {300, 20}};
    static const size_t samples[] = {1, 3, 8, 15, 16, 17, 32, 33, 63, 64, 65, 127, 128, 300, 515};
    for (size_t k = 0; k < sizeof sides / sizeof *sides; k++) {
        for (size_t s = 0; s < sizeof samples / sizeof *samples; s++) {
            try_products(sides[k][0], sides[k][1], samples[s], 2, 4, TNM_DRAWN_FULL);
            try_products(sides[k][0], sides[k][1], samples[s], 3, 7, TNM_DRAWN_SHORT);
        }
    }
}

static void test_shapes(void)
{
    for_every_isa(try_shapes);
}

static void try_threads(void)
{
    static const size_t samples[] = {1, 33, 64, 300, 1000};
    for (size_t s = 0; s < sizeof samples / sizeof *samples; s++) {
        trial one, more;
        trial_open(&one, 400, 333, samples[s], 4, 8, TNM_DRAWN_FULL);
        trial_open(&more, 400, 333, samples[s], 4, 8, TNM_DRAWN_FULL);
        multiply_all(&one, 1);
        for (int threads = 0; threads <= 5; threads++) {
            multiply_all(&more, threads);
            CU_ASSERT_EQUAL(memcmp(one.y, more.y, 400 * samples[s] * sizeof(float)), 0);
            CU_ASSERT_EQUAL(memcmp(one.g, more.g, 333 * samples[s] * sizeof(float)), 0);
            CU_ASSERT_EQUAL(memcmp(one.gradient, more.gradient, sizeof(float[400][333])), 0);
        }
        trial_close(&one);
        trial_close(&more);
    }
}

static void test_same_bytes_for_any_number_of_threads(void)
{
    for_every_isa(try_threads);
}

static void test_nothing_to_multiply(void)
{
    tnm_compressed w;
    float y[3] = {1, 1, 1}, none = 0;
    ASSERT_OK(tnm_compressed_open(&w, 3, 0, 2, 4));
    ASSERT_OK(tnm_compressed_mask(&w, (const uint8_t *)""));
    tnm_products_forward(&w, &none, 1, y, 1);
    CU_ASSERT(y[0] == 0 && y[1] == 0 && y[2] == 0);
    tnm_products_backward(&w, y, 1, &none, 1);
    tnm_products_gradient(&w, y, &none, 1, &none, 1);
    tnm_products_forward(&w, &none, 0, y, 1);
    tnm_compressed_close(&w);
}

TNM_SUITE(products, {"patterns", test_patterns}, {"shapes", test_shapes},
          {"same bytes for any number of threads", test_same_bytes_for_any_number_of_threads},
          {"nothing to multiply", test_nothing_to_multiply})
