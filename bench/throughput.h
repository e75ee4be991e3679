/* Throughput: how long methods take for a tile, one against another.
 *
 * All contestants of a cell answer the same band in memory, in turn, repetition after repetition,
 * so that whatever disturbs the machine disturbs all of them alike. Only method->solve, with prices
 * wanted, is on the clock; every answer is verified once before, off the clock. */
#ifndef TNM_BENCH_THROUGHPUT_H
#define TNM_BENCH_THROUGHPUT_H

#include "instances/isa.h"
#include "solver/method.h"

typedef struct tnm_spread {
    double least, median, most;
} tnm_spread;

/* Sorts `values`; count > 0. */
tnm_spread tnm_spread_of(double *values, size_t count);

enum { TNM_MOST_REPETITIONS = 32, TNM_MOST_CONTESTANTS = 32 };

/* One row of a cell. The caller sets the first three. */
typedef struct tnm_contestant {
    const tnm_method *method;
    tnm_isa isa;
    tnm_constraint constraint;
    tnm_spread seconds; /* a tile */
    size_t proven;      /* of the cell's tiles */
    size_t broken;
} tnm_contestant;

typedef struct tnm_cell {
    const char *family; /* of instances/generate.h */
    int n, m;
    size_t tiles;   /* in memory */
    double seconds; /* a repetition passes over the band for at least so long, and at least once */
    size_t repetitions; /* 1 .. TNM_MOST_REPETITIONS */
    tnm_contestant *contestants;
    size_t count; /* up to TNM_MOST_CONTESTANTS */
} tnm_cell;

/* Fills in the results of all contestants. Forces instruction sets, and releases them at the end;
 * not while another thread solves. A set the machine lacks is TNM_ERROR_USAGE. */
tnm_error tnm_cell_measure(tnm_cell *cell, uint64_t seed);

#endif
