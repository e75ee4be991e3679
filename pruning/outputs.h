/* The files a run of pruning writes, all of them partial outputs until the end.
 *
 * A checkpoint in one file becomes one file. A folder, or a checkpoint in several files, becomes a
 * new folder with files of the same names; its index, and what else lies in its folder and has at
 * most 64 MiB (configuration, tokenizer), are copied; what is not can be told. */
#ifndef TNM_PRUNING_OUTPUTS_H
#define TNM_PRUNING_OUTPUTS_H

#include "pruning/companions.h"
#include "pruning/partial.h"
#include "pruning/plan.h"

/* Where to; NULL: not wanted, but `checkpoint` always is. */
typedef struct tnm_output_paths {
    const char *checkpoint, *masks, *certificates, *report;
    const char *sparse24; /* the masked checkpoint in the legacy layout: pruning/legacy.h */
    bool packed;          /* masks as bits */
} tnm_output_paths;

typedef struct tnm_outputs {
    const tnm_output_paths *paths;
    const tnm_source *source;
    char *folder; /* that becomes the checkpoint; NULL: it is a file */
    tnm_partial *files;
    tnm_partial masks, certificates;
    tnm_safetensors_plan masks_plan, certificates_plan;
} tnm_outputs;

/* Refuses (TNM_ERROR_USAGE) outputs that are an input or another output, and (with
 * TNM_ERROR_CANNOT_CREATE) a folder that exists and is not empty. */
tnm_error tnm_outputs_check(const tnm_output_paths *paths, const tnm_prune_plan *plan);

/* Creates all files, or, where `resume`, opens those that are there, and writes their headers. On
 * failure nothing is owned. */
tnm_error tnm_outputs_open(tnm_outputs *outputs, const tnm_output_paths *paths,
                           const tnm_prune_plan *plan, bool resume);

/* Waits until everything written is on the disk. */
tnm_error tnm_outputs_sync(const tnm_outputs *outputs);

/* Copies what is copied whole into a new folder; nothing to do for a file. */
tnm_error tnm_outputs_copy_companions(const tnm_outputs *outputs);
/* Tells what of a folder is not copied; see pruning/companions.h. Nothing to tell of a file. */
tnm_error tnm_outputs_left_out(const tnm_source *source, tnm_companion_teller tell, void *context);

/* Where an output goes in the end, behind links (`final`, unless NULL), and where it is until then;
 * both are fresh memory, to be freed also on failure. */
tnm_error tnm_outputs_locate(const char *target, char **final, char **temporary);

/* Renames everything complete to its target, the checkpoint last. Can be repeated. */
tnm_error tnm_outputs_finish(const tnm_output_paths *paths);

/* Closes all files. Accepts a zeroed one. */
void tnm_outputs_close(tnm_outputs *outputs);

/* Removes what is not complete. */
void tnm_outputs_remove(const tnm_output_paths *paths);

#endif
