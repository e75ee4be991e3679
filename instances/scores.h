/* Scores: from the numbers of a matrix to what is maximised, |w|, w^2 or given scores, refused
 * where they are not finite or negative. For instances/band. */
#ifndef TNM_INSTANCES_SCORES_H
#define TNM_INSTANCES_SCORES_H

#include "instances/band.h"

/* Where scores go: rows `stride` apart. */
typedef struct tnm_score_place {
    float *scores;   /* the nearest floats, at most the largest one */
    double *doubles; /* may be NULL where floats are exact */
    size_t stride;
} tnm_score_place;

/* Whether scores may not be floats exactly. */
bool tnm_scores_need_doubles(const tnm_scoring *scoring);

/* Rows whose entries in a column share a cache line where columns lie together; 1 elsewhere. */
size_t tnm_scores_rows_together(const tnm_scoring *scoring);

/* Loads `rows` rows, at most TNM_MAX_TILE, of `cols` entries each. Clears `floats` where one of
 * them is not exactly a float. TNM_ERROR_DATA names row and column of an entry that is no score. */
tnm_error tnm_scores_load(const tnm_score_place *place, const tnm_scoring *scoring,
                          size_t first_row, size_t rows, size_t first_col, size_t cols,
                          bool *floats);

#endif
