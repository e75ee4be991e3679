/* The results of a study as files: see results.h. */
#include "bench/results.h"

#include "bench/profile.h"
#include "instances/output.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- cells ------------------------------------------------------------------------------- */

/* A number behind a comma; nothing where it has no meaning. */
static void put_real(FILE *stream, double value)
{
    fputc(',', stream);
    if (!isnan(value))
        fprintf(stream, "%.10g", value);
}

static void put_key(FILE *stream, const tnm_stratum *stratum)
{
    fprintf(stream, "%s,%d:%d,%s,%s,%s", stratum->group, stratum->problem->n, stratum->problem->m,
            tnm_constraint_name(stratum->problem->constraint), stratum->entrant->method->name,
            stratum->entrant->settings);
}

static size_t strata_count(const tnm_digest *digest)
{
    return digest->group_count * digest->schedule->plan->problem_count *
           digest->schedule->entrant_count;
}

static bool is_alone(const tnm_digest *digest)
{
    return digest->schedule->plan->clock == TNM_CLOCK_ALONE;
}

/* ---- summary.csv ------------------------------------------------------------------------- */

static void put_gaps(FILE *stream, const tnm_stratum *self)
{
    bool any = self->finished > 0;
    double none = (double)NAN;
    put_real(stream, tnm_stratum_gap(self));
    put_real(stream, self->tile_gap_mean);
    put_real(stream, self->interval.low);
    put_real(stream, self->interval.high);
    put_real(stream, any ? tnm_gaps_quantile(&self->gaps, 0.5) : none);
    put_real(stream, any ? tnm_gaps_quantile(&self->gaps, 0.95) : none);
    put_real(stream, any ? self->worst : none);
    fprintf(stream, ",%s", any ? self->worst_matrix : "");
    put_real(stream, any ? (double)self->worst_tile : none);
    put_real(stream, any ? (double)self->tiles_optimal / (double)self->tiles : none);
}

static tnm_error write_summary(const tnm_digest *digest, FILE *stream)
{
    fputs("group,pattern,constraint,method,parameters,runs,refused,limited,reason,tiles,gap,"
          "tile_gap_mean,tile_gap_low,tile_gap_high,tile_gap_median,tile_gap_p95,tile_gap_worst,"
          "worst_matrix,worst_tile,optimal_share,tiles_broken,short_lines,retention,tiles_better,"
          "tiles_equal,tiles_worse,difference,seconds_per_tile,seconds_mean,seconds_par2\r\n",
          stream);
    for (size_t k = 0; k < strata_count(digest); k++) {
        const tnm_stratum *self = &digest->strata[k];
        put_key(stream, self);
        fprintf(stream, ",%zu,%zu,%zu,%s,%zu", self->runs, self->refused, self->limited,
                self->reason, self->tiles);
        put_gaps(stream, self);
        fprintf(stream, ",%zu,%zu", self->tiles_broken, self->short_lines);
        put_real(stream, self->total > 0 ? self->objective / self->total : (double)NAN);
        fprintf(stream, ",%zu,%zu,%zu", self->tiles_better, self->tiles_equal, self->tiles_worse);
        put_real(stream, self->difference);
        put_real(stream, self->seconds_per_tile);
        put_real(stream, self->seconds_mean);
        put_real(stream, self->seconds_par2);
        fputs("\r\n", stream);
    }
    return TNM_OK;
}

/* ---- gaps.csv ---------------------------------------------------------------------------- */

static tnm_error write_gaps(const tnm_digest *digest, FILE *stream)
{
    fputs("group,pattern,constraint,method,parameters,bin,gap,tiles,share_up_to\r\n", stream);
    for (size_t k = 0; k < strata_count(digest); k++) {
        const tnm_stratum *self = &digest->strata[k];
        size_t seen = 0;
        for (size_t bin = 0; bin < TNM_GAPS_BINS; bin++) {
            if (self->gaps.bins[bin] == 0)
                continue;
            seen += self->gaps.bins[bin];
            put_key(stream, self);
            fprintf(stream, ",%zu,%.6g,%zu,%.10g\r\n", bin, tnm_gaps_edge(bin),
                    self->gaps.bins[bin], (double)seen / (double)self->gaps.count);
        }
    }
    return TNM_OK;
}

/* ---- profiles.csv ------------------------------------------------------------------------ */

/* What an entrant paid for a problem of a matrix: the least of its finished runs. */
static double cost_of(const tnm_record *record, tnm_distance distance)
{
    double cost = distance == TNM_DISTANCE_RATIO ? record->seconds : record->gap;
    bool finished = !isnan(record->gap) && !(record->gap < 0);
    return finished ? cost : (double)INFINITY;
}

static void put_profile(FILE *stream, const char *kind, const tnm_entrant *entrant,
                        const double *distances, size_t problems)
{
    for (size_t k = 0; k < problems && isfinite(distances[k]); k++) {
        if (k + 1 < problems && distances[k + 1] == distances[k])
            continue;
        fprintf(stream, "%s,%s,%s,%.10g,%.10g\r\n", kind, entrant->method->name, entrant->settings,
                distances[k], (double)(k + 1) / (double)problems);
    }
}

