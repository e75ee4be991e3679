/* Outputs that survive an interruption: see partial.h. */
#include "pruning/partial.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

char *tnm_partial_name(const char *target, const char *suffix)
{
    size_t folder = folder_length(target);
    return tnm_format("%.*s.%s.tnm-%s", (int)folder, target, target + folder, suffix);
}

static tnm_error cannot(tnm_error error, const char *doing, const char *path)
{
    return tnm_fail(error, "%s: cannot %s: %s", path, doing, strerror(errno));
}

static tnm_error reserve(const tnm_partial *partial, size_t size)
{
    int reason;
    if (ftruncate(partial->descriptor, (off_t)size) != 0)
        return cannot(TNM_ERROR_IO, "reserve space", partial->target);
    do
        reason = size > 0 ? posix_fallocate(partial->descriptor, 0, (off_t)size) : 0;
    while (reason == EINTR);
    if (reason == 0 || reason == EINVAL || reason == EOPNOTSUPP)
        return TNM_OK; /* not every file system can */
    errno = reason;
    return tnm_fail(TNM_ERROR_IO, "%s: cannot reserve %zu bytes: %s", partial->target, size,
                    strerror(reason));
}

static tnm_error open_temporary(tnm_partial *partial, size_t size, bool resume, mode_t permissions)
{
    int flags = O_RDWR | O_CLOEXEC | (resume ? 0 : O_CREAT | O_TRUNC);
    partial->descriptor = open(partial->temporary, flags, 0666);
    if (partial->descriptor < 0 ||
        (permissions != 0 && fchmod(partial->descriptor, permissions) != 0))
        return cannot(TNM_ERROR_CANNOT_CREATE, "create", partial->target);
    return reserve(partial, size);
}

tnm_error tnm_partial_open(tnm_partial *partial, const char *target, size_t size, bool resume)
{
    tnm_error error = TNM_OK;
    struct stat status;
    mode_t permissions = 0;
    *partial = (tnm_partial){.descriptor = -1};
    if (target == NULL)
        return TNM_OK;
    char resolved[PATH_MAX]; /* in place of what a link points to rather than of the link */
    bool exists = stat(target, &status) == 0 && realpath(target, resolved) != NULL;
    partial->target = tnm_copy_string(exists ? resolved : target);
    if (partial->target == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    if (exists && !S_ISREG(status.st_mode))
        TNM_TRY(tnm_fail(TNM_ERROR_CANNOT_CREATE, "%s: exists and is no file", target));
    if (exists && access(target, W_OK) != 0)
        TNM_TRY(cannot(TNM_ERROR_CANNOT_CREATE, "create", target));
    if (exists)
        permissions = status.st_mode & 0777;
    partial->temporary = tnm_partial_name(partial->target, "partial");
    if (partial->temporary == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    TNM_TRY(open_temporary(partial, size, resume, permissions));
out:
    if (error != TNM_OK)
        tnm_partial_close(partial);
    return error;
}

tnm_error tnm_partial_open_in(tnm_partial *partial, const char *folder, const char *name,
                              size_t size, bool resume)
{
    tnm_error error = TNM_OK;
    *partial = (tnm_partial){.descriptor = -1};
    partial->target = tnm_format("%s/%s", folder, name);
    partial->temporary = tnm_format("%s/%s", folder, name);
    if (partial->target == NULL || partial->temporary == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    TNM_TRY(open_temporary(partial, size, resume, 0));
out:
    if (error != TNM_OK)
        tnm_partial_close(partial);
    return error;
}

tnm_error tnm_partial_write(const tnm_partial *partial, const void *bytes, size_t offset,
                            size_t count)
{
    if (partial->target == NULL)
        return TNM_OK;
    for (size_t done = 0; done < count;) {
        ssize_t wrote = pwrite(partial->descriptor, (const unsigned char *)bytes + done,
                               count - done, (off_t)(offset + done));
        if (wrote < 0 && errno != EINTR)
            return cannot(TNM_ERROR_IO, "write", partial->target);
        if (wrote > 0)
            done += (size_t)wrote;
    }
    /* Sets the disk to work, so that syncing later has little to wait for; advice, no promise. */
    (void)sync_file_range(partial->descriptor, (off_t)offset, (off_t)count, SYNC_FILE_RANGE_WRITE);
    return TNM_OK;
}

tnm_error tnm_partial_sync(const tnm_partial *partial)
{
    if (partial->target == NULL || fdatasync(partial->descriptor) == 0)
        return TNM_OK;
    return cannot(TNM_ERROR_IO, "write", partial->target);
}

void tnm_partial_close(tnm_partial *partial)
{
    if (partial->target != NULL && partial->descriptor >= 0)
        close(partial->descriptor);
    free(partial->target);
    free(partial->temporary);
    *partial = (tnm_partial){.descriptor = -1};
}

static tnm_error sync_folder(const char *target)
{
    size_t length = folder_length(target);
    char *folder = length == 0 ? tnm_copy_string(".") : tnm_format("%.*s", (int)length, target);
    if (folder == NULL)
        return TNM_ERROR_MEMORY;
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    if (descriptor < 0)
        return TNM_OK; /* it cannot be opened for reading; the new name stands all the same */
    bool synced = fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS;
    tnm_error error = synced ? TNM_OK : cannot(TNM_ERROR_IO, "write", target);
    close(descriptor);
    return error;
}

tnm_error tnm_partial_finish(const char *temporary, const char *target)
{
    if (rename(temporary, target) != 0 && errno != ENOENT)
        return cannot(TNM_ERROR_IO, "write", target);
    return sync_folder(target);
}
