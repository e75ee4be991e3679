/* Folders of checkpoints: what lies in them beside the tensors. */
#ifndef TNM_PRUNING_COMPANIONS_H
#define TNM_PRUNING_COMPANIONS_H

#include "pruning/source.h"

/* Copies the files that lie beside those of a checkpoint, and its index, into another folder;
 * folders, files of more than 64 MiB (weights in other formats) and what is no file are left out.
 */
tnm_error tnm_companions_copy(const tnm_source *source, char *folder);

/* Tells what is left out, in the order of the names, and why, in words. */
typedef void (*tnm_companion_teller)(void *context, const char *name, const char *why);
tnm_error tnm_companions_left_out(const tnm_source *source, tnm_companion_teller tell,
                                  void *context);

/* Whether a folder has no entries; false where it cannot be read. */
bool tnm_folder_is_empty(const char *path);
/* Removes a file, or a folder and the files in it; what is not there is no matter. */
void tnm_folder_remove(const char *path);

#endif
