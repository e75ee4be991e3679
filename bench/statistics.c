/* Statistics of many numbers: see statistics.h. */
#include "bench/statistics.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Fresh memory with a copy of the values. */
static tnm_error copy_of(double **copy, const double *values, size_t count)
{
    tnm_error error = TNM_NEW(*copy, count > 0 ? count : 1);
    if (error == TNM_OK && count > 0)
        memcpy(*copy, values, count * sizeof *values);
    return error;
}

/* ---- one sample -------------------------------------------------------------------------- */

tnm_error tnm_summarise(tnm_summary *summary, const double *values, size_t count)
{
    double *sorted;
    *summary = (tnm_summary){.count = count};
    if (count == 0)
        return TNM_OK;
    tnm_error error = copy_of(&sorted, values, count);
    if (error != TNM_OK)
        return error;
    gsl_sort(sorted, 1, count);
    summary->mean = gsl_stats_mean(values, 1, count);
    summary->median = gsl_stats_median_from_sorted_data(sorted, 1, count);
    summary->p95 = gsl_stats_quantile_from_sorted_data(sorted, 1, count, 0.95);
    summary->most_at = gsl_stats_max_index(values, 1, count);
    summary->most = values[summary->most_at];
    free(sorted);
    return TNM_OK;
}

/* ---- how sure ---------------------------------------------------------------------------- */

/* Values to draw from, with how often each occurs. */
typedef struct urn {
    size_t groups;
    unsigned draws; /* of one resample: as many as there are values */
    double *values;
    double *shares;
    unsigned *drawn; /* of each group, by the last resample */
} urn;

static tnm_error urn_init(urn *self, size_t groups)
{
    tnm_error error = TNM_OK;
    *self = (urn){.groups = groups};
    TNM_TRY(TNM_NEW(self->values, groups));
    TNM_TRY(TNM_NEW(self->shares, groups));
    TNM_TRY(TNM_NEW(self->drawn, groups));
out:
    return error;
}

static void urn_free(urn *self)
{
    free(self->values);
    free(self->shares);
    free(self->drawn);
}

/* Values as they are, or where there are too many, neighbours by their means. */
static tnm_error fill_with_neighbours(urn *self, const double *values, size_t count)
{
    double *sorted = NULL;
    tnm_error error = TNM_OK;
    TNM_TRY(urn_init(self, count < TNM_BOOTSTRAP_GROUPS ? count : TNM_BOOTSTRAP_GROUPS));
    TNM_TRY(copy_of(&sorted, values, count));
    gsl_sort(sorted, 1, count);
    for (size_t g = 0; g < self->groups; g++) {
        size_t first = g * count / self->groups, end = (g + 1) * count / self->groups;
        self->values[g] = gsl_stats_mean(sorted + first, 1, end - first);
        self->shares[g] = (double)(end - first);
    }
    self->draws = (unsigned)count;
out:
    free(sorted);
    return error;
}

static tnm_error fill_with_counts(urn *self, const double *values, const size_t *counts,
                                  size_t count)
{
    tnm_error error = urn_init(self, count);
    for (size_t k = 0; k < count && error == TNM_OK; k++) {
        self->values[k] = values[k];
        self->shares[k] = (double)counts[k];
        self->draws += (unsigned)counts[k];
    }
    return error;
}

static double resample_mean(urn *self, gsl_rng *random)
{
    double sum = 0;
    gsl_ran_multinomial(random, self->groups, self->draws, self->shares, self->drawn);
    for (size_t g = 0; g < self->groups; g++)
        sum += self->values[g] * self->drawn[g];
    return sum / self->draws;
}

