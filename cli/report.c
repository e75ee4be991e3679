/* Reports on a mask that was found or checked: see report.h. */
#include "cli/report.h"

#include "cli/json.h"
#include "cli/version.h"
#include "instances/number.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

int cli_thread_count(int threads)
{
    return threads > 0 ? threads : (int)sysconf(_SC_NPROCESSORS_ONLN);
}

/* ---- lines ------------------------------------------------------------------------------- */

void cli_report_banner(const cli_report *report, FILE *stream)
{
    const cli_instance *instance = report->instance;
    const tnm_matrix *matrix = &instance->weights.matrix;
    fprintf(stream, "c tnm %s (%s)\n", tnm_version(), cli_commit());
    fprintf(stream, "c input %s: %zu x %zu %s\n", instance->name, matrix->rows, matrix->cols,
            tnm_dtype_name(matrix->dtype));
    fprintf(stream, "c pattern %d:%d, constraint %s, score %s, edges %s\n", instance->problem.n,
            instance->problem.m, tnm_constraint_name(instance->problem.constraint),
            cli_score_name(instance->question), cli_edges_name(instance->question->edges));
    if (report->method != NULL)
        fprintf(stream, "c method %s, threads %d\n", report->method, report->threads);
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
    place at = tile_place(instance, violation->tile);
    size_t first = (violation->column ? at.tile_col : at.tile_row) * instance->tiling.m;
    fprintf(stream,
            "c violation: tile %zu,%zu, %s %zu of the matrix keeps %zu, %s %d are allowed\n",
            at.tile_row, at.tile_col, violation->column ? "column" : "row", first + violation->line,
            violation->kept, instance->problem.constraint == TNM_EQUAL ? "exactly" : "at most",
            instance->problem.n);
}

static void print_comments(const cli_report *report, FILE *stream)
{
    const tnm_result *result = &report->result;
    size_t all = cli_instance_tiles(report->instance);
    if (isfinite(result->bound))
        fprintf(stream, "c gap %.17g\n", tnm_result_gap(result));
    fprintf(stream, "c retention %.17g\n", tnm_result_retention(result));
    fprintf(stream, "c tiles %zu of %zu, proven %zu, exact %zu, broken %zu\n", result->tiles, all,
            result->tiles_proven, result->tiles_exact, result->broken_tiles);
    fprintf(stream, "c short lines %zu\n", result->short_lines);
    if (result->worst_gap > 0) {
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

static json_t *json_place(const cli_instance *instance, size_t tile)
{
    place at = tile_place(instance, tile);
    return json_pack("[o, o]", cli_json_count(at.tile_row), cli_json_count(at.tile_col));
}

static json_t *json_violation(const cli_report *report)
{
    const tnm_violation *violation = &report->violation;
    if (!violation->found)
        return json_null();
    return json_pack("{s:o, s:s, s:o, s:o}", "tile", json_place(report->instance, violation->tile),
                     "line", violation->column ? "column" : "row", "index",
                     cli_json_count(violation->line), "kept", cli_json_count(violation->kept));
}

static json_t *json_question(const cli_report *report)
{
    const cli_instance *instance = report->instance;
    const tnm_matrix *matrix = &instance->weights.matrix;
    return json_pack("{s:o, s:o, s:o, s:s, s:o, s:o, s:s, s:o, s:s}", "input",
                     cli_json_text(instance->name), "rows", cli_json_count(matrix->rows), "cols",
                     cli_json_count(matrix->cols), "dtype", tnm_dtype_name(matrix->dtype),
                     "pattern", cli_json_pattern(&instance->problem), "method",
                     cli_json_text(report->method), "constraint",
                     tnm_constraint_name(instance->problem.constraint), "score",
                     cli_json_text(cli_score_name(instance->question)), "edges",
                     cli_edges_name(instance->question->edges));
}

static json_t *json_answer(const cli_report *report)
{
    const tnm_result *result = &report->result;
    bool bounded = isfinite(result->bound);
    bool loose = result->worst_gap > 0;
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "status", report->status, "objective",
                     cli_json_real(result->objective), "bound", cli_json_real(result->bound), "gap",
                     bounded ? json_real(tnm_result_gap(result)) : json_null(), "retention",
                     cli_json_real(tnm_result_retention(result)), "worst_gap",
                     bounded ? json_real(result->worst_gap) : json_null(), "worst_tile",
                     loose ? json_place(report->instance, result->worst_tile) : json_null());
}

static json_t *json_counts(const cli_report *report)
{
    const tnm_result *result = &report->result;
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "tiles",
                     cli_json_count(cli_instance_tiles(report->instance)), "tiles_solved",
                     cli_json_count(result->tiles), "tiles_proven",
                     cli_json_count(result->tiles_proven), "tiles_exact",
                     cli_json_count(result->tiles_exact), "short_lines",
                     cli_json_count(result->short_lines), "violation", json_violation(report));
}

static json_t *json_run(const cli_report *report)
{
    bool solved = report->method != NULL;
    return json_pack("{s:i, s:o, s:o, s:s, s:s}", "threads", report->threads, "seconds",
                     cli_json_real(report->seconds), "solve_seconds",
                     solved ? json_real(report->result.solve_seconds) : json_null(), "version",
                     tnm_version(), "commit", cli_commit());
}

/* Moves the members of `part` to the end of `whole`; false without memory. */
static bool append(json_t *whole, json_t *part)
{
    bool fine = part != NULL && json_object_update(whole, part) == 0;
    json_decref(part);
    return fine;
}

tnm_error cli_report_json(const cli_report *report, FILE *stream)
{
    json_t *object = json_question(report);
    bool fine = object != NULL && append(object, json_answer(report)) &&
                append(object, json_counts(report)) && append(object, json_run(report));
    if (!fine) {
        json_decref(object);
        object = NULL;
    }
    return cli_json_print(object, stream);
}
