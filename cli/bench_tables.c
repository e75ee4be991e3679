/* What `tnm bench` measured, in print: see bench_tables.h. */
#include "cli/bench_tables.h"

#include "cli/table.h"
#include "formulations/problem.h"

#include <stdlib.h>
#include <string.h>

/* ---- what names a row -------------------------------------------------------------------- */

typedef enum key { PATTERN, SOURCE, CONSTRAINT, METHOD, ISA, THREADS, SIZE, KEYS } key;

static const char *const key_names[KEYS] = {"pattern", "source",  "constraint", "method",
                                            "isa",     "threads", "size"};

enum { CELL = 128 };

static void key_text(char text[CELL], const tnm_measurement *row, key which)
{
    switch (which) {
    case PATTERN:
        snprintf(text, CELL, "%d:%d", row->problem.n, row->problem.m);
        break;
    case SOURCE:
        snprintf(text, CELL, "%s", row->source);
        break;
    case CONSTRAINT:
        snprintf(text, CELL, "%s", tnm_constraint_name(row->problem.constraint));
        break;
    case METHOD:
        snprintf(text, CELL, "%s", row->method);
        break;
    case ISA:
        snprintf(text, CELL, "%s", row->isa);
        break;
    case THREADS:
        snprintf(text, CELL, "%d", row->threads);
        break;
    default:
        snprintf(text, CELL, row->rows > 0 ? "%zu x %zu" : "tiles in memory", row->rows, row->cols);
    }
}

static bool same_key(const tnm_measurement *a, const tnm_measurement *b, key which)
{
    char one[CELL], other[CELL];
    key_text(one, a, which);
    key_text(other, b, which);
    return strcmp(one, other) == 0;
}

static bool same_case(const tnm_measurement *a, const tnm_measurement *b)
{
    bool same = true;
    for (int k = 0; k < KEYS; k++)
        same = same && same_key(a, b, (key)k);
    return same;
}

/* ---- sections ---------------------------------------------------------------------------- */

enum { MOST_QUANTITIES = 8 };

/* Neighbouring rows of one section. */
typedef struct section {
    const tnm_measurement *rows;
    size_t count;
    bool varies[KEYS];
    const tnm_measurement *quantities[MOST_QUANTITIES]; /* a row that measures it */
    size_t quantity_count;
    bool compared; /* with LEMON and the greedy rules */
    bool proven;
} section;

static void note_quantity(section *self, const tnm_measurement *row)
{
    for (size_t q = 0; q < self->quantity_count; q++) {
        if (strcmp(self->quantities[q]->quantity, row->quantity) == 0)
            return;
    }
    if (self->quantity_count < MOST_QUANTITIES)
        self->quantities[self->quantity_count++] = row;
}

/* The section that begins with row `first` of the list. */
static section section_at(const tnm_measurements *list, size_t first)
{
    section self = {.rows = list->rows + first};
    for (; first + self.count < list->count; self.count++) {
        const tnm_measurement *row = &self.rows[self.count];
        if (strcmp(row->section, self.rows->section) != 0)
            break;
        for (int k = 0; k < KEYS; k++)
            self.varies[k] |= !same_key(row, self.rows, (key)k);
        note_quantity(&self, row);
        self.compared |= row->lemon.median > 0;
        self.proven |= row->proven >= 0;
    }
    return self;
}

static void print_heading(const section *self, FILE *stream)
{
    char text[CELL];
    const char *before = ": ";
    fputs(self->rows->section, stream);
    for (int k = 0; k < KEYS; k++) {
        if (self->varies[k])
            continue;
        key_text(text, self->rows, (key)k);
        fprintf(stream, "%s%s %s", before, key_names[k], text);
        before = ", ";
    }
    fputc('\n', stream);
}

/* ---- tables ------------------------------------------------------------------------------ */

