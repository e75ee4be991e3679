/* A checkpoint and what is asked about it: opened, and planned tensor by tensor. */
#ifndef TNM_CLI_CHECKPOINT_H
#define TNM_CLI_CHECKPOINT_H

#include "cli/options.h"
#include "cli/progress.h"
#include "pruning/plan.h"

typedef struct cli_checkpoint {
    tnm_source source;
    tnm_source scores; /* TNM_SCORE_GIVEN only */
    tnm_source masks;  /* where they decide what is masked */
    tnm_question question;
    tnm_prune_plan plan; /* borrows from the members above: this structure must not move */
} cli_checkpoint;

/* Opens `path`, the scores, and the masks that decide what is masked (NULL: the selection does).
 * The selection is handed over with the question. On failure nothing is owned. */
tnm_error cli_checkpoint_open(cli_checkpoint *checkpoint, const char *path,
                              const cli_question *question, const tnm_selection *selection,
                              const char *masks);
/* Plans anew, with this pattern for all tensors. */
tnm_error cli_checkpoint_plan(cli_checkpoint *checkpoint, int n, int m);
/* Accepts a zeroed one. */
void cli_checkpoint_close(cli_checkpoint *checkpoint);

/* Says, as `c` lines, what is asked, how many tensors are masked, and why the others are not. */
void cli_checkpoint_print(const cli_checkpoint *checkpoint);
/* A `c` line for each tensor: its pattern, or why it is skipped. */
void cli_checkpoint_print_tensors(const cli_checkpoint *checkpoint);

/* A progress bar over the bytes and tensors of a checkpoint; ended by cli_progress_end(). */
typedef struct cli_watch {
    cli_progress bar;
    const cli_checkpoint *checkpoint; /* borrowed */
} cli_watch;

void cli_watch_start(cli_watch *watch, const char *label, const cli_checkpoint *checkpoint,
                     bool silent);
/* What pruning/ reports progress to; the context is the cli_watch. */
void cli_watch_step(void *context, size_t bytes, size_t tensors);

#endif
