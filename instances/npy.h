/* .npy files, as NumPy's format document defines them, strictly.
 *
 *     \x93NUMPY  major minor  length  {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n
 *     6 bytes    1     1      2 or 4  `length` bytes, padded with spaces          then the elements
 *
 * Versions 1.0 (length of 2 bytes), 2.0 and 3.0 (4 bytes); every file of more or fewer bytes than
 * its header promises is refused, and so is everything that is not what the caller asked for, in
 * one sentence that says what was found. */
#ifndef TNM_INSTANCES_NPY_H
#define TNM_INSTANCES_NPY_H

#include "instances/output.h"

typedef enum tnm_npy_type {
    TNM_NPY_FLOAT16,
    TNM_NPY_FLOAT32,
    TNM_NPY_FLOAT64,
    TNM_NPY_INT64,
    TNM_NPY_BOOL,
    TNM_NPY_UINT8,
} tnm_npy_type;

/* What the elements are meant to be, and hence which types are welcome. */
typedef enum tnm_npy_role {
    TNM_NPY_WEIGHTS, /* float16, float32, float64, in any byte order */
    TNM_NPY_MASK,    /* bool, uint8 */
    TNM_NPY_PRICES,  /* int64, in any byte order */
    TNM_NPY_TENSOR   /* any of these, of any rank */
} tnm_npy_role;

enum { TNM_NPY_MAX_RANK = 8 };

/* A parsed header: an array that starts `offset` bytes into the file. In all roles but the tensor's
 * it is a matrix of rows * cols elements. */
typedef struct tnm_npy {
    tnm_npy_type type;
    bool byte_swapped; /* the other byte order than this machine's */
    bool fortran_order;
    size_t rows, cols; /* of matrices */
    size_t rank;
    size_t shape[TNM_NPY_MAX_RANK];
    size_t offset;
} tnm_npy;

/* Whether bytes start like a .npy file, or like the beginning of one. */
bool tnm_npy_recognises(const unsigned char *bytes, size_t size);

/* Parses the header of a whole file in memory and checks it against the file's size and the role.
 * TNM_ERROR_DATA otherwise; `name` stands for the file in the message. Sides may be zero. */
tnm_error tnm_npy_parse(tnm_npy *npy, tnm_npy_role role, const unsigned char *bytes, size_t size,
                        const char *name);

/* Bytes of one element. */
size_t tnm_npy_size(tnm_npy_type type);
/* Elements from one row, and from one column, to the next. */
ptrdiff_t tnm_npy_row_stride(const tnm_npy *npy);
ptrdiff_t tnm_npy_col_stride(const tnm_npy *npy);

/* Opens an output that becomes a version 1.0 file of this machine's byte order, in C order, with
 * the header NumPy writes; `data` receives the zeroed place of its rows * cols elements, aligned to
 * 64 bytes. Fails as tnm_output_open and tnm_output_memory do, and then nothing is owned. */
tnm_error tnm_npy_create(tnm_output *output, const char *path, tnm_npy_type type, size_t rows,
                         size_t cols, void **data);
/* The same for `count` matrices of one shape, one after the other: shape (count, rows, cols), none
 * of them 0. */
tnm_error tnm_npy_create_stack(tnm_output *output, const char *path, tnm_npy_type type,
                               size_t count, size_t rows, size_t cols, void **data);
/* tnm_npy_create for an output whose elements are brought piece by piece (tnm_output_reserve): by
 * tnm_npy_write. */
tnm_error tnm_npy_begin(tnm_output *output, const char *path, tnm_npy_type type, size_t rows,
                        size_t cols);
/* Brings the rows * cols elements, packed, that lie right and down from element (row, col) of a
 * matrix of `all_cols` columns. Any number of threads may, each element once. */
tnm_error tnm_npy_write(const tnm_output *output, tnm_npy_type type, size_t all_cols,
                        const void *elements, size_t row, size_t col, size_t rows, size_t cols);
/* tnm_output_release for whole rows of such an output. */
void tnm_npy_release(const tnm_output *output, tnm_npy_type type, size_t cols, size_t first_row,
                     size_t rows);

#endif
