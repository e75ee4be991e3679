#include "training/network/network.h"

#include "tests/faults/faults.h"
#include "tests/networks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const tnm_shape image = {1, 6, 7};

/* ---- opening ----------------------------------------------------------------------------- */

static void check_shape(const tnm_network *network, const char *name, size_t rank,
                        const size_t *shape)
{
    const tnm_parameter *parameter = tnm_network_find(network, name);
    CU_ASSERT_PTR_NOT_NULL_FATAL(parameter);
    CU_ASSERT_EQUAL_FATAL(parameter->rank, rank);
    CU_ASSERT_EQUAL(memcmp(parameter->shape, shape, rank * sizeof *shape), 0);
}

static void test_opens(void)
{
    tnm_network network;
    ASSERT_OK(tnm_network_open(&network, "cnn:4,6", (tnm_shape){3, 28, 30}, 10, 2, 1));
    check_shape(&network, "conv1.weight", 4, (const size_t[]){4, 3, 3, 3});
    check_shape(&network, "bn1.weight", 1, (const size_t[]){4});
    check_shape(&network, "conv2.weight", 4, (const size_t[]){6, 4, 3, 3});
    check_shape(&network, "bn2.running_var", 1, (const size_t[]){6});
    check_shape(&network, "fc1.weight", 2, (const size_t[]){10, 6 * 7 * 7});
    check_shape(&network, "fc1.bias", 1, (const size_t[]){10});
    CU_ASSERT_EQUAL(network.parameter_count, 12);
    CU_ASSERT_PTR_NULL(tnm_network_find(&network, "fc2.weight"));
    tnm_network_close(&network);
    tnm_network_close(&network);
}

static void refuse(const char *architecture, tnm_shape input, size_t classes, size_t samples,
                   const char *text)
{
    tnm_network network;
    ASSERT_FAILS(tnm_network_open(&network, architecture, input, classes, samples, 1),
                 TNM_ERROR_USAGE, text);
    CU_ASSERT_PTR_NULL(network.layers);
}

static void test_refuses(void)
{
    refuse("mlp", image, 10, 1, "architecture 'mlp'");
    refuse("mlp:9", (tnm_shape){1, 0, 7}, 10, 1, "a sample of 1 x 0 x 7 numbers is no input");
    refuse("mlp:9", (tnm_shape){SIZE_MAX, SIZE_MAX, 2}, 10, 1, "is no input");
    refuse("mlp:9", (tnm_shape){1 << 12, 1 << 12, 2}, 10, 1, "is no input");
    refuse("mlp:9", image, 0, 1, "classes go from 1 to 256, found 0");
    refuse("mlp:9", image, 257, 1, "classes go from 1 to 256, found 257");
    refuse("mlp:9", image, 10, 0, "samples of a pass go from 1 to 1048576, found 0");
    refuse("mlp:9", (tnm_shape){1, 1 << 12, 1 << 12}, 10, 1 << 10, "are too many for one pass");
    refuse("cnn:3,3,3", image, 10, 1, "images of 1 x 1 are too small for 2 x 2 pooling");
}

static void test_each_allocation_fails(void)
{
    bool failed = true;
    unsigned count = 0;
    long before = tnm_fault_live();
    for (; failed; count++) {
        tnm_network network;
        tnm_fault_arm(TNM_FAULT_MEMORY, count);
        tnm_error error = tnm_network_open(&network, "cnn:4", image, 5, 3, 1);
        failed = tnm_fault_disarm();
        CU_ASSERT_EQUAL(error, failed ? TNM_ERROR_MEMORY : TNM_OK);
        CU_ASSERT(!failed || network.layers == NULL);
        tnm_network_close(&network);
        CU_ASSERT_EQUAL(tnm_fault_live(), before);
    }
    CU_ASSERT(count > 30);
}

/* ---- the beginning ----------------------------------------------------------------------- */

static double mean_square(const tnm_parameter *parameter)
{
    double sum = 0;
    for (size_t k = 0; k < tnm_parameter_size(parameter); k++)
        sum += pow((double)parameter->values[k], 2);
    return sum / (double)tnm_parameter_size(parameter);
}

static void test_initialises(void)
{
    tnm_network network;
    ASSERT_OK(tnm_network_open(&network, "mlp:300", (tnm_shape){200, 1, 1}, 10, 1, 1));
    ASSERT_OK(tnm_network_initialise(&network, 1));
    CU_ASSERT_DOUBLE_EQUAL(mean_square(tnm_network_find(&network, "fc1.weight")), 2. / 200, 2e-4);
    CU_ASSERT_DOUBLE_EQUAL(mean_square(tnm_network_find(&network, "fc2.weight")), 2. / 300, 5e-4);
    CU_ASSERT_EQUAL(mean_square(tnm_network_find(&network, "fc1.bias")), 0);
    float first = network.parameters[0]->values[0];
    ASSERT_OK(tnm_network_initialise(&network, 2));
    CU_ASSERT_NOT_EQUAL(network.parameters[0]->values[0], first);
    ASSERT_OK(tnm_network_initialise(&network, 1));
    CU_ASSERT_EQUAL(network.parameters[0]->values[0], first);
    tnm_network_close(&network);
}

