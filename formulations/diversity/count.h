/* Mask diversity, exactly: how many masks a pattern allows, as [hubara2021] measures the freedom a
 * constraint leaves.
 *
 * Counts are of a tile of rows x cols entries, both multiples of M, which is cut into M x M tiles:
 *
 *     transposable   N of M along rows and columns       count(N, M)^(rows cols / M^2)
 *     structured     N of M along rows (or columns) only  binomial(M, N)^(rows cols / M)
 *     unstructured   N / M of all entries                 binomial(rows cols, rows cols N / M)
 *
 * Under `atmost` each binomial is the sum of those up to N, and up to rows cols N / M. Counts can
 * have thousands of digits; they are handed out as decimal strings. */
#ifndef TNM_FORMULATIONS_DIVERSITY_COUNT_H
#define TNM_FORMULATIONS_DIVERSITY_COUNT_H

#include "formulations/diversity/need.h"

enum { TNM_MOST_TILE = 512 }; /* of rows and of cols */

typedef struct tnm_extent {
    int rows, cols;
} tnm_extent;

/* Multiples of M, up to TNM_MOST_TILE; TNM_ERROR_USAGE otherwise. */
tnm_error tnm_extent_validate(const tnm_extent *extent, const tnm_problem *problem);

/* A number of masks. */
typedef struct tnm_count {
    char *digits; /* in decimal, owned */
    double log2;
} tnm_count;

/* Masks of one M x M tile, by formulations/diversity/table.h: on all cores, in the memory that
 * tnm_need_estimate tells. `progress` (or NULL) hears of states, and stops the run by a value other
 * than 0: TNM_ERROR_LIMIT. */
tnm_error tnm_count_transposable(tnm_count *count, const tnm_problem *problem,
                                 tnm_progress progress, void *context);
/* The same for all of an extent, from the count of one of its tiles. */
tnm_error tnm_count_tiled(tnm_count *count, const tnm_count *tile, const tnm_problem *problem,
                          const tnm_extent *extent);
tnm_error tnm_count_structured(tnm_count *count, const tnm_problem *problem,
                               const tnm_extent *extent);
tnm_error tnm_count_unstructured(tnm_count *count, const tnm_problem *problem,
                                 const tnm_extent *extent);
/* count / other, correct to a few units in the last place; infinite beyond doubles. */
double tnm_count_ratio(const tnm_count *count, const tnm_count *other);
/* The version of GMP that is linked, as "6.2.1". */
const char *tnm_count_gmp_version(void);
void tnm_count_free(tnm_count *count); /* accepts a zeroed one */

#endif
