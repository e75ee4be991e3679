/* Finding the mask of one weight matrix: see mask_search.h. */
#include "training/mask_search.h"

#include "formulations/check.h"
#include "solver/drive.h"

bool tnm_mask_is_transposable(const tnm_method *method)
{
    return !(method->capabilities & TNM_METHOD_RELAXED);
}

/* The failure of a search, with the name of what is masked. */
static tnm_error name_failure(tnm_error error, const char *name)
{
    char why[512];
    snprintf(why, sizeof why, "%s", tnm_error_message());
    return tnm_fail(error, "%s: %s", name, why);
}

/* Says in one sentence why there is no mask. */
static tnm_error judge(const tnm_mask_search *search, const tnm_mask_task *task,
                       const tnm_result *result)
{
    bool interrupted = search->stop != NULL && atomic_load(search->stop);
    if (result->status == TNM_LIMIT && interrupted)
        return tnm_fail(TNM_ERROR_INTERRUPTED, "%s: interrupted while masked", task->name);
    if (result->status == TNM_LIMIT)
        return tnm_fail(TNM_ERROR_LIMIT, "%s: no time left for the mask", task->name);
    if (result->status == TNM_INFEASIBLE && task->transposable)
        return tnm_fail(TNM_ERROR_DATA, "%s: method '%s' breaks the pattern", task->name,
                        search->method->name);
    return TNM_OK;
}

tnm_error tnm_mask_find(const tnm_mask_search *search, const tnm_mask_task *task)
{
    tnm_error error = TNM_OK;
    const ptrdiff_t cols = (ptrdiff_t)task->cols;
    const tnm_matrix matrix = {.data = task->weights,
                               .dtype = TNM_F32,
                               .rows = task->rows,
                               .cols = task->cols,
                               .row_stride = cols,
                               .col_stride = 1};
    const tnm_mask_view view = {task->mask, TNM_MASK_BYTES, cols, 1};
    tnm_options options;
    tnm_result result;
    tnm_job job = {.problem = task->problem,
                   .method = search->method,
                   .parameters = search->parameters,
                   .threads = search->threads,
                   .time_limit = search->time_limit,
                   .seed = search->seed,
                   .warm_prices = task->warm_prices,
                   .stop = search->stop,
                   .mask = &view,
                   .prices = task->prices};
    tnm_options_init(&options);
    options.score = search->score;
    TNM_TRY(tnm_question_init(&job.scoring, &job.tiling, &matrix, &task->problem, &options));
    error = tnm_drive(&job, &result);
    if (error != TNM_OK)
        TNM_TRY(name_failure(error, task->name));
    TNM_TRY(judge(search, task, &result));
out:
    return error;
}
