/* tnm: exact transposable N:M sparsity masks, with proofs. The main program: a table of commands.
 */
#include "cli/command.h"
#include "cli/signals.h"

#include <stdlib.h>
#include <string.h>

typedef struct command {
    const char *name;
    tnm_error (*run)(int argc, char **argv, cli_outcome *outcome);
    const char *summary;
} command;

static const command commands[] = {
    {"solve", cli_solve, "find the best mask of a matrix and prove it"},
    {"compare", cli_compare, "solve a matrix with several methods, side by side"},
    {"generate", cli_generate, "write a matrix of a seeded family"},
    {"info", cli_info, "describe a matrix, or list the tensors of a checkpoint"},
    {"pack", cli_pack, "write .npy files as one safetensors checkpoint"},
    {"export", cli_export, "write tiles as DIMACS, LP or MPS for other solvers"},
    {"prune", cli_prune, "mask all layers of a checkpoint"},
    {"verify", cli_verify, "prove that a checkpoint is masked as claimed"},
    {"train", cli_train, "train a network, dense or with masks in both passes"},
    {"calibrate", cli_calibrate, "choose kept weights anew, to answer as all of them did"},
    {"allocate", cli_allocate, "choose a pattern for every layer, within a budget"},
    {"bench", cli_bench, "measure the methods' speed, one against another"},
    {"diversity", cli_diversity, "count the masks of a pattern"},
    {"sample", cli_sample, "write random masks of a pattern"},
    {"study", cli_study, "solve what a plan lists, and summarise"},
    {"methods", cli_methods, "list the methods and what they can do"},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static const command *find(const char *name)
{
    for (size_t k = 0; k < COMMANDS; k++) {
        if (strcmp(name, commands[k].name) == 0)
            return &commands[k];
    }
    cli_usage_error("unknown command '%s': see 'tnm --help'", name);
}

/* Where the arguments of the command begin. */
typedef struct choice {
    const command *command;
    int first;
} choice;

static error_t parse(int key, char *argument, struct argp_state *state)
{
    choice *chosen = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        chosen->command = find(argument);
        chosen->first = state->next - 1;
        state->next = state->argc; /* the rest is the command's */
        return 0;
    case ARGP_KEY_NO_ARGS:
        cli_usage_error("no command given: see 'tnm --help'");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Puts the table of commands at the end of the help text. */
static char *list_commands(int key, const char *text, void *input)
{
    (void)input;
    if (key != ARGP_KEY_HELP_POST_DOC)
        return (char *)(uintptr_t)text;
    char *list = tnm_copy_string("Commands:");
    for (size_t k = 0; k < COMMANDS && list != NULL; k++) {
        char *longer = tnm_format("%s\n  %-10s %s", list, commands[k].name, commands[k].summary);
        free(list);
        list = longer;
    }
    char *all = list != NULL ? tnm_format("%s\n\n%s", list, text) : NULL;
    free(list);
    return all;
}

static const struct argp_child children[] = {{&cli_standard_argp, 0, NULL, -1}, {0}};

static const struct argp tnm_argp = {
    .parser = parse,
    .children = children,
    .args_doc = "COMMAND [ARGUMENT...]",
    .doc = "Exact transposable N:M sparsity masks, with proofs."
           "\v"
           "'tnm COMMAND --help' tells more; 'tnm-check' checks masks and proofs with a program of "
           "its own.\n\n" CLI_EXIT_CODES,
    .help_filter = list_commands,
};

int main(int argc, char **argv)
{
    static const cli_program who = {
        .program = "tnm", .command = "tnm", .in_order = true, .print_version = cli_command_version};
    choice chosen = {0};
    cli_outcome outcome = CLI_DONE;
    cli_catch_shrunken_inputs("tnm");
    cli_parse(&who, &tnm_argp, argc, argv, &chosen);
    tnm_error error = chosen.command->run(argc - chosen.first, argv + chosen.first, &outcome);
    return cli_end("tnm", error, outcome);
}
