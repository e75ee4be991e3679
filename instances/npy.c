/* Reading .npy files: see npy.h. */
#include "instances/npy_form.h"

#include <stdio.h>
#include <string.h>

enum {
    WORD = 32,      /* of the header; no word that means something is longer */
    DIMENSIONS = 2, /* of a matrix */
    SHAPE = 200,    /* a shape as text: 8 sides of 20 digits, and what is between them */
};

static const struct {
    const char *code; /* in descr, after the byte order */
    size_t size;
} types[] = {
    [TNM_NPY_FLOAT16] = {"f2", 2}, [TNM_NPY_FLOAT32] = {"f4", 4}, [TNM_NPY_FLOAT64] = {"f8", 8},
    [TNM_NPY_INT64] = {"i8", 8},   [TNM_NPY_BOOL] = {"b1", 1},    [TNM_NPY_UINT8] = {"u1", 1},
};

static const struct {
    const char *expected;
    unsigned welcome; /* bit t: type t */
} roles[] = {
    [TNM_NPY_WEIGHTS] = {"weights as float16, float32 or float64",
                         1u << TNM_NPY_FLOAT16 | 1u << TNM_NPY_FLOAT32 | 1u << TNM_NPY_FLOAT64},
    [TNM_NPY_MASK] = {"a mask as bool or uint8", 1u << TNM_NPY_BOOL | 1u << TNM_NPY_UINT8},
    [TNM_NPY_PRICES] = {"prices as int64", 1u << TNM_NPY_INT64},
    [TNM_NPY_TENSOR] = {"a tensor as float16, float32, float64, int64, bool or uint8",
                        (1u << sizeof types / sizeof types[0]) - 1},
};

/* Names of what is not welcome, by the letter of its kind. */
static const struct {
    char kind;
    const char *name;
} kinds[] = {
    {'b', "booleans"},
    {'i', "integers"},
    {'u', "unsigned integers"},
    {'f', "floats"},
    {'c', "complex numbers"},
    {'O', "Python objects"},
    {'S', "byte strings"},
    {'a', "byte strings"},
    {'U', "strings"},
    {'V', "raw bytes or records"},
    {'M', "dates"},
    {'m', "time spans"},
};

const unsigned char tnm_npy_magic[6] = {0x93, 'N', 'U', 'M', 'P', 'Y'};

const char *tnm_npy_code(tnm_npy_type type)
{
    return types[type].code;
}

size_t tnm_npy_size(tnm_npy_type type)
{
    return types[type].size;
}

ptrdiff_t tnm_npy_row_stride(const tnm_npy *npy)
{
    return npy->fortran_order ? 1 : (ptrdiff_t)npy->cols;
}

ptrdiff_t tnm_npy_col_stride(const tnm_npy *npy)
{
    return npy->fortran_order ? (ptrdiff_t)npy->rows : 1;
}

/* ---- the words of the header ------------------------------------------------------------- */

/* The dictionary's text, how far it is read, and what it said so far. */
typedef struct dictionary {
    const char *name; /* of the file */
    const unsigned char *bytes;
    size_t at, end;
    bool has_descr, has_order, has_shape;
    char descr[WORD];
    bool fortran_order;
    size_t shape[TNM_NPY_MAX_RANK];
    size_t dimensions; /* may be more than shape has room for */
} dictionary;

static tnm_error refuse(const dictionary *header, const char *expected)
{
    return tnm_fail(TNM_ERROR_DATA, "%s: header, byte %zu: expected %s", header->name, header->at,
                    expected);
}

/* The next byte that is no space, not yet taken; 0 at the end. */
static unsigned char peek(dictionary *header)
{
    while (header->at < header->end && memchr(" \t\r\n", header->bytes[header->at], 4) != NULL)
        header->at++;
    return header->at < header->end ? header->bytes[header->at] : 0;
}

static bool take(dictionary *header, char wanted)
{
    if (peek(header) != (unsigned char)wanted)
        return false;
    header->at++;
    return true;
}

static bool take_word(dictionary *header, const char *word)
{
    size_t length = strlen(word);
    (void)peek(header);
    if (header->end - header->at < length || memcmp(header->bytes + header->at, word, length) != 0)
        return false;
    header->at += length;
    return true;
}

/* A quoted string. What exceeds a word is left out; what does not print is shown as '?'. */
static tnm_error take_string(dictionary *header, char word[WORD], const char *expected)
{
    unsigned char quote = peek(header);
    size_t length = 0;
    if (quote != '\'' && quote != '"')
        return refuse(header, expected);
    for (header->at++; header->at < header->end; header->at++) {
        unsigned char byte = header->bytes[header->at];
        if (byte == quote) {
            header->at++;
            word[length] = '\0';
            return TNM_OK;
        }
        if (length < WORD - 1)
            word[length++] = byte >= ' ' && byte <= '~' ? (char)byte : '?';
    }
    return refuse(header, "the end of a string");
}

