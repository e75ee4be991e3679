/* extract-layer FILE OFFSET LAYOUT ROWS COLS OUTPUT.npy
 *
 * Copies one matrix of little-endian float32 numbers out of a file that holds it somewhere, so that
 * no library for the file's own format is needed. LAYOUT names the axes as they are stored, slowest
 * first: O outputs, I inputs, H and W the sides of a kernel. What begins with O is (rows, cols)
 * already; IO and HWIO (of 1 x 1 kernels) are (cols, rows) and get transposed. */
#include "instances/npy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "float32 values are copied as stored, which takes a little-endian machine"
#endif

typedef struct stored_layer {
    const char *path;
    long offset;
    bool transposed;
    size_t rows, cols;
} stored_layer;

static tnm_error read_values(const stored_layer *layer, float *values)
{
    tnm_error error = TNM_OK;
    size_t count = layer->rows * layer->cols;
    FILE *file = fopen(layer->path, "rb");
    if (file == NULL)
        return tnm_fail(TNM_ERROR_NO_INPUT, "%s: %s", layer->path, strerror(errno));
    if (fseek(file, layer->offset, SEEK_SET) != 0 ||
        fread(values, sizeof *values, count, file) != count)
        error = tnm_fail(TNM_ERROR_DATA, "%s: no %zu numbers at byte %ld", layer->path, count,
                         layer->offset);
    fclose(file);
    return error;
}

static void arrange(const stored_layer *layer, const float *stored, float *matrix)
{
    for (size_t i = 0; i < layer->rows; i++)
        for (size_t j = 0; j < layer->cols; j++)
            matrix[i * layer->cols + j] =
                layer->transposed ? stored[j * layer->rows + i] : stored[i * layer->cols + j];
}

static tnm_error extract(const stored_layer *layer, const char *path)
{
    tnm_error error = TNM_OK;
    float *stored = NULL;
    void *matrix = NULL;
    tnm_output output = {0};
    TNM_TRY(TNM_NEW(stored, layer->rows * layer->cols));
    TNM_TRY(read_values(layer, stored));
    TNM_TRY(tnm_npy_create(&output, path, TNM_NPY_FLOAT32, layer->rows, layer->cols, &matrix));
    arrange(layer, stored, matrix);
    TNM_TRY(tnm_output_commit(&output));
out:
    tnm_output_abort(&output);
    free(stored);
    return error;
}

int main(int argc, char **argv)
{
    if (argc != 7) {
        fprintf(stderr, "usage: extract-layer FILE OFFSET LAYOUT ROWS COLS OUTPUT.npy\n");
        return tnm_error_exit_code(TNM_ERROR_USAGE);
    }
    stored_layer layer = {.path = argv[1],
                          .offset = strtol(argv[2], NULL, 10),
                          .transposed = strchr(argv[3], 'O') != argv[3],
                          .rows = strtoul(argv[4], NULL, 10),
                          .cols = strtoul(argv[5], NULL, 10)};
    tnm_error error = extract(&layer, argv[6]);
    if (error != TNM_OK)
        fprintf(stderr, "extract-layer: %s\n", tnm_error_message());
    return tnm_error_exit_code(error);
}
