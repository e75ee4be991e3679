/* tnm export: write tiles for other solvers. */
#include "formulations/export.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/paths.h"
#include "cli/signals.h"
#include "instances/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct request {
    cli_question question;
    const char *input;
    const char *output; /* a file, or with --all a folder */
    tnm_export_format format;
    bool format_given, all, tile_given;
    size_t tile_row, tile_col;
} request;

/* ---- arguments --------------------------------------------------------------------------- */

enum { KEY_TILE = 0x200, KEY_ALL, KEY_TO };

static void parse_tile(request *self, const char *text)
{
    char row[32];
    const char *comma = strchr(text, ',');
    if (comma == NULL || (size_t)(comma - text) >= sizeof row)
        cli_usage_error("tile '%s': expected I,J, as 0,3", text);
    snprintf(row, sizeof row, "%.*s", (int)(comma - text), text);
    self->tile_row = cli_whole_number("tile row", row, SIZE_MAX);
    self->tile_col = cli_whole_number("tile column", comma + 1, SIZE_MAX);
    self->tile_given = true;
}

static void check(const request *self)
{
    if (self->input == NULL)
        cli_usage_error("export: no input given");
    if (self->all == self->tile_given)
        cli_usage_error("export: expected either --tile I,J or --all");
    if (!self->format_given)
        cli_usage_error("export: expected --to dimacs, lp or mps");
    if (self->all && (self->output == NULL || strcmp(self->output, "-") == 0))
        cli_usage_error("export: --all needs a folder: -o FOLDER");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    request *self = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &self->question;
        return 0;
    case 'o':
        self->output = argument;
        return 0;
    case KEY_TILE:
        parse_tile(self, argument);
        return 0;
    case KEY_ALL:
        self->all = true;
        return 0;
    case KEY_TO:
        cli_require(tnm_export_parse(&self->format, argument));
        self->format_given = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_positional(&self->input, 1, state->arg_num, argument);
        return 0;
    case ARGP_KEY_END:
        check(self);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"tile", KEY_TILE, "I,J", 0, "The tile in row I and column J of tiles, counted from 0", 1},
    {"all", KEY_ALL, NULL, 0, "All tiles, a file each", 1},
    {"to", KEY_TO, "FORMAT", 0,
     "dimacs: the network, minimum-cost flow (.min); lp: the 0/1 program, CPLEX LP (.lp); mps: the "
     "same, free MPS (.mps)",
     1},
    {"output", 'o', "FILE", 0,
     "Where to write: a file (default: standard output), or with --all a folder, made where it is "
     "missing, that receives tile-I-J.min, .lp or .mps",
     1},
    {0}};

static const struct argp_child children[] = {
    {&cli_question_argp, 0, "The question:", 2}, {&cli_standard_argp, 0, NULL, -1}, {0}};

static const struct argp export_argp = {
    .options = options,
    .parser = parse,
    .children = children,
    .args_doc = "INPUT (--tile I,J | --all) --to FORMAT",
    .doc =
        "Write tiles of the matrix in INPUT ('-': standard input) as problems for other solvers, "
        "glpsol and LEMON's dimacs-solver among them. Scores become integers; comments in the "
        "files say what a unit is worth."
        "\v" CLI_EXIT_CODES,
};

/* ---- the work ---------------------------------------------------------------------------- */

static tnm_error write_tile(const request *asked, const cli_instance *instance,
                            const tnm_band *band, size_t tile, const char *path)
{
    tnm_error error = TNM_OK;
    tnm_output output = {0};
    FILE *stream;
    const cli_paths paths = {.inputs = {asked->input, asked->question.score_file},
                             .outputs = {path}};
    cli_guard(&output.temporary);
    TNM_TRY(cli_paths_check(&paths));
    TNM_TRY(tnm_output_open(&output, path));
    TNM_TRY(tnm_output_stream(&output, &stream));
    TNM_TRY(tnm_export_tile(stream, asked->format, &instance->problem, band, tile));
    TNM_TRY(tnm_output_commit(&output));
out:
    tnm_output_abort(&output);
    cli_guard_nothing();
    return error;
}

static tnm_error export_one(const request *asked, const cli_instance *instance,
                            tnm_band_buffer *buffer)
{
    const tnm_tiling *tiling = &instance->tiling;
    tnm_band band;
    if (asked->tile_row >= tiling->tile_rows || asked->tile_col >= tiling->tile_cols)
        return tnm_fail(TNM_ERROR_USAGE, "there is no tile %zu,%zu: %s has %zu x %zu",
                        asked->tile_row, asked->tile_col, instance->name, tiling->tile_rows,
                        tiling->tile_cols);
    tnm_error error = tnm_band_load(&band, buffer, tiling, &instance->scoring, asked->tile_row,
                                    asked->tile_col / tiling->stretch);
    error = cli_instance_name_failure(instance, error);
    if (error != TNM_OK)
        return error;
    return write_tile(asked, instance, &band, asked->tile_col % tiling->stretch,
                      asked->output != NULL ? asked->output : "-");
}

static tnm_error export_band(const request *asked, const cli_instance *instance,
                             const tnm_band *band)
{
    static const char *const endings[] = {"min", "lp", "mps"};
    tnm_error error = TNM_OK;
    for (size_t tile = 0; tile < band->tiles && error == TNM_OK; tile++) {
        char *path = tnm_format("%s/tile-%zu-%zu.%s", asked->output, band->tile_row,
                                band->tile_col + tile, endings[asked->format]);
        if (path == NULL)
            return TNM_ERROR_MEMORY;
        error = write_tile(asked, instance, band, tile, path);
        free(path);
    }
    return error;
}

static tnm_error export_all(const request *asked, const cli_instance *instance,
                            tnm_band_buffer *buffer)
{
    const tnm_tiling *tiling = &instance->tiling;
    tnm_error error = TNM_OK;
    tnm_band band;
    if (mkdir(asked->output, 0777) != 0 && errno != EEXIST)
        return tnm_fail(TNM_ERROR_CANNOT_CREATE, "%s: cannot create: %s", asked->output,
                        strerror(errno));
    for (size_t unit = 0; unit < tiling->tile_rows * tiling->stretches; unit++) {
        error = tnm_band_load(&band, buffer, tiling, &instance->scoring, unit / tiling->stretches,
                              unit % tiling->stretches);
        TNM_TRY(cli_instance_name_failure(instance, error));
        TNM_TRY(export_band(asked, instance, &band));
    }
out:
    return error;
}

tnm_error cli_export(int argc, char **argv, cli_outcome *outcome)
{
    tnm_error error = TNM_OK;
    request asked = {0};
    cli_instance instance = {0};
    tnm_band_buffer buffer = {0};
    cli_question_init(&asked.question);
    cli_command_parse("tnm export", &export_argp, argc, argv, &asked);
    TNM_TRY(cli_instance_open(&instance, asked.input, &asked.question));
    TNM_TRY(tnm_band_buffer_init(&buffer, &instance.tiling, &instance.scoring));
    TNM_TRY((asked.all ? export_all : export_one)(&asked, &instance, &buffer));
    *outcome = CLI_DONE;
out:
    tnm_band_buffer_free(&buffer);
    cli_instance_close(&instance);
    return error;
}
