/* Checkpoints of networks: training/network/file.c. */
#include "instances/safetensors_plan.h"
#include "tests/faults/faults.h"
#include "tests/networks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const tnm_shape image = {1, 6, 7};

static bool same_values(const tnm_network *left, const tnm_network *right)
{
    bool same = left->parameter_count == right->parameter_count;
    for (size_t k = 0; same && k < left->parameter_count; k++) {
        const tnm_parameter *a = left->parameters[k], *b = right->parameters[k];
        same = strcmp(a->name, b->name) == 0 &&
               memcmp(a->values, b->values, tnm_parameter_size(a) * sizeof *a->values) == 0;
    }
    return same;
}

static void check_round_trip(const char *architecture)
{
    tnm_test_network self;
    tnm_network read;
    const char *path = tnm_test_path("network.safetensors");
    tnm_test_network_open(&self, architecture, image, 5, 1);
    ASSERT_OK(tnm_network_save(&self.network, path, NULL));
    ASSERT_OK(tnm_network_load(&read, path, 3, 1));
    CU_ASSERT_STRING_EQUAL(read.architecture, architecture);
    CU_ASSERT(read.classes == 5 && read.most_samples == 3);
    CU_ASSERT_EQUAL(memcmp(&read.input, &image, sizeof image), 0);
    CU_ASSERT(same_values(&self.network, &read));
    tnm_network_close(&read);
    tnm_test_network_close(&self);
}

static void test_round_trip(void)
{
    check_round_trip("mlp:9,6");
    check_round_trip("cnn:4,6");
}

/* A masked network is saved as its products see it, or whole. */
static void test_masked(void)
{
    tnm_test_network self;
    tnm_network read;
    const char *path = tnm_test_path("network.safetensors");
    tnm_test_network_open(&self, "mlp:9,6", image, 5, 1);
    tnm_test_network_mask(&self, true);
    ASSERT_OK(tnm_network_save(&self.network, path, &(tnm_network_extra){.whole = true}));
    ASSERT_OK(tnm_network_load(&read, path, 3, 1));
    CU_ASSERT(same_values(&self.network, &read));
    tnm_network_close(&read);
    ASSERT_OK(tnm_network_save(&self.network, path, NULL));
    ASSERT_OK(tnm_network_load(&read, path, 3, 1));
    const tnm_parameter *weight = tnm_network_find(&self.network, "fc2.weight");
    CU_ASSERT_EQUAL(memcmp(tnm_network_find(&read, "fc2.weight")->values, weight->sparsity->masked,
                           tnm_parameter_size(weight) * sizeof(float)),
                    0);
    CU_ASSERT_FALSE(same_values(&self.network, &read));
    tnm_network_close(&read);
    tnm_test_network_close(&self);
}

static void test_extra(void)
{
    const float values[] = {1, 2, 3};
    const size_t side = 3;
    const tnm_tensor tensor = {.name = "momentum.fc1.bias",
                               .type = TNM_TENSOR_F32,
                               .shape = &side,
                               .rank = 1,
                               .data = (const unsigned char *)values};
    const tnm_metadata metadata = {"epoch", "7"};
    tnm_test_network self;
    tnm_network read;
    tnm_safetensors file;
    const char *path = tnm_test_path("network.safetensors");
    tnm_test_network_open(&self, "mlp:9", image, 5, 1);
    ASSERT_OK(tnm_network_save(
        &self.network, path,
        &(tnm_network_extra){
            .tensors = &tensor, .tensor_count = 1, .metadata = &metadata, .metadata_count = 1}));
    ASSERT_OK(tnm_safetensors_open(&file, path));
    CU_ASSERT_STRING_EQUAL(tnm_safetensors_metadata(&file, "epoch"), "7");
    CU_ASSERT_STRING_EQUAL(tnm_safetensors_metadata(&file, "input"), "1,6,7");
    CU_ASSERT_EQUAL(memcmp(tnm_safetensors_find(&file, tensor.name)->data, values, sizeof values),
                    0);
    tnm_safetensors_close(&file);
    ASSERT_OK(tnm_network_load(&read, path, 3, 1));
    CU_ASSERT(same_values(&self.network, &read));
    tnm_network_close(&read);
    tnm_test_network_close(&self);
}

/* ---- checkpoints that are none ----------------------------------------------------------- */

