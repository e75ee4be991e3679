/* The formula of [hubara2021] for the number of transposable masks, as it is published:
 *
 *     M! (M-1)! ... (M-N+1)!        for one M x M tile
 *
 * It places N layers of one entry a line one after the other, as if their order mattered and as if
 * each left (M-1)!, (M-2)!, ... choices to the next. It is exact for N = 1 only, and unlike the
 * truth it changes when N and M-N change places. The paper's N counts zeros; both readings are
 * offered. */
#ifndef TNM_FORMULATIONS_DIVERSITY_PUBLISHED_H
#define TNM_FORMULATIONS_DIVERSITY_PUBLISHED_H

#include "formulations/diversity/count.h"

typedef enum tnm_reading {
    TNM_READING_ZEROS, /* N of the formula is M-N of the problem: what the paper says */
    TNM_READING_KEPT   /* N of the formula is N of the problem */
} tnm_reading;

/* The formula to the power of the tiles in the extent. */
tnm_error tnm_count_published(tnm_count *count, const tnm_problem *problem, tnm_reading reading,
                              const tnm_extent *extent);

#endif
