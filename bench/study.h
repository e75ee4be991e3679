/* Studies: every run of a schedule, solved, measured against the proven optimum, and written down.
 *
 * A cell is a matrix under a problem. Its optimum is found once, by `exact` and off every clock;
 * what a method keeps of a tile is measured against what that tile's optimum keeps, and against
 * what the baseline keeps of the same tile. Every solve has one thread. Under a shared clock cells
 * are solved side by side on all cores; under an own clock one solve follows another. */
#ifndef TNM_BENCH_STUDY_H
#define TNM_BENCH_STUDY_H

#include "bench/journal.h"

typedef struct tnm_study_options {
    int threads;           /* cells at a time; 0: all cores. Where the clock is shared */
    atomic_bool *stop;     /* set by anyone to end the study */
    tnm_progress progress; /* of the solves that were left; one thread at a time; NULL: none */
    void *progress_context;
} tnm_study_options;

/* Solves the runs that have no row yet. Rows do not depend on threads or on interruptions, but for
 * the columns that the clock decides, and for runs that reach the time limit. Stopped, it returns
 * TNM_OK with rows missing. A failure, of an input say, ends it; the rows so far are kept. */
tnm_error tnm_study_run(const tnm_schedule *schedule, tnm_journal *journal,
                        const tnm_study_options *options);

#endif
