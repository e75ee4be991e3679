/* A study condensed: see digest.h. */
#include "bench/digest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- records ----------------------------------------------------------------------------- */

static tnm_error parse_rows(tnm_digest *self, const tnm_journal *journal)
{
    tnm_error error = TNM_OK;
    size_t count = self->schedule->run_count;
    TNM_TRY(TNM_NEW(self->cells, count));
    TNM_TRY(TNM_NEW(self->records, count));
    for (size_t k = 0; k < count; k++) {
        self->cells[k] = tnm_copy_string(journal->rows[k]);
        TNM_TRY(self->cells[k] != NULL ? TNM_OK : TNM_ERROR_MEMORY);
        self->cells[k][strlen(self->cells[k]) - 2] = '\0'; /* its line end */
        TNM_TRY(tnm_record_parse(&self->records[k], self->cells[k]));
    }
out:
    return error;
}

static bool is_status(const tnm_record *record, const char *status)
{
    return strcmp(record->status, status) == 0;
}

static bool is_finished(const tnm_record *record)
{
    return !is_status(record, "LIMIT") && !is_status(record, "REFUSED");
}

static bool is_sound(const tnm_record *record, const tnm_method *method)
{
    if (!is_finished(record))
        return true;
    if (method->capabilities & TNM_METHOD_EXACT)
        return is_status(record, "OPTIMAL");
    return (method->capabilities & TNM_METHOD_RELAXED) || !is_status(record, "INFEASIBLE");
}

/* ---- groups ------------------------------------------------------------------------------ */

static tnm_error list_groups(tnm_digest *self)
{
    const tnm_schedule *schedule = self->schedule;
    tnm_error error = TNM_NEW(self->groups, schedule->matrix_count + 1);
    for (size_t k = 0; k < schedule->matrix_count && error == TNM_OK; k++) {
        size_t known = 0;
        while (known < self->group_count &&
               strcmp(self->groups[known], schedule->matrices[k].group) != 0)
            known++;
        if (known == self->group_count)
            self->groups[self->group_count++] = schedule->matrices[k].group;
    }
    if (error == TNM_OK && self->group_count > 1)
        self->groups[self->group_count++] = "all";
    return error;
}

static bool belongs(const tnm_digest *self, size_t run, size_t group)
{
    const char *own = self->schedule->matrices[self->schedule->runs[run].matrix].group;
    bool all = self->group_count > 1 && group == self->group_count - 1;
    return all || strcmp(own, self->groups[group]) == 0;
}

/* ---- strata ------------------------------------------------------------------------------ */

static size_t or_zero(size_t count)
{
    return count != TNM_NO_COUNT ? count : 0;
}

static void add_finished(tnm_stratum *self, const tnm_record *record)
{
    self->finished++;
    self->tiles += record->tiles;
    self->tiles_optimal += record->tiles_optimal;
    self->tiles_broken += record->tiles_broken;
    self->short_lines += record->short_lines;
    self->objective += record->objective;
    self->bound += record->bound;
    self->total += record->total;
    self->tile_gap_mean += record->tile_gap_mean * (double)record->tiles;
    tnm_gaps_merge(&self->gaps, &record->gaps);
    self->tiles_better += or_zero(record->tiles_better);
    self->tiles_equal += or_zero(record->tiles_equal);
    self->tiles_worse += or_zero(record->tiles_worse);
    if (!isnan(record->difference))
        self->difference += record->difference * (double)record->tiles;
    if (self->worst_matrix == NULL || record->tile_gap_worst > self->worst) {
        self->worst = record->tile_gap_worst;
        self->worst_matrix = record->matrix;
        self->worst_tile = record->worst_tile;
    }
}

static void add_record(tnm_stratum *self, const tnm_record *record)
{
    self->runs++;
    if (is_status(record, "REFUSED")) {
        self->refused++;
        self->reason = record->reason;
    } else if (is_status(record, "LIMIT")) {
        self->limited++;
    } else {
        add_finished(self, record);
    }
}

/* The interval of the binned gaps, moved to where the mean is: bins are narrow enough for its
 * width, not for its place. */
