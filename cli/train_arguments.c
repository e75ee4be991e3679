/* The arguments of tnm train: see train.h. */
#include "cli/train.h"

#include "cli/command.h"
#include "cli/selection.h"
#include "formulations/problem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_NETWORK = 0x200,
    KEY_FROM,
    KEY_SPARSITY,
    KEY_CONSTRAINT,
    KEY_EVERY,
    KEY_STATIC,
    KEY_PRODUCTS,
    KEY_EPOCHS,
    KEY_SAMPLES,
    KEY_BATCH,
    KEY_RATE,
    KEY_MOMENTUM,
    KEY_DECAY,
    KEY_MASKED_DECAY,
    KEY_WARM_UP,
    KEY_LOG,
    KEY_RESUME
};

static double number(const char *what, const char *text)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(value) || value < 0)
        cli_usage_error("%s '%s': expected a number, 0 or more", what, text);
    return value;
}

static size_t count(const char *what, const char *text)
{
    return (size_t)cli_whole_number(what, text, 1000000);
}

static cli_sparsity sparsity_of(const char *text)
{
    for (int k = CLI_DENSE; k <= CLI_TRANSPOSABLE; k++) {
        if (strcmp(text, cli_sparsity_name((cli_sparsity)k)) == 0)
            return (cli_sparsity)k;
    }
    cli_usage_error("unknown sparsity '%s'", text);
}

static tnm_products products_of(const char *text)
{
    for (int k = TNM_PRODUCTS_DENSE; k <= TNM_PRODUCTS_AUTO; k++) {
        if (strcmp(text, tnm_products_name((tnm_products)k)) == 0)
            return (tnm_products)k;
    }
    cli_usage_error("unknown products '%s'", text);
}

