/* The layout `sparse-24-bitmask`: see sparse24.h. */
#include "instances/sparse24.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GROUP = 4, STORED = 2 };

static const char weight_ending[] = ".weight";

/* Bytes of one weight. */
static size_t element_size(const tnm_sparse24 *self)
{
    tnm_dtype dtype = TNM_F32;
    (void)tnm_tensor_type_weights(self->compressed.type, &dtype);
    return tnm_dtype_size(dtype);
}

static size_t bitmask_bytes(size_t cols)
{
    return (cols + 7) / 8;
}

/* ---- writing ----------------------------------------------------------------------------- */

/* Length of a name without ".weight"; 0 where it does not end so. */
static size_t module_length(const char *name)
{
    size_t length = strlen(name), tail = sizeof weight_ending - 1;
    return length > tail && strcmp(name + length - tail, weight_ending) == 0 ? length - tail : 0;
}

const char *tnm_sparse24_refuses(const tnm_tensor *weight)
{
    if (!tnm_tensor_type_weights(weight->type, NULL))
        return "its elements are no weights";
    if (weight->rank != 2)
        return "it does not have 2 dimensions";
    if (weight->shape[1] % GROUP != 0)
        return "its columns are no multiple of 4";
    return module_length(weight->name) > 0 ? NULL : "its name does not end with .weight";
}

tnm_error tnm_sparse24_init(tnm_sparse24 *self, const tnm_tensor *weight)
{
    static const char *const endings[] = {".compressed", ".bitmask", ".shape"};
    size_t rows = weight->shape[0], cols = weight->shape[1];
    *self = (tnm_sparse24){.rows = rows, .cols = cols};
    const size_t sides[3][2] = {{rows, cols / STORED}, {rows, bitmask_bytes(cols)}, {2, 1}};
    const tnm_tensor_type types[] = {weight->type, TNM_TENSOR_U8, TNM_TENSOR_I64};
    tnm_tensor *tensors[] = {&self->compressed, &self->bitmask, &self->shape};
    size_t module = module_length(weight->name), room = module + sizeof ".compressed";
    bool fits;
    self->names = tnm_allocate(3, room);
    if (self->names == NULL)
        return TNM_ERROR_MEMORY;
    memcpy(self->sides, sides, sizeof sides);
    for (size_t k = 0; k < 3; k++) {
        char *name = self->names + k * room;
        memcpy(name, weight->name, module);
        strcpy(name + module, endings[k]);
        *tensors[k] =
            (tnm_tensor){.name = name, .type = types[k], .shape = self->sides[k], .rank = 2};
        (void)tnm_tensor_measure(types[k], self->sides[k], 2, &tensors[k]->size, &fits);
    }
    return TNM_OK;
}

void tnm_sparse24_free(tnm_sparse24 *self)
{
    free(self->names);
    *self = (tnm_sparse24){0};
}

static bool is_zero(const unsigned char *weight, size_t size)
{
    /* A negative zero is one too: the sign is the highest bit of the last byte. */
    for (size_t k = 0; k + 1 < size; k++) {
        if (weight[k] != 0)
            return false;
    }
    return (weight[size - 1] & 0x7f) == 0;
}

/* Which of the 4 weights of a group are stored, as bits: those kept, and the first others. */
static unsigned choose(const unsigned char *group, const uint8_t *kept, size_t size, int *count)
{
    unsigned bits = 0;
    for (unsigned k = 0; k < GROUP; k++) {
        bool keep = kept != NULL ? kept[k] != 0 : !is_zero(group + k * size, size);
        bits |= (unsigned)keep << k;
    }
    *count = __builtin_popcount(bits);
    for (unsigned k = 0; __builtin_popcount(bits) < STORED; k++)
        bits |= 1u << k;
    return bits;
}

tnm_error tnm_sparse24_pack(const tnm_sparse24 *self, unsigned char *compressed,
                            unsigned char *bitmask, const unsigned char *row, const uint8_t *kept)
{
    size_t size = element_size(self);
    memset(bitmask, 0, bitmask_bytes(self->cols));
    for (size_t first = 0; first < self->cols; first += GROUP) {
        int count;
        unsigned bits =
            choose(row + first * size, kept != NULL ? kept + first : NULL, size, &count);
        if (count > STORED)
            return tnm_fail(TNM_ERROR_DATA,
                            "columns %zu to %zu keep %d weights, sparse-24-bitmask stores 2", first,
                            first + GROUP - 1, count);
        bitmask[first / 8] |= (unsigned char)(bits << first % 8);
        for (unsigned k = 0; k < GROUP; k++) {
            if ((bits >> k & 1) == 0)
                continue;
            memcpy(compressed, row + (first + k) * size, size);
            compressed += size;
        }
    }
    return TNM_OK;
}

