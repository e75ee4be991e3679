/* tnm pack: .npy files as one safetensors checkpoint. */
#include "instances/pack.h"
#include "cli/command.h"
#include "cli/paths.h"

typedef struct request {
    char **inputs; /* borrowed from the command line */
    int count;
    const char *output;
} request;

static error_t parse(int key, char *argument, struct argp_state *state)
{
    request *self = state->input;
    switch (key) {
    case 'o':
        self->output = argument;
        return 0;
    case ARGP_KEY_ARGS: /* all that are no options */
        self->inputs = state->argv + state->next;
        self->count = state->argc - state->next;
        state->next = state->argc;
        return 0;
    case ARGP_KEY_NO_ARGS:
        cli_usage_error("pack: no input given");
    case ARGP_KEY_END:
        if (self->output == NULL)
            cli_usage_error("pack: no output given: -o FILE.safetensors");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"output", 'o', "FILE", 0, "Where to write the checkpoint; '-': standard output", 1}, {0}};

static const struct argp_child children[] = {{&cli_standard_argp, 0, NULL, -1}, {0}};

static const struct argp pack_argp = {
    .options = options,
    .parser = parse,
    .children = children,
    .args_doc = "INPUT... -o FILE.safetensors",
    .doc =
        "Write arrays as the tensors of one safetensors checkpoint. An INPUT is a .npy file or a "
        "folder of them. A tensor has the name of its file without '.npy', and the type, shape "
        "and values of the array."
        "\v"
        "Arrays are float16, float32, float64, int64, bool or uint8 of up to 8 dimensions. The "
        "same arrays give the same bytes, in whatever order they are named.\n\n" CLI_EXIT_CODES,
};

tnm_error cli_pack(int argc, char **argv, cli_outcome *outcome)
{
    tnm_error error = TNM_OK;
    request asked = {0};
    tnm_pack pack = {0};
    cli_command_parse("tnm pack", &pack_argp, argc, argv, &asked);
    for (int k = 0; k < asked.count; k++) {
        const cli_paths paths = {.arrays = asked.inputs[k], .outputs = {asked.output}};
        TNM_TRY(cli_paths_check(&paths));
        TNM_TRY(tnm_pack_add(&pack, asked.inputs[k]));
    }
    TNM_TRY(tnm_pack_write(&pack, asked.output));
    *outcome = CLI_DONE;
out:
    tnm_pack_free(&pack);
    return error;
}
