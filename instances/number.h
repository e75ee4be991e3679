/* Numbers: from stored elements to floats and doubles, exactly.
 *
 * A matrix is borrowed memory whose elements may have any tnm_dtype, either byte order, any strides
 * and any alignment. The functions below are the only places that look at the stored bytes:
 *
 *              sign  exponent  mantissa  bias   largest     infinity, NaN
 *     float64   1      11        52      1023   1.8e308     as IEEE 754
 *     float32   1       8        23       127   3.4e38      as IEEE 754
 *     bfloat16  1       8         7       127   3.4e38      as IEEE 754: the top half of a float32
 *     float16   1       5        10        15   65504       as IEEE 754
 *     e5m2      1       5         2        15   57344       as IEEE 754: the top half of a float16
 *     e4m3      1       4         3         7   448         no infinity; NaN is all ones
 *
 * The two 8-bit formats are those of [micikevicius2022]; e4m3 is the variant without infinities. */
#ifndef TNM_INSTANCES_NUMBER_H
#define TNM_INSTANCES_NUMBER_H

#include "instances/base.h"

/* "float32", "bfloat16", ...; never NULL. */
const char *tnm_dtype_name(tnm_dtype dtype);

/* Whether every value of this type is a float: true for all but TNM_F64. */
bool tnm_dtype_exact_as_float(tnm_dtype dtype);

/* Where the elements (row, first_col), (row, first_col + 1), ... already lie as floats, one after
 * the other and in this machine's byte order, perhaps unaligned; NULL where they do not. */
const void *tnm_number_in_place(const tnm_matrix *matrix, size_t row, size_t first_col);

/* out[k] = element (row, first_col + k) of the matrix, 0 <= k < count. Infinities and NaNs come out
 * as such. As floats, float64 values are rounded to nearest (ties to even; to infinity where they
 * are too large); everything else is exact. */
void tnm_number_to_float(float *out, const tnm_matrix *matrix, size_t row, size_t first_col,
                         size_t count);
void tnm_number_to_double(double *out, const tnm_matrix *matrix, size_t row, size_t first_col,
                          size_t count);

/* The same of a block, out[i * cols + k] = element (first_row + i, first_col + k), of at most
 * TNM_MAX_TILE columns. Meant for blocks after one another down a matrix whose rows lie far apart.
 */
void tnm_number_block_to_float(float *out, const tnm_matrix *matrix, size_t first_row, size_t rows,
                               size_t first_col, size_t cols);
void tnm_number_block_to_double(double *out, const tnm_matrix *matrix, size_t first_row,
                                size_t rows, size_t first_col, size_t cols);

/* The same matrix with rows and columns exchanged. */
tnm_matrix tnm_matrix_transposed(const tnm_matrix *matrix);

#endif
