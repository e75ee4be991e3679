#include "training/network/parameter.h"

#include "tests/faults/faults.h"
#include "tests/networks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Sides that are no multiple of a tile's. */
enum { ROWS = 10, COLS = 13, COLUMNS = 9 };

static const tnm_problem pattern = {2, 4, TNM_ATMOST};

static void open_weight(tnm_parameter *weight)
{
    tnm_random random = {3};
    const size_t shape[] = {ROWS, COLS};
    ASSERT_OK(tnm_parameter_open(weight, "fc1", "weight", TNM_ROLE_WEIGHT, shape, 2));
    for (size_t k = 0; k < ROWS * COLS; k++)
        weight->values[k] = (float)tnm_random_normal(&random);
}

static void draw(float *numbers, size_t count, uint64_t seed)
{
    tnm_random random = {seed};
    for (size_t k = 0; k < count; k++)
        numbers[k] = (float)tnm_random_normal(&random);
}

static void test_opens(void)
{
    tnm_parameter parameter;
    const size_t shape[] = {5, 3, 3, 2};
    ASSERT_OK(tnm_parameter_open(&parameter, "conv2", "weight", TNM_ROLE_WEIGHT, shape, 4));
    CU_ASSERT_STRING_EQUAL(parameter.name, "conv2.weight");
    CU_ASSERT(parameter.rows == 5 && parameter.cols == 18 && parameter.decays);
    CU_ASSERT_PTR_NOT_NULL(parameter.gradient);
    tnm_parameter_close(&parameter);
    ASSERT_OK(tnm_parameter_open(&parameter, "bn1", "running_var", TNM_ROLE_VARIANCE, shape, 1));
    CU_ASSERT(parameter.rows == 5 && parameter.cols == 1 && !parameter.decays);
    CU_ASSERT_PTR_NULL(parameter.gradient);
    tnm_parameter_close(&parameter);
    tnm_parameter_close(&parameter);
}

/* ---- products ---------------------------------------------------------------------------- */

static double kept_value(const tnm_parameter *w, size_t row, size_t col)
{
    bool kept = w->sparsity == NULL || w->sparsity->mask[row * COLS + col];
    return kept ? (double)w->values[row * COLS + col] : 0;
}

static void check_forward(const tnm_parameter *w)
{
    float x[COLS * COLUMNS], y[ROWS * COLUMNS];
    draw(x, COLS * COLUMNS, 5);
    tnm_parameter_forward(w, x, COLUMNS, y, 2);
    for (size_t row = 0; row < ROWS; row++)
        for (size_t s = 0; s < COLUMNS; s++) {
            double sum = 0;
            for (size_t col = 0; col < COLS; col++)
                sum += kept_value(w, row, col) * (double)x[col * COLUMNS + s];
            CU_ASSERT_DOUBLE_EQUAL(y[row * COLUMNS + s], sum, 1e-5);
        }
}

static void check_backward(const tnm_parameter *w)
{
    float d[ROWS * COLUMNS], g[COLS * COLUMNS];
    draw(d, ROWS * COLUMNS, 6);
    tnm_parameter_backward(w, d, COLUMNS, g, 2);
    for (size_t col = 0; col < COLS; col++)
        for (size_t s = 0; s < COLUMNS; s++) {
            double sum = 0;
            for (size_t row = 0; row < ROWS; row++)
                sum += kept_value(w, row, col) * (double)d[row * COLUMNS + s];
            CU_ASSERT_DOUBLE_EQUAL(g[col * COLUMNS + s], sum, 1e-5);
        }
}

static void check_gradient(tnm_parameter *w, bool kept_only)
{
    float d[ROWS * COLUMNS], x[COLS * COLUMNS];
    draw(d, ROWS * COLUMNS, 6);
    draw(x, COLS * COLUMNS, 5);
    tnm_parameter_gradient(w, d, x, COLUMNS, kept_only, 2);
    for (size_t k = 0; k < ROWS * COLS; k++) {
        double sum = 0;
        for (size_t s = 0; s < COLUMNS; s++)
            sum += (double)d[k / COLS * COLUMNS + s] * (double)x[k % COLS * COLUMNS + s];
        bool dropped = kept_only && w->sparsity != NULL && !w->sparsity->mask[k];
        CU_ASSERT_DOUBLE_EQUAL(w->gradient[k], dropped ? 0 : sum, 1e-5);
    }
}

static void check_products(tnm_parameter *w)
{
    check_forward(w);
    check_backward(w);
    check_gradient(w, false);
    check_gradient(w, true);
}

static void test_dense_products(void)
{
    tnm_parameter weight;
    open_weight(&weight);
    check_products(&weight);
    tnm_parameter_close(&weight);
}

