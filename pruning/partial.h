/* Large outputs that grow over hours and survive an interruption.
 *
 * Like instances/output, a partial output grows under another name beside its target and is renamed
 * when it is complete, so that the target is never half-written. Unlike it, that name is always the
 * same for a target, ".TARGET.tnm-partial", so that a later run can go on where an earlier one was
 * ended, and bytes are written at any place, not mapped. */
#ifndef TNM_PRUNING_PARTIAL_H
#define TNM_PRUNING_PARTIAL_H

#include "instances/base.h"

typedef struct tnm_partial {
    char *target;    /* where it goes; NULL: not wanted, and every call below does nothing */
    char *temporary; /* where it grows */
    int descriptor;
} tnm_partial;

/* The name that something for `target` has until it is complete; NULL without memory. */
char *tnm_partial_name(const char *target, const char *suffix);

/* Opens the output for `target` and reserves its `size` bytes on the disk, so that a full disk is
 * an error here (TNM_ERROR_IO). What an earlier run left there has to be there where `resume`, and
 * is thrown away otherwise. An existing target that may not be written is refused, and gives its
 * permissions to the new one. A target of NULL is not wanted. */
tnm_error tnm_partial_open(tnm_partial *partial, const char *target, size_t size, bool resume);
/* The same for a file of its name within a folder that itself is renamed when all is complete. */
tnm_error tnm_partial_open_in(tnm_partial *partial, const char *folder, const char *name,
                              size_t size, bool resume);

tnm_error tnm_partial_write(const tnm_partial *partial, const void *bytes, size_t offset,
                            size_t count);
/* Waits until everything written is on the disk. */
tnm_error tnm_partial_sync(const tnm_partial *partial);
/* Closes the file and leaves it where it grew. */
void tnm_partial_close(tnm_partial *partial);

/* Renames something complete (a file or a folder) to its target, durably; nothing is there to be
 * renamed where an earlier run was ended after it did. */
tnm_error tnm_partial_finish(const char *temporary, const char *target);

#endif
