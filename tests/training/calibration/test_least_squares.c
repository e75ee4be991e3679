#include "training/calibration/least_squares.h"

#include "tests/faults/faults.h"
#include "tests/testlib.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 9, INPUTS = 24, COLUMNS = 70 };

/* A layer with a 2:4 mask along rows, and inputs that are correlated. */
typedef struct scene {
    float weights[ROWS * INPUTS], seen[INPUTS * COLUMNS], dense[INPUTS * COLUMNS];
    uint8_t mask[ROWS * INPUTS];
    float fitted[ROWS * INPUTS];
    tnm_masked_layer layer;
    tnm_moments moments;
} scene;

static void make_scene(scene *self, bool paired)
{
    tnm_random random = {tnm_test_seed()};
    memset(self, 0, sizeof *self);
    for (size_t k = 0; k < ROWS * INPUTS; k++) {
        self->weights[k] = (float)tnm_random_normal(&random);
        self->mask[k] = (k + k / 4) % 4 < 2;
    }
    for (size_t column = 0; column < COLUMNS; column++) {
        double common = tnm_random_normal(&random);
        for (size_t input = 0; input < INPUTS; input++) {
            size_t at = input * COLUMNS + column;
            self->dense[at] = (float)(common + tnm_random_normal(&random));
            self->seen[at] = self->dense[at];
            if (paired)
                self->seen[at] += (float)(0.3 * tnm_random_normal(&random));
        }
    }
    self->layer = (tnm_masked_layer){"layer", ROWS, INPUTS, self->weights, self->mask};
    ASSERT_OK(tnm_moments_open(&self->moments, INPUTS, paired));
    tnm_moments_add(&self->moments, self->seen, self->dense, COLUMNS, 2);
}

static void close_scene(scene *self)
{
    tnm_moments_close(&self->moments);
}

/* ---- the objective, from the inputs themselves ------------------------------------------------
 */

static double answer(const float *weights, const float *inputs, size_t row, size_t column)
{
    double sum = 0;
    for (size_t input = 0; input < INPUTS; input++)
        sum += (double)weights[row * INPUTS + input] * inputs[input * COLUMNS + column];
    return sum;
}

static double squared_error(const scene *self, const float *fitted, size_t row)
{
    double sum = 0;
    for (size_t column = 0; column < COLUMNS; column++) {
        double miss = answer(self->weights, self->dense, row, column) -
                      answer(fitted, self->seen, row, column);
        sum += miss * miss;
    }
    return sum;
}

static double relative_error(const scene *self, const float *fitted)
{
    static const float nothing[ROWS * INPUTS];
    double error = 0, whole = 0;
    for (size_t row = 0; row < ROWS; row++) {
        error += squared_error(self, fitted, row);
        for (size_t column = 0; column < COLUMNS; column++)
            whole += pow(answer(self->weights, self->dense, row, column), 2);
    }
    CU_ASSERT(tnm_moments_error(&self->moments, self->weights, nothing, NULL, ROWS) > 0.999);
    return sqrt(error / whole);
}

/* ---- a reference: all of the equations of a row, by elimination -------------------------------
 */

/* Dropped inputs get the equation w' = 0. */
static void solve_densely(const scene *self, size_t row, double *solution)
{
    double rows[INPUTS][INPUTS + 1] = {{0}};
    for (size_t i = 0; i < INPUTS; i++) {
        rows[i][i] = 1;
        if (!self->mask[row * INPUTS + i])
            continue;
        for (size_t j = 0; j < INPUTS; j++) {
            rows[i][j] = 0;
            for (size_t c = 0; c < COLUMNS; c++)
                rows[i][j] += (double)self->seen[i * COLUMNS + c] * self->seen[j * COLUMNS + c];
        }
        for (size_t c = 0; c < COLUMNS; c++)
            rows[i][INPUTS] +=
                self->seen[i * COLUMNS + c] * answer(self->weights, self->dense, row, c);
    }
    for (size_t pivot = 0; pivot < INPUTS; pivot++) {
        size_t best = pivot;
        for (size_t i = pivot; i < INPUTS; i++)
            best = fabs(rows[i][pivot]) > fabs(rows[best][pivot]) ? i : best;
        for (size_t j = 0; j <= INPUTS; j++) {
            double other = rows[best][j];
            rows[best][j] = rows[pivot][j];
            rows[pivot][j] = other;
        }
        for (size_t i = 0; i < INPUTS; i++) {
            double factor = rows[i][pivot] / rows[pivot][pivot];
            for (size_t j = 0; i != pivot && j <= INPUTS; j++)
                rows[i][j] -= factor * rows[pivot][j];
        }
    }
    for (size_t i = 0; i < INPUTS; i++)
        solution[i] = rows[i][INPUTS] / rows[i][i];
}

