/* Planning safetensors files: see safetensors_plan.h. */
#include "instances/safetensors_plan.h"

#include "instances/json.h"

#include <stdlib.h>
#include <string.h>

enum { LENGTH = 8, ALIGNMENT = 8 };

/* ---- the order of things ----------------------------------------------------------------- */

static int compare_tensors(const void *left, const void *right, void *context)
{
    const tnm_tensor *tensors = context;
    const tnm_tensor *a = &tensors[*(const size_t *)left], *b = &tensors[*(const size_t *)right];
    if (a->type != b->type)
        return a->type > b->type ? -1 : 1;
    return strcmp(a->name, b->name);
}

static int compare_keys(const void *left, const void *right)
{
    const tnm_metadata *a = left, *b = right;
    return strcmp(a->key, b->key);
}

/* Gives every tensor its place, counted from the end of the header. */
static tnm_error place_tensors(tnm_safetensors_plan *plan, const tnm_tensor *tensors, size_t count)
{
    char shown[TNM_SHOWN];
    bool fits;
    for (size_t k = 0; k < count; k++)
        plan->order[k] = k;
    qsort_r(plan->order, count, sizeof *plan->order, compare_tensors, (void *)(uintptr_t)tensors);
    plan->file_size = 0;
    for (size_t k = 0; k < count; k++) {
        size_t which = plan->order[k];
        const tnm_tensor *tensor = &tensors[which];
        plan->offsets[which] = plan->file_size;
        if (!tnm_tensor_measure(tensor->type, tensor->shape, tensor->rank, &plan->sizes[which],
                                &fits) ||
            __builtin_add_overflow(plan->file_size, plan->sizes[which], &plan->file_size) ||
            plan->file_size > (size_t)1 << 48)
            return tnm_fail(TNM_ERROR_DATA, "tensor '%s': its shape is too large for a file",
                            tnm_tensor_show(shown, tensor->name));
    }
    return TNM_OK;
}

/* ---- the header's text ------------------------------------------------------------------- */

/* Adds a member, whose key must be new; takes the value over. */
static tnm_error add(json_t *object, const char *key, json_t *value)
{
    char shown[TNM_SHOWN];
    if (json_object_get(object, key) != NULL) {
        json_decref(value);
        return tnm_fail(TNM_ERROR_DATA, "'%s' would be in the file twice",
                        tnm_tensor_show(shown, key));
    }
    if (value == NULL || json_object_set_new(object, key, value) != 0)
        return tnm_fail(TNM_ERROR_MEMORY, "out of memory: a header");
    return TNM_OK;
}

/* A string; names that come from elsewhere than a checked file may be anything. */
static tnm_error check_text(const char *text)
{
    char shown[TNM_SHOWN];
    json_error_t problem;
    json_t *probe = json_pack_ex(&problem, 0, "s", text);
    if (probe == NULL && json_error_code(&problem) == json_error_invalid_utf8)
        return tnm_fail(TNM_ERROR_DATA, "'%s' is no UTF-8", tnm_tensor_show(shown, text));
    json_decref(probe);
    return probe != NULL ? TNM_OK : tnm_fail(TNM_ERROR_MEMORY, "out of memory: a header");
}

static tnm_error add_metadata(json_t *header, const tnm_metadata *metadata, size_t count)
{
    tnm_error error = TNM_OK;
    tnm_metadata *sorted = NULL;
    json_t *object = json_object();
    if (count == 0)
        goto out;
    TNM_TRY(TNM_NEW(sorted, count));
    memcpy(sorted, metadata, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_keys);
    for (size_t k = 0; k < count; k++) {
        TNM_TRY(check_text(sorted[k].key));
        TNM_TRY(check_text(sorted[k].value));
        TNM_TRY(add(object, sorted[k].key, json_string(sorted[k].value)));
    }
    TNM_TRY(add(header, "__metadata__", json_incref(object)));
out:
    json_decref(object);
    free(sorted);
    return error;
}

static json_t *json_whole(size_t number)
{
    return json_integer((json_int_t)number);
}

