/* tnm-check: is this a valid mask, and is it proven to be the best? The independent checker: it
 * links no solver, and believes only the scores, the mask and the prices. */
#include "cli/ending.h"
#include "cli/report.h"
#include "cli/signals.h"
#include "cli/version.h"
#include "formulations/check.h"

#include <jansson.h>
#include <stdlib.h>

typedef struct request {
    cli_question question;
    cli_telling telling;
    const char *places[2]; /* input, mask */
    const char *certificate;
    int threads;
} request;

/* ---- arguments --------------------------------------------------------------------------- */

enum { KEY_CERTIFICATE = 0x200 };

static error_t parse(int key, char *argument, struct argp_state *state)
{
    request *self = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &self->question;
        state->child_inputs[1] = &self->telling;
        return 0;
    case 'j':
        self->threads = (int)cli_whole_number("threads", argument, 4096);
        return 0;
    case KEY_CERTIFICATE:
        self->certificate = argument;
        return 0;
    case ARGP_KEY_ARG:
        cli_positional(self->places, 2, state->arg_num, argument);
        return 0;
    case ARGP_KEY_END:
        if (state->arg_num < 2)
            cli_usage_error("expected an input and a mask");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"certificate", KEY_CERTIFICATE, "CERT.npy", 0,
     "The prices that are to prove the mask optimal: int64, (tiles, 2M+1)", 1},
    {"threads", 'j', "COUNT", 0, "Threads to work with; 0: one for each core (default)", 1},
    {0}};

static const struct argp_child children[] = {{&cli_question_argp, 0, "The question:", 2},
                                             {&cli_telling_argp, 0, "The report:", 3},
                                             {&cli_standard_argp, 0, NULL, -1},
                                             {0}};

static const struct argp check_argp = {
    .options = options,
    .parser = parse,
    .children = children,
    .args_doc = "INPUT MASK",
    .doc = "Check the transposable N:M mask in MASK (.npy, bool or uint8) of the matrix in INPUT "
           "(.npy or a text instance; '-': standard input)."
           "\v"
           "Prints 's OPTIMAL' when the certificate proves every tile, 's VALID' when the mask "
           "obeys the constraint, 's INVALID' with the first violation otherwise; 'o' the kept "
           "score, 'b' the upper bound that the certificate proves. With a certificate, a mask "
           "that is valid but not proven ends in exit code 1.\n\n" CLI_EXIT_CODES,
};

/* ---- the work ---------------------------------------------------------------------------- */

static const char *word_of(tnm_status status)
{
    switch (status) {
    case TNM_OPTIMAL:
        return "OPTIMAL";
    case TNM_FEASIBLE:
        return "VALID";
    case TNM_INFEASIBLE:
    case TNM_LIMIT:
        break;
    }
    return "INVALID";
}

static tnm_error check_mask(const request *asked, const cli_instance *instance, cli_report *report)
{
    tnm_error error = TNM_OK;
    const tnm_tiling *tiling = &instance->tiling;
    tnm_input_mask mask = {0};
    tnm_input_prices prices = {0};
    tnm_verdict *verdict = NULL;
    TNM_TRY(tnm_input_open_mask(&mask, asked->places[1], tiling->rows, tiling->cols));
    if (asked->certificate != NULL)
        TNM_TRY(tnm_input_open_prices(&prices, asked->certificate, cli_instance_tiles(instance),
                                      instance->problem.m));
    TNM_TRY(TNM_NEW(verdict, 1));
    error = tnm_check_mask(verdict, &instance->scoring, tiling, &instance->problem, &mask.view,
                           prices.prices, asked->threads);
    TNM_TRY(cli_instance_name_failure(instance, error));
    tnm_verdict_result(verdict, &report->result);
    report->violation = verdict->violation;
out:
    free(verdict);
    tnm_input_close_prices(&prices);
    tnm_input_close_mask(&mask);
    return error;
}

static tnm_error print(const request *asked, const cli_report *report)
{
    if (asked->telling.format == CLI_JSON)
        return cli_report_json(report, stdout);
    if (!asked->telling.quiet)
        cli_report_banner(report, stdout);
    cli_report_lines(report, stdout, asked->telling.quiet);
    return TNM_OK;
}

static tnm_error run(const request *asked, cli_outcome *outcome)
{
    double start = tnm_now();
    tnm_error error = TNM_OK;
    cli_instance instance = {0};
    cli_report report = {.instance = &instance};
    TNM_TRY(cli_instance_open(&instance, asked->places[0], &asked->question));
    report.threads = cli_instance_threads(&instance, asked->threads);
    TNM_TRY(check_mask(asked, &instance, &report));
    report.status = word_of(report.result.status);
    report.seconds = tnm_now() - start;
    TNM_TRY(print(asked, &report));
    bool enough = report.result.status == TNM_OPTIMAL ||
                  (report.result.status == TNM_FEASIBLE && asked->certificate == NULL);
    *outcome = enough ? CLI_DONE : CLI_WANTING;
out:
    cli_instance_close(&instance);
    return error;
}

static void print_version(FILE *stream)
{
    cli_print_version(stream, "tnm-check");
    fprintf(stream, "jansson %s\n", jansson_version_str());
}

int main(int argc, char **argv)
{
    static const cli_program who = {
        .program = "tnm-check", .command = "tnm-check", .print_version = print_version};
    request asked = {0};
    cli_outcome outcome = CLI_DONE;
    cli_question_init(&asked.question);
    cli_catch_shrunken_inputs("tnm-check");
    cli_parse(&who, &check_argp, argc, argv, &asked);
    tnm_error error = run(&asked, &outcome);
    return cli_end("tnm-check", error, outcome);
}
