/* Checkpoints of networks: safetensors files that say in their metadata which network they are of.
 */
#include "training/network/network.h"

#include "instances/safetensors_plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DESCRIPTION = 3 }; /* entries of metadata */

/* ---- saving ------------------------------------------------------------------------------ */

/* What goes into a file: first the parameters, then what came along. */
typedef struct content {
    tnm_tensor *tensors;
    size_t tensor_count;
    tnm_metadata *metadata;
    size_t metadata_count;
    char *input, *classes; /* values of metadata */
} content;

static tnm_error describe(content *self, const tnm_network *network, const tnm_network_extra *extra)
{
    tnm_error error = TNM_OK;
    const tnm_shape *input = &network->input;
    TNM_TRY(TNM_NEW(self->metadata, DESCRIPTION + extra->metadata_count));
    self->input = tnm_format("%zu,%zu,%zu", input->channels, input->height, input->width);
    self->classes = tnm_format("%zu", network->classes);
    if (self->input == NULL || self->classes == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    self->metadata[0] = (tnm_metadata){"architecture", network->architecture};
    self->metadata[1] = (tnm_metadata){"input", self->input};
    self->metadata[2] = (tnm_metadata){"classes", self->classes};
    self->metadata_count = DESCRIPTION + extra->metadata_count;
    for (size_t k = 0; k < extra->metadata_count; k++)
        self->metadata[DESCRIPTION + k] = extra->metadata[k];
out:
    return error;
}

static tnm_error list_tensors(content *self, const tnm_network *network,
                              const tnm_network_extra *extra)
{
    tnm_error error = TNM_OK;
    const size_t count = network->parameter_count;
    TNM_TRY(TNM_NEW(self->tensors, count + extra->tensor_count));
    self->tensor_count = count + extra->tensor_count;
    for (size_t k = 0; k < count; k++) {
        const tnm_parameter *parameter = network->parameters[k];
        const float *values = extra->whole ? parameter->values : tnm_parameter_effective(parameter);
        self->tensors[k] = (tnm_tensor){.name = parameter->name,
                                        .type = TNM_TENSOR_F32,
                                        .shape = parameter->shape,
                                        .rank = parameter->rank,
                                        .data = (const unsigned char *)values};
    }
    for (size_t k = 0; k < extra->tensor_count; k++)
        self->tensors[count + k] = extra->tensors[k];
out:
    return error;
}

tnm_error tnm_network_save(const tnm_network *network, const char *path,
                           const tnm_network_extra *extra)
{
    tnm_error error = TNM_OK;
    const tnm_network_extra none = {.tensors = NULL};
    content held = {.tensors = NULL};
    tnm_safetensors_plan plan = {.header = NULL};
    tnm_output output = {.name = NULL};
    unsigned char *bytes = NULL;
    extra = extra != NULL ? extra : &none;
    TNM_TRY(describe(&held, network, extra));
    TNM_TRY(list_tensors(&held, network, extra));
    TNM_TRY(tnm_safetensors_plan_init(&plan, held.tensors, held.tensor_count, held.metadata,
                                      held.metadata_count));
    TNM_TRY(tnm_safetensors_create(&output, path, &plan, &bytes));
    for (size_t k = 0; k < held.tensor_count; k++)
        memcpy(bytes + plan.offsets[k], held.tensors[k].data, plan.sizes[k]);
    TNM_TRY(tnm_output_commit(&output));
out:
    tnm_output_abort(&output);
    tnm_safetensors_plan_free(&plan);
    free(held.tensors);
    free(held.metadata);
    free(held.input);
    free(held.classes);
    return error;
}

/* ---- loading: the description ------------------------------------------------------------ */

static tnm_error find_metadata(const tnm_safetensors *file, const char *key, const char **value)
{
    *value = tnm_safetensors_metadata(file, key);
    if (*value == NULL)
        return tnm_fail(TNM_ERROR_DATA, "%s: no checkpoint of a network: __metadata__ lacks '%s'",
                        file->name, key);
    return TNM_OK;
}

/* Whole numbers with commas between, `count` of them. */
static tnm_error read_numbers(const tnm_safetensors *file, const char *key, size_t *numbers,
                              size_t count)
{
    tnm_error error = TNM_OK;
    char shown[TNM_SHOWN];
    const char *value;
    TNM_TRY(find_metadata(file, key, &value));
    const char *place = value;
    for (size_t k = 0; k < count; k++) {
        char *end = NULL;
        bool number = *place >= '0' && *place <= '9';
        numbers[k] = number ? strtoull(place, &end, 10) : 0;
        if (!number || *end != (k + 1 < count ? ',' : '\0'))
            return tnm_fail(TNM_ERROR_DATA, "%s: __metadata__: %s is '%s', expected %s", file->name,
                            key, tnm_tensor_show(shown, value),
                            count > 1 ? "channels,height,width" : "a whole number");
        place = end + 1;
    }
out:
    return error;
}

static tnm_error read_description(tnm_network *network, const tnm_safetensors *file,
                                  size_t most_samples, int threads)
{
    tnm_error error = TNM_OK;
    const char *architecture;
    size_t input[3], classes;
    char why[512];
    TNM_TRY(find_metadata(file, "architecture", &architecture));
    TNM_TRY(read_numbers(file, "input", input, 3));
    TNM_TRY(read_numbers(file, "classes", &classes, 1));
    TNM_TRY(tnm_network_describe(network, architecture, (tnm_shape){input[0], input[1], input[2]},
                                 classes, most_samples, threads));
out:
    if (error == TNM_ERROR_USAGE) { /* not of the caller, but of the file */
        snprintf(why, sizeof why, "%s", tnm_error_message());
        return tnm_fail(TNM_ERROR_DATA, "%s: %s", file->name, why);
    }
    return error;
}

/* ---- loading: the parameters ------------------------------------------------------------- */

static bool same_shape(const tnm_parameter *parameter, const tnm_tensor *tensor)
{
    return tensor->rank == parameter->rank &&
           memcmp(tensor->shape, parameter->shape, tensor->rank * sizeof *tensor->shape) == 0;
}

static tnm_error check_tensor(const tnm_parameter *parameter, const tnm_safetensors *file)
{
    const tnm_tensor *tensor = tnm_safetensors_find(file, parameter->name);
    char found[TNM_SHOWN], expected[TNM_SHOWN];
    if (tensor == NULL)
        return tnm_fail(TNM_ERROR_DATA, "%s: tensor '%s' is missing", file->name, parameter->name);
    if (tensor->type != TNM_TENSOR_F32)
        return tnm_fail(TNM_ERROR_DATA, "%s: tensor '%s' is %s, expected F32", file->name,
                        parameter->name, tnm_tensor_type_name(tensor->type));
    if (!same_shape(parameter, tensor))
        return tnm_fail(TNM_ERROR_DATA, "%s: tensor '%s' has shape %s, expected %s", file->name,
                        parameter->name, tnm_tensor_show_shape(found, tensor->shape, tensor->rank),
                        tnm_tensor_show_shape(expected, parameter->shape, parameter->rank));
    return TNM_OK;
}

static tnm_error read_parameter(tnm_parameter *parameter, const tnm_safetensors *file)
{
    const tnm_tensor *tensor = tnm_safetensors_find(file, parameter->name);
    memcpy(parameter->values, tensor->data, tensor->size);
    for (size_t k = 0; k < tnm_parameter_size(parameter); k++) {
        float value = parameter->values[k];
        if (!isfinite(value))
            return tnm_fail(TNM_ERROR_DATA, "%s: tensor '%s': entry %zu is not finite", file->name,
                            parameter->name, k);
        if (parameter->role == TNM_ROLE_VARIANCE && value < 0)
            return tnm_fail(TNM_ERROR_DATA, "%s: tensor '%s': entry %zu is a negative variance",
                            file->name, parameter->name, k);
    }
    return TNM_OK;
}

/* No memory is asked for that the file's own tensors do not call for. */
tnm_error tnm_network_load(tnm_network *network, const char *path, size_t most_samples, int threads)
{
    tnm_error error = TNM_OK;
    tnm_safetensors file = {.name = NULL};
    *network = (tnm_network){.architecture = NULL};
    TNM_TRY(tnm_safetensors_open(&file, path));
    TNM_TRY(read_description(network, &file, most_samples, threads));
    for (size_t k = 0; k < network->parameter_count; k++)
        TNM_TRY(check_tensor(network->parameters[k], &file));
    TNM_TRY(tnm_network_allocate(network));
    for (size_t k = 0; k < network->parameter_count; k++)
        TNM_TRY(read_parameter(network->parameters[k], &file));
out:
    tnm_safetensors_close(&file);
    if (error != TNM_OK)
        tnm_network_close(network);
    return error;
}
