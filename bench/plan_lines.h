/* A plan before it means anything: its bytes cut into lines, and these into words. */
#ifndef TNM_BENCH_PLAN_LINES_H
#define TNM_BENCH_PLAN_LINES_H

#include "bench/plan.h"

/* Cuts plan->bytes, `size` of them and a zero, where they lie: lines and words point into them.
 * TNM_ERROR_DATA for a byte that no word may hold. */
tnm_error tnm_plan_cut(tnm_plan *plan, size_t size);

#endif
