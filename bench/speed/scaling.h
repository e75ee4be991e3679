/* Scaling: what a tile costs with more threads and in larger matrices, in whole runs of the drive
 * on a matrix in memory. */
#ifndef TNM_BENCH_SPEED_SCALING_H
#define TNM_BENCH_SPEED_SCALING_H

#include "bench/speed/plan.h"

size_t tnm_threads_steps(const tnm_speed_plan *plan);
/* "threads": 1, 2, 4, ... and all threads. */
tnm_error tnm_threads_measure(tnm_measurements *out, tnm_speed_plan *plan);

size_t tnm_sizes_steps(const tnm_speed_plan *plan);
/* "sizes": squares of side 256, 512, ... up to the plan's, with one thread and with all. */
tnm_error tnm_sizes_measure(tnm_measurements *out, tnm_speed_plan *plan);

#endif
