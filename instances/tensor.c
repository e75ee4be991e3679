/* Tensors and their types: see tensor.h. */
#include "instances/tensor.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    size_t bits;
} types[] = {
#define X(name, bits) {#name, bits},
    TNM_TENSOR_TYPES(X)
#undef X
};

const char *tnm_tensor_type_name(tnm_tensor_type type)
{
    return types[type].name;
}

bool tnm_tensor_type_find(tnm_tensor_type *type, const char *name)
{
    for (size_t k = 0; k < TNM_TENSOR_TYPE_COUNT; k++) {
        if (strcmp(types[k].name, name) == 0) {
            *type = (tnm_tensor_type)k;
            return true;
        }
    }
    return false;
}

bool tnm_tensor_type_weights(tnm_tensor_type type, tnm_dtype *dtype)
{
    static const struct {
        tnm_tensor_type type;
        tnm_dtype dtype;
    } weights[] = {{TNM_TENSOR_F32, TNM_F32},         {TNM_TENSOR_F16, TNM_F16},
                   {TNM_TENSOR_BF16, TNM_BF16},       {TNM_TENSOR_F64, TNM_F64},
                   {TNM_TENSOR_F8_E4M3, TNM_F8_E4M3}, {TNM_TENSOR_F8_E5M2, TNM_F8_E5M2}};
    for (size_t k = 0; k < sizeof weights / sizeof *weights; k++) {
        if (weights[k].type != type)
            continue;
        if (dtype != NULL)
            *dtype = weights[k].dtype;
        return true;
    }
    return false;
}

/* ---- shapes ------------------------------------------------------------------------------ */

bool tnm_tensor_measure(tnm_tensor_type type, const size_t *shape, size_t rank, size_t *size,
                        bool *fits)
{
    size_t elements = 1, bits;
    bool empty = false;
    *fits = false;
    for (size_t k = 0; k < rank; k++) {
        empty = empty || shape[k] == 0;
        if (shape[k] > 0 && __builtin_mul_overflow(elements, shape[k], &elements))
            return false;
    }
    if (__builtin_mul_overflow(elements, types[type].bits, &bits) || bits > PTRDIFF_MAX)
        return false;
    *fits = true;
    *size = empty ? 0 : bits / 8;
    return empty || bits % 8 == 0;
}

size_t tnm_tensor_count(const tnm_tensor *tensor)
{
    return tensor->size * 8 / types[tensor->type].bits;
}

size_t tnm_tensor_slices(const tnm_tensor *tensor)
{
    if (tensor->rank == 2)
        return 1;
    return tensor->rank == 4 ? tensor->shape[2] * tensor->shape[3] : 0;
}

/* ---- messages ---------------------------------------------------------------------------- */

static bool is_control(unsigned char byte)
{
    return byte < ' ' || byte == 0x7f;
}

const char *tnm_tensor_show(char shown[TNM_SHOWN], const char *text)
{
    static const char cut[] = "...";
    size_t length = strlen(text), kept = length < TNM_SHOWN ? length : TNM_SHOWN - sizeof cut;
    /* Never within a character: bytes 10xxxxxx go with the one before them. */
    while (kept < length && kept > 0 && ((unsigned char)text[kept] & 0xc0) == 0x80)
        kept--;
    for (size_t k = 0; k < kept; k++)
        shown[k] = is_control((unsigned char)text[k]) ? '?' : text[k];
    memcpy(shown + kept, cut, kept < length ? sizeof cut : 0);
    shown[kept < length ? kept + sizeof cut - 1 : kept] = '\0';
    return shown;
}

const char *tnm_tensor_show_shape(char shown[TNM_SHOWN], const size_t *shape, size_t rank)
{
    size_t at = (size_t)snprintf(shown, TNM_SHOWN, "[");
    for (size_t k = 0; k < rank; k++) {
        if (at + 32 > TNM_SHOWN) { /* no room for a side, a comma and the end */
            at += (size_t)snprintf(shown + at, TNM_SHOWN - at, "...");
            break;
        }
        at += (size_t)snprintf(shown + at, TNM_SHOWN - at, k == 0 ? "%zu" : ", %zu", shape[k]);
    }
    snprintf(shown + at, TNM_SHOWN - at, "]");
    return shown;
}
