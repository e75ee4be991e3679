#include "instances/npy.h"

#include "tests/python.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A .npy file in memory, named "x.npy" in messages. */
typedef struct npy_file {
    unsigned char bytes[1024];
    size_t size;
} npy_file;

/* A file of this version around a dictionary, padded to 64 bytes, and `data` bytes of elements. */
static npy_file make_file(unsigned char major, const char *dictionary, size_t data)
{
    npy_file file = {.bytes = {0x93, 'N', 'U', 'M', 'P', 'Y', major, 0}};
    size_t preamble = major == 1 ? 10 : 12;
    size_t header = (preamble + strlen(dictionary) + 1 + 63) / 64 * 64;
    size_t length = header - preamble;
    for (size_t k = 0; k < preamble - 8; k++)
        file.bytes[8 + k] = (unsigned char)(length >> 8 * k);
    memset(file.bytes + preamble, ' ', length);
    memcpy(file.bytes + preamble, dictionary, strlen(dictionary));
    file.bytes[header - 1] = '\n';
    file.size = header + data;
    return file;
}

static void expect_refusal(const npy_file *file, tnm_npy_role role, const char *message)
{
    tnm_npy npy;
    CU_ASSERT_EQUAL(tnm_npy_parse(&npy, role, file->bytes, file->size, "x.npy"), TNM_ERROR_DATA);
    if (strcmp(tnm_error_message(), message) != 0)
        tnm_test_note("said     '%s'\n    expected '%s'", tnm_error_message(), message);
    CU_ASSERT_STRING_EQUAL(tnm_error_message(), message);
}

/* ---- what is read ------------------------------------------------------------------------ */

static const struct {
    unsigned char major;
    const char *dictionary;
    size_t data;
    tnm_npy expected;
} weights[] = {
    {1,
     "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
     24,
     {.type = TNM_NPY_FLOAT32,
      .byte_swapped = false,
      .fortran_order = false,
      .rows = 2,
      .cols = 3,
      .offset = 128}},
    {2,
     "{'descr': '<f2', 'fortran_order': True, 'shape': (2, 3), }",
     12,
     {.type = TNM_NPY_FLOAT16,
      .byte_swapped = false,
      .fortran_order = true,
      .rows = 2,
      .cols = 3,
      .offset = 128}},
    {3,
     "{'descr': '>f8', 'fortran_order': False, 'shape': (1, 5), }",
     40,
     {.type = TNM_NPY_FLOAT64,
      .byte_swapped = true,
      .fortran_order = false,
      .rows = 1,
      .cols = 5,
      .offset = 128}},
    {1, /* any order, quotes and spaces; sides as Python 2 wrote them */
     "\t{\"shape\":(2L,3L,),\"descr\":\">f4\"\n,'fortran_order':True}",
     24,
     {.type = TNM_NPY_FLOAT32,
      .byte_swapped = true,
      .fortran_order = true,
      .rows = 2,
      .cols = 3,
      .offset = 128}},
    {1,
     "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 7), }",
     0,
     {.type = TNM_NPY_FLOAT64,
      .byte_swapped = false,
      .fortran_order = false,
      .rows = 0,
      .cols = 7,
      .offset = 128}},
};

static void test_reads_weights(void)
{
    for (size_t k = 0; k < sizeof weights / sizeof weights[0]; k++) {
        npy_file file = make_file(weights[k].major, weights[k].dictionary, weights[k].data);
        const tnm_npy *expected = &weights[k].expected;
        tnm_npy npy;
        ASSERT_OK(tnm_npy_parse(&npy, TNM_NPY_WEIGHTS, file.bytes, file.size, "x.npy"));
        CU_ASSERT_EQUAL(npy.type, expected->type);
        CU_ASSERT_EQUAL(npy.byte_swapped, expected->byte_swapped);
        CU_ASSERT_EQUAL(npy.fortran_order, expected->fortran_order);
        CU_ASSERT_EQUAL(npy.rows, expected->rows);
        CU_ASSERT_EQUAL(npy.cols, expected->cols);
        CU_ASSERT_EQUAL(npy.offset, expected->offset);
    }
}

