#include "training/calibration/adam.h"

#include "tests/faults/faults.h"
#include "tests/testlib.h"

#include <math.h>
#include <string.h>

enum { ROWS = 6, INPUTS = 16, SAMPLES = 120, WIDTH = 2, COLUMNS = SAMPLES * WIDTH };

/* A layer of a convolution, say: two columns a sample, inputs with a mean, 2:4 along rows. */
typedef struct scene {
    float weights[ROWS * INPUTS], seen[INPUTS * COLUMNS], dense[INPUTS * COLUMNS];
    uint8_t mask[ROWS * INPUTS];
    float fitted[ROWS * INPUTS], shift[ROWS];
    tnm_masked_layer layer;
    tnm_samples samples;
    tnm_moments moments;
} scene;

static void make_scene(scene *self, bool paired)
{
    tnm_random random = {tnm_test_seed()};
    memset(self, 0, sizeof *self);
    for (size_t k = 0; k < ROWS * INPUTS; k++) {
        self->weights[k] = 0.3F * (float)tnm_random_normal(&random);
        self->mask[k] = (k + k / 4) % 4 < 2;
    }
    for (size_t k = 0; k < COLUMNS; k++) {
        double common = tnm_random_normal(&random);
        for (size_t input = 0; input < INPUTS; input++) {
            size_t at = input * COLUMNS + k;
            self->dense[at] = (float)(0.5 + common + 0.5 * tnm_random_normal(&random));
            self->seen[at] = self->dense[at];
            if (paired)
                self->seen[at] += (float)(0.1 * tnm_random_normal(&random));
        }
    }
    self->layer = (tnm_masked_layer){"layer", ROWS, INPUTS, self->weights, self->mask};
    self->samples = (tnm_samples){.seen = self->seen,
                                  .dense = paired ? self->dense : NULL,
                                  .count = SAMPLES,
                                  .columns = WIDTH};
    ASSERT_OK(tnm_moments_open(&self->moments, INPUTS, paired));
    tnm_moments_add(&self->moments, self->seen, self->dense, COLUMNS, 1);
}

static double error_of(const scene *self, const float *fitted)
{
    return tnm_moments_error(&self->moments, self->weights, fitted, NULL, ROWS);
}

static tnm_error fit(scene *self, uint64_t seed, float *shift)
{
    tnm_adam recipe = tnm_adam_published(seed, 4);
    return tnm_adam_fit(&self->layer, &self->samples, &recipe, 1, self->fitted, shift);
}

/* ---- tests ------------------------------------------------------------------------------------
 */

static void test_absorbs_means(void)
{
    static const float weights[] = {1, 2, 3, 4, 5, -6, 7, 8, 9, 10};
    static const uint8_t mask[] = {1, 0, 1, 0, 0, 0, 0, 0, 1, 0};
    static const float expected[] = {4, 0, 6, 0, 0, 0, 0, 0, 19, 0};
    float fitted[10];
    tnm_masked_layer layer = {"layer", 1, 10, weights, mask};
    tnm_absorb_means(&layer, 4, fitted);
    for (size_t k = 0; k < 10; k++)
        CU_ASSERT_EQUAL(fitted[k], expected[k]);
}

/* The recipe comes near the optimum, and never passes it. */
static void check_ends_above_the_optimum(bool paired)
{
    static scene own;
    static float best[ROWS * INPUTS], masked[ROWS * INPUTS];
    make_scene(&own, paired);
    for (size_t k = 0; k < ROWS * INPUTS; k++)
        masked[k] = own.mask[k] ? own.weights[k] : 0;
    ASSERT_OK(tnm_least_squares(&own.layer, &own.moments, 0, 1, best, NULL));
    ASSERT_OK(fit(&own, 1, NULL));
    double start = error_of(&own, masked), end = error_of(&own, own.fitted);
    CU_ASSERT(end > error_of(&own, best));
    CU_ASSERT(end < 1.2 * error_of(&own, best));
    CU_ASSERT(end < 0.8 * start);
    for (size_t k = 0; k < ROWS * INPUTS; k++)
        CU_ASSERT(own.mask[k] || own.fitted[k] == 0);
    tnm_moments_close(&own.moments);
}

static void test_ends_above_the_optimum(void)
{
    check_ends_above_the_optimum(false);
    check_ends_above_the_optimum(true);
}

/* With a bias the answers' mean is met. */
static void test_moves_the_bias(void)
{
    static scene own;
    make_scene(&own, false);
    ASSERT_OK(fit(&own, 1, own.shift));
    for (size_t row = 0; row < ROWS; row++) {
        double miss = own.shift[row];
        for (size_t k = 0; k < INPUTS; k++)
            miss += (own.fitted[row * INPUTS + k] - own.weights[row * INPUTS + k]) *
                    own.moments.seen_sum[k] / COLUMNS;
        CU_ASSERT_DOUBLE_EQUAL(miss, 0, 0.05);
    }
    tnm_moments_close(&own.moments);
}

static void test_the_seed_decides(void)
{
    static scene one, same, other;
    make_scene(&one, true);
    make_scene(&same, true);
    make_scene(&other, true);
    ASSERT_OK(fit(&one, 1, one.shift));
    ASSERT_OK(fit(&same, 1, same.shift));
    ASSERT_OK(fit(&other, 2, other.shift));
    CU_ASSERT_EQUAL(memcmp(one.fitted, same.fitted, sizeof one.fitted), 0);
    CU_ASSERT_EQUAL(memcmp(one.shift, same.shift, sizeof one.shift), 0);
    CU_ASSERT_NOT_EQUAL(memcmp(one.fitted, other.fitted, sizeof one.fitted), 0);
    tnm_moments_close(&one.moments);
    tnm_moments_close(&same.moments);
    tnm_moments_close(&other.moments);
}

static void test_fewer_samples_than_a_minibatch(void)
{
    static scene own;
    make_scene(&own, false);
    own.samples.count = 3;
    ASSERT_OK(fit(&own, 1, NULL));
    for (size_t k = 0; k < ROWS * INPUTS; k++)
        CU_ASSERT(isfinite(own.fitted[k]));
    tnm_moments_close(&own.moments);
}

static void test_memory_fails(void)
{
    static scene own;
    make_scene(&own, true);
    bool failed = true;
    long before = tnm_fault_live();
    for (unsigned k = 0; failed; k++) {
        tnm_fault_arm(TNM_FAULT_MEMORY, k);
        tnm_error error = fit(&own, 1, own.shift);
        failed = tnm_fault_disarm();
        CU_ASSERT_EQUAL(error, failed ? TNM_ERROR_MEMORY : TNM_OK);
        CU_ASSERT_EQUAL(tnm_fault_live(), before);
    }
    tnm_moments_close(&own.moments);
}

TNM_SUITE(adam, {"absorbs means", test_absorbs_means},
          {"ends above the optimum", test_ends_above_the_optimum},
          {"moves the bias", test_moves_the_bias}, {"the seed decides", test_the_seed_decides},
          {"fewer samples than a minibatch", test_fewer_samples_than_a_minibatch},
          {"memory fails", test_memory_fails})
