/* Every method of the program: our own, and behind them those that need foreign libraries. The
 * library knows its own only (solver/method.h); adding a foreign one is one file and one row in
 * all.c. */
#ifndef TNM_SOLVER_METHODS_ALL_H
#define TNM_SOLVER_METHODS_ALL_H

#include "solver/method.h"

/* Method number `index`, or NULL past the last one. */
const tnm_method *tnm_method_at(size_t index);

/* The method of this name, or NULL. */
const tnm_method *tnm_method_find(const char *name);

#endif
