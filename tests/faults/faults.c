#include "tests/faults/faults.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_int armed;
static atomic_long left; /* calls until the one that fails; negative once it has */
static atomic_long live; /* blocks of memory */

void tnm_fault_arm(tnm_fault fault, unsigned before)
{
    atomic_store(&left, (long)before);
    atomic_store(&armed, (int)fault);
}

bool tnm_fault_disarm(void)
{
    atomic_store(&armed, TNM_FAULT_NONE);
    return atomic_exchange(&left, 0) < 0;
}

static bool fails(tnm_fault fault)
{
    if (atomic_load(&armed) != (int)fault || atomic_fetch_sub(&left, 1) != 0)
        return false;
    errno = fault == TNM_FAULT_MEMORY ? ENOMEM : EIO;
    return true;
}

/* Defines __wrap_NAME, which the linker puts in place of NAME; __real_NAME is the true one. */
#define WRAP(kind, failure, result, name, parameters, arguments)                                   \
    result __real_##name parameters;                                                               \
    result __wrap_##name parameters;                                                               \
    result __wrap_##name parameters                                                                \
    {                                                                                              \
        return fails(kind) ? (failure) : __real_##name arguments;                                  \
    }

/* Counts a block that has been got in exchange for another, or for none. */
static void *count_block(void *got, const void *given)
{
    atomic_fetch_add(&live, got != NULL && given == NULL);
    return got;
}

long tnm_fault_live(void)
{
    return atomic_load(&live);
}

/* The same for a call that returns memory, in exchange for `given`. */
#define WRAP_MEMORY(name, parameters, arguments, given)                                            \
    void *__real_##name parameters;                                                                \
    void *__wrap_##name parameters;                                                                \
    void *__wrap_##name parameters                                                                 \
    {                                                                                              \
        return fails(TNM_FAULT_MEMORY) ? NULL : count_block(__real_##name arguments, given);       \
    }

WRAP_MEMORY(malloc, (size_t size), (size), NULL)
WRAP_MEMORY(calloc, (size_t count, size_t size), (count, size), NULL)
WRAP_MEMORY(realloc, (void *memory, size_t size), (memory, size), memory)
WRAP_MEMORY(aligned_alloc, (size_t alignment, size_t size), (alignment, size), NULL)

void __real_free(void *memory);
void __wrap_free(void *memory);
void __wrap_free(void *memory)
{
    atomic_fetch_sub(&live, memory != NULL);
    __real_free(memory);
}

WRAP(TNM_FAULT_FILE, -1, int, fstat, (int file, struct stat *status), (file, status))
WRAP(TNM_FAULT_FILE, -1, int, fchmod, (int file, mode_t mode), (file, mode))
WRAP(TNM_FAULT_FILE, -1, ssize_t, read, (int file, void *bytes, size_t size), (file, bytes, size))
WRAP(TNM_FAULT_FILE, -1, ssize_t, write, (int file, const void *bytes, size_t size),
     (file, bytes, size))
WRAP(TNM_FAULT_FILE, -1, ssize_t, pwrite, (int file, const void *bytes, size_t size, off_t start),
     (file, bytes, size, start))
WRAP(TNM_FAULT_FILE, -1, ssize_t, pread, (int file, void *bytes, size_t size, off_t start),
     (file, bytes, size, start))
WRAP(TNM_FAULT_FILE, -1, int, ftruncate, (int file, off_t size), (file, size))
WRAP(TNM_FAULT_FILE, -1, int, fdatasync, (int file), (file))
WRAP(TNM_FAULT_FILE, -1, int, linkat,
     (int from_folder, const char *from, int to_folder, const char *to, int flags),
     (from_folder, from, to_folder, to, flags))
WRAP(TNM_FAULT_FILE, EIO, int, posix_fallocate, (int file, off_t start, off_t size),
     (file, start, size))
WRAP(TNM_FAULT_FILE, MAP_FAILED, void *, mmap,
     (void *place, size_t size, int protection, int flags, int file, off_t start),
     (place, size, protection, flags, file, start))
WRAP(TNM_FAULT_FILE, -1, int, fsync, (int file), (file))
WRAP(TNM_FAULT_FILE, -1, int, rename, (const char *from, const char *to), (from, to))
WRAP(TNM_FAULT_FILE, NULL, FILE *, fdopen, (int file, const char *mode), (file, mode))
WRAP(TNM_FAULT_FILE, NULL, FILE *, fmemopen, (void *bytes, size_t size, const char *mode),
     (bytes, size, mode))
WRAP(TNM_FAULT_FILE, NULL, FILE *, fopen, (const char *path, const char *mode), (path, mode))
WRAP(TNM_FAULT_FILE, EOF, int, fflush, (FILE * stream), (stream))

/* What is closed is gone, even where closing fails. */
WRAP(TNM_FAULT_FILE, (__real_close(file), errno = EIO, -1), int, close, (int file), (file))
WRAP(TNM_FAULT_FILE, (__real_fclose(stream), errno = EIO, EOF), int, fclose, (FILE * stream),
     (stream))

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    if (fails(TNM_FAULT_FILE))
        return -1;
    if ((flags & O_CREAT) == 0 && (flags & O_TMPFILE) != O_TMPFILE)
        return __real_open(path, flags);
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = va_arg(arguments, mode_t);
    va_end(arguments);
    return __real_open(path, flags, mode);
}
