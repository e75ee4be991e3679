/* A guarded session with GLPK [makhorin2020], for all who meet it.
 *
 * GLPK keeps its memory in an environment of the thread, prints as it likes, and calls abort() when
 * something goes wrong. In a session it is silent, and an error of GLPK is one of ours: a step that
 * fails leaves its environment behind, and every object in it is gone, those of other users of the
 * thread included. They notice by its generation, and build theirs anew.
 *
 * A session is entered, used and left on one and the same thread. */
#ifndef TNM_SOLVER_METHODS_GLPK_SESSION_H
#define TNM_SOLVER_METHODS_GLPK_SESSION_H

#include "instances/base.h"

/* Calls into GLPK, which may end in glp_error. Nothing that a step takes from elsewhere than GLPK
 * is released when it does. */
typedef tnm_error (*tnm_glpk_step)(void *context);

/* Every enter has its leave; with the last of a thread its environment is freed. */
void tnm_glpk_enter(void);
void tnm_glpk_leave(void);

/* Changes when the objects of this thread are lost. */
unsigned long tnm_glpk_generation(void);

/* Takes a step. TNM_ERROR_INTERNAL with GLPK's words where it fails, TNM_ERROR_MEMORY without an
 * environment; otherwise what the step returns. */
tnm_error tnm_glpk_guarded(tnm_glpk_step step, void *context);

/* What a solver's return code and the status it left say: TNM_OK,
 * TNM_ERROR_LIMIT out of time, or TNM_ERROR_INTERNAL naming the routine. */
tnm_error tnm_glpk_explain(const char *routine, int code, int status);

#endif