/* A file under way: the good one, to be broken in one place. */
typedef struct sketch {
    tnm_tensor tensors[8];
    tnm_metadata metadata[3];
    size_t tensor_count, metadata_count;
    size_t sides[8][2];
    float values[8][16];
} sketch;

enum { FC1_WEIGHT, FC1_BIAS, FC2_WEIGHT, FC2_BIAS };

static sketch *make_sketch(void)
{
    static sketch self;
    static const char *const names[] = {"fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"};
    static const size_t sides[][2] = {{3, 4}, {3, 0}, {2, 3}, {2, 0}};
    self = (sketch){.tensor_count = 4,
                    .metadata = {{"architecture", "mlp:3"}, {"input", "1,2,2"}, {"classes", "2"}},
                    .metadata_count = 3};
    for (size_t k = 0; k < 4; k++) {
        memcpy(self.sides[k], sides[k], sizeof sides[k]);
        self.tensors[k] = (tnm_tensor){.name = names[k],
                                       .type = TNM_TENSOR_F32,
                                       .shape = self.sides[k],
                                       .rank = k % 2 == 0 ? 2 : 1};
    }
    return &self;
}

static void write_sketch(const sketch *self, const char *path)
{
    tnm_safetensors_plan plan;
    tnm_output output = {0};
    unsigned char *bytes = NULL;
    ASSERT_OK(tnm_safetensors_plan_init(&plan, self->tensors, self->tensor_count, self->metadata,
                                        self->metadata_count));
    ASSERT_OK(tnm_safetensors_create(&output, path, &plan, &bytes));
    for (size_t k = 0; k < self->tensor_count; k++)
        memcpy(bytes + plan.offsets[k], self->values[k], plan.sizes[k]);
    ASSERT_OK(tnm_output_commit(&output));
    tnm_safetensors_plan_free(&plan);
}

static void refuse(const sketch *self, const char *text)
{
    tnm_network network;
    const char *path = tnm_test_path("broken.safetensors");
    char *message = tnm_format("%s: %s", path, text);
    write_sketch(self, path);
    ASSERT_FAILS(tnm_network_load(&network, path, 3, 1), TNM_ERROR_DATA, message);
    CU_ASSERT_PTR_NULL(network.layers);
    free(message);
}

static void test_reads_the_sketch(void)
{
    tnm_network network;
    const char *path = tnm_test_path("good.safetensors");
    write_sketch(make_sketch(), path);
    ASSERT_OK(tnm_network_load(&network, path, 3, 1));
    tnm_network_close(&network);
    ASSERT_FAILS(tnm_network_load(&network, "no/such.safetensors", 3, 1), TNM_ERROR_NO_INPUT,
                 "no/such.safetensors");
}

static void test_refuses_descriptions(void)
{
    sketch *self = make_sketch();
    self->metadata_count = 2;
    refuse(self, "no checkpoint of a network: __metadata__ lacks 'classes'");
    self->metadata_count = 0;
    refuse(self, "no checkpoint of a network: __metadata__ lacks 'architecture'");
    self->metadata_count = 3;
    self->metadata[0].value = "resnet:18";
    refuse(self, "architecture 'resnet:18': expected mlp:SIZE,... or cnn:CHANNELS,...");
    self->metadata[0].value = "cnn:3,3";
    refuse(self, "images of 1 x 1 are too small");
    self->metadata[0].value = "mlp:3";
    static const char *const inputs[] = {"", "1,2", "1,2,2,2", "1,2,2 ", "1,,2", "-1,2,2", "a"};
    for (size_t k = 0; k < sizeof inputs / sizeof *inputs; k++) {
        char *message =
            tnm_format("__metadata__: input is '%s', expected channels,height,width", inputs[k]);
        self->metadata[1].value = inputs[k];
        refuse(self, message);
        free(message);
    }
    self->metadata[1].value = "1,99999999999999999999999,2";
    refuse(self, "a sample of 1 x 18446744073709551615 x 2 numbers is no input");
    self->metadata[1].value = "1,2,2";
    self->metadata[2].value = "two";
    refuse(self, "__metadata__: classes is 'two', expected a whole number");
    self->metadata[2].value = "0";
    refuse(self, "classes go from 1 to 256, found 0");
}

