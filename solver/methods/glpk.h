/* GLPK [makhorin2020] on the 0/1 program of formulations/program.h, the paper's integer program:
 *
 *     glpk-ilp    branch and bound (glp_intopt, with its presolver), as [hubara2021] ran theirs
 *     glpk-lp     the relaxation alone by the simplex method, which is integral here
 *
 * A workspace is opened, used and closed on one and the same thread (glpk_session.h). */
#ifndef TNM_SOLVER_METHODS_GLPK_H
#define TNM_SOLVER_METHODS_GLPK_H

#include "solver/method.h"

extern const tnm_method tnm_glpk_ilp;
extern const tnm_method tnm_glpk_lp;

/* The version of GLPK that is linked, as "5.0". */
const char *tnm_glpk_version(void);

#endif
