/* Outputs of which nothing half-written can ever be seen.
 *
 * An output is written to a temporary file beside its target, synced to the disk, and renamed: the
 * target holds its old content until the new is complete. Until tnm_output_commit() a failed or
 * stopped run leaves everything as it was. Targets that cannot be renamed to, as the standard
 * output
 * ("-"), pipes and devices, are written through at the end.
 *
 *     tnm_output output = {0};
 *     TNM_TRY(tnm_output_open(&output, path));
 *     TNM_TRY(tnm_output_memory(&output, size, &memory));       or tnm_output_stream
 *     ... fill ...
 *     TNM_TRY(tnm_output_commit(&output));
 *     out:
 *     tnm_output_abort(&output);                            does nothing after a commit
 */
#ifndef TNM_INSTANCES_OUTPUT_H
#define TNM_INSTANCES_OUTPUT_H

#include "instances/base.h"

#include <stdio.h>

typedef struct tnm_output {
    char *name;           /* for messages: the path as given, or "<stdout>"; NULL: closed */
    char *target;         /* where a complete output goes; NULL: written through */
    char *temporary;      /* where it grows until then; NULL: nowhere */
    int descriptor;       /* owned, or of `stream` */
    FILE *stream;         /* NULL: none asked for */
    unsigned char *bytes; /* NULL: none asked for */
    size_t size;
    bool mapped; /* bytes are the temporary file itself */
} tnm_output;

/* Creates the temporary file, or opens what is written through. The new file gets the permissions
 * of the old one, or those the umask leaves. Fails with TNM_ERROR_CANNOT_CREATE; an existing target
 * that may not be written is refused, though it could be renamed over. */
tnm_error tnm_output_open(tnm_output *output, const char *path);

/* Gives `size` bytes of zeroed memory, aligned to 64 bytes, that become the content. Space on the
 * disk is reserved first, so that a full disk is an error here (TNM_ERROR_IO), not a lost run. */
tnm_error tnm_output_memory(tnm_output *output, size_t size, void **memory);

/* Says that bytes first .. first+count-1 are final, so that large outputs need not stay resident;
 * see instances/pages.h. */
void tnm_output_release(const tnm_output *output, size_t first, size_t count);

/* Gives a stream to write the content to. Its errors need not be looked at: commit does. */
tnm_error tnm_output_stream(tnm_output *output, FILE **stream);

/* Makes the content the target's, durably. On failure (TNM_ERROR_IO) the target is as it was, or,
 * where it is written through, incomplete; should only the folder not be synced, the target is
 * complete, but a crash of the machine may undo that. Releases everything either way. */
tnm_error tnm_output_commit(tnm_output *output);

/* Forgets an output and its temporary file. Accepts a zeroed or committed output. */
void tnm_output_abort(tnm_output *output);

#endif
