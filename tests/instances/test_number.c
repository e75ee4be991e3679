#include "instances/number.h"

#include "tests/testlib.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* A packed row of `count` elements. */
static tnm_matrix row_of(const void *data, tnm_dtype dtype, size_t count)
{
    return (tnm_matrix){.data = data,
                        .dtype = dtype,
                        .rows = 1,
                        .cols = count,
                        .row_stride = (ptrdiff_t)count,
                        .col_stride = 1};
}

static uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* The value of sign, exponent and mantissa fields, from the definition of such formats. */
static double by_definition(unsigned bits, int exponent_bits, int mantissa_bits)
{
    int bias = (1 << (exponent_bits - 1)) - 1;
    int exponent = (int)(bits >> mantissa_bits) & ((1 << exponent_bits) - 1);
    double mantissa = bits & ((1u << mantissa_bits) - 1);
    bool negative = bits >> (exponent_bits + mantissa_bits) & 1;
    double value = exponent == 0
                       ? ldexp(mantissa, 1 - bias - mantissa_bits)
                       : ldexp(mantissa + (1 << mantissa_bits), exponent - bias - mantissa_bits);
    return negative ? -value : value;
}

static bool same(double a, double b)
{
    return (isnan(a) && isnan(b)) || (a == b && signbit(a) == signbit(b));
}

/* All 16-bit patterns of an IEEE 754 format, whose largest exponent means infinity or NaN. */
static int count_wrong_16(tnm_dtype dtype, int exponent_bits, int mantissa_bits)
{
    static uint16_t stored[1 << 16];
    static float floats[1 << 16];
    static double doubles[1 << 16];
    int wrong = 0;
    for (unsigned k = 0; k < 1 << 16; k++)
        stored[k] = (uint16_t)k;
    tnm_matrix matrix = row_of(stored, dtype, 1 << 16);
    tnm_number_to_float(floats, &matrix, 0, 0, 1 << 16);
    tnm_number_to_double(doubles, &matrix, 0, 0, 1 << 16);
    for (unsigned k = 0; k < 1 << 16; k++) {
        double expected = by_definition(k, exponent_bits, mantissa_bits);
        unsigned magnitude = k & 0x7fff, infinity = ((1u << exponent_bits) - 1) << mantissa_bits;
        if (magnitude >= infinity)
            expected = magnitude > infinity ? NAN : copysign(INFINITY, expected);
        wrong += !same(floats[k], expected) + !same(doubles[k], expected);
    }
    return wrong;
}

static void test_every_float16(void)
{
    CU_ASSERT_EQUAL(count_wrong_16(TNM_F16, 5, 10), 0);
}

static void test_every_bfloat16(void)
{
    CU_ASSERT_EQUAL(count_wrong_16(TNM_BF16, 8, 7), 0);
}

static void test_every_8_bit_float(void)
{
    uint8_t stored[256];
    float e4m3[256], e5m2[256];
    int wrong = 0;
    for (unsigned k = 0; k < 256; k++)
        stored[k] = (uint8_t)k;
    tnm_matrix matrix = row_of(stored, TNM_F8_E4M3, 256);
    tnm_number_to_float(e4m3, &matrix, 0, 0, 256);
    matrix.dtype = TNM_F8_E5M2;
    tnm_number_to_float(e5m2, &matrix, 0, 0, 256);
    for (unsigned k = 0; k < 256; k++) {
        unsigned magnitude = k & 0x7f;
        double sign = k & 0x80 ? -1 : 1;
        double fine = magnitude == 0x7f ? NAN : by_definition(k, 4, 3);
        double wide = magnitude > 0x7c    ? NAN
                      : magnitude == 0x7c ? sign * INFINITY
                                          : by_definition(k, 5, 2);
        wrong += !same(e4m3[k], fine) + !same(e5m2[k], wide);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(e4m3[0x7e], 448);
    CU_ASSERT_EQUAL(e5m2[0x7b], 57344);
}

static void test_floats_keep_their_bits(void)
{
    const uint32_t stored[] = {0x00000000, 0x80000000, 0x00000001, 0x807fffff, 0x3f800000,
                               0x7f7fffff, 0x7f800000, 0xff800000, 0x7fc00001};
    enum { COUNT = sizeof stored / sizeof stored[0] };
    float out[COUNT];
    double doubles[COUNT];
    tnm_matrix matrix = row_of(stored, TNM_F32, COUNT);
    tnm_number_to_float(out, &matrix, 0, 0, COUNT);
    tnm_number_to_double(doubles, &matrix, 0, 0, COUNT);
    for (size_t k = 0; k < COUNT; k++) {
        CU_ASSERT_EQUAL(bits_of(out[k]), stored[k]);
        CU_ASSERT(same(doubles[k], out[k]));
    }
}

static void test_doubles(void)
{
    const double stored[] = {1 + 0x1p-24, 1 + 0x1.8p-23, 0x1p-149,  0x1p-150,
                             1e300,       -0.0,          -INFINITY, 0x1p-1074};
    const float nearest[] = {1, 1 + 0x1p-22f, 0x1p-149f, 0, INFINITY, -0.0f, -INFINITY, 0};
    enum { COUNT = sizeof stored / sizeof stored[0] };
    float floats[COUNT];
    double doubles[COUNT];
    tnm_matrix matrix = row_of(stored, TNM_F64, COUNT);
    tnm_number_to_float(floats, &matrix, 0, 0, COUNT);
    tnm_number_to_double(doubles, &matrix, 0, 0, COUNT);
    for (size_t k = 0; k < COUNT; k++) {
        CU_ASSERT(same(floats[k], nearest[k]));
        CU_ASSERT(same(doubles[k], stored[k]));
    }
}

/* Bytes of element (i,j), as they lie in memory. */
static void store(unsigned char *place, size_t size, bool swapped, const unsigned char *element)
{
    for (size_t b = 0; b < size; b++)
        place[b] = element[swapped ? size - 1 - b : b];
}

enum { ROWS = 3, COLS = 1100, PLACES = 4 * ROWS * COLS };

/* Fills `memory` with random elements at the places that origin and strides say, and counts the
 * conversions that differ from those of the same elements packed. */
static int count_layout_differences(tnm_random *random, tnm_matrix *matrix, unsigned char *memory,
                                    ptrdiff_t origin)
{
    static unsigned char packed[ROWS * COLS * sizeof(double)];
    static double expected[COLS], found[COLS];
    static float expected_floats[COLS], found_floats[COLS];
    size_t size = tnm_dtype_size(matrix->dtype);
    int wrong = 0;
    matrix->data = memory + origin * (ptrdiff_t)size;
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < COLS; j++) {
            ptrdiff_t at =
                origin + (ptrdiff_t)i * matrix->row_stride + (ptrdiff_t)j * matrix->col_stride;
            uint64_t element = tnm_random_next(random);
            memcpy(packed + (i * COLS + j) * size, &element, size);
            store(memory + at * (ptrdiff_t)size, size, matrix->byte_swapped,
                  packed + (i * COLS + j) * size);
        }
    }
    for (size_t i = 0; i < ROWS; i++) {
        size_t first = (size_t)(tnm_random_next(random) % COLS);
        size_t count = (size_t)(tnm_random_next(random) % (COLS - first + 1));
        tnm_matrix plain = row_of(packed + i * COLS * size, matrix->dtype, COLS);
        tnm_number_to_double(expected, &plain, 0, first, count);
        tnm_number_to_double(found, matrix, i, first, count);
        tnm_number_to_float(expected_floats, &plain, 0, first, count);
        tnm_number_to_float(found_floats, matrix, i, first, count);
        for (size_t k = 0; k < count; k++)
            wrong += !same(expected[k], found[k]) + !same(expected_floats[k], found_floats[k]);
    }
    return wrong;
}

