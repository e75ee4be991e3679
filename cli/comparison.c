/* A comparison: see comparison.h. */
#include "cli/comparison.h"

#include "cli/json.h"
#include "cli/table.h"
#include "instances/build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- rows -------------------------------------------------------------------------------- */

tnm_error cli_comparison_add(cli_comparison *comparison, const tnm_method *method)
{
    cli_row *rows = realloc(comparison->rows, (comparison->count + 1) * sizeof *rows);
    if (rows == NULL)
        return tnm_fail(TNM_ERROR_MEMORY, "out of memory: rows of a comparison");
    comparison->rows = rows;
    rows[comparison->count++] = (cli_row){.method = method};
    return TNM_OK;
}

tnm_error cli_comparison_run(cli_comparison *comparison, size_t row, const cli_job *job)
{
    cli_row *self = &comparison->rows[row];
    cli_job own = *job;
    self->refusal = tnm_method_refuses(self->method, comparison->problem);
    if (self->refusal != NULL)
        return TNM_OK;
    own.method = self->method;
    self->ran = true;
    return cli_job_run(&own, &self->result);
}

static bool is_exact(const cli_row *row)
{
    return row->method->capabilities & TNM_METHOD_EXACT;
}

static bool is_relaxed(const cli_row *row)
{
    return row->method->capabilities & TNM_METHOD_RELAXED;
}

static bool finished(const cli_row *row)
{
    return row->ran && row->result.status != TNM_LIMIT;
}

void cli_comparison_settle(cli_comparison *comparison)
{
    for (size_t k = 0; k < comparison->count; k++) {
        const cli_row *row = &comparison->rows[k];
        bool preferred = strcmp(row->method->name, "lemon-network-simplex") == 0;
        if (finished(row) && is_exact(row) && (comparison->reference == NULL || preferred))
            comparison->reference = row;
    }
}

bool cli_comparison_sound(const cli_comparison *comparison)
{
    bool sound = true;
    if (comparison->flat)
        return true; /* of masks in the flat layout nothing is expected */
    for (size_t k = 0; k < comparison->count; k++) {
        const cli_row *row = &comparison->rows[k];
        if (!finished(row))
            continue;
        sound &= row->result.status == TNM_OPTIMAL ||
                 (row->result.status == TNM_FEASIBLE && !is_exact(row)) || is_relaxed(row);
    }
    return sound;
}

void cli_comparison_free(cli_comparison *comparison)
{
    free(comparison->rows);
    *comparison = (cli_comparison){0};
}

/* ---- cells ------------------------------------------------------------------------------- */

static const char *status_of(const cli_row *row)
{
    if (row->refusal != NULL)
        return row->refusal;
    return row->ran ? tnm_status_name(row->result.status) : "not run";
}

static bool completes(const cli_comparison *comparison, const cli_row *row)
{
    return comparison->problem->constraint == TNM_EQUAL && row->refusal == NULL &&
           (row->method->capabilities & TNM_METHOD_COMPLETES);
}

static bool bounded(const cli_row *row)
{
    return finished(row) && isfinite(row->result.bound);
}

/* Time over the reference's; NaN where there is none. */
static double ratio_of(const cli_comparison *comparison, const cli_row *row)
{
    if (!finished(row) || comparison->reference == NULL)
        return (double)NAN;
    return row->result.solve_seconds / comparison->reference->result.solve_seconds;
}

/* A number, or `nothing` where it has no meaning. */
static tnm_error add_number(cli_table *table, bool known, const char *nothing, int digits,
                            double value)
{
    if (!known || !isfinite(value))
        return cli_table_add(table, "%s", nothing);
    return cli_table_add(table, "%.*g", digits, value);
}

/* ---- as text ----------------------------------------------------------------------------- */

