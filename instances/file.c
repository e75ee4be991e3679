#include "instances/file.h"

#include "instances/npy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

const char *tnm_file_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "<stdin>" : path;
}

bool tnm_file_is_safetensors(const unsigned char *bytes, size_t size)
{
    static const uint64_t longest = 100000000; /* as TNM_SAFETENSORS_MAX_HEADER */
    uint64_t length = 0;
    if (size < TNM_FILE_HEAD || bytes[TNM_FILE_HEAD - 1] != '{')
        return false;
    for (int k = 7; k >= 0; k--)
        length = length << 8 | bytes[k];
    return length <= longest;
}

/* Appends to the file's bytes, in memory of `*capacity` bytes, as many as one read() brings. */
static tnm_error read_more(tnm_file *file, size_t *capacity, int descriptor, const char *name,
                           bool *ended)
{
    if (file->size == *capacity) {
        size_t wanted = *capacity == 0 ? 1 << 16 : 2 * *capacity;
        unsigned char *grown = realloc(file->bytes, wanted);
        if (grown == NULL)
            return tnm_fail(TNM_ERROR_MEMORY, "%s: out of memory after %zu bytes", name,
                            file->size);
        file->bytes = grown;
        *capacity = wanted;
    }
    ssize_t got = read(descriptor, file->bytes + file->size, *capacity - file->size);
    if (got < 0 && errno != EINTR)
        return tnm_fail(TNM_ERROR_IO, "%s: cannot read: %s", name, strerror(errno));
    *ended = got == 0;
    if (got > 0)
        file->size += (size_t)got;
    return TNM_OK;
}

static tnm_error refuse_endless(const tnm_file *file, const char *name)
{
    if (file->size <= TNM_FILE_MAX_TEXT || tnm_file_is_safetensors(file->bytes, file->size) ||
        tnm_npy_recognises(file->bytes, file->size))
        return TNM_OK;
    return tnm_fail(TNM_ERROR_DATA,
                    "%s: text of more than %d MiB, and it goes on; larger matrices go into .npy "
                    "files",
                    name, TNM_FILE_MAX_TEXT >> 20);
}

static tnm_error read_all(tnm_file *file, int descriptor, const char *name)
{
    tnm_error error = TNM_OK;
    size_t capacity = 0;
    for (bool ended = false; !ended;) {
        TNM_TRY(read_more(file, &capacity, descriptor, name, &ended));
        TNM_TRY(refuse_endless(file, name));
    }
out:
    if (error != TNM_OK)
        tnm_file_close(file);
    return error;
}

static tnm_error map_all(tnm_file *file, int descriptor, size_t size, const char *name)
{
    void *mapping = mmap(NULL, size, PROT_READ, MAP_SHARED, descriptor, 0);
    if (mapping == MAP_FAILED)
        return tnm_fail(TNM_ERROR_IO, "%s: cannot map %zu bytes: %s", name, size, strerror(errno));
    *file = (tnm_file){.bytes = mapping, .size = size, .mapped = true};
    return TNM_OK;
}

tnm_error tnm_file_open(tnm_file *file, const char *path)
{
    tnm_error error = TNM_OK;
    const char *name = tnm_file_name(path);
    bool standard = strcmp(path, "-") == 0;
    struct stat status;
    *file = (tnm_file){0};
    int descriptor = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 || fstat(descriptor, &status) != 0)
        TNM_TRY(tnm_fail(TNM_ERROR_NO_INPUT, "%s: %s", name, strerror(errno)));
    if (S_ISDIR(status.st_mode))
        TNM_TRY(tnm_fail(TNM_ERROR_NO_INPUT, "%s: %s", name, strerror(EISDIR)));
    /* A size of 0 may be a lie (/proc), and the standard input may be half read already. */
    if (S_ISREG(status.st_mode) && status.st_size > 0 && !standard)
        TNM_TRY(map_all(file, descriptor, (size_t)status.st_size, name));
    else
        TNM_TRY(read_all(file, descriptor, name));
out:
    if (descriptor >= 0 && !standard)
        close(descriptor);
    return error;
}

void tnm_file_close(tnm_file *file)
{
    if (file->mapped)
        munmap(file->bytes, file->size);
    else
        free(file->bytes);
    *file = (tnm_file){0};
}