static tnm_error find_interval(tnm_stratum *self)
{
    const tnm_bootstrap how = {.resamples = 1000, .level = 0.95, .seed = 1};
    double centres[TNM_GAPS_BINS], sum = 0;
    size_t counts[TNM_GAPS_BINS], used = 0;
    for (size_t bin = 0; bin < TNM_GAPS_BINS; bin++) {
        if (self->gaps.bins[bin] == 0)
            continue;
        centres[used] = tnm_gaps_centre(bin);
        sum += centres[used] * (double)self->gaps.bins[bin];
        counts[used++] = self->gaps.bins[bin];
    }
    tnm_error error = tnm_bootstrap_mean(&self->interval, centres, counts, used, &how);
    double shift = self->tile_gap_mean - sum / (double)self->gaps.count;
    self->interval.low += shift;
    self->interval.high += shift;
    return error;
}

static tnm_error settle_gaps(tnm_stratum *self)
{
    double tiles = (double)self->tiles;
    size_t paired = self->tiles_better + self->tiles_equal + self->tiles_worse;
    self->difference = paired > 0 ? self->difference / (double)paired : (double)NAN;
    self->tile_gap_mean = self->finished > 0 ? self->tile_gap_mean / tiles : (double)NAN;
    self->interval = (tnm_interval){(double)NAN, (double)NAN};
    /* Masks that break the constraint have no distribution of gaps worth the name. */
    if (self->finished == 0 || self->gaps.bins[TNM_GAPS_NEGATIVE] > 0)
        return TNM_OK;
    return find_interval(self);
}

/* ---- times ------------------------------------------------------------------------------- */

/* Room for the times of one stratum. */
typedef struct stopwatch {
    double *seconds;
    bool *solved;
    double *least; /* of the repetitions, by matrix; infinite: none finished */
} stopwatch;

static tnm_error stopwatch_init(stopwatch *self, const tnm_schedule *schedule)
{
    tnm_error error = TNM_OK;
    *self = (stopwatch){0};
    TNM_TRY(TNM_NEW(self->seconds, schedule->run_count));
    TNM_TRY(TNM_NEW(self->solved, schedule->run_count));
    TNM_TRY(TNM_NEW(self->least, schedule->matrix_count));
out:
    return error;
}

static void stopwatch_free(stopwatch *self)
{
    free(self->seconds);
    free(self->solved);
    free(self->least);
}

static void measure_times(const tnm_digest *self, tnm_stratum *stratum, size_t group,
                          const stopwatch *watch)
{
    const tnm_schedule *schedule = self->schedule;
    double limit = schedule->plan->time_limit, sum = 0;
    size_t count = 0, tiles = 0;
    for (size_t k = 0; k < schedule->matrix_count; k++)
        watch->least[k] = (double)INFINITY;
    for (size_t k = 0; k < schedule->run_count; k++) {
        const tnm_run *run = &schedule->runs[k];
        const tnm_record *record = &self->records[k];
        if (&schedule->plan->problems[run->problem] != stratum->problem ||
            &schedule->entrants[run->entrant] != stratum->entrant || !belongs(self, k, group) ||
            isnan(record->seconds))
            continue;
        watch->seconds[count] = record->seconds;
        watch->solved[count++] = is_finished(record);
        if (!is_finished(record))
            continue;
        if (isinf(watch->least[run->matrix]))
            tiles += record->tiles;
        watch->least[run->matrix] = fmin(watch->least[run->matrix], record->seconds);
    }
    for (size_t k = 0; k < schedule->matrix_count; k++)
        sum += isfinite(watch->least[k]) ? watch->least[k] : 0;
    stratum->seconds_per_tile = tiles > 0 ? sum / (double)tiles : (double)NAN;
    stratum->seconds_mean = stratum->seconds_par2 = (double)NAN;
    if (count == 0)
        return;
    stratum->seconds_mean = tnm_shifted_geometric_mean(watch->seconds, count, TNM_DIGEST_SHIFT);
    stratum->seconds_par2 = tnm_par2(watch->seconds, watch->solved, count, limit);
}

/* ---- the whole --------------------------------------------------------------------------- */

