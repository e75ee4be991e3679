/* One tile in the words of other programs: the network as a DIMACS minimum-cost flow, the 0/1
 * program as CPLEX LP or free MPS. Scores become integers (instances/fixed.h); comment lines at the
 * top say which tile it is, what one unit is worth, whether that lost anything, and what the
 * numbers of nodes and the sign of the objective mean.
 *
 *     dimacs    minimum-cost flow    minimises -kept    glpsol --mincost, dimacs-solver
 *     lp        CPLEX LP             maximises kept     glpsol --lp, HiGHS, SCIP, Gurobi
 *     mps       free MPS             minimises -kept    glpsol --freemps, and all the others
 *
 * MPS has no agreed way to ask for a maximum. Variables are x_i_j, lines r_i and c_j, from 1. */
#ifndef TNM_FORMULATIONS_EXPORT_H
#define TNM_FORMULATIONS_EXPORT_H

#include "formulations/problem.h"
#include "instances/band.h"

#include <stdio.h>

typedef enum tnm_export_format {
    TNM_EXPORT_DIMACS,
    TNM_EXPORT_LP,
    TNM_EXPORT_MPS
} tnm_export_format;

/* Reads "dimacs", "lp" or "mps" (TNM_ERROR_USAGE). */
tnm_error tnm_export_parse(tnm_export_format *format, const char *text);

/* Writes one tile of a band. TNM_ERROR_IO when the stream fails; it is flushed, not closed. */
tnm_error tnm_export_tile(FILE *stream, tnm_export_format format, const tnm_problem *problem,
                          const tnm_band *band, size_t tile);

#endif