/* A decimal number; Python 2 may have put an L after it. */
static tnm_error take_number(dictionary *header, size_t *number)
{
    unsigned char digit = peek(header);
    if (digit < '0' || digit > '9')
        return refuse(header, "the length of a side");
    for (*number = 0; digit >= '0' && digit <= '9'; header->at++) {
        if (__builtin_mul_overflow(*number, 10, number) ||
            __builtin_add_overflow(*number, (size_t)(digit - '0'), number))
            return tnm_fail(TNM_ERROR_DATA, "%s: a side of the shape is too long", header->name);
        digit = header->at + 1 < header->end ? header->bytes[header->at + 1] : 0;
    }
    (void)take(header, 'L');
    return TNM_OK;
}

/* ---- the entries of the header ----------------------------------------------------------- */

static tnm_error take_descr(dictionary *header)
{
    unsigned char first = peek(header);
    if (first == '[' || first == '(')
        return tnm_fail(TNM_ERROR_DATA, "%s: the elements are records, not numbers", header->name);
    return take_string(header, header->descr, "a type");
}

static tnm_error take_order(dictionary *header)
{
    header->fortran_order = take_word(header, "True");
    return header->fortran_order || take_word(header, "False") ? TNM_OK
                                                               : refuse(header, "True or False");
}

static tnm_error take_shape(dictionary *header)
{
    if (!take(header, '('))
        return refuse(header, "'('");
    while (!take(header, ')')) {
        size_t side = 0;
        tnm_error error = take_number(header, &side);
        if (error != TNM_OK)
            return error;
        if (header->dimensions < TNM_NPY_MAX_RANK)
            header->shape[header->dimensions] = side;
        header->dimensions++;
        if (!take(header, ',') && peek(header) != ')')
            return refuse(header, "',' or ')'");
    }
    return TNM_OK;
}

static tnm_error take_entry(dictionary *header)
{
    const struct {
        const char *key;
        bool *seen;
        tnm_error (*take)(dictionary *);
    } entries[] = {{"descr", &header->has_descr, take_descr},
                   {"fortran_order", &header->has_order, take_order},
                   {"shape", &header->has_shape, take_shape}};
    char key[WORD];
    tnm_error error = take_string(header, key, "a key or '}'");
    if (error != TNM_OK)
        return error;
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        if (strcmp(key, entries[i].key) != 0)
            continue;
        if (*entries[i].seen)
            return tnm_fail(TNM_ERROR_DATA, "%s: header has '%s' twice", header->name, key);
        *entries[i].seen = true;
        return take(header, ':') ? entries[i].take(header) : refuse(header, "':'");
    }
    return tnm_fail(TNM_ERROR_DATA, "%s: header has an unknown key '%s'", header->name, key);
}

static tnm_error take_dictionary(dictionary *header)
{
    if (!take(header, '{'))
        return refuse(header, "'{'");
    while (!take(header, '}')) {
        tnm_error error = take_entry(header);
        if (error != TNM_OK)
            return error;
        if (!take(header, ',') && peek(header) != '}')
            return refuse(header, "',' or '}'");
    }
    if (peek(header) != 0 || header->at < header->end)
        return refuse(header, "nothing but spaces");
    if (header->has_descr && header->has_order && header->has_shape)
        return TNM_OK;
    return tnm_fail(TNM_ERROR_DATA, "%s: header lacks '%s'", header->name,
                    !header->has_descr   ? "descr"
                    : !header->has_order ? "fortran_order"
                                         : "shape");
}

/* ---- what the header says ---------------------------------------------------------------- */

bool tnm_npy_recognises(const unsigned char *bytes, size_t size)
{
    return size > 0 && memcmp(bytes, tnm_npy_magic,
                              size < sizeof tnm_npy_magic ? size : sizeof tnm_npy_magic) == 0;
}

/* Finds the dictionary within the file: from header->at to header->end. */
static tnm_error find_dictionary(dictionary *header, size_t size)
{
    const unsigned char *bytes = header->bytes;
    if (!tnm_npy_recognises(bytes, size))
        return tnm_fail(TNM_ERROR_DATA, "%s: not a .npy file: it does not start with \\x93NUMPY",
                        header->name);
    bool long_form = size > 6 && bytes[6] > 1;
    header->at = TNM_NPY_PREAMBLE + (long_form ? 2 : 0);
    if (size < header->at)
        return tnm_fail(TNM_ERROR_DATA, "%s: truncated after %zu bytes, within its header",
                        header->name, size);
    if (bytes[6] < 1 || bytes[6] > 3 || bytes[7] != 0)
        return tnm_fail(TNM_ERROR_DATA, "%s: .npy version %d.%d; known are 1.0, 2.0 and 3.0",
                        header->name, bytes[6], bytes[7]);
    size_t length = (size_t)bytes[8] | (size_t)bytes[9] << 8;
    if (long_form)
        length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    header->end = header->at + length;
    if (header->end > size)
        return tnm_fail(TNM_ERROR_DATA, "%s: truncated: expected %zu bytes of header, found %zu",
                        header->name, header->end, size);
    return TNM_OK;
}

