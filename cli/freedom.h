/* Reports on mask diversity: one pattern at length, or a table of many; as text, CSV or JSON. */
#ifndef TNM_CLI_FREEDOM_H
#define TNM_CLI_FREEDOM_H

#include "cli/json.h"
#include "cli/options.h"
#include "cli/table.h"
#include "formulations/diversity/diversity.h"

typedef struct cli_freedom {
    cli_format format;
    bool many;       /* a table of patterns */
    cli_table table; /* text of many, and CSV */
    json_t *json;    /* an array */
} cli_freedom;

void cli_freedom_init(cli_freedom *freedom, cli_format format, bool many);
/* Adds a pattern; text about a single one is printed at once. */
tnm_error cli_freedom_add(cli_freedom *freedom, const tnm_diversity *diversity);
/* Prints what is not yet printed. */
tnm_error cli_freedom_print(cli_freedom *freedom);
void cli_freedom_free(cli_freedom *freedom);

#endif
