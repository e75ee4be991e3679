/* Networks against tests/training/network/reference.py: what they put out and their gradients. */
#include "tests/networks.h"
#include "tests/python.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXTRA = 64, CLASSES = 5 };

/* Tensors to save along, with names and sides that they own. */
typedef struct extra {
    tnm_tensor tensors[EXTRA];
    size_t sides[EXTRA][2];
    char names[EXTRA][64];
    size_t count;
} extra;

static void add_tensor(extra *self, const char *prefix, const char *name, tnm_tensor_type type,
                       const void *data, size_t rows, size_t cols)
{
    const size_t k = self->count++;
    snprintf(self->names[k], sizeof self->names[k], "%s%s", prefix, name);
    self->sides[k][0] = rows;
    self->sides[k][1] = cols;
    self->tensors[k] = (tnm_tensor){
        .name = self->names[k], .type = type, .shape = self->sides[k], .rank = 2, .data = data};
}

/* With the shape of the parameter. */
static void add_like(extra *self, const char *prefix, const tnm_parameter *parameter,
                     tnm_tensor_type type, const void *data)
{
    add_tensor(self, prefix, parameter->name, type, data, 0, 0);
    self->tensors[self->count - 1].shape = parameter->shape;
    self->tensors[self->count - 1].rank = parameter->rank;
}

static void add_gradients(extra *self, const tnm_network *network)
{
    for (size_t k = 0; k < network->parameter_count; k++) {
        const tnm_parameter *parameter = network->parameters[k];
        if (parameter->gradient != NULL)
            add_like(self, "gradient.", parameter, TNM_TENSOR_F32, parameter->gradient);
        if (parameter->sparsity != NULL)
            add_like(self, "mask.", parameter, TNM_TENSOR_U8, parameter->sparsity->mask);
    }
}

static void save(tnm_test_network *self, const char *path)
{
    static extra along;
    float outputs[CLASSES * TNM_TEST_SAMPLES], evaluated[CLASSES * TNM_TEST_SAMPLES];
    const tnm_network *network = &self->network;
    const tnm_shape *input = &network->signals[0].shape;
    along.count = 0;
    tnm_test_network_loss(self);
    memcpy(outputs, network->signals[network->count].values, sizeof outputs);
    tnm_network_backward(&self->network, self->labels, true);
    memcpy(evaluated, tnm_network_forward(&self->network, TNM_PASS_EVALUATE)->values,
           sizeof evaluated);
    add_tensor(&along, "samples", "", TNM_TENSOR_F32, self->samples, input->channels,
               TNM_TEST_SAMPLES * input->height * input->width);
    add_tensor(&along, "labels", "", TNM_TENSOR_U8, self->labels, TNM_TEST_SAMPLES, 1);
    along.tensors[along.count - 1].rank = 1;
    add_tensor(&along, "outputs", "", TNM_TENSOR_F32, outputs, CLASSES, TNM_TEST_SAMPLES);
    add_tensor(&along, "evaluated", "", TNM_TENSOR_F32, evaluated, CLASSES, TNM_TEST_SAMPLES);
    add_gradients(&along, network);
    ASSERT_OK(tnm_network_save(
        network, path,
        &(tnm_network_extra){.tensors = along.tensors, .tensor_count = along.count}));
}

static void check_network(const char *architecture, tnm_shape input, bool masked, bool sparse)
{
    tnm_test_network self;
    char path[128];
    snprintf(path, sizeof path, "%s", tnm_test_path("network.safetensors"));
    tnm_test_network_open(&self, architecture, input, CLASSES, 2);
    if (masked)
        tnm_test_network_mask(&self, sparse);
    save(&self, path);
    tnm_python_run("training/network/reference.py", path);
    tnm_test_network_close(&self);
}

static void test_perceptrons(void)
{
    check_network("mlp:9", (tnm_shape){7, 1, 1}, false, false);
    check_network("mlp:9,6", (tnm_shape){1, 3, 4}, false, false);
}

static void test_convolutions(void)
{
    check_network("cnn:3", (tnm_shape){2, 5, 4}, false, false);
    check_network("cnn:4,6", (tnm_shape){1, 6, 7}, false, false);
}

static void test_masked(void)
{
    for (int sparse = 0; sparse < 2; sparse++) {
        check_network("mlp:9,6", (tnm_shape){1, 3, 4}, true, sparse);
        check_network("cnn:4,6", (tnm_shape){1, 6, 7}, true, sparse);
    }
}

TNM_SUITE(reference, {"perceptrons", test_perceptrons}, {"convolutions", test_convolutions},
          {"masked", test_masked})
