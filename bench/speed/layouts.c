#include "bench/speed/layouts.h"

#include "bench/speed/whole.h"
#include "instances/generate.h"

#include <stdlib.h>
#include <string.h>

typedef struct layout {
    const char *name;
    tnm_dtype dtype;
    bool transposed;
    size_t step; /* elements from one column to the next, or from one row where transposed */
    bool byte_swapped;
} layout;

static const layout layouts[] = {
    {"float32", TNM_F32, false, 1, false},
    {"float16", TNM_F16, false, 1, false},
    {"bfloat16", TNM_BF16, false, 1, false},
    {"float64", TNM_F64, false, 1, false},
    {"float32, transposed", TNM_F32, true, 1, false},
    {"float16, transposed", TNM_F16, true, 1, false},
    {"float32, every 2nd column", TNM_F32, false, 2, false},
    {"float32, byte-swapped", TNM_F32, false, 1, true},
};
enum { LAYOUTS = sizeof layouts / sizeof *layouts };

/* The nearest float16 towards 0 of numbers that are normal in it; smaller ones become 0. */
static uint16_t half_of(uint32_t bits)
{
    uint32_t sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;
    const uint32_t smallest = (127 - 14) << 23, shift = (127 - 15) << 23;
    return (uint16_t)(sign | (magnitude < smallest ? 0 : (magnitude - shift) >> 13));
}

static void encode(unsigned char *place, const layout *as, float number)
{
    uint32_t bits;
    double wide = number;
    memcpy(&bits, &number, sizeof bits);
    uint16_t half = as->dtype == TNM_F16 ? half_of(bits) : (uint16_t)(bits >> 16);
    if (as->byte_swapped)
        bits = __builtin_bswap32(bits);
    switch (tnm_dtype_size(as->dtype)) {
    case sizeof half:
        memcpy(place, &half, sizeof half);
        break;
    case sizeof bits:
        memcpy(place, &bits, sizeof bits);
        break;
    default:
        memcpy(place, &wide, sizeof wide);
    }
}

/* A copy of the numbers in the layout. */
typedef struct copy {
    unsigned char *data; /* owned */
    tnm_matrix matrix;
} copy;

static tnm_error lay_out(copy *self, const layout *as, const float *numbers, size_t side)
{
    tnm_error error = TNM_OK;
    size_t size = tnm_dtype_size(as->dtype), line = side * as->step;
    TNM_TRY(TNM_NEW(self->data, side * line * size));
    for (size_t i = 0; i < side; i++) {
        for (size_t j = 0; j < side; j++) {
            size_t at = as->transposed ? j * line + i * as->step : i * line + j * as->step;
            encode(self->data + at * size, as, numbers[i * side + j]);
        }
    }
    self->matrix = (tnm_matrix){.data = self->data,
                                .dtype = as->dtype,
                                .byte_swapped = as->byte_swapped,
                                .rows = side,
                                .cols = side,
                                .row_stride = (ptrdiff_t)(as->transposed ? as->step : line),
                                .col_stride = (ptrdiff_t)(as->transposed ? line : as->step)};
out:
    return error;
}

static tnm_error draw(float *numbers, size_t side, uint64_t seed)
{
    tnm_error error = TNM_OK;
    tnm_generator *generator = NULL;
    tnm_recipe recipe = {.family = "gaussian", .rows = side, .cols = side, .seed = seed};
    TNM_TRY(tnm_generator_open(&generator, &recipe));
    for (size_t i = 0; i < side; i++)
        TNM_TRY(tnm_generator_row(generator, numbers + i * side));
out:
    tnm_generator_close(generator);
    return error;
}

static tnm_error measure(tnm_measurements *out, const tnm_speed_plan *plan, const copy *copies,
                         const tnm_problem *problem)
{
    tnm_error error = TNM_OK;
    tnm_whole runs[LAYOUTS];
    for (size_t k = 0; k < LAYOUTS; k++)
        runs[k] = (tnm_whole){.matrix = &copies[k].matrix, .problem = *problem, .threads = 1};
    TNM_TRY(tnm_wholes_time(runs, LAYOUTS, plan));
    for (size_t k = 0; k < LAYOUTS; k++)
        TNM_TRY(tnm_whole_add(out, plan, "layouts", layouts[k].name, &runs[k]));
out:
    return error;
}

size_t tnm_layouts_steps(const tnm_speed_plan *plan)
{
    return plan->pattern_count;
}

tnm_error tnm_layouts_measure(tnm_measurements *out, tnm_speed_plan *plan)
{
    tnm_error error = TNM_OK;
    size_t side = plan->quick ? 256 : 2048;
    copy copies[LAYOUTS] = {{0}};
    float *numbers = NULL;
    TNM_TRY(TNM_NEW(numbers, side * side));
    TNM_TRY(draw(numbers, side, plan->seed));
    for (size_t k = 0; k < LAYOUTS; k++)
        TNM_TRY(lay_out(&copies[k], &layouts[k], numbers, side));
    for (size_t p = 0; p < plan->pattern_count; p++) {
        TNM_TRY(measure(out, plan, copies, &plan->patterns[p]));
        TNM_TRY(tnm_speed_step(plan));
    }
out:
    for (size_t k = 0; k < LAYOUTS; k++)
        free(copies[k].data);
    free(numbers);
    return error;
}
