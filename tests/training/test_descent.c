#include "training/descent.h"

#include "tests/networks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the rate ---------------------------------------------------------------------------- */

static void test_rate(void)
{
    const tnm_descent plain = {.rate = 0.5, .steps = 100};
    CU_ASSERT_DOUBLE_EQUAL(tnm_descent_rate(&plain, 0), 0.5, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(tnm_descent_rate(&plain, 50), 0.25, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(tnm_descent_rate(&plain, 25), 0.25 * (1 + sqrt(0.5)), 1e-15);
    CU_ASSERT(tnm_descent_rate(&plain, 99) > 0 && tnm_descent_rate(&plain, 99) < 0.001);
    for (size_t step = 1; step < 100; step++)
        CU_ASSERT(tnm_descent_rate(&plain, step) < tnm_descent_rate(&plain, step - 1));
}

static void test_warm_up(void)
{
    const tnm_descent warm = {.rate = 0.5, .warm_up = 10, .steps = 110};
    for (size_t step = 0; step < 10; step++)
        CU_ASSERT_DOUBLE_EQUAL(tnm_descent_rate(&warm, step), 0.05 * (double)(step + 1), 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(tnm_descent_rate(&warm, 10), 0.5, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(tnm_descent_rate(&warm, 60), 0.25, 1e-15);
}

/* ---- steps ------------------------------------------------------------------------------- */

static const tnm_descent usual = {
    .rate = 0.1, .momentum = 0.75, .decay = 0.125, .masked_decay = 0.5, .steps = 10};

/* A matrix of 96 x 80 with values and gradients drawn, masked on request. */
typedef struct scene {
    tnm_parameter parameter;
    float *velocity, *start;
} scene;

static void open_scene(scene *self, bool masked)
{
    const size_t shape[] = {96, 80};
    tnm_random random = {3};
    *self = (scene){.velocity = NULL};
    ASSERT_OK(tnm_parameter_open(&self->parameter, "fc1", "weight", TNM_ROLE_WEIGHT, shape, 2));
    size_t size = tnm_parameter_size(&self->parameter);
    ASSERT_OK(TNM_NEW(self->velocity, size));
    ASSERT_OK(TNM_NEW(self->start, size));
    for (size_t k = 0; k < size; k++) {
        self->parameter.values[k] = self->start[k] = (float)tnm_random_normal(&random);
        self->parameter.gradient[k] = (float)tnm_random_normal(&random);
    }
    if (!masked)
        return;
    uint8_t *mask = tnm_test_mask(&self->parameter, 2, 4, 5);
    const tnm_problem problem = {2, 4, TNM_EQUAL};
    ASSERT_OK(tnm_parameter_mask(&self->parameter, &problem, true, false, mask));
    free(mask);
}

static void close_scene(scene *self)
{
    tnm_parameter_close(&self->parameter);
    free(self->velocity);
    free(self->start);
}

/* What two steps with the same gradient have to come to, in doubles. */
static double expected_value(const scene *self, size_t k, double decay)
{
    double w = (double)self->start[k], g = (double)self->parameter.gradient[k], v = 0;
    for (int step = 0; step < 2; step++) {
        v = usual.momentum * v + g + decay * w;
        w -= usual.rate * v;
    }
    return w;
}

static void check_two_steps(bool masked)
{
    scene own;
    open_scene(&own, masked);
    for (int step = 0; step < 2; step++)
        tnm_descent_move(&usual, usual.rate, &own.parameter, own.velocity, 1);
    for (size_t k = 0; k < tnm_parameter_size(&own.parameter); k++) {
        bool dropped = masked && !own.parameter.sparsity->mask[k];
        double decay = dropped ? usual.masked_decay : usual.decay;
        float value = own.parameter.values[k];
        CU_ASSERT_DOUBLE_EQUAL((double)value, expected_value(&own, k, decay), 1e-6);
        CU_ASSERT_EQUAL(tnm_parameter_effective(&own.parameter)[k], dropped ? 0 : value);
    }
    close_scene(&own);
}

static void test_dense(void)
{
    check_two_steps(false);
}

static void test_masked(void)
{
    check_two_steps(true);
}

static void test_biases_do_not_decay(void)
{
    const size_t shape[] = {3};
    tnm_parameter bias;
    float velocity[3] = {0};
    ASSERT_OK(tnm_parameter_open(&bias, "fc1", "bias", TNM_ROLE_BIAS, shape, 1));
    bias.values[1] = 4;
    bias.gradient[2] = 1;
    tnm_descent_move(&usual, 0.5, &bias, velocity, 1);
    CU_ASSERT_EQUAL(bias.values[0], 0);
    CU_ASSERT_EQUAL(bias.values[1], 4);
    CU_ASSERT_EQUAL(bias.values[2], -0.5F);
    tnm_parameter_close(&bias);
}

static void test_what_has_no_gradient_stays(void)
{
    const size_t shape[] = {2};
    tnm_parameter mean;
    ASSERT_OK(tnm_parameter_open(&mean, "bn1", "running_mean", TNM_ROLE_MEAN, shape, 1));
    mean.values[0] = 7;
    tnm_descent_move(&usual, 0.5, &mean, NULL, 1);
    CU_ASSERT_EQUAL(mean.values[0], 7);
    tnm_parameter_close(&mean);
}

static void test_threads(void)
{
    scene one, three;
    open_scene(&one, true);
    open_scene(&three, true);
    size_t bytes = tnm_parameter_size(&one.parameter) * sizeof(float);
    tnm_descent_move(&usual, 0.3, &one.parameter, one.velocity, 1);
    tnm_descent_move(&usual, 0.3, &three.parameter, three.velocity, 3);
    CU_ASSERT_EQUAL(memcmp(one.parameter.values, three.parameter.values, bytes), 0);
    CU_ASSERT_EQUAL(memcmp(one.velocity, three.velocity, bytes), 0);
    close_scene(&one);
    close_scene(&three);
}

TNM_SUITE(descent, {"rate", test_rate}, {"warm-up", test_warm_up}, {"dense", test_dense},
          {"masked", test_masked}, {"biases do not decay", test_biases_do_not_decay},
          {"what has no gradient stays", test_what_has_no_gradient_stays},
          {"threads", test_threads})
