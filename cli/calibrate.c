/* tnm calibrate: kept weights that answer most like all of them did. */
#include "cli/calibrate_request.h"

#include "cli/command.h"
#include "cli/paths.h"
#include "cli/selection.h"
#include "cli/signals.h"
#include "instances/checkpoint.h"

#include <string.h>

enum {
    KEY_INPUTS = 0x200,
    KEY_MASK,
    KEY_EVALUATE,
    KEY_BY,
    KEY_RIDGE,
    KEY_MASKS,
    KEY_DATA,
    KEY_SAMPLES,
    KEY_UNSTRUCTURED,
    KEY_CONFIDENCE,
    KEY_SEQUENTIAL
};

/* ---- arguments --------------------------------------------------------------------------- */

static void check_matrix(const cli_calibrate_request *self)
{
    if (self->inputs == NULL)
        cli_usage_error("calibrate: a matrix needs inputs to answer: --inputs X.npy");
    if (self->data != NULL || self->unstructured > 0 || self->sequential)
        cli_usage_error("calibrate: --data, --unstructured and --sequential are about networks");
    if (self->mask != NULL && self->masks != NULL)
        cli_usage_error("calibrate: --mask gives the mask that --masks is to write");
}

static void check_network(const cli_calibrate_request *self)
{
    if (self->data == NULL)
        cli_usage_error("calibrate: a network needs images to see: --data FOLDER");
    if (self->inputs != NULL || self->mask != NULL || self->evaluate != NULL)
        cli_usage_error("calibrate: --inputs, --mask and --evaluate are about matrices");
    if (self->question.score == TNM_SCORE_GIVEN)
        cli_usage_error(
            "calibrate: the masks of a network keep abs or square, no scores of a file");
    if (self->question.edges != TNM_EDGES_PAD)
        cli_usage_error("calibrate: ragged edges of a network are padded");
    if (self->selection.convolution != TNM_CONVOLUTION_FLAT)
        cli_usage_error("calibrate: networks compute with convolutions as flat matrices");
}

static void check_request(const cli_calibrate_request *self)
{
    if (tnm_checkpoint_recognises(self->input))
        check_network(self);
    else
        check_matrix(self);
}

static void choose_rule(cli_calibrate_request *self, const char *name)
{
    if (!tnm_fit_rule_find(&self->rule, name))
        cli_usage_error("unknown way to calibrate '%s'", name);
}