static tnm_error add_head(cli_table *table, const section *self)
{
    tnm_error error = TNM_OK;
    for (int k = 0; k < KEYS; k++) {
        if (self->varies[k])
            TNM_TRY(cli_table_add(table, "%s", key_names[k]));
    }
    if (self->quantity_count == 1) {
        TNM_TRY(cli_table_add(table, "%s", self->rows->unit));
        TNM_TRY(cli_table_add(table, "least"));
        TNM_TRY(cli_table_add(table, "most"));
    }
    for (size_t q = 0; self->quantity_count > 1 && q < self->quantity_count; q++)
        TNM_TRY(cli_table_add(table, "%s %s", self->quantities[q]->quantity,
                              self->quantities[q]->unit));
    if (self->compared) {
        TNM_TRY(cli_table_add(table, "x lemon"));
        TNM_TRY(cli_table_add(table, "x greedy"));
    }
    if (self->proven)
        TNM_TRY(cli_table_add(table, "proven"));
out:
    return error;
}

/* The row of `all` that measures this quantity; NULL: there is none. */
static const tnm_measurement *find(const tnm_measurement *rows, size_t count, const char *quantity)
{
    for (size_t k = 0; k < count; k++) {
        if (strcmp(rows[k].quantity, quantity) == 0)
            return &rows[k];
    }
    return NULL;
}

static tnm_error add_ratio(cli_table *table, const tnm_spread *ratio)
{
    return ratio->median > 0 ? cli_table_add(table, "%.3g", ratio->median)
                             : cli_table_add(table, "-");
}

static tnm_error add_values(cli_table *table, const section *self, const tnm_measurement *rows,
                            size_t count)
{
    tnm_error error = TNM_OK;
    if (self->quantity_count == 1) {
        TNM_TRY(cli_table_add(table, "%.4g", rows->value.median));
        TNM_TRY(cli_table_add(table, "%.4g", rows->value.least));
        TNM_TRY(cli_table_add(table, "%.4g", rows->value.most));
        return TNM_OK;
    }
    for (size_t q = 0; q < self->quantity_count; q++) {
        const tnm_measurement *row = find(rows, count, self->quantities[q]->quantity);
        if (row != NULL)
            TNM_TRY(cli_table_add(table, "%.4g", row->value.median));
        else
            TNM_TRY(cli_table_add(table, "-"));
    }
out:
    return error;
}

/* One line of the table: neighbouring rows that differ in their quantity alone. */
static tnm_error add_case(cli_table *table, const section *self, const tnm_measurement *rows,
                          size_t count)
{
    tnm_error error = TNM_OK;
    char text[CELL];
    for (int k = 0; k < KEYS; k++) {
        key_text(text, rows, (key)k);
        if (self->varies[k])
            TNM_TRY(cli_table_add(table, "%s", text));
    }
    TNM_TRY(add_values(table, self, rows, count));
    if (self->compared) {
        TNM_TRY(add_ratio(table, &rows->lemon));
        TNM_TRY(add_ratio(table, &rows->greedy));
    }
    if (self->proven && rows->proven >= 0)
        TNM_TRY(cli_table_add(table, "%.6g", rows->proven));
    else if (self->proven)
        TNM_TRY(cli_table_add(table, "-"));
out:
    return error;
}

/* Names to the left, numbers to the right. */
static void align(char *alignment, const section *self)
{
    size_t columns = 0;
    for (int k = 0; k < KEYS; k++) {
        if (self->varies[k])
            alignment[columns++] = k >= THREADS ? 'r' : 'l';
    }
    size_t numbers = self->quantity_count == 1 ? 3 : self->quantity_count;
    numbers += (self->compared ? 2U : 0U) + self->proven;
    memset(alignment + columns, 'r', numbers);
    alignment[columns + numbers] = '\0';
}

static tnm_error fill(cli_table *table, const section *self)
{
    tnm_error error = TNM_OK;
    TNM_TRY(add_head(table, self));
    for (size_t first = 0, count; first < self->count; first += count) {
        for (count = 1; first + count < self->count; count++) {
            if (!same_case(&self->rows[first], &self->rows[first + count]))
                break;
        }
        TNM_TRY(add_case(table, self, &self->rows[first], count));
    }
out:
    return error;
}

