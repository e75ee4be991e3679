#include "training/network/architecture.h"

#include "tests/testlib.h"

static void test_perceptron(void)
{
    tnm_architecture plan;
    ASSERT_OK(tnm_architecture_parse(&plan, "mlp:256,128", 10));
    CU_ASSERT_TRUE(plan.flat);
    CU_ASSERT_EQUAL_FATAL(plan.count, 5);
    CU_ASSERT(plan.layers[0].kind == &tnm_linear_layer && plan.layers[0].outputs == 256);
    CU_ASSERT_PTR_EQUAL(plan.layers[1].kind, &tnm_rectify_layer);
    CU_ASSERT_STRING_EQUAL(plan.layers[2].name, "fc2");
    CU_ASSERT_STRING_EQUAL(plan.layers[4].name, "fc3");
    CU_ASSERT_EQUAL(plan.layers[4].outputs, 10);
}

static void test_convolutions(void)
{
    tnm_architecture plan;
    ASSERT_OK(tnm_architecture_parse(&plan, "cnn:16,32", 10));
    CU_ASSERT_FALSE(plan.flat);
    CU_ASSERT_EQUAL_FATAL(plan.count, 10);
    CU_ASSERT(plan.layers[4].kind == &tnm_convolution_layer && plan.layers[4].outputs == 32);
    CU_ASSERT_STRING_EQUAL(plan.layers[4].name, "conv2");
    CU_ASSERT_PTR_EQUAL(plan.layers[5].kind, &tnm_normalise_layer);
    CU_ASSERT_STRING_EQUAL(plan.layers[5].name, "bn2");
    CU_ASSERT_PTR_EQUAL(plan.layers[7].kind, &tnm_pool_layer);
    CU_ASSERT_PTR_EQUAL(plan.layers[8].kind, &tnm_flatten_layer);
    CU_ASSERT(plan.layers[9].kind == &tnm_linear_layer && plan.layers[9].outputs == 10);
}

static void test_most_sizes(void)
{
    tnm_architecture plan;
    ASSERT_OK(tnm_architecture_parse(&plan, "cnn:1,2,3,4,5,6,7,65536", 256));
    CU_ASSERT_EQUAL(plan.count, TNM_ARCHITECTURE_LAYERS);
    ASSERT_FAILS(tnm_architecture_parse(&plan, "cnn:1,2,3,4,5,6,7,8,9", 10), TNM_ERROR_USAGE,
                 "there are more than 8 sizes");
}

static void test_refuses(void)
{
    static const char *const wrong[][2] = {
        {"", "architecture '': expected mlp:SIZE,... or cnn:CHANNELS,..."},
        {"mlp", "expected mlp:SIZE"},
        {"resnet:18", "expected mlp:SIZE"},
        {"mlp:", "architecture 'mlp:': sizes are whole numbers above 0, as in mlp:256,128"},
        {"mlp:0", "sizes are whole numbers above 0"},
        {"mlp:-3", "sizes are whole numbers above 0"},
        {"mlp: 3", "sizes are whole numbers above 0"},
        {"mlp:3,", "sizes are whole numbers above 0"},
        {"mlp:3;4", "sizes are whole numbers above 0"},
        {"mlp:3.5", "sizes are whole numbers above 0"},
        {"mlp:65537", "sizes go up to 65536"},
        {"mlp:99999999999999999999999", "sizes go up to 65536"},
    };
    tnm_architecture plan;
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
        ASSERT_FAILS(tnm_architecture_parse(&plan, wrong[k][0], 10), TNM_ERROR_USAGE, wrong[k][1]);
}

TNM_SUITE(architecture, {"perceptron", test_perceptron}, {"convolutions", test_convolutions},
          {"most sizes", test_most_sizes}, {"refuses", test_refuses})