static void test_reads_masks_and_prices(void)
{
    const char *const codes[] = {"|b1", "|u1", "<b1", "<u1"}; /* C libraries write the latter two */
    for (size_t k = 0; k < 4; k++) {
        char dictionary[96];
        tnm_npy npy;
        snprintf(dictionary, sizeof dictionary,
                 "{'descr': '%s', 'fortran_order': False, 'shape': (4, 4), }", codes[k]);
        npy_file file = make_file(1, dictionary, 16);
        ASSERT_OK(tnm_npy_parse(&npy, TNM_NPY_MASK, file.bytes, file.size, "x.npy"));
        CU_ASSERT_EQUAL(npy.type, k % 2 == 0 ? TNM_NPY_BOOL : TNM_NPY_UINT8);
        CU_ASSERT_FALSE(npy.byte_swapped);
    }
    npy_file file = make_file(1, "{'descr': '<i8', 'fortran_order': False, 'shape': (1, 9), }", 72);
    tnm_npy npy;
    ASSERT_OK(tnm_npy_parse(&npy, TNM_NPY_PRICES, file.bytes, file.size, "x.npy"));
    CU_ASSERT_EQUAL(npy.type, TNM_NPY_INT64);
}

static void test_reads_tensors(void)
{
    tnm_npy npy;
    npy_file file =
        make_file(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3, 1, 4), }", 96);
    ASSERT_OK(tnm_npy_parse(&npy, TNM_NPY_TENSOR, file.bytes, file.size, "x.npy"));
    CU_ASSERT(npy.rank == 4 && npy.shape[0] == 2 && npy.shape[3] == 4);
    CU_ASSERT(npy.fortran_order && npy.rows == 0 && npy.cols == 0);
    file = make_file(1, "{'descr': '|b1', 'fortran_order': False, 'shape': (), }", 1);
    ASSERT_OK(tnm_npy_parse(&npy, TNM_NPY_TENSOR, file.bytes, file.size, "x.npy"));
    CU_ASSERT(npy.rank == 0 && npy.type == TNM_NPY_BOOL);
    file = make_file(1, "{'descr': '<i8', 'fortran_order': False, 'shape': (5,), }", 32);
    expect_refusal(&file, TNM_NPY_TENSOR,
                   "x.npy: truncated: expected 168 bytes for shape (5,), found 160");
    file = make_file(1, "{'descr': '<i4', 'fortran_order': False, 'shape': (5,), }", 20);
    expect_refusal(&file, TNM_NPY_TENSOR,
                   "x.npy: expected a tensor as float16, float32, float64, int64, bool or uint8, "
                   "found integers ('<i4')");
    file =
        make_file(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1), }", 1);
    expect_refusal(&file, TNM_NPY_TENSOR, "x.npy: expected up to 8 dimensions, found 9");
}

static void test_strides(void)
{
    tnm_npy npy = {.rows = 3, .cols = 5};
    CU_ASSERT_EQUAL(tnm_npy_row_stride(&npy), 5);
    CU_ASSERT_EQUAL(tnm_npy_col_stride(&npy), 1);
    npy.fortran_order = true;
    CU_ASSERT_EQUAL(tnm_npy_row_stride(&npy), 1);
    CU_ASSERT_EQUAL(tnm_npy_col_stride(&npy), 3);
}

/* ---- what is refused --------------------------------------------------------------------- */

static void test_refuses_types(void)
{
    const char *const cases[][2] = {
        {"'<i8'", "integers ('<i8')"},
        {"'<i4'", "integers ('<i4')"},
        {"'|u1'", "unsigned integers ('|u1')"},
        {"'|b1'", "booleans ('|b1')"},
        {"'<c8'", "complex numbers ('<c8')"},
        {"'|O'", "Python objects ('|O')"},
        {"'|S5'", "byte strings ('|S5')"},
        {"'<U4'", "strings ('<U4')"},
        {"'|V2'", "raw bytes or records ('|V2')"},
        {"'<M8[ns]'", "dates ('<M8[ns]')"},
        {"'<m8[s]'", "time spans ('<m8[s]')"},
        {"'<f16'", "floats ('<f16')"},
        {"'|f4'", "floats ('|f4')"},
        {"'=f4'", "an unknown type ('=f4')"},
        {"'f4'", "an unknown type ('f4')"},
        {"''", "an unknown type ('')"},
        {"'<'", "an unknown type ('<')"},
        {"'<f\\x01\x01 this is far too long to be the name of a type'",
         "floats ('<f\\x01? this is far too long to')"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        char dictionary[160], message[160];
        snprintf(dictionary, sizeof dictionary,
                 "{'descr': %s, 'fortran_order': False, 'shape': (1, 1), }", cases[k][0]);
        snprintf(message, sizeof message,
                 "x.npy: expected weights as float16, float32 or float64, found %s", cases[k][1]);
        npy_file file = make_file(1, dictionary, 8);
        expect_refusal(&file, TNM_NPY_WEIGHTS, message);
    }
}

static void test_refuses_other_roles(void)
{
    npy_file file = make_file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }", 8);
    expect_refusal(&file, TNM_NPY_MASK,
                   "x.npy: expected a mask as bool or uint8, found floats ('<f4')");
    expect_refusal(&file, TNM_NPY_PRICES, "x.npy: expected prices as int64, found floats ('<f4')");
    file = make_file(1, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 2), }", 8);
    expect_refusal(&file, TNM_NPY_WEIGHTS, "x.npy: the elements are records, not numbers");
}

