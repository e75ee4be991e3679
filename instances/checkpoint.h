/* Checkpoints: the tensors of a whole model, in one safetensors file or in several.
 *
 * A path is a .safetensors file; an index of one (a name that ends with .json, instances/index.h),
 * whose shards lie beside it; or a folder, and stands for model.safetensors.index.json in it, or
 * else for model.safetensors. An index and its shards have to agree: every mapped tensor is in the
 * shard it is mapped to, and every tensor in a shard is mapped to that shard. Shards that are
 * missing are named, and so is the first tensor that is not where it should be. */
#ifndef TNM_INSTANCES_CHECKPOINT_H
#define TNM_INSTANCES_CHECKPOINT_H

#include "instances/safetensors.h"

/* One file of a checkpoint. */
typedef struct tnm_shard {
    char *file;              /* its name, without folders */
    tnm_safetensors content; /* content.name is its path */
} tnm_shard;

typedef struct tnm_checkpoint {
    char *name;        /* for messages: the path as given */
    char *index;       /* path of the index; NULL: there is none, and one shard */
    tnm_shard *shards; /* in the order of their names */
    size_t count;
    size_t tensors; /* of all shards */
    size_t bytes;   /* of all tensors */
} tnm_checkpoint;

/* Opens a checkpoint; "-" is a safetensors file on the standard input. Files are mapped, nothing is
 * loaded. On failure (TNM_ERROR_NO_INPUT, TNM_ERROR_IO, TNM_ERROR_DATA, TNM_ERROR_MEMORY) nothing
 * is owned. */
tnm_error tnm_checkpoint_open(tnm_checkpoint *checkpoint, const char *path);
/* Accepts a zeroed one. */
void tnm_checkpoint_close(tnm_checkpoint *checkpoint);

/* The tensor of this name, or NULL. */
const tnm_tensor *tnm_checkpoint_find(const tnm_checkpoint *checkpoint, const char *name);

/* Whether a path is one that tnm_checkpoint_open understands as a checkpoint rather than a matrix:
 * a folder, a file that begins as safetensors do, whatever its name, or else a name that ends with
 * .safetensors or .json, of what does not begin as .npy files do. */
bool tnm_checkpoint_recognises(const char *path);

#endif
