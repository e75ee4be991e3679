/* Reading safetensors files: see safetensors.h. */
#include "instances/safetensors.h"

#include "instances/json.h"

#include <stdlib.h>
#include <string.h>

static const char metadata_key[] = "__metadata__";

enum { LENGTH = 8 }; /* bytes before the header's text */

/* ---- the header's place ------------------------------------------------------------------ */

static uint64_t little_endian(const unsigned char *bytes)
{
    uint64_t number = 0;
    for (int k = LENGTH - 1; k >= 0; k--)
        number = number << 8 | bytes[k];
    return number;
}

/* The header's text and its length without padding. */
static tnm_error find_header(tnm_safetensors *self, size_t *length)
{
    if (self->size < LENGTH)
        return tnm_fail(TNM_ERROR_DATA, "%s: truncated after %zu bytes, within its header",
                        self->name, self->size);
    uint64_t stored = little_endian(self->header);
    if (stored > TNM_SAFETENSORS_MAX_HEADER)
        return tnm_fail(TNM_ERROR_DATA,
                        "%s: no safetensors file: its header would have %llu bytes, and the most "
                        "is %d",
                        self->name, (unsigned long long)stored, TNM_SAFETENSORS_MAX_HEADER);
    self->header_size = LENGTH + (size_t)stored;
    if (self->header_size > self->size)
        return tnm_fail(TNM_ERROR_DATA, "%s: truncated: expected %zu bytes of header, found %zu",
                        self->name, self->header_size, self->size);
    const unsigned char *text = self->header + LENGTH;
    *length = (size_t)stored;
    if (*length == 0 || text[0] != '{')
        return tnm_fail(TNM_ERROR_DATA, "%s: header does not begin with '{'", self->name);
    while (text[*length - 1] == ' ')
        (*length)--;
    if (text[*length - 1] != '}')
        return tnm_fail(TNM_ERROR_DATA, "%s: header does not end with '}' and spaces", self->name);
    return TNM_OK;
}

/* ---- tensors ----------------------------------------------------------------------------- */

static tnm_error refuse(const tnm_safetensors *self, const tnm_tensor *tensor, const char *sentence)
{
    char shown[TNM_SHOWN];
    return tnm_fail(TNM_ERROR_DATA, "%s: tensor '%s': %s", self->name,
                    tnm_tensor_show(shown, tensor->name), sentence);
}

static tnm_error take_members(const tnm_safetensors *self, const tnm_tensor *tensor,
                              json_t *members)
{
    static const char *const known[] = {"dtype", "shape", "data_offsets"};
    char sentence[TNM_SHOWN + 64], shown[TNM_SHOWN];
    const char *key;
    json_t *value;
    if (!json_is_object(members))
        return refuse(self, tensor, "expected an object of dtype, shape and data_offsets");
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        if (json_object_get(members, known[k]) != NULL)
            continue;
        snprintf(sentence, sizeof sentence, "it lacks '%s'", known[k]);
        return refuse(self, tensor, sentence);
    }
    json_object_foreach(members, key, value)
    {
        if (strcmp(key, known[0]) == 0 || strcmp(key, known[1]) == 0 || strcmp(key, known[2]) == 0)
            continue;
        snprintf(sentence, sizeof sentence, "unknown member '%s'", tnm_tensor_show(shown, key));
        return refuse(self, tensor, sentence);
    }
    return TNM_OK;
}

static tnm_error take_type(const tnm_safetensors *self, tnm_tensor *tensor, const json_t *dtype)
{
    char sentence[TNM_SHOWN + 64], shown[TNM_SHOWN];
    if (!json_is_string(dtype))
        return refuse(self, tensor, "dtype is no string");
    if (tnm_tensor_type_find(&tensor->type, json_string_value(dtype)))
        return TNM_OK;
    snprintf(sentence, sizeof sentence, "unknown dtype '%s'",
             tnm_tensor_show(shown, json_string_value(dtype)));
    return refuse(self, tensor, sentence);
}

/* Reads the sides into `sides`, which has room for all of the array. */
static tnm_error take_shape(const tnm_safetensors *self, tnm_tensor *tensor, const json_t *shape,
                            size_t *sides)
{
    if (!json_is_array(shape))
        return refuse(self, tensor, "shape is no array");
    tensor->shape = sides;
    tensor->rank = json_array_size(shape);
    for (size_t k = 0; k < tensor->rank; k++) {
        if (!tnm_json_whole(json_array_get(shape, k), &sides[k]))
            return refuse(self, tensor, "a side is no whole number from 0 to 2^48 - 1");
    }
    return TNM_OK;
}

