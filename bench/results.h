/* The results of a study as files beside its journal:
 *
 *     summary.csv     one row a group of matrices, problem and method
 *     gaps.csv        the distribution of the gaps of tiles, one row a bin
 *     profiles.csv    performance profiles of gaps, and of times where the clock allows
 *     slopes.csv      time a tile as a power of M, where the clock allows
 *     summary.md      tables for people
 *
 * The columns are described in docs/formats.md. */
#ifndef TNM_BENCH_RESULTS_H
#define TNM_BENCH_RESULTS_H

#include "bench/digest.h"

/* Writes all of them into `folder`, each whole or not at all; `head` is the banner and plan that
 * the CSV files start with, as '#' lines. */
tnm_error tnm_results_write(const tnm_digest *digest, const char *folder, const char *head);

#endif
