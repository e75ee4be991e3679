#include "pruning/convolution.h"

#include "instances/number.h"
#include "tests/testlib.h"

static const size_t shape[] = {3, 5, 2, 2};
static const tnm_tensor kernel = {
    .name = "conv", .type = TNM_TENSOR_F32, .shape = shape, .rank = 4, .size = 60 * 4};

static void test_names(void)
{
    tnm_convolution found;
    CU_ASSERT(tnm_convolution_find(&found, "flat"));
    CU_ASSERT_EQUAL(found, TNM_CONVOLUTION_FLAT);
    CU_ASSERT_STRING_EQUAL(tnm_convolution_name(TNM_CONVOLUTION_POSITIONS), "positions");
    CU_ASSERT_FALSE(tnm_convolution_find(&found, "kernel"));
}

static void test_positions(void)
{
    float elements[60];
    tnm_layout layout;
    for (int k = 0; k < 60; k++)
        elements[k] = (float)k;
    CU_ASSERT(tnm_layout_of(&layout, &kernel, TNM_CONVOLUTION_POSITIONS));
    CU_ASSERT(layout.rows == 3 && layout.cols == 5 && layout.slices == 4);
    for (size_t slice = 0; slice < 4; slice++) {
        tnm_matrix matrix = tnm_layout_slice(&layout, elements, TNM_F32, slice);
        for (size_t row = 0; row < 3; row++) {
            float found[5];
            tnm_number_to_float(found, &matrix, row, 0, 5);
            for (size_t col = 0; col < 5; col++)
                CU_ASSERT_EQUAL(found[col], (float)((row * 5 + col) * 4 + slice));
        }
    }
}

static void test_flat(void)
{
    tnm_layout layout;
    char shown[TNM_SHOWN];
    CU_ASSERT(tnm_layout_of(&layout, &kernel, TNM_CONVOLUTION_FLAT));
    CU_ASSERT(layout.rows == 3 && layout.cols == 20 && layout.slices == 1);
    CU_ASSERT_STRING_EQUAL(tnm_layout_show_entry(shown, &kernel, &layout, 0, 2, 7), "[2, 1, 1, 1]");
}

static void test_entries(void)
{
    tnm_layout layout;
    char shown[TNM_SHOWN];
    CU_ASSERT(tnm_layout_of(&layout, &kernel, TNM_CONVOLUTION_POSITIONS));
    CU_ASSERT_STRING_EQUAL(tnm_layout_show_entry(shown, &kernel, &layout, 2, 1, 4), "[1, 4, 1, 0]");
    tnm_tensor matrix = {.type = TNM_TENSOR_F32, .shape = shape, .rank = 2};
    CU_ASSERT(tnm_layout_of(&layout, &matrix, TNM_CONVOLUTION_FLAT));
    CU_ASSERT_STRING_EQUAL(tnm_layout_show_entry(shown, &matrix, &layout, 0, 2, 3), "[2, 3]");
    matrix.rank = 3;
    CU_ASSERT_FALSE(tnm_layout_of(&layout, &matrix, TNM_CONVOLUTION_FLAT));
}

TNM_SUITE(convolution, {"names", test_names}, {"positions", test_positions}, {"flat", test_flat},
          {"entries", test_entries})