#define TYPE  "'descr': '<f4'"
#define ORDER "'fortran_order': False"

static void test_refuses_shapes(void)
{
    const struct {
        const char *shape;
        size_t data;
        const char *message;
    } cases[] = {
        {"()", 4, "x.npy: expected a matrix of 2 dimensions, found 0"},
        {"(5,)", 20, "x.npy: expected a matrix of 2 dimensions, found 1"},
        {"(2, 3, 4)", 96, "x.npy: expected a matrix of 2 dimensions, found 3"},
        {"(2, 2, 2, 2, 2)", 128, "x.npy: expected a matrix of 2 dimensions, found 5"},
        {"(2, 3)", 23, "x.npy: truncated: expected 152 bytes for shape (2, 3), found 151"},
        {"(2, 3)", 0, "x.npy: truncated: expected 152 bytes for shape (2, 3), found 128"},
        {"(2, 3)", 25, "x.npy: too long: expected 152 bytes for shape (2, 3), found 153"},
        {"(0, 3)", 1, "x.npy: too long: expected 128 bytes for shape (0, 3), found 129"},
        {"(4294967296, 4294967296)", 0, "x.npy: shape (4294967296, 4294967296) is too large"},
        {"(4611686018427387904, 1)", 0, "x.npy: shape (4611686018427387904, 1) is too large"},
        {"(2305843009213693951, 1)", 0, "x.npy: shape (2305843009213693951, 1) is too large"},
        {"(1, 18446744073709551616)", 0, "x.npy: a side of the shape is too long"},
        {"(99999999999999999999999999, 1)", 0, "x.npy: a side of the shape is too long"},
        {"(-1, 3)", 0, "x.npy: header, byte 61: expected the length of a side"},
        {"(2.0, 3)", 0, "x.npy: header, byte 62: expected ',' or ')'"},
        {"(2 3)", 0, "x.npy: header, byte 63: expected ',' or ')'"},
        {"(2,, 3)", 0, "x.npy: header, byte 63: expected the length of a side"},
        {"[2, 3]", 24, "x.npy: header, byte 60: expected '('"},
        {"6", 24, "x.npy: header, byte 60: expected '('"},
        {"(2, 3", 24, "x.npy: header, byte 67: expected the length of a side"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        char dictionary[160];
        snprintf(dictionary, sizeof dictionary, "{" TYPE ", " ORDER ", 'shape': %s, }",
                 cases[k].shape);
        npy_file file = make_file(1, dictionary, cases[k].data);
        expect_refusal(&file, TNM_NPY_WEIGHTS, cases[k].message);
    }
}

static void test_refuses_headers(void)
{
    const char *const cases[][2] = {
        {"", "x.npy: header, byte 64: expected '{'"},
        {"[1, 2]", "x.npy: header, byte 10: expected '{'"},
        {"{}", "x.npy: header lacks 'descr'"},
        {"{" TYPE ", " ORDER "}", "x.npy: header lacks 'shape'"},
        {"{" TYPE ", 'shape': (1, 1)}", "x.npy: header lacks 'fortran_order'"},
        {"{" ORDER ", 'shape': (1, 1)}", "x.npy: header lacks 'descr'"},
        {"{" TYPE ", " TYPE "}", "x.npy: header has 'descr' twice"},
        {"{" ORDER ", " ORDER "}", "x.npy: header has 'fortran_order' twice"},
        {"{'shape': (1, 1), 'shape': (1, 1)}", "x.npy: header has 'shape' twice"},
        {"{'author': 'me'}", "x.npy: header has an unknown key 'author'"},
        {"{'\x7f"
         "descr\xc3s': 1}",
         "x.npy: header has an unknown key '?descr?s'"},
        {"{descr: '<f4'}", "x.npy: header, byte 11: expected a key or '}'"},
        {"{'descr' '<f4'}", "x.npy: header, byte 19: expected ':'"},
        {"{'descr': <f4}", "x.npy: header, byte 20: expected a type"},
        {"{'descr': '<f4", "x.npy: header, byte 64: expected the end of a string"},
        {"{'fortran_order': 0}", "x.npy: header, byte 28: expected True or False"},
        {"{" TYPE " " ORDER "}", "x.npy: header, byte 26: expected ',' or '}'"},
        {"{" TYPE, "x.npy: header, byte 64: expected ',' or '}'"},
        {"{" TYPE ",", "x.npy: header, byte 64: expected a key or '}'"},
        {"{" TYPE ", " ORDER ", 'shape': (1, 1)} x",
         "x.npy: header, byte 68: expected nothing but spaces"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        npy_file file = make_file(1, cases[k][0], 4);
        expect_refusal(&file, TNM_NPY_WEIGHTS, cases[k][1]);
    }
}

static void test_refuses_preambles(void)
{
    const char *dictionary = "{" TYPE ", " ORDER ", 'shape': (1, 1), }";
    npy_file file = make_file(1, dictionary, 4);
    file.bytes[5] = 'y';
    expect_refusal(&file, TNM_NPY_WEIGHTS,
                   "x.npy: not a .npy file: it does not start with \\x93NUMPY");
    for (unsigned char major = 0; major < 6; major++) {
        char message[80];
        file = make_file(2, dictionary, 4);
        file.bytes[6] = major;
        file.bytes[7] = major >= 1 && major <= 3;
        snprintf(message, sizeof message, "x.npy: .npy version %d.%d; known are 1.0, 2.0 and 3.0",
                 major, file.bytes[7]);
        expect_refusal(&file, TNM_NPY_WEIGHTS, message);
    }
    file = make_file(2, dictionary, 4);
    file.bytes[11] = 0xff;
    expect_refusal(&file, TNM_NPY_WEIGHTS,
                   "x.npy: truncated: expected 4278190208 bytes of header, found 132");
}

/* Every beginning of a file is refused, and none is read past its end. */
static void test_refuses_every_beginning(void)
{
    for (unsigned char major = 1; major <= 3; major++) {
        npy_file file = make_file(major, "{" TYPE ", " ORDER ", 'shape': (3, 5), }", 60);
        for (size_t size = 0; size < file.size; size++) {
            tnm_npy npy;
            unsigned char *exact = malloc(size + 1);
            memcpy(exact, file.bytes, size);
            CU_ASSERT_EQUAL(tnm_npy_parse(&npy, TNM_NPY_WEIGHTS, exact, size, "x.npy"),
                            TNM_ERROR_DATA);
            CU_ASSERT(size == 0 || tnm_test_contains(tnm_error_message(), "x.npy: truncated"));
            CU_ASSERT_EQUAL(tnm_npy_recognises(exact, size), size > 0);
            free(exact);
        }
    }
}

/* ---- what is written --------------------------------------------------------------------- */

static size_t read_whole(const char *path, unsigned char *bytes, size_t room)
{
    FILE *stream = fopen(path, "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    size_t size = fread(bytes, 1, room, stream);
    fclose(stream);
    return size;
}

static void test_writes_what_it_reads(void)
{
    const char *path = tnm_test_path("written.npy");
    tnm_output output = {0};
    unsigned char bytes[256];
    tnm_npy npy;
    void *data = NULL;
    ASSERT_OK(tnm_npy_create(&output, path, TNM_NPY_FLOAT32, 2, 3, &data));
    CU_ASSERT_EQUAL((uintptr_t)data % 64, 0);
    memcpy(data, (const float[]){1, 2, 3, 4, 5, -6}, 24);
    tnm_npy_release(&output, TNM_NPY_FLOAT32, 3, 0, 2);
    ASSERT_OK(tnm_output_commit(&output));
    size_t size = read_whole(path, bytes, sizeof bytes);
    CU_ASSERT_EQUAL(size, 128 + 24);
    ASSERT_OK(tnm_npy_parse(&npy, TNM_NPY_WEIGHTS, bytes, size, path));
    CU_ASSERT(npy.rows == 2 && npy.cols == 3 && npy.offset == 128 && !npy.fortran_order);
    CU_ASSERT_EQUAL(memcmp(bytes + 128, (const float[]){1, 2, 3, 4, 5, -6}, 24), 0);
}

/* Piece by piece, last piece first, gives the same file. */
static void test_writes_pieces(void)
{
    static const int64_t numbers[4][3] = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}, {10, 11, 12}};
    const char *path = tnm_test_path("pieces.npy"), *whole = tnm_test_path("whole.npy");
    tnm_output output = {0};
    unsigned char pieces[512], expected[512];
    void *data = NULL;
    ASSERT_OK(tnm_npy_create(&output, whole, TNM_NPY_INT64, 4, 3, &data));
    memcpy(data, numbers, sizeof numbers);
    ASSERT_OK(tnm_output_commit(&output));
    ASSERT_OK(tnm_npy_begin(&output, path, TNM_NPY_INT64, 4, 3));
    ASSERT_OK(tnm_npy_write(&output, TNM_NPY_INT64, 3, numbers[2], 2, 0, 2, 3));
    ASSERT_OK(tnm_npy_write(&output, TNM_NPY_INT64, 3, (int64_t[]){3, 6}, 0, 2, 2, 1));
    ASSERT_OK(tnm_npy_write(&output, TNM_NPY_INT64, 3, (int64_t[]){1, 2, 4, 5}, 0, 0, 2, 2));
    ASSERT_OK(tnm_output_commit(&output));
    size_t size = read_whole(whole, expected, sizeof expected);
    CU_ASSERT_EQUAL(size, 128 + sizeof numbers);
    CU_ASSERT_EQUAL(read_whole(path, pieces, sizeof pieces), size);
    CU_ASSERT_EQUAL(memcmp(pieces, expected, size), 0);
    ASSERT_FAILS(tnm_npy_begin(&output, path, TNM_NPY_BOOL, SIZE_MAX, 2), TNM_ERROR_CANNOT_CREATE,
                 "pieces.npy: shape (18446744073709551615, 2) is too");
}

static void test_writes_the_longest_shape(void)
{
    tnm_output output = {0};
    tnm_npy npy;
    void *data = NULL;
    unsigned char bytes[256];
    const char *path = tnm_test_path("long.npy");
    ASSERT_OK(tnm_npy_create(&output, path, TNM_NPY_INT64, 0, SIZE_MAX, &data));
    ASSERT_OK(tnm_output_commit(&output));
    size_t size = read_whole(path, bytes, sizeof bytes);
    CU_ASSERT_EQUAL(size, 128);
    ASSERT_OK(tnm_npy_parse(&npy, TNM_NPY_PRICES, bytes, size, path));
    CU_ASSERT_EQUAL(npy.cols, SIZE_MAX);
}

static void test_refuses_to_write_the_impossible(void)
{
    tnm_output output = {0};
    void *data = NULL;
    struct stat status;
    const char *path = tnm_test_path("impossible.npy");
    ASSERT_FAILS(tnm_npy_create(&output, path, TNM_NPY_BOOL, SIZE_MAX, 2, &data),
                 TNM_ERROR_CANNOT_CREATE, "impossible.npy: shape (18446744073709551615, 2) is too");
    CU_ASSERT_NOT_EQUAL(stat(path, &status), 0);
}

/* ---- NumPy ------------------------------------------------------------------------------- */

/* tests/instances/numpy_files.py writes files with NumPy for the first test, and compares those
 * that this writes with NumPy's own for the second. */
static bool run_numpy(const char *verb, const char *folder)
{
    char arguments[256];
    snprintf(arguments, sizeof arguments, "%s %s", verb, folder);
    return tnm_python_run("instances/numpy_files.py", arguments);
}

static void test_reads_what_numpy_writes(void)
{
    const char *const codes[] = {"f2", "f4", "f8"};
    char folder[128];
    snprintf(folder, sizeof folder, "%s", tnm_test_path("numpy"));
    CU_ASSERT_EQUAL(mkdir(folder, 0777), 0);
    if (!run_numpy("write", folder))
        return;
    for (int k = 0; k < 3 * 2 * 2 * 3; k++) {
        char path[192];
        unsigned char bytes[1024];
        tnm_npy npy;
        bool big = k / 3 % 2 == 1, fortran = k / 6 % 2 == 1;
        int major = k / 12 + 1;
        snprintf(path, sizeof path, "%s/%s%s_%s_%d.npy", folder, big ? "big" : "little",
                 codes[k % 3], fortran ? "F" : "C", major);
        size_t size = read_whole(path, bytes, sizeof bytes);
        ASSERT_OK(tnm_npy_parse(&npy, TNM_NPY_WEIGHTS, bytes, size, path));
        CU_ASSERT_EQUAL(bytes[6], major);
        CU_ASSERT_EQUAL(npy.type, (tnm_npy_type)(k % 3));
        CU_ASSERT_EQUAL(npy.byte_swapped, big);
        CU_ASSERT_EQUAL(npy.fortran_order, fortran);
        CU_ASSERT(npy.rows == 3 && npy.cols == 4);
    }
}

static void test_writes_what_numpy_writes(void)
{
    const tnm_npy_type types[] = {TNM_NPY_FLOAT16, TNM_NPY_FLOAT32, TNM_NPY_FLOAT64,
                                  TNM_NPY_INT64,   TNM_NPY_BOOL,    TNM_NPY_UINT8};
    const char *const names[] = {"float16", "float32", "float64", "int64", "bool", "uint8"};
    char folder[128];
    snprintf(folder, sizeof folder, "%s", tnm_test_path("ours"));
    CU_ASSERT_EQUAL(mkdir(folder, 0777), 0);
    for (int k = 0; k < 6; k++) {
        char path[192];
        tnm_output output = {0};
        void *data = NULL;
        snprintf(path, sizeof path, "%s/%s.npy", folder, names[k]);
        ASSERT_OK(tnm_npy_create(&output, path, types[k], 12345, 7, &data));
        ASSERT_OK(tnm_output_commit(&output));
    }
    run_numpy("compare", folder);
}

/* Three sides, as NumPy writes them; our own reader takes matrices only. */
static void test_writes_stacks(void)
{
    tnm_output output = {0};
    const char *path = tnm_test_path("stack.npy");
    void *data;
    ASSERT_OK(tnm_npy_create_stack(&output, path, TNM_NPY_BOOL, 5, 2, 3, &data));
    memset(data, 1, 30);
    ASSERT_OK(tnm_output_commit(&output));
    char bytes[256];
    FILE *file = fopen(path, "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(fread(bytes, 1, sizeof bytes, file), 128 + 30);
    fclose(file);
    static const char header[] = "{'descr': '|b1', 'fortran_order': False, 'shape': (5, 2, 3), } ";
    CU_ASSERT(memcmp(bytes + 10, header, sizeof header - 1) == 0);
    CU_ASSERT_EQUAL(bytes[127], '\n');
    CU_ASSERT_EQUAL(bytes[128 + 29], 1);
    ASSERT_FAILS(tnm_npy_create_stack(&output, path, TNM_NPY_BOOL, SIZE_MAX, 2, 1, &data),
                 TNM_ERROR_CANNOT_CREATE, "too large");
}

TNM_SUITE(npy, {"reads weights", test_reads_weights},
          {"reads masks and prices", test_reads_masks_and_prices},
          {"reads tensors", test_reads_tensors}, {"strides", test_strides},
          {"refuses types", test_refuses_types}, {"refuses other roles", test_refuses_other_roles},
          {"refuses shapes", test_refuses_shapes}, {"refuses headers", test_refuses_headers},
          {"refuses preambles", test_refuses_preambles},
          {"refuses every beginning", test_refuses_every_beginning},
          {"writes what it reads", test_writes_what_it_reads},
          {"writes pieces", test_writes_pieces},
          {"writes the longest shape", test_writes_the_longest_shape},
          {"refuses to write the impossible", test_refuses_to_write_the_impossible},
          {"reads what NumPy writes", test_reads_what_numpy_writes},
          {"writes what NumPy writes", test_writes_what_numpy_writes},
          {"writes stacks", test_writes_stacks})
