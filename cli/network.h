/* What commands on trained networks share: a network that fits a data set, and which of its layers
 * a selection masks. */
#ifndef TNM_CLI_NETWORK_H
#define TNM_CLI_NETWORK_H

#include "cli/options.h"
#include "pruning/eligible.h"
#include "training/calibration/calibrate.h"

/* A network twice, as it is and to be masked, and the images to measure and to test it with. */
typedef struct cli_trial {
    tnm_network whole, masked;
    tnm_dataset train, test;
    tnm_sample_choice samples, tests; /* of train, drawn; of test, all */
    tnm_calibration calibration;      /* of both networks; layers to be masked are marked */
} cli_trial;

typedef struct cli_trial_request {
    const char *network, *data;
    size_t samples; /* to draw */
    const cli_effort *effort;
    const tnm_selection *selection;
} cli_trial_request;

/* Opens all of it. TNM_ERROR_DATA where network and images do not fit, TNM_ERROR_USAGE where no
 * layer is to be masked: the last one, which gives the classes, stays dense unless it is included
 * by name. Close even when this fails. */
tnm_error cli_trial_open(cli_trial *trial, const cli_trial_request *asked);
/* Accepts a zeroed one. */
void cli_trial_close(cli_trial *trial);

/* How masks are found, by the words of the command line. */
tnm_mask_search cli_network_search(const cli_effort *effort, const tnm_method *method,
                                   tnm_score score);

/* Whether a selection masks a weight matrix, and then with which pattern. */
tnm_eligibility cli_network_judge(const tnm_selection *selection, const tnm_parameter *weight,
                                  tnm_problem *problem);

/* A tnm_calibration_progress; the context is a cli_progress. */
void cli_network_progress(void *context, size_t done, size_t all);

#endif
