/* The logbook of a run: see logbook.h. */
#include "pruning/logbook.h"

#include "instances/file.h"
#include "pruning/partial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static const char last_line[] = "complete";
enum { CHECK = 16 }; /* hexadecimal digits, followed by a blank */

uint64_t tnm_checksum(uint64_t checksum, const void *bytes, size_t count)
{
    const unsigned char *byte = bytes;
    for (size_t k = 0; k < count; k++)
        checksum = (checksum ^ byte[k]) * UINT64_C(0x100000001b3);
    return checksum;
}

static tnm_error cannot(const tnm_logbook *logbook, tnm_error error, const char *doing)
{
    return tnm_fail(error, "%s: cannot %s: %s", logbook->path, doing, strerror(errno));
}

static char *first_line(uint64_t fingerprint)
{
    return tnm_format("tnm-logbook 2 %016llx", (unsigned long long)fingerprint);
}

/* ---- lines ----------------------------------------------------------------------------- */

static tnm_error keep_record(tnm_logbook *logbook, const char *text)
{
    char **grown = realloc(logbook->records, (logbook->count + 1) * sizeof *grown);
    char *copy = tnm_copy_string(text);
    if (grown != NULL)
        logbook->records = grown;
    if (grown == NULL || copy == NULL) {
        free(copy);
        return tnm_fail(TNM_ERROR_MEMORY, "out of memory: a logbook");
    }
    logbook->records[logbook->count++] = copy;
    return TNM_OK;
}

/* ---- reading ----------------------------------------------------------------------------- */

/* The text of the line that starts at *at, or NULL where nothing more can be believed. The newline
 * becomes the end of a string. */
static char *take_line(tnm_logbook *logbook, unsigned char *bytes, size_t size, size_t *at)
{
    char *line = (char *)bytes + *at;
    char *end = memchr(line, '\n', size - *at);
    if (end == NULL || end - line < CHECK + 1 || line[CHECK] != ' ')
        return NULL;
    char *text = line + CHECK + 1;
    uint64_t checksum = tnm_checksum(logbook->checksum, text, (size_t)(end - text));
    *end = '\0';
    if (strtoull(line, NULL, 16) != checksum)
        return NULL;
    logbook->checksum = checksum;
    *at += (size_t)(end - line) + 1;
    return text;
}

/* Reads the lines that can be believed and says how long they are: 0 where not even the first. */
static tnm_error read_lines(tnm_logbook *logbook, unsigned char *bytes, size_t size,
                            const char *expected, size_t *believed)
{
    size_t at = 0;
    char *text = take_line(logbook, bytes, size, &at);
    if (text == NULL)
        return TNM_OK;
    if (strcmp(text, expected) != 0)
        return tnm_fail(TNM_ERROR_USAGE,
                        "%s: the unfinished run there asked something else or read another input; "
                        "without --resume it begins anew",
                        logbook->path);
    for (*believed = at; (text = take_line(logbook, bytes, size, &at)) != NULL; *believed = at) {
        logbook->complete = strcmp(text, last_line) == 0;
        tnm_error error = logbook->complete ? TNM_OK : keep_record(logbook, text);
        if (error != TNM_OK)
            return error;
    }
    return TNM_OK;
}

static tnm_error read_old(tnm_logbook *logbook, const char *expected, size_t *believed)
{
    tnm_error error = TNM_OK;
    tnm_file file = {0};
    unsigned char *bytes = NULL;
    TNM_TRY(tnm_file_open(&file, logbook->path));
    TNM_TRY(TNM_NEW(bytes, file.size + 1));
    memcpy(bytes, file.bytes, file.size);
    TNM_TRY(read_lines(logbook, bytes, file.size, expected, believed));
out:
    free(bytes);
    tnm_file_close(&file);
    return error;
}

/* ---- writing ----------------------------------------------------------------------------- */

static tnm_error add_line(tnm_logbook *logbook, const char *text)
{
    size_t length = strlen(text), added = CHECK + 1 + length + 1;
    char *grown = realloc(logbook->pending, logbook->pending_size + added + 1);
    if (grown == NULL)
        return tnm_fail(TNM_ERROR_MEMORY, "out of memory: a logbook");
    logbook->pending = grown;
    logbook->checksum = tnm_checksum(logbook->checksum, text, length);
    snprintf(grown + logbook->pending_size, added + 1, "%016llx %s\n",
             (unsigned long long)logbook->checksum, text);
    logbook->pending_size += added;
    return TNM_OK;
}

tnm_error tnm_logbook_add(tnm_logbook *logbook, const char *record)
{
    tnm_error error = keep_record(logbook, record);
    return error != TNM_OK ? error : add_line(logbook, record);
}

tnm_error tnm_logbook_flush(tnm_logbook *logbook)
{
    for (size_t done = 0; done < logbook->pending_size;) {
        ssize_t wrote =
            write(logbook->descriptor, logbook->pending + done, logbook->pending_size - done);
        if (wrote < 0 && errno != EINTR)
            return cannot(logbook, TNM_ERROR_IO, "write");
        if (wrote > 0)
            done += (size_t)wrote;
    }
    logbook->pending_size = 0;
    return fsync(logbook->descriptor) == 0 ? TNM_OK : cannot(logbook, TNM_ERROR_IO, "write");
}

tnm_error tnm_logbook_complete(tnm_logbook *logbook)
{
    tnm_error error = add_line(logbook, last_line);
    return error != TNM_OK ? error : tnm_logbook_flush(logbook);
}

/* ---- opening and closing ----------------------------------------------------------------- */

static tnm_error lock(tnm_logbook *logbook, const char *target)
{
    logbook->descriptor = open(logbook->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (logbook->descriptor < 0)
        return tnm_fail(TNM_ERROR_CANNOT_CREATE, "%s: cannot create: %s", target, strerror(errno));
    if (flock(logbook->descriptor, LOCK_EX | LOCK_NB) != 0)
        return tnm_fail(TNM_ERROR_CANNOT_CREATE, "%s: another run is writing this output", target);
    return TNM_OK;
}

tnm_error tnm_logbook_open(tnm_logbook *logbook, const char *target, uint64_t fingerprint,
                           bool resume)
{
    tnm_error error = TNM_OK;
    char *first = NULL;
    size_t believed = 0;
    *logbook = (tnm_logbook){.descriptor = -1, .checksum = TNM_CHECKSUM_START};
    logbook->path = tnm_partial_name(target, "logbook");
    first = first_line(fingerprint);
    if (logbook->path == NULL || first == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    TNM_TRY(lock(logbook, target));
    if (resume)
        TNM_TRY(read_old(logbook, first, &believed));
    if (ftruncate(logbook->descriptor, (off_t)believed) != 0)
        TNM_TRY(cannot(logbook, TNM_ERROR_IO, "write"));
    if (believed == 0) {
        logbook->checksum = TNM_CHECKSUM_START;
        TNM_TRY(add_line(logbook, first));
        TNM_TRY(tnm_logbook_flush(logbook));
    }
out:
    free(first);
    if (error != TNM_OK)
        tnm_logbook_close(logbook, false);
    return error;
}

void tnm_logbook_close(tnm_logbook *logbook, bool remove)
{
    if (logbook->path == NULL)
        return;
    if (remove)
        unlink(logbook->path);
    if (logbook->descriptor >= 0)
        close(logbook->descriptor);
    for (size_t k = 0; k < logbook->count; k++)
        free(logbook->records[k]);
    free(logbook->records);
    free(logbook->pending);
    free(logbook->path);
    *logbook = (tnm_logbook){.descriptor = -1};
}
