/* The methods that need no foreign library, one a file: our own, and the published rules. */
#ifndef TNM_SOLVER_OWN_H
#define TNM_SOLVER_OWN_H

#include "solver/exact/exact.h"

extern const tnm_method tnm_greedy_keep_method;    /* solver/methods/greedy_keep.c */
extern const tnm_method tnm_greedy_prune_method;   /* solver/methods/greedy_prune.c */
extern const tnm_method tnm_reference_2021_method; /* solver/methods/reference_2021.c */
extern const tnm_method tnm_torch_greedy_method;   /* solver/methods/torch_greedy.c */
extern const tnm_method tnm_bi_nm_method;          /* solver/methods/bi_nm.c */
extern const tnm_method tnm_tsenor_method;         /* solver/methods/tsenor.c */
extern const tnm_method tnm_swap_method;           /* solver/methods/swap.c */
extern const tnm_method tnm_enumerate_method;      /* solver/methods/enumerate.c */
extern const tnm_method tnm_brute_method;          /* solver/methods/brute.c */
extern const tnm_method tnm_row_nm_method;         /* solver/methods/row_nm.c */
extern const tnm_method tnm_unstructured_method;   /* solver/methods/unstructured.c */

#endif