static void test_initialises_normalisation(void)
{
    tnm_network network;
    ASSERT_OK(tnm_network_open(&network, "cnn:4", image, 10, 1, 1));
    ASSERT_OK(tnm_network_initialise(&network, 1));
    CU_ASSERT_EQUAL(tnm_network_find(&network, "bn1.weight")->values[3], 1);
    CU_ASSERT_EQUAL(tnm_network_find(&network, "bn1.bias")->values[3], 0);
    CU_ASSERT_EQUAL(tnm_network_find(&network, "bn1.running_mean")->values[3], 0);
    CU_ASSERT_EQUAL(tnm_network_find(&network, "bn1.running_var")->values[3], 1);
    tnm_network_close(&network);
}

/* ---- passes ------------------------------------------------------------------------------ */

static void descend(tnm_network *network, float rate)
{
    for (size_t k = 0; k < network->parameter_count; k++) {
        tnm_parameter *parameter = network->parameters[k];
        for (size_t p = 0; parameter->gradient != NULL && p < tnm_parameter_size(parameter); p++)
            parameter->values[p] -= rate * parameter->gradient[p];
        tnm_parameter_refresh(parameter);
    }
}

static double train(tnm_test_network *self, int steps)
{
    for (int step = 0; step < steps; step++) {
        tnm_test_network_loss(self);
        tnm_network_backward(&self->network, self->labels, false);
        descend(&self->network, 0.1F);
    }
    return tnm_test_network_loss(self);
}

/* Steep enough a descent learns a dozen samples by heart, masked or not. */
static void check_learns(const char *architecture, bool masked)
{
    tnm_test_network self;
    tnm_test_network_open(&self, architecture, image, 5, 2);
    if (masked)
        tnm_test_network_mask(&self, true);
    double before = tnm_test_network_loss(&self), after = train(&self, 300);
    if (!(before > 1 && after < 0.05))
        tnm_test_note("%s: loss from %g to %g", architecture, before, after);
    CU_ASSERT(before > 1 && after < 0.05);
    CU_ASSERT_EQUAL(tnm_network_grade(&self.network, self.labels).right, TNM_TEST_SAMPLES);
    tnm_test_network_close(&self);
}

static void test_learns(void)
{
    check_learns("mlp:40,20", false);
    check_learns("mlp:40,20", true);
    check_learns("cnn:4,6", false);
    check_learns("cnn:4,6", true);
}

/* Large enough that work is shared out. */
static void check_threads(const char *architecture, bool masked)
{
    enum { COUNTS = 3 };
    tnm_test_network networks[COUNTS];
    for (int k = 0; k < COUNTS; k++) {
        tnm_test_network_open(&networks[k], architecture, (tnm_shape){1, 28, 28}, 10, k + 1);
        if (masked)
            tnm_test_network_mask(&networks[k], true);
        train(&networks[k], 5);
    }
    for (int k = 1; k < COUNTS; k++)
        for (size_t p = 0; p < networks[0].network.parameter_count; p++) {
            const tnm_parameter *one = networks[0].network.parameters[p];
            const tnm_parameter *other = networks[k].network.parameters[p];
            size_t size = tnm_parameter_size(one) * sizeof *one->values;
            CU_ASSERT_EQUAL(memcmp(one->values, other->values, size), 0);
        }
    for (int k = 0; k < COUNTS; k++)
        tnm_test_network_close(&networks[k]);
}

static void test_threads(void)
{
    for (int masked = 0; masked < 2; masked++) {
        check_threads("mlp:300,150", masked);
        check_threads("cnn:16,32", masked);
    }
}

/* The product with what a layer's weights saw is what left the layer, less the bias. */
static void check_seen(tnm_test_network *self, const char *name, size_t layer)
{
    const tnm_network *network = &self->network;
    const tnm_parameter *weight = tnm_network_find(network, name);
    const float *output = network->signals[layer + 1].values;
    size_t columns;
    tnm_test_network_loss(self);
    const float *seen = tnm_network_seen(network, weight, &columns);
    CU_ASSERT_EQUAL(columns, tnm_signal_columns(&network->signals[layer + 1]));
    float *product = tnm_allocate(weight->rows * columns, sizeof *product);
    CU_ASSERT_PTR_NOT_NULL_FATAL(product);
    tnm_parameter_forward(weight, seen, columns, product, 1);
    const tnm_layer *owner = &network->layers[layer];
    for (size_t k = 0; k < weight->rows * columns; k++) {
        float bias = owner->parameter_count > 1 ? owner->parameters[1].values[k / columns] : 0;
        CU_ASSERT_EQUAL(output[k], product[k] + bias);
    }
    free(product);
}

