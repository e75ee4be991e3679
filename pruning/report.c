/* What is said about each tensor: see report.h. */
#include "pruning/report.h"

#include "formulations/problem.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *shape_of(const tnm_tensor *tensor)
{
    json_t *sides = json_array();
    for (size_t k = 0; k < tensor->rank && sides != NULL; k++)
        json_array_append_new(sides, json_integer((json_int_t)tensor->shape[k]));
    return sides;
}

/* Prints an object on one line and releases it; NULL is passed on. */
static char *print(json_t *object)
{
    size_t size = object != NULL ? json_dumpb(object, NULL, 0, JSON_REAL_PRECISION(17)) : 0;
    char *line = size > 0 ? tnm_allocate(size + 1, 1) : NULL;
    if (line != NULL)
        (void)json_dumpb(object, line, size, JSON_REAL_PRECISION(17));
    else
        tnm_fail(TNM_ERROR_MEMORY, "out of memory: a report in JSON");
    json_decref(object);
    return line;
}

static json_t *exact(const tnm_sum *sum)
{
    char text[TNM_SUM_TEXT];
    tnm_sum_print(text, sum);
    return json_string(text);
}

static json_t *describe_masked(const tnm_prune_entry *entry, const char *method,
                               const tnm_result *result, size_t kept)
{
    const tnm_tensor *tensor = entry->tensor;
    const tnm_problem *problem = &entry->problem;
    return json_pack(
        "{s:s, s:s, s:o, s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:I, "
        "s:I, s:o}",
        "tensor", tensor->name, "type", tnm_tensor_type_name(tensor->type), "shape",
        shape_of(tensor), "pattern", json_sprintf("%d:%d", problem->n, problem->m), "constraint",
        tnm_constraint_name(problem->constraint), "method", method, "status",
        tnm_status_name(result->status), "objective", real(result->objective), "bound",
        real(result->bound), "total", real(result->total), "gap", real(tnm_result_gap(result)),
        "retention", real(tnm_result_retention(result)), "weights",
        (json_int_t)tnm_tensor_count(tensor), "kept", (json_int_t)kept, "tiles",
        (json_int_t)result->tiles, "tiles_proven", (json_int_t)result->tiles_proven, "tiles_exact",
        (json_int_t)result->tiles_exact, "short_lines", (json_int_t)result->short_lines, "seconds",
        real(result->seconds));
}

char *tnm_report_masked(const tnm_prune_entry *entry, const char *method,
                        const tnm_verdict *verdict, double seconds, size_t kept)
{
    tnm_result result = {.seconds = seconds};
    tnm_verdict_result(verdict, &result);
    json_t *object = describe_masked(entry, method, &result, kept);
    json_t *sums =
        json_pack("{s:o, s:o, s:o}", "objective_exact", exact(&verdict->objective), "bound_exact",
                  verdict->unbounded > 0 ? json_null() : exact(&verdict->bound), "total_exact",
                  exact(&verdict->total));
    if (object != NULL && json_object_update(object, sums) != 0) {
        json_decref(object);
        object = NULL;
    }
    json_decref(sums);
    return print(object);
}

char *tnm_report_skipped(const tnm_prune_entry *entry)
{
    const tnm_tensor *tensor = entry->tensor;
    return print(json_pack("{s:s, s:s, s:o, s:s}", "tensor", tensor->name, "type",
                           tnm_tensor_type_name(tensor->type), "shape", shape_of(tensor), "skipped",
                           tnm_eligibility_words(entry->eligibility)));
}

/* ---- reading back ------------------------------------------------------------------------ */

static size_t count_in(const json_t *object, const char *name)
{
    return (size_t)json_integer_value(json_object_get(object, name));
}

/* Adds an exact sum; false where there is none. */
static bool add_sum(tnm_sum *total, const json_t *object, const char *name)
{
    tnm_sum sum;
    const char *text = json_string_value(json_object_get(object, name));
    if (text == NULL || !tnm_sum_parse(&sum, text))
        return false;
    tnm_sum_add(total, &sum);
    return true;
}

/* Of a masked tensor; false where the line is damaged. */
static bool add_masked(tnm_prune_totals *totals, const json_t *object)
{
    bool unbounded = json_is_null(json_object_get(object, "bound_exact"));
    totals->masked++;
    totals->weights += count_in(object, "weights");
    totals->kept += count_in(object, "kept");
    totals->tiles += count_in(object, "tiles");
    totals->tiles_proven += count_in(object, "tiles_proven");
    totals->tiles_exact += count_in(object, "tiles_exact");
    totals->short_lines += count_in(object, "short_lines");
    totals->unbounded |= unbounded;
    return (unbounded || add_sum(&totals->bound, object, "bound_exact")) &&
           add_sum(&totals->objective, object, "objective_exact") &&
           add_sum(&totals->total, object, "total_exact");
}

tnm_error tnm_report_add(tnm_prune_totals *totals, const char *line)
{
    json_error_t reason;
    json_t *object = json_loads(line, 0, &reason);
    if (object == NULL && json_error_code(&reason) == json_error_out_of_memory)
        return tnm_fail(TNM_ERROR_MEMORY, "out of memory: a report in JSON");
    bool skipped = json_object_get(object, "skipped") != NULL;
    bool sound = json_is_object(object) && (skipped || add_masked(totals, object));
    totals->skipped += skipped;
    json_decref(object);
    return sound ? TNM_OK : tnm_fail(TNM_ERROR_DATA, "a report is damaged");
}

tnm_result tnm_report_sums(const tnm_prune_totals *totals)
{
    return (tnm_result){.objective = tnm_sum_double(&totals->objective),
                        .bound = totals->unbounded ? INFINITY : tnm_sum_double(&totals->bound),
                        .total = tnm_sum_double(&totals->total)};
}
