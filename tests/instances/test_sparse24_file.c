#include "instances/sparse24_file.h"

#include "instances/safetensors_plan.h"
#include "tests/python.h"

#include <string.h>
#include <unistd.h>

/* A file of a masked weight, one that is not masked, and a bias. */
static void write_dense(const char *path, uint16_t weights[2][8])
{
    static const size_t sides[] = {2, 8};
    const tnm_tensor tensors[] = {
        {.name = "up.weight", .type = TNM_TENSOR_BF16, .shape = sides, .rank = 2},
        {.name = "up.bias", .type = TNM_TENSOR_BF16, .shape = sides, .rank = 1},
        {.name = "free.weight", .type = TNM_TENSOR_BF16, .shape = sides, .rank = 2},
    };
    static const tnm_metadata metadata = {"format", "pt"};
    tnm_safetensors_plan plan;
    tnm_output output = {0};
    unsigned char *bytes = NULL;
    ASSERT_OK(tnm_safetensors_plan_init(&plan, tensors, 3, &metadata, 1));
    ASSERT_OK(tnm_safetensors_create(&output, path, &plan, &bytes));
    memcpy(bytes + plan.offsets[0], weights, 32);
    memcpy(bytes + plan.offsets[1], (uint16_t[]){7, 8}, 4);
    memset(bytes + plan.offsets[2], 0x3f, 32);
    ASSERT_OK(tnm_output_commit(&output));
    tnm_safetensors_plan_free(&plan);
}

static bool is_up(void *context, const tnm_tensor *tensor)
{
    (void)context;
    return strncmp(tensor->name, "up.", 3) == 0;
}

static uint16_t masked[2][8] = {{1, 2, 0, 0, 0, 3, 0, 4}, {0, 0, 0, 9, 5, 0, 6, 0}};

static void test_there_and_back(void)
{
    char dense[128], packed[128], back[128], arguments[300];
    tnm_checkpoint checkpoint;
    tnm_safetensors file, again;
    snprintf(dense, sizeof dense, "%s", tnm_test_path("dense.safetensors"));
    snprintf(packed, sizeof packed, "%s", tnm_test_path("packed.safetensors"));
    snprintf(back, sizeof back, "%s", tnm_test_path("back.safetensors"));
    write_dense(dense, masked);
    ASSERT_OK(tnm_checkpoint_open(&checkpoint, dense));
    ASSERT_OK(tnm_sparse24_write(&checkpoint, packed, is_up, NULL));
    tnm_checkpoint_close(&checkpoint);

    ASSERT_OK(tnm_safetensors_open(&file, packed));
    CU_ASSERT_EQUAL(file.count, 5);
    CU_ASSERT_PTR_NULL(tnm_safetensors_find(&file, "up.weight"));
    CU_ASSERT_PTR_NOT_NULL(tnm_safetensors_find(&file, "free.weight"));
    CU_ASSERT_PTR_NOT_NULL(tnm_safetensors_find(&file, "up.bias"));
    const tnm_tensor *compressed = tnm_safetensors_find(&file, "up.compressed");
    CU_ASSERT_PTR_NOT_NULL_FATAL(compressed);
    const uint16_t stored[8] = {1, 2, 3, 4, 0, 9, 5, 6};
    CU_ASSERT_EQUAL(memcmp(compressed->data, stored, sizeof stored), 0);
    const tnm_tensor *bitmask = tnm_safetensors_find(&file, "up.bitmask");
    CU_ASSERT_PTR_NOT_NULL_FATAL(bitmask);
    CU_ASSERT(bitmask->data[0] == 0xa3 && bitmask->data[1] == 0x59);
    tnm_safetensors_close(&file);
    snprintf(arguments, sizeof arguments, "sparse24 %s %s", dense, packed);
    (void)tnm_python_run("instances/safetensors_files.py", arguments);
    ASSERT_OK(tnm_checkpoint_open(&checkpoint, packed));
    ASSERT_OK(tnm_sparse24_write_dense(&checkpoint, back));
    tnm_checkpoint_close(&checkpoint);

    ASSERT_OK(tnm_safetensors_open(&file, dense));
    ASSERT_OK(tnm_safetensors_open(&again, back));
    CU_ASSERT_EQUAL(file.size, again.size);
    CU_ASSERT_EQUAL(memcmp(file.header, again.header, file.size), 0);
    tnm_safetensors_close(&file);
    tnm_safetensors_close(&again);
}

static void test_refuses(void)
{
    uint16_t crowded[2][8];
    char dense[128], packed[128];
    tnm_checkpoint checkpoint;
    memcpy(crowded, masked, sizeof masked);
    crowded[1][5] = 1;
    snprintf(dense, sizeof dense, "%s", tnm_test_path("crowded.safetensors"));
    snprintf(packed, sizeof packed, "%s", tnm_test_path("never.safetensors"));
    write_dense(dense, crowded);
    ASSERT_OK(tnm_checkpoint_open(&checkpoint, dense));
    ASSERT_FAILS(tnm_sparse24_write(&checkpoint, packed, is_up, NULL), TNM_ERROR_DATA,
                 "tensor 'up.weight', row 1: columns 4 to 7 keep 3 weights");
    CU_ASSERT_NOT_EQUAL(access(packed, F_OK), 0);
    tnm_checkpoint_close(&checkpoint);
}

TNM_SUITE(sparse24_file, {"there and back", test_there_and_back}, {"refuses", test_refuses})
