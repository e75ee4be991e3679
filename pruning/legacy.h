/* The masked checkpoint once more, in the legacy layout `sparse-24-bitmask`
 * (instances/sparse24.h). */
#ifndef TNM_PRUNING_LEGACY_H
#define TNM_PRUNING_LEGACY_H

#include "pruning/outputs.h"

/* How many tensors of a plan will be packed: those masked at 2:4 whose name and shape the layout
 * takes. All others are written as they are in the masked checkpoint. */
size_t tnm_legacy_packed(const tnm_prune_plan *plan);

/* Before the work: TNM_ERROR_USAGE where nothing is masked at 2:4 or the input is no safetensors,
 * TNM_ERROR_CANNOT_CREATE where the file cannot be. Nothing to do where it is not wanted. */
tnm_error tnm_legacy_check(const tnm_prune_plan *plan, const tnm_output_paths *paths);

/* Writes it from the masked checkpoint, which is complete but not yet renamed. Nothing to do where
 * it is not wanted, or where the checkpoint is renamed: then it was written before. */
tnm_error tnm_legacy_write(const tnm_prune_plan *plan, const tnm_output_paths *paths);

#endif
