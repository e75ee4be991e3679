/* Reports on mask diversity: see freedom.h. */
#include "cli/freedom.h"

#include "formulations/problem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER = 32 };

/* 2^log2_count with so many digits, however large. */
static const char *scientific(char text[NUMBER], double log2_count, int digits)
{
    double log10_count = log2_count * log10(2);
    double exponent = floor(log10_count), mantissa = pow(10, log10_count - exponent);
    char rounded[NUMBER];
    snprintf(rounded, sizeof rounded, "%.*f", digits, mantissa);
    if (strncmp(rounded, "10", 2) == 0) {
        snprintf(rounded, sizeof rounded, "%.*f", digits, 1.0);
        exponent++;
    }
    snprintf(text, NUMBER, "%.12se%+03.0f", rounded, exponent);
    return text;
}

/* The published formula counts masks with exactly N: under atmost there is nothing to compare. */
static bool has_published(const tnm_diversity *diversity)
{
    return diversity->problem.constraint == TNM_EQUAL;
}

static double published_ratio(const tnm_diversity *diversity, tnm_reading reading)
{
    return has_published(diversity) ? tnm_diversity_published_ratio(diversity, reading)
                                    : (double)NAN;
}

/* ---- one pattern, at length -------------------------------------------------------------- */

static tnm_error add_line(cli_table *table, const char *name, const tnm_diversity *diversity,
                          const char *digits, double log2_count)
{
    tnm_error error = TNM_OK;
    char about[NUMBER];
    TNM_TRY(cli_table_add(table, "%s", name));
    TNM_TRY(cli_table_add(table, "%.6f", tnm_diversity_bits(diversity, log2_count)));
    TNM_TRY(cli_table_add(table, "%.4f", log2_count * log10(2)));
    TNM_TRY(digits != NULL ? cli_table_add(table, "%s", digits)
                           : cli_table_add(table, "about %s", scientific(about, log2_count, 4)));
out:
    return error;
}

static void print_published(const tnm_diversity *diversity, tnm_reading reading, const char *name)
{
    char ratio[NUMBER];
    double log2_ratio = diversity->published[reading].log2 - tnm_diversity_log2(diversity);
    double plain = tnm_diversity_published_ratio(diversity, reading);
    if (plain >= 1e-3 && plain < 1e6)
        snprintf(ratio, sizeof ratio, "%.5g", plain);
    else
        scientific(ratio, log2_ratio, 3);
    printf("%-12s  %s times the %s\n", name, ratio, diversity->counted ? "truth" : "estimate");
}

static void print_estimate(const tnm_diversity *diversity, const char *name, double estimate)
{
    char about[NUMBER];
    if (isnan(estimate))
        return;
    printf("%-12s  %s", name, scientific(about, estimate, 5));
    if (diversity->counted)
        printf(", off by %+.3g %%", 100 * tnm_diversity_error(diversity, estimate));
    putchar('\n');
}

static void print_need(const tnm_diversity *diversity)
{
    tnm_need machine = tnm_need_machine();
    bool possible = tnm_need_within(&diversity->need, &machine);
    if (!diversity->counted)
        printf("beyond        counting exactly needs %.2g states, %.2g GiB and %.2g steps; %s\n",
               diversity->need.states, diversity->need.bytes / 0x1p30, diversity->need.steps,
               possible ? "--exact does it nevertheless" : "this machine has not the memory");
}

static tnm_error print_text(const tnm_diversity *diversity)
{
    tnm_error error = TNM_OK;
    cli_table table;
    bool equal = diversity->problem.constraint == TNM_EQUAL;
    cli_table_init(&table, "lrrl");
    printf("pattern       %d:%d kept, constraint %s\n", diversity->problem.n, diversity->problem.m,
           tnm_constraint_name(diversity->problem.constraint));
    printf("entries       %d x %d\n\n", diversity->extent.rows, diversity->extent.cols);
    TNM_TRY(cli_table_add_row(&table, "masks", "bits/weight", "log10", "count", NULL));
    TNM_TRY(add_line(&table, "transposable", diversity, diversity->transposable.digits,
                     tnm_diversity_log2(diversity)));
    TNM_TRY(add_line(&table, "structured", diversity, diversity->structured.digits,
                     diversity->structured.log2));
    TNM_TRY(add_line(&table, "unstructured", diversity, diversity->unstructured.digits,
                     diversity->unstructured.log2));
    cli_table_print(&table, stdout);
    putchar('\n');
    if (has_published(diversity)) {
        print_published(diversity, TNM_READING_ZEROS, "published");
        print_published(diversity, TNM_READING_KEPT, "  as kept");
    }
    print_estimate(diversity, "asymptotic", diversity->canfield_mckay);
    print_estimate(diversity, equal ? "sharper" : "independent", diversity->estimate);
    print_need(diversity);
out:
    cli_table_free(&table);
    return error;
}