static tnm_stratum *stratum_at(const tnm_digest *digest, size_t group, size_t problem,
                               size_t entrant)
{
    const tnm_schedule *schedule = digest->schedule;
    return &digest->strata[(group * schedule->plan->problem_count + problem) *
                               schedule->entrant_count +
                           entrant];
}

static void fill_strata(tnm_digest *self)
{
    const tnm_schedule *schedule = self->schedule;
    for (size_t group = 0; group < self->group_count; group++) {
        for (size_t p = 0; p < schedule->plan->problem_count; p++) {
            for (size_t e = 0; e < schedule->entrant_count; e++)
                *stratum_at(self, group, p, e) = (tnm_stratum){
                    .group = self->groups[group],
                    .problem = &schedule->plan->problems[p],
                    .entrant = &schedule->entrants[e],
                    .reason = "",
                };
        }
        for (size_t k = 0; k < schedule->run_count; k++) {
            const tnm_run *run = &schedule->runs[k];
            if (belongs(self, k, group))
                add_record(stratum_at(self, group, run->problem, run->entrant), &self->records[k]);
        }
    }
    for (size_t k = 0; k < schedule->run_count; k++)
        self->unsound +=
            !is_sound(&self->records[k], schedule->entrants[schedule->runs[k].entrant].method);
}

static tnm_error settle_strata(tnm_digest *self)
{
    tnm_error error = TNM_OK;
    stopwatch watch;
    size_t each = self->schedule->plan->problem_count * self->schedule->entrant_count;
    TNM_TRY(stopwatch_init(&watch, self->schedule));
    for (size_t k = 0; k < self->group_count * each; k++) {
        TNM_TRY(settle_gaps(&self->strata[k]));
        measure_times(self, &self->strata[k], k / each, &watch);
    }
out:
    stopwatch_free(&watch);
    return error;
}

tnm_error tnm_digest_init(tnm_digest *digest, const tnm_journal *journal)
{
    tnm_error error = TNM_OK;
    const tnm_schedule *schedule = journal->schedule;
    *digest = (tnm_digest){.schedule = schedule};
    TNM_TRY(parse_rows(digest, journal));
    TNM_TRY(list_groups(digest));
    TNM_TRY(TNM_NEW(digest->strata,
                    digest->group_count * schedule->plan->problem_count * schedule->entrant_count));
    fill_strata(digest);
    TNM_TRY(settle_strata(digest));
out:
    if (error != TNM_OK)
        tnm_digest_free(digest);
    return error;
}

void tnm_digest_free(tnm_digest *digest)
{
    for (size_t k = 0; digest->cells != NULL && k < digest->schedule->run_count; k++)
        free(digest->cells[k]);
    free(digest->cells);
    free(digest->records);
    free(digest->groups);
    free(digest->strata);
    *digest = (tnm_digest){0};
}

const tnm_stratum *tnm_digest_at(const tnm_digest *digest, size_t group, size_t problem,
                                 size_t entrant)
{
    return stratum_at(digest, group, problem, entrant);
}

double tnm_stratum_gap(const tnm_stratum *stratum)
{
    if (stratum->finished == 0)
        return (double)NAN;
    return stratum->bound > 0 ? (stratum->bound - stratum->objective) / stratum->bound : 0;
}

bool tnm_digest_slope(const tnm_digest *digest, size_t group, size_t entrant,
                      tnm_constraint constraint, tnm_power_law *law)
{
    const tnm_plan *plan = digest->schedule->plan;
    double sides[TNM_MAX_TILE + 1], seconds[TNM_MAX_TILE + 1];
    size_t count = 0;
    for (int m = 1; m <= TNM_MAX_TILE; m++) {
        double sum = 0;
        size_t found = 0;
        for (size_t p = 0; p < plan->problem_count; p++) {
            const tnm_stratum *stratum = tnm_digest_at(digest, group, p, entrant);
            if (plan->problems[p].m != m || plan->problems[p].constraint != constraint ||
                isnan(stratum->seconds_per_tile))
                continue;
            sum += log(stratum->seconds_per_tile);
            found++;
        }
        if (found == 0)
            continue;
        sides[count] = m;
        seconds[count++] = exp(sum / (double)found);
    }
    return count >= 3 && tnm_fit_power_law(law, sides, seconds, count) == TNM_OK;
}
