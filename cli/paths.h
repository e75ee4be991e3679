/* The files that a command line names: what is read stays as it is, whatever is written.
 *
 *     const cli_paths paths = {.inputs = {asked->input}, .outputs = {asked->output}};
 *     TNM_TRY(cli_paths_check(&paths));
 */
#ifndef TNM_CLI_PATHS_H
#define TNM_CLI_PATHS_H

#include "pruning/eligible.h"

enum { CLI_MOST_PATHS = 8 };

/* Borrowed; NULL: not given. */
typedef struct cli_paths {
    const char *inputs[CLI_MOST_PATHS]; /* files, and checkpoints by their folder or index */
    const char *images;                 /* a folder of them: training/dataset.h */
    const char *arrays;                 /* a .npy file, or a folder of them */
    const tnm_selection *selection;     /* whose files of pattern maps are inputs, too */
    const char *outputs[CLI_MOST_PATHS];
} cli_paths;

/* Refuses (TNM_ERROR_USAGE) an output that is an input, by whatever name or link, or another
 * output. Of a folder the files that are read count. */
tnm_error cli_paths_check(const cli_paths *paths);

#endif
