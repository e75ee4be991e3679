#include "instances/input.h"

#include "instances/npy.h"
#include "instances/number.h"
#include "instances/pages.h"
#include "tests/faults/faults.h"
#include "tests/testlib.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A .npy file with a header of the shortest kind, which leaves its elements at an odd place. */
static const char *put_npy(const char *name, const char *dictionary, const void *data, size_t size)
{
    unsigned char bytes[4096] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    size_t length = strlen(dictionary);
    bytes[8] = (unsigned char)length;
    memcpy(bytes + 10, dictionary, length);
    memcpy(bytes + 10 + length, data, size);
    return tnm_test_put(name, bytes, 10 + length + size);
}

/* A .npy file as the library writes them. */
static const char *write_npy(const char *name, tnm_npy_type type, size_t rows, size_t cols,
                             const void *data)
{
    const char *path = tnm_test_path(name);
    tnm_output output = {0};
    void *place = NULL;
    ASSERT_OK(tnm_npy_create(&output, path, type, rows, cols, &place));
    memcpy(place, data, rows * cols * tnm_npy_size(type));
    ASSERT_OK(tnm_output_commit(&output));
    return path;
}

/* ---- matrices ---------------------------------------------------------------------------- */

static void expect_numbers(const tnm_input *input, const double *expected)
{
    double row[16];
    for (size_t i = 0; i < input->matrix.rows; i++) {
        tnm_number_to_double(row, &input->matrix, i, 0, input->matrix.cols);
        for (size_t j = 0; j < input->matrix.cols; j++)
            CU_ASSERT_EQUAL(row[j], expected[i * input->matrix.cols + j]);
    }
}

static void test_npy_matrices(void)
{
    const float values[] = {1, -2, 3, 4, 5.5f, -6};
    const double expected[] = {1, -2, 3, 4, 5.5, -6}, transposed[] = {1, 3, 5.5, -2, 4, -6};
    const uint16_t halves[] = {0x003c, 0x00c0}; /* 1 and -2 the other way round */
    tnm_input input;
    ASSERT_OK(tnm_input_open(&input, write_npy("a.npy", TNM_NPY_FLOAT32, 2, 3, values)));
    CU_ASSERT(tnm_test_contains(input.name, "/a.npy"));
    CU_ASSERT(input.matrix.rows == 2 && input.matrix.cols == 3);
    CU_ASSERT_EQUAL(input.matrix.dtype, TNM_F32);
    CU_ASSERT_FALSE(input.has_problem);
    expect_numbers(&input, expected);
    tnm_input_close(&input);
    tnm_input_close(&input);

    ASSERT_OK(tnm_input_open(
        &input, put_npy("odd", "{'descr':'<f4','fortran_order':True,'shape':(2,3)}", values, 24)));
    CU_ASSERT_EQUAL((uintptr_t)input.matrix.data % 4, 0);
    expect_numbers(&input, (const double[]){1, 3, 5.5, -2, 4, -6});
    tnm_input_close(&input);

    ASSERT_OK(tnm_input_open(
        &input,
        put_npy("very_odd", "{'descr':'<f4','fortran_order':True,'shape':(2,3) }", values, 24)));
    CU_ASSERT_EQUAL((uintptr_t)input.matrix.data % 4, 1);
    expect_numbers(&input, transposed);
    tnm_input_close(&input);

    ASSERT_OK(tnm_input_open(
        &input, put_npy("big", "{'descr':'>f2','fortran_order':False,'shape':(1,2)}", halves, 4)));
    CU_ASSERT_EQUAL(input.matrix.dtype, TNM_F16);
    expect_numbers(&input, (const double[]){1, -2});
    tnm_input_close(&input);
}

static void test_text_instances(void)
{
    static const char text[] = "p tnm 1:2 atmost 2 3\nr 1 0 0.5\nr 0 -1 2\n";
    tnm_input input;
    ASSERT_OK(tnm_input_open(&input, tnm_test_put("block.tnm", text, sizeof text - 1)));
    CU_ASSERT(input.has_problem);
    CU_ASSERT(input.problem.n == 1 && input.problem.m == 2);
    CU_ASSERT_EQUAL(input.problem.constraint, TNM_ATMOST);
    CU_ASSERT(input.matrix.rows == 2 && input.matrix.cols == 3);
    expect_numbers(&input, (const double[]){1, 0, 0.5, 0, -1, 2});
    tnm_input_release(&input, 0, 2);
    tnm_input_close(&input);
}

