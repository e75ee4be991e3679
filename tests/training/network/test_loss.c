#include "training/network/loss.h"

#include "tests/testlib.h"

#include <math.h>

enum { CLASSES = 3, SAMPLES = 2 };

/* Two samples, one a column. */
static tnm_signal make_signal(float values[CLASSES * SAMPLES])
{
    return (tnm_signal){.values = values, .shape = {CLASSES, 1, 1}, .samples = SAMPLES};
}

static void test_grades(void)
{
    float values[] = {1, 0, 2, 5, 0, -1};
    const uint8_t labels[] = {1, 2};
    tnm_signal outputs = make_signal(values);
    tnm_score_card card = tnm_loss_grade(&outputs, labels);
    double first = log(exp(1) + exp(2) + 1) - 2, second = log(1 + exp(5) + exp(-1)) + 1;
    CU_ASSERT_DOUBLE_EQUAL(card.loss, first + second, 1e-12);
    CU_ASSERT_EQUAL(card.right, 1);
    CU_ASSERT_EQUAL(card.samples, SAMPLES);
}

static void test_slopes(void)
{
    float values[] = {1, 0, 2, 5, 0, -1}, slopes[CLASSES * SAMPLES];
    const uint8_t labels[] = {1, 2};
    tnm_signal outputs = make_signal(values), slope = make_signal(slopes);
    tnm_loss_slope(&outputs, labels, &slope);
    double sum = exp(1) + exp(2) + 1;
    CU_ASSERT_DOUBLE_EQUAL(slopes[0], exp(1) / sum / 2, 1e-7);
    CU_ASSERT_DOUBLE_EQUAL(slopes[2], (exp(2) / sum - 1) / 2, 1e-7);
    CU_ASSERT_DOUBLE_EQUAL(slopes[4], 1 / sum / 2, 1e-7);
    for (size_t s = 0; s < SAMPLES; s++)
        CU_ASSERT_DOUBLE_EQUAL(slopes[s] + slopes[SAMPLES + s] + slopes[2 * SAMPLES + s], 0, 1e-7);
}

/* Outputs whose exponentials are no numbers. */
static void test_large_outputs(void)
{
    float values[] = {1e30F, -1e30F, 0, -1e30F, -1e30F, 2}, slopes[CLASSES * SAMPLES];
    const uint8_t labels[] = {0, 2}, wrong[] = {2, 0};
    tnm_signal outputs = make_signal(values), slope = make_signal(slopes);
    CU_ASSERT_EQUAL(tnm_loss_grade(&outputs, labels).loss, 0);
    CU_ASSERT_DOUBLE_EQUAL(tnm_loss_grade(&outputs, wrong).loss, 3e30, 1e24);
    tnm_loss_slope(&outputs, wrong, &slope);
    CU_ASSERT(slopes[0] == 0.5F && slopes[4] == -0.5F && slopes[1] == -0.5F && slopes[5] == 0.5F);
}

/* Of equal outputs the first is the answer. */
static void test_ties(void)
{
    float values[] = {1, 1, 1, 1, 1, 1};
    const uint8_t labels[] = {0, 1};
    tnm_signal outputs = make_signal(values);
    CU_ASSERT_EQUAL(tnm_loss_grade(&outputs, labels).right, 1);
}

TNM_SUITE(loss, {"grades", test_grades}, {"slopes", test_slopes},
          {"large outputs", test_large_outputs}, {"ties", test_ties})
