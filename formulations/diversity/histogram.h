/* Histograms of the columns of a tile by how many more entries each may keep, numbered without
 * gaps.
 *
 * Columns that may keep equally many are alike, so M columns with capacities 0..c are described by
 * how many of them have each: held[0] + ... + held[c] = M. Where the sum of all capacities is known
 * (the constraint `equal`) only histograms of that sum are counted, and that is a partition of the
 * sum into at most M parts of at most c. The number of a histogram is its place in the order that
 * compares held[c] first, then held[c-1] and so on; it is the sum, class by class from the top, of
 *
 *     count(c, m, s) - count(c, m - held, s - held * c)
 *
 * with m columns and a sum of s left, because the histograms with fewer columns in class c are all
 * but those with at least that many. */
#ifndef TNM_FORMULATIONS_DIVERSITY_HISTOGRAM_H
#define TNM_FORMULATIONS_DIVERSITY_HISTOGRAM_H

#include "instances/base.h"

enum { TNM_CLASSES = TNM_MAX_TILE + 1 };

typedef struct tnm_histograms {
    int columns;
    int highest;      /* capacity */
    int largest;      /* sum; 0 where sums are not told apart */
    int unit;         /* 1: sums are told apart; 0: they are not, and every sum reads as 0 */
    uint64_t *counts; /* of (capacity, columns, sum), owned */
} tnm_histograms;

/* Tables the counts for up to `columns` columns with capacities up to `highest`, and for sums up
 * to `largest`, or for any where it is negative. Counts must be below 2^64. TNM_ERROR_MEMORY. */
tnm_error tnm_histograms_init(tnm_histograms *histograms, int columns, int highest, int largest);
void tnm_histograms_free(tnm_histograms *histograms); /* accepts a zeroed one */

/* Histograms of `columns` columns with capacities 0..highest of this sum. No columns have one
 * histogram, of sum 0. */
static inline uint64_t tnm_histograms_count(const tnm_histograms *histograms, int highest,
                                            int columns, int sum)
{
    size_t row = (size_t)highest * ((size_t)histograms->columns + 1) + (size_t)columns;
    return histograms->counts[row * ((size_t)histograms->largest + 1) + (size_t)sum];
}

/* The share of class `capacity` in the number of a histogram that holds `held` columns there and
 * `columns`, of this sum, there and below. Takes both away from what is left. */
static inline uint64_t tnm_histograms_share(const tnm_histograms *histograms, int capacity,
                                            int held, int *columns, int *sum)
{
    uint64_t before = tnm_histograms_count(histograms, capacity, *columns, *sum);
    *columns -= held;
    *sum -= histograms->unit * held * capacity;
    return before - tnm_histograms_count(histograms, capacity, *columns, *sum);
}

/* The number of the histogram held[0..highest] of all columns, and the histogram of a number. */
uint64_t tnm_histograms_number(const tnm_histograms *histograms, int highest, const int *held);
void tnm_histograms_at(const tnm_histograms *histograms, int highest, int sum, uint64_t number,
                       int *held);

#endif
