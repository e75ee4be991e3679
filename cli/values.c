/* What the values of a matrix are like: see values.h. */
#include "cli/values.h"

#include "instances/number.h"
#include "instances/sum.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* The smallest normal number of a type; see instances/number.h. */
static double smallest_normal(tnm_dtype dtype)
{
    switch (dtype) {
    case TNM_F64:
        return DBL_MIN;
    case TNM_F32:
    case TNM_BF16:
        return (double)FLT_MIN;
    case TNM_F16:
    case TNM_F8_E5M2:
        return 0x1p-14;
    case TNM_F8_E4M3:
        break;
    }
    return 0x1p-6;
}

/* The lines being looked at, which are rows or columns. */
typedef struct scan {
    cli_values *values;
    double normal;
    double *line; /* the values of the current line */
    bool *alive;  /* of the lines across: has it shown a value other than 0? */
    tnm_sum sum;
} scan;

/* Returns whether the value is other than 0. */
static bool look_at(scan *self, double value, size_t line, size_t position)
{
    cli_values *values = self->values;
    double size = fabs(value);
    if (!isfinite(value)) {
        if (!values->odd_found) {
            values->odd_row = line;
            values->odd_col = position;
        }
        values->odd_found = true;
        values->nan += isnan(value) ? 1 : 0;
        values->infinite += isnan(value) ? 0 : 1;
        return true;
    }
    values->finite++;
    values->zeros += value == 0;
    values->negative += value < 0;
    values->denormal += size > 0 && size < self->normal;
    if (size > 0 && size < values->smallest)
        values->smallest = size;
    if (size > values->largest)
        values->largest = size;
    tnm_sum_add_double(&self->sum, size);
    return value != 0;
}

static void scan_lines(scan *self, const tnm_matrix *matrix)
{
    cli_values *values = self->values;
    for (size_t i = 0; i < matrix->rows; i++) {
        bool line_alive = false;
        tnm_number_to_double(self->line, matrix, i, 0, matrix->cols);
        for (size_t j = 0; j < matrix->cols; j++) {
            bool alive = look_at(self, self->line[j], i, j);
            self->alive[j] |= alive;
            line_alive |= alive;
        }
        values->dead_rows += !line_alive;
    }
    for (size_t j = 0; j < matrix->cols; j++)
        values->dead_cols += !self->alive[j];
}

static void exchange(size_t *a, size_t *b)
{
    size_t kept = *a;
    *a = *b;
    *b = kept;
}

tnm_error cli_values_measure(cli_values *values, const tnm_matrix *matrix)
{
    tnm_error error = TNM_OK;
    bool by_columns = matrix->row_stride == 1 && matrix->col_stride != 1;
    tnm_matrix lines = by_columns ? tnm_matrix_transposed(matrix) : *matrix;
    scan self = {.values = values, .normal = smallest_normal(matrix->dtype)};
    *values = (cli_values){.smallest = INFINITY};
    TNM_TRY(TNM_NEW(self.line, lines.cols));
    TNM_TRY(TNM_NEW(self.alive, lines.cols));
    scan_lines(&self, &lines);
    if (values->finite > 0)
        values->mean = tnm_sum_double(&self.sum) / (double)values->finite;
    if (by_columns) {
        exchange(&values->odd_row, &values->odd_col);
        exchange(&values->dead_rows, &values->dead_cols);
    }
out:
    free(self.line);
    free(self.alive);
    return error;
}

int cli_values_exponents(const cli_values *values)
{
    return values->largest > 0 ? ilogb(values->largest) - ilogb(values->smallest) + 1 : 0;
}
