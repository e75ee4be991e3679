/* Packing .npy files: see pack.h. */
#include "instances/pack.h"

#include "instances/safetensors_plan.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char ending[] = ".npy";

/* Length of a name without ".npy"; 0 where it does not end so. */
static size_t stem_length(const char *name)
{
    size_t length = strlen(name), tail = sizeof ending - 1;
    return length > tail && strcmp(name + length - tail, ending) == 0 ? length - tail : 0;
}

/* ---- collecting -------------------------------------------------------------------------- */

static tnm_error make_room(tnm_pack *pack)
{
    if (pack->count < pack->room)
        return TNM_OK;
    size_t room = pack->room == 0 ? 64 : 2 * pack->room;
    tnm_pack_array *grown = realloc(pack->arrays, room * sizeof *grown);
    if (grown == NULL)
        return tnm_fail(TNM_ERROR_MEMORY, "out of memory: %zu arrays", room);
    pack->arrays = grown;
    pack->room = room;
    return TNM_OK;
}

static tnm_error add_file(tnm_pack *pack, const char *path)
{
    tnm_error error = make_room(pack);
    if (error != TNM_OK)
        return error;
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    size_t stem = stem_length(name);
    tnm_pack_array *array = &pack->arrays[pack->count++];
    *array = (tnm_pack_array){0};
    TNM_TRY(tnm_file_open(&array->file, path));
    if (stem == 0)
        TNM_TRY(tnm_fail(TNM_ERROR_DATA, "%s: expected a name that ends with .npy", path));
    TNM_TRY(tnm_npy_parse(&array->npy, TNM_NPY_TENSOR, array->file.bytes, array->file.size, path));
    array->name = tnm_format("%.*s", (int)stem, name);
    if (array->name == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    pack->bytes += array->file.size - array->npy.offset;
out:
    return error;
}

/* Names of the .npy files of a folder. */
typedef struct names {
    char **list;
    size_t count, room;
} names;

static tnm_error note_name(names *found, const char *name)
{
    if (found->count == found->room) {
        size_t room = found->room == 0 ? 64 : 2 * found->room;
        char **grown = realloc(found->list, room * sizeof *grown);
        if (grown == NULL)
            return tnm_fail(TNM_ERROR_MEMORY, "out of memory: %zu names", room);
        found->list = grown;
        found->room = room;
    }
    found->list[found->count] = tnm_copy_string(name);
    return found->list[found->count++] != NULL ? TNM_OK : TNM_ERROR_MEMORY;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Lists them in the order of their names, so that of several bad ones always the same is named. */
static tnm_error list_folder(names *found, const char *folder)
{
    tnm_error error = TNM_OK;
    DIR *stream = opendir(folder);
    if (stream == NULL)
        return tnm_fail(TNM_ERROR_NO_INPUT, "%s: %s", folder, strerror(errno));
    for (struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream)) {
        if (stem_length(entry->d_name) > 0)
            TNM_TRY(note_name(found, entry->d_name));
    }
    if (found->count == 0)
        TNM_TRY(tnm_fail(TNM_ERROR_NO_INPUT, "%s: there is no .npy file in this folder", folder));
    qsort(found->list, found->count, sizeof *found->list, compare_names);
out:
    closedir(stream);
    return error;
}

static tnm_error add_folder(tnm_pack *pack, const char *folder)
{
    names found = {0};
    tnm_error error = list_folder(&found, folder);
    for (size_t k = 0; k < found.count; k++) {
        char *path = error == TNM_OK ? tnm_format("%s/%s", folder, found.list[k]) : NULL;
        if (error == TNM_OK)
            error = path != NULL ? add_file(pack, path) : TNM_ERROR_MEMORY;
        free(path);
        free(found.list[k]);
    }
    free(found.list);
    return error;
}

tnm_error tnm_pack_add(tnm_pack *pack, const char *path)
{
    struct stat status;
    bool folder = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
    return folder ? add_folder(pack, path) : add_file(pack, path);
}

void tnm_pack_free(tnm_pack *pack)
{
    for (size_t k = 0; k < pack->count; k++) {
        free(pack->arrays[k].name);
        tnm_file_close(&pack->arrays[k].file);
    }
    free(pack->arrays);
    *pack = (tnm_pack){0};
}

/* ---- copying ----------------------------------------------------------------------------- */

static void copy_element(unsigned char *to, const unsigned char *from, size_t size, bool turned)
{
    for (size_t k = 0; k < size; k++)
        to[k] = from[turned ? size - 1 - k : k];
}

/* Copies an array element by element, in C order: the last index runs fastest. Steps are the bytes
 * from one element to the next along a side, as they lie in the file. */
static void copy_elements(unsigned char *to, const tnm_pack_array *array, bool turned)
{
    const tnm_npy *npy = &array->npy;
    size_t size = tnm_npy_size(npy->type), total = array->file.size - npy->offset;
    size_t steps[TNM_NPY_MAX_RANK], index[TNM_NPY_MAX_RANK] = {0}, step = size;
    for (size_t k = 0; k < npy->rank; k++) {
        size_t side = npy->fortran_order ? k : npy->rank - 1 - k;
        steps[side] = step;
        step *= npy->shape[side];
    }
    const unsigned char *from = array->file.bytes + npy->offset;
    for (size_t done = 0; done < total; done += size) {
        copy_element(to + done, from, size, turned);
        for (size_t k = npy->rank; k-- > 0;) {
            from += steps[k];
            if (++index[k] < npy->shape[k])
                break;
            from -= steps[k] * npy->shape[k];
            index[k] = 0;
        }
    }
}

static void copy_array(unsigned char *to, const tnm_pack_array *array)
{
    const tnm_npy *npy = &array->npy;
    size_t total = array->file.size - npy->offset;
    /* The file to be written is little endian. */
    bool turned = npy->byte_swapped != (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__) &&
                  tnm_npy_size(npy->type) > 1;
    if (turned || (npy->fortran_order && npy->rank > 1))
        copy_elements(to, array, turned);
    else
        memcpy(to, array->file.bytes + npy->offset, total);
}

/* ---- writing ----------------------------------------------------------------------------- */

static tnm_tensor describe(const tnm_pack_array *array)
{
    static const tnm_tensor_type types[] = {
        [TNM_NPY_FLOAT16] = TNM_TENSOR_F16, [TNM_NPY_FLOAT32] = TNM_TENSOR_F32,
        [TNM_NPY_FLOAT64] = TNM_TENSOR_F64, [TNM_NPY_INT64] = TNM_TENSOR_I64,
        [TNM_NPY_BOOL] = TNM_TENSOR_BOOL,   [TNM_NPY_UINT8] = TNM_TENSOR_U8,
    };
    return (tnm_tensor){.name = array->name,
                        .type = types[array->npy.type],
                        .shape = array->npy.shape,
                        .rank = array->npy.rank};
}

tnm_error tnm_pack_write(const tnm_pack *pack, const char *path)
{
    static const tnm_metadata format = {"format", "pt"};
    tnm_error error = TNM_OK;
    tnm_tensor *tensors = NULL;
    tnm_safetensors_plan plan = {0};
    tnm_output output = {0};
    unsigned char *bytes = NULL;
    TNM_TRY(TNM_NEW(tensors, pack->count));
    for (size_t k = 0; k < pack->count; k++)
        tensors[k] = describe(&pack->arrays[k]);
    TNM_TRY(tnm_safetensors_plan_init(&plan, tensors, pack->count, &format, 1));
    TNM_TRY(tnm_safetensors_create(&output, path, &plan, &bytes));
    for (size_t k = 0; k < pack->count; k++) {
        size_t which = plan.order[k];
        copy_array(bytes + plan.offsets[which], &pack->arrays[which]);
        tnm_output_release(&output, plan.offsets[which], plan.sizes[which]);
    }
    TNM_TRY(tnm_output_commit(&output));
out:
    tnm_output_abort(&output);
    tnm_safetensors_plan_free(&plan);
    free(tensors);
    return error;
}