/* ---- JSON -------------------------------------------------------------------------------- */

static json_t *json_about(double log2_count)
{
    char text[NUMBER];
    return json_string(scientific(text, log2_count, 8));
}

static json_t *json_others(const tnm_diversity *diversity, const tnm_count *count)
{
    const cli_json_member members[] = {
        {"exact", json_string(count->digits)},
        {"log10", cli_json_real(count->log2 * log10(2))},
        {"bits_per_weight", cli_json_real(tnm_diversity_bits(diversity, count->log2))},
    };
    return CLI_JSON_ADD(json_object(), members);
}

static json_t *json_published(const tnm_diversity *diversity, tnm_reading reading)
{
    return cli_json_text(has_published(diversity) ? diversity->published[reading].digits : NULL);
}

static json_t *json_transposable(const tnm_diversity *diversity)
{
    double log2_count = tnm_diversity_log2(diversity);
    const cli_json_member members[] = {
        {"exact", cli_json_text(diversity->transposable.digits)},
        {"log10", cli_json_real(log2_count * log10(2))},
        {"bits_per_weight", cli_json_real(tnm_diversity_bits(diversity, log2_count))},
        {"published", json_published(diversity, TNM_READING_ZEROS)},
        {"published_ratio", cli_json_real(published_ratio(diversity, TNM_READING_ZEROS))},
        {"published_kept", json_published(diversity, TNM_READING_KEPT)},
        {"published_kept_ratio", cli_json_real(published_ratio(diversity, TNM_READING_KEPT))},
        {"estimate", json_about(diversity->estimate)},
        {"estimate_error", cli_json_real(tnm_diversity_error(diversity, diversity->estimate))},
    };
    return CLI_JSON_ADD(json_object(), members);
}

static json_t *json_tile(const tnm_extent *extent)
{
    return extent->rows == extent->cols ? json_integer(extent->rows)
                                        : json_sprintf("%dx%d", extent->rows, extent->cols);
}

static json_t *json_all(const tnm_diversity *diversity)
{
    const cli_json_member members[] = {
        {"pattern", cli_json_pattern(&diversity->problem)},
        {"constraint", json_string(tnm_constraint_name(diversity->problem.constraint))},
        {"tile", json_tile(&diversity->extent)},
        {"transposable", json_transposable(diversity)},
        {"structured", json_others(diversity, &diversity->structured)},
        {"unstructured", json_others(diversity, &diversity->unstructured)},
    };
    return CLI_JSON_ADD(json_object(), members);
}

/* ---- tables ------------------------------------------------------------------------------ */

static tnm_error add_csv_head(cli_table *table)
{
    return cli_table_add_row(table, "pattern", "constraint", "rows", "cols", "exact", "log10",
                             "bits_per_weight", "structured_bits", "unstructured_bits",
                             "published_log10", "published_ratio", "published_kept_ratio",
                             "canfield_mckay_error", "estimate_log10", "estimate_error", NULL);
}

/* A number, or nothing where there is none. */
static tnm_error add_real(cli_table *table, double value)
{
    return isfinite(value) ? cli_table_add(table, "%.12g", value) : cli_table_add(table, "%s", "");
}

