/* Planning safetensors files: see safetensors_plan.h. */
#include "instances/safetensors_plan.h"

#include "instances/json.h"

#include <stdio.h>
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

static int compare_names(const void *left, const void *right)
{
    const char *const *a = left, *const *b = right;
    return strcmp(*a, *b);
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

/* jansson writes the strings only: where memory is short, its writer of objects leaves keys out. */
static tnm_error print_string(FILE *stream, const char *string)
{
    char shown[TNM_SHOWN];
    json_error_t problem;
    json_t *value = json_pack_ex(&problem, 0, "s", string);
    if (value == NULL && json_error_code(&problem) == json_error_invalid_utf8)
        return tnm_fail(TNM_ERROR_DATA, "'%s' is no UTF-8", tnm_tensor_show(shown, string));
    char *text = value != NULL ? json_dumps(value, JSON_ENCODE_ANY) : NULL;
    json_decref(value);
    if (text == NULL)
        return tnm_fail(TNM_ERROR_MEMORY, "out of memory: a header");
    fputs(text, stream);
    free(text);
    return TNM_OK;
}

static tnm_error twice(const char *name)
{
    char shown[TNM_SHOWN];
    return tnm_fail(TNM_ERROR_DATA, "'%s' would be in the file twice",
                    tnm_tensor_show(shown, name));
}

static tnm_error print_metadata(FILE *stream, const tnm_metadata *metadata, size_t count)
{
    tnm_error error = TNM_OK;
    tnm_metadata *sorted = NULL;
    TNM_TRY(TNM_NEW(sorted, count));
    memcpy(sorted, metadata, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_keys);
    fputs("\"__metadata__\":", stream);
    for (size_t k = 0; k < count; k++) {
        if (k > 0 && strcmp(sorted[k - 1].key, sorted[k].key) == 0)
            TNM_TRY(twice(sorted[k].key));
        fputc(k == 0 ? '{' : ',', stream);
        TNM_TRY(print_string(stream, sorted[k].key));
        fputc(':', stream);
        TNM_TRY(print_string(stream, sorted[k].value));
    }
    fputc('}', stream);
out:
    free(sorted);
    return error;
}

static tnm_error print_tensor(FILE *stream, const tnm_tensor *tensor, size_t begin, size_t size)
{
    if (strcmp(tensor->name, "__metadata__") == 0)
        return tnm_fail(TNM_ERROR_DATA, "no tensor may have the name __metadata__");
    tnm_error error = print_string(stream, tensor->name);
    fprintf(stream, ":{\"dtype\":\"%s\",\"shape\":[", tnm_tensor_type_name(tensor->type));
    for (size_t k = 0; k < tensor->rank; k++)
        fprintf(stream, k == 0 ? "%zu" : ",%zu", tensor->shape[k]);
    fprintf(stream, "],\"data_offsets\":[%zu,%zu]}", begin, begin + size);
    return error;
}

static tnm_error print_header(FILE *stream, const tnm_safetensors_plan *plan,
                              const tnm_tensor *tensors, size_t count, const tnm_metadata *metadata,
                              size_t metadata_count)
{
    tnm_error error = TNM_OK;
    fputc('{', stream);
    if (metadata_count > 0)
        TNM_TRY(print_metadata(stream, metadata, metadata_count));
    for (size_t k = 0; k < count; k++) {
        size_t which = plan->order[k];
        if (k > 0 || metadata_count > 0)
            fputc(',', stream);
        TNM_TRY(print_tensor(stream, &tensors[which], plan->offsets[which], plan->sizes[which]));
    }
    fputc('}', stream);
out:
    return error;
}

/* Turns the text into the first bytes of the file: its length before it, spaces behind it. */
static tnm_error frame(tnm_safetensors_plan *plan, const char *text, size_t text_length)
{
    size_t length = (text_length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (length > TNM_SAFETENSORS_MAX_HEADER)
        return tnm_fail(TNM_ERROR_DATA, "the header would have %zu bytes, and the most is %d",
                        length, TNM_SAFETENSORS_MAX_HEADER);
    plan->header_size = LENGTH + length;
    if (TNM_NEW(plan->header, plan->header_size) != TNM_OK)
        return TNM_ERROR_MEMORY;
    for (size_t k = 0; k < LENGTH; k++)
        plan->header[k] = (unsigned char)(length >> 8 * k);
    memset(plan->header + LENGTH, ' ', length);
    memcpy(plan->header + LENGTH, text, text_length);
    return TNM_OK;
}

static tnm_error write_header(tnm_safetensors_plan *plan, const tnm_tensor *tensors, size_t count,
                              const tnm_metadata *metadata, size_t metadata_count)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (stream == NULL)
        return tnm_fail(TNM_ERROR_MEMORY, "out of memory: a header");
    tnm_error error = print_header(stream, plan, tensors, count, metadata, metadata_count);
    bool lost = ferror(stream) != 0;
    if ((fclose(stream) != 0 || lost) && error == TNM_OK)
        error = tnm_fail(TNM_ERROR_MEMORY, "out of memory: a header");
    if (error == TNM_OK)
        error = frame(plan, text, length);
    free(text);
    return error;
}

/* No two tensors have the same name. */
static tnm_error check_names(const tnm_tensor *tensors, size_t count)
{
    tnm_error error = TNM_OK;
    const char **names = NULL;
    TNM_TRY(TNM_NEW(names, count));
    for (size_t k = 0; k < count; k++)
        names[k] = tensors[k].name;
    qsort(names, count, sizeof *names, compare_names);
    for (size_t k = 1; k < count; k++) {
        if (strcmp(names[k - 1], names[k]) == 0)
            TNM_TRY(twice(names[k]));
    }
out:
    free(names);
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
    TNM_TRY(check_names(tensors, count));
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
