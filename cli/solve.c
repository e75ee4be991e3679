/* tnm solve: a mask for a matrix, with its proof. */
#include "cli/command.h"
#include "cli/job.h"
#include "cli/paths.h"
#include "cli/report.h"
#include "cli/signals.h"
#include "instances/isa.h"
#include "solver/file_sink.h"

#include <stdlib.h>
#include <string.h>

typedef struct request {
    cli_question question;
    cli_effort effort;
    cli_telling telling;
    const char *input;
    const char *method;
    const char *mask, *certificate; /* output files, or NULL */
    bool no_bound;
} request;

/* ---- arguments --------------------------------------------------------------------------- */

enum { KEY_CERTIFICATE = 0x200, KEY_NO_BOUND };

static error_t parse(int key, char *argument, struct argp_state *state)
{
    request *self = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &self->question;
        state->child_inputs[1] = &self->effort;
        state->child_inputs[2] = &self->effort;
        state->child_inputs[3] = &self->telling;
        return 0;
    case 'm':
        self->method = argument;
        return 0;
    case 'o':
        self->mask = argument;
        return 0;
    case KEY_CERTIFICATE:
        self->certificate = argument;
        return 0;
    case KEY_NO_BOUND:
        self->no_bound = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_positional(&self->input, 1, state->arg_num, argument);
        return 0;
    case ARGP_KEY_NO_ARGS:
        cli_usage_error("solve: no input given");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"method", 'm', "METHOD", 0, "How to solve: see 'tnm methods' (default: exact)", 1},
    {"output", 'o', "MASK.npy", 0,
     "Write the mask: bool, the shape of the input, C order; '-': standard output", 1},
    {"certificate", KEY_CERTIFICATE, "CERT.npy", 0,
     "Write the prices that prove the bound: int64, (tiles, 2M+1), a row a tile: scale exponent, "
     "row prices, column prices",
     1},
    {"no-bound", KEY_NO_BOUND, NULL, 0,
     "After a heuristic, do not compute the optimum to compare with", 1},
    {0}};

static const struct argp_child children[] = {{&cli_question_argp, 0, "The question:", 2},
                                             {&cli_effort_argp, 0, "The work:", 3},
                                             {&cli_layout_argp, 0, NULL, 3},
                                             {&cli_telling_argp, 0, "The report:", 4},
                                             {&cli_standard_argp, 0, NULL, -1},
                                             {0}};

static const struct argp solve_argp = {
    .options = options,
    .parser = parse,
    .children = children,
    .args_doc = "INPUT",
    .doc =
        "Find the best transposable N:M mask of the matrix in INPUT (.npy or a text instance; '-': "
        "standard input) and prove it."
        "\v"
        "The report has typed lines: 's' the status (OPTIMAL: every tile is proven; FEASIBLE; "
        "INFEASIBLE; LIMIT: stopped before the end), 'o' the kept score, 'b' the proven upper "
        "bound, 'c' comments. A heuristic is graded against the optimum that 'exact' proves tile "
        "by tile; with --certificate the prices written then are those of 'exact'. A stopped run "
        "writes no files and leaves old ones as they were.\n\n" CLI_EXIT_CODES,
};

/* ---- the work ---------------------------------------------------------------------------- */

/* Everything a run holds. */
typedef struct run {
    const request *asked;
    const tnm_method *method;
    cli_instance instance;
    tnm_file_sink files;
    char *statistics; /* of the method, in text */
    size_t statistics_size;
    cli_report report;
} run;

static tnm_error check_paths(const request *asked)
{
    const cli_paths paths = {.inputs = {asked->input, asked->question.score_file},
                             .outputs = {asked->mask, asked->certificate}};
    return cli_paths_check(&paths);
}

/* What was used: instructions, the threads' time, and the most memory that was resident. */
static void print_costs(const tnm_times *times, FILE *stream)
{
    fprintf(stream, "c instruction set %s\n", tnm_isa_name(tnm_isa_best()));
    fprintf(stream, "c thread seconds: reading %.6f, solving %.6f, verifying %.6f, writing %.6f\n",
            times->read, times->solve, times->verify, times->write);
    fprintf(stream, "c peak memory %zu bytes\n", tnm_peak_memory());
}

static tnm_error solve(run *self, tnm_result *result)
{
    const request *asked = self->asked;
    tnm_error error = TNM_OK;
    FILE *statistics = NULL;
    tnm_times times = {0};
    if (asked->effort.verbose) {
        statistics = open_memstream(&self->statistics, &self->statistics_size);
        if (statistics == NULL)
            return tnm_fail(TNM_ERROR_MEMORY, "out of memory: statistics");
    }
    cli_job job = {.instance = &self->instance,
                   .effort = &asked->effort,
                   .method = self->method,
                   .all_parameters = true,
                   .bound = !asked->no_bound,
                   .silent = asked->telling.quiet,
                   .statistics = statistics,
                   .sink = &self->files.sink,
                   .times = &times};
    error = cli_job_run(&job, result);
    if (statistics == NULL)
        return error;
    print_costs(&times, statistics);
    fclose(statistics);
    return error;
}

