/* What was built, and from what. */
#ifndef TNM_CLI_VERSION_H
#define TNM_CLI_VERSION_H

#include <stdio.h>

/* "tnm 0.1.0 (commit ..., gcc 12.2.0)" */
void cli_print_version(FILE *stream, const char *program);

#endif
