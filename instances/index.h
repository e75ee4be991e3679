/* The index of a checkpoint in several files, as huggingface_hub writes it:
 *
 *     {"metadata": {"total_size": 28966928384},
 *      "weight_map": {"lm_head.weight": "model-00003-of-00003.safetensors", ...}}
 *
 * Strict where it decides what is read: weight_map must be there and not be empty, no key may occur
 * twice, and every value must be the mere name of a .safetensors file, so that an index can only
 * lead to files beside it. Other members are left alone, the total size among them, which existing
 * indices disagree about. */
#ifndef TNM_INSTANCES_INDEX_H
#define TNM_INSTANCES_INDEX_H

#include "instances/base.h"

typedef struct tnm_index {
    char *name;          /* for messages */
    const char **files;  /* names of the shards, sorted */
    size_t count;        /* of files */
    size_t tensors;      /* how many tensors are mapped */
    struct json_t *json; /* private: owns the names */
} tnm_index;

/* Parses a whole index in memory; `name` stands for it in messages. On failure (TNM_ERROR_DATA,
 * TNM_ERROR_MEMORY) nothing is owned. */
tnm_error tnm_index_parse(tnm_index *index, const unsigned char *bytes, size_t size,
                          const char *name);
/* Reads the index in a file. */
tnm_error tnm_index_read(tnm_index *index, const char *path);
/* Accepts a zeroed one. */
void tnm_index_free(tnm_index *index);

/* The shard that a tensor is mapped to, or NULL. */
const char *tnm_index_file(const tnm_index *index, const char *tensor);
/* Calls `visit` with every mapped tensor and its shard, until it fails. */
tnm_error tnm_index_each(const tnm_index *index,
                         tnm_error (*visit)(void *context, const char *tensor, const char *file),
                         void *context);

#endif
