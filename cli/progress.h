/* A progress bar with the time left, on stderr.
 *
 *     exact [###########.............]  47 %  18432 of 39200 tiles  0:07 left
 *
 * Drawn only when stderr is a terminal that can take it (no NO_COLOR, no CI, no TERM=dumb), nobody
 * asked for silence, and the work has already taken two seconds. */
#ifndef TNM_CLI_PROGRESS_H
#define TNM_CLI_PROGRESS_H

#include "instances/base.h"

typedef struct cli_progress {
    bool wanted;
    const char *label; /* borrowed */
    const char *unit;  /* what is counted: "tiles" unless set after the start; borrowed */
    double started, drawn;
    size_t width;  /* of the line on the screen; 0: none */
    char note[48]; /* what else is said before the time left; empty unless set after the start */
} cli_progress;

/* `silent`: asked for by an option. */
void cli_progress_start(cli_progress *progress, const char *label, bool silent);
/* A tnm_progress; the context is the cli_progress. Never stops the run. */
int cli_progress_step(void *context, size_t done, size_t all);
/* Wipes the bar. */
void cli_progress_end(cli_progress *progress);

#endif
