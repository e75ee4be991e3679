/* The ground floor: how a call fails, and how memory is asked for. Includes nothing of tnm but the
 * public header.
 *
 * One idiom everywhere: pointers start as NULL, every fallible call is wrapped in TNM_TRY, and a
 * single `out:` releases what was taken. Release functions accept NULL and half-built objects. */
#ifndef TNM_INSTANCES_BASE_H
#define TNM_INSTANCES_BASE_H

#include "tnm.h"

/* Records the sentence for tnm_error_message() in this thread, and yields the code, so that a
 * function can report and return in one expression. */
tnm_error tnm_fail(tnm_error error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Needs a local `tnm_error error = TNM_OK;` and a label `out:`. */
#define TNM_TRY(call)                                                                              \
    do {                                                                                           \
        error = (call);                                                                            \
        if (error != TNM_OK)                                                                       \
            goto out;                                                                              \
    } while (0)

/* Zeroed memory for count items of size bytes, aligned to 64 bytes so that any vector may be
 * loaded from its start; NULL, with the error recorded, when there is none or the product
 * overflows. Released with free(). */
void *tnm_allocate(size_t count, size_t size);

/* Typed form of tnm_allocate inside TNM_TRY: TNM_TRY(TNM_NEW(pointer, count)). */
#define TNM_NEW(pointer, count)                                                                    \
    (((pointer) = tnm_allocate((count), sizeof *(pointer))) != NULL ? TNM_OK : TNM_ERROR_MEMORY)

/* A copy of a string, or NULL with the error recorded. Released with free(). */
char *tnm_copy_string(const char *text);

/* printf into fresh memory, or NULL with the error recorded. Released with free(). */
char *tnm_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

__extension__ typedef __int128 tnm_int128;

/* The failure that a parallel loop reports: that of its lowest-numbered piece of work, whichever
 * thread met it, so that the message does not depend on the number of threads. */
typedef struct tnm_failure {
    tnm_error error;
    size_t piece;
    char sentence[1024];
} tnm_failure;

/* Notes that `piece` failed in this thread; call it from one thread at a time. */
void tnm_failure_note(tnm_failure *failure, tnm_error error, size_t piece);
/* Makes the noted failure, if any, that of the calling thread, and yields its code. */
tnm_error tnm_failure_raise(const tnm_failure *failure);

/* Seconds on the monotonic clock. */
double tnm_now(void);

/* Seconds of processor time that the calling thread has used: unlike those of a wall clock, no
 * matter of what else the machine does. */
double tnm_processor_now(void);

/* The most bytes of memory this process ever had resident, pages of files included; 0 where the
 * system does not tell. */
size_t tnm_peak_memory(void);

#endif
