/* safetensors files, as huggingface/safetensors defines them, strictly.
 *
 *     length  {"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[2,3],
 *     8 bytes  "data_offsets":[0,24]}}                                             then the bytes
 *              `length` bytes of JSON in UTF-8, padded with spaces                 of all tensors
 *
 * The length is little endian and at most 100000000; offsets count from the end of the header. A
 * file is refused, in one sentence that names file and tensor, unless its header begins with '{'
 * and names no key twice; every tensor has exactly the three members, a known type, and as many
 * bytes as its shape says, computed without overflow; and the tensors fill the rest of the file
 * from its first byte to its last, without holes and overlaps. What the format's own reader takes
 * beyond that (unknown members, tabs as padding, sides above 2^48 - 1) is refused too. Headers
 * whose length is no multiple of 8, as early writers made them, are read.
 *
 * Files are mapped and nothing is loaded. Writing them begins in instances/safetensors_plan.h. */
#ifndef TNM_INSTANCES_SAFETENSORS_H
#define TNM_INSTANCES_SAFETENSORS_H

#include "instances/file.h"
#include "instances/tensor.h"

enum { TNM_SAFETENSORS_MAX_HEADER = 100000000 };

/* An entry of `__metadata__`, UTF-8. */
typedef struct tnm_metadata {
    const char *key, *value;
} tnm_metadata;

typedef struct tnm_safetensors {
    char *name;                  /* for messages: its path, or "<stdin>" */
    const unsigned char *header; /* the first bytes of the file, the length included */
    size_t header_size;          /* and how many: the first tensor begins after them */
    size_t size;                 /* of the whole file */
    tnm_tensor *tensors;         /* in the order of their bytes */
    size_t count;
    tnm_metadata *metadata; /* in the order of the header */
    size_t metadata_count;
    tnm_file file;       /* zeroed where bytes were parsed */
    size_t *by_name;     /* private: the tensors' numbers in the order of their names */
    size_t *by_key;      /* private: those of metadata in the order of their keys */
    size_t *sides;       /* private: all shapes, one after the other */
    struct json_t *json; /* private: owns the names */
} tnm_safetensors;

/* Opens a file; "-" is the standard input. On failure (TNM_ERROR_NO_INPUT, TNM_ERROR_IO,
 * TNM_ERROR_DATA, TNM_ERROR_MEMORY) nothing is owned. */
tnm_error tnm_safetensors_open(tnm_safetensors *self, const char *path);
/* The same for a whole file in memory, which is borrowed; `name` stands for it in messages. */
tnm_error tnm_safetensors_parse(tnm_safetensors *self, const unsigned char *bytes, size_t size,
                                const char *name);
/* Accepts a zeroed one. */
void tnm_safetensors_close(tnm_safetensors *self);

/* The tensor of this name, or NULL. */
const tnm_tensor *tnm_safetensors_find(const tnm_safetensors *self, const char *name);
/* The value of this key of `__metadata__`, or NULL. */
const char *tnm_safetensors_metadata(const tnm_safetensors *self, const char *key);

#endif
