/* Reports on a mask that was found or checked: see report.h. */
#include "cli/report.h"

#include "cli/json.h"
#include "instances/build.h"
#include "instances/number.h"

#include <math.h>
#include <stdlib.h>

/* ---- lines ------------------------------------------------------------------------------- */

void cli_report_banner(const cli_report *report, FILE *stream)
{
    const cli_instance *instance = report->instance;
    const tnm_matrix *matrix = &instance->weights.matrix;
    fprintf(stream, "c tnm %s (%s)\n", tnm_version(), tnm_build_commit());
    fprintf(stream, "c input %s: %zu x %zu %s\n", instance->name, matrix->rows, matrix->cols,
            tnm_dtype_name(matrix->dtype));
    fprintf(stream, "c pattern %d:%d, constraint %s, score %s, edges %s\n", instance->problem.n,
            instance->problem.m, tnm_constraint_name(instance->problem.constraint),
            cli_score_name(instance->question), cli_edges_name(instance->question->edges));
    if (report->method != NULL)
        fprintf(stream, "c method %s%s, ", report->method,
                report->completion ? " and completion" : "");
    else
        fputs("c ", stream);
    fprintf(stream, "%sthreads %d\n", report->flat ? "layout flat, " : "", report->threads);
    fflush(stream);
}

/* Where a tile lies in the matrix. */
typedef struct place {
    size_t tile_row, tile_col;
} place;

static place tile_place(const cli_instance *instance, size_t tile)
{
    return (place){tile / instance->tiling.tile_cols, tile % instance->tiling.tile_cols};
}

static void print_violation(const cli_report *report, FILE *stream)
{
    const tnm_violation *violation = &report->violation;
    const cli_instance *instance = report->instance;
    const tnm_tiling *tiling = &instance->tiling;
    if (violation->margin) {
        fprintf(stream, "c violation: row %zu, column %zu of the dense margin is dropped\n",
                violation->row, violation->col);
        return;
    }
    place at = tile_place(instance, violation->tile);
    size_t line = (violation->column ? at.tile_col : at.tile_row) * tiling->m + violation->line;
    fprintf(stream, "c violation: tile %zu,%zu, ", at.tile_row, at.tile_col);
    if (line < (violation->column ? tiling->cols : tiling->rows))
        fprintf(stream, "%s %zu of the matrix keeps %zu", violation->column ? "column" : "row",
                line, violation->kept);
    else
        fputs("no padding gives every line its number", stream);
    fprintf(stream, ", %s %d allowed\n",
            instance->problem.constraint == TNM_EQUAL ? "exactly" : "at most", instance->problem.n);
}

/* The gap is a statement on valid masks with a bound, which may be beyond the doubles. */
static bool has_gap(const tnm_result *result)
{
    bool bounded = isfinite(result->bound) || result->kept_of_bound > 0;
    return bounded && result->status != TNM_INFEASIBLE;
}

static void print_comments(const cli_report *report, FILE *stream)
{
    const tnm_result *result = &report->result;
    size_t all = cli_instance_tiles(report->instance);
    if (result->status == TNM_LIMIT)
        fputs("c stopped early: all numbers are those of the tiles solved so far\n", stream);
    if (has_gap(result))
        fprintf(stream, "c gap %.17g\n", tnm_result_gap(result));
    fprintf(stream, "c retention %.17g\n", tnm_result_retention(result));
    fprintf(stream, "c tiles %zu of %zu, proven %zu, exact %zu, broken %zu\n", result->tiles, all,
            result->tiles_proven, result->tiles_exact, result->broken_tiles);
    fprintf(stream, "c short lines %zu\n", result->short_lines);
    if (has_gap(result) && result->worst_gap > 0) {
        place worst = tile_place(report->instance, result->worst_tile);
        fprintf(stream, "c worst tile %zu,%zu, gap %.17g\n", worst.tile_row, worst.tile_col,
                result->worst_gap);
    }
    fprintf(stream, "c seconds %.6f", report->seconds);
    if (report->method != NULL)
        fprintf(stream, ", solving %.6f", result->solve_seconds);
    fputc('\n', stream);
    if (report->statistics != NULL)
        fputs(report->statistics, stream);
}

