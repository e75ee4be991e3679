#include "training/calibration/ridge.h"

#include "tests/faults/faults.h"
#include "tests/testlib.h"

#include <string.h>

enum { ROWS = 80, INPUTS = 32, ROOM = 4000 };

typedef struct scene {
    float weights[ROWS * INPUTS];
    uint8_t mask[ROWS * INPUTS];
    float inputs[INPUTS * ROOM];
    tnm_masked_layer layer;
    tnm_moments fit, held_out;
} scene;

/* Independent inputs: with many columns there is nothing that dropped weights could hand on, and
 * with few there seems to be. */
static void make_scene(scene *self, size_t columns)
{
    tnm_random random = {tnm_test_seed()};
    memset(self, 0, sizeof *self);
    for (size_t k = 0; k < ROWS * INPUTS; k++) {
        self->weights[k] = (float)tnm_random_normal(&random);
        self->mask[k] = k % 4 < 2;
    }
    self->layer = (tnm_masked_layer){"layer", ROWS, INPUTS, self->weights, self->mask};
    ASSERT_OK(tnm_moments_open(&self->fit, INPUTS, false));
    ASSERT_OK(tnm_moments_open(&self->held_out, INPUTS, false));
    for (size_t k = 0; k < INPUTS * columns; k++)
        self->inputs[k] = (float)tnm_random_normal(&random);
    tnm_moments_add(&self->fit, self->inputs, NULL, columns, 1);
    for (size_t k = 0; k < INPUTS * ROOM; k++)
        self->inputs[k] = (float)tnm_random_normal(&random);
    tnm_moments_add(&self->held_out, self->inputs, NULL, ROOM, 1);
}

static void close_scene(scene *self)
{
    tnm_moments_close(&self->fit);
    tnm_moments_close(&self->held_out);
}

static double choose(scene *self, size_t columns, bool bias, int threads)
{
    double ridge = -1;
    make_scene(self, columns);
    ASSERT_OK(tnm_ridge_choose(&ridge, &self->layer, &self->fit, &self->held_out, bias, threads));
    close_scene(self);
    return ridge;
}

static void test_fewer_columns_more_ridge(void)
{
    static scene own;
    CU_ASSERT_EQUAL(choose(&own, 24, false, 1), 3);
    CU_ASSERT_EQUAL(choose(&own, 24, true, 2), 3);
    CU_ASSERT(choose(&own, ROOM, false, 2) <= 3);
}

/* Inputs that depend on each other, and columns in plenty: no ridge is best. */
static void test_plenty_needs_none(void)
{
    static scene own;
    double ridge;
    make_scene(&own, 8);
    close_scene(&own);
    ASSERT_OK(tnm_moments_open(&own.fit, INPUTS, false));
    ASSERT_OK(tnm_moments_open(&own.held_out, INPUTS, false));
    for (size_t k = 0; k < (size_t)INPUTS / 4 * ROOM; k++) {
        for (size_t copy = 1; copy < 4; copy++)
            own.inputs[copy * (INPUTS / 4) * ROOM + k] += 3 * own.inputs[k];
    }
    tnm_moments_add(&own.fit, own.inputs, NULL, ROOM, 1);
    tnm_moments_add(&own.held_out, own.inputs, NULL, ROOM, 1);
    ASSERT_OK(tnm_ridge_choose(&ridge, &own.layer, &own.fit, &own.held_out, false, 1));
    CU_ASSERT_EQUAL(ridge, 0.001);
    close_scene(&own);
}

static void test_parts(void)
{
    CU_ASSERT_EQUAL(tnm_ridge_first_part(1000), 750);
    CU_ASSERT_EQUAL(tnm_ridge_first_part(3), 3);
    CU_ASSERT_EQUAL(tnm_ridge_first_part(0), 0);
}

static void test_memory_fails(void)
{
    static scene own;
    bool failed = true;
    double ridge;
    make_scene(&own, 24);
    long before = tnm_fault_live();
    for (unsigned k = 0; failed; k++) {
        tnm_fault_arm(TNM_FAULT_MEMORY, k);
        tnm_error error = tnm_ridge_choose(&ridge, &own.layer, &own.fit, &own.held_out, true, 1);
        failed = tnm_fault_disarm();
        CU_ASSERT_EQUAL(error, failed ? TNM_ERROR_MEMORY : TNM_OK);
        CU_ASSERT_EQUAL(tnm_fault_live(), before);
    }
    close_scene(&own);
}

TNM_SUITE(ridge, {"fewer columns, more ridge", test_fewer_columns_more_ridge},
          {"plenty needs none", test_plenty_needs_none}, {"parts", test_parts},
          {"memory fails", test_memory_fails})