static tnm_error percentiles(tnm_interval *interval, urn *self, const tnm_bootstrap *how)
{
    tnm_error error = TNM_OK;
    double *means = NULL, tail = (1 - how->level) / 2;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    if (random == NULL)
        return tnm_fail(TNM_ERROR_MEMORY, "no memory for random numbers");
    TNM_TRY(TNM_NEW(means, how->resamples));
    gsl_rng_set(random, how->seed);
    for (size_t r = 0; r < how->resamples; r++)
        means[r] = resample_mean(self, random);
    gsl_sort(means, 1, how->resamples);
    interval->low = gsl_stats_quantile_from_sorted_data(means, 1, how->resamples, tail);
    interval->high = gsl_stats_quantile_from_sorted_data(means, 1, how->resamples, 1 - tail);
out:
    free(means);
    gsl_rng_free(random);
    return error;
}

tnm_error tnm_bootstrap_mean(tnm_interval *interval, const double *values, const size_t *counts,
                             size_t count, const tnm_bootstrap *how)
{
    tnm_error error = TNM_OK;
    urn self = {0};
    *interval = (tnm_interval){(double)NAN, (double)NAN};
    if (count == 0)
        return TNM_OK;
    TNM_TRY(counts != NULL ? fill_with_counts(&self, values, counts, count)
                           : fill_with_neighbours(&self, values, count));
    TNM_TRY(percentiles(interval, &self, how));
out:
    urn_free(&self);
    return error;
}

tnm_interval tnm_student_mean(const double *values, size_t count, double level)
{
    if (count < 2)
        return (tnm_interval){NAN, NAN};
    double mean = gsl_stats_mean(values, 1, count);
    double error = gsl_stats_sd_m(values, 1, count, mean) / sqrt((double)count);
    double reach = error * gsl_cdf_tdist_Pinv(0.5 + level / 2, (double)(count - 1));
    return (tnm_interval){mean - reach, mean + reach};
}

/* ---- two samples of the same tiles ------------------------------------------------------- */

static int by_magnitude(const void *a, const void *b)
{
    double x = fabs(*(const double *)a), y = fabs(*(const double *)b);
    return (x > y) - (x < y);
}

/* What Wilcoxon's test is made of. Ranks are doubled, so that mean ranks are whole. */
typedef struct ranking {
    size_t count;      /* of differences other than zero */
    size_t *ranks;     /* twice the rank of each, in order of magnitude */
    size_t above;      /* sum over positive differences */
    double correction; /* sum of t^3 - t over ties of t */
} ranking;

static tnm_error rank_differences(ranking *self, const double *differences, size_t count)
{
    double *sorted = NULL;
    *self = (ranking){0};
    tnm_error error = TNM_OK;
    TNM_TRY(TNM_NEW(sorted, count + 1));
    TNM_TRY(TNM_NEW(self->ranks, count + 1));
    for (size_t k = 0; k < count; k++) {
        if (differences[k] != 0)
            sorted[self->count++] = differences[k];
    }
    qsort(sorted, self->count, sizeof *sorted, by_magnitude);
    for (size_t first = 0, end; first < self->count; first = end) {
        for (end = first + 1; end < self->count && fabs(sorted[end]) == fabs(sorted[first]);)
            end++;
        double tied = (double)(end - first);
        self->correction += tied * tied * tied - tied;
        for (size_t k = first; k < end; k++) {
            self->ranks[k] = first + 1 + end;
            self->above += sorted[k] > 0 ? self->ranks[k] : 0;
        }
    }
out:
    free(sorted);
    return error;
}

enum { EXACT_COUNT = 30 };

/* How many of the 2^count choices of signs are at least as far from the middle. */
static double exact_signed_rank(const ranking *self)
{
    double ways[EXACT_COUNT * (EXACT_COUNT + 1) + 1] = {1};
    size_t most = self->count * (self->count + 1); /* the sum of all doubled ranks */
    size_t near = self->above < most - self->above ? self->above : most - self->above;
    double tail = 0;
    for (size_t k = 0; k < self->count; k++) {
        for (size_t sum = most; sum >= self->ranks[k]; sum--)
            ways[sum] += ways[sum - self->ranks[k]];
    }
    for (size_t sum = 0; sum <= near; sum++)
        tail += ways[sum];
    return fmin(1, 2 * tail * exp2(-(double)self->count));
}

