/* The large matrix that whole runs are timed on. */
#ifndef TNM_BENCH_SPEED_MATRIX_H
#define TNM_BENCH_SPEED_MATRIX_H

#include "bench/speed/plan.h"

/* Writes a square float32 matrix of N(0,1) numbers; it is in the page cache afterwards, if that is
 * large enough. */
tnm_error tnm_speed_matrix_write(const char *path, size_t side, uint64_t seed);

/* The first rows * cols elements of a C-ordered matrix as a matrix of that shape. */
tnm_matrix tnm_speed_matrix_part(const tnm_matrix *matrix, size_t rows, size_t cols);

#endif
