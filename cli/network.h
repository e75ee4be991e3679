/* What commands on trained networks share: a network that fits a data set, and which of its layers
 * a selection masks. */
#ifndef TNM_CLI_NETWORK_H
#define TNM_CLI_NETWORK_H

#include "pruning/eligible.h"
#include "training/calibration/calibrate.h"

/* Opens a network whose input and classes are those of the data; TNM_ERROR_DATA otherwise. On
 * failure nothing is owned. */
tnm_error cli_network_open(tnm_network *network, const char *path, const tnm_dataset *data,
                           int threads);

/* Marks the layers that are to be masked, with their patterns. The last one, which gives the
 * classes, stays dense unless it is included by name. TNM_ERROR_USAGE where none is left. */
tnm_error cli_network_select(tnm_calibration *calibration, const tnm_selection *selection);

/* A tnm_calibration_progress; the context is a cli_progress. */
void cli_network_progress(void *context, size_t done, size_t all);

#endif
