/* tnm compare: several methods over one matrix, side by side. */
#include "cli/command.h"
#include "cli/comparison.h"
#include "cli/report.h"
#include "cli/signals.h"
#include "solver/methods/all.h"

#include <stdlib.h>
#include <string.h>

typedef struct request {
    cli_question question;
    cli_effort effort;
    cli_telling telling;
    const char *input;
    const char *methods; /* "all", or names with commas between them */
} request;

/* ---- arguments --------------------------------------------------------------------------- */

static error_t parse(int key, char *argument, struct argp_state *state)
{
    request *self = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        self->telling.csv_allowed = true;
        state->child_inputs[0] = &self->question;
        state->child_inputs[1] = &self->effort;
        state->child_inputs[2] = &self->effort;
        state->child_inputs[3] = &self->telling;
        return 0;
    case 'm':
        self->methods = argument;
        return 0;
    case ARGP_KEY_ARG:
        cli_positional(&self->input, 1, state->arg_num, argument);
        return 0;
    case ARGP_KEY_NO_ARGS:
        cli_usage_error("compare: no input given");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"methods", 'm', "LIST", 0, "all (default), or names with commas between them", 1}, {0}};

static const struct argp_child children[] = {{&cli_question_argp, 0, "The question:", 2},
                                             {&cli_effort_argp, 0, "The work:", 3},
                                             {&cli_layout_argp, 0, NULL, 3},
                                             {&cli_telling_argp, 0, "The report:", 4},
                                             {&cli_standard_argp, 0, NULL, -1},
                                             {0}};

static const struct argp compare_argp = {
    .options = options,
    .parser = parse,
    .children = children,
    .args_doc = "INPUT",
    .doc = "Solve the matrix in INPUT ('-': standard input) with several methods under the same "
           "constraint, one row a method. A time limit holds for each method by itself; all of "
           "them get 10 seconds each where none is set."
           "\v" CLI_COLUMNS "\n\n" CLI_EXIT_CODES,
};

/* ---- the list of methods ----------------------------------------------------------------- */

static tnm_error add_all(cli_comparison *comparison)
{
    const tnm_method *method;
    tnm_error error = TNM_OK;
    for (size_t index = 0; error == TNM_OK && (method = tnm_method_at(index)) != NULL; index++)
        error = cli_comparison_add(comparison, method);
    return error;
}

static tnm_error add_methods(cli_comparison *comparison, const char *names)
{
    tnm_error error = TNM_OK;
    if (strcmp(names, "all") == 0)
        return add_all(comparison);
    char *list = tnm_copy_string(names);
    if (list == NULL)
        return TNM_ERROR_MEMORY;
    char *rest = list;
    for (char *name; error == TNM_OK && (name = strsep(&rest, ",")) != NULL;)
        error = cli_comparison_add(comparison, cli_command_method(name));
    free(list);
    return error;
}

/* Every parameter has to be some method's. */
static void check_parameters(const cli_comparison *comparison, const cli_parameters *given)
{
    for (size_t k = 0; k < given->count; k++) {
        const char *text = given->list[k];
        bool known = false;
        for (size_t row = 0; row < comparison->count; row++)
            known |= tnm_method_parameter_find(comparison->rows[row].method->parameters, text,
                                               strcspn(text, "=")) != NULL;
        if (!known)
            cli_usage_error("parameter '%s' belongs to none of the methods", text);
    }
}

/* ---- the work ---------------------------------------------------------------------------- */

static tnm_error run_rows(const request *asked, const cli_instance *instance,
                          cli_comparison *comparison)
{
    tnm_error error = TNM_OK;
    cli_job job = {.instance = instance,
                   .effort = &asked->effort,
                   .bound = true,
                   .silent = asked->telling.quiet};
    for (size_t k = 0; k < comparison->count && error == TNM_OK; k++) {
        if (atomic_load(&cli_interrupted))
            break;
        error = cli_comparison_run(comparison, k, &job);
    }
    return error;
}

static tnm_error work(const request *asked, cli_comparison *comparison)
{
    tnm_error error = TNM_OK;
    cli_instance instance = {0};
    cli_report banner = {.instance = &instance, .flat = asked->effort.flat};
    bool comments = asked->telling.format == CLI_TEXT && !asked->telling.quiet;
    TNM_TRY(add_methods(comparison, asked->methods));
    check_parameters(comparison, &asked->effort.parameters);
    TNM_TRY(cli_instance_open(&instance, asked->input, &asked->question));
    comparison->problem = &instance.problem;
    comparison->flat = asked->effort.flat;
    banner.threads = cli_instance_threads(&instance, asked->effort.threads);
    if (comments)
        cli_report_banner(&banner, stdout);
    TNM_TRY(run_rows(asked, &instance, comparison));
    cli_comparison_settle(comparison);
    TNM_TRY(cli_comparison_print(comparison, &instance, banner.threads, asked->telling.format,
                                 comments));
out:
    cli_instance_close(&instance);
    return error;
}

tnm_error cli_compare(int argc, char **argv, cli_outcome *outcome)
{
    enum { PATIENCE = 10 }; /* seconds for each of all methods, where nothing was said */
    request asked = {.methods = "all"};
    cli_comparison comparison = {0};
    cli_question_init(&asked.question);
    cli_command_parse("tnm compare", &compare_argp, argc, argv, &asked);
    if (strcmp(asked.methods, "all") == 0 && asked.effort.time_limit <= 0)
        asked.effort.time_limit = PATIENCE;
    cli_catch_interrupts();
    tnm_error error = work(&asked, &comparison);
    if (atomic_load(&cli_interrupted))
        *outcome = CLI_INTERRUPTED;
    else
        *outcome = cli_comparison_sound(&comparison) ? CLI_DONE : CLI_WANTING;
    cli_comparison_free(&comparison);
    return error;
}
