/* Peak memory: the most that `tnm solve` ever has resident, in a process of its own. */
#ifndef TNM_BENCH_SPEED_MEMORY_H
#define TNM_BENCH_SPEED_MEMORY_H

#include "bench/speed/plan.h"

size_t tnm_memory_steps(const tnm_speed_plan *plan);
/* "memory": of every pattern, on the plan's matrix with a mask file, for all threads, as the
 * process itself reports it (tnm_peak_memory): pages of files that are mapped count as long as they
 * are. */
tnm_error tnm_memory_measure(tnm_measurements *out, tnm_speed_plan *plan);

#endif
