/* The legacy layout of a masked checkpoint: see legacy.h. */
#include "pruning/legacy.h"

#include "instances/output.h"
#include "instances/sparse24.h"
#include "instances/sparse24_file.h"

#include <stdlib.h>
#include <unistd.h>

/* Asked for every tensor of the masked checkpoint, whose names and shapes are the original's. */
static bool is_two_of_four(void *selection, const tnm_tensor *tensor)
{
    tnm_problem problem;
    return tnm_select(selection, tensor, &problem) == TNM_ELIGIBLE && problem.n == 2 &&
           problem.m == 4;
}

size_t tnm_legacy_packed(const tnm_prune_plan *plan)
{
    tnm_selection selection = plan->question->selection;
    size_t packed = 0;
    for (size_t k = 0; k < plan->count; k++) {
        const tnm_tensor *tensor = plan->entries[k].tensor;
        packed += is_two_of_four(&selection, tensor) && tnm_sparse24_refuses(tensor) == NULL;
    }
    return packed;
}

tnm_error tnm_legacy_check(const tnm_prune_plan *plan, const tnm_output_paths *paths)
{
    tnm_output probe = {0};
    if (paths->sparse24 == NULL)
        return TNM_OK;
    if (plan->source->checkpoint.count == 0)
        return tnm_fail(TNM_ERROR_USAGE, "%s: only safetensors can become sparse-24-bitmask",
                        plan->source->name);
    if (tnm_legacy_packed(plan) == 0)
        return tnm_fail(TNM_ERROR_USAGE,
                        "sparse-24-bitmask is for matrices MODULE.weight masked at 2:4, with a "
                        "multiple of 4 columns: there is none here");
    tnm_error error = tnm_output_open(&probe, paths->sparse24);
    tnm_output_abort(&probe);
    return error;
}

tnm_error tnm_legacy_write(const tnm_prune_plan *plan, const tnm_output_paths *paths)
{
    tnm_error error = TNM_OK;
    tnm_selection selection = plan->question->selection;
    tnm_checkpoint masked = {0};
    char *unfinished = NULL;
    if (paths->sparse24 == NULL)
        return TNM_OK;
    TNM_TRY(tnm_outputs_locate(paths->checkpoint, NULL, &unfinished));
    if (access(unfinished, F_OK) != 0)
        goto out;
    TNM_TRY(tnm_checkpoint_open(&masked, unfinished));
    TNM_TRY(tnm_sparse24_write(&masked, paths->sparse24, is_two_of_four, &selection));
out:
    tnm_checkpoint_close(&masked);
    free(unfinished);
    return error;
}
