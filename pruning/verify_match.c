/* What belongs together: see verify_match.h. */
#include "pruning/verify_match.h"

#include <stdlib.h>
#include <string.h>

static bool has_shape(const tnm_tensor *tensor, tnm_tensor_type type, const size_t *shape,
                      size_t rank)
{
    return tensor->type == type && tensor->rank == rank &&
           memcmp(tensor->shape, shape, rank * sizeof *shape) == 0;
}

static tnm_error find_mask(tnm_match *self, const tnm_prune_entry *entry, const tnm_source *masks)
{
    const tnm_layout *layout = &entry->cut.layout;
    const tnm_tensor *tensor = entry->tensor;
    size_t packed[2] = {layout->rows, (layout->cols * layout->slices + 7) / 8};
    char shown[TNM_SHOWN];
    char *name = tnm_mask_name(tensor);
    if (name == NULL)
        return TNM_ERROR_MEMORY;
    self->mask = tnm_source_find(masks, name, &self->mask_file);
    free(name);
    tnm_tensor_show(shown, tensor->name);
    if (self->mask == NULL)
        return tnm_fail(TNM_ERROR_DATA, "%s: there is no mask of tensor '%s'", masks->name, shown);
    if (!has_shape(self->mask, TNM_TENSOR_BOOL, tensor->shape, tensor->rank) &&
        !has_shape(self->mask, TNM_TENSOR_U8, packed, 2))
        return tnm_fail(TNM_ERROR_DATA,
                        "%s: the mask of tensor '%s' is neither BOOL of its shape nor packed",
                        masks->name, shown);
    return TNM_OK;
}

static tnm_error find_certificate(tnm_match *self, const tnm_prune_entry *entry,
                                  const tnm_source *certificates)
{
    size_t shape[2] = {tnm_cut_tiles(&entry->cut), tnm_certificate_length(entry->cut.tiling.m)};
    char shown[TNM_SHOWN];
    char *name = tnm_certificate_name(entry->tensor);
    if (name == NULL)
        return TNM_ERROR_MEMORY;
    self->certificate = tnm_source_find(certificates, name, &self->certificate_file);
    free(name);
    tnm_tensor_show(shown, entry->tensor->name);
    if (self->certificate == NULL)
        return tnm_fail(TNM_ERROR_DATA, "%s: there is no certificate of tensor '%s'",
                        certificates->name, shown);
    if (!has_shape(self->certificate, TNM_TENSOR_I64, shape, 2))
        return tnm_fail(TNM_ERROR_DATA, "%s: the certificate of tensor '%s' is not I64 (%zu, %zu)",
                        certificates->name, shown, shape[0], shape[1]);
    return TNM_OK;
}

tnm_error tnm_match_find(tnm_match *match, const tnm_prune_entry *entry,
                         const tnm_verify_request *request)
{
    tnm_error error = TNM_OK;
    const tnm_tensor *tensor = entry->tensor;
    *match = (tnm_match){0};
    match->masked = tnm_source_find(request->masked, tensor->name, &match->masked_file);
    if (match->masked != NULL &&
        !has_shape(match->masked, tensor->type, tensor->shape, tensor->rank))
        match->masked = NULL;
    if (entry->eligibility != TNM_ELIGIBLE)
        return TNM_OK;
    if (request->masks != NULL)
        TNM_TRY(find_mask(match, entry, request->masks));
    if (request->certificates != NULL)
        TNM_TRY(find_certificate(match, entry, request->certificates));
out:
    return error;
}

tnm_error tnm_match_metadata(const tnm_verify_request *request)
{
    const tnm_source *original = request->plan->source, *masked = request->masked;
    const tnm_metadata *lost = tnm_source_metadata_beyond(original, masked);
    const tnm_metadata *gained = tnm_source_metadata_beyond(masked, original);
    char shown[TNM_SHOWN];
    if (lost != NULL)
        return tnm_fail(TNM_ERROR_DATA, "entry '%s' of the metadata is missing or changed",
                        tnm_tensor_show(shown, lost->key));
    if (gained != NULL)
        return tnm_fail(TNM_ERROR_DATA, "entry '%s' of the metadata is not in the original",
                        tnm_tensor_show(shown, gained->key));
    return TNM_OK;
}
