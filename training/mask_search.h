/* Finding the mask of one weight matrix, by any method: transposable, or along rows where the
 * method is one for rows (row-nm). Training and calibration ask here. */
#ifndef TNM_TRAINING_MASK_SEARCH_H
#define TNM_TRAINING_MASK_SEARCH_H

#include "solver/method.h"

/* How masks are found. */
typedef struct tnm_mask_search {
    const tnm_method *method;
    const char *const *parameters; /* of the method; NULL-ended, or NULL */
    tnm_score score;               /* TNM_SCORE_ABS or TNM_SCORE_SQUARE */
    uint64_t seed;
    int threads;       /* 0: all cores */
    double time_limit; /* seconds, for a mask; 0: none */
    atomic_bool *stop; /* NULL: nobody will */
} tnm_mask_search;

/* What is to be masked; all memory is the caller's. */
typedef struct tnm_mask_task {
    const char *name;     /* for messages */
    const float *weights; /* rows * cols; edges are padded */
    size_t rows, cols;
    tnm_problem problem;
    bool transposable;          /* a mask that breaks the pattern along columns is refused */
    uint8_t *mask;              /* rows * cols, receives 0 and 1 */
    const int64_t *warm_prices; /* those of an earlier, similar matrix; NULL: none */
    int64_t *prices;            /* receive the proof, as tnm_job's; NULL: not wanted */
} tnm_mask_task;

/* TNM_ERROR_LIMIT or TNM_ERROR_INTERRUPTED where the search was stopped, TNM_ERROR_DATA for weights
 * that are no numbers and for a method that breaks the pattern. */
tnm_error tnm_mask_find(const tnm_mask_search *search, const tnm_mask_task *task);

/* Whether masks of this method hold the pattern along columns, too. */
bool tnm_mask_is_transposable(const tnm_method *method);

#endif
