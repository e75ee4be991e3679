/* JSON in files: see json.h. */
#include "instances/json.h"

#include "instances/tensor.h"

#include <string.h>

/* The parser's own words, which may quote bytes of the file, and where it stopped. */
static tnm_error refuse(const json_error_t *problem, const char *name, const char *what)
{
    char shown[TNM_SHOWN];
    if (json_error_code(problem) == json_error_out_of_memory || problem->text[0] == '\0')
        return tnm_fail(TNM_ERROR_MEMORY, "%s: out of memory: JSON", name);
    return tnm_fail(TNM_ERROR_DATA, "%s: %s%sno valid JSON: %s (byte %d)", name,
                    what != NULL ? what : "", what != NULL ? ": " : "",
                    tnm_tensor_show(shown, problem->text), problem->position);
}

tnm_error tnm_json_parse(json_t **object, const unsigned char *bytes, size_t size, const char *name,
                         const char *what)
{
    json_error_t problem = {0};
    *object = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, &problem);
    if (*object == NULL)
        return refuse(&problem, name, what);
    if (json_is_object(*object))
        return TNM_OK;
    json_decref(*object);
    *object = NULL;
    return tnm_fail(TNM_ERROR_DATA, "%s: expected a JSON object", name);
}

bool tnm_json_whole(const json_t *value, size_t *number)
{
    static const json_int_t largest = ((json_int_t)1 << 48) - 1;
    json_int_t found = json_integer_value(value);
    if (!json_is_integer(value) || found < 0 || found > largest)
        return false;
    *number = (size_t)found;
    return true;
}
