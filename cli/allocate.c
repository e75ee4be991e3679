/* tnm allocate: one pattern a layer, within a budget, by an integer program. */
#include "cli/allocate_run.h"

#include "cli/command.h"
#include "cli/selection.h"
#include "cli/signals.h"
#include "formulations/problem.h"

#include <string.h>

enum {
    KEY_DATA = 0x200,
    KEY_PATTERNS,
    KEY_BUDGET,
    KEY_OF,
    KEY_DAMAGE,
    KEY_TABLE,
    KEY_WRITE_TABLE,
    KEY_SAMPLES,
    KEY_BY,
    KEY_RIDGE
};

/* ---- arguments --------------------------------------------------------------------------- */

static bool is_listed(const cli_allocate_request *self, const tnm_problem *pattern)
{
    for (size_t k = 0; k < self->pattern_count; k++) {
        if (self->patterns[k].n == pattern->n && self->patterns[k].m == pattern->m)
            return true;
    }
    return false;
}

static void add_pattern(cli_allocate_request *self, const char *text)
{
    tnm_problem pattern = {.constraint = TNM_EQUAL};
    cli_require(tnm_problem_parse(&pattern, text));
    cli_require(tnm_problem_validate(&pattern));
    if (is_listed(self, &pattern))
        cli_usage_error("pattern %s is named twice", text);
    if (self->pattern_count == CLI_MOST_PATTERNS)
        cli_usage_error("more than %d patterns", (int)CLI_MOST_PATTERNS);
    self->patterns[self->pattern_count++] = pattern;
}

static void add_patterns(cli_allocate_request *self, char *list)
{
    char *rest = NULL;
    for (char *text = strtok_r(list, ",", &rest); text != NULL; text = strtok_r(NULL, ",", &rest))
        add_pattern(self, text);
}

/* The position of a word in a list of two. */
static int choose(const char *what, const char *text, const char *first, const char *second)
{
    if (strcmp(text, first) != 0 && strcmp(text, second) != 0)
        cli_usage_error("unknown %s '%s': %s or %s", what, text, first, second);
    return strcmp(text, second) == 0;
}

static void check_request(const cli_allocate_request *self)
{
    if (self->data == NULL)
        cli_usage_error("allocate: a network needs images to see: --data FOLDER");
    if (self->budget < 0)
        cli_usage_error("allocate: no budget given: --budget SHARE");
    if (self->table == NULL && self->pattern_count == 0)
        cli_usage_error("allocate: no candidates given: --patterns N:M,... or --table FILE");
    if (self->table != NULL && (self->pattern_count > 0 || self->write_table != NULL))
        cli_usage_error("allocate: --table brings its patterns, and is there already");
}

