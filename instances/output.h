/* Outputs of which nothing half-written can ever be seen.
 *
 * An output grows in a temporary file in the folder of its target, is synced to the disk, and
 * renamed: the target holds its old content until the new is complete. Where the file system can,
 * the temporary file has no name before that, so that a run that fails, stops or is killed leaves
 * everything as it was; elsewhere it is called .tnm-PID-NUMBER.tmp, and stays only if the run is
 * killed. Targets that cannot be renamed to, as the standard output ("-"), pipes and devices, are
 * written through at the end.
 *
 *     tnm_output output = {0};
 *     TNM_TRY(tnm_output_open(&output, path));
 *     TNM_TRY(tnm_output_memory(&output, size, &memory));     or tnm_output_stream, ..._reserve
 *     ... fill ...
 *     TNM_TRY(tnm_output_settle(&output));                    optional: see there
 *     TNM_TRY(tnm_output_commit(&output));
 *     out:
 *     tnm_output_abort(&output);                              does nothing after a commit
 */
#ifndef TNM_INSTANCES_OUTPUT_H
#define TNM_INSTANCES_OUTPUT_H

#include "instances/base.h"

#include <stdio.h>

/* Refuses (TNM_ERROR_USAGE) a path to write to that is a file, or a folder, to be read, under
 * whatever name or link: inputs stay as they are. Also "-" to read is looked at, a file that is
 * redirected; "-" and NULL to write are no files, and devices hold nothing to be lost. */
tnm_error tnm_output_refuse_input(const char *path, const char *input);
/* The same for two paths to write to, which need not exist: one file cannot hold both. NULL: not
 * wanted. */
tnm_error tnm_output_refuse_twin(const char *path, const char *other);

typedef struct tnm_output {
    char *name;           /* for messages: the path as given, or "<stdout>"; NULL: closed */
    char *target;         /* where a complete output goes; NULL: written through */
    char *temporary;      /* the name it has until then; NULL: none */
    int descriptor;       /* owned, or of `stream` */
    FILE *stream;         /* NULL: none asked for */
    unsigned char *bytes; /* NULL: none asked for */
    size_t size;
    bool mapped;  /* bytes are the temporary file itself */
    bool settled; /* the content is where it has to be; only the name is missing */
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

/* Says that `size` bytes will be brought by tnm_output_write. Space is reserved as above. */
tnm_error tnm_output_reserve(tnm_output *output, size_t size);

/* Brings bytes first .. first+count-1, within what is reserved; any number of threads may, in any
 * order, each byte once. The system is told to put them on the disk soon, so that commit finds
 * little left to wait for. This is the faster way for large outputs: it meets no page faults. Fails
 * with TNM_ERROR_IO. */
tnm_error tnm_output_write(const tnm_output *output, size_t first, const void *bytes, size_t count);

/* Gives a stream to write the content to. Its errors need not be looked at: commit does. */
tnm_error tnm_output_stream(tnm_output *output, FILE **stream);

/* Writes the content to the end, durably, but not yet in the place of the target: what may fail
 * has succeeded then, and a report can be told before old content goes. Nothing to do for a closed
 * or settled output. On failure (TNM_ERROR_IO) the output is to be aborted. */
tnm_error tnm_output_settle(tnm_output *output);

/* Settles, and makes the content the target's, durably. On failure (TNM_ERROR_IO) the target is as
 * it was, or, where it is written through, incomplete; should only the folder not be synced, the
 * target is complete, but a crash of the machine may undo that. Releases everything either way. */
tnm_error tnm_output_commit(tnm_output *output);

/* Forgets an output and its temporary file. Accepts a zeroed or committed output. */
void tnm_output_abort(tnm_output *output);

#endif
