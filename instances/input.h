/* Inputs: a file (or the standard input) as the matrix, mask or prices it holds.
 *
 * A matrix is a .npy file or a text instance (instances/text.h); its content decides, not its name.
 * .npy files are mapped, so that opening one costs nothing and a matrix may be larger than memory.
 * Whether weights are finite is not looked at here but where bands are loaded. */
#ifndef TNM_INSTANCES_INPUT_H
#define TNM_INSTANCES_INPUT_H

#include "instances/file.h"
#include "instances/text.h"

/* A matrix, and what came with it. */
typedef struct tnm_input {
    char *name;          /* for messages: its path, or "<stdin>" */
    tnm_matrix matrix;   /* borrows from the input; at least one row and one column */
    bool has_problem;    /* text instances bring their pattern and constraint */
    tnm_problem problem; /* where has_problem */
    tnm_file file;       /* private */
    tnm_text text;       /* private */
} tnm_input;

/* Opens a matrix; "-" is the standard input. On failure (TNM_ERROR_NO_INPUT, TNM_ERROR_IO,
 * TNM_ERROR_DATA, TNM_ERROR_MEMORY) nothing is owned. */
tnm_error tnm_input_open(tnm_input *input, const char *path);

/* Says that these rows are finished with, so that large matrices need not stay resident; they can
 * still be read. Any thread may call it, once for every band. */
void tnm_input_release(const tnm_input *input, size_t first_row, size_t rows);

/* Accepts a zeroed input. */
void tnm_input_close(tnm_input *input);

/* A mask: a .npy file of bool or uint8. */
typedef struct tnm_input_mask {
    tnm_mask_view view; /* bytes; borrows from the file; not to be written to */
    tnm_file file;      /* private */
} tnm_input_mask;

/* Opens the mask of a matrix of rows * cols; another shape is refused. Fails like tnm_input_open.
 */
tnm_error tnm_input_open_mask(tnm_input_mask *mask, const char *path, size_t rows, size_t cols);
/* Accepts a zeroed mask. */
void tnm_input_close_mask(tnm_input_mask *mask);

/* Prices of all tiles of a matrix, one certificate a tile: a .npy file of int64, (tiles, 2m+1). */
typedef struct tnm_input_prices {
    const int64_t *prices; /* row-major, in this machine's byte order; borrows */
    tnm_file file;         /* private */
    int64_t *copy;         /* private; NULL where the file's bytes serve as they are */
} tnm_input_prices;

/* Opens the prices of so many tiles of side m; another shape is refused. Fails like
 * tnm_input_open. */
tnm_error tnm_input_open_prices(tnm_input_prices *prices, const char *path, size_t tiles, int m);
/* Accepts zeroed prices. */
void tnm_input_close_prices(tnm_input_prices *prices);

#endif