static double normal_signed_rank(const ranking *self)
{
    double n = (double)self->count, middle = n * (n + 1) / 4;
    double variance = n * (n + 1) * (2 * n + 1) / 24 - self->correction / 48;
    double distance = fabs((double)self->above / 2 - middle) - 0.5;
    return distance > 0 ? fmin(1, 2 * gsl_cdf_ugaussian_Q(distance / sqrt(variance))) : 1;
}

tnm_error tnm_signed_rank(double *p, const double *differences, size_t count)
{
    ranking self;
    tnm_error error = rank_differences(&self, differences, count);
    *p = 1;
    if (error == TNM_OK && self.count > 0)
        *p = self.count <= EXACT_COUNT ? exact_signed_rank(&self) : normal_signed_rank(&self);
    free(self.ranks);
    return error;
}

/* Fair coins that show so few of one side, or of the other. */
static double sign_test(size_t below, size_t above)
{
    size_t fewer = below < above ? below : above;
    return fmin(1, 2 * gsl_cdf_binomial_P((unsigned)fewer, 0.5, (unsigned)(below + above)));
}

tnm_error tnm_pair(tnm_paired *paired, const double *a, const double *b, size_t count,
                   const tnm_bootstrap *how)
{
    tnm_error error = TNM_OK;
    double *differences = NULL;
    *paired = (tnm_paired){0};
    TNM_TRY(TNM_NEW(differences, count + 1));
    for (size_t k = 0; k < count; k++) {
        differences[k] = a[k] - b[k];
        paired->below += a[k] < b[k];
        paired->equal += a[k] == b[k];
        paired->above += a[k] > b[k];
    }
    if (count > 0)
        paired->mean = gsl_stats_mean(differences, 1, count);
    paired->sign = sign_test(paired->below, paired->above);
    TNM_TRY(tnm_signed_rank(&paired->signed_rank, differences, count));
    TNM_TRY(tnm_bootstrap_mean(&paired->interval, differences, NULL, count, how));
out:
    free(differences);
    return error;
}

tnm_error tnm_rank_correlation(double *correlation, const double *a, const double *b, size_t count)
{
    double *work;
    *correlation = (double)NAN;
    if (count < 2)
        return TNM_OK;
    tnm_error error = TNM_NEW(work, 2 * count);
    if (error == TNM_OK)
        *correlation = gsl_stats_spearman(a, 1, b, 1, count, work);
    free(work);
    return error;
}

/* ---- times ------------------------------------------------------------------------------- */

double tnm_shifted_geometric_mean(const double *times, size_t count, double shift)
{
    double sum = 0;
    for (size_t k = 0; k < count; k++)
        sum += log(times[k] + shift);
    return exp(sum / (double)count) - shift;
}

double tnm_par2(const double *times, const bool *solved, size_t count, double limit)
{
    double sum = 0;
    for (size_t k = 0; k < count; k++)
        sum += solved[k] ? times[k] : 2 * limit;
    return sum / (double)count;
}

tnm_error tnm_fit_power_law(tnm_power_law *law, const double *x, const double *y, size_t count)
{
    tnm_error error = TNM_OK;
    double *log_x = NULL, *log_y = NULL, intercept, c00, c01, c11, squares;
    TNM_TRY(TNM_NEW(log_x, count));
    TNM_TRY(TNM_NEW(log_y, count));
    for (size_t k = 0; k < count; k++) {
        log_x[k] = log(x[k]);
        log_y[k] = log(y[k]);
    }
    gsl_fit_linear(log_x, 1, log_y, 1, count, &intercept, &law->exponent, &c00, &c01, &c11,
                   &squares);
    law->factor = exp(intercept);
out:
    free(log_x);
    free(log_y);
    return error;
}
