/* Finding the mask of a layer: see mask_search.h. */
#include "training/calibration/mask_search.h"

#include "formulations/check.h"
#include "solver/drive.h"

bool tnm_mask_is_transposable(const tnm_method *method)
{
    return !(method->capabilities & TNM_METHOD_RELAXED);
}

/* Says in one sentence why there is no mask. */
static tnm_error judge(const tnm_mask_search *search, const char *name, const tnm_result *result)
{
    bool interrupted = search->stop != NULL && atomic_load(search->stop);
    if (result->status == TNM_LIMIT && interrupted)
        return tnm_fail(TNM_ERROR_INTERRUPTED, "interrupted at the mask of '%s'", name);
    if (result->status == TNM_LIMIT)
        return tnm_fail(TNM_ERROR_LIMIT, "no time left for the mask of '%s'", name);
    if (result->status == TNM_INFEASIBLE && tnm_mask_is_transposable(search->method))
        return tnm_fail(TNM_ERROR_DATA, "'%s': the mask of %s breaks its constraint", name,
                        search->method->name);
    return TNM_OK;
}

tnm_error tnm_mask_find(const tnm_mask_search *search, const char *name, const float *weights,
                        size_t rows, size_t cols, const tnm_problem *problem, uint8_t *mask)
{
    tnm_error error = TNM_OK;
    tnm_options options;
    tnm_result result;
    tnm_matrix matrix = {.data = weights,
                         .dtype = TNM_F32,
                         .rows = rows,
                         .cols = cols,
                         .row_stride = (ptrdiff_t)cols,
                         .col_stride = 1};
    tnm_mask_view view = {mask, TNM_MASK_BYTES, (ptrdiff_t)cols, 1};
    tnm_job job = {.problem = *problem,
                   .method = search->method,
                   .parameters = search->parameters,
                   .threads = search->threads,
                   .time_limit = search->time_limit,
                   .seed = search->seed,
                   .stop = search->stop,
                   .mask = &view};
    tnm_options_init(&options);
    options.score = search->score;
    TNM_TRY(tnm_question_init(&job.scoring, &job.tiling, &matrix, problem, &options));
    error = tnm_drive(&job, &result);
    if (error == TNM_ERROR_DATA) {
        char reason[1024];
        snprintf(reason, sizeof reason, "%s", tnm_error_message());
        TNM_TRY(tnm_fail(error, "'%s': %s", name, reason));
    }
    TNM_TRY(error);
    TNM_TRY(judge(search, name, &result));
out:
    return error;
}
