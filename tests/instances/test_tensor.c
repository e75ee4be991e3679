#include "instances/tensor.h"

#include "tests/testlib.h"

#include <string.h>

static void test_types(void)
{
    tnm_tensor_type type;
    tnm_dtype dtype = TNM_F32;
    CU_ASSERT(tnm_tensor_type_find(&type, "BF16"));
    CU_ASSERT_EQUAL(type, TNM_TENSOR_BF16);
    CU_ASSERT_STRING_EQUAL(tnm_tensor_type_name(type), "BF16");
    CU_ASSERT(tnm_tensor_type_weights(type, &dtype));
    CU_ASSERT_EQUAL(dtype, TNM_BF16);
    CU_ASSERT_FALSE(tnm_tensor_type_find(&type, "bf16"));
    CU_ASSERT_FALSE(tnm_tensor_type_find(&type, ""));
    size_t weights = 0;
    for (size_t k = 0; k < TNM_TENSOR_TYPE_COUNT; k++)
        weights += tnm_tensor_type_weights((tnm_tensor_type)k, NULL);
    CU_ASSERT_EQUAL(weights, 6);
}

static void test_measures(void)
{
    const size_t huge = (size_t)1 << 40;
    size_t size = 1;
    bool fits = false;
    CU_ASSERT(tnm_tensor_measure(TNM_TENSOR_F32, (size_t[]){3, 5}, 2, &size, &fits));
    CU_ASSERT_EQUAL(size, 60);
    CU_ASSERT(tnm_tensor_measure(TNM_TENSOR_F64, NULL, 0, &size, &fits));
    CU_ASSERT_EQUAL(size, 8);
    CU_ASSERT(tnm_tensor_measure(TNM_TENSOR_F6_E2M3, (size_t[]){4, 3}, 2, &size, &fits));
    CU_ASSERT_EQUAL(size, 9);
    CU_ASSERT_FALSE(tnm_tensor_measure(TNM_TENSOR_F6_E2M3, (size_t[]){3}, 1, &size, &fits));
    CU_ASSERT(fits);
    CU_ASSERT(tnm_tensor_measure(TNM_TENSOR_F4, (size_t[]){3, 0}, 2, &size, &fits));
    CU_ASSERT_EQUAL(size, 0);
    CU_ASSERT_FALSE(tnm_tensor_measure(TNM_TENSOR_U8, (size_t[]){huge, huge}, 2, &size, &fits));
    CU_ASSERT_FALSE(fits);
    /* Also where another side is 0: nobody may trip over such a product later. */
    CU_ASSERT_FALSE(tnm_tensor_measure(TNM_TENSOR_U8, (size_t[]){0, huge, huge}, 3, &size, &fits));
    CU_ASSERT_FALSE(
        tnm_tensor_measure(TNM_TENSOR_U64, (size_t[]){(size_t)1 << 57}, 1, &size, &fits));
}

static void test_slices(void)
{
    tnm_tensor tensor = {.shape = (size_t[]){2, 3, 5, 7}, .rank = 4};
    CU_ASSERT_EQUAL(tnm_tensor_slices(&tensor), 35);
    tensor.rank = 3;
    CU_ASSERT_EQUAL(tnm_tensor_slices(&tensor), 0);
    tensor.rank = 2;
    CU_ASSERT_EQUAL(tnm_tensor_slices(&tensor), 1);
}

static void test_shows(void)
{
    char shown[TNM_SHOWN], name[400];
    size_t many[64] = {0};
    CU_ASSERT_STRING_EQUAL(tnm_tensor_show(shown, "a\x1b[1m\n\x7f\xc3\xa9"), "a?[1m??\xc3\xa9");
    memset(name, 'n', sizeof name);
    name[TNM_SHOWN - 1] = '\0';
    CU_ASSERT_STRING_EQUAL(tnm_tensor_show(shown, name), name);
    name[TNM_SHOWN - 1] = 'n';
    name[sizeof name - 1] = '\0';
    memcpy(name + TNM_SHOWN - 5, "\xc3\xa9", 2); /* the cut falls into it */
    tnm_tensor_show(shown, name);
    CU_ASSERT_EQUAL(strlen(shown), TNM_SHOWN - 2);
    CU_ASSERT_STRING_EQUAL(shown + TNM_SHOWN - 6, "n...");
    CU_ASSERT_STRING_EQUAL(tnm_tensor_show_shape(shown, (size_t[]){4096, 1}, 2), "[4096, 1]");
    CU_ASSERT_STRING_EQUAL(tnm_tensor_show_shape(shown, NULL, 0), "[]");
    CU_ASSERT(tnm_test_contains(tnm_tensor_show_shape(shown, many, 64), ", 0...]"));
}

TNM_SUITE(tensor, {"types", test_types}, {"measures", test_measures}, {"slices", test_slices},
          {"shows", test_shows})
