/* How a tensor is seen as matrices of outputs times inputs.
 *
 * Two dimensions are a matrix. The weights of a convolution, (outputs, inputs, height, width), are
 * seen in one of two ways:
 *
 *     positions  one matrix (outputs, inputs) for every position of the kernel: strided views, of
 *                which element (i,j) of position p lies at (i * inputs + j) * positions + p
 *     flat       one matrix (outputs, inputs * height * width), as the bytes lie
 *
 * `positions` is the default: a convolution is computed as one product over the input channels for
 * every position of the kernel, so that is where hardware looks for N of M, forwards along the
 * inputs and backwards along the outputs. `flat` mixes positions and channels within a tile; it
 * suits code that unfolds images into rows of inputs * height * width numbers. */
#ifndef TNM_PRUNING_CONVOLUTION_H
#define TNM_PRUNING_CONVOLUTION_H

#include "instances/tensor.h"

typedef enum tnm_convolution { TNM_CONVOLUTION_POSITIONS, TNM_CONVOLUTION_FLAT } tnm_convolution;

/* "positions", "flat". */
const char *tnm_convolution_name(tnm_convolution convolution);
/* False where there is no way of this name. */
bool tnm_convolution_find(tnm_convolution *convolution, const char *name);

/* Rows of rows * cols * slices elements in C order: `slices` matrices that lie one within the
 * other. */
typedef struct tnm_layout {
    size_t rows, cols, slices;
} tnm_layout;

/* Of a tensor of 2 or 4 dimensions; false for others. */
bool tnm_layout_of(tnm_layout *layout, const tnm_tensor *tensor, tnm_convolution convolution);

/* Slice `slice` of a part of a tensor that lies by itself, rows * cols * slices elements of
 * `dtype`. */
tnm_matrix tnm_layout_slice(const tnm_layout *layout, const void *elements, tnm_dtype dtype,
                            size_t slice);

/* The index of entry (row, col) of a slice in the tensor's own dimensions, as "[3, 0, 1, 2]" in
 * `shown`; returns `shown`. */
const char *tnm_layout_show_entry(char shown[TNM_SHOWN], const tnm_tensor *tensor,
                                  const tnm_layout *layout, size_t slice, size_t row, size_t col);

#endif
