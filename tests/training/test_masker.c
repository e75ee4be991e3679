#include "training/masker.h"

#include "tests/networks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static atomic_bool never, at_once = true;

/* A network of two matrices, 24 x 40 and 16 x 24, and one of classes. */
typedef struct scene {
    tnm_network network;
    tnm_mask_aim aims[2];
    tnm_recipe recipe;
    tnm_masker masker;
    tnm_flips flips;
} scene;

static void open_scene(scene *self, const char *method, bool transposable)
{
    const char *const names[] = {"fc1.weight", "fc2.weight"};
    *self = (scene){.recipe = {.aims = self->aims, .aim_count = 2}};
    ASSERT_OK(tnm_network_open(&self->network, "mlp:24,16", (tnm_shape){1, 5, 8}, 4, 8, 1));
    ASSERT_OK(tnm_network_initialise(&self->network, 9));
    for (size_t k = 0; k < 2; k++)
        self->aims[k] = (tnm_mask_aim){.parameter = tnm_network_find(&self->network, names[k]),
                                       .problem = {2, 4, TNM_EQUAL},
                                       .transposable = transposable};
    self->recipe.method = tnm_own_method(method);
    ASSERT_OK(tnm_masker_open(&self->masker, &self->recipe, 1));
}

static void close_scene(scene *self)
{
    tnm_masker_close(&self->masker);
    tnm_network_close(&self->network);
}

/* Moves every weight a little. */
static void disturb(scene *self, double by)
{
    tnm_random random = {4};
    for (size_t k = 0; k < 2; k++) {
        tnm_parameter *parameter = self->aims[k].parameter;
        for (size_t i = 0; i < tnm_parameter_size(parameter); i++)
            parameter->values[i] += (float)(by * tnm_random_normal(&random));
        tnm_parameter_refresh(parameter);
    }
}

/* ---- what is found ----------------------------------------------------------------------- */

/* The best mask there is keeps so much. */
static double optimum(const tnm_parameter *parameter)
{
    tnm_matrix weights = {.data = parameter->values,
                          .dtype = TNM_F32,
                          .rows = parameter->rows,
                          .cols = parameter->cols,
                          .row_stride = (ptrdiff_t)parameter->cols,
                          .col_stride = 1};
    tnm_options options;
    tnm_result result = {0};
    const tnm_problem problem = {2, 4, TNM_EQUAL};
    tnm_options_init(&options);
    ASSERT_OK(tnm_solve(&weights, &problem, &options, NULL, NULL, &result));
    CU_ASSERT_EQUAL(result.status, TNM_OPTIMAL);
    return result.objective;
}

static void check_optimal(const scene *self)
{
    for (size_t k = 0; k < 2; k++) {
        const tnm_parameter *parameter = self->aims[k].parameter;
        CU_ASSERT_DOUBLE_EQUAL(tnm_retention_of(parameter).kept, optimum(parameter), 1e-9);
    }
}

static void test_exact(void)
{
    scene own;
    open_scene(&own, "exact", true);
    ASSERT_OK(tnm_masker_renew(&own.masker, &never, 0, &own.flips));
    CU_ASSERT(own.flips.changed == 0 && own.flips.compared == 0);
    check_optimal(&own);
    disturb(&own, 0.05);
    ASSERT_OK(tnm_masker_renew(&own.masker, &never, 0, &own.flips)); /* warm */
    check_optimal(&own);
    close_scene(&own);
}

static void test_greedy_keeps_less(void)
{
    scene own;
    open_scene(&own, "greedy-keep", true);
    ASSERT_OK(tnm_masker_renew(&own.masker, &never, 0, &own.flips));
    for (size_t k = 0; k < 2; k++) {
        const tnm_parameter *parameter = own.aims[k].parameter;
        double kept = tnm_retention_of(parameter).kept, best = optimum(parameter);
        CU_ASSERT(kept < best && kept > 0.9 * best);
    }
    close_scene(&own);
}

/* Along rows more can be kept, and columns are as they come. */
static void test_rows(void)
{
    scene own;
    open_scene(&own, "row-nm", false);
    ASSERT_OK(tnm_masker_renew(&own.masker, &never, 0, &own.flips));
    for (size_t k = 0; k < 2; k++) {
        const tnm_parameter *parameter = own.aims[k].parameter;
        CU_ASSERT(!parameter->sparsity->transposable);
        CU_ASSERT(tnm_retention_of(parameter).kept > optimum(parameter));
    }
    close_scene(&own);
}

/* ---- flips ------------------------------------------------------------------------------- */

static void test_flips(void)
{
    scene own;
    uint8_t *before[2];
    size_t changed = 0, size = 24 * 40 + 16 * 24;
    open_scene(&own, "exact", true);
    ASSERT_OK(tnm_masker_renew(&own.masker, &never, 0, &own.flips));
    ASSERT_OK(tnm_masker_renew(&own.masker, &never, 0, &own.flips));
    CU_ASSERT(own.flips.changed == 0 && own.flips.compared == size);
    for (size_t k = 0; k < 2; k++) {
        size_t count = tnm_parameter_size(own.aims[k].parameter);
        before[k] = tnm_allocate(count, 1);
        memcpy(before[k], own.aims[k].parameter->sparsity->mask, count);
    }
    disturb(&own, 0.1);
    ASSERT_OK(tnm_masker_renew(&own.masker, &never, 0, &own.flips));
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < tnm_parameter_size(own.aims[k].parameter); i++)
            changed += before[k][i] != own.aims[k].parameter->sparsity->mask[i];
        free(before[k]);
    }
    CU_ASSERT(own.flips.changed > 0 && own.flips.changed < size / 2);
    CU_ASSERT_EQUAL(own.flips.changed, changed);
    close_scene(&own);
}

/* ---- failures ---------------------------------------------------------------------------- */

static void test_stop(void)
{
    scene own;
    open_scene(&own, "exact", true);
    ASSERT_OK(tnm_masker_renew(&own.masker, &never, 0, &own.flips));
    double kept = tnm_retention_of(own.aims[0].parameter).kept;
    ASSERT_FAILS(tnm_masker_renew(&own.masker, &at_once, 0, &own.flips), TNM_ERROR_INTERRUPTED,
                 "interrupted");
    ASSERT_FAILS(tnm_masker_renew(&own.masker, &never, tnm_now() - 1, &own.flips), TNM_ERROR_LIMIT,
                 "fc1.weight: no time left");
    CU_ASSERT_EQUAL(tnm_retention_of(own.aims[0].parameter).kept, kept);
    ASSERT_OK(tnm_masker_renew(&own.masker, &never, tnm_now() + 60, &own.flips));
    close_scene(&own);
}

static void test_names_the_parameter(void)
{
    scene own;
    open_scene(&own, "exact", true);
    own.aims[1].parameter->values[17] = NAN;
    ASSERT_FAILS(tnm_masker_renew(&own.masker, &never, 0, &own.flips), TNM_ERROR_DATA,
                 "fc2.weight: ");
    close_scene(&own);
    open_scene(&own, "row-nm", true);
    ASSERT_FAILS(tnm_masker_renew(&own.masker, &never, 0, &own.flips), TNM_ERROR_DATA,
                 "fc1.weight: method 'row-nm' breaks the pattern");
    close_scene(&own);
}

TNM_SUITE(masker, {"exact", test_exact}, {"greedy keeps less", test_greedy_keeps_less},
          {"rows", test_rows}, {"flips", test_flips}, {"stop", test_stop},
          {"names the parameter", test_names_the_parameter})
