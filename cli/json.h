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
/* [tile row, tile column] */
json_t *cli_json_tile(size_t tile, size_t tile_cols);
/* "N:M" */
json_t *cli_json_pattern(const tnm_problem *problem);

/* A member of an object. */
typedef struct cli_json_member {
    const char *name;
    json_t *value; /* handed over; NULL, what a failed construction gives, is passed on */
} cli_json_member;

/* Adds members to an object, in their order, and returns it; NULL, with everything released, where
 * memory was short, here or when the object or a value was made. */
json_t *cli_json_add(json_t *object, const cli_json_member *members, size_t count);

/* The same for an array of members. */
#define CLI_JSON_ADD(object, members)                                                              \
    cli_json_add((object), (members), sizeof(members) / sizeof *(members))

/* Prints a value on one line and releases it. NULL, what a failed construction gives, is
 * TNM_ERROR_MEMORY. */
tnm_error cli_json_print(json_t *value, FILE *stream);

#endif
