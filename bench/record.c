/* Records: see record.h. */
#include "bench/record.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[TNM_RECORD_WIDTH] = {
#define X(name, type, meaning) #name,
    TNM_RECORD_COLUMNS(X)
#undef X
};

/* ---- blank ------------------------------------------------------------------------------- */

static void clear_TEXT(const char **cell)
{
    *cell = "";
}

static void clear_COUNT(size_t *cell)
{
    *cell = TNM_NO_COUNT;
}

static void clear_REAL(double *cell)
{
    *cell = (double)NAN;
}

static void clear_GAPS(tnm_gaps *cell)
{
    *cell = (tnm_gaps){0};
}

void tnm_record_init(tnm_record *record)
{
#define X(name, type, meaning) clear_##type(&record->name);
    TNM_RECORD_COLUMNS(X)
#undef X
}

/* ---- writing ----------------------------------------------------------------------------- */

static void print_TEXT(FILE *stream, const char *const *cell)
{
    for (const char *byte = *cell; *byte != '\0'; byte++)
        fputc(*byte == ',' || *byte == '"' || (unsigned char)*byte < ' ' ? '_' : *byte, stream);
}

static void print_COUNT(FILE *stream, const size_t *cell)
{
    if (*cell != TNM_NO_COUNT)
        fprintf(stream, "%zu", *cell);
}

static void print_REAL(FILE *stream, const double *cell)
{
    if (!isnan(*cell))
        fprintf(stream, "%.17g", *cell);
}

static void print_GAPS(FILE *stream, const tnm_gaps *cell)
{
    tnm_gaps_print(cell, stream);
}

/* Closes a stream over memory: its text, or NULL with the error recorded. */
static char *finish(FILE *stream, char **text)
{
    bool failed = stream == NULL || ferror(stream) != 0;
    if (stream != NULL && fclose(stream) != 0)
        failed = true;
    if (!failed)
        return *text;
    free(*text);
    tnm_fail(TNM_ERROR_MEMORY, "out of memory: a row of records");
    return NULL;
}

char *tnm_record_head(void)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    for (size_t k = 0; k < TNM_RECORD_WIDTH && stream != NULL; k++)
        fprintf(stream, "%s%s", k > 0 ? "," : "", names[k]);
    if (stream != NULL)
        fputs("\r\n", stream);
    return finish(stream, &text);
}

static void print_cells(FILE *stream, const tnm_record *record)
{
    const char *comma = "";
#define X(name, type, meaning)                                                                     \
    fputs(comma, stream);                                                                          \
    print_##type(stream, &record->name);                                                           \
    comma = ",";
    TNM_RECORD_COLUMNS(X)
#undef X
    fputs("\r\n", stream);
}

char *tnm_record_row(const tnm_record *record)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (stream != NULL)
        print_cells(stream, record);
    return finish(stream, &text);
}

/* ---- reading ----------------------------------------------------------------------------- */

static bool parse_TEXT(const char **cell, char *text)
{
    *cell = text;
    return true;
}

static bool parse_COUNT(size_t *cell, char *text)
{
    char *end;
    clear_COUNT(cell);
    if (*text == '\0')
        return true;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    *cell = (size_t)number;
    return isdigit((unsigned char)*text) && *end == '\0' && errno == 0;
}

static bool parse_REAL(double *cell, char *text)
{
    char *end;
    clear_REAL(cell);
    if (*text == '\0')
        return true;
    *cell = strtod(text, &end);
    return *end == '\0' && !isspace((unsigned char)*text) && !isnan(*cell);
}

static bool parse_GAPS(tnm_gaps *cell, char *text)
{
    return tnm_gaps_parse(cell, text) == TNM_OK;
}

/* Cuts a row at its commas; whether it has as many cells as there are columns. */
static bool cut(char **cells, char *row)
{
    size_t count = 0;
    for (char *cell; (cell = strsep(&row, ",")) != NULL; count++) {
        if (count < TNM_RECORD_WIDTH)
            cells[count] = cell;
    }
    return count == TNM_RECORD_WIDTH;
}

tnm_error tnm_record_parse(tnm_record *record, char *row)
{
    char *cells[TNM_RECORD_WIDTH];
    if (!cut(cells, row))
        return tnm_fail(TNM_ERROR_DATA, "a row of not %d columns", (int)TNM_RECORD_WIDTH);
#define X(name, type, meaning)                                                                     \
    if (!parse_##type(&record->name, cells[TNM_COLUMN_##name]))                                    \
        return tnm_fail(TNM_ERROR_DATA, "column %s: '%.32s'", #name, cells[TNM_COLUMN_##name]);
    TNM_RECORD_COLUMNS(X)
#undef X
    return TNM_OK;
}
