/* Options of commands on checkpoints: which tensors are masked, and as which matrices. */
#ifndef TNM_CLI_SELECTION_H
#define TNM_CLI_SELECTION_H

#include "cli/options.h"
#include "pruning/eligible.h"

/* --include, --exclude, --pattern-map, --pattern-map-file, --conv; the input is a tnm_selection,
 * whose problem the command sets from its question. */
extern const struct argp cli_selection_argp;

#endif