/* W stays whole under its mask; products see a change of W after a refresh; and without the mask
 * they see all of it again. */
static void check_masked(bool transposable, bool sparse)
{
    tnm_parameter weight;
    open_weight(&weight);
    float whole[ROWS * COLS];
    memcpy(whole, weight.values, sizeof whole);
    for (uint64_t seed = 1; seed < 3; seed++) {
        uint8_t *mask = tnm_test_mask(&weight, 2, 4, seed);
        ASSERT_OK(tnm_parameter_mask(&weight, &pattern, transposable, sparse, mask));
        CU_ASSERT_EQUAL(memcmp(weight.sparsity->mask, mask, ROWS * COLS), 0);
        free(mask);
        check_products(&weight);
    }
    CU_ASSERT_EQUAL(memcmp(weight.values, whole, sizeof whole), 0);
    draw(weight.values, ROWS * COLS, 9);
    tnm_parameter_refresh(&weight);
    check_products(&weight);
    tnm_parameter_unmask(&weight);
    check_products(&weight);
    tnm_parameter_close(&weight);
}

static void test_masked_products(void)
{
    check_masked(false, false);
    check_masked(true, false);
    check_masked(true, true);
}

/* What is dropped is 0, whatever it was. */
static void test_drops_what_is_no_number(void)
{
    tnm_parameter weight;
    open_weight(&weight);
    uint8_t *mask = tnm_test_mask(&weight, 2, 4, 1);
    for (size_t k = 0; k < ROWS * COLS; k++)
        weight.values[k] = mask[k] ? weight.values[k] : INFINITY;
    for (int sparse = 0; sparse < 2; sparse++) {
        ASSERT_OK(tnm_parameter_mask(&weight, &pattern, true, sparse, mask));
        check_forward(&weight);
    }
    free(mask);
    tnm_parameter_close(&weight);
}

/* ---- masks that are none ----------------------------------------------------------------- */

static void test_refuses_masks(void)
{
    tnm_parameter weight;
    open_weight(&weight);
    uint8_t mask[ROWS * COLS] = {0};
    ASSERT_OK(tnm_parameter_mask(&weight, &pattern, true, false, mask));
    const tnm_sparsity *before = weight.sparsity;
    for (size_t row = 0; row < 3; row++) /* column 12 is alone in its tile */
        mask[(4 + row) * COLS + 12] = 1;
    ASSERT_FAILS(tnm_parameter_mask(&weight, &pattern, true, false, mask), TNM_ERROR_DATA,
                 "mask of 'fc1.weight': column 12 keeps more than 2 of 4");
    CU_ASSERT_PTR_EQUAL(weight.sparsity, before);
    ASSERT_FAILS(tnm_parameter_mask(&weight, &pattern, false, true, mask), TNM_ERROR_USAGE,
                 "'fc1.weight': sparse products need a transposable mask");
    ASSERT_OK(tnm_parameter_mask(&weight, &pattern, false, false, mask));
    memset(mask + 9 * COLS + 4, 1, 3);
    ASSERT_FAILS(tnm_parameter_mask(&weight, &pattern, false, false, mask), TNM_ERROR_DATA,
                 "mask of 'fc1.weight': row 9 keeps more than 2 of 4");
    ASSERT_FAILS(tnm_parameter_mask(&weight, &(tnm_problem){5, 4, TNM_EQUAL}, true, false, mask),
                 TNM_ERROR_USAGE, "");
    tnm_parameter_close(&weight);
}

static void test_each_allocation_fails(void)
{
    tnm_parameter weight;
    bool failed = true;
    unsigned count = 0;
    open_weight(&weight);
    uint8_t *mask = tnm_test_mask(&weight, 2, 4, 1);
    long before = tnm_fault_live();
    for (; failed; count++) {
        tnm_fault_arm(TNM_FAULT_MEMORY, count);
        tnm_error error = tnm_parameter_mask(&weight, &pattern, true, true, mask);
        failed = tnm_fault_disarm();
        CU_ASSERT_EQUAL(error, failed ? TNM_ERROR_MEMORY : TNM_OK);
        CU_ASSERT_EQUAL(weight.sparsity == NULL, failed);
        CU_ASSERT(!failed || tnm_fault_live() == before);
    }
    CU_ASSERT(count > 4);
    tnm_parameter_unmask(&weight);
    CU_ASSERT_EQUAL(tnm_fault_live(), before);
    free(mask);
    tnm_parameter_close(&weight);
}

TNM_SUITE(parameter, {"opens", test_opens}, {"dense products", test_dense_products},
          {"masked products", test_masked_products},
          {"drops what is no number", test_drops_what_is_no_number},
          {"refuses masks", test_refuses_masks},
          {"each allocation fails", test_each_allocation_fails})
