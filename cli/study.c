/* tnm study: everything a plan lists, solved, written down and summarised. */
#include "bench/study.h"
#include "bench/results.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "instances/output.h"

#include <stdlib.h>

typedef struct request {
    const char *plan, *output;
    int threads;
    bool quiet, no_progress;
} request;

/* ---- arguments --------------------------------------------------------------------------- */

enum { KEY_NO_PROGRESS = 0x200 };

static error_t parse(int key, char *argument, struct argp_state *state)
{
    request *self = state->input;
    switch (key) {
    case 'o':
        self->output = argument;
        return 0;
    case 'j':
        self->threads = (int)cli_whole_number("threads", argument, 4096);
        return 0;
    case 'q':
        self->quiet = true;
        return 0;
    case KEY_NO_PROGRESS:
        self->no_progress = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_positional(&self->plan, 1, state->arg_num, argument);
        return 0;
    case ARGP_KEY_END:
        if (self->plan == NULL)
            cli_usage_error("study: no plan given");
        if (self->output == NULL)
            cli_usage_error("study: no folder given: -o DIR");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"output", 'o', "DIR", 0, "The folder for all results; made where there is none", 1},
    {"threads", 'j', "COUNT", 0,
     "Solves at a time, where the plan's clock is shared; 0 (default): one for each core", 1},
    {"quiet", 'q', NULL, 0, "Say nothing; no progress bar", 1},
    {"no-progress", KEY_NO_PROGRESS, NULL, 0, "Draw no progress bar", 1},
    {0}};

static const struct argp_child children[] = {{&cli_standard_argp, 0, NULL, -1}, {0}};

static const struct argp study_argp = {
    .options = options,
    .parser = parse,
    .children = children,
    .args_doc = "PLAN -o DIR",
    .doc = "Solve everything that PLAN lists, one row a solve in DIR/records.csv, and summarise "
           "it. A study that was stopped, by whatever means, goes on where it was when the same "
           "command is given again."
           "\v"
           "DIR/summary.md has tables to read; summary.csv, gaps.csv, profiles.csv and slopes.csv "
           "the same for programs. Plans and columns are described in docs/formats.md.\n\n"
           "The code is 1 when a method did not keep what it promises, a proof or a mask that "
           "obeys the constraint.\n\n" CLI_EXIT_CODES,
};

/* ---- the work ---------------------------------------------------------------------------- */

static tnm_error run(const request *asked, const tnm_schedule *schedule, tnm_journal *journal)
{
    cli_progress progress;
    tnm_study_options how = {.threads = asked->threads,
                             .stop = &cli_interrupted,
                             .progress = cli_progress_step,
                             .progress_context = &progress};
    if (!asked->quiet && journal->done > 0)
        printf("c %zu of %zu runs are there already\n", journal->done, schedule->run_count);
    if (!asked->quiet)
        printf("c study %s: %zu runs to do\n", schedule->plan->name,
               schedule->run_count - journal->done);
    tnm_error error = cli_flush();
    if (error != TNM_OK)
        return error;
    cli_progress_start(&progress, schedule->plan->name, asked->quiet || asked->no_progress);
    progress.unit = "runs";
    error = tnm_study_run(schedule, journal, &how);
    cli_progress_end(&progress);
    return error;
}

static tnm_error summarise(const request *asked, const tnm_journal *journal, cli_outcome *outcome)
{
    tnm_digest digest;
    tnm_error error = tnm_digest_init(&digest, journal);
    if (error != TNM_OK)
        return error;
    error = tnm_results_write(&digest, asked->output, journal->head);
    *outcome = digest.unsound == 0 ? CLI_DONE : CLI_WANTING;
    if (error == TNM_OK && digest.unsound > 0)
        printf("c %zu runs did not keep what their method promises\n", digest.unsound);
    if (error == TNM_OK && !asked->quiet)
        printf("c all %zu runs are in %s/records.csv, tables in %s/summary.md\n", journal->done,
               asked->output, asked->output);
    tnm_digest_free(&digest);
    return error;
}

/* A plan may lie in the folder of its results, but not in the place of one. */
static tnm_error check_paths(const request *asked)
{
    static const char *const results[] = {"records.csv", "summary.md",   "summary.csv",
                                          "gaps.csv",    "profiles.csv", "slopes.csv"};
    tnm_error error = TNM_OK;
    for (size_t k = 0; k < sizeof results / sizeof *results && error == TNM_OK; k++) {
        char *path = tnm_format("%s/%s", asked->output, results[k]);
        error = path != NULL ? tnm_output_refuse_input(path, asked->plan) : TNM_ERROR_MEMORY;
        free(path);
    }
    return error;
}

static tnm_error work(const request *asked, const tnm_banner *banner, cli_outcome *outcome)
{
    tnm_error error = TNM_OK;
    tnm_plan plan = {0};
    tnm_schedule schedule = {0};
    tnm_journal journal = {0};
    TNM_TRY(check_paths(asked));
    TNM_TRY(tnm_plan_read(&plan, asked->plan));
    TNM_TRY(tnm_schedule_init(&schedule, &plan));
    TNM_TRY(tnm_journal_open(&journal, asked->output, &schedule, banner));
    TNM_TRY(run(asked, &schedule, &journal));
    if (journal.done == schedule.run_count) {
        TNM_TRY(summarise(asked, &journal, outcome));
    } else {
        printf("c stopped with %zu of %zu runs; the same command goes on\n", journal.done,
               schedule.run_count);
        *outcome = CLI_INTERRUPTED;
    }
out:
    tnm_journal_close(&journal);
    tnm_schedule_free(&schedule);
    tnm_plan_free(&plan);
    return error;
}

tnm_error cli_study(int argc, char **argv, cli_outcome *outcome)
{
    request asked = {0};
    char *command = tnm_banner_command("tnm study", argc, argv);
    if (command == NULL)
        return TNM_ERROR_MEMORY;
    cli_command_parse("tnm study", &study_argp, argc, argv, &asked);
    cli_catch_interrupts();
    const tnm_banner banner = {.command = command};
    tnm_error error = work(&asked, &banner, outcome);
    free(command);
    return error;
}
