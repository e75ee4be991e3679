/* The table of ratios: every method on tiles of every source at every pattern, with one thread and
 * with all, against lemon-network-simplex and the faster greedy rule. */
#ifndef TNM_BENCH_SPEED_RATIOS_H
#define TNM_BENCH_SPEED_RATIOS_H

#include "bench/speed/plan.h"

size_t tnm_ratios_steps(const tnm_speed_plan *plan);
tnm_error tnm_ratios_measure(tnm_measurements *out, tnm_speed_plan *plan);

#endif