static tnm_error profile(const tnm_digest *digest, FILE *stream, const char *kind,
                         tnm_distance distance)
{
    const tnm_schedule *schedule = digest->schedule;
    size_t each = schedule->plan->problem_count, solvers = schedule->entrant_count;
    size_t problems = schedule->matrix_count * each;
    double *costs = NULL, *distances = NULL;
    tnm_error error = TNM_OK;
    TNM_TRY(TNM_NEW(costs, problems * solvers));
    TNM_TRY(TNM_NEW(distances, problems * solvers));
    for (size_t k = 0; k < problems * solvers; k++)
        costs[k] = (double)INFINITY;
    for (size_t k = 0; k < schedule->run_count; k++) {
        const tnm_run *run = &schedule->runs[k];
        double *cost = &costs[(run->matrix * each + run->problem) * solvers + run->entrant];
        *cost = fmin(*cost, cost_of(&digest->records[k], distance));
    }
    tnm_profile(distances, costs, problems, solvers, distance);
    for (size_t s = 0; s < solvers; s++)
        put_profile(stream, kind, &schedule->entrants[s], distances + s * problems, problems);
out:
    free(costs);
    free(distances);
    return error;
}

static tnm_error write_profiles(const tnm_digest *digest, FILE *stream)
{
    fputs("kind,method,parameters,tau,share\r\n", stream);
    tnm_error error = profile(digest, stream, "gap", TNM_DISTANCE_DIFFERENCE);
    if (error == TNM_OK && is_alone(digest))
        error = profile(digest, stream, "time", TNM_DISTANCE_RATIO);
    return error;
}

/* ---- slopes.csv -------------------------------------------------------------------------- */

static tnm_error write_slopes(const tnm_digest *digest, FILE *stream)
{
    fputs("group,constraint,method,parameters,exponent,seconds_at_1\r\n", stream);
    for (size_t group = 0; group < digest->group_count && is_alone(digest); group++) {
        for (int constraint = TNM_EQUAL; constraint <= TNM_ATMOST; constraint++) {
            for (size_t e = 0; e < digest->schedule->entrant_count; e++) {
                const tnm_entrant *entrant = &digest->schedule->entrants[e];
                tnm_power_law law;
                if (tnm_digest_slope(digest, group, e, (tnm_constraint)constraint, &law))
                    fprintf(stream, "%s,%s,%s,%s,%.6g,%.6g\r\n", digest->groups[group],
                            tnm_constraint_name((tnm_constraint)constraint), entrant->method->name,
                            entrant->settings, law.exponent, law.factor);
            }
        }
    }
    return TNM_OK;
}

/* ---- summary.md -------------------------------------------------------------------------- */

/* What a table shows of a stratum. */
typedef void (*shown)(FILE *stream, const tnm_stratum *stratum);

static void show_gap(FILE *stream, const tnm_stratum *self)
{
    double half = 50 * (self->interval.high - self->interval.low);
    if (self->runs > 0 && self->refused == self->runs)
        fprintf(stream, "%s", self->reason);
    else if (self->finished == 0)
        fputs("limit", stream);
    else if (isnan(half))
        fprintf(stream, "%.3g", 100 * tnm_stratum_gap(self));
    else
        fprintf(stream, "%.3g ± %.1g", 100 * tnm_stratum_gap(self), half);
}

static void show_optimal(FILE *stream, const tnm_stratum *self)
{
    if (self->finished > 0)
        fprintf(stream, "%.4g", 100 * (double)self->tiles_optimal / (double)self->tiles);
}

static void show_worst(FILE *stream, const tnm_stratum *self)
{
    if (self->finished > 0)
        fprintf(stream, "%.3g", 100 * self->worst);
}

static void show_time(FILE *stream, const tnm_stratum *self)
{
    if (!isnan(self->seconds_per_tile))
        fprintf(stream, "%.3g", 1e6 * self->seconds_per_tile);
    if (self->limited > 0)
        fprintf(stream, " (%zu of %zu out of time)", self->limited, self->runs);
}

static void put_table(const tnm_digest *digest, FILE *stream, size_t group,
                      tnm_constraint constraint, shown show)
{
    const tnm_schedule *schedule = digest->schedule;
    const tnm_plan *plan = schedule->plan;
    size_t columns = 0;
    fputs("\n| method |", stream);
    for (size_t p = 0; p < plan->problem_count; p++) {
        if (plan->problems[p].constraint == constraint) {
            fprintf(stream, " %s |", schedule->patterns[p]);
            columns++;
        }
    }
    fputs("\n|---|", stream);
    for (size_t k = 0; k < columns; k++)
        fputs("--:|", stream);
    fputc('\n', stream);
    for (size_t e = 0; e < schedule->entrant_count; e++) {
        const tnm_entrant *entrant = &schedule->entrants[e];
        fprintf(stream, "| %s%s%s |", entrant->method->name, *entrant->settings ? " " : "",
                entrant->settings);
        for (size_t p = 0; p < plan->problem_count; p++) {
            if (plan->problems[p].constraint != constraint)
                continue;
            fputc(' ', stream);
            show(stream, tnm_digest_at(digest, group, p, e));
            fputs(" |", stream);
        }
        fputc('\n', stream);
    }
}

