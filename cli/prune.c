/* tnm prune: mask all layers of a checkpoint. */
#include "pruning/prune.h"
#include "cli/checkpoint.h"
#include "cli/command.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "cli/selection.h"
#include "cli/signals.h"
#include "pruning/legacy.h"

#include <string.h>

typedef struct request {
    cli_question question;
    tnm_selection selection;
    cli_effort effort;
    cli_telling telling;
    const char *input, *method;
    tnm_output_paths paths;
    bool no_bound, dry_run, resume;
} request;

/* ---- arguments --------------------------------------------------------------------------- */

enum {
    KEY_MASKS = 0x200,
    KEY_PACKED,
    KEY_CERTIFICATES,
    KEY_REPORT,
    KEY_SPARSE24,
    KEY_SCORES,
    KEY_NO_BOUND,
    KEY_DRY_RUN,
    KEY_RESUME
};

/* The name of an output, without slashes at its end. */
static const char *trimmed(char *path)
{
    for (size_t length = strlen(path); length > 1 && path[length - 1] == '/'; length--)
        path[length - 1] = '\0';
    return path;
}

static error_t parse_outputs(int key, char *argument, request *self)
{
    switch (key) {
    case 'o':
        self->paths.checkpoint = trimmed(argument);
        return 0;
    case KEY_MASKS:
        self->paths.masks = argument;
        return 0;
    case KEY_PACKED:
        self->paths.packed = true;
        return 0;
    case KEY_CERTIFICATES:
        self->paths.certificates = argument;
        return 0;
    case KEY_REPORT:
        self->paths.report = argument;
        return 0;
    case KEY_SPARSE24:
        self->paths.sparse24 = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void check_request(const request *self)
{
    if (self->paths.checkpoint == NULL && !self->dry_run)
        cli_usage_error("prune: no output given: -o OUT");
    if (self->paths.packed && self->paths.masks == NULL)
        cli_usage_error("prune: --packed is about --masks");
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
    case 'm':
        self->method = argument;
        return 0;
    case KEY_SCORES:
        self->question.score = TNM_SCORE_GIVEN;
        self->question.score_file = argument;
        return 0;
    case KEY_NO_BOUND:
        self->no_bound = true;
        return 0;
    case KEY_DRY_RUN:
        self->dry_run = true;
        return 0;
    case KEY_RESUME:
        self->resume = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_positional(&self->input, 1, state->arg_num, argument);
        return 0;
    case ARGP_KEY_NO_ARGS:
        cli_usage_error("prune: no checkpoint given");
    case ARGP_KEY_END:
        check_request(self);
        return 0;
    default:
        return parse_outputs(key, argument, self);
    }
}

static const struct argp_option options[] = {
    {"output", 'o', "OUT", 0,
     "Write the masked checkpoint: a file for a file, a new folder for a folder or an index", 1},
    {"masks", KEY_MASKS, "FILE", 0,
     "Write the masks: safetensors, NAME.mask as BOOL for every masked tensor NAME", 1},
    {"packed", KEY_PACKED, NULL, 0, "Masks as U8, eight to a byte, the lowest bit first", 1},
    {"certificates", KEY_CERTIFICATES, "FILE", 0,
     "Write the prices that prove the masks: safetensors, NAME.certificate as I64 of (tiles, 2M+1)",
     1},
    {"report", KEY_REPORT, "FILE", 0, "Write what became of every tensor: JSON, one a line", 1},
    {"sparse24", KEY_SPARSE24, "FILE", 0,
     "Legacy: write the masked checkpoint once more, as one file in the layout sparse-24-bitmask "
     "of compressed-tensors; for matrices MODULE.weight masked at 2:4, the rest stays as it is",
     1},
    {"scores", KEY_SCORES, "FILE", 0,
     "Keep most of these scores: a checkpoint with a tensor of the same name and shape for each "
     "masked one, not negative",
     1},
    {"method", 'm', "METHOD", 0, "How to solve: see 'tnm methods' (default: exact)", 2},
    {"no-bound", KEY_NO_BOUND, NULL, 0,
     "After a heuristic, do not compute the optimum to compare with", 2},
    {"dry-run", KEY_DRY_RUN, NULL, 0, "Say what would be done, how large and how long, and stop",
     2},
    {"resume", KEY_RESUME, NULL, 0,
     "Go on where an interrupted run for the same output was ended; begin where there is none", 2},
    {0}};

static const struct argp_child children[] = {
    {&cli_question_argp, 0, "The question:", 3}, {&cli_selection_argp, 0, "Which tensors:", 4},
    {&cli_effort_argp, 0, "The work:", 5},       {&cli_telling_argp, 0, "The report:", 6},
    {&cli_standard_argp, 0, NULL, -1},           {0}};

static const struct argp prune_argp = {
    .options = options,
    .parser = parse,
    .children = children,
    .args_doc = "CHECKPOINT",
    .doc =
        "Mask the weights of CHECKPOINT (a .safetensors file, a folder or index of several, or a "
        ".npy matrix) with the best transposable N:M masks, and prove them."
        "\v"
        "Masked are tensors of floating-point weights with two dimensions, or the four of a "
        "convolution, no side of which is smaller than a tile. Kept weights stay as they are, bit "
        "by bit, dropped ones become zero, and everything else is copied byte by byte.\n\n"
        "Outputs appear when they are complete. An interrupted run leaves what it has done beside "
        "them, under names that begin with a dot, for --resume; without it a run begins "
        "anew.\n\n" CLI_EXIT_CODES,
};

/* ---- the report -------------------------------------------------------------------------- */

typedef struct report {
    const request *asked;
    const cli_checkpoint *checkpoint;
    tnm_prune_totals totals;
    size_t resumed;
    cli_watch watch;
    double start, seconds;
} report;

/* A relaxed proof is none: every tile has to be proven. */
static const char *status_of(const tnm_prune_totals *totals)
{
    return totals->tiles_proven == totals->tiles ? "OPTIMAL" : "FEASIBLE";
}

static void print_text(const report *self)
{
    const tnm_prune_totals *totals = &self->totals;
    tnm_result sums = tnm_report_sums(totals);
    printf("s %s\no %.17g\nb %.17g\n", status_of(totals), sums.objective, sums.bound);
    if (self->asked->telling.quiet)
        return;
    if (!totals->unbounded)
        printf("c gap %.17g\n", tnm_result_gap(&sums));
    printf("c retention %.17g\n", tnm_result_retention(&sums));
    printf("c tiles %zu, proven %zu, exact %zu\n", totals->tiles, totals->tiles_proven,
           totals->tiles_exact);
    printf("c weights %zu, kept %zu, short lines %zu\n", totals->weights, totals->kept,
           totals->short_lines);
    if (self->resumed > 0)
        printf("c resumed after %zu tensor%s\n", self->resumed, self->resumed == 1 ? "" : "s");
}

static void print_written(const report *self)
{
    const tnm_output_paths *paths = &self->asked->paths;
    const tnm_prune_plan *plan = &self->checkpoint->plan;
    printf("c wrote %s\n", paths->checkpoint);
    if (paths->sparse24 != NULL)
        printf("c wrote %s: %zu of %zu masked tensors as sparse-24-bitmask, the rest as they are\n",
               paths->sparse24, tnm_legacy_packed(plan), plan->masked);
    printf("c seconds %.6f\n", self->seconds);
}

/* A tnm_companion_teller. */
static void print_left_out(void *context, const char *name, const char *why)
{
    char shown[TNM_SHOWN];
    (void)context;
    printf("c not copied: %s, %s\n", tnm_tensor_show(shown, name), why);
}

/* A tnm_companion_teller; the context is an array. */
static void add_left_out(void *context, const char *name, const char *why)
{
    (void)json_array_append_new(context,
                                json_pack("{s:o, s:s}", "file", cli_json_text(name), "why", why));
}

static json_t *json_left_out(const tnm_source *source)
{
    json_t *list = json_array();
    if (tnm_outputs_left_out(source, add_left_out, list) == TNM_OK)
        return list;
    json_decref(list);
    return NULL;
}

/* A tnm_rule_teller; the context is an array. */
static void add_idle(void *context, const char *option, const char *expression)
{
    (void)json_array_append_new(context, json_pack("{s:s, s:o}", "option", option, "expression",
                                                   cli_json_text(expression)));
}

static json_t *json_idle(const tnm_prune_plan *plan)
{
    json_t *list = json_array();
    tnm_prune_plan_idle_rules(plan, add_idle, list);
    return list;
}

static tnm_error print_json(const report *self)
{
    const cli_checkpoint *checkpoint = self->checkpoint;
    const tnm_prune_totals *totals = &self->totals;
    const tnm_problem *problem = &checkpoint->question.selection.problem;
    tnm_result sums = tnm_report_sums(totals);
    const cli_json_member members[] = {
        {"input", cli_json_text(checkpoint->source.name)},
        {"output", cli_json_text(self->asked->paths.checkpoint)},
        {"pattern", cli_json_pattern(problem)},
        {"method", json_string(self->asked->method)},
        {"status", json_string(status_of(totals))},
        {"objective", cli_json_real(sums.objective)},
        {"bound", cli_json_real(sums.bound)},
        {"gap", cli_json_real(tnm_result_gap(&sums))},
        {"retention", cli_json_real(tnm_result_retention(&sums))},
        {"masked", cli_json_count(totals->masked)},
        {"skipped", cli_json_count(totals->skipped)},
        {"weights", cli_json_count(totals->weights)},
        {"kept", cli_json_count(totals->kept)},
        {"tiles", cli_json_count(totals->tiles)},
        {"tiles_exact", cli_json_count(totals->tiles_exact)},
        {"short_lines", cli_json_count(totals->short_lines)},
        {"resumed", cli_json_count(self->resumed)},
        {"unmatched", json_idle(&checkpoint->plan)},
        {"not_copied", json_left_out(&checkpoint->source)},
        {"seconds", cli_json_real(self->seconds)},
        {"version", json_string(TNM_VERSION)},
    };
    return cli_json_print(CLI_JSON_ADD(json_object(), members), stdout);
}

/* ---- the work ---------------------------------------------------------------------------- */

/* The method whose prices grade this one's answers; NULL: its own. */
static const tnm_method *grader(const request *asked, const tnm_method *method)
{
    bool own_prices = method->capabilities & TNM_METHOD_EXACT;
    return asked->no_bound || own_prices ? NULL : tnm_own_method("exact");
}

static tnm_prune_request make_request(const cli_checkpoint *checkpoint, const request *asked)
{
    const tnm_method *method = cli_command_method(asked->method);
    return (tnm_prune_request){.plan = &checkpoint->plan,
                               .paths = asked->paths,
                               .resume = asked->resume,
                               .how = {.method = method,
                                       .grader = grader(asked, method),
                                       .threads = asked->effort.threads,
                                       .seed = asked->effort.seed,
                                       .parameters = asked->effort.parameters.list},
                               .time_limit = asked->effort.time_limit,
                               .stop = &cli_interrupted};
}

/* Reports before old files are replaced: a report that is lost is a failure, which leaves them. */
static tnm_error settled(void *context, const tnm_prune_totals *totals, size_t resumed)
{
    report *self = context;
    self->totals = *totals;
    self->resumed = resumed;
    self->seconds = tnm_now() - self->start;
    cli_progress_end(&self->watch.bar);
    if (self->asked->telling.format == CLI_TEXT)
        print_text(self);
    else if (print_json(self) != TNM_OK)
        return TNM_ERROR_MEMORY;
    return cli_flush();
}

static tnm_error run(report *self)
{
    const request *asked = self->asked;
    tnm_prune_request wanted = make_request(self->checkpoint, asked);
    self->start = tnm_now();
    wanted.progress = cli_watch_step;
    wanted.progress_context = &self->watch;
    wanted.settled = settled;
    wanted.settled_context = self;
    cli_watch_start(&self->watch, "prune", self->checkpoint,
                    asked->telling.quiet || asked->effort.no_progress);
    tnm_error error = tnm_prune(&wanted);
    cli_progress_end(&self->watch.bar);
    self->seconds = tnm_now() - self->start;
    return error;
}

static tnm_error foresee(const cli_checkpoint *checkpoint, const request *asked)
{
    tnm_prune_request wanted = make_request(checkpoint, asked);
    tnm_prune_estimate expected;
    tnm_error error = tnm_prune_foresee(&wanted, &expected);
    if (error != TNM_OK)
        return error;
    if (asked->telling.format == CLI_JSON) {
        const cli_json_member members[] = {
            {"input", cli_json_text(checkpoint->source.name)},
            {"masked", cli_json_count(checkpoint->plan.masked)},
            {"weights", cli_json_count(checkpoint->plan.masked_weights)},
            {"checkpoint_bytes", cli_json_count(expected.checkpoint)},
            {"masks_bytes", cli_json_count(expected.masks)},
            {"certificates_bytes", cli_json_count(expected.certificates)},
            {"solve_seconds", cli_json_real(expected.seconds)},
        };
        return cli_json_print(CLI_JSON_ADD(json_object(), members), stdout);
    }
    printf("c would write %zu bytes of weights, %zu of masks, %zu of certificates\n",
           expected.checkpoint, expected.masks, expected.certificates);
    printf("c would solve for %.3g seconds; reading and writing come on top where the disk is "
           "slower\n",
           expected.seconds);
    return TNM_OK;
}

static tnm_error work(report *result, cli_outcome *outcome)
{
    const request *asked = result->asked;
    const cli_checkpoint *checkpoint = result->checkpoint;
    const tnm_prune_totals *totals = &result->totals;
    tnm_error error = TNM_OK;
    bool text = asked->telling.format == CLI_TEXT;
    if (text && !asked->telling.quiet)
        cli_checkpoint_print(checkpoint);
    if (text && !asked->telling.quiet)
        TNM_TRY(tnm_outputs_left_out(&checkpoint->source, print_left_out, NULL));
    if (text && (asked->dry_run || asked->effort.verbose))
        cli_checkpoint_print_tensors(checkpoint);
    TNM_TRY(tnm_prune_plan_expect_masked(&checkpoint->plan));
    if (asked->dry_run)
        return foresee(checkpoint, asked);
    TNM_TRY(cli_flush());
    TNM_TRY(run(result));
    if (text && !asked->telling.quiet)
        print_written(result);
    bool exact = cli_command_method(asked->method)->capabilities & TNM_METHOD_EXACT;
    *outcome = exact && totals->tiles_proven < totals->tiles ? CLI_WANTING : CLI_DONE;
out:
    return error;
}

tnm_error cli_prune(int argc, char **argv, cli_outcome *outcome)
{
    request asked = {.method = "exact"};
    cli_checkpoint checkpoint = {0};
    cli_question_init(&asked.question);
    cli_command_parse("tnm prune", &prune_argp, argc, argv, &asked);
    report result = {.asked = &asked, .checkpoint = &checkpoint};
    (void)cli_command_method(asked.method);
    cli_catch_interrupts();
    tnm_error error =
        cli_checkpoint_open(&checkpoint, asked.input, &asked.question, &asked.selection, NULL);
    if (error == TNM_OK)
        error = work(&result, outcome);
    cli_checkpoint_close(&checkpoint);
    return error;
}
