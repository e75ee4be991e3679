#include "instances/safetensors.h"

#include "instances/safetensors_plan.h"
#include "tests/faults/faults.h"
#include "tests/python.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A whole file in memory, its header padded with spaces to a multiple of 8. */
typedef struct tensor_file {
    unsigned char bytes[2048];
    size_t size;
} tensor_file;

static tensor_file make_file(const char *header, size_t data)
{
    tensor_file file = {.size = 0};
    size_t length = (strlen(header) + 7) / 8 * 8;
    for (size_t k = 0; k < 8; k++)
        file.bytes[k] = (unsigned char)(length >> 8 * k);
    memset(file.bytes + 8, ' ', length);
    memcpy(file.bytes + 8, header, strlen(header));
    for (size_t k = 0; k < data; k++)
        file.bytes[8 + length + k] = (unsigned char)k;
    file.size = 8 + length + data;
    return file;
}

static tnm_error parse(tnm_safetensors *file, const tensor_file *bytes)
{
    return tnm_safetensors_parse(file, bytes->bytes, bytes->size, "x");
}

/* ---- reading ----------------------------------------------------------------------------- */

static void test_reads_tensors(void)
{
    tnm_safetensors file;
    tensor_file bytes =
        make_file("{\"b\":{\"shape\":[2,3],\"dtype\":\"U8\",\"data_offsets\":[4,10]},"
                  "\"__metadata__\":{\"format\":\"pt\",\"by\":\"hand\"},"
                  "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},"
                  "\"c\\u00e9\":{\"dtype\":\"F4\",\"shape\":[1,2],"
                  "\"data_offsets\":[10,11]},"
                  "\"empty\":{\"dtype\":\"I64\",\"shape\":[7,0],"
                  "\"data_offsets\":[4,4]}}",
                  11);
    ASSERT_OK(parse(&file, &bytes));
    CU_ASSERT_EQUAL(file.count, 4);
    CU_ASSERT_STRING_EQUAL(file.tensors[0].name, "a");
    CU_ASSERT_EQUAL(file.tensors[0].rank, 0);
    CU_ASSERT_EQUAL(tnm_tensor_count(&file.tensors[0]), 1);
    CU_ASSERT_STRING_EQUAL(file.tensors[1].name, "empty");
    CU_ASSERT_EQUAL(file.tensors[1].size, 0);
    CU_ASSERT_STRING_EQUAL(file.tensors[2].name, "b");
    CU_ASSERT_EQUAL(file.tensors[2].type, TNM_TENSOR_U8);
    CU_ASSERT(file.tensors[2].shape[0] == 2 && file.tensors[2].shape[1] == 3);
    CU_ASSERT_EQUAL(file.tensors[2].offset, file.header_size + 4);
    CU_ASSERT_EQUAL(file.tensors[2].data[0], 4);
    CU_ASSERT_EQUAL(file.tensors[3].size, 1);
    CU_ASSERT_EQUAL(tnm_tensor_count(&file.tensors[3]), 2);
    CU_ASSERT_PTR_EQUAL(tnm_safetensors_find(&file, "c\xc3\xa9"), &file.tensors[3]);
    CU_ASSERT_PTR_EQUAL(tnm_safetensors_find(&file, "empty"), &file.tensors[1]);
    CU_ASSERT_PTR_NULL(tnm_safetensors_find(&file, "__metadata__"));
    CU_ASSERT_PTR_NULL(tnm_safetensors_find(&file, ""));
    CU_ASSERT_EQUAL(file.metadata_count, 2);
    CU_ASSERT_STRING_EQUAL(file.metadata[0].key, "format");
    CU_ASSERT_STRING_EQUAL(tnm_safetensors_metadata(&file, "by"), "hand");
    CU_ASSERT_PTR_NULL(tnm_safetensors_metadata(&file, "in"));
    tnm_safetensors_close(&file);
    tnm_safetensors_close(&file);
}

static void test_reads_no_tensors(void)
{
    tnm_safetensors file;
    tensor_file bytes = make_file("{}", 0);
    ASSERT_OK(parse(&file, &bytes));
    CU_ASSERT_EQUAL(file.count, 0);
    CU_ASSERT_PTR_NULL(tnm_safetensors_find(&file, "a"));
    tnm_safetensors_close(&file);
}

/* ---- planning and writing ---------------------------------------------------------------- */

