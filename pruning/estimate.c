/* What a run will take: see prune.h. */
#include "formulations/check.h"
#include "pruning/prune.h"

/* Whether two tensors take the same time for a weight, roughly. */
static bool are_alike(const tnm_prune_entry *one, const tnm_prune_entry *other)
{
    return one->eligibility == TNM_ELIGIBLE && other->eligibility == TNM_ELIGIBLE &&
           one->problem.n == other->problem.n && one->problem.m == other->problem.m;
}

/* The largest of the tensors like this one, and the weights of them all; NULL where an earlier one
 * has answered for them. */
static const tnm_prune_entry *choose_sample(const tnm_prune_plan *plan, size_t number,
                                            size_t *weights)
{
    const tnm_prune_entry *entry = &plan->entries[number], *largest = entry;
    *weights = 0;
    if (entry->eligibility != TNM_ELIGIBLE)
        return NULL;
    for (size_t k = 0; k < plan->count; k++) {
        const tnm_prune_entry *other = &plan->entries[k];
        if (!are_alike(entry, other))
            continue;
        if (k < number)
            return NULL;
        *weights += tnm_tensor_count(other->tensor);
        if (tnm_tensor_count(other->tensor) > tnm_tensor_count(largest->tensor))
            largest = other;
    }
    return largest;
}

/* Seconds that one thread takes for a weight of a tensor. */
static tnm_error time_sample(const tnm_masking *masking, tnm_slot *slot,
                             const tnm_prune_entry *entry, double *seconds)
{
    tnm_error error = TNM_OK;
    tnm_cursor cursor;
    (void)tnm_cursor_start(&cursor, masking->plan, (size_t)(entry - masking->plan->entries));
    (void)tnm_cursor_next(&cursor, masking->plan, slot);
    TNM_TRY(tnm_slot_read(slot, masking->plan));
    double start = tnm_now();
    TNM_TRY(tnm_masking_solve(masking, slot));
    *seconds = (tnm_now() - start) / (double)tnm_piece_entries(&slot->piece);
out:
    return error;
}

static tnm_error measure_files(const tnm_prune_request *request, tnm_prune_estimate *estimate)
{
    tnm_error error = TNM_OK;
    tnm_safetensors_plan masks = {0}, certificates = {0};
    estimate->checkpoint = request->plan->source->bytes;
    if (request->paths.masks != NULL)
        TNM_TRY(tnm_prune_plan_masks(&masks, request->plan, request->paths.packed));
    if (request->paths.certificates != NULL)
        TNM_TRY(tnm_prune_plan_certificates(&certificates, request->plan));
    estimate->masks = masks.file_size;
    estimate->certificates = certificates.file_size;
out:
    tnm_safetensors_plan_free(&masks);
    tnm_safetensors_plan_free(&certificates);
    return error;
}

tnm_error tnm_prune_foresee(const tnm_prune_request *request, tnm_prune_estimate *estimate)
{
    tnm_error error = TNM_OK;
    const tnm_prune_plan *plan = request->plan;
    tnm_masking masking = {.plan = plan, .how = &request->how, .stop = request->stop};
    tnm_slot slot = {0};
    double seconds = 0;
    *estimate = (tnm_prune_estimate){0};
    TNM_TRY(tnm_masking_check(&request->how, plan));
    TNM_TRY(measure_files(request, estimate));
    TNM_TRY(tnm_slot_init(&slot, plan, false, false));
    for (size_t k = 0; k < plan->count; k++) {
        size_t weights;
        const tnm_prune_entry *sample = choose_sample(plan, k, &weights);
        if (sample == NULL)
            continue;
        TNM_TRY(time_sample(&masking, &slot, sample, &seconds));
        estimate->seconds += seconds * (double)weights;
    }
    size_t pieces = 0;
    for (size_t k = 0; k < plan->count; k++)
        pieces += tnm_cursor_pieces(&plan->entries[k]);
    estimate->seconds /= tnm_thread_count(request->how.threads, pieces);
out:
    tnm_slot_free(&slot);
    return error;
}
