/* Writing .npy files: see npy.h. */
#include "instances/npy_form.h"

#include <stdio.h>
#include <string.h>

enum { WRITTEN = 128 }; /* preamble and header of the files written here */

/* What NumPy itself writes for such a shape, "2, 3", to the byte: two sides of up to 20 digits
 * always leave room in 128 bytes, and so do three that are not 0, as their product is below 2^63.
 */
static void write_shape(unsigned char *start, tnm_npy_type type, const char *shape)
{
    char *text = (char *)start + TNM_NPY_PREAMBLE;
    int length = snprintf(text, WRITTEN - TNM_NPY_PREAMBLE,
                          "{'descr': '%c%s', 'fortran_order': False, 'shape': (%s), }",
                          tnm_npy_size(type) > 1 ? TNM_NPY_NATIVE : '|', tnm_npy_code(type), shape);
    memset(text + length, ' ', (size_t)(WRITTEN - TNM_NPY_PREAMBLE - length));
    text[WRITTEN - TNM_NPY_PREAMBLE - 1] = '\n';
    memcpy(start, tnm_npy_magic, sizeof tnm_npy_magic);
    const unsigned char rest[] = {1, 0, WRITTEN - TNM_NPY_PREAMBLE, 0};
    memcpy(start + sizeof tnm_npy_magic, rest, sizeof rest);
}

static void write_header(unsigned char *start, tnm_npy_type type, size_t rows, size_t cols)
{
    char shape[64];
    snprintf(shape, sizeof shape, "%zu, %zu", rows, cols);
    write_shape(start, type, shape);
}

/* Opens an output for such a matrix; `size` receives the bytes of the whole file. */
static tnm_error open_output(tnm_output *output, const char *path, tnm_npy_type type, size_t rows,
                             size_t cols, size_t *size)
{
    tnm_error error = tnm_output_open(output, path);
    if (error != TNM_OK)
        return error;
    if (__builtin_mul_overflow(rows, cols, size) ||
        __builtin_mul_overflow(*size, tnm_npy_size(type), size) || *size > PTRDIFF_MAX - WRITTEN)
        return tnm_fail(TNM_ERROR_CANNOT_CREATE, "%s: shape (%zu, %zu) is too large", path, rows,
                        cols);
    *size += WRITTEN;
    return TNM_OK;
}

tnm_error tnm_npy_create(tnm_output *output, const char *path, tnm_npy_type type, size_t rows,
                         size_t cols, void **data)
{
    tnm_error error = TNM_OK;
    void *memory = NULL;
    size_t size;
    TNM_TRY(open_output(output, path, type, rows, cols, &size));
    TNM_TRY(tnm_output_memory(output, size, &memory));
    write_header(memory, type, rows, cols);
    *data = (unsigned char *)memory + WRITTEN;
out:
    if (error != TNM_OK)
        tnm_output_abort(output);
    return error;
}

tnm_error tnm_npy_create_stack(tnm_output *output, const char *path, tnm_npy_type type,
                               size_t count, size_t rows, size_t cols, void **data)
{
    char shape[64];
    size_t all_rows;
    if (__builtin_mul_overflow(count, rows, &all_rows))
        return tnm_fail(TNM_ERROR_CANNOT_CREATE, "%s: shape (%zu, %zu, %zu) is too large", path,
                        count, rows, cols);
    tnm_error error = tnm_npy_create(output, path, type, all_rows, cols, data);
    if (error != TNM_OK)
        return error;
    snprintf(shape, sizeof shape, "%zu, %zu, %zu", count, rows, cols);
    write_shape((unsigned char *)*data - WRITTEN, type, shape);
    return TNM_OK;
}

tnm_error tnm_npy_begin(tnm_output *output, const char *path, tnm_npy_type type, size_t rows,
                        size_t cols)
{
    tnm_error error = TNM_OK;
    unsigned char header[WRITTEN];
    size_t size;
    TNM_TRY(open_output(output, path, type, rows, cols, &size));
    TNM_TRY(tnm_output_reserve(output, size));
    write_header(header, type, rows, cols);
    TNM_TRY(tnm_output_write(output, 0, header, sizeof header));
out:
    if (error != TNM_OK)
        tnm_output_abort(output);
    return error;
}

tnm_error tnm_npy_write(const tnm_output *output, tnm_npy_type type, size_t all_cols,
                        const void *elements, size_t row, size_t col, size_t rows, size_t cols)
{
    tnm_error error = TNM_OK;
    size_t size = tnm_npy_size(type), first = WRITTEN + (row * all_cols + col) * size;
    if (cols == all_cols) /* the rows follow one another in the file, too */
        return tnm_output_write(output, first, elements, rows * cols * size);
    for (size_t i = 0; i < rows; i++)
        TNM_TRY(tnm_output_write(output, first + i * all_cols * size,
                                 (const unsigned char *)elements + i * cols * size, cols * size));
out:
    return error;
}

void tnm_npy_release(const tnm_output *output, tnm_npy_type type, size_t cols, size_t first_row,
                     size_t rows)
{
    size_t row_size = cols * tnm_npy_size(type);
    tnm_output_release(output, WRITTEN + first_row * row_size, rows * row_size);
}
