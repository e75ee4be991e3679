/* What `tnm bench` is to measure, and how long it may take: shared by all its sections. */
#ifndef TNM_BENCH_SPEED_PLAN_H
#define TNM_BENCH_SPEED_PLAN_H

#include "bench/speed/measurement.h"
#include "instances/isa.h"
#include "solver/method.h"

enum { TNM_MOST_REPETITIONS = 32 };

/* Where weights come from: a family of instances/generate.h, or a matrix. */
typedef struct tnm_source {
    const char *name;
    const tnm_matrix *matrix; /* borrowed; NULL: the family of that name */
} tnm_source;

typedef struct tnm_speed_plan {
    const tnm_problem *patterns; /* constraint equal */
    size_t pattern_count;
    const tnm_source *sources;
    size_t source_count;
    bool all; /* slow methods and lesser instruction sets on every source, not on the first alone */
    bool quick;   /* fewer tiles and repetitions */
    int threads;  /* "all threads" */
    bool one_isa; /* measure tnm_isa_best() alone */
    uint64_t seed;
    const char *folder;  /* an existing folder for temporary files */
    const char *matrix;  /* a .npy file of a square float32 matrix in the page cache, C order */
    size_t side;         /* of that matrix */
    const char *program; /* tnm itself, to be run for its peak memory */
    /* Asked between two steps; `done` of `all` are, and anything but 0 stops the run
     * (TNM_ERROR_INTERRUPTED). NULL: nobody asks. */
    int (*progress)(void *context, size_t done, size_t all);
    void *progress_context;
    size_t done, steps; /* of all sections of the run */
} tnm_speed_plan;

/* Counts a step as done; TNM_ERROR_INTERRUPTED where the run is to stop. */
tnm_error tnm_speed_step(tnm_speed_plan *plan);

/* Seconds on the clock of work by so many threads: one is timed by its own processor time, which
 * other programs do not disturb, more by wall time. */
double tnm_speed_now(int threads);

/* One thread, and all threads where that is more. Returns how many numbers of threads there are. */
size_t tnm_speed_threads(const tnm_speed_plan *plan, int threads[2]);

#endif
