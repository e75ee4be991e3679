#include "instances/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static _Thread_local char message[1024];

tnm_error tnm_fail(tnm_error error, const char *format, ...)
{
    char sentence[sizeof message]; /* the arguments may point into the old message */
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    memcpy(message, sentence, sizeof message);
    return error;
}

const char *tnm_error_message(void)
{
    return message;
}

const char *tnm_error_sentence(tnm_error error)
{
    switch (error) {
#define X(name, code, exit_code, sentence)                                                         \
    case TNM_##name:                                                                               \
        return sentence;
        TNM_ERRORS(X)
#undef X
    }
    return "unknown error";
}

int tnm_error_exit_code(tnm_error error)
{
    switch (error) {
#define X(name, code, exit_code, sentence)                                                         \
    case TNM_##name:                                                                               \
        return exit_code;
        TNM_ERRORS(X)
#undef X
    }
    return 70;
}

const char *tnm_version(void)
{
    return TNM_VERSION;
}

enum { ALIGNMENT = 64 };

void *tnm_allocate(size_t count, size_t size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - ALIGNMENT) {
        tnm_fail(TNM_ERROR_MEMORY, "out of memory: %zu items of %zu bytes", count, size);
        return NULL;
    }
    bytes = (bytes + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
    void *memory = aligned_alloc(ALIGNMENT, bytes);
    if (memory == NULL) {
        tnm_fail(TNM_ERROR_MEMORY, "out of memory: %zu bytes", bytes);
        return NULL;
    }
    return memset(memory, 0, bytes);
}

char *tnm_copy_string(const char *text)
{
    return tnm_format("%s", text);
}

char *tnm_format(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = tnm_allocate((size_t)length + 1, 1);
    if (text == NULL)
        return NULL;
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

void tnm_failure_note(tnm_failure *failure, tnm_error error, size_t piece)
{
    if (error == TNM_OK || (failure->error != TNM_OK && failure->piece <= piece))
        return;
    failure->error = error;
    failure->piece = piece;
    memcpy(failure->sentence, message, sizeof message);
}

tnm_error tnm_failure_raise(const tnm_failure *failure)
{
    return failure->error == TNM_OK ? TNM_OK : tnm_fail(failure->error, "%s", failure->sentence);
}

double tnm_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double tnm_processor_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

size_t tnm_peak_memory(void)
{
    char line[128];
    unsigned long long kibibytes = 0;
    FILE *stream = fopen("/proc/self/status", "r");
    while (stream != NULL && fgets(line, sizeof line, stream) != NULL) {
        if (sscanf(line, "VmHWM: %llu kB", &kibibytes) == 1)
            break;
    }
    if (stream != NULL)
        fclose(stream);
    return (size_t)kibibytes * 1024;
}
