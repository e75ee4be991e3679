#include "solver/parameters.h"

#include <stdlib.h>
#include <string.h>

/* ---- words ------------------------------------------------------------------------------- */

/* The position of a text in "a|b|c", or -1. */
static int position(const char *words, const char *text)
{
    size_t length = strlen(text);
    for (int k = 0; words != NULL; k++) {
        size_t word = strcspn(words, "|");
        if (word == length && memcmp(words, text, length) == 0)
            return k;
        words = words[word] == '|' ? words + word + 1 : NULL;
    }
    return -1;
}

/* ---- checking ---------------------------------------------------------------------------- */

const tnm_method_parameter *tnm_method_parameter_find(const tnm_method_parameter *table,
                                                      const char *name, size_t length)
{
    for (const tnm_method_parameter *row = table; row != NULL && row->name != NULL; row++) {
        if (strlen(row->name) == length && memcmp(row->name, name, length) == 0)
            return row;
    }
    return NULL;
}

static tnm_error check_number(const char *method, const tnm_method_parameter *row, const char *text)
{
    char *end;
    double value = strtod(text, &end);
    bool fits = end != text && *end == '\0' && value >= row->low && value <= row->high;
    if (row->low == row->high || fits)
        return TNM_OK;
    return tnm_fail(TNM_ERROR_USAGE, "%s: %s '%s': expected a number from %g to %g", method,
                    row->name, text, row->low, row->high);
}

static tnm_error check_one(const char *method, const tnm_method_parameter *table, const char *given)
{
    size_t length = strcspn(given, "=");
    const tnm_method_parameter *row = tnm_method_parameter_find(table, given, length);
    if (table == NULL)
        return tnm_fail(TNM_ERROR_USAGE, "%s has no parameters: '%s'", method, given);
    if (row == NULL || given[length] == '\0')
        return tnm_fail(TNM_ERROR_USAGE, "%s has no parameter '%.*s': see 'tnm methods'", method,
                        (int)length, given);
    const char *text = given + length + 1;
    if (row->words == NULL)
        return check_number(method, row, text);
    if (position(row->words, text) >= 0)
        return TNM_OK;
    return tnm_fail(TNM_ERROR_USAGE, "%s: %s '%s': expected one of %s", method, row->name, text,
                    row->words);
}

tnm_error tnm_parameters_check(const char *method, const tnm_method_parameter *table,
                               const char *const *given)
{
    tnm_error error = TNM_OK;
    for (; error == TNM_OK && given != NULL && *given != NULL; given++)
        error = check_one(method, table, *given);
    return error;
}

/* ---- reading ----------------------------------------------------------------------------- */

const char *tnm_method_parameter_text(const tnm_method_parameter *row, const char *const *given)
{
    const char *text = row->initial;
    size_t length = strlen(row->name);
    for (; given != NULL && *given != NULL; given++) {
        if (strncmp(*given, row->name, length) == 0 && (*given)[length] == '=')
            text = *given + length + 1;
    }
    return text;
}

double tnm_method_parameter_number(const tnm_method_parameter *row, const char *const *given)
{
    return strtod(tnm_method_parameter_text(row, given), NULL);
}

int tnm_method_parameter_word(const tnm_method_parameter *row, const char *const *given)
{
    return position(row->words, tnm_method_parameter_text(row, given));
}
