/* libFuzzer: the .npy reader takes any bytes; what it accepts lies within the file. */
#include "instances/npy.h"
#include "instances/number.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
    if (!truth)
        abort();
}

/* Reads the first and the last row, which touch the first and the last element. */
static void read_rows(const tnm_npy *npy, const uint8_t *data)
{
    static const tnm_dtype dtypes[] = {
        [TNM_NPY_FLOAT16] = TNM_F16, [TNM_NPY_FLOAT32] = TNM_F32, [TNM_NPY_FLOAT64] = TNM_F64};
    tnm_matrix matrix = {.data = data + npy->offset,
                         .dtype = dtypes[npy->type],
                         .byte_swapped = npy->byte_swapped,
                         .rows = npy->rows,
                         .cols = npy->cols,
                         .row_stride = tnm_npy_row_stride(npy),
                         .col_stride = tnm_npy_col_stride(npy)};
    float *row = malloc(npy->cols * sizeof *row);
    must(row != NULL);
    tnm_number_to_float(row, &matrix, 0, 0, npy->cols);
    tnm_number_to_float(row, &matrix, npy->rows - 1, 0, npy->cols);
    free(row);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (int role = TNM_NPY_WEIGHTS; role <= TNM_NPY_TENSOR; role++) {
        tnm_npy npy;
        tnm_error error = tnm_npy_parse(&npy, (tnm_npy_role)role, data, size, "fuzz");
        if (error != TNM_OK) {
            must(error == TNM_ERROR_DATA && strncmp(tnm_error_message(), "fuzz: ", 6) == 0);
            continue;
        }
        size_t count = 1;
        for (size_t k = 0; k < npy.rank; k++)
            count *= npy.shape[k];
        must(npy.offset + count * tnm_npy_size(npy.type) == size);
        if (role == TNM_NPY_WEIGHTS && npy.rows > 0 && npy.cols > 0)
            read_rows(&npy, data);
    }
    return 0;
}
