/* tnm verify: prove that a checkpoint is masked as claimed. */
#include "pruning/verify.h"
#include "cli/checkpoint.h"
#include "cli/command.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "cli/selection.h"
#include "cli/signals.h"

typedef struct request {
    cli_question question;
    tnm_selection selection;
    cli_effort effort;
    cli_telling telling;
    const char *inputs[2]; /* original, masked */
    const char *masks, *certificates;
} request;

/* ---- arguments --------------------------------------------------------------------------- */

enum { KEY_MASKS = 0x200, KEY_CERTIFICATES, KEY_SCORES };

static void check_request(const request *self)
{
    if (self->inputs[1] == NULL)
        cli_usage_error("verify: two checkpoints are needed, the original and the masked one");
    if (self->certificates != NULL && self->masks == NULL)
        cli_usage_error("verify: certificates prove masks: --masks FILE");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    request *self = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &self->question;
        state->child_inputs[1] = &self->selection;
        state->child_inputs[2] = &self->effort;
        state->child_inputs[3] = &self->telling;
        return 0;
    case KEY_MASKS:
        self->masks = argument;
        return 0;
    case KEY_CERTIFICATES:
        self->certificates = argument;
        return 0;
    case KEY_SCORES:
        self->question.score = TNM_SCORE_GIVEN;
        self->question.score_file = argument;
        return 0;
    case ARGP_KEY_ARG:
        cli_positional(self->inputs, 2, state->arg_num, argument);
        return 0;
    case ARGP_KEY_END:
        check_request(self);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"masks", KEY_MASKS, "FILE", 0,
     "Masks as 'tnm prune' writes them: they say which tensors are masked, and with which pattern. "
     "Without: what is not zero is kept",
     1},
    {"certificates", KEY_CERTIFICATES, "FILE", 0,
     "Certificates as 'tnm prune' writes them: every mask has to be optimal", 1},
    {"scores", KEY_SCORES, "FILE", 0, "The scores that the masks are to keep most of", 1},
    {0}};

static const struct argp_child children[] = {
    {&cli_question_argp, 0, "The question:", 3}, {&cli_selection_argp, 0, "Which tensors:", 4},
    {&cli_effort_argp, 0, "The work:", 5},       {&cli_telling_argp, 0, "The report:", 6},
    {&cli_standard_argp, 0, NULL, -1},           {0}};

static const struct argp verify_argp = {
    .options = options,
    .parser = parse,
    .children = children,
    .args_doc = "ORIGINAL MASKED",
    .doc =
        "Check that MASKED is ORIGINAL with N:M masks along rows and along columns, and nothing "
        "else changed; with certificates, that every mask is optimal."
        "\v"
        "Checkpoints need not come from 'tnm prune'. Without -p and without masks the pattern is "
        "the first that the rows obey, of M = 2, 4, 8, 16, 32, 64; whether the columns do, too, "
        "makes a mask transposable. 's' is OPTIMAL, VALID or INVALID, and the first fault is named "
        "with tensor, tile and line, all counted from 0.\n\n" CLI_EXIT_CODES,
};

/* ---- the work ---------------------------------------------------------------------------- */

typedef struct run {
    const request *asked;
    cli_checkpoint original;
    tnm_source masked, certificates;
    cli_watch watch;
    bool inferred;
    tnm_verify_report report;
    double seconds;
} run;

static tnm_error verify(run *self)
{
    const request *asked = self->asked;
    tnm_verify_request wanted = {.plan = &self->original.plan,
                                 .masked = &self->masked,
                                 .masks = asked->masks != NULL ? &self->original.masks : NULL,
                                 .certificates =
                                     asked->certificates != NULL ? &self->certificates : NULL,
                                 .threads = asked->effort.threads,
                                 .stop = &cli_interrupted,
                                 .progress = cli_watch_step,
                                 .progress_context = &self->watch};
    cli_watch_start(&self->watch, "verify", &self->original,
                    asked->telling.quiet || asked->effort.no_progress);
    tnm_error error = tnm_verify_checkpoint(&wanted, &self->report);
    cli_progress_end(&self->watch.bar);
    return error;
}

/* The first M of which no row is full gives the pattern. */
static tnm_error infer_pattern(run *self)
{
    tnm_error error = TNM_OK;
    for (int m = 2; m <= TNM_MAX_TILE; m *= 2) {
        TNM_TRY(cli_checkpoint_plan(&self->original, m, m));
        TNM_TRY(verify(self));
        size_t most = self->report.row_most;
        if (self->original.plan.masked == 0 || most >= (size_t)m)
            continue;
        self->inferred = true;
        TNM_TRY(cli_checkpoint_plan(&self->original, (int)most, m));
        return verify(self);
    }
    TNM_TRY(tnm_fail(TNM_ERROR_DATA,
                     "%s: no pattern N:M with N below M fits the rows of all tensors; -p N:M, and "
                     "--exclude for those that are not masked",
                     self->masked.name));
out:
    return error;
}

static tnm_error open_all(run *self)
{
    const request *asked = self->asked;
    tnm_error error = TNM_OK;
    TNM_TRY(cli_checkpoint_open(&self->original, asked->inputs[0], &asked->question,
                                &asked->selection, asked->masks));
    TNM_TRY(tnm_source_open(&self->masked, asked->inputs[1]));
    if (asked->certificates != NULL)
        TNM_TRY(tnm_source_open(&self->certificates, asked->certificates));
out:
    return error;
}

/* ---- the report -------------------------------------------------------------------------- */

static bool is_proven(const run *self)
{
    const tnm_verdict *verdict = &self->report.verdict;
    return self->report.valid && self->asked->certificates != NULL &&
           verdict->proven == verdict->tiles;
}

