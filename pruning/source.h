/* What is pruned or verified: a checkpoint, or a .npy matrix, as files full of tensors.
 *
 * A file is a header and then its tensors, without holes, in the order of their bytes. Only headers
 * are looked at here; tensors are read piece by piece (pruning/piece.h). */
#ifndef TNM_PRUNING_SOURCE_H
#define TNM_PRUNING_SOURCE_H

#include "instances/checkpoint.h"

typedef struct tnm_source_file {
    const char *path;
    const char *name;            /* without folders */
    const unsigned char *header; /* everything before the first tensor */
    size_t header_size;
    size_t size; /* of the whole file */
    const tnm_tensor *tensors;
    size_t count;
    int descriptor; /* open for reading */
} tnm_source_file;

typedef struct tnm_source {
    const char *name;  /* as given, for messages; borrowed */
    const char *index; /* path of the index of a checkpoint in several files, or NULL */
    tnm_source_file *files;
    size_t count;
    size_t tensors;
    size_t bytes; /* of all files */

    tnm_checkpoint checkpoint; /* private */
    tnm_file array_file;       /* private: a .npy file, its only tensor, and that one's shape */
    tnm_tensor array;
    size_t array_shape[2];
} tnm_source;

/* Opens what tnm_checkpoint_open opens, and .npy files of weights in C order and little endian,
 * whose tensor is called "array". The standard input is refused: it cannot be read twice. On
 * failure nothing is owned. */
tnm_error tnm_source_open(tnm_source *source, const char *path);
/* Accepts a zeroed one. */
void tnm_source_close(tnm_source *source);

/* The tensor of this name, or NULL; `file` receives the number of its file. */
const tnm_tensor *tnm_source_find(const tnm_source *source, const char *name, size_t *file);

/* The value of this key of the metadata of the first file, or NULL. */
const char *tnm_source_metadata(const tnm_source *source, const char *key);

/* An entry of the metadata of some file of a source that no file of the other one has, with the
 * same value; NULL: there is none. How tensors are dealt to files makes no difference. */
const tnm_metadata *tnm_source_metadata_beyond(const tnm_source *source, const tnm_source *other);

/* Reads bytes of a file, all of them: TNM_ERROR_IO where it ends early or cannot be read. */
tnm_error tnm_source_read(const tnm_source_file *file, void *bytes, size_t offset, size_t count);

#endif
