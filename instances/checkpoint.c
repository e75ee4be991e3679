/* Checkpoints of one or several files: see checkpoint.h. */
#include "instances/checkpoint.h"

#include "instances/index.h"
#include "instances/npy.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- paths ------------------------------------------------------------------------------- */

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* What the first bytes of a file say; a pipe cannot be read twice, and says nothing. */
typedef enum content { CONTENT_UNKNOWN, CONTENT_SAFETENSORS, CONTENT_NPY } content;

static content content_of(const char *path)
{
    unsigned char head[TNM_FILE_HEAD];
    struct stat status;
    int descriptor =
        stat(path, &status) == 0 && S_ISREG(status.st_mode) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t got = descriptor >= 0 ? read(descriptor, head, sizeof head) : 0;
    size_t size = got > 0 ? (size_t)got : 0;
    if (descriptor >= 0)
        close(descriptor);
    if (tnm_file_is_safetensors(head, size))
        return CONTENT_SAFETENSORS;
    return tnm_npy_recognises(head, size) ? CONTENT_NPY : CONTENT_UNKNOWN;
}

bool tnm_checkpoint_recognises(const char *path)
{
    if (is_folder(path))
        return true;
    switch (content_of(path)) {
    case CONTENT_SAFETENSORS:
        return true;
    case CONTENT_NPY:
        return false;
    case CONTENT_UNKNOWN:
        break;
    }
    return ends_with(path, ".safetensors") || ends_with(path, ".json");
}

/* The file that a folder stands for. */
static tnm_error look_into(const char *folder, char **path)
{
    static const char *const names[] = {"model.safetensors.index.json", "model.safetensors"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        *path = tnm_format("%s%s%s", folder, ends_with(folder, "/") ? "" : "/", names[k]);
        if (*path == NULL)
            return TNM_ERROR_MEMORY;
        if (access(*path, F_OK) == 0)
            return TNM_OK;
        free(*path);
        *path = NULL;
    }
    return tnm_fail(TNM_ERROR_NO_INPUT, "%s: there is no %s and no %s in this folder", folder,
                    names[0], names[1]);
}

/* ---- shards ------------------------------------------------------------------------------ */

/* Opens one more shard, whose name follows the folder part of `path`. */
static tnm_error open_shard(tnm_checkpoint *self, const char *path, size_t folder)
{
    tnm_shard *shard = &self->shards[self->count++];
    shard->file = tnm_copy_string(path + folder);
    if (shard->file == NULL)
        return TNM_ERROR_MEMORY;
    tnm_error error = tnm_safetensors_open(&shard->content, path);
    if (error != TNM_OK)
        return error;
    self->tensors += shard->content.count;
    self->bytes += shard->content.size - shard->content.header_size;
    return TNM_OK;
}

static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

static tnm_error open_single(tnm_checkpoint *self, const char *path)
{
    tnm_error error = TNM_OK;
    TNM_TRY(TNM_NEW(self->shards, 1));
    TNM_TRY(open_shard(self, path, folder_length(path)));
out:
    return error;
}

/* Opens the shards that the index names, which lie beside it. */
static tnm_error open_listed(tnm_checkpoint *self, const tnm_index *index)
{
    tnm_error error = TNM_OK;
    char *path = NULL;
    size_t folder = folder_length(index->name);
    TNM_TRY(TNM_NEW(self->shards, index->count));
    for (size_t k = 0; k < index->count; k++) {
        path = tnm_format("%.*s%s", (int)folder, index->name, index->files[k]);
        if (path == NULL)
            TNM_TRY(TNM_ERROR_MEMORY);
        error = open_shard(self, path, folder);
        if (error == TNM_ERROR_NO_INPUT)
            tnm_fail(error, "%s: names a shard that cannot be opened: %s", index->name,
                     tnm_error_message());
        TNM_TRY(error);
        free(path);
        path = NULL;
    }
out:
    free(path);
    return error;
}

/* ---- index and shards agree -------------------------------------------------------------- */

static const tnm_shard *find_shard(const tnm_checkpoint *self, const char *file)
{
    for (size_t k = 0; k < self->count; k++) {
        if (strcmp(self->shards[k].file, file) == 0)
            return &self->shards[k];
    }
    return NULL;
}

/* Visits a row of the index: the tensor must be where it is mapped to. */
static tnm_error check_mapped(void *context, const char *tensor, const char *file)
{
    const tnm_checkpoint *self = context;
    char shown[TNM_SHOWN];
    const tnm_shard *shard = find_shard(self, file);
    if (shard != NULL && tnm_safetensors_find(&shard->content, tensor) != NULL)
        return TNM_OK;
    return tnm_fail(TNM_ERROR_DATA, "%s: tensor '%s' is not in %s", self->index,
                    tnm_tensor_show(shown, tensor), file);
}

/* Every tensor of a shard must be mapped to it. */
static tnm_error check_shard(const tnm_checkpoint *self, const tnm_index *index,
                             const tnm_shard *shard)
{
    char shown[TNM_SHOWN];
    for (size_t k = 0; k < shard->content.count; k++) {
        const char *tensor = shard->content.tensors[k].name;
        const char *file = tnm_index_file(index, tensor);
        if (file == NULL)
            return tnm_fail(TNM_ERROR_DATA, "%s: tensor '%s' of %s is not in the weight_map",
                            self->index, tnm_tensor_show(shown, tensor), shard->file);
        if (strcmp(file, shard->file) != 0)
            return tnm_fail(TNM_ERROR_DATA, "%s: tensor '%s' is in %s, but mapped to %s",
                            self->index, tnm_tensor_show(shown, tensor), shard->file, file);
    }
    return TNM_OK;
}

static tnm_error open_index(tnm_checkpoint *self, const char *path)
{
    tnm_error error = TNM_OK;
    tnm_index index = {0};
    TNM_TRY(tnm_index_read(&index, path));
    self->index = tnm_copy_string(path);
    if (self->index == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    TNM_TRY(open_listed(self, &index));
    TNM_TRY(tnm_index_each(&index, check_mapped, self));
    for (size_t k = 0; k < self->count; k++)
        TNM_TRY(check_shard(self, &index, &self->shards[k]));
out:
    tnm_index_free(&index);
    return error;
}

/* ---- checkpoints ------------------------------------------------------------------------- */

tnm_error tnm_checkpoint_open(tnm_checkpoint *self, const char *path)
{
    tnm_error error = TNM_OK;
    char *inside = NULL;
    *self = (tnm_checkpoint){0};
    self->name = tnm_copy_string(tnm_file_name(path));
    if (self->name == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    if (is_folder(path)) {
        TNM_TRY(look_into(path, &inside));
        path = inside;
    }
    if (ends_with(path, ".json") && content_of(path) != CONTENT_SAFETENSORS)
        TNM_TRY(open_index(self, path));
    else
        TNM_TRY(open_single(self, path));
out:
    free(inside);
    if (error != TNM_OK)
        tnm_checkpoint_close(self);
    return error;
}

void tnm_checkpoint_close(tnm_checkpoint *self)
{
    for (size_t k = 0; k < self->count; k++) {
        free(self->shards[k].file);
        tnm_safetensors_close(&self->shards[k].content);
    }
    free(self->shards);
    free(self->index);
    free(self->name);
    *self = (tnm_checkpoint){0};
}

const tnm_tensor *tnm_checkpoint_find(const tnm_checkpoint *self, const char *name)
{
    for (size_t k = 0; k < self->count; k++) {
        const tnm_tensor *tensor = tnm_safetensors_find(&self->shards[k].content, name);
        if (tensor != NULL)
            return tensor;
    }
    return NULL;
}