static tnm_error add_text_row(cli_table *table, const cli_comparison *comparison,
                              const cli_row *row, const tnm_tiling *tiling)
{
    const tnm_result *result = &row->result;
    bool done = finished(row), gap = bounded(row), loose = gap && result->worst_gap > 0;
    tnm_error error = TNM_OK;
    TNM_TRY(cli_table_add(table, "%s%s", row->method->name,
                          completes(comparison, row) ? "+completion" : ""));
    TNM_TRY(cli_table_add(table, "%s", status_of(row)));
    TNM_TRY(add_number(table, done, "-", 17, result->objective));
    TNM_TRY(add_number(table, done, "-", 6, 100 * tnm_result_retention(result)));
    TNM_TRY(add_number(table, gap, "-", 3, 100 * tnm_result_gap(result)));
    TNM_TRY(add_number(table, gap, "-", 3, 100 * result->worst_gap));
    if (loose)
        TNM_TRY(cli_table_add(table, "%zu,%zu", result->worst_tile / tiling->tile_cols,
                              result->worst_tile % tiling->tile_cols));
    else
        TNM_TRY(cli_table_add(table, "-"));
    TNM_TRY(done ? cli_table_add(table, "%zu", result->short_lines) : cli_table_add(table, "-"));
    TNM_TRY(add_number(table, row->ran, "-", 3, result->solve_seconds));
    TNM_TRY(add_number(table, true, "-", 3, ratio_of(comparison, row)));
out:
    return error;
}

static void print_notes(const cli_comparison *comparison, const cli_instance *instance)
{
    bool completed = false;
    for (size_t k = 0; k < comparison->count; k++) {
        const cli_row *row = &comparison->rows[k];
        completed |= completes(comparison, row);
        if (row->ran && !finished(row))
            printf("c %s stopped after %zu of %zu tiles, %zu of them proven\n", row->method->name,
                   row->result.tiles, cli_instance_tiles(instance), row->result.tiles_proven);
    }
    puts("c gap: how far the objective lies below the proven optimum; worst, tile: the largest gap "
         "of a\nc single tile, and which; short: rows and columns of tiles that keep fewer than N; "
         "seconds: inside\nc the method, of the busiest thread");
    if (comparison->reference != NULL)
        printf("c time/ref: seconds divided by those of %s\n", comparison->reference->method->name);
    if (completed)
        puts("c +completion: as published the method keeps at most N; its short lines are filled "
             "afterwards");
}

static tnm_error print_text(const cli_comparison *comparison, const cli_instance *instance,
                            bool comments)
{
    tnm_error error = TNM_OK;
    cli_table table;
    cli_table_init(&table, "llrrrrrrrr");
    TNM_TRY(cli_table_add_row(&table, "method", "status", "objective", "kept %", "gap %", "worst %",
                              "tile", "short", "seconds", "time/ref", NULL));
    for (size_t k = 0; k < comparison->count; k++)
        TNM_TRY(add_text_row(&table, comparison, &comparison->rows[k], &instance->tiling));
    cli_table_print(&table, stdout);
    if (comments)
        print_notes(comparison, instance);
out:
    cli_table_free(&table);
    return error;
}

/* ---- as CSV ------------------------------------------------------------------------------ */

static tnm_error add_csv_row(cli_table *table, const cli_comparison *comparison, const cli_row *row,
                             const tnm_tiling *tiling)
{
    enum { ALL = 17 };
    const tnm_result *result = &row->result;
    bool done = finished(row), gap = bounded(row), loose = gap && result->worst_gap > 0;
    double tile_row = (double)(result->worst_tile / tiling->tile_cols);
    double tile_col = (double)(result->worst_tile % tiling->tile_cols);
    tnm_error error = TNM_OK;
    TNM_TRY(cli_table_add(table, "%s", row->method->name));
    TNM_TRY(cli_table_add(table, "%d", completes(comparison, row)));
    TNM_TRY(cli_table_add(table, "%s", status_of(row)));
    TNM_TRY(add_number(table, done, "", ALL, result->objective));
    TNM_TRY(add_number(table, done, "", ALL, result->bound));
    TNM_TRY(add_number(table, gap, "", ALL, tnm_result_gap(result)));
    TNM_TRY(add_number(table, gap, "", ALL, result->worst_gap));
    TNM_TRY(add_number(table, loose, "", ALL, tile_row));
    TNM_TRY(add_number(table, loose, "", ALL, tile_col));
    TNM_TRY(add_number(table, done, "", ALL, tnm_result_retention(result)));
    TNM_TRY(add_number(table, done, "", ALL, (double)result->short_lines));
    TNM_TRY(add_number(table, row->ran, "", ALL, result->solve_seconds));
    TNM_TRY(add_number(table, true, "", ALL, ratio_of(comparison, row)));
out:
    return error;
}

