/* Plans: what a study is to solve, in lines whose first word says what they are.
 *
 *     # how far from optimal are the greedy rules?
 *     study greedy
 *     pattern 2:4 4:8
 *     constraint equal atmost
 *     family gaussian 256x256 seeds 1..3 sigma=2
 *     file ../../instances/data/mlp_mnist/fc2.npy
 *     methods heuristic
 *     baseline greedy-keep
 *
 * The grammar is in docs/formats.md. This reader knows the words of the language and checks them
 * strictly, every complaint naming its line: "greedy.plan:3: ..."; what families, methods and files
 * there are is looked up by bench/schedule. */
#ifndef TNM_BENCH_PLAN_H
#define TNM_BENCH_PLAN_H

#include "formulations/problem.h"

/* Larger plans are refused. */
enum { TNM_PLAN_MAX_BYTES = 1 << 20, TNM_PLAN_MAX_SEEDS = 10000, TNM_PLAN_MAX_REPETITIONS = 1000 };

/* A line without its comment, cut into words. */
typedef struct tnm_plan_line {
    size_t number; /* from 1 */
    char **words;  /* ended by NULL */
    size_t count;  /* at least 1 */
} tnm_plan_line;

/* Whether solves may share the machine: all cores at once, for questions of quality, or one solve
 * after another, each on one thread, for questions of time. */
typedef enum tnm_clock { TNM_CLOCK_SHARED, TNM_CLOCK_ALONE } tnm_clock;

typedef enum tnm_source_kind {
    TNM_SOURCE_FILE,   /* a matrix */
    TNM_SOURCE_FOLDER, /* every .npy matrix in it */
    TNM_SOURCE_FAMILY  /* generated, one matrix a seed */
} tnm_source_kind;

typedef struct tnm_plan_source {
    tnm_source_kind kind;
    const tnm_plan_line *line;
    const char *what; /* path, relative to the folder of the plan, or family */
    /* families only */
    size_t rows, cols;
    uint64_t first_seed, last_seed;
    const char *const *parameters; /* "name=value", ended by NULL */
} tnm_plan_source;

/* One method with its parameters, or all those of a kind. */
typedef struct tnm_plan_method {
    const tnm_plan_line *line;
    bool kind;                     /* `name` is "all", "proving" or "heuristic" */
    const char *name;              /* of the method */
    const char *const *parameters; /* "name=value", ended by NULL; of a kind: names left out */
} tnm_plan_method;

typedef struct tnm_plan {
    char *path;       /* as given, for messages and to find files by */
    const char *name; /* of the study */
    tnm_clock clock;
    size_t repetitions;    /* at least 1 */
    uint64_t seed;         /* of the first repetition of methods that draw random numbers */
    double time_limit;     /* seconds a solve; 0: none */
    const char *baseline;  /* method that others are paired with; NULL: none */
    tnm_problem *problems; /* patterns under each constraint: pattern by pattern */
    size_t problem_count;
    tnm_plan_source *sources;
    size_t source_count;
    tnm_plan_method *methods;
    size_t method_count;
    tnm_plan_line *lines; /* what all the others point into; not the empty ones */
    size_t line_count;
    char *bytes;  /* private */
    char **words; /* private */
} tnm_plan;

/* Reads the plan in a file (TNM_ERROR_NO_INPUT, TNM_ERROR_IO, TNM_ERROR_DATA). On failure nothing
 * is owned. */
tnm_error tnm_plan_read(tnm_plan *plan, const char *path);
/* Reads the plan in memory; `path` stands for it in messages. */
tnm_error tnm_plan_parse(tnm_plan *plan, const char *path, const void *bytes, size_t size);
/* Accepts a zeroed plan. */
void tnm_plan_free(tnm_plan *plan);

/* Records "PATH:LINE: sentence" as TNM_ERROR_DATA. */
tnm_error tnm_plan_complain(const tnm_plan *plan, const tnm_plan_line *line, const char *format,
                            ...) __attribute__((format(printf, 3, 4)));

/* The words of a line with single spaces between them, in fresh memory, or NULL with the error
 * recorded. */
char *tnm_plan_line_text(const tnm_plan_line *line);

#endif
