/* Whole tiles of a matrix, and their masks: see layer.h. */
#include "bench/programs/layer.h"

#include "instances/generate.h"
#include "instances/input.h"
#include "instances/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void take_magnitudes(tnm_layer *self)
{
    for (size_t k = 0; k < self->rows * self->cols; k++)
        self->scores[k] = fabsf(self->scores[k]);
}

tnm_error tnm_layer_open(tnm_layer *self, const char *path, int m)
{
    tnm_error error = TNM_OK;
    tnm_input input = {0};
    size_t side = (size_t)m;
    *self = (tnm_layer){0};
    TNM_TRY(tnm_input_open(&input, path));
    self->rows = input.matrix.rows / side * side;
    self->cols = input.matrix.cols / side * side;
    TNM_TRY(TNM_NEW(self->scores, self->rows * self->cols + 1));
    for (size_t i = 0; i < self->rows; i++)
        tnm_number_to_float(self->scores + i * self->cols, &input.matrix, i, 0, self->cols);
    take_magnitudes(self);
out:
    tnm_input_close(&input);
    return error;
}

tnm_error tnm_layer_draw(tnm_layer *self, size_t rows, size_t cols, uint64_t seed)
{
    tnm_error error = TNM_OK;
    tnm_generator *generator = NULL;
    tnm_recipe recipe = {.family = "gaussian", .rows = rows, .cols = cols, .seed = seed};
    *self = (tnm_layer){.rows = rows, .cols = cols};
    TNM_TRY(tnm_generator_open(&generator, &recipe));
    TNM_TRY(TNM_NEW(self->scores, rows * cols));
    for (size_t i = 0; i < rows; i++)
        TNM_TRY(tnm_generator_row(generator, self->scores + i * cols));
    take_magnitudes(self);
out:
    tnm_generator_close(generator);
    if (error != TNM_OK)
        tnm_layer_close(self);
    return error;
}

void tnm_layer_close(tnm_layer *self)
{
    free(self->scores);
    *self = (tnm_layer){0};
}

char *tnm_layer_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    while (slash != NULL && slash > path && slash[-1] != '/')
        slash--;
    const char *name = slash == NULL ? path : slash;
    size_t length = strlen(name);
    if (length > 4 && strcmp(name + length - 4, ".npy") == 0)
        length -= 4;
    return tnm_format("%.*s", (int)length, name);
}

tnm_error tnm_layer_solve(const tnm_layer *self, const char *method, const tnm_problem *problem,
                          uint8_t *mask, tnm_result *result)
{
    tnm_options options;
    tnm_matrix matrix = {.data = self->scores,
                         .dtype = TNM_F32,
                         .rows = self->rows,
                         .cols = self->cols,
                         .row_stride = (ptrdiff_t)self->cols,
                         .col_stride = 1};
    tnm_mask_view view = {
        .data = mask, .kind = TNM_MASK_BYTES, .row_stride = (ptrdiff_t)self->cols, .col_stride = 1};
    tnm_options_init(&options);
    options.method = method;
    options.threads = 1;
    return tnm_solve(&matrix, problem, &options, mask == NULL ? NULL : &view, NULL, result);
}