static void put_slopes(const tnm_digest *digest, FILE *stream, size_t group,
                       tnm_constraint constraint)
{
    const char *lead = "\nTime a tile grows as M to the power";
    for (size_t e = 0; e < digest->schedule->entrant_count; e++) {
        tnm_power_law law;
        if (!tnm_digest_slope(digest, group, e, constraint, &law))
            continue;
        fprintf(stream, "%s %.2f (%s)", lead, law.exponent,
                digest->schedule->entrants[e].method->name);
        lead = ",";
    }
    if (*lead == ',')
        fputs(".\n", stream);
}

static void put_group(const tnm_digest *digest, FILE *stream, size_t group,
                      tnm_constraint constraint)
{
    fprintf(stream, "\n## %s, %s\n", digest->groups[group], tnm_constraint_name(constraint));
    fputs("\nGap to the proven optimum, percent, with the half width of the 95 % bootstrap "
          "interval of its mean over tiles:\n",
          stream);
    put_table(digest, stream, group, constraint, show_gap);
    fputs("\nTiles solved to optimality, percent:\n", stream);
    put_table(digest, stream, group, constraint, show_optimal);
    fputs("\nWorst gap of a tile, percent (which tile: summary.csv):\n", stream);
    put_table(digest, stream, group, constraint, show_worst);
    if (!is_alone(digest))
        return;
    fputs("\nMicroseconds a tile on one thread, the least of the repetitions:\n", stream);
    put_table(digest, stream, group, constraint, show_time);
    put_slopes(digest, stream, group, constraint);
}

static tnm_error write_tables(const tnm_digest *digest, FILE *stream)
{
    const tnm_schedule *schedule = digest->schedule;
    const tnm_plan *plan = schedule->plan;
    fprintf(stream, "# Study %s\n\n%zu matrices, %zu problems, %zu methods: %zu runs.\n",
            plan->name, schedule->matrix_count, plan->problem_count, schedule->entrant_count,
            schedule->run_count);
    fputs(is_alone(digest) ? "Times: one run after another, each on one thread.\n"
                           : "Runs shared the machine: their times are no measurement.\n",
          stream);
    if (digest->unsound > 0)
        fprintf(stream, "\n**%zu runs did not keep what their method promises.**\n",
                digest->unsound);
    for (size_t group = 0; group < digest->group_count; group++) {
        for (int constraint = TNM_EQUAL; constraint <= TNM_ATMOST; constraint++) {
            bool asked = false;
            for (size_t p = 0; p < plan->problem_count; p++)
                asked |= plan->problems[p].constraint == (tnm_constraint)constraint;
            if (asked)
                put_group(digest, stream, group, (tnm_constraint)constraint);
        }
    }
    return TNM_OK;
}

/* ---- files ------------------------------------------------------------------------------- */

typedef struct result_file {
    const char *name;
    bool commented; /* starts with the banner and the plan */
    tnm_error (*write)(const tnm_digest *digest, FILE *stream);
} result_file;

static const result_file files[] = {{"summary.csv", true, write_summary},
                                    {"gaps.csv", true, write_gaps},
                                    {"profiles.csv", true, write_profiles},
                                    {"slopes.csv", true, write_slopes},
                                    {"summary.md", false, write_tables}};

static tnm_error write_file(const tnm_digest *digest, const result_file *file, const char *path,
                            const char *head)
{
    tnm_error error = TNM_OK;
    tnm_output output = {0};
    FILE *stream;
    TNM_TRY(tnm_output_open(&output, path));
    TNM_TRY(tnm_output_stream(&output, &stream));
    for (const char *line = head; file->commented && *line == '#'; line = strchr(line, '\n') + 1)
        fprintf(stream, "%.*s", (int)(strchr(line, '\n') + 1 - line), line);
    TNM_TRY(file->write(digest, stream));
    TNM_TRY(tnm_output_commit(&output));
out:
    tnm_output_abort(&output);
    return error;
}

tnm_error tnm_results_write(const tnm_digest *digest, const char *folder, const char *head)
{
    tnm_error error = TNM_OK;
    for (size_t k = 0; k < sizeof files / sizeof *files && error == TNM_OK; k++) {
        char *path = tnm_format("%s/%s", folder, files[k].name);
        error = path != NULL ? write_file(digest, &files[k], path, head) : TNM_ERROR_MEMORY;
        free(path);
    }
    return error;
}