void tnm_sparse24_pack_shape(const tnm_sparse24 *self, unsigned char *bytes)
{
    for (size_t k = 0; k < 8; k++) {
        bytes[k] = (unsigned char)(self->rows >> 8 * k);
        bytes[8 + k] = (unsigned char)(self->cols >> 8 * k);
    }
}

/* ---- reading ----------------------------------------------------------------------------- */

static tnm_error refuse(const tnm_tensor *tensor, const char *sentence)
{
    char shown[TNM_SHOWN];
    return tnm_fail(TNM_ERROR_DATA, "tensor '%s': %s", tnm_tensor_show(shown, tensor->name),
                    sentence);
}

/* One of the two numbers of `shape`. */
static size_t stored_side(const tnm_tensor *shape, size_t which)
{
    uint64_t side = 0;
    for (size_t k = 0; k < 8; k++)
        side |= (uint64_t)shape->data[8 * which + k] << 8 * k;
    return side;
}

static tnm_error check_tensors(const tnm_tensor *compressed, const tnm_tensor *bitmask,
                               const tnm_tensor *shape)
{
    if (!tnm_tensor_type_weights(compressed->type, NULL) || compressed->rank != 2)
        return refuse(compressed, "sparse-24-bitmask needs weights of 2 dimensions");
    if (bitmask->type != TNM_TENSOR_U8 || bitmask->rank != 2)
        return refuse(bitmask, "sparse-24-bitmask needs U8 of 2 dimensions");
    if (shape->type != TNM_TENSOR_I64 || shape->size != 16)
        return refuse(shape, "sparse-24-bitmask needs two I64");
    return TNM_OK;
}

tnm_error tnm_sparse24_read(tnm_sparse24 *self, const tnm_tensor *compressed,
                            const tnm_tensor *bitmask, const tnm_tensor *shape)
{
    *self = (tnm_sparse24){0};
    if (compressed == NULL || bitmask == NULL || shape == NULL)
        return tnm_fail(TNM_ERROR_DATA, "sparse-24-bitmask needs the tensors .compressed, .bitmask "
                                        "and .shape of a module");
    tnm_error error = check_tensors(compressed, bitmask, shape);
    if (error != TNM_OK)
        return error;
    size_t rows = stored_side(shape, 0), cols = stored_side(shape, 1);
    if (cols % GROUP != 0 || compressed->shape[0] != rows || compressed->shape[1] != cols / STORED)
        return refuse(compressed, "its shape does not fit that of the module");
    if (bitmask->shape[0] != rows || bitmask->shape[1] != bitmask_bytes(cols))
        return refuse(bitmask, "its shape does not fit that of the module");
    *self = (tnm_sparse24){.rows = rows,
                           .cols = cols,
                           .compressed = *compressed,
                           .bitmask = *bitmask,
                           .shape = *shape};
    return TNM_OK;
}

tnm_error tnm_sparse24_unpack(const tnm_sparse24 *self, size_t row, unsigned char *weights,
                              uint8_t *kept)
{
    char sentence[128];
    size_t size = element_size(self), bytes = bitmask_bytes(self->cols);
    const unsigned char *stored = self->compressed.data + row * (self->cols / STORED) * size;
    const unsigned char *bits = self->bitmask.data + row * bytes;
    memset(weights, 0, self->cols * size);
    for (size_t first = 0; first < bytes * 8; first += GROUP) {
        unsigned group = bits[first / 8] >> first % 8 & 0xf;
        if (__builtin_popcount(group) != (first < self->cols ? STORED : 0)) {
            snprintf(sentence, sizeof sentence, "row %zu, columns %zu to %zu have %d bits", row,
                     first, first + GROUP - 1, __builtin_popcount(group));
            return refuse(&self->bitmask, sentence);
        }
        for (unsigned k = 0; k < GROUP && first < self->cols; k++) {
            bool keep = group >> k & 1;
            if (kept != NULL)
                kept[first + k] = keep;
            memcpy(weights + (first + k) * size, stored, keep ? size : 0);
            stored += keep ? size : 0;
        }
    }
    return TNM_OK;
}
