/* Tables of text: see table.h. */
#include "cli/table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 24 };

void cli_table_init(cli_table *table, const char *alignment)
{
    *table = (cli_table){.alignment = alignment, .columns = strlen(alignment)};
}

void cli_table_free(cli_table *table)
{
    for (size_t k = 0; k < table->count; k++)
        free(table->cells[k]);
    free(table->cells);
    *table = (cli_table){0};
}

static tnm_error make_room(cli_table *table)
{
    if (table->count < table->room)
        return TNM_OK;
    size_t room = table->room == 0 ? 64 : 2 * table->room;
    char **cells = realloc(table->cells, room * sizeof *cells);
    if (cells == NULL)
        return tnm_fail(TNM_ERROR_MEMORY, "out of memory: a table of %zu cells", room);
    table->cells = cells;
    table->room = room;
    return TNM_OK;
}

tnm_error cli_table_add(cli_table *table, const char *format, ...)
{
    tnm_error error = make_room(table);
    if (error != TNM_OK)
        return error;
    char *cell = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&cell, format, arguments);
    va_end(arguments);
    if (length < 0)
        return tnm_fail(TNM_ERROR_MEMORY, "out of memory: a table cell");
    table->cells[table->count++] = cell;
    return TNM_OK;
}

tnm_error cli_table_add_row(cli_table *table, ...)
{
    tnm_error error = TNM_OK;
    const char *cell;
    va_list cells;
    va_start(cells, table);
    while (error == TNM_OK && (cell = va_arg(cells, const char *)) != NULL)
        error = cli_table_add(table, "%s", cell);
    va_end(cells);
    return error;
}

/* ---- as aligned text --------------------------------------------------------------------- */

static size_t column_width(const cli_table *table, size_t column)
{
    size_t width = 0;
    for (size_t k = column; k < table->count; k += table->columns) {
        size_t length = strlen(table->cells[k]);
        width = length > width ? length : width;
    }
    return width;
}

static void print_cell(const cli_table *table, FILE *stream, size_t cell, size_t width)
{
    size_t column = cell % table->columns;
    bool last = column + 1 == table->columns;
    if (column > 0)
        fputs("  ", stream);
    if (table->alignment[column] == 'r')
        fprintf(stream, "%*s", (int)width, table->cells[cell]);
    else
        fprintf(stream, "%-*s", last ? 0 : (int)width, table->cells[cell]);
    if (last)
        fputc('\n', stream);
}

void cli_table_print(const cli_table *table, FILE *stream)
{
    size_t widths[COLUMNS_MAX];
    for (size_t column = 0; column < table->columns; column++)
        widths[column] = column_width(table, column);
    for (size_t k = 0; k < table->count; k++)
        print_cell(table, stream, k, widths[k % table->columns]);
}

/* ---- as Markdown ------------------------------------------------------------------------- */

void cli_table_print_markdown(const cli_table *table, FILE *stream)
{
    for (size_t k = 0; k < table->count; k++) {
        bool last = (k + 1) % table->columns == 0;
        fprintf(stream, "| %s %s", table->cells[k], last ? "|\n" : "");
        if (k + 1 != table->columns)
            continue;
        for (size_t column = 0; column < table->columns; column++)
            fputs(table->alignment[column] == 'r' ? "|---:" : "|---", stream);
        fputs("|\n", stream);
    }
    fputc('\n', stream);
}

/* ---- as CSV ------------------------------------------------------------------------------ */

static void print_quoted(FILE *stream, const char *text)
{
    fputc('"', stream);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', stream);
        fputc(*text, stream);
    }
    fputc('"', stream);
}

void cli_table_print_csv(const cli_table *table, FILE *stream)
{
    for (size_t k = 0; k < table->count; k++) {
        if (strpbrk(table->cells[k], ",\"\r\n") != NULL)
            print_quoted(stream, table->cells[k]);
        else
            fputs(table->cells[k], stream);
        fputs((k + 1) % table->columns == 0 ? "\r\n" : ",", stream);
    }
}
