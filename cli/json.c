/* JSON for reports: see json.h. */
#include "cli/json.h"

#include <math.h>
#include <stdlib.h>

json_t *cli_json_real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *cli_json_count(size_t value)
{
    return json_integer((json_int_t)value);
}

json_t *cli_json_text(const char *text)
{
    if (text == NULL)
        return json_null();
    json_t *string = json_string(text);
    if (string != NULL)
        return string;
    char *copy = tnm_copy_string(text);
    if (copy == NULL)
        return NULL;
    for (char *byte = copy; *byte != '\0'; byte++) {
        if ((unsigned char)*byte > 127)
            *byte = '?';
    }
    string = json_string(copy);
    free(copy);
    return string;
}

json_t *cli_json_pattern(const tnm_problem *problem)
{
    return json_sprintf("%d:%d", problem->n, problem->m);
}

json_t *cli_json_tile(size_t tile, size_t tile_cols)
{
    return json_pack("[o, o]", cli_json_count(tile / tile_cols), cli_json_count(tile % tile_cols));
}

json_t *cli_json_add(json_t *object, const cli_json_member *members, size_t count)
{
    bool fine = object != NULL;
    for (size_t k = 0; k < count; k++) {
        if (!fine)
            json_decref(members[k].value);
        else
            fine = json_object_set_new(object, members[k].name, members[k].value) == 0;
    }
    if (!fine)
        json_decref(object);
    return fine ? object : NULL;
}

tnm_error cli_json_print(json_t *value, FILE *stream)
{
    char *text = value != NULL ? json_dumps(value, JSON_REAL_PRECISION(17)) : NULL;
    json_decref(value);
    if (text == NULL)
        return tnm_fail(TNM_ERROR_MEMORY, "out of memory: a report in JSON");
    fprintf(stream, "%s\n", text);
    free(text);
    return TNM_OK;
}