static tnm_error print_csv(const cli_comparison *comparison, const cli_instance *instance)
{
    tnm_error error = TNM_OK;
    cli_table table;
    cli_table_init(&table, "lllrrrrrrrrrr");
    TNM_TRY(cli_table_add_row(&table, "method", "completion", "status", "objective", "bound", "gap",
                              "worst_gap", "worst_tile_row", "worst_tile_col", "retention",
                              "short_lines", "seconds", "time_ratio", NULL));
    for (size_t k = 0; k < comparison->count; k++)
        TNM_TRY(add_csv_row(&table, comparison, &comparison->rows[k], &instance->tiling));
    cli_table_print_csv(&table, stdout);
out:
    cli_table_free(&table);
    return error;
}

/* ---- as JSON ----------------------------------------------------------------------------- */

static json_t *real_or_null(bool known, double value)
{
    return known ? cli_json_real(value) : json_null();
}

static json_t *json_row(const cli_comparison *comparison, const cli_row *row,
                        const tnm_tiling *tiling)
{
    const tnm_result *result = &row->result;
    bool done = finished(row), gap = bounded(row), loose = gap && result->worst_gap > 0;
    const cli_json_member members[] = {
        {"method", json_string(row->method->name)},
        {"completion", json_boolean(completes(comparison, row))},
        {"status", json_string(status_of(row))},
        {"objective", real_or_null(done, result->objective)},
        {"bound", real_or_null(done, result->bound)},
        {"gap", real_or_null(gap, tnm_result_gap(result))},
        {"worst_gap", real_or_null(gap, result->worst_gap)},
        {"worst_tile", loose ? cli_json_tile(result->worst_tile, tiling->tile_cols) : json_null()},
        {"retention", real_or_null(done, tnm_result_retention(result))},
        {"short_lines", done ? cli_json_count(result->short_lines) : json_null()},
        {"tiles_solved", cli_json_count(result->tiles)},
        {"seconds", real_or_null(row->ran, result->solve_seconds)},
        {"time_ratio", cli_json_real(ratio_of(comparison, row))},
    };
    return CLI_JSON_ADD(json_object(), members);
}

static json_t *json_rows(const cli_comparison *comparison, const tnm_tiling *tiling)
{
    json_t *list = json_array();
    for (size_t k = 0; k < comparison->count; k++) {
        if (json_array_append_new(list, json_row(comparison, &comparison->rows[k], tiling)) != 0) {
            json_decref(list);
            list = NULL;
        }
    }
    return list;
}

static tnm_error print_json(const cli_comparison *comparison, const cli_instance *instance,
                            int threads)
{
    const cli_row *reference = comparison->reference;
    const tnm_matrix *matrix = &instance->weights.matrix;
    const cli_json_member members[] = {
        {"input", cli_json_text(instance->name)},
        {"rows", cli_json_count(matrix->rows)},
        {"cols", cli_json_count(matrix->cols)},
        {"pattern", cli_json_pattern(&instance->problem)},
        {"constraint", json_string(tnm_constraint_name(instance->problem.constraint))},
        {"layout", json_string(comparison->flat ? "flat" : "tiles")},
        {"score", cli_json_text(cli_score_name(instance->question))},
        {"edges", json_string(cli_edges_name(instance->question->edges))},
        {"tiles", cli_json_count(cli_instance_tiles(instance))},
        {"threads", json_integer(threads)},
        {"reference", cli_json_text(reference != NULL ? reference->method->name : NULL)},
        {"methods", json_rows(comparison, &instance->tiling)},
        {"version", json_string(tnm_version())},
        {"commit", json_string(tnm_build_commit())},
    };
    return cli_json_print(CLI_JSON_ADD(json_object(), members), stdout);
}

tnm_error cli_comparison_print(const cli_comparison *comparison, const cli_instance *instance,
                               int threads, cli_format format, bool comments)
{
    switch (format) {
    case CLI_TEXT:
        return print_text(comparison, instance, comments);
    case CLI_CSV:
        return print_csv(comparison, instance);
    case CLI_JSON:
        break;
    }
    return print_json(comparison, instance, threads);
}
