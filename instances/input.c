#include "instances/input.h"

#include "instances/npy.h"
#include "instances/number.h"
#include "instances/pages.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- matrices ---------------------------------------------------------------------------- */

static tnm_error view_npy(tnm_input *input)
{
    static const tnm_dtype dtypes[] = {
        [TNM_NPY_FLOAT16] = TNM_F16, [TNM_NPY_FLOAT32] = TNM_F32, [TNM_NPY_FLOAT64] = TNM_F64};
    tnm_npy npy;
    tnm_error error =
        tnm_npy_parse(&npy, TNM_NPY_WEIGHTS, input->file.bytes, input->file.size, input->name);
    if (error != TNM_OK)
        return error;
    if (npy.rows == 0 || npy.cols == 0)
        return tnm_fail(TNM_ERROR_DATA, "%s: a matrix of shape (%zu, %zu) has no entries",
                        input->name, npy.rows, npy.cols);
    input->matrix = (tnm_matrix){.data = input->file.bytes + npy.offset,
                                 .dtype = dtypes[npy.type],
                                 .byte_swapped = npy.byte_swapped,
                                 .rows = npy.rows,
                                 .cols = npy.cols,
                                 .row_stride = tnm_npy_row_stride(&npy),
                                 .col_stride = tnm_npy_col_stride(&npy)};
    return TNM_OK;
}

