#include "instances/number.h"

#include <string.h>

/* Decodes `count` packed elements in this machine's byte order; `stored` may be unaligned. */
typedef void decode_function(float *restrict out, const unsigned char *restrict stored,
                             size_t count);

static float float_of_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float with_sign(float magnitude, uint32_t sign)
{
    uint32_t bits;
    memcpy(&bits, &magnitude, sizeof bits);
    return float_of_bits(bits | sign);
}

/* ---- one element of each type ------------------------------------------------------------ */

/* All ones where the condition holds: a choice without a branch, so that the loops below become
 * vector code. */
static inline uint32_t where(bool condition)
{
    return 0 - (uint32_t)condition;
}

/* The exponent of a small format is moved to float's bias by an addition. Where the exponent field
 * is zero the implicit leading one is missing: it is put in by adding one to the exponent, and
 * taken away again as a number, which is exact and never touches a subnormal float. */
static inline float widen_float16(uint32_t half)
{
    enum { BIAS = (127 - 15) << 23, ONE = 1 << 23 };
    const uint32_t smallest_normal = (127 - 14) << 23;
    uint32_t sign = (half & 0x8000) << 16;
    uint32_t magnitude = (half & 0x7fff) << 13;
    uint32_t subnormal = where(magnitude < ONE);
    uint32_t special = where(magnitude >= 31 << 23); /* infinity or NaN: exponent 31 becomes 255 */
    uint32_t bits = magnitude + BIAS + (subnormal & ONE) + (special & BIAS);
    return with_sign(float_of_bits(bits) - float_of_bits(subnormal & smallest_normal), sign);
}

static inline float widen_e4m3(uint32_t byte)
{
    enum { BIAS = (127 - 7) << 23, ONE = 1 << 23, NOT_A_NUMBER = 0x7fc00000 };
    const uint32_t smallest_normal = (127 - 6) << 23;
    uint32_t sign = (byte & 0x80) << 24;
    uint32_t magnitude = (byte & 0x7f) << 20;
    uint32_t subnormal = where(magnitude < ONE);
    uint32_t special = where((byte & 0x7f) == 0x7f);
    uint32_t bits = (magnitude + BIAS + (subnormal & ONE)) | (special & NOT_A_NUMBER);
    return with_sign(float_of_bits(bits) - float_of_bits(subnormal & smallest_normal), sign);
}

/* ---- many elements of each type ---------------------------------------------------------- */

static void decode_float32(float *restrict out, const unsigned char *restrict stored, size_t count)
{
    memcpy(out, stored, count * sizeof *out);
}

static void decode_float64(float *restrict out, const unsigned char *restrict stored, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        double value;
        memcpy(&value, stored + k * sizeof value, sizeof value);
        out[k] = (float)value;
    }
}

static void decode_float16(float *restrict out, const unsigned char *restrict stored, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        uint16_t half;
        memcpy(&half, stored + k * sizeof half, sizeof half);
        out[k] = widen_float16(half);
    }
}

static void decode_bfloat16(float *restrict out, const unsigned char *restrict stored, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        uint16_t half;
        memcpy(&half, stored + k * sizeof half, sizeof half);
        out[k] = float_of_bits((uint32_t)half << 16);
    }
}

static void decode_e5m2(float *restrict out, const unsigned char *restrict stored, size_t count)
{
    for (size_t k = 0; k < count; k++)
        out[k] = widen_float16((uint32_t)stored[k] << 8);
}

static void decode_e4m3(float *restrict out, const unsigned char *restrict stored, size_t count)
{
    for (size_t k = 0; k < count; k++)
        out[k] = widen_e4m3(stored[k]);
}

static const struct {
    const char *name;
    size_t size;
    decode_function *decode;
} types[] = {
    [TNM_F32] = {"float32", 4, decode_float32},
    [TNM_F16] = {"float16", 2, decode_float16},
    [TNM_BF16] = {"bfloat16", 2, decode_bfloat16},
    [TNM_F64] = {"float64", 8, decode_float64},
    [TNM_F8_E4M3] = {"float8_e4m3", 1, decode_e4m3},
    [TNM_F8_E5M2] = {"float8_e5m2", 1, decode_e5m2},
};