static const char *kind_name(char kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (kinds[i].kind == kind)
            return kinds[i].name;
    return "an unknown type";
}

/* Reads descr: a byte order and the code of a type that is welcome in this role. */
static tnm_error understand_type(tnm_npy *npy, tnm_npy_role role, const dictionary *header)
{
    char order = header->descr[0];
    const char *code = order == '\0' ? "" : header->descr + 1;
    bool ordered = order == '<' || order == '>';
    for (size_t type = 0; type < sizeof types / sizeof types[0]; type++) {
        if (strcmp(code, types[type].code) != 0 || (roles[role].welcome & 1u << type) == 0)
            continue;
        if (!ordered && (order != '|' || types[type].size > 1))
            break;
        npy->type = (tnm_npy_type)type;
        npy->byte_swapped = types[type].size > 1 && order != TNM_NPY_NATIVE;
        return TNM_OK;
    }
    return tnm_fail(
        TNM_ERROR_DATA, "%s: expected %s, found %s ('%s')", header->name, roles[role].expected,
        ordered || order == '|' ? kind_name(code[0]) : "an unknown type", header->descr);
}

/* Bytes of the whole file that the shape asks for; false where that is too large. */
static bool measure(size_t *expected, const tnm_npy *npy, const dictionary *header)
{
    *expected = types[npy->type].size;
    for (size_t k = 0; k < npy->rank; k++) {
        if (__builtin_mul_overflow(*expected, npy->shape[k], expected))
            return false;
    }
    return !__builtin_add_overflow(*expected, header->end, expected) && *expected <= PTRDIFF_MAX;
}

/* The shape as Python writes it. */
static void show_shape(char shown[SHAPE], const tnm_npy *npy)
{
    size_t at = (size_t)snprintf(shown, SHAPE, "(");
    for (size_t k = 0; k < npy->rank; k++)
        at += (size_t)snprintf(shown + at, SHAPE - at, k == 0 ? "%zu" : ", %zu", npy->shape[k]);
    snprintf(shown + at, SHAPE - at, npy->rank == 1 ? ",)" : ")");
}

static tnm_error understand_shape(tnm_npy *npy, tnm_npy_role role, const dictionary *header,
                                  size_t size)
{
    char shown[SHAPE];
    size_t expected;
    if (role != TNM_NPY_TENSOR && header->dimensions != DIMENSIONS)
        return tnm_fail(TNM_ERROR_DATA, "%s: expected a matrix of 2 dimensions, found %zu",
                        header->name, header->dimensions);
    if (header->dimensions > TNM_NPY_MAX_RANK)
        return tnm_fail(TNM_ERROR_DATA, "%s: expected up to %d dimensions, found %zu", header->name,
                        TNM_NPY_MAX_RANK, header->dimensions);
    npy->rank = header->dimensions;
    memcpy(npy->shape, header->shape, sizeof npy->shape);
    show_shape(shown, npy);
    if (!measure(&expected, npy, header))
        return tnm_fail(TNM_ERROR_DATA, "%s: shape %s is too large", header->name, shown);
    if (expected != size)
        return tnm_fail(TNM_ERROR_DATA, "%s: %s: expected %zu bytes for shape %s, found %zu",
                        header->name, size < expected ? "truncated" : "too long", expected, shown,
                        size);
    npy->rows = role == TNM_NPY_TENSOR ? 0 : npy->shape[0];
    npy->cols = role == TNM_NPY_TENSOR ? 0 : npy->shape[1];
    return TNM_OK;
}

tnm_error tnm_npy_parse(tnm_npy *npy, tnm_npy_role role, const unsigned char *bytes, size_t size,
                        const char *name)
{
    tnm_error error = TNM_OK;
    dictionary header = {.name = name, .bytes = bytes};
    *npy = (tnm_npy){0};
    TNM_TRY(find_dictionary(&header, size));
    TNM_TRY(take_dictionary(&header));
    TNM_TRY(understand_type(npy, role, &header));
    TNM_TRY(understand_shape(npy, role, &header, size));
    npy->fortran_order = header.fortran_order;
    npy->offset = header.end;
out:
    return error;
}