static void test_refuses_matrices(void)
{
    const int64_t integer = 1;
    tnm_input input;
    ASSERT_FAILS(tnm_input_open(&input, tnm_test_path("absent.npy")), TNM_ERROR_NO_INPUT,
                 "absent.npy: No such file or directory");
    ASSERT_FAILS(tnm_input_open(&input, tnm_test_put("empty.npy", "", 0)), TNM_ERROR_DATA,
                 "empty.npy: empty");
    ASSERT_FAILS(tnm_input_open(&input, tnm_test_put("many.npz", "PK\3\4....", 8)), TNM_ERROR_DATA,
                 "many.npz: an archive (.npz); save one array as .npy instead");
    ASSERT_FAILS(tnm_input_open(&input, tnm_test_put("bad.npy", "NUMPY", 5)), TNM_ERROR_DATA,
                 "bad.npy: not a .npy file");
    ASSERT_FAILS(tnm_input_open(&input, tnm_test_put("short", "\x93NUM", 4)), TNM_ERROR_DATA,
                 "short: truncated after 4 bytes");
    ASSERT_FAILS(tnm_input_open(&input, tnm_test_put("junk.txt", "hello\n", 6)), TNM_ERROR_DATA,
                 "junk.txt:1:");
    ASSERT_FAILS(tnm_input_open(&input, write_npy("i.npy", TNM_NPY_INT64, 1, 1, &integer)),
                 TNM_ERROR_DATA, "i.npy: expected weights as float16, float32 or float64, found");
    ASSERT_FAILS(tnm_input_open(&input, write_npy("0.npy", TNM_NPY_FLOAT32, 0, 4, &integer)),
                 TNM_ERROR_DATA, "0.npy: a matrix of shape (0, 4) has no entries");
    CU_ASSERT_PTR_NULL(input.name);
}

