/* One tile as a 0/1 program, the other exact formulation of [hubara2021]: one variable x_i_j an
 * entry, 1 where it is kept, and one constraint a line.
 *
 *     maximise    sum s_ij x_i_j
 *     subject to  r_i:  x_i_1 + ... + x_i_M  =  N      (<= N for atmost)
 *                 c_j:  x_1_j + ... + x_M_j  =  N
 *                 x_i_j in {0, 1}
 *
 * (The paper writes S for x. Its N counts zeros, its constraints ask for M/2 kept, where the two
 * coincide.) The program is stated as arrays, for any solver of linear or integer programs. Each
 * variable stands in two constraints, one of the rows and one of the columns, so the matrix is that
 * of a bipartite graph and totally unimodular: every corner of the relaxation 0 <= x <= 1 is a
 * mask, and a simplex method needs no branching. */
#ifndef TNM_FORMULATIONS_PROGRAM_H
#define TNM_FORMULATIONS_PROGRAM_H

#include "formulations/problem.h"

/* Made once for a problem, shared by all its tiles. Variable i*m + j is x_(i+1)_(j+1); line k < m
 * is r_(k+1), line m + k is c_(k+1). */
typedef struct tnm_program {
    tnm_problem problem;
    int variables; /* m*m */
    int lines;     /* 2m constraints */
    int *members;  /* line k adds up variables members[k*m] .. members[k*m + m-1], ascending */
} tnm_program;

/* A valid problem; released with tnm_program_free even when it fails (TNM_ERROR_MEMORY). */
tnm_error tnm_program_init(tnm_program *program, const tnm_problem *problem);
/* Accepts a zeroed program. */
void tnm_program_free(tnm_program *program);

enum { TNM_PROGRAM_NAME = 8 }; /* bytes of the longest name, "x_64_64", with its end */

/* "x_1_1" ... and "r_1" ..., "c_1" ... */
void tnm_program_variable_name(char name[TNM_PROGRAM_NAME], const tnm_program *program,
                               int variable);
void tnm_program_line_name(char name[TNM_PROGRAM_NAME], const tnm_program *program, int line);

/* The mask of a solution, values[variables]. A value further than 1e-6 from 0 and from 1 is
 * refused (TNM_ERROR_INTERNAL), as no corner of the relaxation has one. */
tnm_error tnm_program_mask(uint64_t *rows, const tnm_program *program, const double *values);

/* Prices u[m], v[m] of the constraints' dual values, duals[lines]: by how much the maximum would
 * grow with the right-hand side. Rounded to integers and, for atmost, no lower than 0; any integers
 * are a bound. */
void tnm_program_prices(int64_t *u, int64_t *v, const tnm_program *program, const double *duals);

#endif
