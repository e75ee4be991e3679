/* What tnm allocate says: see allocate_run.h. */
#include "cli/allocate_run.h"
#include "cli/json.h"
#include "cli/table.h"
#include "instances/build.h"
#include "instances/output.h"

#include <math.h>
#include <string.h>

static const char *const cost_names[] = {"weights", "multiply-adds"};
static const char *const damage_names[] = {"loss", "error"};

void cli_allocate_banner(const cli_allocate_run *run)
{
    const cli_allocate_request *asked = run->asked;
    printf("c tnm %s (%s)\n", tnm_version(), tnm_build_commit());
    printf("c input %s: %s\n", asked->input, run->trial.whole.architecture);
    printf("c data %s: %zu of %zu images to measure, %zu to test, seed %llu\n", asked->data,
           run->trial.samples.count, run->trial.train.count, run->trial.tests.count,
           (unsigned long long)asked->effort.seed);
    if (asked->table != NULL)
        printf("c damage from %s, method %s\n", asked->table, asked->method->name);
    else
        printf("c damage by %s, calibration by %s, method %s\n", damage_names[asked->damage],
               tnm_fit_rule_name(asked->rule), asked->method->name);
    fflush(stdout);
}

/* ---- text -------------------------------------------------------------------------------- */

static tnm_error add_layer(cli_table *table, const cli_allocate_run *run, size_t layer)
{
    tnm_error error = TNM_OK;
    const tnm_allocation *allocation = &run->allocation;
    TNM_TRY(cli_table_add(table, "%s", run->damages.rows[allocation->first_rows[layer]].layer));
    for (int k = 0; k < TNM_CHOOSERS; k++) {
        if (!run->answers[k].choice.found) {
            TNM_TRY(cli_table_add(table, "-"));
            TNM_TRY(cli_table_add(table, "-"));
            continue;
        }
        const tnm_damage_row *row = cli_allocated_row(run, (tnm_chooser)k, layer);
        TNM_TRY(cli_table_add(table, "%d:%d", row->n, row->m));
        TNM_TRY(cli_table_add(table, "%.6f", row->damage));
    }
out:
    return error;
}

/* A line of sums: under each pattern what it costs, under each damage their sum. */
static tnm_error add_totals(cli_table *table, const cli_allocate_run *run)
{
    tnm_error error = TNM_OK;
    TNM_TRY(cli_table_add(table, "total"));
    for (int k = 0; k < TNM_CHOOSERS; k++) {
        const tnm_choice *choice = &run->answers[k].choice;
        const double share = (double)choice->cost / (double)run->allocation.whole;
        TNM_TRY(choice->found ? cli_table_add(table, "%.2f %%", 100 * share)
                              : cli_table_add(table, "-"));
        TNM_TRY(choice->found ? cli_table_add(table, "%.6f", choice->damage)
                              : cli_table_add(table, "-"));
    }
out:
    return error;
}

static tnm_error print_table(const cli_allocate_run *run)
{
    tnm_error error = TNM_OK;
    cli_table table;
    cli_table_init(&table, "lrrrrrr");
    TNM_TRY(cli_table_add_row(&table, "layer", "program", "damage", "greedy", "damage", "uniform",
                              "damage", NULL));
    for (size_t layer = 0; layer < run->allocation.table.layers; layer++)
        TNM_TRY(add_layer(&table, run, layer));
    TNM_TRY(add_totals(&table, run));
    cli_table_print(&table, stdout);
out:
    cli_table_free(&table);
    return error;
}

tnm_error cli_allocate_text(const cli_allocate_run *run)
{
    tnm_error error = print_table(run);
    if (error != TNM_OK)
        return error;
    printf("a dense %.4f\n", run->accuracy);
    for (int k = 0; k < TNM_CHOOSERS; k++) {
        if (run->answers[k].choice.found)
            printf("a %s %.4f\n", tnm_chooser_name((tnm_chooser)k), run->answers[k].accuracy);
    }
    if (run->asked->telling.quiet)
        return TNM_OK;
    printf("c budget %zu of %zu %s\n", run->budget, run->allocation.whole,
           cost_names[run->asked->cost]);
    if (run->asked->output != NULL)
        printf("c wrote %s\n", run->asked->output);
    printf("c seconds %.6f\n", run->seconds);
    return TNM_OK;
}