static void test_seen(void)
{
    tnm_test_network self;
    tnm_test_network_open(&self, "cnn:4,6", image, 5, 1);
    check_seen(&self, "conv1.weight", 0);
    check_seen(&self, "conv2.weight", 4);
    check_seen(&self, "fc1.weight", 9);
    tnm_test_network_close(&self);
    tnm_test_network_open(&self, "mlp:9,6", image, 5, 1);
    check_seen(&self, "fc1.weight", 0);
    check_seen(&self, "fc3.weight", 4);
    tnm_test_network_close(&self);
}

/* ---- statistics -------------------------------------------------------------------------- */

/* Mean and variances of what entered batch normalisation in the last pass, channel 2. */
typedef struct batch {
    double mean, biased, unbiased;
} batch;

static batch measure(const tnm_network *network)
{
    const tnm_signal *signal = &network->signals[1];
    const size_t count = tnm_signal_columns(signal);
    const float *row = signal->values + 2 * count;
    batch found = {0};
    for (size_t k = 0; k < count; k++)
        found.mean += (double)row[k] / (double)count;
    for (size_t k = 0; k < count; k++)
        found.biased += pow((double)row[k] - found.mean, 2) / (double)count;
    found.unbiased = found.biased * (double)count / (double)(count - 1);
    return found;
}

/* A pass over samples that differ from one number to the next. */
static batch pass(tnm_test_network *self, tnm_pass pass, uint64_t seed)
{
    tnm_random random = {seed};
    tnm_signal *input = tnm_network_input(&self->network);
    input->samples = TNM_TEST_SAMPLES;
    for (size_t k = 0; k < TNM_TEST_SAMPLES * tnm_shape_size(&image); k++)
        input->values[k] = (float)(tnm_random_normal(&random) + (double)seed);
    tnm_network_forward(&self->network, pass);
    return measure(&self->network);
}

static void check_running(const tnm_test_network *self, double mean, double variance)
{
    const tnm_network *network = &self->network;
    CU_ASSERT_DOUBLE_EQUAL(tnm_network_find(network, "bn1.running_mean")->values[2], mean, 1e-5);
    CU_ASSERT_DOUBLE_EQUAL(tnm_network_find(network, "bn1.running_var")->values[2], variance, 1e-5);
}

/* The output of channel 2 is its input, normalised by these. */
static void check_normalised(const tnm_test_network *self, double mean, double variance)
{
    const tnm_network *network = &self->network;
    const size_t count = tnm_signal_columns(&network->signals[1]);
    double scale = (double)tnm_network_find(network, "bn1.weight")->values[2];
    double bias = (double)tnm_network_find(network, "bn1.bias")->values[2];
    for (size_t k = 2 * count; k < 3 * count; k++) {
        double from = (double)network->signals[1].values[k];
        CU_ASSERT_DOUBLE_EQUAL(network->signals[2].values[k],
                               (from - mean) / sqrt(variance + 1e-5) * scale + bias, 1e-4);
    }
}

static void test_training_statistics(void)
{
    tnm_test_network self;
    tnm_test_network_open(&self, "cnn:4", image, 5, 1);
    double mean = (double)tnm_network_find(&self.network, "bn1.running_mean")->values[2];
    double variance = (double)tnm_network_find(&self.network, "bn1.running_var")->values[2];
    for (uint64_t seed = 1; seed < 4; seed++) {
        batch found = pass(&self, TNM_PASS_TRAIN, seed);
        check_normalised(&self, found.mean, found.biased);
        mean = 0.9 * mean + 0.1 * found.mean;
        variance = 0.9 * variance + 0.1 * found.unbiased;
        check_running(&self, mean, variance);
    }
    pass(&self, TNM_PASS_EVALUATE, 7);
    check_running(&self, mean, variance);
    check_normalised(&self, mean, variance);
    tnm_test_network_close(&self);
}

/* The plain mean over passes, whatever ran before; and anew after they are forgotten. */
static void test_reestimated_statistics(void)
{
    tnm_test_network self;
    tnm_test_network_open(&self, "cnn:4", image, 5, 1);
    for (uint64_t round = 0; round < 2; round++) {
        batch sum = {0};
        tnm_network_forget_statistics(&self.network);
        for (uint64_t seed = 1; seed < 4; seed++) {
            batch found = pass(&self, TNM_PASS_REESTIMATE, 3 * round + seed);
            check_normalised(&self, found.mean, found.biased);
            sum.mean += found.mean;
            sum.unbiased += found.unbiased;
            check_running(&self, sum.mean / (double)seed, sum.unbiased / (double)seed);
        }
    }
    tnm_test_network_close(&self);
}

TNM_SUITE(network_of_layers, {"opens", test_opens}, {"refuses", test_refuses},
          {"each allocation fails", test_each_allocation_fails}, {"initialises", test_initialises},
          {"initialises normalisation", test_initialises_normalisation}, {"learns", test_learns},
          {"threads", test_threads}, {"seen", test_seen},
          {"training statistics", test_training_statistics},
          {"reestimated statistics", test_reestimated_statistics})
