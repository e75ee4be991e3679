/* The library's one call to solve: own methods only. */
#include "formulations/check.h"
#include "instances/floating.h"
#include "solver/drive.h"

static tnm_error solve(const tnm_matrix *weights, const tnm_problem *problem,
                       const tnm_options *options, const tnm_mask_view *mask, int64_t *prices,
                       tnm_result *result)
{
    const char *name = options->method != NULL ? options->method : "exact";
    tnm_job job = {.problem = *problem,
                   .method = tnm_own_method(name),
                   .threads = options->threads,
                   .time_limit = options->time_limit,
                   .seed = options->seed,
                   .warm_prices = options->warm_prices,
                   .progress = options->progress,
                   .progress_context = options->progress_context,
                   .mask = mask,
                   .prices = prices};
    if (job.method == NULL)
        return tnm_fail(TNM_ERROR_USAGE, "'%s' is none of the library's methods", name);
    tnm_error error = tnm_question_init(&job.scoring, &job.tiling, weights, problem, options);
    return error != TNM_OK ? error : tnm_drive(&job, result);
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
