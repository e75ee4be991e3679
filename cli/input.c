/* The question a command line asks: see input.h. */
#include "cli/input.h"

#include "formulations/check.h"

static void settle_problem(cli_instance *instance)
{
    const cli_question *question = instance->question;
    instance->problem = question->problem;
    if (!instance->weights.has_problem)
        return;
    const tnm_problem *own = &instance->weights.problem;
    if (!question->pattern_given) {
        instance->problem.n = own->n;
        instance->problem.m = own->m;
    }
    if (!question->constraint_given)
        instance->problem.constraint = own->constraint;
}

tnm_error cli_instance_open(cli_instance *instance, const char *path, const cli_question *question)
{
    tnm_error error = TNM_OK;
    *instance = (cli_instance){.question = question};
    TNM_TRY(tnm_input_open(&instance->weights, path));
    instance->name = instance->weights.name;
    settle_problem(instance);
    if (question->score == TNM_SCORE_GIVEN)
        TNM_TRY(tnm_input_open(&instance->scores, question->score_file));
    tnm_options options;
    tnm_options_init(&options);
    options.score = question->score;
    options.edges = question->edges;
    options.given_scores = &instance->scores.matrix;
    error = tnm_question_init(&instance->scoring, &instance->tiling, &instance->weights.matrix,
                              &instance->problem, &options);
    TNM_TRY(cli_instance_name_failure(instance, error));
out:
    if (error != TNM_OK)
        cli_instance_close(instance);
    return error;
}

void cli_instance_close(cli_instance *instance)
{
    tnm_input_close(&instance->weights);
    tnm_input_close(&instance->scores);
    *instance = (cli_instance){0};
}

tnm_error cli_instance_name_failure(const cli_instance *instance, tnm_error error)
{
    if (error != TNM_ERROR_DATA)
        return error;
    bool given = instance->question->score == TNM_SCORE_GIVEN;
    const char *name = given ? instance->scores.name : instance->weights.name;
    char message[1024];
    snprintf(message, sizeof message, "%s", tnm_error_message());
    return tnm_fail(error, "%s: %s", name, message);
}

size_t cli_instance_tiles(const cli_instance *instance)
{
    return instance->tiling.tile_rows * instance->tiling.tile_cols;
}

int cli_instance_threads(const cli_instance *instance, int threads)
{
    return tnm_thread_count(threads, instance->tiling.tile_rows * instance->tiling.stretches);
}
