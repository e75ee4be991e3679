/* What the values of a matrix are like: sizes, zeros, oddities. */
#ifndef TNM_CLI_VALUES_H
#define TNM_CLI_VALUES_H

#include "instances/base.h"

typedef struct cli_values {
    size_t finite, zeros, negative;
    size_t denormal; /* below the smallest normal number of the stored type, and not 0 */
    size_t nan, infinite;
    bool odd_found;          /* a NaN or an infinity, */
    size_t odd_row, odd_col; /* and where the first in storage order stands */
    double smallest,
        largest; /* of the magnitudes other than 0, +infinity and 0 where there are none */
    double mean; /* magnitude; the sum is exact */
    size_t dead_rows, dead_cols; /* lines of nothing but zeros */
} cli_values;

/* Looks at every value once, along the lines that are contiguous in memory. */
tnm_error cli_values_measure(cli_values *values, const tnm_matrix *matrix);

/* Binary exponents from the smallest magnitude to the largest: 1 where all lie within a factor of
 * two, 0 where there are none. */
int cli_values_exponents(const cli_values *values);

#endif
