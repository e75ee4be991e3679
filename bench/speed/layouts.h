/* Layouts: what a tile costs where its weights are float16, bfloat16, float64, transposed, strided,
 * or byte-swapped, in whole runs of the drive on a matrix in memory, with one thread. */
#ifndef TNM_BENCH_SPEED_LAYOUTS_H
#define TNM_BENCH_SPEED_LAYOUTS_H

#include "bench/speed/plan.h"

size_t tnm_layouts_steps(const tnm_speed_plan *plan);
/* "layouts"; the layout is named in the place of the source. */
tnm_error tnm_layouts_measure(tnm_measurements *out, tnm_speed_plan *plan);

#endif
