/* JSON for reports: values that need care, and one object on one line. */
#ifndef TNM_CLI_JSON_H
#define TNM_CLI_JSON_H

#include "instances/base.h"

#include <jansson.h>
#include <stdio.h>

/* A number; null where it is infinite or not a number, for which JSON has no words. */
json_t *cli_json_real(double value);
/* A whole number. */
json_t *cli_json_count(size_t value);
/* A string; null for NULL. Where text is no UTF-8, as file names need not be, its bytes above 127
 * become '?'. */
json_t *cli_json_text(const char *text);
/* "N:M" */
json_t *cli_json_pattern(const tnm_problem *problem);

/* Prints a value on one line and releases it. NULL, what a failed construction gives, is
 * TNM_ERROR_MEMORY. */
tnm_error cli_json_print(json_t *value, FILE *stream);

#endif