static void test_every_layout(void)
{
    static unsigned char memory[PLACES * sizeof(double) + 1];
    const struct {
        ptrdiff_t origin, row_stride, col_stride;
    } layouts[] = {
        {0, COLS, 1},                 /* C order */
        {0, 1, ROWS},                 /* Fortran order */
        {ROWS * COLS - 1, -COLS, -1}, /* upside down */
        {0, 4 * COLS, 3},             /* every third column */
        {COLS - 1, COLS, -1},         /* mirrored */
    };
    tnm_random random = {tnm_test_seed()};
    for (int dtype = TNM_F32; dtype <= TNM_F8_E5M2; dtype++) {
        for (size_t k = 0; k < 2 * 2 * sizeof layouts / sizeof layouts[0]; k++) {
            tnm_matrix matrix = {.dtype = (tnm_dtype)dtype,
                                 .byte_swapped = k % 2 == 1,
                                 .rows = ROWS,
                                 .cols = COLS,
                                 .row_stride = layouts[k / 4].row_stride,
                                 .col_stride = layouts[k / 4].col_stride};
            int wrong = count_layout_differences(&random, &matrix, memory + k / 2 % 2,
                                                 layouts[k / 4].origin);
            if (wrong > 0)
                tnm_test_note("%s, layout %zu, seed %llu", tnm_dtype_name((tnm_dtype)dtype), k,
                              (unsigned long long)tnm_test_seed());
            CU_ASSERT_EQUAL(wrong, 0);
        }
    }
}

static void test_types(void)
{
    CU_ASSERT_EQUAL(tnm_dtype_size(TNM_F32), 4);
    CU_ASSERT_EQUAL(tnm_dtype_size(TNM_F16), 2);
    CU_ASSERT_EQUAL(tnm_dtype_size(TNM_BF16), 2);
    CU_ASSERT_EQUAL(tnm_dtype_size(TNM_F64), 8);
    CU_ASSERT_EQUAL(tnm_dtype_size(TNM_F8_E4M3), 1);
    CU_ASSERT_EQUAL(tnm_dtype_size(TNM_F8_E5M2), 1);
    CU_ASSERT_EQUAL(tnm_dtype_size((tnm_dtype)6), 0);
    CU_ASSERT_EQUAL(tnm_dtype_size((tnm_dtype)-1), 0);
    CU_ASSERT_STRING_EQUAL(tnm_dtype_name(TNM_BF16), "bfloat16");
    for (int dtype = TNM_F32; dtype <= TNM_F8_E5M2; dtype++)
        CU_ASSERT_EQUAL(tnm_dtype_exact_as_float((tnm_dtype)dtype), dtype != TNM_F64);
}

TNM_SUITE(number, {"every float16", test_every_float16}, {"every bfloat16", test_every_bfloat16},
          {"every 8-bit float", test_every_8_bit_float},
          {"floats keep their bits", test_floats_keep_their_bits}, {"doubles", test_doubles},
          {"every layout", test_every_layout}, {"types", test_types})
