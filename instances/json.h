/* JSON in files, strictly: UTF-8, no key twice in an object, nothing before or after it. */
#ifndef TNM_INSTANCES_JSON_H
#define TNM_INSTANCES_JSON_H

#include "instances/base.h"

#include <jansson.h>

/* Parses the object that these bytes are. Keys keep their order. `name` stands for the file in
 * messages, and `what` ("header") for its part, or is NULL. On failure (TNM_ERROR_DATA,
 * TNM_ERROR_MEMORY) nothing is owned. Released with json_decref. */
tnm_error tnm_json_parse(json_t **object, const unsigned char *bytes, size_t size, const char *name,
                         const char *what);

/* A whole number from 0 to 2^48 - 1, the largest that the schema of safetensors allows; it fits
 * everywhere, and doubles hold it exactly. False for anything else, NULL included. */
bool tnm_json_whole(const json_t *value, size_t *number);

#endif