static void test_refuses_tensors(void)
{
    sketch *self = make_sketch();
    self->tensors[FC2_WEIGHT].name = "fc2_weight";
    refuse(self, "tensor 'fc2.weight' is missing");
    self = make_sketch();
    self->tensors[FC1_BIAS].type = TNM_TENSOR_I32;
    refuse(self, "tensor 'fc1.bias' is I32, expected F32");
    self = make_sketch();
    self->sides[FC1_WEIGHT][0] = 4;
    self->sides[FC1_WEIGHT][1] = 3;
    refuse(self, "tensor 'fc1.weight' has shape [4, 3], expected [3, 4]");
    self = make_sketch();
    self->tensors[FC2_BIAS].rank = 2;
    self->sides[FC2_BIAS][1] = 1;
    refuse(self, "tensor 'fc2.bias' has shape [2, 1], expected [2]");
    self = make_sketch();
    self->values[FC1_WEIGHT][5] = NAN;
    refuse(self, "tensor 'fc1.weight': entry 5 is not finite");
    self->values[FC1_WEIGHT][5] = -INFINITY;
    refuse(self, "tensor 'fc1.weight': entry 5 is not finite");
}

/* An architecture of terabytes, whose tensors are not there, costs nothing. */
static void test_refuses_the_immense(void)
{
    sketch *self = make_sketch();
    self->metadata[0].value = "mlp:65536,65536,65536,65536,65536,65536";
    self->metadata[1].value = "1,4096,4096";
    refuse(self, "tensor 'fc1.weight' has shape [3, 4], expected [65536, 16777216]");
}

static void test_refuses_negative_variance(void)
{
    tnm_test_network self;
    tnm_network read;
    const char *path = tnm_test_path("variance.safetensors");
    tnm_test_network_open(&self, "cnn:4", image, 5, 1);
    tnm_network_find(&self.network, "bn1.running_var")->values[2] = -1e-3F;
    ASSERT_OK(tnm_network_save(&self.network, path, NULL));
    ASSERT_FAILS(tnm_network_load(&read, path, 3, 1), TNM_ERROR_DATA,
                 "tensor 'bn1.running_var': entry 2 is a negative variance");
    tnm_test_network_close(&self);
}

/* ---- faults ------------------------------------------------------------------------------ */

typedef tnm_error (*work)(tnm_test_network *self, const char *path);

static tnm_error save(tnm_test_network *self, const char *path)
{
    const tnm_metadata metadata = {"epoch", "7"};
    return tnm_network_save(&self->network, path,
                            &(tnm_network_extra){.metadata = &metadata, .metadata_count = 1});
}

static tnm_error load(tnm_test_network *self, const char *path)
{
    tnm_network read;
    (void)self;
    tnm_error error = tnm_network_load(&read, path, 3, 1);
    tnm_network_close(&read);
    return error;
}

static void fail_each(tnm_test_network *self, tnm_fault fault, work run, const char *path)
{
    bool failed = true;
    unsigned count = 0;
    for (; failed; count++) {
        long before = tnm_fault_live();
        tnm_fault_arm(fault, count);
        tnm_error error = run(self, path);
        failed = tnm_fault_disarm();
        CU_ASSERT(failed || error == TNM_OK);
        CU_ASSERT(!failed || fault == TNM_FAULT_FILE || error == TNM_ERROR_MEMORY);
        CU_ASSERT(tnm_fault_live() <= before); /* less: given back for libraries that took it */
    }
    CU_ASSERT(count > 2);
}

static void test_each_call_fails(void)
{
    tnm_test_network self;
    const char *path = tnm_test_path("faults.safetensors");
    tnm_test_network_open(&self, "cnn:4", image, 5, 1);
    ASSERT_OK(tnm_network_save(&self.network, path, NULL));
    for (tnm_fault fault = TNM_FAULT_MEMORY; fault <= TNM_FAULT_FILE; fault++) {
        fail_each(&self, fault, save, path);
        fail_each(&self, fault, load, path);
    }
    tnm_test_network_close(&self);
}

TNM_SUITE(network_file, {"round trip", test_round_trip}, {"masked", test_masked},
          {"extra", test_extra}, {"reads the sketch", test_reads_the_sketch},
          {"refuses descriptions", test_refuses_descriptions},
          {"refuses tensors", test_refuses_tensors},
          {"refuses the immense", test_refuses_the_immense},
          {"refuses negative variance", test_refuses_negative_variance},
          {"each call fails", test_each_call_fails})
