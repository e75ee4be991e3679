/* End to end: from a .npy file in the page cache to a mask file, as `tnm solve -o` does it, with
 * the time apart that reading, solving, verifying and writing take. */
#ifndef TNM_BENCH_SPEED_ENDTOEND_H
#define TNM_BENCH_SPEED_ENDTOEND_H

#include "bench/speed/plan.h"

size_t tnm_endtoend_steps(const tnm_speed_plan *plan);
/* Of every pattern, for one thread and for all, in turn: wall seconds of the whole ("total") and of
 * making the file durable at the end ("commit"); seconds of reading, solving, verifying and writing
 * by a thread, on average; and how many times faster all threads are ("speed-up"). */
tnm_error tnm_endtoend_measure(tnm_measurements *out, tnm_speed_plan *plan);

#endif
