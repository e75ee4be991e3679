/* Measurements of speed: what every section of `tnm bench` brings home, one row a number. */
#ifndef TNM_BENCH_SPEED_MEASUREMENT_H
#define TNM_BENCH_SPEED_MEASUREMENT_H

#include "solver/method.h"

/* Of one number over the repetitions of a run. */
typedef struct tnm_spread {
    double least, median, most;
} tnm_spread;

/* Sorts `values`; count > 0. */
tnm_spread tnm_spread_of(double *values, size_t count);

/* A row. Strings are static, or live as long as the plan. */
typedef struct tnm_measurement {
    const char *section; /* "ratios", "endtoend", ... */
    const char *source;  /* where weights come from: a family, or the name of a file */
    tnm_problem problem;
    const char *method;
    const char *isa;
    int threads;
    size_t rows, cols;    /* of the matrix; 0: tiles in memory, not a matrix */
    size_t tiles;         /* answered in a repetition; 0: does not apply */
    const char *quantity; /* "time", "read", "peak memory", ... */
    const char *unit;     /* "ns/tile", "s", "MiB", "x" */
    tnm_spread value;
    /* How many times faster than lemon-network-simplex under the same constraint, pair by pair, and
     * than the faster greedy method under `atmost`; medians 0: not compared. */
    tnm_spread lemon, greedy;
    double proven; /* share of the tiles whose optimality verification accepts; < 0: unasked */
} tnm_measurement;

typedef struct tnm_measurements {
    tnm_measurement *rows; /* owned */
    size_t count, room;
    bool sound; /* no mask broke its rule, and what is exact was proven everywhere */
} tnm_measurements;

void tnm_measurements_init(tnm_measurements *list);
tnm_error tnm_measurements_add(tnm_measurements *list, const tnm_measurement *row);
/* Notes the share of an answer's tiles that is proven, and whether it was what the method owes. */
void tnm_measurements_judge(tnm_measurements *list, tnm_measurement *row, const tnm_method *method,
                            const tnm_result *answer);
void tnm_measurements_free(tnm_measurements *list);

#endif
