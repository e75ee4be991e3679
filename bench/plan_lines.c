/* The lines of a plan: see plan_lines.h. */
#include "bench/plan_lines.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- complaints -------------------------------------------------------------------------- */

tnm_error tnm_plan_complain(const tnm_plan *plan, const tnm_plan_line *line, const char *format,
                            ...)
{
    char sentence[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    return tnm_fail(TNM_ERROR_DATA, "%s:%zu: %s", plan->path, line->number, sentence);
}

/* ---- words ------------------------------------------------------------------------------- */

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

/* Words stand in cells of CSV files, and so may hold neither commas nor quotes. */
static bool is_wordlike(char byte)
{
    return isgraph((unsigned char)byte) && byte != ',' && byte != '"';
}

/* Cuts one line, which a zero ends, into words; *next is where they are put, and is moved on. */
static tnm_error cut_line(tnm_plan *plan, char *text, size_t number, char ***next)
{
    tnm_plan_line line = {.number = number, .words = *next};
    while (*text != '\0' && *text != '#') {
        while (is_blank(*text))
            *text++ = '\0';
        if (*text == '\0' || *text == '#')
            break;
        *(*next)++ = text;
        line.count++;
        while (is_wordlike(*text))
            text++;
        if (*text != '\0' && !is_blank(*text))
            return tnm_plan_complain(plan, &line, "unexpected byte 0x%02x", (unsigned char)*text);
    }
    *text = '\0';
    if (line.count == 0)
        return TNM_OK;
    *(*next)++ = NULL;
    plan->lines[plan->line_count++] = line;
    return TNM_OK;
}

/* No line of k bytes holds more than k words, their NULL included. */
tnm_error tnm_plan_cut(tnm_plan *plan, size_t size)
{
    tnm_error error = TNM_OK;
    size_t lines = 1, number = 0;
    for (size_t k = 0; k < size; k++)
        lines += plan->bytes[k] == '\n';
    TNM_TRY(TNM_NEW(plan->words, size + lines + 1));
    TNM_TRY(TNM_NEW(plan->lines, lines));
    char **next = plan->words;
    for (char *text = plan->bytes, *end = text + size; text < end;) {
        char *stop = memchr(text, '\n', (size_t)(end - text));
        if (stop == NULL)
            stop = end;
        tnm_plan_line here = {.number = ++number};
        if (memchr(text, '\0', (size_t)(stop - text)) != NULL)
            TNM_TRY(tnm_plan_complain(plan, &here, "line contains a zero byte"));
        *stop = '\0';
        TNM_TRY(cut_line(plan, text, number, &next));
        text = stop + 1;
    }
out:
    return error;
}

char *tnm_plan_line_text(const tnm_plan_line *line)
{
    char *text = tnm_copy_string(line->words[0]);
    for (size_t k = 1; k < line->count && text != NULL; k++) {
        char *longer = tnm_format("%s %s", text, line->words[k]);
        free(text);
        text = longer;
    }
    return text;
}
