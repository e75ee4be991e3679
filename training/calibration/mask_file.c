/* Masks of a network as a safetensors file: see mask_file.h. */
#include "training/calibration/mask_file.h"

#include "formulations/problem.h"
#include "instances/safetensors_plan.h"

#include <stdlib.h>
#include <string.h>

enum { ALWAYS = 4 }; /* entries of metadata besides patterns */

typedef struct content {
    tnm_tensor *tensors;
    tnm_metadata *metadata;
    char **texts; /* names, keys and values, three a mask; owned */
    size_t count; /* masks */
} content;

static tnm_error describe(content *self, const tnm_parameter *parameter)
{
    const tnm_problem *problem = &parameter->sparsity->problem;
    char **texts = &self->texts[3 * self->count];
    texts[0] = tnm_format("%s.mask", parameter->name);
    texts[1] = tnm_format("%s.pattern", parameter->name);
    texts[2] = tnm_format("%d:%d", problem->n, problem->m);
    self->tensors[self->count] = (tnm_tensor){.name = texts[0],
                                              .type = TNM_TENSOR_BOOL,
                                              .shape = parameter->shape,
                                              .rank = parameter->rank,
                                              .data = parameter->sparsity->mask};
    self->metadata[ALWAYS + self->count++] = (tnm_metadata){texts[1], texts[2]};
    return texts[0] != NULL && texts[1] != NULL && texts[2] != NULL ? TNM_OK : TNM_ERROR_MEMORY;
}

static tnm_error list_masks(content *self, const tnm_network *network, tnm_score score)
{
    tnm_error error = TNM_OK;
    TNM_TRY(TNM_NEW(self->tensors, network->parameter_count));
    TNM_TRY(TNM_NEW(self->metadata, network->parameter_count + ALWAYS));
    TNM_TRY(TNM_NEW(self->texts, 3 * network->parameter_count));
    tnm_constraint constraint = TNM_EQUAL;
    for (size_t k = 0; k < network->parameter_count; k++) {
        const tnm_parameter *parameter = network->parameters[k];
        if (parameter->sparsity == NULL)
            continue;
        constraint = parameter->sparsity->problem.constraint;
        TNM_TRY(describe(self, parameter));
    }
    self->metadata[0] = (tnm_metadata){"constraint", tnm_constraint_name(constraint)};
    self->metadata[1] = (tnm_metadata){"score", score == TNM_SCORE_ABS ? "abs" : "square"};
    self->metadata[2] = (tnm_metadata){"edges", "pad"};
    self->metadata[3] = (tnm_metadata){"convolution", "flat"};
out:
    return error;
}

static void forget(content *self)
{
    for (size_t k = 0; self->texts != NULL && k < 3 * self->count; k++)
        free(self->texts[k]);
    free(self->texts);
    free(self->tensors);
    free(self->metadata);
}

tnm_error tnm_mask_file_write(const tnm_network *network, const char *path, tnm_score score)
{
    tnm_error error = TNM_OK;
    content held = {0};
    tnm_safetensors_plan plan = {0};
    tnm_output output = {0};
    unsigned char *bytes;
    TNM_TRY(list_masks(&held, network, score));
    TNM_TRY(tnm_safetensors_plan_init(&plan, held.tensors, held.count, held.metadata,
                                      held.count + ALWAYS));
    TNM_TRY(tnm_safetensors_create(&output, path, &plan, &bytes));
    for (size_t k = 0; k < held.count; k++)
        memcpy(bytes + plan.offsets[k], held.tensors[k].data, plan.sizes[k]);
    TNM_TRY(tnm_output_commit(&output));
out:
    tnm_output_abort(&output);
    tnm_safetensors_plan_free(&plan);
    forget(&held);
    return error;
}