/* What is about networks. */
static error_t parse_network(int key, char *argument, cli_calibrate_request *self)
{
    switch (key) {
    case KEY_DATA:
        self->data = argument;
        return 0;
    case KEY_SAMPLES:
        self->samples = cli_whole_number("samples", argument, 1000000);
        return 0;
    case KEY_UNSTRUCTURED:
        self->unstructured = cli_real_number("share of zeros", argument, 0, 1);
        return 0;
    case KEY_CONFIDENCE:
        self->confidence = cli_real_number("confidence", argument, 0, 1);
        return 0;
    case KEY_SEQUENTIAL:
        self->sequential = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static double parse_ridge(const char *text)
{
    return strcmp(text, "auto") == 0 ? -1 : cli_real_number("ridge", text, 0, 1e9);
}

static error_t parse_own(int key, char *argument, cli_calibrate_request *self)
{
    switch (key) {
    case 'm':
        self->method = cli_command_method(argument);
        return 0;
    case 'o':
        self->output = argument;
        return 0;
    case KEY_MASKS:
        self->masks = argument;
        return 0;
    case KEY_INPUTS:
        self->inputs = argument;
        return 0;
    case KEY_MASK:
        self->mask = argument;
        return 0;
    case KEY_EVALUATE:
        self->evaluate = argument;
        return 0;
    case KEY_BY:
        choose_rule(self, argument);
        return 0;
    case KEY_RIDGE:
        self->ridge = parse_ridge(argument);
        return 0;
    default:
        return parse_network(key, argument, self);
    }
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    cli_calibrate_request *self = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &self->question;
        state->child_inputs[1] = &self->selection;
        state->child_inputs[2] = &self->effort;
        state->child_inputs[3] = &self->telling;
        return 0;
    case ARGP_KEY_ARG:
        cli_positional(&self->input, 1, state->arg_num, argument);
        return 0;
    case ARGP_KEY_NO_ARGS:
        cli_usage_error("calibrate: no input given");
    case ARGP_KEY_END:
        if (self->input != NULL)
            check_request(self);
        return 0;
    default:
        return parse_own(key, argument, self);
    }
}

static const struct argp_option options[] = {
    {"output", 'o', "OUT", 0,
     "Write what was calibrated: a matrix as float32 .npy, a network as a checkpoint", 1},
    {"masks", KEY_MASKS, "FILE", 0,
     "Write the mask of a matrix as .npy, those of a network as tnm prune does", 1},
    {"by", KEY_BY, "RULE", 0,
     "least-squares: the exact optimum (default); adam: the recipe of the code of 2021; none: "
     "leave "
     "kept weights as they are",
     2},
    {"ridge", KEY_RIDGE, "R", 0,
     "How strongly least squares pulls weights to where they were, in parts of the mean square of "
     "an input; auto (default): what serves the last quarter of the inputs best when the others "
     "are "
     "fitted",
     2},
    {"method", 'm', "METHOD", 0,
     "How masks are found: see 'tnm methods' (default: exact); row-nm for masks along rows only",
     2},
    {"inputs", KEY_INPUTS, "X.npy", 0, "Inputs of the matrix, (samples, inputs)", 3},
    {"mask", KEY_MASK, "MASK.npy", 0, "The mask of the matrix, rather than the best of a pattern",
     3},
    {"evaluate", KEY_EVALUATE, "X2.npy", 0, "Other inputs, to tell the error on, too", 3},
    {"data", KEY_DATA, "FOLDER", 0,
     "Images and labels: train-images-idx3-ubyte and so on, as they are or compressed (.gz)", 4},
    {"samples", KEY_SAMPLES, "COUNT", 0,
     "Training images to calibrate with, drawn by --seed (default: 1000)", 4},
    {"unstructured", KEY_UNSTRUCTURED, "SHARE", 0,
     "Begin with the smallest SHARE of all weights set to 0, and give each layer the pattern of M "
     "that its blocks fit",
     4},
    {"confidence", KEY_CONFIDENCE, "C", 0,
     "How likely a block has to fit, for --unstructured (default: 0.95)", 4},
    {"sequential", KEY_SEQUENTIAL, NULL, 0,
     "Fit each layer to the inputs that the calibrated layers before it give", 4},
    {0}};

static const struct argp_child children[] = {
    {&cli_question_argp, 0, "The question:", 5}, {&cli_selection_argp, 0, "Which layers:", 6},
    {&cli_effort_argp, 0, "The work:", 7},       {&cli_telling_argp, 0, "The report:", 8},
    {&cli_standard_argp, 0, NULL, -1},           {0}};

static const struct argp calibrate_argp = {
    .options = options,
    .parser = parse,
    .children = children,
    .args_doc = "W.npy --inputs=X.npy\nNETWORK.safetensors --data=FOLDER",
    .doc =
        "Mask a matrix or the layers of a network, and choose the kept weights anew so that the "
        "answers to a few inputs are most like those of the whole layers."
        "\v"
        "Of a matrix the relative output error |W X - W' X| / |W X| is told before and after; of "
        "a network the test accuracy, too: whole, masked, calibrated, and which share of what "
        "masking lost calibration brought back.\n\n" CLI_EXIT_CODES,
};

/* ---- the work ---------------------------------------------------------------------------- */

static tnm_error check_paths(const cli_calibrate_request *asked)
{
    const cli_paths paths = {.inputs = {asked->input, asked->inputs, asked->mask, asked->evaluate,
                                        asked->question.score_file},
                             .images = asked->data,
                             .outputs = {asked->output, asked->masks},
                             .selection = &asked->selection};
    return cli_paths_check(&paths);
}

static tnm_error calibrate(const cli_calibrate_request *asked)
{
    tnm_error error = check_paths(asked);
    if (error != TNM_OK)
        return error;
    return tnm_checkpoint_recognises(asked->input) ? cli_calibrate_network(asked)
                                                   : cli_calibrate_matrix(asked);
}

tnm_error cli_calibrate(int argc, char **argv, cli_outcome *outcome)
{
    cli_calibrate_request asked = {.method = tnm_own_method("exact"),
                                   .rule = TNM_FIT_LEAST_SQUARES,
                                   .ridge = -1,
                                   .samples = 1000,
                                   .confidence = 0.95,
                                   .selection = {.convolution = TNM_CONVOLUTION_FLAT}};
    cli_question_init(&asked.question);
    cli_command_parse("tnm calibrate", &calibrate_argp, argc, argv, &asked);
    asked.selection.problem = asked.question.problem;
    cli_catch_interrupts();
    tnm_error error = calibrate(&asked);
    tnm_selection_free(&asked.selection);
    *outcome = CLI_DONE;
    return error;
}
