/* One method over one instance: see job.h. */
#include "cli/job.h"

#include "cli/progress.h"
#include "cli/signals.h"
#include "solver/flat.h"

#include <string.h>

/* A tnm_band_done. */
static void release_band(void *context, size_t tile_row)
{
    const cli_job *job = context;
    const cli_instance *instance = job->instance;
    const tnm_tiling *tiling = &instance->tiling;
    size_t first = tile_row * tiling->m;
    size_t rows = tiling->rows - first < tiling->m ? tiling->rows - first : tiling->m;
    tnm_input_release(&instance->weights, first, rows);
    if (instance->question->score == TNM_SCORE_GIVEN)
        tnm_input_release(&instance->scores, first, rows);
}

/* The method whose prices grade this one's answers; NULL: its own. */
static const tnm_method *grader(const cli_job *job)
{
    const tnm_method *exact = tnm_own_method("exact");
    bool own_prices = (job->method->capabilities & TNM_METHOD_EXACT) && !job->effort->flat;
    bool applies = exact != NULL && tnm_method_refuses(exact, &job->instance->problem) == NULL;
    return job->bound && !own_prices && applies ? exact : NULL;
}

/* What was set and the method knows; or all of it. */
static void choose_parameters(cli_parameters *chosen, const cli_job *job)
{
    const cli_parameters *given = &job->effort->parameters;
    *chosen = (cli_parameters){.count = 0};
    for (size_t k = 0; k < given->count; k++) {
        const char *text = given->list[k];
        if (job->all_parameters ||
            tnm_method_parameter_find(job->method->parameters, text, strcspn(text, "=")) != NULL)
            chosen->list[chosen->count++] = text;
    }
}

tnm_error cli_job_run(const cli_job *job, tnm_result *result)
{
    const cli_instance *instance = job->instance;
    const cli_effort *effort = job->effort;
    cli_job context = *job;
    cli_progress progress;
    cli_parameters parameters;
    tnm_job work = {.scoring = instance->scoring,
                    .tiling = instance->tiling,
                    .problem = instance->problem,
                    .method = job->method,
                    .grader = grader(job),
                    .flat = effort->flat,
                    .threads = effort->threads,
                    .time_limit = effort->time_limit,
                    .seed = effort->seed,
                    .parameters = parameters.list,
                    .progress = cli_progress_step,
                    .progress_context = &progress,
                    .stop = &cli_interrupted,
                    .statistics = job->statistics,
                    .band_done = release_band,
                    .band_done_context = &context,
                    .sink = job->sink,
                    .times = job->times};
    choose_parameters(&parameters, job);
    if (work.flat)
        tnm_flat_tiling(&work.tiling);
    cli_progress_start(&progress, job->method->name, job->silent || effort->no_progress);
    tnm_error error = tnm_drive(&work, result);
    cli_progress_end(&progress);
    return cli_instance_name_failure(instance, error);
}
