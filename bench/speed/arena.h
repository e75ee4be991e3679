/* The arena: tiles in memory that all contestants answer, cut into bands as the drive cuts a
 * matrix, so that each fits the second cache and threads can share them out. */
#ifndef TNM_BENCH_SPEED_ARENA_H
#define TNM_BENCH_SPEED_ARENA_H

#include "bench/speed/plan.h"

typedef struct tnm_arena {
    tnm_problem problem;
    size_t count; /* bands */
    tnm_band *bands;
    size_t tiles;   /* of all bands */
    float *weights; /* with their signs */
    float *scores;
    uint64_t *rows;  /* for all masks: those of band k from word m * bands[k].first_tile on */
    int64_t *prices; /* likewise; for warm starts, which need them later */
} tnm_arena;

/* Fills an arena of up to `bands` bands with weights of the source and their magnitudes: as many
 * whole tiles as it has. TNM_ERROR_USAGE for an unknown family, TNM_ERROR_DATA for a matrix without
 * a whole tile. */
tnm_error tnm_arena_init(tnm_arena *arena, const tnm_source *source, const tnm_problem *problem,
                         size_t bands, uint64_t seed);
/* The same tiles with every weight multiplied by 1 + change * g, g a standard normal number. */
tnm_error tnm_arena_change(tnm_arena *changed, const tnm_arena *arena, double change,
                           uint64_t seed);
void tnm_arena_free(tnm_arena *arena); /* accepts a zeroed one */

#endif
