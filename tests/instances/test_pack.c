#include "instances/pack.h"

#include "instances/safetensors.h"
#include "tests/faults/faults.h"
#include "tests/python.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- arrays to pack ---------------------------------------------------------------------- */

/* The path of a file in a folder of the scratch folder, which is made if need be; to be freed. */
static char *place(const char *folder, const char *file)
{
    const char *parent = tnm_test_path(folder);
    (void)mkdir(parent, 0777);
    char *path = tnm_format("%s/%s", parent, file);
    CU_ASSERT_PTR_NOT_NULL_FATAL(path);
    return path;
}

static void put(const char *folder, const char *file, const char *dictionary, const void *data,
                size_t size)
{
    unsigned char bytes[512] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    size_t length = strlen(dictionary);
    char *path = place(folder, file);
    FILE *stream = fopen(path, "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    bytes[8] = (unsigned char)length;
    memcpy(bytes + 10, dictionary, length);
    memcpy(bytes + 10 + length, data, size);
    CU_ASSERT_EQUAL(fwrite(bytes, 1, 10 + length + size, stream), 10 + length + size);
    fclose(stream);
    free(path);
}

static const char vector[] = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}";

static tnm_error pack_folder(const char *folder, const char *output)
{
    tnm_error error = TNM_OK;
    tnm_pack pack = {0};
    TNM_TRY(tnm_pack_add(&pack, folder));
    TNM_TRY(tnm_pack_write(&pack, output));
out:
    tnm_pack_free(&pack);
    return error;
}

/* ---- tests ------------------------------------------------------------------------------- */

/* Both turn into C order and little endian. */
static void test_arranges(void)
{
    const unsigned char big[] = {0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2};
    const unsigned char fortran[] = {0, 3, 1, 4, 2, 5};
    char folder[128], output[128];
    put("pack_arranged", "big.npy", "{'descr': '>i8', 'fortran_order': False, 'shape': (2,)}", big,
        16);
    put("pack_arranged", "f.u1.npy", "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3)}",
        fortran, 6);
    put("pack_arranged", "no.txt", vector, big, 8);
    snprintf(folder, sizeof folder, "%s", tnm_test_path("pack_arranged"));
    snprintf(output, sizeof output, "%s", tnm_test_path("pack_arranged.safetensors"));
    ASSERT_OK(pack_folder(folder, output));
    tnm_safetensors file;
    ASSERT_OK(tnm_safetensors_open(&file, output));
    CU_ASSERT_EQUAL(file.count, 2);
    CU_ASSERT_STRING_EQUAL(tnm_safetensors_metadata(&file, "format"), "pt");
    const tnm_tensor *tensor = tnm_safetensors_find(&file, "big");
    CU_ASSERT_PTR_NOT_NULL_FATAL(tensor);
    CU_ASSERT_EQUAL(tensor->type, TNM_TENSOR_I64);
    CU_ASSERT(tensor->data[0] == 1 && tensor->data[8] == 2 && tensor->data[15] == 0);
    tensor = tnm_safetensors_find(&file, "f.u1");
    CU_ASSERT_PTR_NOT_NULL_FATAL(tensor);
    CU_ASSERT(tensor->rank == 2 && tensor->shape[0] == 2 && tensor->shape[1] == 3);
    CU_ASSERT_EQUAL(memcmp(tensor->data, ((const unsigned char[]){0, 1, 2, 3, 4, 5}), 6), 0);
    tnm_safetensors_close(&file);
}

