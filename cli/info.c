/* tnm info: describe a matrix and its values, or a checkpoint and its tensors. */
#include "cli/command.h"
#include "cli/input.h"
#include "cli/inventory.h"
#include "cli/json.h"
#include "cli/selection.h"
#include "cli/values.h"
#include "instances/checkpoint.h"
#include "instances/number.h"

typedef struct request {
    cli_question question;
    tnm_selection selection;
    cli_telling telling;
    const char *input;
} request;

static error_t parse(int key, char *argument, struct argp_state *state)
{
    request *self = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &self->question;
        state->child_inputs[1] = &self->selection;
        state->child_inputs[2] = &self->telling;
        return 0;
    case ARGP_KEY_ARG:
        cli_positional(&self->input, 1, state->arg_num, argument);
        return 0;
    case ARGP_KEY_NO_ARGS:
        cli_usage_error("info: no input given");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&cli_question_argp, 0, "The question:", 2},
                                             {&cli_selection_argp, 0, "Of checkpoints:", 3},
                                             {&cli_format_argp, 0, NULL, 4},
                                             {&cli_standard_argp, 0, NULL, -1},
                                             {0}};

static const struct argp info_argp = {
    .parser = parse,
    .children = children,
    .args_doc = "INPUT",
    .doc =
        "Describe the matrix in INPUT ('-': standard input): its shape and type, what its "
        "values are like, and how a pattern cuts it into tiles. NaN and infinity are counted "
        "and located, not refused. Where INPUT is a checkpoint (a .safetensors file, an index of "
        "several, or a folder of a model): list its tensors, those that 'tnm prune' would mask, "
        "and why it would leave the others; their values are not looked at, and NaN among them is "
        "found by prune."
        "\v"
        "Magnitudes are |w| of the finite values; the smallest leaves zeros out. Exponents "
        "counts the powers of two from the smallest magnitude to the largest. Rows and columns "
        "are counted from 0.\n\n" CLI_EXIT_CODES,
};

/* ---- the report -------------------------------------------------------------------------- */

static const char *order_of(const tnm_matrix *matrix)
{
    return matrix->col_stride == 1 ? "C" : "Fortran";
}

static size_t bytes_of(const tnm_matrix *matrix)
{
    return matrix->rows * matrix->cols * tnm_dtype_size(matrix->dtype);
}

static double share(const cli_values *values, size_t count)
{
    return 100 * (double)count / (double)(values->finite + values->nan + values->infinite);
}

static void print_values(const cli_values *values)
{
    if (values->largest > 0)
        printf("magnitudes  smallest %.17g, largest %.17g, mean %.17g\n", values->smallest,
               values->largest, values->mean);
    printf("exponents   %d\n", cli_values_exponents(values));
    printf("zeros       %zu (%.2f %%)\n", values->zeros, share(values, values->zeros));
    printf("negative    %zu (%.2f %%)\n", values->negative, share(values, values->negative));
    printf("denormal    %zu (%.2f %%)\n", values->denormal, share(values, values->denormal));
    printf("dead        %zu rows, %zu columns\n", values->dead_rows, values->dead_cols);
    printf("not finite  %zu NaN, %zu infinite", values->nan, values->infinite);
    if (values->odd_found)
        printf(", one at row %zu, column %zu", values->odd_row, values->odd_col);
    putchar('\n');
}

static void print_text(const cli_instance *instance, const cli_values *values)
{
    const tnm_matrix *matrix = &instance->weights.matrix;
    const tnm_tiling *tiling = &instance->tiling;
    printf("input       %s\n", instance->name);
    printf("shape       %zu x %zu\n", matrix->rows, matrix->cols);
    printf("type        %s%s, %s order, %zu bytes\n", tnm_dtype_name(matrix->dtype),
           matrix->byte_swapped ? " in the other byte order" : "", order_of(matrix),
           bytes_of(matrix));
    print_values(values);
    printf("pattern     %d:%d, constraint %s\n", instance->problem.n, instance->problem.m,
           tnm_constraint_name(instance->problem.constraint));
    printf("tiles       %zu: %zu down, %zu across\n", cli_instance_tiles(instance),
           tiling->tile_rows, tiling->tile_cols);
    printf("edges       %s: %zu rows and %zu columns past whole tiles\n",
           cli_edges_name(tiling->edges), matrix->rows % tiling->m, matrix->cols % tiling->m);
}

