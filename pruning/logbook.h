/* The logbook of a run: what an interrupted run had finished, so that a later one can go on.
 *
 * It lies beside the output it belongs to, as ".TARGET.tnm-logbook", from the start of a run to its
 * end, and keeps others from writing the same output meanwhile. Its lines are
 *
 *     CHECK tnm-logbook 2 FINGERPRINT        of the question and the input
 *     CHECK {...}                            a finished tensor, as in the report
 *     CHECK complete                         everything is written; only renaming is left
 *
 * where CHECK is a checksum of the line and all lines before it, in 16 hexadecimal digits. From the
 * first line on that is cut short or has a wrong checksum, nothing is believed. */
#ifndef TNM_PRUNING_LOGBOOK_H
#define TNM_PRUNING_LOGBOOK_H

#include "instances/base.h"

#include <stdio.h>

/* Checksums: the 64-bit hash of [fowler1991], to notice accidents, not intent. */
#define TNM_CHECKSUM_START UINT64_C(0xcbf29ce484222325)
uint64_t tnm_checksum(uint64_t checksum, const void *bytes, size_t count);

typedef struct tnm_logbook {
    char *path;
    int descriptor;
    uint64_t checksum; /* of the lines so far */
    char **records;    /* the lines in between, read or added, in order */
    size_t count;
    bool complete;
    char *pending; /* lines that are not written yet */
    size_t pending_size;
} tnm_logbook;

/* Opens the logbook for `target`. Where `resume`, it is read if there is one; one of another
 * fingerprint is TNM_ERROR_USAGE. Otherwise it begins anew. TNM_ERROR_CANNOT_CREATE where another
 * run holds it. On failure nothing is owned, and no logbook is changed. */
tnm_error tnm_logbook_open(tnm_logbook *logbook, const char *target, uint64_t fingerprint,
                           bool resume);

/* Adds a line, in memory; it is a record from now on. */
tnm_error tnm_logbook_add(tnm_logbook *logbook, const char *record);
/* Writes what was added, durably. What it speaks of has to be on the disk before. */
tnm_error tnm_logbook_flush(tnm_logbook *logbook);
/* Adds and writes the last line. */
tnm_error tnm_logbook_complete(tnm_logbook *logbook);

/* Closes it, and removes the file where it is no longer needed. Accepts a zeroed one. */
void tnm_logbook_close(tnm_logbook *logbook, bool remove);

#endif