static void test_writes_as_the_formats_own_writer(void)
{
    static const size_t sides[] = {2, 3};
    const tnm_tensor tensors[] = {
        {.name = "b", .type = TNM_TENSOR_U8, .shape = sides, .rank = 1},
        {.name = "\"q\"", .type = TNM_TENSOR_F32, .shape = sides, .rank = 2},
        {.name = "a", .type = TNM_TENSOR_U8, .rank = 0},
        {.name = "z", .type = TNM_TENSOR_I64, .shape = sides, .rank = 1},
    };
    const tnm_metadata metadata[] = {{"z", "last"}, {"format", "pt"}};
    static const char header[] =
        "{\"__metadata__\":{\"format\":\"pt\",\"z\":\"last\"},"
        "\"z\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[0,16]},"
        "\"\\\"q\\\"\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[16,40]},"
        "\"a\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[40,41]},"
        "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[41,43]}}";
    tnm_safetensors_plan plan;
    ASSERT_OK(tnm_safetensors_plan_init(&plan, tensors, 4, metadata, 2));
    tensor_file expected = make_file(header, 43);
    CU_ASSERT_EQUAL(plan.file_size, expected.size);
    CU_ASSERT_EQUAL(plan.header_size, expected.size - 43);
    CU_ASSERT_EQUAL(memcmp(plan.header, expected.bytes, plan.header_size), 0);
    const size_t order[] = {3, 1, 2, 0};
    CU_ASSERT_EQUAL(memcmp(plan.order, order, sizeof order), 0);
    CU_ASSERT(plan.offsets[1] == plan.header_size + 16 && plan.sizes[1] == 24);
    tnm_safetensors_plan_free(&plan);
    tnm_safetensors_plan_free(&plan);
}