static tnm_error add_csv(cli_table *table, const tnm_diversity *diversity)
{
    tnm_error error = TNM_OK;
    const char *digits = diversity->transposable.digits;
    const double values[] = {
        tnm_diversity_log2(diversity) * log10(2),
        tnm_diversity_bits(diversity, tnm_diversity_log2(diversity)),
        tnm_diversity_bits(diversity, diversity->structured.log2),
        tnm_diversity_bits(diversity, diversity->unstructured.log2),
        has_published(diversity) ? diversity->published[TNM_READING_ZEROS].log2 * log10(2)
                                 : (double)NAN,
        published_ratio(diversity, TNM_READING_ZEROS),
        published_ratio(diversity, TNM_READING_KEPT),
        tnm_diversity_error(diversity, diversity->canfield_mckay),
        diversity->estimate * log10(2),
        tnm_diversity_error(diversity, diversity->estimate),
    };
    TNM_TRY(cli_table_add(table, "%d:%d", diversity->problem.n, diversity->problem.m));
    TNM_TRY(cli_table_add(table, "%s", tnm_constraint_name(diversity->problem.constraint)));
    TNM_TRY(cli_table_add(table, "%d", diversity->extent.rows));
    TNM_TRY(cli_table_add(table, "%d", diversity->extent.cols));
    TNM_TRY(cli_table_add(table, "%s", digits != NULL ? digits : ""));
    for (size_t k = 0; k < sizeof values / sizeof *values; k++)
        TNM_TRY(add_real(table, values[k]));
out:
    return error;
}

static tnm_error add_row_head(cli_table *table)
{
    return cli_table_add_row(table, "pattern", "bits/weight", "structured", "unstructured",
                             "published/truth", "estimate %", "count", NULL);
}

static tnm_error add_row(cli_table *table, const tnm_diversity *diversity)
{
    tnm_error error = TNM_OK;
    char about[NUMBER];
    double log2_count = tnm_diversity_log2(diversity);
    double error_of_estimate = tnm_diversity_error(diversity, diversity->estimate);
    TNM_TRY(cli_table_add(table, "%d:%d", diversity->problem.n, diversity->problem.m));
    TNM_TRY(cli_table_add(table, "%.4f", tnm_diversity_bits(diversity, log2_count)));
    TNM_TRY(
        cli_table_add(table, "%.4f", tnm_diversity_bits(diversity, diversity->structured.log2)));
    TNM_TRY(
        cli_table_add(table, "%.4f", tnm_diversity_bits(diversity, diversity->unstructured.log2)));
    TNM_TRY(has_published(diversity)
                ? cli_table_add(table, "%.4g", published_ratio(diversity, TNM_READING_ZEROS))
                : cli_table_add(table, "%s", "-"));
    TNM_TRY(diversity->counted ? cli_table_add(table, "%.2f", 100 * error_of_estimate)
                               : cli_table_add(table, "%s", "-"));
    TNM_TRY(diversity->counted
                ? cli_table_add(table, "%s", diversity->transposable.digits)
                : cli_table_add(table, "about %s", scientific(about, log2_count, 4)));
out:
    return error;
}

/* ---- all --------------------------------------------------------------------------------- */

void cli_freedom_init(cli_freedom *freedom, cli_format format, bool many)
{
    *freedom = (cli_freedom){.format = format, .many = many};
    cli_table_init(&freedom->table, format == CLI_CSV ? "lllllllllllllll" : "rrrrrrl");
}

tnm_error cli_freedom_add(cli_freedom *freedom, const tnm_diversity *diversity)
{
    tnm_error error = TNM_OK;
    bool csv = freedom->format == CLI_CSV;
    if (freedom->format == CLI_JSON) {
        if (freedom->json == NULL)
            freedom->json = json_array();
        if (json_array_append_new(freedom->json, json_all(diversity)) != 0)
            return tnm_fail(TNM_ERROR_MEMORY, "out of memory: a report in JSON");
        return TNM_OK;
    }
    if (!csv && !freedom->many)
        return print_text(diversity);
    if (freedom->table.count == 0)
        TNM_TRY(csv ? add_csv_head(&freedom->table) : add_row_head(&freedom->table));
    TNM_TRY(csv ? add_csv(&freedom->table, diversity) : add_row(&freedom->table, diversity));
out:
    return error;
}

tnm_error cli_freedom_print(cli_freedom *freedom)
{
    if (freedom->format == CLI_CSV)
        cli_table_print_csv(&freedom->table, stdout);
    else if (freedom->format == CLI_TEXT)
        cli_table_print(&freedom->table, stdout);
    else
        return cli_json_print(
            json_incref(freedom->many ? freedom->json : json_array_get(freedom->json, 0)), stdout);
    return TNM_OK;
}

void cli_freedom_free(cli_freedom *freedom)
{
    cli_table_free(&freedom->table);
    json_decref(freedom->json);
}
