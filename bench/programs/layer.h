/* Layers for measurements: the whole tiles of a matrix as scores |w| in memory, and masks of them.
 */
#ifndef TNM_BENCH_PROGRAMS_LAYER_H
#define TNM_BENCH_PROGRAMS_LAYER_H

#include "instances/base.h"

typedef struct tnm_layer {
    size_t rows, cols; /* multiples of M, perhaps 0 */
    float *scores;     /* rows x cols, row-major; owned */
} tnm_layer;

/* Opens a matrix of floats as any command reads it, and leaves its ragged margin out. On failure
 * nothing is owned. */
tnm_error tnm_layer_open(tnm_layer *self, const char *path, int m);
/* |N(0,1)| weights, as `tnm generate gaussian` draws them. Likewise. */
tnm_error tnm_layer_draw(tnm_layer *self, size_t rows, size_t cols, uint64_t seed);
/* Accepts a zeroed layer. */
void tnm_layer_close(tnm_layer *self);

/* "folder/name" of a path "any/folder/name.npy", in fresh memory, or NULL with the error recorded.
 */
char *tnm_layer_name(const char *path);

/* Solves a layer by one of the library's own methods, on one thread; `mask` has rows * cols bytes,
 * or is NULL. */
tnm_error tnm_layer_solve(const tnm_layer *self, const char *method, const tnm_problem *problem,
                          uint8_t *mask, tnm_result *result);

#endif
