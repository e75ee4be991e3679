/* tnm train: what is asked, as the command line says it. */
#ifndef TNM_CLI_TRAIN_H
#define TNM_CLI_TRAIN_H

#include "cli/options.h"
#include "cli/training.h"

typedef struct cli_train_request {
    cli_training training;
    tnm_selection selection;
    cli_effort effort;
    cli_telling telling;
    const char *architecture; /* NULL: that of the checkpoint, or the usual one */
    const char *method;
    bool pattern_given, warm_up_given, resume;
} cli_train_request;

/* Reads the command line into a request, presets for what it does not say. The selection is to be
 * freed. Ends the program on a mistake. */
void cli_train_parse(cli_train_request *asked, int argc, char **argv);

#endif
