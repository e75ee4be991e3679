/* The library's one call to solve: own methods only. */
#include "formulations/check.h"
#include "instances/floating.h"
#include "solver/drive.h"

static tnm_error solve(const tnm_matrix *weights, const tnm_problem *problem,
                       const tnm_options *options, const tnm_mask_view *mask, int64_t *prices,
                       tnm_result *result)
{
    tnm_error error = TNM_OK;
    tnm_job job = {.mask = mask, .prices = prices};
    TNM_TRY(tnm_result_begin(result));
    TNM_TRY(tnm_question_init(&job.scoring, &job.tiling, weights, problem, options));
    if (mask != NULL)
        TNM_TRY(tnm_mask_view_validate(mask));
    const char *name = options->method != NULL ? options->method : "exact";
    job.method = tnm_own_method(name);
    if (job.method == NULL)
        return tnm_fail(TNM_ERROR_USAGE, "'%s' is none of the library's methods", name);
    job.problem = *problem;
    job.threads = options->threads;
    job.time_limit = options->time_limit;
    job.seed = options->seed;
    job.warm_prices = options->warm_prices;
    job.progress = options->progress;
    job.progress_context = options->progress_context;
    TNM_TRY(tnm_drive(&job, result));
out:
    return error;
}

tnm_error tnm_solve(const tnm_matrix *weights, const tnm_problem *problem,
                    const tnm_options *options, const tnm_mask_view *mask, int64_t *prices,
                    tnm_result *result)
{
    fenv_t outside;
    tnm_floating_enter(&outside);
    tnm_error error = solve(weights, problem, options, mask, prices, result);
    tnm_floating_leave(&outside);
    return error;
}
