/* The name users type: our own exact method. */
#ifndef TNM_SOLVER_EXACT_EXACT_H
#define TNM_SOLVER_EXACT_EXACT_H

#include "solver/method.h"

extern const tnm_method tnm_exact_method;

#endif