static error_t parse_masks(int key, char *argument, cli_train_request *self)
{
    cli_training *training = &self->training;
    switch (key) {
    case KEY_SPARSITY:
        training->sparsity = sparsity_of(argument);
        return 0;
    case 'p':
        cli_require(tnm_problem_parse(&training->problem, argument));
        cli_require(tnm_problem_validate(&training->problem));
        self->pattern_given = true;
        return 0;
    case KEY_CONSTRAINT:
        cli_require(tnm_constraint_parse(&training->problem.constraint, argument));
        return 0;
    case 'm':
        self->method = argument;
        return 0;
    case KEY_EVERY:
        training->recipe.mask_every = count("steps", argument);
        return 0;
    case KEY_STATIC:
        training->recipe.fixed = true;
        return 0;
    case KEY_PRODUCTS:
        training->products = products_of(argument);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_recipe(int key, char *argument, cli_train_request *self)
{
    tnm_recipe *recipe = &self->training.recipe;
    switch (key) {
    case KEY_EPOCHS:
        recipe->epochs = count("epochs", argument);
        return 0;
    case KEY_BATCH:
        recipe->batch = count("batch", argument);
        return 0;
    case KEY_RATE:
        recipe->rate = number("rate", argument);
        return 0;
    case KEY_MOMENTUM:
        recipe->momentum = number("momentum", argument);
        return 0;
    case KEY_DECAY:
        recipe->decay = number("decay", argument);
        return 0;
    case KEY_MASKED_DECAY:
        recipe->masked_decay = number("masked decay", argument);
        return 0;
    case KEY_WARM_UP:
        recipe->warm_up = count("warm-up", argument);
        self->warm_up_given = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void check_request(cli_train_request *self)
{
    cli_training *training = &self->training;
    if (training->output == NULL || strcmp(training->output, "-") == 0)
        cli_usage_error("train: no file for the network given: -o NET.safetensors");
    if (training->sparsity == CLI_DENSE &&
        (self->pattern_given || self->method != NULL || training->recipe.fixed))
        cli_usage_error("train: nothing is masked without --sparsity row or transposable");
    if (self->selection.convolution != TNM_CONVOLUTION_FLAT)
        cli_usage_error("train: convolutions are masked as the matrices of their products: flat");
    if (!self->warm_up_given)
        training->recipe.warm_up = training->recipe.epochs > 1;
    cli_require(tnm_recipe_validate(&training->recipe));
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    cli_train_request *self = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &self->selection;
        state->child_inputs[1] = &self->effort;
        state->child_inputs[2] = &self->telling;
        return 0;
    case 'o':
        self->training.output = argument;
        return 0;
    case KEY_NETWORK:
        self->architecture = argument;
        return 0;
    case KEY_FROM:
        self->training.from = argument;
        return 0;
    case KEY_SAMPLES:
        self->training.samples = count("samples", argument);
        return 0;
    case KEY_LOG:
        self->training.log = argument;
        return 0;
    case KEY_RESUME:
        self->resume = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_positional(&self->training.data, 1, state->arg_num, argument);
        return 0;
    case ARGP_KEY_NO_ARGS:
        cli_usage_error("train: no data given");
    case ARGP_KEY_END:
        check_request(self);
        return 0;
    default:
        break;
    }
    error_t known = parse_masks(key, argument, self);
    return known != ARGP_ERR_UNKNOWN ? known : parse_recipe(key, argument, self);
}

static const struct argp_option options[] = {
    {"output", 'o', "NET.safetensors", 0, "Write the trained network, as it computes: S .* W", 1},
    {"network", KEY_NETWORK, "ARCHITECTURE", 0,
     "mlp:256,128 (default): dense layers of so many outputs; cnn:16,32: 3x3 convolutions of so "
     "many channels",
     1},
    {"from", KEY_FROM, "NET", 0, "Start from a trained network, not from random weights", 1},
    {"log", KEY_LOG, "FILE.jsonl", 0, "Write a line of JSON for each epoch, and one at the end", 1},
    {"resume", KEY_RESUME, NULL, 0,
     "Go on where an interrupted run for the same output was ended; begin where there is none", 1},
    {"sparsity", KEY_SPARSITY, "WHICH", 0,
     "dense (default); row, N:M along the inputs; transposable, along inputs and outputs", 2},
    {"pattern", 'p', "N:M", 0, "Keep N of every M consecutive entries (default: 4:8)", 2},
    {"constraint", KEY_CONSTRAINT, "RULE", 0,
     "equal: keep exactly N in every line (default); atmost: keep N or fewer", 2},
    {"mask-method", 'm', "METHOD", 0,
     "How masks are found: see 'tnm methods' (default: exact; row-nm along rows)", 2},
    {"mask-every", KEY_EVERY, "STEPS", 0, "Find masks anew after so many steps (default: 40)", 2},
    {"static", KEY_STATIC, NULL, 0,
     "Hold the masks of the weights at the start; what they drop stays 0", 2},
    {"products", KEY_PRODUCTS, "WHICH", 0,
     "Compute masked layers with dense or sparse products; auto (default): for each layer what is "
     "faster at the start. The two round differently",
     2},
    {"samples", KEY_SAMPLES, "COUNT", 0, "Train on the first images only (default: on all)", 4},
    {"epochs", KEY_EPOCHS, "COUNT", 0, "Passes over the samples (default: 10)", 4},
    {"batch", KEY_BATCH, "COUNT", 0, "Samples a step (default: 128)", 4},
    {"rate", KEY_RATE, "RATE", 0, "The largest rate of the cosine (default: 0.05)", 4},
    {"warm-up", KEY_WARM_UP, "EPOCHS", 0,
     "Let the rate rise for so long first (default: 1, of a single epoch 0)", 4},
    {"momentum", KEY_MOMENTUM, "SHARE", 0, "Of the descent (default: 0.9)", 4},
    {"decay", KEY_DECAY, "RATE", 0, "Of weights (default: 5e-5)", 4},
    {"masked-decay", KEY_MASKED_DECAY, "RATE", 0,
     "Of weights that masks drop (default: 2.5e-4, five times as much)", 4},
    {0}};

static const struct argp_child children[] = {{&cli_selection_argp, 0, "Which weights:", 3},
                                             {&cli_effort_argp, 0, "The work:", 5},
                                             {&cli_telling_argp, 0, "The report:", 6},
                                             {&cli_standard_argp, 0, NULL, -1},
                                             {0}};

static const struct argp train_argp = {
    .options = options,
    .parser = parse,
    .children = children,
    .args_doc = "DATA -o NET.safetensors",
    .doc =
        "Train a network on the labelled images in the folder DATA (MNIST's files), dense or with "
        "N:M masks in both passes."
        "\v"
        "Masked are all weight matrices no side of which is smaller than a tile, without the layer "
        "that gives the classes unless --include asks for it. Convolutions are masked as matrices "
        "of outputs times inputs * height * width. Masks follow the weights, which get gradients "
        "whether kept or not, or with --static stay what they were.\n\n"
        "The last line types of the report: 's' DONE, 'a' the share of test images that are told "
        "right, 'c' comments. The same command gives the same bytes for any number of threads. An "
        "interrupted run leaves its state beside the output, under a name that begins with a dot, "
        "for --resume.\n\n" CLI_EXIT_CODES,
};

/* What the recipe takes from other options. */
static void complete(cli_train_request *self)
{
    cli_training *training = &self->training;
    tnm_recipe *recipe = &training->recipe;
    const char *usual = training->sparsity == CLI_ROW ? "row-nm" : "exact";
    training->verbose = self->effort.verbose;
    self->selection.problem = training->problem;
    recipe->seed = self->effort.seed;
    recipe->method = cli_command_method(self->method != NULL ? self->method : usual);
    recipe->parameters = self->effort.parameters.list;
}

void cli_train_parse(cli_train_request *asked, int argc, char **argv)
{
    *asked = (cli_train_request){.training = {.problem = {.n = 4, .m = 8, .constraint = TNM_EQUAL},
                                              .products = TNM_PRODUCTS_AUTO,
                                              .recipe = {.epochs = 10,
                                                         .batch = 128,
                                                         .rate = 0.05,
                                                         .momentum = 0.9,
                                                         .decay = 5e-5,
                                                         .masked_decay = 2.5e-4,
                                                         .mask_every = 40}},
                                 .selection = {.convolution = TNM_CONVOLUTION_FLAT}};
    cli_command_parse("tnm train", &train_argp, argc, argv, asked);
    complete(asked);
}
