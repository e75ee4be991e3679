/* One method over one instance, the way commands run it: with a progress bar, stopping on Ctrl-C,
 * and letting the finished pages of mapped inputs go. */
#ifndef TNM_CLI_JOB_H
#define TNM_CLI_JOB_H

#include "cli/input.h"
#include "solver/drive.h"

typedef struct cli_job {
    const cli_instance *instance;
    const cli_effort *effort;
    const tnm_method *method;
    bool all_parameters;  /* those the method does not know are an error, not another's */
    bool bound;           /* grade methods without prices by those of `exact` */
    bool silent;          /* no progress bar */
    FILE *statistics;     /* where the method reports on itself, or NULL */
    const tnm_sink *sink; /* takes mask and prices; NULL: nobody does */
    tnm_times *times;     /* where the threads' time goes; NULL: nobody asks */
} cli_job;

/* Runs it. A failure that is about the content of the input names the input. */
tnm_error cli_job_run(const cli_job *job, tnm_result *result);

#endif
