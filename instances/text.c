#include "instances/text.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Indexed by tnm_constraint. */
static const char *const constraint_words[] = {"equal", "atmost"};
enum { CONSTRAINTS = sizeof constraint_words / sizeof constraint_words[0] };

static const char blanks[] = " \t\r";

/* Where reading stands. */
typedef struct text_reader {
    FILE *stream;
    const char *name;      /* of the stream, in messages */
    char *line;            /* the current line, ended by a zero; cut up while it is read */
    size_t number;         /* of the current line, from 1 */
    size_t problem_number; /* line of the problem, or 0 */
    size_t rows_read;
    locale_t locale; /* a number has a point in it, whatever the caller's locale says */
    tnm_text *text;
} text_reader;

static tnm_error complain(const text_reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Records "NAME:LINE: sentence". */
static tnm_error complain(const text_reader *reader, const char *format, ...)
{
    char sentence[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    size_t number = reader->number > 0 ? reader->number : 1; /* an empty file has a line 1 too */
    return tnm_fail(TNM_ERROR_DATA, "%s:%zu: %s", reader->name, number, sentence);
}

typedef struct printable {
    char text[32];
} printable;

/* The beginning of a token, fit to be printed. */
static printable quote(const char *token)
{
    printable quoted = {""};
    size_t length = strlen(token), room = sizeof quoted.text - 4;
    for (size_t i = 0; i < length && i < room; i++)
        quoted.text[i] = isprint((unsigned char)token[i]) ? token[i] : '?';
    if (length > room)
        strcpy(quoted.text + room, "...");
    return quoted;
}

/* Reads the next line into reader->line; returns through `found` whether there was one. */
static tnm_error next_line(text_reader *reader, bool *found)
{
    int byte = getc_unlocked(reader->stream);
    *found = byte != EOF;
    reader->number += *found;
    size_t length = 0;
    for (; byte != EOF && byte != '\n'; byte = getc_unlocked(reader->stream)) {
        if (byte == '\0')
            return complain(reader, "line contains a zero byte");
        if (length == TNM_TEXT_MAX_LINE)
            return complain(reader, "line is longer than %d bytes", TNM_TEXT_MAX_LINE);
        reader->line[length++] = (char)byte;
    }
    reader->line[length] = '\0';
    if (ferror(reader->stream))
        return tnm_fail(TNM_ERROR_IO, "%s: %s", reader->name, strerror(errno));
    return TNM_OK;
}

/* Reads decimal digits and nothing else, at most `most`. */
static bool parse_count(const char *token, size_t most, size_t *count)
{
    if (*token == '\0')
        return false;
    for (*count = 0; isdigit((unsigned char)*token); token++) {
        *count = *count * 10 + (size_t)(*token - '0');
        if (*count > most)
            return false;
    }
    return *token == '\0';
}

static bool parse_pattern(char *token, tnm_problem *problem)
{
    size_t n, m;
    char *colon = strchr(token, ':');
    if (colon == NULL)
        return false;
    *colon = '\0';
    bool good = parse_count(token, TNM_MAX_TILE, &n) && parse_count(colon + 1, TNM_MAX_TILE, &m) &&
                m >= 1 && n <= m;
    *colon = ':';
    if (good) {
        problem->n = (int)n;
        problem->m = (int)m;
    }
    return good;
}

static bool parse_constraint(const char *token, tnm_problem *problem)
{
    for (int i = 0; i < CONSTRAINTS; i++) {
        if (strcmp(token, constraint_words[i]) == 0) {
            problem->constraint = (tnm_constraint)i;
            return true;
        }
    }
    return false;
}

/* Splits the rest of a line into at most `most` tokens; returns how many there are. */
static size_t split(char *rest, char **tokens, size_t most)
{
    size_t count = 0;
    char *save = NULL;
    for (char *token = strtok_r(rest, blanks, &save); token != NULL;
         token = strtok_r(NULL, blanks, &save)) {
        if (count < most)
            tokens[count] = token;
        count++;
    }
    return count;
}

static tnm_error read_shape(text_reader *reader, char *rows, char *cols)
{
    tnm_text *text = reader->text;
    if (!parse_count(rows, TNM_TEXT_MAX_ENTRIES, &text->rows) || text->rows == 0)
        return complain(reader, "expected a number of rows from 1 to %d, found '%s'",
                        TNM_TEXT_MAX_ENTRIES, quote(rows).text);
    if (!parse_count(cols, TNM_TEXT_MAX_COLS, &text->cols) || text->cols == 0)
        return complain(reader, "expected a number of columns from 1 to %d, found '%s'",
                        TNM_TEXT_MAX_COLS, quote(cols).text);
    if (text->rows * text->cols > TNM_TEXT_MAX_ENTRIES)
        return complain(reader, "%zu x %zu is more than %d numbers", text->rows, text->cols,
                        TNM_TEXT_MAX_ENTRIES);
    return TNM_NEW(text->values, text->rows * text->cols);
}

/* p tnm N:M CONSTRAINT ROWS COLS */
static tnm_error read_problem(text_reader *reader, char *rest)
{
    char *tokens[5];
    if (reader->problem_number != 0)
        return complain(reader, "second problem line; the first is line %zu",
                        reader->problem_number);
    reader->problem_number = reader->number;
    if (split(rest, tokens, 5) != 5 || strcmp(tokens[0], "tnm") != 0)
        return complain(reader, "expected 'p tnm N:M equal|atmost ROWS COLS'");
    if (!parse_pattern(tokens[1], &reader->text->problem))
        return complain(reader, "expected a pattern N:M with 0 <= N <= M <= %d, found '%s'",
                        TNM_MAX_TILE, quote(tokens[1]).text);
    if (!parse_constraint(tokens[2], &reader->text->problem))
        return complain(reader, "expected the constraint 'equal' or 'atmost', found '%s'",
                        quote(tokens[2]).text);
    return read_shape(reader, tokens[3], tokens[4]);
}

static tnm_error read_number(text_reader *reader, const char *token, size_t place, double *value)
{
    char *stop = NULL;
    *value = strtod_l(token, &stop, reader->locale);
    if (stop == token || *stop != '\0')
        return complain(reader, "number %zu: '%s' is not a number", place, quote(token).text);
    if (!isfinite(*value))
        return complain(reader, "number %zu: '%s' is not finite", place, quote(token).text);
    return TNM_OK;
}

/* r NUMBER ... NUMBER */
static tnm_error read_row(text_reader *reader, char *rest)
{
    tnm_text *text = reader->text;
    char *tokens[TNM_TEXT_MAX_COLS];
    if (reader->problem_number == 0)
        return complain(reader, "row before the problem line");
    if (reader->rows_read == text->rows)
        return complain(reader, "expected %zu rows, found another", text->rows);
    size_t count = split(rest, tokens, TNM_TEXT_MAX_COLS);
    if (count != text->cols)
        return complain(reader, "expected %zu numbers, found %zu", text->cols, count);
    double *row = text->values + reader->rows_read * text->cols;
    for (size_t j = 0; j < count; j++) {
        tnm_error error = read_number(reader, tokens[j], j + 1, &row[j]);
        if (error != TNM_OK)
            return error;
    }
    reader->rows_read++;
    return TNM_OK;
}

static tnm_error read_line(text_reader *reader)
{
    char *type = reader->line + strspn(reader->line, blanks);
    char *rest = type + strcspn(type, blanks);
    if (*rest != '\0')
        *rest++ = '\0';
    if (*type == '\0' || strcmp(type, "c") == 0)
        return TNM_OK;
    if (strcmp(type, "p") == 0)
        return read_problem(reader, rest);
    if (strcmp(type, "r") == 0)
        return read_row(reader, rest);
    return complain(reader, "unknown line type '%s'; expected c, p or r", quote(type).text);
}

static tnm_error read_lines(text_reader *reader)
{
    bool found = true;
    tnm_error error = TNM_OK;
    while (error == TNM_OK && found) {
        error = next_line(reader, &found);
        if (error == TNM_OK && found)
            error = read_line(reader);
    }
    if (error != TNM_OK)
        return error;
    if (reader->problem_number == 0)
        return complain(reader, "file ends without a problem line");
    if (reader->rows_read != reader->text->rows)
        return complain(reader, "expected %zu rows, found %zu", reader->text->rows,
                        reader->rows_read);
    return TNM_OK;
}

tnm_error tnm_text_read_stream(tnm_text *text, FILE *stream, const char *name)
{
    tnm_error error = TNM_OK;
    *text = (tnm_text){.values = NULL};
    text_reader reader = {.stream = stream, .name = name, .text = text};
    reader.locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (reader.locale == (locale_t)0)
        return tnm_fail(TNM_ERROR_MEMORY, "%s: no memory for a locale", name);
    TNM_TRY(TNM_NEW(reader.line, TNM_TEXT_MAX_LINE + 1));
    TNM_TRY(read_lines(&reader));
out:
    free(reader.line);
    freelocale(reader.locale);
    if (error != TNM_OK)
        tnm_text_free(text);
    return error;
}

tnm_error tnm_text_read(tnm_text *text, const char *path)
{
    *text = (tnm_text){.values = NULL};
    FILE *stream = fopen(path, "rb");
    if (stream == NULL)
        return tnm_fail(TNM_ERROR_NO_INPUT, "%s: %s", path, strerror(errno));
    tnm_error error = tnm_text_read_stream(text, stream, path);
    fclose(stream);
    return error;
}

void tnm_text_free(tnm_text *text)
{
    free(text->values);
    *text = (tnm_text){.values = NULL};
}

tnm_matrix tnm_text_matrix(const tnm_text *text)
{
    return (tnm_matrix){.data = text->values,
                        .dtype = TNM_F64,
                        .rows = text->rows,
                        .cols = text->cols,
                        .row_stride = (ptrdiff_t)text->cols,
                        .col_stride = 1};
}

static void write_comment(FILE *stream, const char *comment)
{
    while (*comment != '\0') {
        size_t length = strcspn(comment, "\n");
        fprintf(stream, "c %.*s\n", (int)length, comment);
        comment += length + (comment[length] == '\n');
    }
}

/* The shortest of 15, 16 and 17 digits that reads back as the same double; 17 always do. */
static void write_number(FILE *stream, double value)
{
    char digits[32];
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    fprintf(stream, " %s", digits);
}

static void write_lines(const tnm_text *text, FILE *stream, const char *comment)
{
    if (comment != NULL)
        write_comment(stream, comment);
    fprintf(stream, "p tnm %d:%d %s %zu %zu\n", text->problem.n, text->problem.m,
            constraint_words[text->problem.constraint], text->rows, text->cols);
    for (size_t i = 0; i < text->rows; i++) {
        fputc('r', stream);
        for (size_t j = 0; j < text->cols; j++)
            write_number(stream, text->values[i * text->cols + j]);
        fputc('\n', stream);
    }
}

tnm_error tnm_text_write(const tnm_text *text, FILE *stream, const char *comment)
{
    if (text->rows == 0 || text->cols == 0 || text->cols > TNM_TEXT_MAX_COLS ||
        text->rows > TNM_TEXT_MAX_ENTRIES / text->cols)
        return tnm_fail(TNM_ERROR_USAGE, "a %zu x %zu matrix does not fit a text instance",
                        text->rows, text->cols);
    locale_t locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (locale == (locale_t)0)
        return tnm_fail(TNM_ERROR_MEMORY, "no memory for a locale");
    locale_t before = uselocale(locale);
    write_lines(text, stream, comment);
    uselocale(before);
    freelocale(locale);
    if (fflush(stream) != 0 || ferror(stream))
        return tnm_fail(TNM_ERROR_IO, "cannot write a text instance: %s", strerror(errno));
    return TNM_OK;
}
