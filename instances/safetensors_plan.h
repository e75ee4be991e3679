/* safetensors files to be written: where everything goes, before a single weight is known.
 *
 *     tnm_safetensors_plan plan = {0};
 *     tnm_output output = {0};
 *     TNM_TRY(tnm_safetensors_plan_init(&plan, tensors, count, metadata, metadata_count));
 *     TNM_TRY(tnm_safetensors_create(&output, path, &plan, &bytes));
 *     ... fill bytes + plan.offsets[k] for every tensor k ...
 *     TNM_TRY(tnm_output_commit(&output));
 */
#ifndef TNM_INSTANCES_SAFETENSORS_PLAN_H
#define TNM_INSTANCES_SAFETENSORS_PLAN_H

#include "instances/output.h"
#include "instances/safetensors.h"

/* Where everything goes in a file to be written. The same tensors and metadata give the same bytes,
 * whatever order they come in: `__metadata__` first, its keys sorted, then the tensors as the
 * format's own writer sorts them, larger types first and then by name, so that every element is
 * aligned; the header is padded with spaces to a multiple of 8. */
typedef struct tnm_safetensors_plan {
    unsigned char *header; /* the first bytes of the file, the length included; owned */
    size_t header_size;
    size_t *order;   /* which tensor of the list comes first, second, ... in the file; owned */
    size_t *offsets; /* where each tensor of the list begins, from the start of the file; owned */
    size_t *sizes;   /* and how many bytes it has; owned */
    size_t file_size;
} tnm_safetensors_plan;

/* Plans a file of these tensors (name, type, shape and rank count, the rest is ignored) and these
 * entries of metadata (NULL where there are none). TNM_ERROR_DATA for a name or key that occurs
 * twice or is no UTF-8, for the name `__metadata__` and for what is too large. On failure nothing
 * is owned. */
tnm_error tnm_safetensors_plan_init(tnm_safetensors_plan *plan, const tnm_tensor *tensors,
                                    size_t count, const tnm_metadata *metadata,
                                    size_t metadata_count);
/* Accepts a zeroed plan. */
void tnm_safetensors_plan_free(tnm_safetensors_plan *plan);

/* Opens an output that becomes the planned file: its header is there, and the tensors are zeroed
 * memory at their offsets from `*bytes`. Fails as tnm_output_open and tnm_output_memory do, and
 * then nothing is owned. */
tnm_error tnm_safetensors_create(tnm_output *output, const char *path,
                                 const tnm_safetensors_plan *plan, unsigned char **bytes);

#endif
