/* Tables of text with columns as wide as their widest cell, and the same cells as CSV (RFC 4180).
 */
#ifndef TNM_CLI_TABLE_H
#define TNM_CLI_TABLE_H

#include "instances/base.h"

#include <stdio.h>

typedef struct cli_table {
    const char *alignment; /* one character a column: 'l' or 'r' */
    size_t columns;
    char **cells; /* owned, row-major; the first row is the head */
    size_t count, room;
} cli_table;

/* An empty table of as many columns as the alignment has characters (borrowed). */
void cli_table_init(cli_table *table, const char *alignment);
void cli_table_free(cli_table *table);

/* Adds the next cell: left to right, row after row. */
tnm_error cli_table_add(cli_table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Adds a whole row of texts, ended by NULL. */
tnm_error cli_table_add_row(cli_table *table, ...) __attribute__((sentinel));

/* Whole rows only. Columns stand two spaces apart; no spaces at the ends of lines. */
void cli_table_print(const cli_table *table, FILE *stream);
/* As a table of Markdown. */
void cli_table_print_markdown(const cli_table *table, FILE *stream);
void cli_table_print_csv(const cli_table *table, FILE *stream);

#endif
