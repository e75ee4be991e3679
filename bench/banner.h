/* Banners: the commented lines at the head of every file of measurements, which say what was
 * measured, with what, on what.
 *
 *     # program: tnm 0.1.0
 *     # commit: 237601d5a9c1
 *     # date: 2026-11-22T21:04:05Z
 *     # command: tnm bench --quick
 *     # seed: 1
 *     # compiler: gcc 12.2.0
 *     # flags: -std=c11 -O3 ...
 *     # processor: AMD EPYC, family 23, model 1, stepping 2, 2 cores
 *     # instruction sets: baseline avx2 avx512
 *     # system: Linux 6.1.0 x86_64
 *     # libraries: LEMON 1.3.1, GLPK 5.0, GSL 2.7.1, GMP 6.2.1, jansson 2.14 */
#ifndef TNM_BENCH_BANNER_H
#define TNM_BENCH_BANNER_H

#include "instances/base.h"

#include <stdio.h>

/* What a banner cannot find out by itself. */
typedef struct tnm_banner {
    const char *command; /* see tnm_banner_command */
    uint64_t seed;
} tnm_banner;

/* A command line as one would type it again, quoted for a shell where needed: `program`, which
 * stands for argv[0], and the other arguments. NULL with the error recorded when out of memory;
 * released with free(). */
char *tnm_banner_command(const char *program, int argc, char **argv);

/* Prints the banner; lines end as those of CSV do (RFC 4180). The caller looks at the stream's
 * errors. */
void tnm_banner_print(const tnm_banner *banner, FILE *stream);

/* The head of a program that measures for figures: the banner with the command line, on the
 * standard output. TNM_ERROR_MEMORY. */
tnm_error tnm_banner_head(const char *program, int argc, char **argv, uint64_t seed);

/* "LEMON 1.3.1, GLPK 5.0, ...": the foreign libraries the program is linked to. Writes at most
 * `size` bytes with the final 0. */
void tnm_banner_libraries(char *text, size_t size);

#endif