static tnm_error read_text(tnm_input *input)
{
    FILE *stream = fmemopen(input->file.bytes, input->file.size, "r");
    if (stream == NULL)
        return tnm_fail(TNM_ERROR_MEMORY, "%s: %s", input->name, strerror(errno));
    tnm_error error = tnm_text_read_stream(&input->text, stream, input->name);
    fclose(stream);
    if (error != TNM_OK)
        return error;
    tnm_file_close(&input->file);
    input->matrix = tnm_text_matrix(&input->text);
    input->has_problem = true;
    input->problem = input->text.problem;
    return TNM_OK;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* What has tensors, rather than being one matrix. */
static tnm_error refuse_checkpoint(const tnm_file *file, const char *name)
{
    if (!tnm_file_is_safetensors(file->bytes, file->size))
        return TNM_OK;
    return tnm_fail(TNM_ERROR_DATA,
                    "%s: a checkpoint (safetensors), no single matrix: 'tnm info' lists its "
                    "tensors, 'tnm prune' masks them, 'tnm verify' checks them",
                    name);
}

static tnm_error understand(tnm_input *input)
{
    const unsigned char *bytes = input->file.bytes;
    size_t size = input->file.size;
    if (size == 0)
        return tnm_fail(TNM_ERROR_DATA, "%s: empty", input->name);
    if (size >= 4 && memcmp(bytes, "PK\3\4", 4) == 0)
        return tnm_fail(TNM_ERROR_DATA, "%s: an archive (.npz); save one array as .npy instead",
                        input->name);
    tnm_error error = refuse_checkpoint(&input->file, input->name);
    if (error != TNM_OK)
        return error;
    /* A damaged .npy file deserves a better message than that its text makes no sense. */
    if (tnm_npy_recognises(bytes, size) || ends_with(input->name, ".npy"))
        return view_npy(input);
    return read_text(input);
}

tnm_error tnm_input_open(tnm_input *input, const char *path)
{
    tnm_error error = TNM_OK;
    *input = (tnm_input){0};
    input->name = tnm_copy_string(tnm_file_name(path));
    if (input->name == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    TNM_TRY(tnm_file_open(&input->file, path));
    TNM_TRY(understand(input));
out:
    if (error != TNM_OK)
        tnm_input_close(input);
    return error;
}

/* In C order finished rows are a stretch of the file. In Fortran order they are a little of every
 * page, so all pages go each time a page's worth of rows is finished. */
void tnm_input_release(const tnm_input *input, size_t first_row, size_t rows)
{
    const tnm_file *file = &input->file;
    const tnm_matrix *matrix = &input->matrix;
    size_t size = tnm_dtype_size(matrix->dtype);
    if (!file->mapped)
        return;
    if (matrix->col_stride == 1) {
        size_t start = file->size - matrix->rows * matrix->cols * size;
        tnm_pages_release(file->bytes, file->size, start + first_row * matrix->cols * size,
                          rows * matrix->cols * size);
        return;
    }
    size_t rows_of_page = (size_t)sysconf(_SC_PAGESIZE) / size;
    if (first_row / rows_of_page != (first_row + rows) / rows_of_page)
        tnm_pages_release(file->bytes, file->size, 0, file->size);
}

void tnm_input_close(tnm_input *input)
{
    tnm_text_free(&input->text);
    tnm_file_close(&input->file);
    free(input->name);
    *input = (tnm_input){0};
}

/* ---- masks and prices -------------------------------------------------------------------- */

/* Opens and parses a .npy file of one of the two roles. */
static tnm_error open_npy(tnm_file *file, tnm_npy *npy, tnm_npy_role role, const char *path)
{
    tnm_error error = tnm_file_open(file, path);
    if (error == TNM_OK)
        error = refuse_checkpoint(file, tnm_file_name(path));
    if (error == TNM_OK)
        error = tnm_npy_parse(npy, role, file->bytes, file->size, tnm_file_name(path));
    return error;
}

static tnm_error expect_shape(const tnm_npy *npy, const char *path, const char *what, size_t rows,
                              size_t cols)
{
    if (npy->rows == rows && npy->cols == cols)
        return TNM_OK;
    return tnm_fail(TNM_ERROR_DATA, "%s: expected %s of shape (%zu, %zu), found (%zu, %zu)",
                    tnm_file_name(path), what, rows, cols, npy->rows, npy->cols);
}

tnm_error tnm_input_open_mask(tnm_input_mask *mask, const char *path, size_t rows, size_t cols)
{
    tnm_error error = TNM_OK;
    tnm_npy npy;
    *mask = (tnm_input_mask){0};
    TNM_TRY(open_npy(&mask->file, &npy, TNM_NPY_MASK, path));
    TNM_TRY(expect_shape(&npy, path, "a mask", rows, cols));
    mask->view = (tnm_mask_view){.data = mask->file.bytes + npy.offset,
                                 .kind = TNM_MASK_BYTES,
                                 .row_stride = tnm_npy_row_stride(&npy),
                                 .col_stride = tnm_npy_col_stride(&npy)};
out:
    if (error != TNM_OK)
        tnm_input_close_mask(mask);
    return error;
}

void tnm_input_close_mask(tnm_input_mask *mask)
{
    tnm_file_close(&mask->file);
    *mask = (tnm_input_mask){0};
}

/* Prices that lie otherwise than an int64_t array does, as one. */
static tnm_error copy_prices(tnm_input_prices *prices, const tnm_npy *npy)
{
    const unsigned char *stored = prices->file.bytes + npy->offset;
    prices->copy = tnm_allocate(npy->rows * npy->cols, sizeof *prices->copy);
    if (prices->copy == NULL)
        return TNM_ERROR_MEMORY;
    for (size_t i = 0; i < npy->rows; i++) {
        for (size_t j = 0; j < npy->cols; j++) {
            size_t at = npy->fortran_order ? j * npy->rows + i : i * npy->cols + j;
            uint64_t price;
            memcpy(&price, stored + at * sizeof price, sizeof price);
            prices->copy[i * npy->cols + j] =
                (int64_t)(npy->byte_swapped ? __builtin_bswap64(price) : price);
        }
    }
    prices->prices = prices->copy;
    return TNM_OK;
}

tnm_error tnm_input_open_prices(tnm_input_prices *prices, const char *path, size_t tiles, int m)
{
    tnm_error error = TNM_OK;
    tnm_npy npy;
    *prices = (tnm_input_prices){0};
    TNM_TRY(open_npy(&prices->file, &npy, TNM_NPY_PRICES, path));
    TNM_TRY(expect_shape(&npy, path, "prices", tiles, 2 * (size_t)m + 1));
    unsigned char *stored = prices->file.bytes + npy.offset;
    if (npy.byte_swapped || npy.fortran_order || (uintptr_t)stored % sizeof(int64_t) != 0)
        TNM_TRY(copy_prices(prices, &npy));
    else
        prices->prices = (const void *)stored;
out:
    if (error != TNM_OK)
        tnm_input_close_prices(prices);
    return error;
}

void tnm_input_close_prices(tnm_input_prices *prices)
{
    tnm_file_close(&prices->file);
    free(prices->copy);
    *prices = (tnm_input_prices){0};
}
