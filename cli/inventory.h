/* The inventory of a checkpoint: its tensors, and what would become of each. */
#ifndef TNM_CLI_INVENTORY_H
#define TNM_CLI_INVENTORY_H

#include "cli/options.h"
#include "pruning/eligible.h"

/* Opens the checkpoint at `path` and prints its files, metadata and tensors: types, shapes, bytes,
 * the pattern of those that `tnm prune` would mask, and why it would leave the others. Fails as
 * tnm_checkpoint_open does. */
tnm_error cli_inventory_print(const char *path, const tnm_selection *selection, cli_format format);

#endif
