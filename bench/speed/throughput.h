/* Throughput: how long methods take for a tile, one against another.
 *
 * All contestants answer the same tiles in memory, slow ones the first of them, in turn, repetition
 * after repetition, so that whatever disturbs the machine disturbs all of them alike. Only
 * method->solve, with prices wanted, is on the clock; every answer is verified once before, off the
 * clock. One thread is timed by its own processor time, which other programs do not disturb; with
 * more threads the tiles are shared out evenly, and wall time counts until the last thread is done.
 */
#ifndef TNM_BENCH_SPEED_THROUGHPUT_H
#define TNM_BENCH_SPEED_THROUGHPUT_H

#include "bench/speed/arena.h"

/* The caller sets the first group. */
typedef struct tnm_contestant {
    const tnm_method *method;
    tnm_isa isa;
    tnm_constraint constraint;
    int threads;

    size_t tiles;      /* it answers: the arena's first so many; fewer than all where it is slow */
    tnm_result answer; /* to them, graded */
    double seconds[TNM_MOST_REPETITIONS]; /* a tile */
} tnm_contestant;

typedef struct tnm_contest {
    tnm_arena *arena; /* borrowed; its answers are overwritten */
    double slice;     /* seconds: a repetition of a contestant lasts that long, or one pass */
    double patience; /* seconds: slow contestants get fewer tiles, so that a pass takes no longer */
    size_t repetitions; /* 1 .. TNM_MOST_REPETITIONS */
    uint64_t seed;
    tnm_contestant *contestants;
    size_t count;
} tnm_contest;

/* Fills in the results of all contestants. Forces instruction sets, and releases them at the end;
 * not while another thread solves. A set the machine lacks is TNM_ERROR_USAGE. */
tnm_error tnm_contest_run(tnm_contest *contest);

/* How many times faster `self` is than `other`, repetition by repetition. */
tnm_spread tnm_contest_ratio(const tnm_contest *contest, const tnm_contestant *other,
                             const tnm_contestant *self);

#endif
