/* Text instances: small matrices that people write, read and mail, with their question inside.
 *
 *     c at most two of three: keeps 5; exactly two of three: keeps 4
 *     p tnm 2:3 atmost 3 3
 *     r 1 0 0
 *     r 0 1 1
 *     r 0 1 0x1p-1
 *
 * Line types as in the DIMACS formats: `c` comment, `p tnm N:M CONSTRAINT ROWS COLS` the problem,
 * once and before the first row, `r` one row of COLS finite numbers. Numbers are decimal or
 * hexadecimal and mean the nearest double. The reader is strict, and every complaint names its
 * line: "block.tnm:17: expected 64 numbers, found 63". The grammar is in docs/formats.md. */
#ifndef TNM_INSTANCES_TEXT_H
#define TNM_INSTANCES_TEXT_H

#include "instances/base.h"

#include <stdio.h>

/* Larger matrices go into .npy files. A line holds the longest row there can be. */
enum {
    TNM_TEXT_MAX_COLS = 2048,
    TNM_TEXT_MAX_ENTRIES = 1 << 20,
    TNM_TEXT_MAX_LINE = 1 << 16, /* bytes, the end of the line not counted */
};

/* A text instance in memory. */
typedef struct tnm_text {
    tnm_problem problem;
    size_t rows, cols; /* at least 1 each */
    double *values;    /* rows * cols weights, row-major; owned; never NaN or infinite */
} tnm_text;

/* Reads the instance in a file (TNM_ERROR_NO_INPUT, TNM_ERROR_IO, TNM_ERROR_DATA). On failure
 * nothing is owned. */
tnm_error tnm_text_read(tnm_text *text, const char *path);
/* Reads the instance in a stream up to its end; `name` stands for it in messages. */
tnm_error tnm_text_read_stream(tnm_text *text, FILE *stream, const char *name);
/* Accepts a zeroed instance. */
void tnm_text_free(tnm_text *text);

/* The weights as a float64 view; borrows from `text`. */
tnm_matrix tnm_text_matrix(const tnm_text *text);

/* Writes an instance so that reading it gives the same doubles to the last bit. Every line of
 * `comment` (NULL: none) becomes a `c` line. Fails with TNM_ERROR_USAGE for a matrix the reader
 * would refuse, TNM_ERROR_IO when the stream does. */
tnm_error tnm_text_write(const tnm_text *text, FILE *stream, const char *comment);

#endif
