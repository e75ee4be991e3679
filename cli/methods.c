/* tnm methods: what there is to solve with. */
#include "cli/command.h"
#include "cli/json.h"
#include "cli/table.h"
#include "solver/methods/all.h"

typedef struct request {
    cli_telling telling;
} request;

static error_t parse(int key, char *argument, struct argp_state *state)
{
    request *self = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &self->telling;
        return 0;
    case ARGP_KEY_ARG:
        cli_usage_error("one argument too many: '%s'", argument);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {
    {&cli_format_argp, 0, NULL, 0}, {&cli_standard_argp, 0, NULL, -1}, {0}};

static const struct argp methods_argp = {
    .parser = parse,
    .children = children,
    .doc = "List the methods, what they can do, and where they are published (a key of "
           "docs/references.bib)."
           "\v"
           "Columns: name; proof, whether its masks are optimal and it returns prices that prove "
           "it; M, the largest tile; equal, how it comes to exactly N in every line: by itself, or "
           "by completion (as published it keeps at most N, and short lines are filled "
           "afterwards), or not at all: a relaxation, which may keep more; reference; summary. "
           "Below them the parameters that --set knows, with their defaults.\n\n" CLI_EXIT_CODES,
};

static const char *reference_of(const tnm_method *method)
{
    return method->reference != NULL ? method->reference : "-";
}

static const char *equal_of(const tnm_method *method)
{
    if (method->capabilities & TNM_METHOD_RELAXED)
        return "relaxed";
    return method->capabilities & TNM_METHOD_COMPLETES ? "completion" : "itself";
}

/* ---- as text ----------------------------------------------------------------------------- */

static tnm_error add_parameters(cli_table *table, const tnm_method *method)
{
    tnm_error error = TNM_OK;
    const tnm_method_parameter *row = method->parameters;
    for (; row != NULL && row->name != NULL; row++) {
        TNM_TRY(cli_table_add(table, "%s", method->name));
        TNM_TRY(cli_table_add(table, "%s=%s", row->name, row->initial));
        if (row->words != NULL)
            TNM_TRY(cli_table_add(table, "%s", row->words));
        else if (row->low != row->high)
            TNM_TRY(cli_table_add(table, "%g...%g", row->low, row->high));
        else
            TNM_TRY(cli_table_add(table, "%s", "METHOD"));
        TNM_TRY(cli_table_add(table, "%s", row->meaning));
    }
out:
    return error;
}

static tnm_error print_parameters(void)
{
    tnm_error error = TNM_OK;
    cli_table table;
    const tnm_method *method;
    cli_table_init(&table, "llll");
    TNM_TRY(cli_table_add_row(&table, "method", "parameter", "values", "meaning", NULL));
    for (size_t index = 0; (method = tnm_method_at(index)) != NULL; index++)
        TNM_TRY(add_parameters(&table, method));
    cli_table_print(&table, stdout);
out:
    cli_table_free(&table);
    return error;
}

static tnm_error print_text(void)
{
    tnm_error error = TNM_OK;
    cli_table table;
    const tnm_method *method;
    cli_table_init(&table, "llrlll");
    TNM_TRY(cli_table_add_row(&table, "name", "proof", "M", "equal", "reference", "summary", NULL));
    for (size_t index = 0; (method = tnm_method_at(index)) != NULL; index++) {
        unsigned can = method->capabilities;
        TNM_TRY(cli_table_add(&table, "%s", method->name));
        TNM_TRY(cli_table_add(&table, "%s", can & TNM_METHOD_EXACT ? "yes" : "no"));
        TNM_TRY(cli_table_add(&table, "%d", method->largest_m));
        TNM_TRY(cli_table_add(&table, "%s", equal_of(method)));
        TNM_TRY(cli_table_add(&table, "%s", reference_of(method)));
        TNM_TRY(cli_table_add(&table, "%s", method->summary));
    }
    cli_table_print(&table, stdout);
    putchar('\n');
    error = print_parameters();
out:
    cli_table_free(&table);
    return error;
}

/* ---- as JSON ----------------------------------------------------------------------------- */

static json_t *json_parameters(const tnm_method *method)
{
    json_t *list = json_array();
    const tnm_method_parameter *row = method->parameters;
    for (; row != NULL && row->name != NULL; row++) {
        bool number = row->words == NULL && row->low != row->high;
        const cli_json_member members[] = {
            {"name", json_string(row->name)},
            {"default", json_string(row->initial)},
            {"words", cli_json_text(row->words)},
            {"low", number ? json_real(row->low) : json_null()},
            {"high", number ? json_real(row->high) : json_null()},
            {"meaning", json_string(row->meaning)},
        };
        if (json_array_append_new(list, CLI_JSON_ADD(json_object(), members)) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *json_method(const tnm_method *method)
{
    unsigned can = method->capabilities;
    const cli_json_member members[] = {
        {"name", json_string(method->name)},
        {"summary", json_string(method->summary)},
        {"reference", cli_json_text(method->reference)},
        {"exact", json_boolean(can & TNM_METHOD_EXACT)},
        {"completes", json_boolean(can & TNM_METHOD_COMPLETES)},
        {"random", json_boolean(can & TNM_METHOD_RANDOM)},
        {"relaxed", json_boolean(can & TNM_METHOD_RELAXED)},
        {"signed", json_boolean(can & TNM_METHOD_SIGNED)},
        {"largest_m", json_integer(method->largest_m)},
        {"parameters", json_parameters(method)},
    };
    return CLI_JSON_ADD(json_object(), members);
}

static tnm_error print_json(void)
{
    const tnm_method *method;
    json_t *list = json_array();
    for (size_t index = 0; (method = tnm_method_at(index)) != NULL; index++) {
        if (json_array_append_new(list, json_method(method)) != 0) {
            json_decref(list);
            list = NULL;
        }
    }
    return cli_json_print(list, stdout);
}

tnm_error cli_methods(int argc, char **argv, cli_outcome *outcome)
{
    request asked = {0};
    cli_command_parse("tnm methods", &methods_argp, argc, argv, &asked);
    *outcome = CLI_DONE;
    return asked.telling.format == CLI_JSON ? print_json() : print_text();
}
