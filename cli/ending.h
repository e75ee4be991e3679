/* How a program ends: one line on stderr, one documented exit code.
 *
 * Both programs keep the same rules. What was asked for and done ends in 0; a run that finishes but
 * finds the matter wanting (an invalid mask, no proof before the time limit) ends in 1 and says so
 * on stdout; every failed call ends in the exit code of its tnm_error and one line
 *
 *     tnm: error: weights.npy: the shape has 3 dimensions, a matrix has 2
 */
#ifndef TNM_CLI_ENDING_H
#define TNM_CLI_ENDING_H

#include "instances/base.h"

/* What a run that did not fail has to say. */
typedef enum cli_outcome {
    CLI_DONE = 0,         /* done as asked */
    CLI_WANTING = 1,      /* an invalid mask, a missing proof, a time limit */
    CLI_INTERRUPTED = 130 /* stopped by SIGINT or SIGTERM */
} cli_outcome;

/* For the end of a help text. */
#define CLI_EXIT_CODES                                                                             \
    "Exit codes: 0 done as asked; 1 checked and found wanting (an invalid mask, no proof, a time " \
    "limit); 64 wrong usage; 65 bad data; 66 no such input; 70 internal error or out of memory; "  \
    "73 cannot create an output; 74 input/output error; 130 interrupted. Codes from 64 to 74 "     \
    "come "                                                                                        \
    "with one line on stderr that names the cause."

/* Flushes stdout, where a full disk first shows; on failure TNM_ERROR_IO. */
tnm_error cli_flush(void);

/* Prints the line of a failed call and returns the exit code of the program. */
int cli_end(const char *program, tnm_error error, cli_outcome outcome);

#endif