static tnm_error print_section(const section *self, FILE *stream, bool markdown)
{
    char alignment[KEYS + MOST_QUANTITIES + 4];
    cli_table table;
    align(alignment, self);
    cli_table_init(&table, alignment);
    tnm_error error = fill(&table, self);
    if (error == TNM_OK) {
        fputs(markdown ? "### " : "c ", stream);
        print_heading(self, stream);
        if (markdown)
            cli_table_print_markdown(&table, stream);
        else
            cli_table_print(&table, stream);
    }
    cli_table_free(&table);
    return error;
}

static tnm_error print(const tnm_measurements *list, FILE *stream, bool markdown)
{
    tnm_error error = TNM_OK;
    for (size_t first = 0; first < list->count && error == TNM_OK;) {
        section self = section_at(list, first);
        error = print_section(&self, stream, markdown);
        first += self.count;
    }
    return error;
}

tnm_error cli_bench_print(const tnm_measurements *list, FILE *stream)
{
    return print(list, stream, false);
}

tnm_error cli_bench_print_markdown(const tnm_measurements *list, FILE *stream)
{
    return print(list, stream, true);
}

/* ---- CSV --------------------------------------------------------------------------------- */

static const char *const columns[] = {
    "section",  "pattern",        "source",        "constraint", "method",        "isa",
    "threads",  "rows",           "cols",          "tiles",      "quantity",      "unit",
    "median",   "least",          "most",          "x_lemon",    "x_lemon_least", "x_lemon_most",
    "x_greedy", "x_greedy_least", "x_greedy_most", "proven"};
enum { COLUMNS = sizeof columns / sizeof *columns };

/* Three cells; empty ones where nothing was compared. */
static tnm_error add_spread(cli_table *table, const tnm_spread *spread)
{
    tnm_error error = TNM_OK;
    const double values[] = {spread->median, spread->least, spread->most};
    for (size_t k = 0; k < 3; k++) {
        if (spread->median > 0)
            TNM_TRY(cli_table_add(table, "%.6g", values[k]));
        else
            TNM_TRY(cli_table_add(table, "%s", ""));
    }
out:
    return error;
}

static tnm_error add_row(cli_table *table, const tnm_measurement *row)
{
    tnm_error error = TNM_OK;
    char text[CELL];
    TNM_TRY(cli_table_add(table, "%s", row->section));
    for (int k = 0; k < SIZE; k++) {
        key_text(text, row, (key)k);
        TNM_TRY(cli_table_add(table, "%s", text));
    }
    const size_t counts[] = {row->rows, row->cols, row->tiles};
    for (size_t k = 0; k < 3; k++)
        TNM_TRY(cli_table_add(table, "%zu", counts[k]));
    TNM_TRY(cli_table_add(table, "%s", row->quantity));
    TNM_TRY(cli_table_add(table, "%s", row->unit));
    TNM_TRY(add_spread(table, &row->value));
    TNM_TRY(add_spread(table, &row->lemon));
    TNM_TRY(add_spread(table, &row->greedy));
    if (row->proven >= 0)
        TNM_TRY(cli_table_add(table, "%.6g", row->proven));
    else
        TNM_TRY(cli_table_add(table, "%s", ""));
out:
    return error;
}

tnm_error cli_bench_print_csv(const tnm_measurements *list, const tnm_banner *banner, FILE *stream)
{
    tnm_error error = TNM_OK;
    char alignment[COLUMNS + 1] = {0};
    cli_table table;
    memset(alignment, 'l', COLUMNS);
    cli_table_init(&table, alignment);
    for (size_t k = 0; k < COLUMNS; k++)
        TNM_TRY(cli_table_add(&table, "%s", columns[k]));
    for (size_t k = 0; k < list->count; k++)
        TNM_TRY(add_row(&table, &list->rows[k]));
    tnm_banner_print(banner, stream);
    cli_table_print_csv(&table, stream);
out:
    cli_table_free(&table);
    return error;
}