/* ---- tests ------------------------------------------------------------------------------------
 */

static void check_agrees(bool paired)
{
    static scene own;
    double solution[INPUTS];
    make_scene(&own, paired);
    ASSERT_OK(tnm_least_squares(&own.layer, &own.moments, 0, 2, own.fitted, NULL));
    for (size_t row = 0; row < ROWS; row++) {
        solve_densely(&own, row, solution);
        for (size_t k = 0; k < INPUTS; k++) {
            CU_ASSERT_DOUBLE_EQUAL(own.fitted[row * INPUTS + k], solution[k], 1e-5);
            CU_ASSERT(own.mask[row * INPUTS + k] || own.fitted[row * INPUTS + k] == 0);
        }
    }
    CU_ASSERT_DOUBLE_EQUAL(tnm_moments_error(&own.moments, own.weights, own.fitted, NULL, ROWS),
                           relative_error(&own, own.fitted), 1e-6);
    close_scene(&own);
}

static void test_agrees_with_elimination(void)
{
    check_agrees(false);
    check_agrees(true);
}

/* No small change of a kept weight lowers the error. */
static void test_nothing_near_is_better(void)
{
    static scene own;
    make_scene(&own, true);
    ASSERT_OK(tnm_least_squares(&own.layer, &own.moments, 0, 1, own.fitted, NULL));
    for (size_t k = 0; k < ROWS * INPUTS; k++) {
        double best = squared_error(&own, own.fitted, k / INPUTS);
        for (int side = -1; side <= 1 && own.mask[k]; side += 2) {
            float kept = own.fitted[k];
            own.fitted[k] += (float)side * 0.01F;
            CU_ASSERT(squared_error(&own, own.fitted, k / INPUTS) > best);
            own.fitted[k] = kept;
        }
    }
    close_scene(&own);
}

static void test_a_ridge_pulls_to_the_weights(void)
{
    static scene own;
    make_scene(&own, false);
    ASSERT_OK(tnm_least_squares(&own.layer, &own.moments, 1e9, 1, own.fitted, NULL));
    for (size_t k = 0; k < ROWS * INPUTS; k++)
        CU_ASSERT_DOUBLE_EQUAL(own.fitted[k], own.mask[k] ? own.weights[k] : 0, 1e-5);
    close_scene(&own);
}

/* Inputs that are never seen keep their weights; without a ridge, their row cannot be solved. */
static void test_dead_inputs(void)
{
    static scene own;
    make_scene(&own, false);
    memset(own.seen + 5 * COLUMNS, 0, COLUMNS * sizeof *own.seen);
    close_scene(&own);
    ASSERT_OK(tnm_moments_open(&own.moments, INPUTS, false));
    tnm_moments_add(&own.moments, own.seen, NULL, COLUMNS, 1);
    ASSERT_OK(tnm_least_squares(&own.layer, &own.moments, 1e-6, 1, own.fitted, NULL));
    for (size_t row = 0; row < ROWS; row++) {
        size_t at = row * INPUTS + 5;
        CU_ASSERT_DOUBLE_EQUAL(own.fitted[at], own.mask[at] ? own.weights[at] : 0, 1e-6);
    }
    size_t first = 0;
    while (!own.mask[first * INPUTS + 5])
        first++;
    char text[32];
    snprintf(text, sizeof text, "layer: row %zu: ", first);
    ASSERT_FAILS(tnm_least_squares(&own.layer, &own.moments, 0, 2, own.fitted, NULL),
                 TNM_ERROR_DATA, text);
    close_scene(&own);
}

static void test_no_inputs_at_all(void)
{
    static scene own;
    make_scene(&own, false);
    close_scene(&own);
    ASSERT_OK(tnm_moments_open(&own.moments, INPUTS, false));
    ASSERT_OK(tnm_least_squares(&own.layer, &own.moments, 0, 1, own.fitted, NULL));
    for (size_t k = 0; k < ROWS * INPUTS; k++)
        CU_ASSERT_EQUAL(own.fitted[k], own.mask[k] ? own.weights[k] : 0);
    CU_ASSERT_EQUAL(tnm_moments_error(&own.moments, own.weights, own.fitted, NULL, ROWS), 0);
    close_scene(&own);
}

