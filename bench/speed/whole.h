/* Whole runs of the drive on matrices in memory: reading and verifying included, writing not. */
#ifndef TNM_BENCH_SPEED_WHOLE_H
#define TNM_BENCH_SPEED_WHOLE_H

#include "bench/speed/plan.h"

/* One case; the caller sets the first group. */
typedef struct tnm_whole {
    const tnm_matrix *matrix;
    tnm_problem problem;
    int threads;

    double seconds[TNM_MOST_REPETITIONS]; /* a tile */
    tnm_result result;
} tnm_whole;

/* Times all cases with the method `exact` in turn, repetition after repetition, after a turn that
 * is not counted. */
tnm_error tnm_wholes_time(tnm_whole *runs, size_t count, const tnm_speed_plan *plan);

/* Adds the time a tile took, "ns/tile". */
tnm_error tnm_whole_add(tnm_measurements *out, const tnm_speed_plan *plan, const char *section,
                        const char *source, const tnm_whole *run);
/* Adds how many times faster `run` is than `one`, pair by pair. */
tnm_error tnm_whole_add_speed_up(tnm_measurements *out, const tnm_speed_plan *plan,
                                 const char *section, const char *source, const tnm_whole *one,
                                 const tnm_whole *run);

#endif
