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
           "afterwards); reference; summary.\n\n" CLI_EXIT_CODES,
};

static const char *reference_of(const tnm_method *method)
{
    return method->reference != NULL ? method->reference : "-";
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
        TNM_TRY(cli_table_add(&table, "%s", can & TNM_METHOD_COMPLETES ? "completion" : "itself"));
        TNM_TRY(cli_table_add(&table, "%s", reference_of(method)));
        TNM_TRY(cli_table_add(&table, "%s", method->summary));
    }
    cli_table_print(&table, stdout);
out:
    cli_table_free(&table);
    return error;
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
        {"largest_m", json_integer(method->largest_m)},
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
