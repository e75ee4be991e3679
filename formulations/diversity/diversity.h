/* All there is to say about the mask diversity of a pattern. */
#ifndef TNM_FORMULATIONS_DIVERSITY_DIVERSITY_H
#define TNM_FORMULATIONS_DIVERSITY_DIVERSITY_H

#include "formulations/diversity/published.h"

typedef struct tnm_diversity {
    tnm_problem problem;
    tnm_extent extent;
    tnm_need need;          /* of counting one tile */
    bool counted;           /* whether that was within the limit, and `transposable` is known */
    tnm_count transposable; /* of the extent, as all that follows */
    tnm_count structured, unstructured;
    tnm_count published[2]; /* by tnm_reading; compares with `equal` */
    double estimate;        /* log2: the sharper form, or for `atmost` independent lines */
    double canfield_mckay;  /* log2; not a number for `atmost` */
} tnm_diversity;

/* Counts what is within the limit (NULL: whatever it takes), and estimates it anyway. Release even
 * when this fails. */
tnm_error tnm_diversity_measure(tnm_diversity *diversity, const tnm_problem *problem,
                                const tnm_extent *extent, const tnm_need *limit,
                                tnm_progress progress, void *context);
void tnm_diversity_free(tnm_diversity *diversity); /* accepts a zeroed one */

/* log2 of the transposable masks, from the estimate where they are not counted. */
double tnm_diversity_log2(const tnm_diversity *diversity);
/* The same, or any number of masks given by its log2, in bits a weight. */
double tnm_diversity_bits(const tnm_diversity *diversity, double log2_count);
/* The published formula over the truth, or over the estimate where that is not counted; infinite
 * beyond doubles. */
double tnm_diversity_published_ratio(const tnm_diversity *diversity, tnm_reading reading);
/* How far an estimate (log2) lies above the truth, as a fraction of it; not a number where that is
 * not counted. */
double tnm_diversity_error(const tnm_diversity *diversity, double estimate);

#endif
