/* The question a command line asks: an input opened, its pattern settled, its tiles counted. */
#ifndef TNM_CLI_INPUT_H
#define TNM_CLI_INPUT_H

#include "cli/options.h"
#include "formulations/verify.h"
#include "instances/input.h"

typedef struct cli_instance {
    const char *name; /* of the input, for messages and reports */
    const cli_question *question;
    tnm_input weights;
    tnm_input scores; /* TNM_SCORE_GIVEN only */
    tnm_problem problem;
    tnm_scoring scoring; /* borrows from this structure, which therefore must not move */
    tnm_tiling tiling;
} cli_instance;

/* Opens `path` ("-": standard input) and, where asked for, the score file. The pattern and the
 * constraint are those of the question where given, else those of a text instance, else the
 * question's presets. `question` and `path` are borrowed. On failure nothing is owned. */
tnm_error cli_instance_open(cli_instance *instance, const char *path, const cli_question *question);
/* Accepts a zeroed instance. */
void cli_instance_close(cli_instance *instance);

/* Puts the name of the file that a failure of reading weights or scores is about before its
 * message; other codes pass unchanged. */
tnm_error cli_instance_name_failure(const cli_instance *instance, tnm_error error);

size_t cli_instance_tiles(const cli_instance *instance);
/* Threads that work on it when `threads` (0: all cores) are asked for. */
int cli_instance_threads(const cli_instance *instance, int threads);

#endif
