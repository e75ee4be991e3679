#include "bench/speed/matrix.h"

#include "instances/generate.h"
#include "instances/npy.h"

tnm_error tnm_speed_matrix_write(const char *path, size_t side, uint64_t seed)
{
    tnm_error error = TNM_OK;
    tnm_output output = {0};
    tnm_generator *generator = NULL;
    tnm_recipe recipe = {.family = "gaussian", .rows = side, .cols = side, .seed = seed};
    void *data = NULL;
    TNM_TRY(tnm_generator_open(&generator, &recipe));
    TNM_TRY(tnm_npy_create(&output, path, TNM_NPY_FLOAT32, side, side, &data));
    for (size_t i = 0; i < side; i++)
        TNM_TRY(tnm_generator_row(generator, (float *)data + i * side));
    TNM_TRY(tnm_output_commit(&output));
out:
    tnm_output_abort(&output);
    tnm_generator_close(generator);
    return error;
}

tnm_matrix tnm_speed_matrix_part(const tnm_matrix *matrix, size_t rows, size_t cols)
{
    tnm_matrix part = *matrix;
    part.rows = rows;
    part.cols = cols;
    part.row_stride = (ptrdiff_t)cols;
    return part;
}
