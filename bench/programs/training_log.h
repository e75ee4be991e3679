/* Logs of training and calibration, as the study of training leaves them: a file whose last line is
 * the JSON object with which tnm train or tnm calibrate ended (docs/formats.md). */
#ifndef TNM_BENCH_PROGRAMS_TRAINING_LOG_H
#define TNM_BENCH_PROGRAMS_TRAINING_LOG_H

#include "training/record.h"

enum { TNM_RUN_WORD = 32 };

/* One network that was graded; what a log does not tell is not a number, or empty. */
typedef struct tnm_run {
    char mode[TNM_RUN_WORD]; /* dense, dynamic and static; more: dense and fine-tuned; one-shot and
                                calibrated, both of one log of tnm calibrate */
    char method[TNM_RUN_WORD], pattern[TNM_RUN_WORD], network[TNM_RUN_WORD];
    size_t seed, threads;
    double accuracy, change; /* of test images; against the dense network of the same seed among
                                the logs, the fine-tuned one where this one is, too */
    double retention, bits, flips, overhead;
    double steps, seconds[TNM_TRAINING_PART_COUNT];
} tnm_run;

typedef struct tnm_runs {
    tnm_run *list; /* owned */
    size_t count;
} tnm_runs;

/* Reads logs. TNM_ERROR_DATA, naming the file, where one is none. On failure nothing is owned. */
tnm_error tnm_runs_read(tnm_runs *runs, char **paths, size_t count);
/* Accepts a zeroed one. */
void tnm_runs_free(tnm_runs *runs);

#endif
