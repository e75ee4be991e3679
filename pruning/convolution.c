/* Tensors as matrices: see convolution.h. */
#include "pruning/convolution.h"

#include <string.h>

enum { MAX_RANK = 4 };

static const char *const names[] = {"positions", "flat"};

const char *tnm_convolution_name(tnm_convolution convolution)
{
    return names[convolution];
}

bool tnm_convolution_find(tnm_convolution *convolution, const char *name)
{
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        if (strcmp(names[k], name) == 0) {
            *convolution = (tnm_convolution)k;
            return true;
        }
    }
    return false;
}

bool tnm_layout_of(tnm_layout *layout, const tnm_tensor *tensor, tnm_convolution convolution)
{
    size_t slices = tnm_tensor_slices(tensor);
    if (tensor->rank != 2 && tensor->rank != 4)
        return false;
    *layout = (tnm_layout){.rows = tensor->shape[0], .cols = tensor->shape[1], .slices = slices};
    if (convolution == TNM_CONVOLUTION_FLAT) {
        layout->cols *= slices;
        layout->slices = 1;
    }
    return true;
}

tnm_matrix tnm_layout_slice(const tnm_layout *layout, const void *elements, tnm_dtype dtype,
                            size_t slice)
{
    /* Checkpoints are little endian. */
    return (tnm_matrix){.data = (const unsigned char *)elements + slice * tnm_dtype_size(dtype),
                        .dtype = dtype,
                        .byte_swapped = __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__,
                        .rows = layout->rows,
                        .cols = layout->cols,
                        .row_stride = (ptrdiff_t)(layout->cols * layout->slices),
                        .col_stride = (ptrdiff_t)layout->slices};
}

const char *tnm_layout_show_entry(char shown[TNM_SHOWN], const tnm_tensor *tensor,
                                  const tnm_layout *layout, size_t slice, size_t row, size_t col)
{
    size_t index[MAX_RANK];
    size_t at = (row * layout->cols + col) * layout->slices + slice;
    for (size_t k = tensor->rank; k-- > 0; at /= tensor->shape[k])
        index[k] = at % tensor->shape[k];
    return tnm_tensor_show_shape(shown, index, tensor->rank);
}
