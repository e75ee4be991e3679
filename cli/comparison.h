/* A comparison: one row a method, and its three ways to be printed. */
#ifndef TNM_CLI_COMPARISON_H
#define TNM_CLI_COMPARISON_H

#include "cli/job.h"

typedef struct cli_row {
    const tnm_method *method;
    const char *refusal; /* why the method does not apply to the problem; NULL: it does */
    bool ran;            /* false also after an interruption */
    tnm_result result;
} cli_row;

typedef struct cli_comparison {
    const tnm_problem *problem; /* borrowed; set before the first run */
    bool flat;                  /* tiles are those of the flat layout */
    cli_row *rows;              /* owned */
    size_t count;
    const cli_row *reference; /* whose time the others' are divided by; NULL: none finished */
} cli_comparison;

/* Adds a row for a method. */
tnm_error cli_comparison_add(cli_comparison *comparison, const tnm_method *method);
/* Runs the method of a row, where it applies; `job` says everything but the method. */
tnm_error cli_comparison_run(cli_comparison *comparison, size_t row, const cli_job *job);
/* Chooses the reference: lemon-network-simplex where it finished, else the first exact method that
 * did. */
void cli_comparison_settle(cli_comparison *comparison);
/* Whether no exact method failed to prove its masks, other than for want of time, and no method
 * broke the constraint but those that solve a relaxation. */
bool cli_comparison_sound(const cli_comparison *comparison);
/* Accepts a zeroed comparison. */
void cli_comparison_free(cli_comparison *comparison);

/* Prints the rows; `comments` adds an explanation of the columns to the text. */
tnm_error cli_comparison_print(const cli_comparison *comparison, const cli_instance *instance,
                               int threads, cli_format format, bool comments);

/* What the columns mean, for help texts. */
#define CLI_COLUMNS                                                                                \
    "Columns: objective, the kept score; kept, its share of all scores; gap, how far the "         \
    "objective lies below the proven optimum, negative where a mask that breaks the constraint "   \
    "keeps more; worst, the largest gap of a single tile, and tile, "                              \
    "which one (row, column of tiles); short, rows and columns of tiles that keep fewer than N; "  \
    "seconds, wall time inside the method, the busiest thread's; time/ref, its ratio to that of "  \
    "the reference, lemon-network-simplex or else the first exact method. In csv and json, kept "  \
    "(there: retention) and gaps are fractions, in the table percent.\n\n"                         \
    "Methods marked +completion keep at most N as published; under --constraint equal their "      \
    "short "                                                                                       \
    "lines are then filled, with the heaviest free entries first and by exchanges where none is "  \
    "free."

#endif
