/* The mask of a layer that is about to be calibrated, by any method: transposable, or along rows
 * where the method is one for rows (row-nm). */
#ifndef TNM_TRAINING_CALIBRATION_MASK_SEARCH_H
#define TNM_TRAINING_CALIBRATION_MASK_SEARCH_H

#include "solver/method.h"

typedef struct tnm_mask_search {
    const tnm_method *method;
    const char *const *parameters; /* of the method; NULL-ended, or NULL */
    tnm_score score;               /* TNM_SCORE_ABS or TNM_SCORE_SQUARE */
    uint64_t seed;
    int threads;       /* 0: all cores */
    double time_limit; /* seconds, for a mask; 0: none */
    atomic_bool *stop; /* NULL: nobody will */
} tnm_mask_search;

/* Finds the mask of rows * cols weights, edges padded; mask[rows * cols] receives 0 and 1. `name`
 * is for messages. TNM_ERROR_LIMIT or TNM_ERROR_INTERRUPTED where the search was stopped,
 * TNM_ERROR_DATA for weights that are no numbers and for a method that breaks its constraint. */
tnm_error tnm_mask_find(const tnm_mask_search *search, const char *name, const float *weights,
                        size_t rows, size_t cols, const tnm_problem *problem, uint8_t *mask);

/* Whether masks of this method hold the pattern along columns, too. */
bool tnm_mask_is_transposable(const tnm_method *method);

#endif