size_t tnm_dtype_size(tnm_dtype dtype)
{
    return (size_t)dtype < sizeof types / sizeof *types ? types[dtype].size : 0;
}

const char *tnm_dtype_name(tnm_dtype dtype)
{
    return types[dtype].name;
}

bool tnm_dtype_exact_as_float(tnm_dtype dtype)
{
    return dtype != TNM_F64;
}

/* ---- from anywhere to packed elements ---------------------------------------------------- */

enum { CHUNK = 512 }; /* elements packed at a time */
_Static_assert(CHUNK >= TNM_MAX_TILE, "a chunk holds a row of a block");

static const unsigned char *element(const tnm_matrix *matrix, size_t row, size_t col)
{
    ptrdiff_t at = (ptrdiff_t)row * matrix->row_stride + (ptrdiff_t)col * matrix->col_stride;
    return (const unsigned char *)matrix->data + at * (ptrdiff_t)tnm_dtype_size(matrix->dtype);
}

/* Copies `count` elements that lie `stride` bytes apart; the four sizes are written out so that
 * each copy becomes a single move. */
static void gather(unsigned char *restrict packed, const unsigned char *restrict stored,
                   ptrdiff_t stride, size_t size, size_t count)
{
#define GATHER(bytes)                                                                              \
    case bytes:                                                                                    \
        for (size_t k = 0; k < count; k++)                                                         \
            memcpy(packed + k * (bytes), stored + (ptrdiff_t)k * stride, (bytes));                 \
        break
    switch (size) {
        GATHER(1);
        GATHER(2);
        GATHER(4);
        GATHER(8);
    }
#undef GATHER
}

static void swap_bytes(unsigned char *packed, size_t size, size_t count)
{
#define SWAP(bits)                                                                                 \
    case bits / 8:                                                                                 \
        for (size_t k = 0; k < count; k++) {                                                       \
            uint##bits##_t element;                                                                \
            memcpy(&element, packed + k * sizeof element, sizeof element);                         \
            element = __builtin_bswap##bits(element);                                              \
            memcpy(packed + k * sizeof element, &element, sizeof element);                         \
        }                                                                                          \
        break
    switch (size) {
        SWAP(16);
        SWAP(32);
        SWAP(64);
    }
#undef SWAP
}

/* The elements (row, col), (row, col+1), ... packed and in this machine's byte order: in place
 * where they already are, otherwise up to CHUNK of them in `packed`. */
static const unsigned char *pack(unsigned char *packed, const tnm_matrix *matrix, size_t row,
                                 size_t col, size_t count)
{
    const unsigned char *stored = element(matrix, row, col);
    size_t size = tnm_dtype_size(matrix->dtype);
    if (matrix->col_stride == 1 && !matrix->byte_swapped)
        return stored;
    if (matrix->col_stride == 1)
        memcpy(packed, stored, count * size);
    else
        gather(packed, stored, matrix->col_stride * (ptrdiff_t)size, size, count);
    if (matrix->byte_swapped)
        swap_bytes(packed, size, count);
    return packed;
}

/* Copies a short line in pieces of few sizes. */
static inline void copy_line(unsigned char *restrict to, const unsigned char *restrict from,
                             size_t count)
{
    size_t done = 0;
    for (; done + 16 <= count; done += 16)
        memcpy(to + done, from + done, 16);
    for (; done + 4 <= count; done += 4)
        memcpy(to + done, from + done, 4);
    for (; done < count; done++)
        to[done] = from[done];
}

/* Has the system's caches fetch what is about to be read: lines of a block lie far apart, where
 * machines do not see it coming. */
static inline void fetch_line(const unsigned char *from, size_t count)
{
    for (size_t done = 0; done < count; done += 64)
        __builtin_prefetch(from + done);
}

