/* Statistics of many numbers: what is typical, what is worst, and how sure one may be of either.
 *
 * Random numbers are GSL's mt19937 from the seed given, so that the same values give the same
 * intervals. GSL does the work wherever it has the function. */
#ifndef TNM_BENCH_STATISTICS_H
#define TNM_BENCH_STATISTICS_H

#include "instances/base.h"

/* ---- one sample -------------------------------------------------------------------------- */

typedef struct tnm_summary {
    size_t count;
    double mean;
    double median, p95; /* linear between the two nearest ranks, as R's type 7 [hyndman1996] */
    double most;
    size_t most_at; /* index of the first value that is `most` */
} tnm_summary;

/* All zero for count = 0. TNM_ERROR_MEMORY. */
tnm_error tnm_summarise(tnm_summary *summary, const double *values, size_t count);

/* ---- how sure ---------------------------------------------------------------------------- */

typedef struct tnm_interval {
    double low, high;
} tnm_interval;

typedef struct tnm_bootstrap {
    size_t resamples; /* at least 1 */
    double level;     /* 0.95: from the 2.5 % to the 97.5 % quantile of the resamples' means */
    uint64_t seed;
} tnm_bootstrap;

/* More values than this are put into as many groups of neighbours, each standing for its mean, so
 * that an interval takes a tenth of a second whatever the count; what neighbours differ by is far
 * below what resampling leaves open. */
enum { TNM_BOOTSTRAP_GROUPS = 1024 };

/* The percentile bootstrap interval [efron1993] of the mean of `count` values, of which value k
 * occurs counts[k] times (NULL: once each). Not a number for count = 0. */
tnm_error tnm_bootstrap_mean(tnm_interval *interval, const double *values, const size_t *counts,
                             size_t count, const tnm_bootstrap *how);

/* Student's interval [student1908] of the mean of a few normal values, as accuracies of several
 * seeds are: a bootstrap of so few is too narrow. Not a number for count < 2. */
tnm_interval tnm_student_mean(const double *values, size_t count, double level);

/* ---- two samples of the same tiles ------------------------------------------------------- */

typedef struct tnm_paired {
    size_t below, equal, above; /* pairs with a < b, a = b, a > b */
    double mean;                /* of a - b */
    tnm_interval interval;      /* of that mean, by bootstrap over pairs */
    double sign;                /* p value of the sign test, two-sided, equal pairs left out */
    double signed_rank;         /* p value of Wilcoxon's test [wilcoxon1945], likewise */
} tnm_paired;

/* Compares a[k] with b[k], 0 <= k < count. p values are 1 where all pairs are equal. */
tnm_error tnm_pair(tnm_paired *paired, const double *a, const double *b, size_t count,
                   const tnm_bootstrap *how);

/* The two-sided p value of Wilcoxon's signed-rank test; zeros among the differences are left out,
 * and ties share their mean rank. Exact up to 30 differences, from there on by the normal
 * approximation with its corrections for ties and continuity. */
tnm_error tnm_signed_rank(double *p, const double *differences, size_t count);

/* Spearman's rank correlation; not a number where a sample is constant or count < 2. */
tnm_error tnm_rank_correlation(double *correlation, const double *a, const double *b, size_t count);

/* ---- times ------------------------------------------------------------------------------- */

/* exp(mean(log(time + shift))) - shift: small times do not decide [achterberg2007]; count > 0. */
double tnm_shifted_geometric_mean(const double *times, size_t count, double shift);

/* The penalised mean of times: a run that is not solved counts twice the limit [hutter2009];
 * count > 0. */
double tnm_par2(const double *times, const bool *solved, size_t count, double limit);

/* y = factor * x^exponent by least squares of the logarithms; positive numbers, count > 1. */
typedef struct tnm_power_law {
    double factor, exponent;
} tnm_power_law;

tnm_error tnm_fit_power_law(tnm_power_law *law, const double *x, const double *y, size_t count);

#endif