static error_t parse_measurement(int key, char *argument, cli_allocate_request *self)
{
    switch (key) {
    case KEY_DAMAGE:
        self->damage = (tnm_damage_kind)choose("damage", argument, "loss", "error");
        return 0;
    case KEY_TABLE:
        self->table = argument;
        return 0;
    case KEY_WRITE_TABLE:
        self->write_table = argument;
        return 0;
    case KEY_SAMPLES:
        self->samples = cli_whole_number("samples", argument, 1000000);
        return 0;
    case KEY_BY:
        if (!tnm_fit_rule_find(&self->rule, argument))
            cli_usage_error("unknown way to calibrate '%s'", argument);
        return 0;
    case KEY_RIDGE:
        self->ridge =
            strcmp(argument, "auto") == 0 ? -1 : cli_real_number("ridge", argument, 0, 1e9);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_own(int key, char *argument, cli_allocate_request *self)
{
    switch (key) {
    case 'm':
        self->method = cli_command_method(argument);
        return 0;
    case 'o':
        self->output = argument;
        return 0;
    case KEY_DATA:
        self->data = argument;
        return 0;
    case KEY_PATTERNS:
        add_patterns(self, argument);
        return 0;
    case KEY_BUDGET:
        self->budget = cli_real_number("budget", argument, 0, 1);
        return 0;
    case KEY_OF:
        self->cost = (tnm_cost)choose("cost", argument, "weights", "multiply-adds");
        return 0;
    default:
        return parse_measurement(key, argument, self);
    }
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    cli_allocate_request *self = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &self->selection;
        state->child_inputs[1] = &self->effort;
        state->child_inputs[2] = &self->telling;
        return 0;
    case ARGP_KEY_ARG:
        cli_positional(&self->input, 1, state->arg_num, argument);
        return 0;
    case ARGP_KEY_NO_ARGS:
        cli_usage_error("allocate: no network given");
    case ARGP_KEY_END:
        if (self->input != NULL)
            check_request(self);
        return 0;
    default:
        return parse_own(key, argument, self);
    }
}

static const struct argp_option options[] = {
    {"data", KEY_DATA, "FOLDER", 0,
     "Images and labels: train-images-idx3-ubyte and so on, as they are or compressed (.gz)", 1},
    {"patterns", KEY_PATTERNS, "N:M,...", 0, "The candidates; M:M leaves a layer whole", 1},
    {"budget", KEY_BUDGET, "SHARE", 0,
     "What the layers may cost in all, in parts of what they cost without masks", 1},
    {"of", KEY_OF, "COST", 0, "weights (default): those that are kept; multiply-adds of a sample",
     1},
    {"output", 'o', "MAP", 0,
     "Write the answer of the integer program, as --pattern-map-file reads it", 1},
    {"damage", KEY_DAMAGE, "KIND", 0,
     "loss (default): what the mean loss grows by when a layer alone is masked; error: its "
     "relative "
     "output error",
     2},
    {"by", KEY_BY, "RULE", 0,
     "Calibrate before measuring: least-squares or adam; none (default): do not", 2},
    {"ridge", KEY_RIDGE, "R", 0, "Of least squares, as in tnm calibrate (default: auto)", 2},
    {"samples", KEY_SAMPLES, "COUNT", 0,
     "Training images to measure with, drawn by --seed (default: 1000)", 2},
    {"table", KEY_TABLE, "FILE", 0, "Take damages from a table rather than measure them", 2},
    {"write-table", KEY_WRITE_TABLE, "FILE", 0, "Write the damages that were measured", 2},
    {"method", 'm', "METHOD", 0, "How masks are found: see 'tnm methods' (default: exact)", 2},
    {0}};

static const struct argp_child children[] = {{&cli_selection_argp, 0, "Which layers:", 3},
                                             {&cli_effort_argp, 0, "The work:", 4},
                                             {&cli_telling_argp, 0, "The report:", 5},
                                             {&cli_standard_argp, 0, NULL, -1},
                                             {0}};

static const struct argp allocate_argp = {
    .options = options,
    .parser = parse,
    .children = children,
    .args_doc = "NETWORK.safetensors --data=FOLDER --patterns=N:M,... --budget=SHARE",
    .doc =
        "Choose one pattern for every layer of a network, so that the damage adds up to the "
        "least within a budget: by an integer program, beside a greedy and a uniform choice."
        "\v"
        "Each layer is masked alone with each candidate, and the damage measured. The network is "
        "then masked as each answer says, and its test accuracy told. The layer that gives the "
        "classes stays whole unless it is included by name.\n\n" CLI_EXIT_CODES,
};

/* ---- the work ---------------------------------------------------------------------------- */

/* A layer is left out where even the smallest candidate is larger. */
static void settle_selection(cli_allocate_request *asked)
{
    asked->selection.problem = (tnm_problem){1, 1, TNM_EQUAL};
    for (size_t k = 0; k < asked->pattern_count; k++) {
        if (k == 0 || asked->patterns[k].m < asked->selection.problem.m)
            asked->selection.problem = asked->patterns[k];
    }
}

tnm_error cli_allocate(int argc, char **argv, cli_outcome *outcome)
{
    cli_allocate_request asked = {.method = tnm_own_method("exact"),
                                  .budget = -1,
                                  .rule = TNM_FIT_NONE,
                                  .ridge = -1,
                                  .samples = 1000,
                                  .selection = {.convolution = TNM_CONVOLUTION_FLAT}};
    cli_command_parse("tnm allocate", &allocate_argp, argc, argv, &asked);
    settle_selection(&asked);
    cli_catch_interrupts();
    cli_allocate_run self = {.asked = &asked};
    tnm_error error = cli_allocate_work(&self);
    cli_allocate_close(&self);
    tnm_selection_free(&asked.selection);
    *outcome = CLI_DONE;
    return error;
}
