#include "instances/output.h"

#include "instances/pages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- opening ----------------------------------------------------------------------------- */

static tnm_error cannot_create(const tnm_output *output, int reason)
{
    return tnm_fail(TNM_ERROR_CANNOT_CREATE, "%s: cannot create: %s", output->name,
                    strerror(reason));
}

static tnm_error cannot_write(const tnm_output *output, int reason)
{
    return tnm_fail(TNM_ERROR_IO, "%s: cannot write: %s", output->name, strerror(reason));
}

static tnm_error open_through(tnm_output *output, const char *path)
{
    output->descriptor =
        path == NULL ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0) : open(path, O_WRONLY | O_CLOEXEC);
    return output->descriptor >= 0 ? TNM_OK : cannot_create(output, errno);
}

/* Length of the folder part of a path, its last slash included; 0 where there is none. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

/* Creates a file of a new name in the folder of the target. Left-overs of killed runs may hold any
 * such name, so it takes the first that is free. */
static tnm_error create_temporary(tnm_output *output)
{
    static atomic_uint turn;
    size_t folder = folder_length(output->target);
    while (output->descriptor < 0) {
        free(output->temporary);
        output->temporary = tnm_format("%.*s.tnm-%ld-%u.tmp", (int)folder, output->target,
                                       (long)getpid(), atomic_fetch_add(&turn, 1));
        if (output->temporary == NULL)
            return TNM_ERROR_MEMORY;
        output->descriptor = open(output->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (output->descriptor < 0 && errno != EEXIST) {
            int reason = errno;
            free(output->temporary);
            output->temporary = NULL;
            return cannot_create(output, reason);
        }
    }
    return TNM_OK;
}

/* A new file in place of an old one: of the same permissions, and in place of what a symbolic link
 * points to rather than of the link. */
static tnm_error open_in_place_of(tnm_output *output, const char *path, mode_t permissions)
{
    output->target = realpath(path, NULL);
    if (output->target == NULL || access(output->target, W_OK) != 0)
        return cannot_create(output, errno);
    tnm_error error = create_temporary(output);
    if (error == TNM_OK && fchmod(output->descriptor, permissions) != 0)
        error = cannot_create(output, errno);
    return error;
}

static tnm_error open_new(tnm_output *output, const char *path)
{
    if (path[0] == '\0')
        return cannot_create(output, ENOENT);
    output->target = tnm_copy_string(path);
    return output->target == NULL ? TNM_ERROR_MEMORY : create_temporary(output);
}

tnm_error tnm_output_open(tnm_output *output, const char *path)
{
    tnm_error error = TNM_OK;
    struct stat status;
    bool standard = strcmp(path, "-") == 0;
    *output = (tnm_output){.descriptor = -1};
    output->name = tnm_copy_string(standard ? "<stdout>" : path);
    if (output->name == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    if (standard)
        TNM_TRY(open_through(output, NULL));
    else if (stat(path, &status) != 0)
        TNM_TRY(open_new(output, path));
    else if (S_ISREG(status.st_mode))
        TNM_TRY(open_in_place_of(output, path, status.st_mode & 0777));
    else
        TNM_TRY(open_through(output, path));
out:
    if (error != TNM_OK)
        tnm_output_abort(output);
    return error;
}

/* ---- filling ----------------------------------------------------------------------------- */

static int reserve(int descriptor, size_t size)
{
    int reason;
    do
        reason = posix_fallocate(descriptor, 0, (off_t)size);
    while (reason == EINTR);
    return reason;
}

/* Maps the temporary file. Not every file system can reserve or map: `bytes` stays NULL then. */
static tnm_error map_temporary(tnm_output *output)
{
    int reason = reserve(output->descriptor, output->size);
    if (reason == EINVAL || reason == EOPNOTSUPP)
        return TNM_OK;
    if (reason != 0)
        return tnm_fail(TNM_ERROR_IO, "%s: cannot reserve %zu bytes: %s", output->name,
                        output->size, strerror(reason));
    void *mapping =
        mmap(NULL, output->size, PROT_READ | PROT_WRITE, MAP_SHARED, output->descriptor, 0);
    if (mapping != MAP_FAILED) {
        output->bytes = mapping;
        output->mapped = true;
    }
    return TNM_OK;
}

tnm_error tnm_output_memory(tnm_output *output, size_t size, void **memory)
{
    tnm_error error = TNM_OK;
    output->size = size;
    if (output->temporary != NULL)
        TNM_TRY(map_temporary(output));
    if (output->bytes == NULL)
        TNM_TRY(TNM_NEW(output->bytes, size));
    *memory = output->bytes;
out:
    return error;
}

void tnm_output_release(const tnm_output *output, size_t first, size_t count)
{
    if (output->mapped)
        tnm_pages_release(output->bytes, output->size, first, count);
}

tnm_error tnm_output_stream(tnm_output *output, FILE **stream)
{
    output->stream = fdopen(output->descriptor, "w");
    *stream = output->stream;
    return output->stream != NULL ? TNM_OK : cannot_write(output, errno);
}

/* ---- ending ------------------------------------------------------------------------------ */

static tnm_error write_bytes(const tnm_output *output)
{
    for (size_t done = 0; done < output->size;) {
        ssize_t wrote = write(output->descriptor, output->bytes + done, output->size - done);
        if (wrote < 0 && errno != EINTR)
            return cannot_write(output, errno);
        if (wrote > 0)
            done += (size_t)wrote;
    }
    return TNM_OK;
}

static tnm_error finish_content(tnm_output *output)
{
    if (output->stream != NULL) {
        /* An earlier error has left no reason behind, a full disk most likely. */
        errno = EIO;
        bool failed = ferror(output->stream) != 0;
        if (fflush(output->stream) != 0 || failed)
            return cannot_write(output, errno);
    }
    return output->bytes == NULL || output->mapped ? TNM_OK : write_bytes(output);
}

/* Closes the file; on a network this may be where a write turns out to have failed. */
static int close_content(tnm_output *output)
{
    int result = 0;
    if (output->mapped)
        munmap(output->bytes, output->size);
    else
        free(output->bytes);
    output->bytes = NULL;
    output->mapped = false;
    if (output->stream != NULL)
        result = fclose(output->stream);
    else if (output->descriptor >= 0)
        result = close(output->descriptor);
    output->stream = NULL;
    output->descriptor = -1;
    return result;
}

/* Renames, and makes the renaming durable. A folder that cannot be opened for reading cannot be
 * synced, and some file systems sync no folders: the new name stands all the same. */
static tnm_error replace_target(tnm_output *output)
{
    tnm_error error = TNM_OK;
    size_t length = folder_length(output->target);
    char *folder =
        length == 0 ? tnm_copy_string(".") : tnm_format("%.*s", (int)length, output->target);
    if (folder == NULL)
        return TNM_ERROR_MEMORY;
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    if (rename(output->temporary, output->target) != 0)
        TNM_TRY(cannot_write(output, errno));
    free(output->temporary);
    output->temporary = NULL;
    if (descriptor >= 0 && fsync(descriptor) != 0 && errno != EINVAL && errno != EROFS)
        TNM_TRY(cannot_write(output, errno));
out:
    if (descriptor >= 0)
        close(descriptor);
    return error;
}

tnm_error tnm_output_commit(tnm_output *output)
{
    tnm_error error = TNM_OK;
    TNM_TRY(finish_content(output));
    if (output->target != NULL && fsync(output->descriptor) != 0)
        TNM_TRY(cannot_write(output, errno));
    if (close_content(output) != 0)
        TNM_TRY(cannot_write(output, errno));
    if (output->target != NULL)
        TNM_TRY(replace_target(output));
out:
    tnm_output_abort(output);
    return error;
}

void tnm_output_abort(tnm_output *output)
{
    if (output->name == NULL)
        return;
    (void)close_content(output);
    if (output->temporary != NULL)
        unlink(output->temporary);
    free(output->temporary);
    free(output->target);
    free(output->name);
    *output = (tnm_output){.descriptor = -1};
}