static const char *status_of(const run *self)
{
    return !self->report.valid ? "INVALID" : is_proven(self) ? "OPTIMAL" : "VALID";
}

static void print_lines(const run *self)
{
    const tnm_verify_report *report = &self->report;
    bool obey = report->rows_obey && report->columns_obey;
    printf("c rows: %s, columns: %s%s\n", report->rows_obey ? "all obey" : "not all obey",
           report->columns_obey ? "all obey" : "not all obey",
           obey                ? "; transposable"
           : report->rows_obey ? "; not transposable"
                               : "");
    printf("c at most kept by a row %zu, by a column %zu\n", report->row_most, report->column_most);
}

static void print_unproven(const tnm_verify_report *report)
{
    const tnm_worst_tile *worst = &report->worst;
    char name[TNM_SHOWN];
    printf("c not proven: %zu %s, the first '%s'\n", report->unproven,
           report->unproven == 1 ? "tensor" : "tensors",
           tnm_tensor_show(name, report->first_unproven->name));
    if (worst->gap == 0)
        return;
    printf("c worst tile: tensor '%s', ", tnm_tensor_show(name, worst->tensor->name));
    if (worst->positions > 1)
        printf("position %zu, ", worst->position);
    printf("tile %zu,%zu, gap %.17g\n", worst->tile_row, worst->tile_col, worst->gap);
}

static void print_text(const run *self)
{
    const tnm_verify_report *report = &self->report;
    const tnm_verdict *verdict = &report->verdict;
    tnm_result result = {0};
    tnm_verdict_result(verdict, &result);
    printf("s %s\n", status_of(self));
    if (!report->valid)
        printf("c fault: %s\n", report->fault);
    if (self->asked->telling.quiet)
        return;
    if (report->faulty > 0)
        printf("c tensors with faults: %zu\n", report->faulty);
    print_lines(self);
    printf("c kept score %.17g of %.17g\n", result.objective, result.total);
    if (self->asked->certificates != NULL)
        printf("c bound %.17g, tiles %zu, proven %zu, exact %zu\n", result.bound, result.tiles,
               result.tiles_proven, result.tiles_exact);
    if (self->asked->certificates != NULL && report->unproven > 0)
        print_unproven(report);
    printf("c seconds %.6f\n", self->seconds);
}

static json_t *json_worst(const tnm_worst_tile *worst)
{
    if (worst->gap == 0)
        return json_null();
    const cli_json_member members[] = {
        {"tensor", cli_json_text(worst->tensor->name)},
        {"position", cli_json_count(worst->position)},
        {"tile",
         json_pack("[o, o]", cli_json_count(worst->tile_row), cli_json_count(worst->tile_col))},
        {"gap", cli_json_real(worst->gap)},
    };
    return CLI_JSON_ADD(json_object(), members);
}

static tnm_error print_json(const run *self)
{
    const tnm_verify_report *report = &self->report;
    tnm_result result = {0};
    tnm_verdict_result(&report->verdict, &result);
    const cli_json_member members[] = {
        {"original", cli_json_text(self->original.source.name)},
        {"masked", cli_json_text(self->masked.name)},
        {"status", json_string(status_of(self))},
        {"fault", cli_json_text(report->valid ? NULL : report->fault)},
        {"faulty", cli_json_count(report->faulty)},
        {"pattern", cli_json_pattern(&self->original.question.selection.problem)},
        {"rows_obey", json_boolean(report->rows_obey)},
        {"columns_obey", json_boolean(report->columns_obey)},
        {"tensors_masked", cli_json_count(report->masked)},
        {"tensors_copied", cli_json_count(report->copied)},
        {"objective", cli_json_real(result.objective)},
        {"bound", cli_json_real(result.bound)},
        {"tiles", cli_json_count(result.tiles)},
        {"tiles_proven", cli_json_count(result.tiles_proven)},
        {"tiles_exact", cli_json_count(result.tiles_exact)},
        {"tensors_unproven", cli_json_count(report->unproven)},
        {"worst_tile", json_worst(&report->worst)},
        {"seconds", cli_json_real(self->seconds)},
        {"version", json_string(TNM_VERSION)},
    };
    return cli_json_print(CLI_JSON_ADD(json_object(), members), stdout);
}

static tnm_error work(run *self)
{
    const request *asked = self->asked;
    tnm_error error = TNM_OK;
    double start = tnm_now();
    bool text = asked->telling.format == CLI_TEXT;
    TNM_TRY(open_all(self));
    if (asked->masks == NULL && !asked->question.pattern_given && asked->selection.map.count == 0)
        TNM_TRY(infer_pattern(self));
    else
        TNM_TRY(verify(self));
    self->seconds = tnm_now() - start;
    if (text && !asked->telling.quiet)
        cli_checkpoint_print(&self->original);
    if (text)
        print_text(self);
    else
        TNM_TRY(print_json(self));
out:
    return error;
}

tnm_error cli_verify(int argc, char **argv, cli_outcome *outcome)
{
    request asked = {0};
    cli_question_init(&asked.question);
    cli_command_parse("tnm verify", &verify_argp, argc, argv, &asked);
    run self = {.asked = &asked};
    cli_catch_interrupts();
    tnm_error error = work(&self);
    bool fine = self.report.valid && (asked.certificates == NULL || is_proven(&self));
    *outcome = fine ? CLI_DONE : CLI_WANTING;
    cli_checkpoint_close(&self.original);
    tnm_source_close(&self.masked);
    tnm_source_close(&self.certificates);
    return error;
}
