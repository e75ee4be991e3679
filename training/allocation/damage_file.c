/* Tables of damage as files: see damage_table.h. */
#include "formulations/problem.h"
#include "instances/file.h"
#include "instances/output.h"
#include "training/allocation/damage_table.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char head[] = "layer,pattern,weights,positions,kept,damage";
enum { LONGEST_LINE = 1024, CELLS = 6 };

/* ---- reading ----------------------------------------------------------------------------- */

/* A line that is being read. */
typedef struct place {
    const char *name;
    size_t line;
} place;

static tnm_error complain(const place *at, const char *what)
{
    return tnm_fail(TNM_ERROR_DATA, "%s:%zu: %s", at->name, at->line, what);
}

/* Cuts a line at its commas. */
static tnm_error cut(char *line, char *cells[CELLS], const place *at)
{
    size_t count = 0;
    for (char *cell = line; cell != NULL; count++) {
        char *comma = strchr(cell, ',');
        if (count == CELLS)
            return complain(at, "more than 6 cells");
        cells[count] = cell;
        if (comma != NULL)
            *comma++ = '\0';
        cell = comma;
    }
    return count == CELLS ? TNM_OK : complain(at, "fewer than 6 cells");
}

static bool read_count(size_t *number, const char *text)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    *number = (size_t)value;
    return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && value < (1ULL << 48);
}

static tnm_error read_cells(tnm_damage_row *row, char *cells[CELLS], const place *at)
{
    tnm_problem problem = {0};
    char *end;
    if (*cells[0] == '\0')
        return complain(at, "a layer without a name");
    if (tnm_problem_parse(&problem, cells[1]) != TNM_OK || tnm_problem_validate(&problem) != TNM_OK)
        return complain(at, "the second cell is no pattern N:M");
    if (!read_count(&row->weights, cells[2]) || !read_count(&row->positions, cells[3]) ||
        !read_count(&row->kept, cells[4]))
        return complain(at, "weights, positions and kept are whole numbers");
    row->damage = strtod(cells[5], &end);
    if (end == cells[5] || *end != '\0' || !isfinite(row->damage) || row->damage < 0)
        return complain(at, "damage is a number, and not negative");
    if (row->kept > row->weights || row->weights > (size_t)1 << 40 ||
        row->positions > (size_t)1 << 20)
        return complain(at, "more is kept than there is, or there is too much");
    row->layer = cells[0];
    row->n = problem.n;
    row->m = problem.m;
    return TNM_OK;
}

/* Whether a row goes with those before it. */
static tnm_error check_row(const tnm_damage_table *table, const tnm_damage_row *row,
                           const place *at)
{
    for (size_t k = 0; k < table->count; k++) {
        const tnm_damage_row *other = &table->rows[k];
        if (strcmp(row->layer, other->layer) != 0)
            continue;
        if (row->n == other->n && row->m == other->m)
            return complain(at, "this layer and pattern are there already");
        if (row->weights != other->weights || row->positions != other->positions)
            return complain(at, "this layer had another size before");
    }
    return TNM_OK;
}

static tnm_error read_line(tnm_damage_table *table, const char *start, size_t length,
                           const place *at)
{
    tnm_error error = TNM_OK;
    char line[LONGEST_LINE], *cells[CELLS];
    tnm_damage_row row = {0};
    if (length >= sizeof line || memchr(start, '\0', length) != NULL)
        return complain(at, "this is no line of a table");
    memcpy(line, start, length);
    line[length] = '\0';
    if (at->line == 1)
        return strcmp(line, head) == 0 ? TNM_OK
                                       : tnm_fail(TNM_ERROR_DATA,
                                                  "%s:1: expected the names of the "
                                                  "columns, %s",
                                                  at->name, head);
    TNM_TRY(cut(line, cells, at));
    TNM_TRY(read_cells(&row, cells, at));
    TNM_TRY(check_row(table, &row, at));
    TNM_TRY(tnm_damage_table_add(table, &row));
out:
    return error;
}

tnm_error tnm_damage_table_read(tnm_damage_table *table, const char *path)
{
    tnm_error error = TNM_OK;
    tnm_file file = {0};
    place at = {.name = tnm_file_name(path)};
    *table = (tnm_damage_table){0};
    TNM_TRY(tnm_file_open(&file, path));
    const char *text = (const char *)file.bytes, *end = text + file.size;
    while (text != end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        const char *line_end = stop != NULL ? stop : end;
        at.line++;
        TNM_TRY(read_line(table, text, (size_t)(line_end - text), &at));
        text = stop != NULL ? stop + 1 : end;
    }
    if (table->count == 0)
        TNM_TRY(tnm_fail(TNM_ERROR_DATA, "%s: a table without rows", at.name));
out:
    tnm_file_close(&file);
    if (error != TNM_OK)
        tnm_damage_table_close(table);
    return error;
}

/* ---- writing ----------------------------------------------------------------------------- */

tnm_error tnm_damage_table_write(const tnm_damage_table *table, const char *path)
{
    tnm_error error = TNM_OK;
    tnm_output output = {0};
    FILE *stream;
    TNM_TRY(tnm_output_open(&output, path));
    TNM_TRY(tnm_output_stream(&output, &stream));
    fprintf(stream, "%s\n", head);
    for (size_t k = 0; k < table->count; k++) {
        const tnm_damage_row *row = &table->rows[k];
        fprintf(stream, "%s,%d:%d,%zu,%zu,%zu,%.17g\n", row->layer, row->n, row->m, row->weights,
                row->positions, row->kept, row->damage);
    }
    TNM_TRY(tnm_output_commit(&output));
out:
    tnm_output_abort(&output);
    return error;
}