/* Whether the mask may break the constraint: whoever asks for such a method wants to see it. */
static bool is_relaxed(const run *self)
{
    return self->asked->effort.flat || (self->method->capabilities & TNM_METHOD_RELAXED);
}

/* Only complete and valid answers are written. */
static bool is_worth_writing(const run *self)
{
    tnm_status status = self->report.result.status;
    return status != TNM_LIMIT && (status != TNM_INFEASIBLE || is_relaxed(self));
}

static tnm_error settle_outputs(run *self)
{
    tnm_error error = TNM_OK;
    if (!is_worth_writing(self))
        return TNM_OK;
    TNM_TRY(tnm_output_settle(&self->files.mask));
    TNM_TRY(tnm_output_settle(&self->files.prices));
out:
    return error;
}

/* Where the report goes: out of the way of an output that takes the standard output. */
static FILE *report_stream(const request *asked)
{
    bool taken = (asked->mask != NULL && strcmp(asked->mask, "-") == 0) ||
                 (asked->certificate != NULL && strcmp(asked->certificate, "-") == 0);
    return taken ? stderr : stdout;
}

static tnm_error report(run *self)
{
    const cli_telling *telling = &self->asked->telling;
    FILE *stream = report_stream(self->asked);
    self->report.status = tnm_status_name(self->report.result.status);
    self->report.statistics = self->statistics;
    if (telling->format == CLI_JSON)
        return cli_report_json(&self->report, stream);
    cli_report_lines(&self->report, stream, telling->quiet);
    return TNM_OK;
}

/* Flat tiles are not the ones to be proven. */
static bool can_prove(const run *self)
{
    return (self->method->capabilities & TNM_METHOD_EXACT) && !self->asked->effort.flat;
}

/* A method that can prove has to; of a heuristic a mask is all that was asked. */
static cli_outcome judge(const run *self)
{
    switch (self->report.result.status) {
    case TNM_OPTIMAL:
        return CLI_DONE;
    case TNM_FEASIBLE:
        return can_prove(self) ? CLI_WANTING : CLI_DONE;
    case TNM_LIMIT:
        return atomic_load(&cli_interrupted) ? CLI_INTERRUPTED : CLI_WANTING;
    case TNM_INFEASIBLE:
        return is_relaxed(self) ? CLI_DONE : CLI_WANTING;
    }
    return CLI_WANTING;
}

static bool completes(const run *self)
{
    return self->instance.problem.constraint == TNM_EQUAL &&
           (self->method->capabilities & TNM_METHOD_COMPLETES);
}

static tnm_error work(run *self)
{
    const request *asked = self->asked;
    double start = tnm_now();
    tnm_error error = TNM_OK;
    TNM_TRY(check_paths(asked));
    TNM_TRY(cli_instance_open(&self->instance, asked->input, &asked->question));
    self->report =
        (cli_report){.instance = &self->instance,
                     .method = self->method->name,
                     .completion = completes(self),
                     .flat = asked->effort.flat,
                     .threads = cli_instance_threads(&self->instance, asked->effort.threads)};
    TNM_TRY(
        tnm_file_sink_open(&self->files, &self->instance.tiling, asked->mask, asked->certificate));
    if (asked->telling.format == CLI_TEXT && !asked->telling.quiet)
        cli_report_banner(&self->report, report_stream(asked));
    TNM_TRY(solve(self, &self->report.result));
    TNM_TRY(settle_outputs(self));
    self->report.seconds = tnm_now() - start;
    TNM_TRY(report(self));
    TNM_TRY(cli_flush()); /* a report that is lost is a failure, which leaves old files */
    if (is_worth_writing(self))
        TNM_TRY(tnm_file_sink_commit(&self->files));
out:
    return error;
}

tnm_error cli_solve(int argc, char **argv, cli_outcome *outcome)
{
    request asked = {.method = "exact"};
    cli_question_init(&asked.question);
    cli_command_parse("tnm solve", &solve_argp, argc, argv, &asked);
    run self = {.asked = &asked, .method = cli_command_method(asked.method)};
    cli_guard(&self.files.mask.temporary);
    cli_guard(&self.files.prices.temporary);
    cli_catch_interrupts();
    tnm_error error = work(&self);
    if (error == TNM_OK)
        *outcome = judge(&self);
    tnm_file_sink_abort(&self.files);
    cli_guard_nothing();
    cli_instance_close(&self.instance);
    free(self.statistics);
    return error;
}