/* With a bias, the fit of deviations from the mean and the shift are the joint optimum: an input
 * that is always 1 would have no more to add. */
static void test_the_bias_takes_the_mean(void)
{
    static scene own;
    float shift[ROWS];
    make_scene(&own, true);
    ASSERT_OK(tnm_least_squares(&own.layer, &own.moments, 0, 1, own.fitted, shift));
    for (size_t row = 0; row < ROWS; row++) {
        double sum = 0, along[INPUTS] = {0};
        for (size_t c = 0; c < COLUMNS; c++) {
            double miss = answer(own.weights, own.dense, row, c) -
                          answer(own.fitted, own.seen, row, c) - shift[row];
            sum += miss;
            for (size_t k = 0; k < INPUTS; k++)
                along[k] += miss * own.seen[k * COLUMNS + c];
        }
        CU_ASSERT_DOUBLE_EQUAL(sum, 0, 1e-3);
        for (size_t k = 0; k < INPUTS; k++)
            CU_ASSERT(!own.mask[row * INPUTS + k] || fabs(along[k]) < 1e-3);
    }
    double with = tnm_moments_error(&own.moments, own.weights, own.fitted, shift, ROWS);
    CU_ASSERT(with < tnm_moments_error(&own.moments, own.weights, own.fitted, NULL, ROWS));
    close_scene(&own);
}

static void test_threads_do_not_matter(void)
{
    static scene one, two;
    make_scene(&one, true);
    make_scene(&two, true);
    ASSERT_OK(tnm_least_squares(&one.layer, &one.moments, 0.01, 1, one.fitted, NULL));
    ASSERT_OK(tnm_least_squares(&two.layer, &two.moments, 0.01, 3, two.fitted, NULL));
    CU_ASSERT_EQUAL(memcmp(one.fitted, two.fitted, sizeof one.fitted), 0);
    close_scene(&one);
    close_scene(&two);
}

/* The same columns as rows of a file. */
static void test_samples_are_columns(void)
{
    static scene own;
    static float samples[COLUMNS * INPUTS];
    tnm_moments moments;
    make_scene(&own, false);
    for (size_t k = 0; k < INPUTS * COLUMNS; k++)
        samples[k % COLUMNS * INPUTS + k / COLUMNS] = own.seen[k];
    ASSERT_OK(tnm_moments_open(&moments, INPUTS, false));
    tnm_moments_add_samples(&moments, samples, COLUMNS, 1);
    CU_ASSERT_EQUAL(memcmp(moments.seen, own.moments.seen, sizeof *moments.seen * INPUTS * INPUTS),
                    0);
    tnm_moments_close(&moments);
    close_scene(&own);
}

static tnm_error fit_all(scene *self)
{
    tnm_error error = TNM_OK;
    tnm_moments moments = {0};
    TNM_TRY(tnm_moments_open(&moments, INPUTS, true));
    tnm_moments_add(&moments, self->seen, self->dense, COLUMNS, 1);
    TNM_TRY(tnm_least_squares(&self->layer, &moments, 0.01, 1, self->fitted, NULL));
out:
    tnm_moments_close(&moments);
    return error;
}

static void test_memory_fails(void)
{
    static scene own;
    make_scene(&own, true);
    bool failed = true;
    long before = tnm_fault_live();
    for (unsigned k = 0; failed; k++) {
        tnm_fault_arm(TNM_FAULT_MEMORY, k);
        tnm_error error = fit_all(&own);
        failed = tnm_fault_disarm();
        CU_ASSERT_EQUAL(error, failed ? TNM_ERROR_MEMORY : TNM_OK);
        CU_ASSERT_EQUAL(tnm_fault_live(), before);
    }
    close_scene(&own);
}

TNM_SUITE(least_squares, {"agrees with elimination", test_agrees_with_elimination},
          {"nothing near is better", test_nothing_near_is_better},
          {"a ridge pulls to the weights", test_a_ridge_pulls_to_the_weights},
          {"dead inputs", test_dead_inputs}, {"no inputs at all", test_no_inputs_at_all},
          {"the bias takes the mean", test_the_bias_takes_the_mean},
          {"threads do not matter", test_threads_do_not_matter},
          {"samples are columns", test_samples_are_columns}, {"memory fails", test_memory_fails})