/* Reads where the bytes lie: counted from the end of the header, not yet from the file's start. */
static tnm_error take_offsets(const tnm_safetensors *self, tnm_tensor *tensor,
                              const json_t *offsets)
{
    size_t end;
    if (json_array_size(offsets) != 2)
        return refuse(self, tensor, "data_offsets is no array of two numbers");
    if (!tnm_json_whole(json_array_get(offsets, 0), &tensor->offset) ||
        !tnm_json_whole(json_array_get(offsets, 1), &end))
        return refuse(self, tensor, "an offset is no whole number from 0 to 2^48 - 1");
    if (end < tensor->offset)
        return refuse(self, tensor, "it ends before it begins");
    tensor->size = end - tensor->offset;
    return TNM_OK;
}

/* A tensor has as many bytes as type and shape say. */
static tnm_error check_size(const tnm_safetensors *self, const tnm_tensor *tensor)
{
    char sentence[2 * TNM_SHOWN], shown[TNM_SHOWN];
    const char *type = tnm_tensor_type_name(tensor->type);
    const char *shape = tnm_tensor_show_shape(shown, tensor->shape, tensor->rank);
    size_t size;
    bool fits;
    if (tnm_tensor_measure(tensor->type, tensor->shape, tensor->rank, &size, &fits)) {
        if (size == tensor->size)
            return TNM_OK;
        snprintf(sentence, sizeof sentence, "%s of shape %s has %zu bytes, its offsets span %zu",
                 type, shape, size, tensor->size);
    } else {
        snprintf(sentence, sizeof sentence, "%s of shape %s is %s", type, shape,
                 fits ? "no whole number of bytes" : "too large");
    }
    return refuse(self, tensor, sentence);
}

/* Reads one entry, whose sides go to `sides`. */
static tnm_error take_tensor(const tnm_safetensors *self, tnm_tensor *tensor, json_t *members,
                             size_t *sides)
{
    tnm_error error = TNM_OK;
    TNM_TRY(take_members(self, tensor, members));
    TNM_TRY(take_type(self, tensor, json_object_get(members, "dtype")));
    TNM_TRY(take_shape(self, tensor, json_object_get(members, "shape"), sides));
    TNM_TRY(take_offsets(self, tensor, json_object_get(members, "data_offsets")));
    TNM_TRY(check_size(self, tensor));
out:
    return error;
}

/* ---- all entries ------------------------------------------------------------------------- */

static tnm_error take_metadata(tnm_safetensors *self, json_t *metadata)
{
    char shown[TNM_SHOWN];
    const char *key;
    json_t *value;
    if (!json_is_object(metadata))
        return tnm_fail(TNM_ERROR_DATA, "%s: __metadata__ is no object of strings", self->name);
    if (TNM_NEW(self->metadata, json_object_size(metadata)) != TNM_OK)
        return TNM_ERROR_MEMORY;
    json_object_foreach(metadata, key, value)
    {
        if (!json_is_string(value))
            return tnm_fail(TNM_ERROR_DATA, "%s: __metadata__: '%s' is no string", self->name,
                            tnm_tensor_show(shown, key));
        self->metadata[self->metadata_count++] = (tnm_metadata){key, json_string_value(value)};
    }
    return TNM_OK;
}

static size_t count_sides(json_t *entries)
{
    size_t count = 0;
    const char *name;
    json_t *members;
    json_object_foreach(entries, name, members) count +=
        json_array_size(json_object_get(members, "shape"));
    return count;
}

static tnm_error take_entries(tnm_safetensors *self)
{
    tnm_error error = TNM_OK;
    const char *name;
    json_t *members;
    TNM_TRY(TNM_NEW(self->tensors, json_object_size(self->json)));
    TNM_TRY(TNM_NEW(self->sides, count_sides(self->json)));
    size_t *sides = self->sides;
    json_object_foreach(self->json, name, members)
    {
        if (strcmp(name, metadata_key) == 0) {
            TNM_TRY(take_metadata(self, members));
            continue;
        }
        tnm_tensor *tensor = &self->tensors[self->count++];
        tensor->name = name;
        TNM_TRY(take_tensor(self, tensor, members, sides));
        sides += tensor->rank;
    }
out:
    return error;
}

/* ---- their places ------------------------------------------------------------------------ */

/* By where they begin; of those that begin together, the empty ones first. */
static int compare_places(const void *left, const void *right)
{
    const tnm_tensor *a = left, *b = right;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    if (a->size != b->size)
        return a->size < b->size ? -1 : 1;
    return strcmp(a->name, b->name);
}

static tnm_error check_place(const tnm_safetensors *self, const tnm_tensor *tensor, size_t free)
{
    char sentence[128];
    if (tensor->offset == free)
        return TNM_OK;
    if (tensor->offset > free)
        snprintf(sentence, sizeof sentence, "a hole of %zu bytes lies before it",
                 tensor->offset - free);
    else
        snprintf(sentence, sizeof sentence,
                 "it begins at %zu and overlaps the one that ends at %zu", tensor->offset, free);
    return refuse(self, tensor, sentence);
}

