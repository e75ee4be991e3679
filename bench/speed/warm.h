/* Warm starts: what the prices of a matrix save on the same matrix after a small change, as between
 * two steps of training. */
#ifndef TNM_BENCH_SPEED_WARM_H
#define TNM_BENCH_SPEED_WARM_H

#include "bench/speed/plan.h"

size_t tnm_warm_steps(const tnm_speed_plan *plan);
/* "warm": the method `exact` on tiles in memory whose weights were multiplied by 1 + change *
 * N(0,1), from prices of the unchanged tiles and without, in turn, one thread. Rows: the time from
 * prices, and how many times faster it is than without. */
tnm_error tnm_warm_measure(tnm_measurements *out, tnm_speed_plan *plan);

#endif
