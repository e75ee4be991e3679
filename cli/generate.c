/* tnm generate: write a matrix of a seeded family. */
#include "instances/generate.h"
#include "cli/command.h"
#include "formulations/problem.h"
#include "instances/npy.h"
#include "instances/text.h"

#include <stdlib.h>
#include <string.h>

typedef struct request {
    tnm_problem problem;
    const char *places[3]; /* family, rows, columns */
    uint64_t seed;
    cli_parameters parameters;
    const char *output;
    bool as_text;
} request;

/* ---- arguments --------------------------------------------------------------------------- */

enum { KEY_SEED = 0x200, KEY_SET, KEY_TO, KEY_CONSTRAINT };

static bool choose_kind(const char *text)
{
    if (strcmp(text, "npy") != 0 && strcmp(text, "text") != 0)
        cli_usage_error("unknown kind of file '%s': expected npy or text", text);
    return strcmp(text, "text") == 0;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    request *self = state->input;
    switch (key) {
    case 'o':
        self->output = argument;
        return 0;
    case 'p':
        cli_require(tnm_problem_parse(&self->problem, argument));
        return 0;
    case KEY_CONSTRAINT:
        cli_require(tnm_constraint_parse(&self->problem.constraint, argument));
        return 0;
    case KEY_SEED:
        self->seed = cli_whole_number("seed", argument, UINT32_MAX);
        return 0;
    case KEY_SET:
        cli_parameter_add(&self->parameters, argument);
        return 0;
    case KEY_TO:
        self->as_text = choose_kind(argument);
        return 0;
    case ARGP_KEY_ARG:
        cli_positional(self->places, 3, state->arg_num, argument);
        return 0;
    case ARGP_KEY_END:
        if (state->arg_num < 3)
            cli_usage_error("generate: expected a family, rows and columns");
        if (self->output == NULL)
            cli_usage_error("generate: no output given: -o FILE");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"output", 'o', "FILE", 0, "Where to write the matrix; '-': standard output", 1},
    {"to", KEY_TO, "KIND", 0,
     "npy, float32 in C order (default), or text, an instance that holds its pattern too", 1},
    {"seed", KEY_SEED, "SEED", 0, "Of the random numbers, below 2^32 (default: 0)", 1},
    {"set", KEY_SET, "NAME=VALUE", 0, "Set a parameter of the family; may be repeated", 1},
    {"pattern", 'p', "N:M", 0, "Of families that plan whole tiles (default: 4:8)", 1},
    {"constraint", KEY_CONSTRAINT, "RULE", 0, "Of the same: equal (default) or atmost", 1},
    {0}};

static char *describe_parameters(char *list, const tnm_family *family)
{
    for (size_t k = 0; k < TNM_FAMILY_PARAMETERS && list != NULL; k++) {
        const tnm_family_parameter *parameter = &family->parameters[k];
        if (parameter->name == NULL)
            continue;
        char *longer = tnm_format("%s\n      %s=%g: %s", list, parameter->name, parameter->preset,
                                  parameter->meaning);
        free(list);
        list = longer;
    }
    return list;
}

/* Puts the table of families at the end of the help text. */
static char *list_families(int key, const char *text, void *input)
{
    (void)input;
    if (key != ARGP_KEY_HELP_POST_DOC)
        return (char *)(uintptr_t)text;
    char *list = tnm_copy_string("Families, with the presets of their parameters:");
    for (const tnm_family *family = tnm_families; family->name != NULL && list != NULL; family++) {
        char *longer = tnm_format("%s\n  %-12s %s", list, family->name, family->summary);
        free(list);
        list = longer != NULL ? describe_parameters(longer, family) : NULL;
    }
    char *all = list != NULL ? tnm_format("%s\n\n%s", list, text) : NULL;
    free(list);
    return all;
}

static const struct argp_child children[] = {{&cli_standard_argp, 0, NULL, -1}, {0}};

static const struct argp generate_argp = {
    .options = options,
    .parser = parse,
    .children = children,
    .args_doc = "FAMILY ROWS COLS -o FILE",
    .doc = "Write a matrix of random numbers. The same arguments give the same bytes. Families "
           "that plan their matrix around a known optimum print it, as an 'o' line."
           "\v" CLI_EXIT_CODES,
    .help_filter = list_families,
};

/* ---- the work ---------------------------------------------------------------------------- */

static tnm_error fill_npy(tnm_generator *generator, const tnm_recipe *recipe, tnm_output *output,
                          const char *path)
{
    enum { ROWS_AT_ONCE = 64 };
    tnm_error error = TNM_OK;
    void *data;
    TNM_TRY(tnm_npy_create(output, path, TNM_NPY_FLOAT32, recipe->rows, recipe->cols, &data));
    for (size_t i = 0; i < recipe->rows; i++) {
        TNM_TRY(tnm_generator_row(generator, (float *)data + i * recipe->cols));
        if ((i + 1) % ROWS_AT_ONCE == 0)
            tnm_npy_release(output, TNM_NPY_FLOAT32, recipe->cols, i + 1 - ROWS_AT_ONCE,
                            ROWS_AT_ONCE);
    }
out:
    return error;
}

static tnm_error fill_text(tnm_generator *generator, const tnm_recipe *recipe, tnm_output *output,
                           const char *path)
{
    tnm_error error = TNM_OK;
    tnm_text text = {.problem = recipe->problem, .rows = recipe->rows, .cols = recipe->cols};
    float *row = NULL;
    FILE *stream;
    TNM_TRY(TNM_NEW(row, recipe->cols));
    TNM_TRY(TNM_NEW(text.values, recipe->rows * recipe->cols));
    for (size_t i = 0; i < recipe->rows; i++) {
        TNM_TRY(tnm_generator_row(generator, row));
        for (size_t j = 0; j < recipe->cols; j++)
            text.values[i * recipe->cols + j] = (double)row[j];
    }
    TNM_TRY(tnm_output_open(output, path));
    TNM_TRY(tnm_output_stream(output, &stream));
    TNM_TRY(tnm_text_write(&text, stream, NULL));
out:
    free(row);
    tnm_text_free(&text);
    return error;
}

static void print_optimum(const tnm_generator *generator, const request *asked)
{
    const tnm_sum *optimum = tnm_generator_optimum(generator);
    if (optimum != NULL && strcmp(asked->output, "-") != 0)
        printf("o %.17g\n", tnm_sum_double(optimum));
}

tnm_error cli_generate(int argc, char **argv, cli_outcome *outcome)
{
    tnm_error error = TNM_OK;
    request asked = {.problem = {.n = 4, .m = 8, .constraint = TNM_EQUAL}};
    tnm_generator *generator = NULL;
    tnm_output output = {0};
    cli_command_parse("tnm generate", &generate_argp, argc, argv, &asked);
    tnm_recipe recipe = {.family = asked.places[0],
                         .rows = cli_whole_number("rows", asked.places[1], UINT32_MAX),
                         .cols = cli_whole_number("columns", asked.places[2], UINT32_MAX),
                         .seed = asked.seed,
                         .problem = asked.problem,
                         .parameters = asked.parameters.list};
    TNM_TRY(tnm_generator_open(&generator, &recipe));
    TNM_TRY((asked.as_text ? fill_text : fill_npy)(generator, &recipe, &output, asked.output));
    TNM_TRY(tnm_output_settle(&output));
    print_optimum(generator, &asked);
    TNM_TRY(cli_flush());
    TNM_TRY(tnm_output_commit(&output));
    *outcome = CLI_DONE;
out:
    tnm_output_abort(&output);
    tnm_generator_close(generator);
    return error;
}
