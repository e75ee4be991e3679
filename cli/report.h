/* Reports on a mask that was found or checked, as lines or as JSON.
 *
 * Lines are typed by their first letter, as SAT solvers do: `c` a comment, `s` the status, `o` the
 * objective, `b` the proven upper bound. Numbers are printed so that reading them gives the same
 * double. JSON is one object on one line with the same content. */
#ifndef TNM_CLI_REPORT_H
#define TNM_CLI_REPORT_H

#include "cli/input.h"

typedef struct cli_report {
    const cli_instance *instance;
    const char *method; /* NULL: a given mask was checked */
    bool completion;    /* a method that keeps at most N, followed by the completion step */
    bool flat;          /* the method was lent tiles of the flat layout */
    int threads;
    const char *status; /* the word after `s` */
    tnm_result result;
    tnm_violation violation;
    const char *statistics; /* what the method says about itself, lines, or NULL */
    double seconds;         /* wall time in all */
} cli_report;

/* What is known before the work starts, as `c` lines. */
void cli_report_banner(const cli_report *report, FILE *stream);
/* The results; without comments where `quiet`. */
void cli_report_lines(const cli_report *report, FILE *stream, bool quiet);
/* All of it in JSON. */
tnm_error cli_report_json(const cli_report *report, FILE *stream);

#endif