void cli_report_lines(const cli_report *report, FILE *stream, bool quiet)
{
    fprintf(stream, "s %s\n", report->status);
    fprintf(stream, "o %.17g\n", report->result.objective);
    fprintf(stream, "b %.17g\n", report->result.bound);
    if (report->violation.found)
        print_violation(report, stream);
    if (!quiet)
        print_comments(report, stream);
}

/* ---- JSON -------------------------------------------------------------------------------- */

static json_t *json_violation(const cli_report *report)
{
    const tnm_violation *violation = &report->violation;
    if (!violation->found)
        return json_null();
    if (violation->margin) {
        size_t cols = report->instance->tiling.cols;
        const cli_json_member margin[] = {
            {"margin", cli_json_tile(violation->row * cols + violation->col, cols)}};
        return CLI_JSON_ADD(json_object(), margin);
    }
    const cli_json_member members[] = {
        {"tile", cli_json_tile(violation->tile, report->instance->tiling.tile_cols)},
        {"line", json_string(violation->column ? "column" : "row")},
        {"index", cli_json_count(violation->line)},
        {"kept", cli_json_count(violation->kept)},
    };
    return CLI_JSON_ADD(json_object(), members);
}

static json_t *add_question(json_t *object, const cli_report *report)
{
    const cli_instance *instance = report->instance;
    const tnm_matrix *matrix = &instance->weights.matrix;
    const cli_json_member members[] = {
        {"input", cli_json_text(instance->name)},
        {"rows", cli_json_count(matrix->rows)},
        {"cols", cli_json_count(matrix->cols)},
        {"dtype", json_string(tnm_dtype_name(matrix->dtype))},
        {"pattern", cli_json_pattern(&instance->problem)},
        {"method", cli_json_text(report->method)},
        {"completion", json_boolean(report->completion)},
        {"layout", json_string(report->flat ? "flat" : "tiles")},
        {"constraint", json_string(tnm_constraint_name(instance->problem.constraint))},
        {"score", cli_json_text(cli_score_name(instance->question))},
        {"edges", json_string(cli_edges_name(instance->question->edges))},
    };
    return CLI_JSON_ADD(object, members);
}

static json_t *add_answer(json_t *object, const cli_report *report)
{
    const tnm_result *result = &report->result;
    bool gap = has_gap(result), loose = gap && result->worst_gap > 0;
    size_t tile_cols = report->instance->tiling.tile_cols;
    const cli_json_member members[] = {
        {"status", json_string(report->status)},
        {"objective", cli_json_real(result->objective)},
        {"bound", cli_json_real(result->bound)},
        {"gap", gap ? json_real(tnm_result_gap(result)) : json_null()},
        {"retention", cli_json_real(tnm_result_retention(result))},
        {"worst_gap", gap ? json_real(result->worst_gap) : json_null()},
        {"worst_tile", loose ? cli_json_tile(result->worst_tile, tile_cols) : json_null()},
        {"tiles", cli_json_count(cli_instance_tiles(report->instance))},
        {"tiles_solved", cli_json_count(result->tiles)},
        {"tiles_proven", cli_json_count(result->tiles_proven)},
        {"tiles_exact", cli_json_count(result->tiles_exact)},
        {"short_lines", cli_json_count(result->short_lines)},
        {"violation", json_violation(report)},
    };
    return CLI_JSON_ADD(object, members);
}

static json_t *add_run(json_t *object, const cli_report *report)
{
    bool solved = report->method != NULL;
    const cli_json_member members[] = {
        {"threads", json_integer(report->threads)},
        {"seconds", cli_json_real(report->seconds)},
        {"solve_seconds", solved ? json_real(report->result.solve_seconds) : json_null()},
        {"version", json_string(tnm_version())},
        {"commit", json_string(tnm_build_commit())},
    };
    return CLI_JSON_ADD(object, members);
}

tnm_error cli_report_json(const cli_report *report, FILE *stream)
{
    json_t *object = add_question(json_object(), report);
    object = add_answer(object, report);
    object = add_run(object, report);
    return cli_json_print(object, stream);
}