/* ---- JSON -------------------------------------------------------------------------------- */

static json_t *json_patterns(const cli_allocate_run *run, tnm_chooser chooser)
{
    json_t *object = json_object();
    for (size_t layer = 0; layer < run->allocation.table.layers && object != NULL; layer++) {
        const tnm_damage_row *row = cli_allocated_row(run, chooser, layer);
        const tnm_problem problem = {.n = row->n, .m = row->m};
        if (json_object_set_new(object, row->layer, cli_json_pattern(&problem)) == 0)
            continue;
        json_decref(object);
        object = NULL;
    }
    return object;
}

static json_t *json_answer(const cli_allocate_run *run, tnm_chooser chooser)
{
    const cli_allocated *answer = &run->answers[chooser];
    if (!answer->choice.found)
        return json_null();
    const cli_json_member members[] = {
        {"patterns", json_patterns(run, chooser)},
        {"cost", cli_json_count(answer->choice.cost)},
        {"damage", cli_json_real(answer->choice.damage)},
        {"accuracy", cli_json_real(answer->accuracy)},
    };
    return CLI_JSON_ADD(json_object(), members);
}

tnm_error cli_allocate_json(const cli_allocate_run *run)
{
    const cli_allocate_request *asked = run->asked;
    const cli_json_member members[] = {
        {"input", cli_json_text(asked->input)},
        {"data", cli_json_text(asked->data)},
        {"architecture", json_string(run->trial.whole.architecture)},
        {"table", cli_json_text(asked->table)},
        {"damage", asked->table != NULL ? json_null() : json_string(damage_names[asked->damage])},
        {"by", json_string(tnm_fit_rule_name(asked->rule))},
        {"method", json_string(asked->method->name)},
        {"of", json_string(cost_names[asked->cost])},
        {"budget", cli_json_count(run->budget)},
        {"whole", cli_json_count(run->allocation.whole)},
        {"dense", cli_json_real(run->accuracy)},
        {"program", json_answer(run, TNM_CHOOSE_PROGRAM)},
        {"greedy", json_answer(run, TNM_CHOOSE_GREEDY)},
        {"uniform", json_answer(run, TNM_CHOOSE_UNIFORM)},
        {"seconds", cli_json_real(run->seconds)},
        {"version", json_string(TNM_VERSION)},
    };
    return cli_json_print(CLI_JSON_ADD(json_object(), members), stdout);
}

/* ---- the map ----------------------------------------------------------------------------- */

/* "^fc1\.weight$=2:4" */
static void write_rule(FILE *stream, const char *name, int n, int m)
{
    fputc('^', stream);
    for (; *name != '\0'; name++) {
        if (strchr(".[]()*+?{}|^$\\", *name) != NULL)
            fputc('\\', stream);
        fputc(*name, stream);
    }
    fprintf(stream, "$=%d:%d\n", n, m);
}

static const tnm_damage_row *chosen_for(const cli_allocate_run *run, const char *name)
{
    for (size_t layer = 0; layer < run->allocation.table.layers; layer++) {
        const tnm_damage_row *row = cli_allocated_row(run, TNM_CHOOSE_PROGRAM, layer);
        if (strcmp(row->layer, name) == 0)
            return row;
    }
    return NULL;
}

tnm_error cli_allocate_map(const cli_allocate_run *run, const char *path)
{
    tnm_error error = TNM_OK;
    tnm_output output = {0};
    FILE *stream;
    TNM_TRY(tnm_output_open(&output, path));
    TNM_TRY(tnm_output_stream(&output, &stream));
    fprintf(stream, "# %zu of %zu %s\n", run->answers[TNM_CHOOSE_PROGRAM].choice.cost,
            run->allocation.whole, cost_names[run->asked->cost]);
    fputs("# convolutions as flat matrices: tnm prune --conv flat\n", stream);
    for (size_t k = 0; k < run->trial.calibration.count; k++) {
        const char *name = run->trial.calibration.layers[k].weight->name;
        const tnm_damage_row *row = chosen_for(run, name);
        write_rule(stream, name, row != NULL ? row->n : 1, row != NULL ? row->m : 1);
    }
    TNM_TRY(tnm_output_commit(&output));
out:
    tnm_output_abort(&output);
    return error;
}