/* Sorts the tensors by their places, which have to fill the file, and gives them their bytes. */
static tnm_error place_tensors(tnm_safetensors *self)
{
    tnm_error error = TNM_OK;
    size_t free = 0, room = self->size - self->header_size;
    qsort(self->tensors, self->count, sizeof *self->tensors, compare_places);
    for (size_t k = 0; k < self->count; k++) {
        TNM_TRY(check_place(self, &self->tensors[k], free));
        free += self->tensors[k].size;
    }
    if (free != room)
        TNM_TRY(tnm_fail(TNM_ERROR_DATA, "%s: %s: expected %zu bytes of tensors, found %zu",
                         self->name, room < free ? "truncated" : "too long", free, room));
    for (size_t k = 0; k < self->count; k++) {
        self->tensors[k].offset += self->header_size;
        self->tensors[k].data = self->header + self->tensors[k].offset;
    }
out:
    return error;
}

/* ---- finding ----------------------------------------------------------------------------- */

/* What numbers are ordered and looked up by: the name of a tensor, or the key of an entry of
 * metadata. */
typedef const char *(*name_of)(const tnm_safetensors *self, size_t number);

static const char *tensor_name(const tnm_safetensors *self, size_t number)
{
    return self->tensors[number].name;
}

static const char *key_name(const tnm_safetensors *self, size_t number)
{
    return self->metadata[number].key;
}

typedef struct order {
    const tnm_safetensors *file;
    name_of name;
} order;

static int compare(const void *left, const void *right, void *context)
{
    const order *by = context;
    const size_t *a = left, *b = right;
    return strcmp(by->name(by->file, *a), by->name(by->file, *b));
}

/* The numbers below `count` in the order of their names. */
static tnm_error sort(const tnm_safetensors *self, size_t **numbers, size_t count, name_of name)
{
    tnm_error error = TNM_OK;
    order by = {self, name};
    TNM_TRY(TNM_NEW(*numbers, count));
    for (size_t k = 0; k < count; k++)
        (*numbers)[k] = k;
    qsort_r(*numbers, count, sizeof **numbers, compare, &by);
out:
    return error;
}

/* The number of this name, or `count`. */
static size_t look_up(const tnm_safetensors *self, const size_t *numbers, size_t count,
                      name_of name, const char *wanted)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int difference = strcmp(wanted, name(self, numbers[middle]));
        if (difference == 0)
            return numbers[middle];
        if (difference < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return count;
}

static tnm_error sort_names(tnm_safetensors *self)
{
    tnm_error error = TNM_OK;
    TNM_TRY(sort(self, &self->by_name, self->count, tensor_name));
    TNM_TRY(sort(self, &self->by_key, self->metadata_count, key_name));
out:
    return error;
}

const tnm_tensor *tnm_safetensors_find(const tnm_safetensors *self, const char *name)
{
    size_t number = look_up(self, self->by_name, self->count, tensor_name, name);
    return number < self->count ? &self->tensors[number] : NULL;
}

const char *tnm_safetensors_metadata(const tnm_safetensors *self, const char *key)
{
    size_t number = look_up(self, self->by_key, self->metadata_count, key_name, key);
    return number < self->metadata_count ? self->metadata[number].value : NULL;
}

/* ---- opening and closing ----------------------------------------------------------------- */

tnm_error tnm_safetensors_parse(tnm_safetensors *self, const unsigned char *bytes, size_t size,
                                const char *name)
{
    tnm_error error = TNM_OK;
    size_t length = 0;
    *self = (tnm_safetensors){.header = bytes, .size = size};
    self->name = tnm_copy_string(name);
    if (self->name == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    TNM_TRY(find_header(self, &length));
    TNM_TRY(tnm_json_parse(&self->json, bytes + LENGTH, length, name, "header"));
    TNM_TRY(take_entries(self));
    TNM_TRY(place_tensors(self));
    TNM_TRY(sort_names(self));
out:
    if (error != TNM_OK)
        tnm_safetensors_close(self);
    return error;
}

tnm_error tnm_safetensors_open(tnm_safetensors *self, const char *path)
{
    tnm_error error = TNM_OK;
    tnm_file file = {0};
    *self = (tnm_safetensors){0};
    TNM_TRY(tnm_file_open(&file, path));
    TNM_TRY(tnm_safetensors_parse(self, file.bytes, file.size, tnm_file_name(path)));
    self->file = file;
out:
    if (error != TNM_OK)
        tnm_file_close(&file);
    return error;
}

void tnm_safetensors_close(tnm_safetensors *self)
{
    free(self->name);
    free(self->tensors);
    free(self->metadata);
    free(self->by_name);
    free(self->by_key);
    free(self->sides);
    json_decref(self->json);
    tnm_file_close(&self->file);
    *self = (tnm_safetensors){0};
}
