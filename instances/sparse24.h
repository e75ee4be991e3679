/* The layout `sparse-24-bitmask` of compressed-tensors, for readers that expect it. Legacy: its
 * kernels and loaders have been withdrawn; what everybody reads is the dense tensor with zeros.
 *
 *     MODULE.weight, (rows, cols), becomes
 *     MODULE.compressed   of the same type, (rows, cols / 2): the kept weights of every row
 *     MODULE.bitmask      U8, (rows, ceil(cols / 8)): column c is bit c % 8 of byte c / 8
 *     MODULE.shape        I64, (2, 1): rows, cols
 *
 * Every aligned group of 4 columns stores exactly 2 weights. Where a mask keeps fewer, the first
 * others of the group, which are zero, are stored along. */
#ifndef TNM_INSTANCES_SPARSE24_H
#define TNM_INSTANCES_SPARSE24_H

#include "instances/tensor.h"

/* The three tensors that a weight becomes. */
typedef struct tnm_sparse24 {
    size_t rows, cols; /* of the weight; cols is a multiple of 4 */
    tnm_tensor compressed, bitmask, shape;
    char *names;        /* private: owned names of the three; NULL where they are a file's */
    size_t sides[3][2]; /* private: shapes of the three, where names are owned */
} tnm_sparse24;

/* ---- writing ----------------------------------------------------------------------------- */

/* Why a tensor cannot take this layout, or NULL: it is for weights of 2 dimensions, a multiple of 4
 * columns, and a name that ends with ".weight". */
const char *tnm_sparse24_refuses(const tnm_tensor *weight);

/* Names and measures what a weight becomes; `data` of the three stays NULL. The structure must not
 * move. The weight must not be refused. TNM_ERROR_MEMORY, and then nothing is owned. */
tnm_error tnm_sparse24_init(tnm_sparse24 *self, const tnm_tensor *weight);
/* Accepts a zeroed one, and one that was read. */
void tnm_sparse24_free(tnm_sparse24 *self);

/* Packs one row of `cols` weights: cols / 2 of them to `compressed`, ceil(cols / 8) bytes to
 * `bitmask`. `kept` has a byte a column, 0 where a weight is not kept (and must then be zero); NULL
 * keeps what is not zero. TNM_ERROR_DATA, naming the columns, where a group keeps more than 2. */
tnm_error tnm_sparse24_pack(const tnm_sparse24 *self, unsigned char *compressed,
                            unsigned char *bitmask, const unsigned char *row, const uint8_t *kept);
/* The 16 bytes of the tensor `shape`. */
void tnm_sparse24_pack_shape(const tnm_sparse24 *self, unsigned char *bytes);

/* ---- reading ----------------------------------------------------------------------------- */

/* Takes the three tensors of a module as a file has them (NULL: it does not). TNM_ERROR_DATA, in a
 * sentence that names the tensor, where they do not fit together. They are borrowed. */
tnm_error tnm_sparse24_read(tnm_sparse24 *self, const tnm_tensor *compressed,
                            const tnm_tensor *bitmask, const tnm_tensor *shape);

/* The inverse of tnm_sparse24_pack, zeros for what is not kept. `kept` may be NULL.
 * TNM_ERROR_DATA, naming row and columns, where a group does not have 2 bits. */
tnm_error tnm_sparse24_unpack(const tnm_sparse24 *self, size_t row, unsigned char *weights,
                              uint8_t *kept);

#endif