static tnm_error add_tensor(json_t *header, const tnm_safetensors_plan *plan,
                            const tnm_tensor *tensor, size_t which)
{
    tnm_error error = check_text(tensor->name);
    if (error != TNM_OK)
        return error;
    if (strcmp(tensor->name, "__metadata__") == 0)
        return tnm_fail(TNM_ERROR_DATA, "no tensor may have the name __metadata__");
    json_t *shape = json_array();
    for (size_t k = 0; k < tensor->rank; k++) {
        if (json_array_append_new(shape, json_whole(tensor->shape[k])) != 0) {
            json_decref(shape);
            return tnm_fail(TNM_ERROR_MEMORY, "out of memory: a header");
        }
    }
    size_t begin = plan->offsets[which];
    return add(header, tensor->name,
               json_pack("{s:s, s:o, s:[o, o]}", "dtype", tnm_tensor_type_name(tensor->type),
                         "shape", shape, "data_offsets", json_whole(begin),
                         json_whole(begin + plan->sizes[which])));
}

/* Turns the text into the first bytes of the file: its length before it, spaces behind it. */
static tnm_error frame(tnm_safetensors_plan *plan, const char *text)
{
    size_t length = (strlen(text) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (length > TNM_SAFETENSORS_MAX_HEADER)
        return tnm_fail(TNM_ERROR_DATA, "the header would have %zu bytes, and the most is %d",
                        length, TNM_SAFETENSORS_MAX_HEADER);
    plan->header_size = LENGTH + length;
    if (TNM_NEW(plan->header, plan->header_size) != TNM_OK)
        return TNM_ERROR_MEMORY;
    for (size_t k = 0; k < LENGTH; k++)
        plan->header[k] = (unsigned char)(length >> 8 * k);
    memset(plan->header + LENGTH, ' ', length);
    memcpy(plan->header + LENGTH, text, strlen(text));
    return TNM_OK;
}

static tnm_error write_header(tnm_safetensors_plan *plan, const tnm_tensor *tensors, size_t count,
                              const tnm_metadata *metadata, size_t metadata_count)
{
    tnm_error error = TNM_OK;
    char *text = NULL;
    json_t *header = json_object();
    if (header == NULL)
        TNM_TRY(tnm_fail(TNM_ERROR_MEMORY, "out of memory: a header"));
    TNM_TRY(add_metadata(header, metadata, metadata_count));
    for (size_t k = 0; k < count; k++)
        TNM_TRY(add_tensor(header, plan, &tensors[plan->order[k]], plan->order[k]));
    text = json_dumps(header, JSON_COMPACT);
    if (text == NULL)
        TNM_TRY(tnm_fail(TNM_ERROR_MEMORY, "out of memory: a header"));
    TNM_TRY(frame(plan, text));
out:
    free(text);
    json_decref(header);
    return error;
}

/* ---- plans ------------------------------------------------------------------------------- */

tnm_error tnm_safetensors_plan_init(tnm_safetensors_plan *plan, const tnm_tensor *tensors,
                                    size_t count, const tnm_metadata *metadata,
                                    size_t metadata_count)
{
    tnm_error error = TNM_OK;
    *plan = (tnm_safetensors_plan){0};
    TNM_TRY(TNM_NEW(plan->order, count));
    TNM_TRY(TNM_NEW(plan->offsets, count));
    TNM_TRY(TNM_NEW(plan->sizes, count));
    TNM_TRY(place_tensors(plan, tensors, count));
    TNM_TRY(write_header(plan, tensors, count, metadata, metadata_count));
    for (size_t k = 0; k < count; k++)
        plan->offsets[k] += plan->header_size;
    plan->file_size += plan->header_size;
out:
    if (error != TNM_OK)
        tnm_safetensors_plan_free(plan);
    return error;
}

void tnm_safetensors_plan_free(tnm_safetensors_plan *plan)
{
    free(plan->header);
    free(plan->order);
    free(plan->offsets);
    free(plan->sizes);
    *plan = (tnm_safetensors_plan){0};
}

tnm_error tnm_safetensors_create(tnm_output *output, const char *path,
                                 const tnm_safetensors_plan *plan, unsigned char **bytes)
{
    tnm_error error = TNM_OK;
    void *memory = NULL;
    TNM_TRY(tnm_output_open(output, path));
    TNM_TRY(tnm_output_memory(output, plan->file_size, &memory));
    memcpy(memory, plan->header, plan->header_size);
    *bytes = memory;
out:
    if (error != TNM_OK)
        tnm_output_abort(output);
    return error;
}
