/* Tensors: what a checkpoint is made of. A name, a type, a shape, and bytes in C order, little
 * endian. The types are those of safetensors files (instances/safetensors.h); six of them are
 * weights that can be masked, the others are carried along untouched. */
#ifndef TNM_INSTANCES_TENSOR_H
#define TNM_INSTANCES_TENSOR_H

#include "instances/base.h"

/* name in files, bits of one element; in the order of the format, smallest alignment first */
#define TNM_TENSOR_TYPES(X)                                                                        \
    X(BOOL, 8)                                                                                     \
    X(F4, 4)                                                                                       \
    X(F6_E2M3, 6)                                                                                  \
    X(F6_E3M2, 6)                                                                                  \
    X(U8, 8)                                                                                       \
    X(I8, 8)                                                                                       \
    X(F8_E5M2, 8)                                                                                  \
    X(F8_E4M3, 8)                                                                                  \
    X(F8_E8M0, 8)                                                                                  \
    X(F8_E4M3FNUZ, 8)                                                                              \
    X(F8_E5M2FNUZ, 8)                                                                              \
    X(I16, 16)                                                                                     \
    X(U16, 16)                                                                                     \
    X(F16, 16)                                                                                     \
    X(BF16, 16)                                                                                    \
    X(I32, 32)                                                                                     \
    X(U32, 32)                                                                                     \
    X(F32, 32)                                                                                     \
    X(C64, 64)                                                                                     \
    X(F64, 64)                                                                                     \
    X(I64, 64)                                                                                     \
    X(U64, 64)

typedef enum tnm_tensor_type {
#define X(name, bits) TNM_TENSOR_##name,
    TNM_TENSOR_TYPES(X)
#undef X
        TNM_TENSOR_TYPE_COUNT
} tnm_tensor_type;

/* A tensor borrows its name, shape and bytes from whoever made it. */
typedef struct tnm_tensor {
    const char *name; /* UTF-8 */
    tnm_tensor_type type;
    const size_t *shape; /* `rank` sides, slowest first; a rank of 0 is a single element */
    size_t rank;
    size_t offset;             /* of its bytes, from the start of its file */
    size_t size;               /* bytes */
    const unsigned char *data; /* `size` bytes, of any alignment; NULL where nothing is open */
} tnm_tensor;

/* "F32", "BF16", ... */
const char *tnm_tensor_type_name(tnm_tensor_type type);
/* The type of this name; false where there is none. */
bool tnm_tensor_type_find(tnm_tensor_type *type, const char *name);
/* Whether elements of this type are weights, and as which type of number. `dtype` may be NULL. */
bool tnm_tensor_type_weights(tnm_tensor_type type, tnm_dtype *dtype);

/* Bytes of a shape. False where they are no whole number, or where the product of the sides other
 * than 0 is too large (`*fits` is false then). */
bool tnm_tensor_measure(tnm_tensor_type type, const size_t *shape, size_t rank, size_t *size,
                        bool *fits);

/* Elements of a tensor that was measured before. */
size_t tnm_tensor_count(const tnm_tensor *tensor);

/* Matrices of outputs times inputs in a tensor: 1 in a matrix, one for every position of the kernel
 * in the weights of a convolution, (outputs, inputs, height, width); 0 in others. */
size_t tnm_tensor_slices(const tnm_tensor *tensor);

/* A name or other text out of a file as messages show it, in `shown`: without control characters,
 * and cut where it is long. Returns `shown`. */
enum { TNM_SHOWN = 160 };
const char *tnm_tensor_show(char shown[TNM_SHOWN], const char *text);

/* "[4096, 11008]" in `shown`, cut where it is long. Returns `shown`. */
const char *tnm_tensor_show_shape(char shown[TNM_SHOWN], const size_t *shape, size_t rank);

#endif
