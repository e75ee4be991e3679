/* One method over one instance, the way commands run it: with a progress bar, stopping on Ctrl-C,
 * and letting the finished pages of mapped files go. */
#ifndef TNM_CLI_JOB_H
#define TNM_CLI_JOB_H

#include "cli/input.h"
#include "instances/npy.h"
#include "solver/drive.h"

/* A .npy file that grows piece by piece. */
typedef struct cli_output {
    bool wanted; /* otherwise nothing is written */
    tnm_output file;
    tnm_npy_type type;
    size_t cols;
} cli_output;

/* Creates `path`, or does nothing where it is NULL. */
tnm_error cli_output_open(cli_output *output, const char *path, tnm_npy_type type, size_t rows,
                          size_t cols);
/* Accept outputs that were never opened. */
tnm_error cli_output_commit(cli_output *output);
void cli_output_abort(cli_output *output);

typedef struct cli_job {
    const cli_instance *instance;
    const cli_effort *effort;
    const tnm_method *method;
    bool all_parameters;      /* those the method does not know are an error, not another's */
    bool bound;               /* grade methods without prices by those of `exact` */
    bool silent;              /* no progress bar */
    FILE *statistics;         /* where the method reports on itself, or NULL */
    const cli_output *mask;   /* bool, the shape of the matrix; NULL: none */
    const cli_output *prices; /* int64, (tiles, 2m+1); NULL: none */
} cli_job;

/* Runs it. A failure that is about the content of the input names the input. */
tnm_error cli_job_run(const cli_job *job, tnm_result *result);

#endif
