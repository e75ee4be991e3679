/* A plan spelled out: which matrices, which methods, and every single solve, in order.
 *
 * Runs are numbered matrix by matrix, then problem by problem, repetition by repetition, method by
 * method, so that methods that are timed take turns. Under a shared clock only methods that draw
 * random numbers are repeated: the others would find the same again. */
#ifndef TNM_BENCH_SCHEDULE_H
#define TNM_BENCH_SCHEDULE_H

#include "bench/plan.h"
#include "bench/record.h"
#include "solver/method.h"

/* A matrix of the study. */
typedef struct tnm_study_matrix {
    const tnm_plan_source *source;
    char *group;   /* what it is summarised with: family and parameters, or the file's folder */
    char *name;    /* unique: "gaussian 64x64 seed 1", "mlp_mnist/fc2" */
    char *path;    /* of files; NULL otherwise */
    uint64_t seed; /* of families */
} tnm_study_matrix;

/* A method with its parameters. */
typedef struct tnm_entrant {
    const tnm_method *method;
    const char *const *parameters; /* ended by NULL */
    char *settings;                /* the same with single spaces between them */
} tnm_entrant;

/* One solve, in indices. */
typedef struct tnm_run {
    size_t matrix, problem, repetition, entrant;
} tnm_run;

typedef struct tnm_schedule {
    const tnm_plan *plan; /* borrowed */
    tnm_study_matrix *matrices;
    size_t matrix_count;
    tnm_entrant *entrants;
    size_t entrant_count;
    const tnm_entrant *baseline; /* NULL: none */
    char (*patterns)[8];         /* "N:M" of each problem of the plan */
    tnm_run *runs;
    size_t run_count;
} tnm_schedule;

/* Finds files, families and methods; everything that is not there, or does not fit, is a complaint
 * that names the plan's line. On failure nothing is owned. */
tnm_error tnm_schedule_init(tnm_schedule *schedule, const tnm_plan *plan);
/* Accepts a zeroed schedule. */
void tnm_schedule_free(tnm_schedule *schedule);

/* Fills in the cells that say what a run is about, from `run` to `seed`, but for the shape of its
 * matrix; texts are borrowed. */
void tnm_schedule_describe(const tnm_schedule *schedule, size_t run, tnm_record *record);

/* The first run behind `run` that is about another matrix or problem. */
size_t tnm_schedule_cell_end(const tnm_schedule *schedule, size_t run);

#endif
