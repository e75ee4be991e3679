/* What is pruned or verified: see source.h. */
#include "pruning/source.h"

#include "instances/npy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *without_folders(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static tnm_error view_checkpoint(tnm_source *source, const char *path)
{
    tnm_error error = TNM_OK;
    tnm_checkpoint *checkpoint = &source->checkpoint;
    TNM_TRY(tnm_checkpoint_open(checkpoint, path));
    TNM_TRY(TNM_NEW(source->files, checkpoint->count));
    source->index = checkpoint->index;
    source->count = checkpoint->count;
    for (size_t k = 0; k < source->count; k++) {
        const tnm_safetensors *content = &checkpoint->shards[k].content;
        source->files[k] = (tnm_source_file){.path = content->name,
                                             .name = checkpoint->shards[k].file,
                                             .header = content->header,
                                             .header_size = content->header_size,
                                             .size = content->size,
                                             .tensors = content->tensors,
                                             .count = content->count,
                                             .descriptor = -1};
    }
out:
    return error;
}

static tnm_error view_array(tnm_source *source, const char *path)
{
    static const tnm_tensor_type types[] = {[TNM_NPY_FLOAT16] = TNM_TENSOR_F16,
                                            [TNM_NPY_FLOAT32] = TNM_TENSOR_F32,
                                            [TNM_NPY_FLOAT64] = TNM_TENSOR_F64};
    tnm_error error = TNM_OK;
    const tnm_file *file = &source->array_file;
    tnm_npy npy;
    TNM_TRY(tnm_file_open(&source->array_file, path));
    TNM_TRY(tnm_npy_parse(&npy, TNM_NPY_WEIGHTS, file->bytes, file->size, path));
    if (npy.fortran_order || npy.byte_swapped)
        TNM_TRY(tnm_fail(TNM_ERROR_DATA,
                         "%s: in %s; prune wants C order, little endian, as 'tnm pack' writes",
                         path, npy.fortran_order ? "Fortran order" : "the other byte order"));
    TNM_TRY(TNM_NEW(source->files, 1));
    source->count = 1;
    source->array_shape[0] = npy.rows;
    source->array_shape[1] = npy.cols;
    source->array = (tnm_tensor){.name = "array",
                                 .type = types[npy.type],
                                 .shape = source->array_shape,
                                 .rank = 2,
                                 .offset = npy.offset,
                                 .size = file->size - npy.offset};
    source->files[0] = (tnm_source_file){.path = path,
                                         .name = without_folders(path),
                                         .header = file->bytes,
                                         .header_size = npy.offset,
                                         .size = file->size,
                                         .tensors = &source->array,
                                         .count = 1,
                                         .descriptor = -1};
out:
    return error;
}

static tnm_error open_files(tnm_source *source)
{
    for (size_t k = 0; k < source->count; k++) {
        tnm_source_file *file = &source->files[k];
        source->tensors += file->count;
        source->bytes += file->size;
        file->descriptor = open(file->path, O_RDONLY | O_CLOEXEC);
        if (file->descriptor < 0)
            return tnm_fail(TNM_ERROR_NO_INPUT, "%s: %s", file->path, strerror(errno));
    }
    return TNM_OK;
}

tnm_error tnm_source_open(tnm_source *source, const char *path)
{
    tnm_error error = TNM_OK;
    *source = (tnm_source){.name = path};
    if (strcmp(path, "-") == 0)
        TNM_TRY(tnm_fail(TNM_ERROR_USAGE, "a checkpoint cannot be the standard input here"));
    TNM_TRY(tnm_checkpoint_recognises(path) ? view_checkpoint(source, path)
                                            : view_array(source, path));
    TNM_TRY(open_files(source));
out:
    if (error != TNM_OK)
        tnm_source_close(source);
    return error;
}

void tnm_source_close(tnm_source *source)
{
    for (size_t k = 0; k < source->count && source->files != NULL; k++) {
        if (source->files[k].descriptor >= 0)
            close(source->files[k].descriptor);
    }
    free(source->files);
    tnm_checkpoint_close(&source->checkpoint);
    tnm_file_close(&source->array_file);
    *source = (tnm_source){0};
}

const tnm_tensor *tnm_source_find(const tnm_source *source, const char *name, size_t *file)
{
    for (*file = 0; *file < source->count; ++*file) {
        const tnm_tensor *tensor;
        if (source->index == NULL && source->array.name != NULL)
            tensor = strcmp(source->array.name, name) == 0 ? &source->array : NULL;
        else
            tensor = tnm_safetensors_find(&source->checkpoint.shards[*file].content, name);
        if (tensor != NULL)
            return tensor;
    }
    return NULL;
}

const char *tnm_source_metadata(const tnm_source *source, const char *key)
{
    if (source->checkpoint.count == 0)
        return NULL;
    return tnm_safetensors_metadata(&source->checkpoint.shards[0].content, key);
}

static bool has_entry(const tnm_checkpoint *checkpoint, const tnm_metadata *entry)
{
    for (size_t k = 0; k < checkpoint->count; k++) {
        const char *value = tnm_safetensors_metadata(&checkpoint->shards[k].content, entry->key);
        if (value != NULL && strcmp(value, entry->value) == 0)
            return true;
    }
    return false;
}

const tnm_metadata *tnm_source_metadata_beyond(const tnm_source *source, const tnm_source *other)
{
    for (size_t file = 0; file < source->checkpoint.count; file++) {
        const tnm_safetensors *content = &source->checkpoint.shards[file].content;
        for (size_t k = 0; k < content->metadata_count; k++) {
            if (!has_entry(&other->checkpoint, &content->metadata[k]))
                return &content->metadata[k];
        }
    }
    return NULL;
}

tnm_error tnm_source_read(const tnm_source_file *file, void *bytes, size_t offset, size_t count)
{
    for (size_t done = 0; done < count;) {
        ssize_t got = pread(file->descriptor, (unsigned char *)bytes + done, count - done,
                            (off_t)(offset + done));
        if (got == 0)
            return tnm_fail(TNM_ERROR_IO, "%s: became shorter while it was being read", file->path);
        if (got < 0 && errno != EINTR)
            return tnm_fail(TNM_ERROR_IO, "%s: cannot read: %s", file->path, strerror(errno));
        if (got > 0)
            done += (size_t)got;
    }
    return TNM_OK;
}