static void test_refuses(void)
{
    const float values[2] = {1, 2};
    char path[128];
    tnm_pack pack = {0};
    put("pack_one", "w.npy", vector, values, 8);
    put("pack_two", "w.npy", vector, values, 8);
    put("pack_cut", "w.npy", vector, values, 4);
    put("pack_else", "w.txt", vector, values, 8);
    ASSERT_OK(tnm_pack_add(&pack, tnm_test_path("pack_one")));
    ASSERT_OK(tnm_pack_add(&pack, tnm_test_path("pack_two")));
    snprintf(path, sizeof path, "%s", tnm_test_path("pack_twice.safetensors"));
    ASSERT_FAILS(tnm_pack_write(&pack, path), TNM_ERROR_DATA, "'w' would be in the file twice");
    CU_ASSERT_NOT_EQUAL(access(path, F_OK), 0);
    ASSERT_FAILS(tnm_pack_add(&pack, tnm_test_path("pack_cut")), TNM_ERROR_DATA,
                 "cut/w.npy: truncated");
    ASSERT_FAILS(tnm_pack_add(&pack, tnm_test_path("pack_else")), TNM_ERROR_NO_INPUT,
                 "there is no .npy file in this folder");
    ASSERT_FAILS(tnm_pack_add(&pack, tnm_test_path("pack_nowhere.npy")), TNM_ERROR_NO_INPUT,
                 "nowhere.npy: No such file");
    ASSERT_FAILS(tnm_pack_add(&pack, tnm_test_path("pack_else/w.txt")), TNM_ERROR_DATA,
                 "w.txt: expected a name that ends with .npy");
    tnm_pack_free(&pack);
    tnm_pack_free(&pack);
}

/* NumPy's arrays of every type and order, read back by a reader that shares no code with this. */
static void test_agrees_with_numpy(void)
{
    char folder[128], output[128], arguments[300];
    (void)mkdir(tnm_test_path("pack_numpy"), 0777);
    snprintf(folder, sizeof folder, "%s", tnm_test_path("pack_numpy"));
    snprintf(output, sizeof output, "%s", tnm_test_path("pack_numpy.safetensors"));
    snprintf(arguments, sizeof arguments, "arrays %s", folder);
    if (!tnm_python_run("instances/safetensors_files.py", arguments))
        return;
    ASSERT_OK(pack_folder(folder, output));
    snprintf(arguments, sizeof arguments, "same %s %s", folder, output);
    CU_ASSERT(tnm_python_run("instances/safetensors_files.py", arguments));
}

/* Every allocation fails once, those of the JSON library too. */
static void test_faults(void)
{
    const float values[2] = {1, 2};
    char folder[128], output[128];
    put("pack_faults", "a.npy", vector, values, 8);
    put("pack_faults", "b.npy", vector, values, 8);
    snprintf(folder, sizeof folder, "%s", tnm_test_path("pack_faults"));
    snprintf(output, sizeof output, "%s", tnm_test_path("pack_faults.safetensors"));
    json_malloc_t old_malloc;
    json_free_t old_free;
    json_get_alloc_funcs(&old_malloc, &old_free);
    json_set_alloc_funcs(malloc, free);
    for (tnm_fault fault = TNM_FAULT_MEMORY; fault <= TNM_FAULT_FILE; fault++) {
        bool failed = true;
        unsigned count = 0;
        for (; failed; count++) {
            unlink(output);
            long before = tnm_fault_live();
            tnm_fault_arm(fault, count);
            tnm_error error = pack_folder(folder, output);
            failed = tnm_fault_disarm();
            CU_ASSERT(failed || error == TNM_OK);
            CU_ASSERT(!failed || fault == TNM_FAULT_FILE || error == TNM_ERROR_MEMORY);
            /* A memory stream's buffer is given back by us, but was not taken by us. */
            long left = tnm_fault_live() - before;
            CU_ASSERT(left == 0 || left == -1);
            if (failed && fault == TNM_FAULT_MEMORY && error != TNM_ERROR_MEMORY)
                tnm_test_note("allocation %u: %s", count, tnm_error_message());
        }
        CU_ASSERT(count > 5);
    }
    json_set_alloc_funcs(old_malloc, old_free);
}

TNM_SUITE(pack, {"arranges", test_arranges}, {"refuses", test_refuses},
          {"agrees with NumPy", test_agrees_with_numpy}, {"faults", test_faults})
