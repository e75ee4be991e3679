/* All bands, all threads: from a matrix to masks, prices and a graded result. */
#ifndef TNM_SOLVER_DRIVE_H
#define TNM_SOLVER_DRIVE_H

#include "solver/method.h"
#include "solver/sink.h"

/* Told, by any thread, that a band is done with: the rows of the matrix it covers, and what was
 * written for it, need not stay in memory. */
typedef void (*tnm_band_done)(void *context, size_t tile_row);

/* Where time goes: wall seconds, summed over all threads. */
typedef struct tnm_times {
    double read;   /* from the matrix to scores, page faults included */
    double solve;  /* inside the method, and its grader */
    double verify; /* grading */
    double write;  /* storing the answer, and inside the sink */
} tnm_times;

typedef struct tnm_job {
    tnm_scoring scoring;
    tnm_tiling tiling;
    tnm_problem problem;
    const tnm_method *method;
    /* Grades the method's answers: an exact method that answers every band too, with its own
     * parameters and off the clock of solve_seconds, so that its prices take the place of the
     * method's. NULL: the method brings its own. */
    const tnm_method *grader;
    /* Lends the method tiles of the flat layout (solver/flat.h); they are none of the matrix, whose
     * tiles grade the answer, so the method's prices are of no use. */
    bool flat;
    int threads;       /* 0: all cores */
    double time_limit; /* seconds; 0: none */
    bool processor;    /* solve_seconds is of the thread's processor time, not of the wall's */
    uint64_t seed;
    const char *const *parameters; /* of the method; NULL-ended, or NULL */
    const int64_t *warm_prices;    /* tiles * (2m+1), or NULL */
    tnm_progress progress;         /* called by the first thread only; NULL: none */
    void *progress_context;
    tnm_band_done band_done; /* NULL: none */
    void *band_done_context;
    atomic_bool *stop; /* set by anyone to end the run; NULL: nobody will */
    FILE *statistics;  /* where the method reports on itself, or NULL */

    /* Where the answer goes; each may be NULL. */
    const tnm_mask_view *mask;
    int64_t *prices;         /* tiles * (2m+1); TNM_NO_PRICES where the method gives none */
    const tnm_sink *sink;    /* takes mask, prices or both piece by piece */
    double *tile_objectives; /* tiles */
    tnm_verdict *verdict;    /* exact sums */
    tnm_times *times;        /* added to */
} tnm_job;

/* Solves and grades every tile. A stop by time limit or progress callback is no error: the result
 * says TNM_LIMIT and speaks of the tiles solved so far; mask entries of the others are left as they
 * were, their prices may not be. */
tnm_error tnm_drive(const tnm_job *job, tnm_result *result);

#endif