static ptrdiff_t resident(void)
{
    long size = 0, pages = 0;
    FILE *stream = fopen("/proc/self/statm", "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    CU_ASSERT_EQUAL(fscanf(stream, "%ld %ld", &size, &pages), 2);
    fclose(stream);
    return pages * sysconf(_SC_PAGESIZE);
}

/* Reads a matrix by bands of 8 rows, letting go what is finished. Returns by how much memory has
 * grown: at the most, and in the end. */
static void read_by_bands(const char *path, bool fortran, ptrdiff_t *most, ptrdiff_t *last)
{
    static float row[4096];
    tnm_input input;
    double sum = 0;
    ASSERT_OK(tnm_input_open(&input, path));
    CU_ASSERT_EQUAL(input.matrix.row_stride == 1, fortran);
    ptrdiff_t before = resident();
    *most = 0;
    for (size_t first = 0; first < input.matrix.rows; first += 8) {
        for (size_t i = first; i < first + 8; i++) {
            tnm_number_to_float(row, &input.matrix, i, 0, input.matrix.cols);
            sum += (double)row[i % input.matrix.cols];
        }
        tnm_input_release(&input, first, 8);
        *last = resident() - before;
        *most = *last > *most ? *last : *most;
    }
    CU_ASSERT_EQUAL(sum, 0);
    tnm_input_close(&input);
}

static void test_large_matrices_stay_out_of_memory(void)
{
    enum { ROWS = 8192, COLS = 4096 }; /* eight steps */
    const char *path = tnm_test_path("large.npy");
    ptrdiff_t most = 0, last = 0;
    tnm_output output = {0};
    void *data = NULL;
    ASSERT_OK(tnm_npy_create(&output, path, TNM_NPY_FLOAT32, ROWS, COLS, &data));
    ASSERT_OK(tnm_output_commit(&output));
    read_by_bands(path, false, &most, &last);
    CU_ASSERT(most > TNM_PAGES_STEP / 2 && most < TNM_PAGES_STEP * 3 / 2);

    FILE *stream = fopen(path, "r+b");
    fseek(stream, 10, SEEK_SET);
    fputs("{'descr': '<f4', 'fortran_order':  True, 'shape'", stream);
    fclose(stream);
    read_by_bands(path, true, &most, &last);
    CU_ASSERT(most > TNM_PAGES_STEP && last < TNM_PAGES_STEP);
    unlink(path);
}

/* ---- masks and prices -------------------------------------------------------------------- */

static void test_masks(void)
{
    const uint8_t bytes[] = {1, 0, 0, 0, 1, 1};
    tnm_input_mask mask;
    ASSERT_OK(tnm_input_open_mask(&mask, write_npy("m.npy", TNM_NPY_BOOL, 2, 3, bytes), 2, 3));
    CU_ASSERT_EQUAL(mask.view.kind, TNM_MASK_BYTES);
    CU_ASSERT(mask.view.row_stride == 3 && mask.view.col_stride == 1);
    CU_ASSERT_EQUAL(memcmp(mask.view.data, bytes, 6), 0);
    tnm_input_close_mask(&mask);
    ASSERT_OK(tnm_input_open_mask(
        &mask, put_npy("f.npy", "{'descr':'|u1','fortran_order':True,'shape':(2,3)}", bytes, 6), 2,
        3));
    CU_ASSERT(mask.view.row_stride == 1 && mask.view.col_stride == 2);
    CU_ASSERT_EQUAL(mask.view.data[1 * 1 + 2 * 2], 1);
    tnm_input_close_mask(&mask);
    ASSERT_FAILS(tnm_input_open_mask(&mask, tnm_test_path("m.npy"), 3, 2), TNM_ERROR_DATA,
                 "m.npy: expected a mask of shape (3, 2), found (2, 3)");
    ASSERT_FAILS(tnm_input_open_mask(&mask, tnm_test_path("absent.npy"), 3, 2), TNM_ERROR_NO_INPUT,
                 "absent.npy: No such file or directory");
    ASSERT_FAILS(tnm_input_open_mask(&mask, tnm_test_put("text", "c mask\n", 7), 3, 2),
                 TNM_ERROR_DATA, "text: not a .npy file");
    ASSERT_FAILS(tnm_input_open_mask(&mask, write_npy("w.npy", TNM_NPY_FLOAT32, 1, 1, bytes), 1, 1),
                 TNM_ERROR_DATA, "w.npy: expected a mask as bool or uint8, found floats ('<f4')");
    CU_ASSERT_PTR_NULL(mask.file.bytes);
}

/* The same two certificates of side 1, in every form they may come. */
static void test_prices(void)
{
    const int64_t expected[] = {-3, 5, INT64_MIN, 7, -1, INT64_MAX};
    int64_t fortran[6], swapped[6];
    for (size_t k = 0; k < 6; k++) {
        fortran[k] = expected[k % 2 * 3 + k / 2];
        swapped[k] = (int64_t)__builtin_bswap64((uint64_t)expected[k]);
    }
    const char *const paths[] = {
        write_npy("plain", TNM_NPY_INT64, 2, 3, expected),
        put_npy("odd", "{'descr':'<i8','fortran_order':False,'shape':(2,3)} ", expected, 48),
        put_npy("big", "{'descr':'>i8','fortran_order':False,'shape':(2,3)}", swapped, 48),
        put_npy("fortran", "{'descr':'<i8','fortran_order':True,'shape':(2,3)}", fortran, 48),
    };
    tnm_input_prices prices;
    for (size_t k = 0; k < 4; k++) {
        ASSERT_OK(tnm_input_open_prices(&prices, paths[k], 2, 1));
        CU_ASSERT_EQUAL(memcmp(prices.prices, expected, sizeof expected), 0);
        CU_ASSERT_EQUAL(prices.copy == NULL, k == 0);
        tnm_input_close_prices(&prices);
    }
    ASSERT_FAILS(tnm_input_open_prices(&prices, paths[0], 2, 4), TNM_ERROR_DATA,
                 "plain: expected prices of shape (2, 9), found (2, 3)");
    ASSERT_FAILS(tnm_input_open_prices(&prices, paths[0], 3, 1), TNM_ERROR_DATA,
                 "plain: expected prices of shape (3, 3), found (2, 3)");
    ASSERT_FAILS(
        tnm_input_open_prices(&prices, write_npy("f", TNM_NPY_FLOAT64, 2, 3, expected), 2, 1),
        TNM_ERROR_DATA, "f: expected prices as int64, found floats ('<f8')");
    CU_ASSERT_PTR_NULL(prices.file.bytes);
    ASSERT_OK(
        tnm_input_open_prices(&prices, write_npy("none", TNM_NPY_INT64, 0, 3, expected), 0, 1));
    tnm_input_close_prices(&prices);
}

/* ---- faults ------------------------------------------------------------------------------ */

static tnm_error open_and_close(size_t which, const char *path)
{
    tnm_input input;
    tnm_input_prices prices;
    tnm_error error =
        which < 2 ? tnm_input_open(&input, path) : tnm_input_open_prices(&prices, path, 2, 1);
    if (error == TNM_OK && which < 2)
        tnm_input_close(&input);
    else if (error == TNM_OK)
        tnm_input_close_prices(&prices);
    return error;
}

static void test_every_call_fails(void)
{
    static const char text[] = "p tnm 1:2 equal 2 2\nr 1 0\nr 0 1\n";
    const double numbers[6] = {1, 2, 3, 4, 5, 6};
    const char *const paths[] = {
        write_npy("a.npy", TNM_NPY_FLOAT64, 2, 3, numbers),
        tnm_test_put("a.tnm", text, sizeof text - 1),
        put_npy("p.npy", "{'descr':'>i8','fortran_order':False,'shape':(2,3)}", numbers, 48)};
    for (int fault = TNM_FAULT_MEMORY; fault <= TNM_FAULT_FILE; fault++) {
        for (size_t which = 0; which < 3; which++) {
            for (unsigned k = 0, failed = 1; failed; k++) {
                tnm_fault_arm((tnm_fault)fault, k);
                tnm_error error = open_and_close(which, paths[which]);
                failed = tnm_fault_disarm();
                CU_ASSERT(error == TNM_OK || failed);
            }
        }
    }
}

TNM_SUITE(input, {"npy matrices", test_npy_matrices}, {"text instances", test_text_instances},
          {"refuses matrices", test_refuses_matrices},
          {"large matrices stay out of memory", test_large_matrices_stay_out_of_memory},
          {"masks", test_masks}, {"prices", test_prices},
          {"every call fails", test_every_call_fails})
