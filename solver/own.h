/* The project's own methods, one a file; they need no foreign library. */
#ifndef TNM_SOLVER_OWN_H
#define TNM_SOLVER_OWN_H

#include "solver/exact/exact.h"

extern const tnm_method tnm_greedy_keep_method;  /* solver/methods/greedy_keep.c */
extern const tnm_method tnm_greedy_prune_method; /* solver/methods/greedy_prune.c */
extern const tnm_method tnm_brute_method;        /* solver/methods/brute.c */

#endif
