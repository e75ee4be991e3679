/* The programs of others that read what formulations/export writes: glpsol (package glpk-utils) and
 * LEMON's dimacs-solver (package liblemon-utils). Where one is missing, the assertion fails and
 * says so. */
#ifndef TNM_TESTS_READERS_H
#define TNM_TESTS_READERS_H

#include "tests/tiles.h"

/* Exports a tile in every format and asserts that every reader finds `optimum` in it: the kept
 * score in units of the export, an integer of no more than 15 digits. The 0/1 programs are solved
 * as they are and relaxed. */
void tnm_readers_check(const tnm_problem *problem, const tnm_tiles *tiles, size_t tile,
                       double optimum);

#endif