static void test_reads_what_it_writes(void)
{
    static const size_t sides[] = {3, 5};
    const tnm_tensor tensor = {.name = "w", .type = TNM_TENSOR_F32, .shape = sides, .rank = 2};
    const tnm_metadata metadata = {"format", "pt"};
    const char *path = tnm_test_path("w.safetensors");
    tnm_safetensors_plan plan;
    tnm_output output = {0};
    unsigned char *bytes = NULL;
    ASSERT_OK(tnm_safetensors_plan_init(&plan, &tensor, 1, &metadata, 1));
    ASSERT_OK(tnm_safetensors_create(&output, path, &plan, &bytes));
    for (size_t k = 0; k < 15; k++)
        memcpy(bytes + plan.offsets[0] + 4 * k, &(float){(float)k}, 4);
    ASSERT_OK(tnm_output_commit(&output));
    tnm_safetensors_plan_free(&plan);

    tnm_safetensors file;
    ASSERT_OK(tnm_safetensors_open(&file, path));
    const tnm_tensor *read = tnm_safetensors_find(&file, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(read);
    CU_ASSERT(read->rank == 2 && read->shape[0] == 3 && read->shape[1] == 5);
    float last;
    memcpy(&last, read->data + 4 * 14, sizeof last);
    CU_ASSERT_EQUAL(last, 14);
    CU_ASSERT_STRING_EQUAL(tnm_safetensors_metadata(&file, "format"), "pt");
    tnm_safetensors_close(&file);
}

/* As many entries as the masks of a large checkpoint bring: each is found at once. */
static void test_much_metadata(void)
{
    enum { COUNT = 60000 };
    static char keys[COUNT][16], values[COUNT][16];
    static tnm_metadata metadata[COUNT];
    const char *path = tnm_test_path("metadata.safetensors");
    tnm_safetensors_plan plan;
    tnm_output output = {0};
    unsigned char *bytes = NULL;
    for (unsigned k = 0; k < COUNT; k++) {
        snprintf(keys[k], sizeof keys[k], "key%u", k * 7919 % COUNT);
        snprintf(values[k], sizeof values[k], "value%u", k * 7919 % COUNT);
        metadata[k] = (tnm_metadata){keys[k], values[k]};
    }
    ASSERT_OK(tnm_safetensors_plan_init(&plan, NULL, 0, metadata, COUNT));
    ASSERT_OK(tnm_safetensors_create(&output, path, &plan, &bytes));
    ASSERT_OK(tnm_output_commit(&output));
    tnm_safetensors_plan_free(&plan);
    tnm_safetensors file;
    ASSERT_OK(tnm_safetensors_open(&file, path));
    size_t right = 0;
    double start = tnm_processor_now();
    for (size_t k = 0; k < COUNT; k++) {
        const char *value = tnm_safetensors_metadata(&file, keys[k]);
        right += value != NULL && strcmp(value, values[k]) == 0;
    }
    CU_ASSERT(tnm_processor_now() - start < 1);
    CU_ASSERT_EQUAL(right, COUNT);
    CU_ASSERT_PTR_NULL(tnm_safetensors_metadata(&file, "key"));
    tnm_safetensors_close(&file);
}

static void test_refuses_to_plan(void)
{
    static const size_t huge[] = {(size_t)1 << 40, (size_t)1 << 40};
    tnm_safetensors_plan plan;
    tnm_tensor tensors[] = {{.name = "a", .type = TNM_TENSOR_U8},
                            {.name = "a", .type = TNM_TENSOR_F32}};
    ASSERT_FAILS(tnm_safetensors_plan_init(&plan, tensors, 2, NULL, 0), TNM_ERROR_DATA,
                 "'a' would be in the file twice");
    CU_ASSERT_PTR_NULL(plan.header);
    tensors[0].name = "__metadata__";
    ASSERT_FAILS(tnm_safetensors_plan_init(&plan, tensors, 2, NULL, 0), TNM_ERROR_DATA,
                 "no tensor may have the name __metadata__");
    tensors[0].name = "\xff";
    ASSERT_FAILS(tnm_safetensors_plan_init(&plan, tensors, 2, NULL, 0), TNM_ERROR_DATA,
                 "is no UTF-8");
    tensors[0] = (tnm_tensor){.name = "b", .shape = huge, .rank = 2};
    ASSERT_FAILS(tnm_safetensors_plan_init(&plan, tensors, 2, NULL, 0), TNM_ERROR_DATA,
                 "tensor 'b': its shape is too large for a file");
    const tnm_metadata twice[] = {{"k", "1"}, {"k", "2"}};
    ASSERT_FAILS(tnm_safetensors_plan_init(&plan, NULL, 0, twice, 2), TNM_ERROR_DATA,
                 "'k' would be in the file twice");
}

/* ---- readers and writers of others ------------------------------------------------------- */

/* Writes the tensors of a file anew, by plan. */
static void copy_file(const tnm_safetensors *file, const char *path)
{
    tnm_safetensors_plan plan;
    tnm_output output = {0};
    unsigned char *bytes = NULL;
    ASSERT_OK(tnm_safetensors_plan_init(&plan, file->tensors, file->count, file->metadata,
                                        file->metadata_count));
    ASSERT_OK(tnm_safetensors_create(&output, path, &plan, &bytes));
    for (size_t k = 0; k < file->count; k++)
        memcpy(bytes + plan.offsets[k], file->tensors[k].data, plan.sizes[k]);
    ASSERT_OK(tnm_output_commit(&output));
    tnm_safetensors_plan_free(&plan);
}

static void test_agrees_with_python(void)
{
    char written[128], again[128], arguments[300];
    tnm_safetensors file;
    snprintf(written, sizeof written, "%s", tnm_test_path("python.safetensors"));
    snprintf(again, sizeof again, "%s", tnm_test_path("again.safetensors"));
    snprintf(arguments, sizeof arguments, "write %s", written);
    if (!tnm_python_run("instances/safetensors_files.py", arguments))
        return;
    ASSERT_OK(tnm_safetensors_open(&file, written));
    CU_ASSERT_EQUAL(file.count, 9);
    const tnm_tensor *tensor = tnm_safetensors_find(&file, "t0.BF16");
    CU_ASSERT_PTR_NOT_NULL_FATAL(tensor);
    CU_ASSERT(tensor->type == TNM_TENSOR_BF16 && tensor->data[10] == 5);
    CU_ASSERT_STRING_EQUAL(tnm_safetensors_metadata(&file, "q\"\xc3\xa9"), "1");
    copy_file(&file, again);
    tnm_safetensors_close(&file);
    snprintf(arguments, sizeof arguments, "again %s %s", written, again);
    CU_ASSERT(tnm_python_run("instances/safetensors_files.py", arguments));
}

/* ---- faults ------------------------------------------------------------------------------ */

static tnm_error open_and_close(const char *path)
{
    tnm_safetensors file;
    tnm_error error = tnm_safetensors_open(&file, path);
    if (error == TNM_OK)
        tnm_safetensors_close(&file);
    return error;
}

/* Every allocation fails once, those of the JSON library too, and so does every call on files. */
static void test_faults(void)
{
    const char *path = "tests/fuzz/corpus/safetensors/convolution";
    json_malloc_t old_malloc;
    json_free_t old_free;
    json_get_alloc_funcs(&old_malloc, &old_free);
    json_set_alloc_funcs(malloc, free);
    long before = tnm_fault_live();
    for (tnm_fault fault = TNM_FAULT_MEMORY; fault <= TNM_FAULT_FILE; fault++) {
        bool failed = true;
        for (unsigned count = 0; failed; count++) {
            tnm_fault_arm(fault, count);
            tnm_error error = open_and_close(path);
            failed = tnm_fault_disarm();
            CU_ASSERT(failed || error == TNM_OK);
            /* jansson calls a string that it finds no memory for a token that makes no sense. */
            CU_ASSERT(!failed || fault == TNM_FAULT_FILE || error == TNM_ERROR_MEMORY ||
                      tnm_test_contains(tnm_error_message(), "no valid JSON"));
            CU_ASSERT_EQUAL(tnm_fault_live(), before);
        }
    }
    json_set_alloc_funcs(old_malloc, old_free);
}

TNM_SUITE(safetensors, {"much metadata", test_much_metadata}, {"reads tensors", test_reads_tensors},
          {"reads no tensors", test_reads_no_tensors},
          {"writes as the format's own writer", test_writes_as_the_formats_own_writer},
          {"reads what it writes", test_reads_what_it_writes},
          {"refuses to plan", test_refuses_to_plan},
          {"agrees with Python", test_agrees_with_python}, {"faults", test_faults})
