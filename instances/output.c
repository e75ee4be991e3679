#include "instances/output.h"

#include "instances/pages.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where the system shows a process its open files, by their descriptors. */
#define OPEN_FILES "/proc/self/fd"

/* Length of the folder part of a path, its last slash included; 0 where there is none. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

/* ---- what must not happen ---------------------------------------------------------------- */

static bool is_standard(const char *path)
{
    return strcmp(path, "-") == 0;
}

static bool is_same(const struct stat *one, const struct stat *other)
{
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

tnm_error tnm_output_refuse_input(const char *path, const char *input)
{
    struct stat written, read;
    if (path == NULL || input == NULL || is_standard(path) || stat(path, &written) != 0 ||
        (is_standard(input) ? fstat(STDIN_FILENO, &read) : stat(input, &read)) != 0)
        return TNM_OK;
    bool holds = S_ISREG(written.st_mode) || S_ISDIR(written.st_mode);
    if (!holds || !is_same(&written, &read))
        return TNM_OK;
    return tnm_fail(TNM_ERROR_USAGE, "'%s' is an input: the original stays as it is", path);
}

/* Whether two paths would make one new file: the same name in the same folder. */
static bool is_same_name(const char *path, const char *other)
{
    size_t length = folder_length(path), other_length = folder_length(other);
    char folder[PATH_MAX], other_folder[PATH_MAX];
    struct stat status, other_status;
    if (strcmp(path + length, other + other_length) != 0 || length >= sizeof folder ||
        other_length >= sizeof other_folder)
        return false;
    snprintf(folder, sizeof folder, "%.*s.", (int)length, path);
    snprintf(other_folder, sizeof other_folder, "%.*s.", (int)other_length, other);
    return stat(folder, &status) == 0 && stat(other_folder, &other_status) == 0 &&
           is_same(&status, &other_status);
}

tnm_error tnm_output_refuse_twin(const char *path, const char *other)
{
    struct stat status, other_status;
    if (path == NULL || other == NULL)
        return TNM_OK;
    bool exists = stat(path, &status) == 0, same = strcmp(path, other) == 0;
    if (exists && stat(other, &other_status) == 0)
        same |= S_ISREG(status.st_mode) && is_same(&status, &other_status);
    else if (!exists)
        same |= is_same_name(path, other);
    if (exists && S_ISCHR(status.st_mode) && !is_standard(path))
        same = false; /* as /dev/null, which takes everything */
    if (!same)
        return TNM_OK;
    return tnm_fail(TNM_ERROR_USAGE, "'%s' cannot hold two outputs", path);
}

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

/* A temporary name in the folder of the target. */
static tnm_error choose_name(tnm_output *output)
{
    static atomic_uint turn;
    free(output->temporary);
    output->temporary = tnm_format("%.*s.tnm-%ld-%u.tmp", (int)folder_length(output->target),
                                   output->target, (long)getpid(), atomic_fetch_add(&turn, 1));
    return output->temporary != NULL ? TNM_OK : TNM_ERROR_MEMORY;
}

static void forget_name(tnm_output *output)
{
    free(output->temporary);
    output->temporary = NULL;
}

/* The folder of the target; NULL with the error recorded. Released with free(). */
static char *folder_of(const tnm_output *output)
{
    size_t length = folder_length(output->target);
    return length == 0 ? tnm_copy_string(".") : tnm_format("%.*s", (int)length, output->target);
}

/* Creates a file without a name, where the file system can and the system lets it be named later
 * through /proc; otherwise the descriptor stays negative. */
static tnm_error create_nameless(tnm_output *output)
{
    char *folder = folder_of(output);
    if (folder == NULL)
        return TNM_ERROR_MEMORY;
    if (access(OPEN_FILES, F_OK) == 0)
        output->descriptor = open(folder, O_RDWR | O_TMPFILE | O_CLOEXEC, 0666);
    free(folder);
    return TNM_OK;
}

/* Creates a file of a new name in the folder of the target. Left-overs of killed runs may hold any
 * such name, so it takes the first that is free. */
static tnm_error create_named(tnm_output *output)
{
    while (output->descriptor < 0) {
        tnm_error error = choose_name(output);
        if (error != TNM_OK)
            return error;
        output->descriptor = open(output->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (output->descriptor < 0 && errno != EEXIST) {
            int reason = errno;
            forget_name(output);
            return cannot_create(output, reason);
        }
    }
    return TNM_OK;
}

static tnm_error create_temporary(tnm_output *output)
{
    tnm_error error = create_nameless(output);
    return error != TNM_OK || output->descriptor >= 0 ? error : create_named(output);
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

/* Reserves space on the disk; not every file system can: `reserved` stays false then. */
static tnm_error reserve_space(tnm_output *output, bool *reserved)
{
    int reason = reserve(output->descriptor, output->size);
    *reserved = reason == 0;
    if (reason == 0 || reason == EINVAL || reason == EOPNOTSUPP)
        return TNM_OK;
    return tnm_fail(TNM_ERROR_IO, "%s: cannot reserve %zu bytes: %s", output->name, output->size,
                    strerror(reason));
}

/* Maps the temporary file. Not every file system can: `bytes` stays NULL then. */
static void map_temporary(tnm_output *output)
{
    void *mapping =
        mmap(NULL, output->size, PROT_READ | PROT_WRITE, MAP_SHARED, output->descriptor, 0);
    if (mapping == MAP_FAILED)
        return;
    output->bytes = mapping;
    output->mapped = true;
}

tnm_error tnm_output_memory(tnm_output *output, size_t size, void **memory)
{
    tnm_error error = TNM_OK;
    bool reserved = false;
    output->size = size;
    if (output->target != NULL)
        TNM_TRY(reserve_space(output, &reserved));
    if (reserved)
        map_temporary(output);
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

/* What is written through waits in memory, since pieces come in any order. */
tnm_error tnm_output_reserve(tnm_output *output, size_t size)
{
    bool reserved;
    output->size = size;
    return output->target != NULL ? reserve_space(output, &reserved) : TNM_NEW(output->bytes, size);
}

/* Starts putting on the disk every whole step of the file that ends within the bytes just written,
 * and the step before it, in which a slower thread may have written since. Advice: should the
 * system not take it, commit waits longer and nothing else is lost. */
static void start_writing_back(const tnm_output *output, size_t first, size_t count)
{
    const size_t step = 4 << 20;
    size_t begin = first / step, end = (first + count) / step;
    if (begin == end)
        return;
    if (begin > 0)
        begin--;
    (void)sync_file_range(output->descriptor, (off_t)(begin * step), (off_t)((end - begin) * step),
                          SYNC_FILE_RANGE_WRITE);
}

tnm_error tnm_output_write(const tnm_output *output, size_t first, const void *bytes, size_t count)
{
    if (output->bytes != NULL) {
        memcpy(output->bytes + first, bytes, count);
        return TNM_OK;
    }
    for (size_t done = 0; done < count;) {
        ssize_t wrote = pwrite(output->descriptor, (const unsigned char *)bytes + done,
                               count - done, (off_t)(first + done));
        if (wrote < 0 && errno != EINTR)
            return cannot_write(output, errno);
        if (wrote > 0)
            done += (size_t)wrote;
    }
    start_writing_back(output, first, count);
    return TNM_OK;
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

/* Gives the temporary file a name, where it has none yet, since only names can be renamed. */
static tnm_error name_temporary(tnm_output *output)
{
    char self[sizeof OPEN_FILES + 16];
    tnm_error error = TNM_OK;
    snprintf(self, sizeof self, OPEN_FILES "/%d", output->descriptor);
    while (output->temporary == NULL) {
        TNM_TRY(choose_name(output));
        if (linkat(AT_FDCWD, self, AT_FDCWD, output->temporary, AT_SYMLINK_FOLLOW) == 0)
            break;
        int reason = errno;
        forget_name(output);
        if (reason != EEXIST)
            TNM_TRY(cannot_write(output, reason));
    }
out:
    return error;
}

/* Renames, and makes the renaming durable. A folder that cannot be opened for reading cannot be
 * synced, and some file systems sync no folders: the new name stands all the same. */
static tnm_error replace_target(tnm_output *output)
{
    tnm_error error = TNM_OK;
    char *folder = folder_of(output);
    if (folder == NULL)
        return TNM_ERROR_MEMORY;
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    if (rename(output->temporary, output->target) != 0)
        TNM_TRY(cannot_write(output, errno));
    forget_name(output);
    if (descriptor >= 0 && fsync(descriptor) != 0 && errno != EINVAL && errno != EROFS)
        TNM_TRY(cannot_write(output, errno));
out:
    if (descriptor >= 0)
        close(descriptor);
    return error;
}

tnm_error tnm_output_settle(tnm_output *output)
{
    tnm_error error = TNM_OK;
    if (output->settled || output->name == NULL)
        return TNM_OK;
    TNM_TRY(finish_content(output));
    if (output->target != NULL && fsync(output->descriptor) != 0)
        TNM_TRY(cannot_write(output, errno));
    output->settled = true;
out:
    return error;
}

tnm_error tnm_output_commit(tnm_output *output)
{
    tnm_error error = TNM_OK;
    TNM_TRY(tnm_output_settle(output));
    if (output->target != NULL)
        TNM_TRY(name_temporary(output));
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