static json_t *json_values(const cli_values *values)
{
    json_t *place = json_null();
    if (values->odd_found)
        place =
            json_pack("[o, o]", cli_json_count(values->odd_row), cli_json_count(values->odd_col));
    const cli_json_member members[] = {
        {"smallest", cli_json_real(values->smallest)},
        {"largest", cli_json_real(values->largest)},
        {"mean", cli_json_real(values->mean)},
        {"exponents", json_integer(cli_values_exponents(values))},
        {"zeros", cli_json_count(values->zeros)},
        {"negative", cli_json_count(values->negative)},
        {"denormal", cli_json_count(values->denormal)},
        {"dead_rows", cli_json_count(values->dead_rows)},
        {"dead_cols", cli_json_count(values->dead_cols)},
        {"nan", cli_json_count(values->nan)},
        {"infinite", cli_json_count(values->infinite)},
        {"not_finite_at", place},
    };
    return CLI_JSON_ADD(json_object(), members);
}

static json_t *json_tiling(const cli_instance *instance)
{
    const tnm_tiling *tiling = &instance->tiling;
    const cli_json_member members[] = {
        {"pattern", cli_json_pattern(&instance->problem)},
        {"constraint", json_string(tnm_constraint_name(instance->problem.constraint))},
        {"edges", json_string(cli_edges_name(tiling->edges))},
        {"tiles", cli_json_count(cli_instance_tiles(instance))},
        {"tile_rows", cli_json_count(tiling->tile_rows)},
        {"tile_cols", cli_json_count(tiling->tile_cols)},
    };
    return CLI_JSON_ADD(json_object(), members);
}

static tnm_error print_json(const cli_instance *instance, const cli_values *values)
{
    const tnm_matrix *matrix = &instance->weights.matrix;
    const cli_json_member members[] = {
        {"input", cli_json_text(instance->name)},
        {"rows", cli_json_count(matrix->rows)},
        {"cols", cli_json_count(matrix->cols)},
        {"dtype", json_string(tnm_dtype_name(matrix->dtype))},
        {"byte_swapped", json_boolean(matrix->byte_swapped)},
        {"order", json_string(order_of(matrix))},
        {"bytes", cli_json_count(bytes_of(matrix))},
        {"values", json_values(values)},
        {"tiling", json_tiling(instance)},
    };
    return cli_json_print(CLI_JSON_ADD(json_object(), members), stdout);
}

static tnm_error describe_matrix(const request *asked)
{
    tnm_error error = TNM_OK;
    cli_instance instance = {0};
    cli_values values;
    TNM_TRY(cli_instance_open(&instance, asked->input, &asked->question));
    TNM_TRY(cli_values_measure(&values, &instance.weights.matrix));
    if (asked->telling.format == CLI_JSON)
        TNM_TRY(print_json(&instance, &values));
    else
        print_text(&instance, &values);
out:
    cli_instance_close(&instance);
    return error;
}

tnm_error cli_info(int argc, char **argv, cli_outcome *outcome)
{
    tnm_error error = TNM_OK;
    request asked = {0};
    cli_question_init(&asked.question);
    cli_command_parse("tnm info", &info_argp, argc, argv, &asked);
    asked.selection.problem = asked.question.problem;
    if (tnm_checkpoint_recognises(asked.input))
        TNM_TRY(cli_inventory_print(asked.input, &asked.selection, asked.telling.format));
    else
        TNM_TRY(describe_matrix(&asked));
    *outcome = CLI_DONE;
out:
    tnm_selection_free(&asked.selection);
    return error;
}
