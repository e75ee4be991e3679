/* Indices of checkpoints in several files: see index.h. */
#include "instances/index.h"

#include "instances/file.h"
#include "instances/json.h"
#include "instances/tensor.h"

#include <stdlib.h>
#include <string.h>

static const char ending[] = ".safetensors";

static json_t *weight_map(const tnm_index *index)
{
    return json_object_get(index->json, "weight_map");
}

/* ---- names of files ---------------------------------------------------------------------- */

/* What is wrong with the name of a shard, or NULL. */
static const char *fault_of(const char *file)
{
    size_t length = strlen(file), tail = sizeof ending - 1;
    if (strpbrk(file, "/\\") != NULL)
        return "has a path separator";
    if (strstr(file, "..") != NULL)
        return "has '..' in it";
    if (length <= tail || strcmp(file + length - tail, ending) != 0)
        return "does not end with .safetensors";
    return NULL;
}

static tnm_error check_file(const tnm_index *index, const char *tensor, const json_t *file)
{
    char shown_tensor[TNM_SHOWN], shown_file[TNM_SHOWN];
    tnm_tensor_show(shown_tensor, tensor);
    if (!json_is_string(file))
        return tnm_fail(TNM_ERROR_DATA, "%s: weight_map: '%s' is mapped to no string", index->name,
                        shown_tensor);
    const char *fault = fault_of(json_string_value(file));
    if (fault == NULL)
        return TNM_OK;
    return tnm_fail(TNM_ERROR_DATA, "%s: weight_map: file '%s' of tensor '%s' %s", index->name,
                    tnm_tensor_show(shown_file, json_string_value(file)), shown_tensor, fault);
}

static int compare_files(const void *left, const void *right)
{
    const char *const *a = left, *const *b = right;
    return strcmp(*a, *b);
}

/* The names of all shards, once each. */
static tnm_error list_files(tnm_index *index)
{
    tnm_error error = TNM_OK;
    size_t count = 0;
    const char *tensor;
    json_t *file;
    TNM_TRY(TNM_NEW(index->files, index->tensors));
    json_object_foreach(weight_map(index), tensor, file)
    {
        TNM_TRY(check_file(index, tensor, file));
        index->files[count++] = json_string_value(file);
    }
    qsort(index->files, count, sizeof *index->files, compare_files);
    for (size_t k = 0; k < count; k++) {
        if (index->count == 0 || strcmp(index->files[index->count - 1], index->files[k]) != 0)
            index->files[index->count++] = index->files[k];
    }
out:
    return error;
}

/* ---- the index --------------------------------------------------------------------------- */

tnm_error tnm_index_parse(tnm_index *index, const unsigned char *bytes, size_t size,
                          const char *name)
{
    tnm_error error = TNM_OK;
    *index = (tnm_index){0};
    index->name = tnm_copy_string(name);
    if (index->name == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    TNM_TRY(tnm_json_parse(&index->json, bytes, size, name, NULL));
    if (!json_is_object(weight_map(index)))
        TNM_TRY(tnm_fail(TNM_ERROR_DATA, "%s: expected weight_map, an object", name));
    index->tensors = json_object_size(weight_map(index));
    if (index->tensors == 0)
        TNM_TRY(tnm_fail(TNM_ERROR_DATA, "%s: weight_map is empty", name));
    TNM_TRY(list_files(index));
out:
    if (error != TNM_OK)
        tnm_index_free(index);
    return error;
}

tnm_error tnm_index_read(tnm_index *index, const char *path)
{
    tnm_file file;
    *index = (tnm_index){0};
    tnm_error error = tnm_file_open(&file, path);
    if (error != TNM_OK)
        return error;
    error = tnm_index_parse(index, file.bytes, file.size, tnm_file_name(path));
    tnm_file_close(&file);
    return error;
}

void tnm_index_free(tnm_index *index)
{
    free(index->name);
    free(index->files);
    json_decref(index->json);
    *index = (tnm_index){0};
}

const char *tnm_index_file(const tnm_index *index, const char *tensor)
{
    return json_string_value(json_object_get(weight_map(index), tensor));
}

tnm_error tnm_index_each(const tnm_index *index,
                         tnm_error (*visit)(void *context, const char *tensor, const char *file),
                         void *context)
{
    const char *tensor;
    json_t *file;
    json_object_foreach(weight_map(index), tensor, file)
    {
        tnm_error error = visit(context, tensor, json_string_value(file));
        if (error != TNM_OK)
            return error;
    }
    return TNM_OK;
}
