/* Whole checkpoints in the layout `sparse-24-bitmask` (instances/sparse24.h), from dense ones and
 * back. However many files are read, one is written. */
#ifndef TNM_INSTANCES_SPARSE24_FILE_H
#define TNM_INSTANCES_SPARSE24_FILE_H

#include "instances/checkpoint.h"

/* Writes a file whose tensors are those of `dense`, but for the weights that `wanted` says yes to
 * and the layout does not refuse: these are packed, what is not zero being kept. The metadata are
 * those of the first file. TNM_ERROR_DATA, naming tensor and row, where an aligned group of 4 keeps
 * more than 2; otherwise fails as tnm_safetensors_create does. Nothing is written then. */
tnm_error tnm_sparse24_write(const tnm_checkpoint *dense, const char *path,
                             bool (*wanted)(void *context, const tnm_tensor *tensor),
                             void *context);

/* The inverse: every MODULE.compressed with its bitmask and shape becomes MODULE.weight again. */
tnm_error tnm_sparse24_write_dense(const tnm_checkpoint *packed, const char *path);

#endif