/* Packs `rows` rows of `cols` elements each. */
static void pack_block(unsigned char *packed, const tnm_matrix *matrix, size_t row, size_t rows,
                       size_t col, size_t cols)
{
    enum { AHEAD = 24 };
    size_t size = tnm_dtype_size(matrix->dtype), line = cols * size;
    for (size_t i = 0; i < rows; i++) {
        const unsigned char *stored = element(matrix, row + i, col);
        if (matrix->col_stride == 1 && row + i + AHEAD < matrix->rows)
            fetch_line(element(matrix, row + i + AHEAD, col), line);
        if (matrix->col_stride == 1)
            copy_line(packed + i * line, stored, line);
        else
            gather(packed + i * line, stored, matrix->col_stride * (ptrdiff_t)size, size, cols);
    }
    if (matrix->byte_swapped)
        swap_bytes(packed, size, rows * cols);
}

const void *tnm_number_in_place(const tnm_matrix *matrix, size_t row, size_t first_col)
{
    bool ready = matrix->dtype == TNM_F32 && matrix->col_stride == 1 && !matrix->byte_swapped;
    return ready ? element(matrix, row, first_col) : NULL;
}

static size_t chunk_of(size_t left)
{
    return left < CHUNK ? left : CHUNK;
}

void tnm_number_to_float(float *out, const tnm_matrix *matrix, size_t row, size_t first_col,
                         size_t count)
{
    unsigned char packed[CHUNK * sizeof(double)];
    for (size_t done = 0, step; done < count; done += step) {
        step = chunk_of(count - done);
        const unsigned char *stored = pack(packed, matrix, row, first_col + done, step);
        types[matrix->dtype].decode(out + done, stored, step);
    }
}

static void widen(double *out, const float *narrow, size_t count)
{
    for (size_t k = 0; k < count; k++)
        out[k] = narrow[k];
}

void tnm_number_to_double(double *out, const tnm_matrix *matrix, size_t row, size_t first_col,
                          size_t count)
{
    unsigned char packed[CHUNK * sizeof(double)];
    float narrow[CHUNK];
    for (size_t done = 0, step; done < count; done += step) {
        step = chunk_of(count - done);
        const unsigned char *stored = pack(packed, matrix, row, first_col + done, step);
        if (matrix->dtype == TNM_F64) {
            memcpy(out + done, stored, step * sizeof *out);
            continue;
        }
        types[matrix->dtype].decode(narrow, stored, step);
        widen(out + done, narrow, step);
    }
}

void tnm_number_block_to_float(float *out, const tnm_matrix *matrix, size_t first_row, size_t rows,
                               size_t first_col, size_t cols)
{
    unsigned char packed[CHUNK * sizeof(double)];
    for (size_t done = 0, step; done < rows; done += step) {
        step = rows - done < CHUNK / cols ? rows - done : CHUNK / cols;
        pack_block(packed, matrix, first_row + done, step, first_col, cols);
        types[matrix->dtype].decode(out + done * cols, packed, step * cols);
    }
}

void tnm_number_block_to_double(double *out, const tnm_matrix *matrix, size_t first_row,
                                size_t rows, size_t first_col, size_t cols)
{
    float narrow[CHUNK];
    if (matrix->dtype == TNM_F64) {
        pack_block((unsigned char *)out, matrix, first_row, rows, first_col, cols);
        return;
    }
    for (size_t done = 0, step; done < rows; done += step) {
        step = rows - done < CHUNK / cols ? rows - done : CHUNK / cols;
        tnm_number_block_to_float(narrow, matrix, first_row + done, step, first_col, cols);
        widen(out + done * cols, narrow, step * cols);
    }
}

tnm_matrix tnm_matrix_transposed(const tnm_matrix *matrix)
{
    tnm_matrix turned = *matrix;
    turned.rows = matrix->cols;
    turned.cols = matrix->rows;
    turned.row_stride = matrix->col_stride;
    turned.col_stride = matrix->row_stride;
    return turned;
}
