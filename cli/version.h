/* What was built, from what, with what. */
#ifndef TNM_CLI_VERSION_H
#define TNM_CLI_VERSION_H

#include <stdio.h>

/* The commit the program was built from, or "unknown". */
const char *cli_commit(void);

/* "tnm 0.1.0 (commit ..., gcc 12.2.0)", and what every program of the project is linked to. */
void cli_print_version(FILE *stream, const char *program);

#endif
