/* The distribution of gaps over tiles, compact enough to stand in a row: counts in fixed bins, fine
 * on a logarithmic scale, so that distributions of many matrices add up.
 *
 *     bin 0            gap < 0                    the mask breaks the constraint
 *     bin 1            gap = 0                    the mask is optimal
 *     bin 2            0 < gap <= 1e-6
 *     bin 3 + k        10^(k/50 - 6) < gap <= 10^((k+1)/50 - 6),    0 <= k < 300
 *
 * As text: "bin:count" for every bin that is not empty, ascending, with single spaces between. */
#ifndef TNM_BENCH_GAPS_H
#define TNM_BENCH_GAPS_H

#include "instances/base.h"

#include <stdio.h>

enum {
    TNM_GAPS_A_DECADE = 50, /* neighbouring edges are 4.7 % apart */
    TNM_GAPS_DECADES = 6,
    TNM_GAPS_NEGATIVE = 0,
    TNM_GAPS_ZERO = 1,
    TNM_GAPS_TINY = 2,
    TNM_GAPS_BINS = 3 + TNM_GAPS_A_DECADE * TNM_GAPS_DECADES
};

typedef struct tnm_gaps {
    size_t count;
    size_t bins[TNM_GAPS_BINS];
} tnm_gaps;

/* Adds the gap of a tile, at most 1. */
void tnm_gaps_add(tnm_gaps *gaps, double gap);
void tnm_gaps_merge(tnm_gaps *gaps, const tnm_gaps *other);

/* The largest gap of a bin: 0 up to bin 1, 1 for the last. */
double tnm_gaps_edge(size_t bin);
/* A gap that stands for its bin: the geometric mean of its edges, 0 up to bin 2. */
double tnm_gaps_centre(size_t bin);

/* The edge of the bin that holds the value of rank ceil(share * count): at most 4.7 % too large.
 * 0 for no gaps at all. */
double tnm_gaps_quantile(const tnm_gaps *gaps, double share);

/* Prints the text; its errors are the stream's. */
void tnm_gaps_print(const tnm_gaps *gaps, FILE *stream);
/* Reads such a text and nothing else (TNM_ERROR_DATA). */
tnm_error tnm_gaps_parse(tnm_gaps *gaps, const char *text);

#endif
