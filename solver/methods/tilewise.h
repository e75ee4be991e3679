/* One tile after another through an engine that counts in integers: what LEMON's and GLPK's methods
 * have in common. For each tile
 *
 *     scores -> fixed point -> engine: mask, perhaps prices -> proof or repair -> the band's answer
 *
 * An engine's word is not taken for it. Where its prices do not prove its mask in integers, or
 * where the tile did not fit the fixed point without loss, solver/residual completes the mask to an
 * optimal one and finds the prices. */
#ifndef TNM_SOLVER_METHODS_TILEWISE_H
#define TNM_SOLVER_METHODS_TILEWISE_H

#include "solver/method.h"
#include "solver/residual.h"

/* One tile in fixed point, and where the engine puts its answer to it. */
typedef struct tnm_tile {
    const int64_t *scores; /* m*m, row-major, non-negative */
    int64_t largest;       /* of the scores; below 2^bits */
    uint64_t *rows;        /* m words: the mask */
    int64_t *u, *v; /* m prices each in the unit of the scores; |price| < 2^60. Zero on entry;
                       an engine without prices leaves them alone */
} tnm_tile;

/* Answers a tile; `engine` is the method's workspace. */
typedef tnm_error (*tnm_tile_engine)(void *engine, const tnm_tile *tile);

/* The part of a workspace that all such methods share; one a thread. */
typedef struct tnm_tilewise {
    tnm_problem problem;
    const tnm_settings *settings;
    int bits; /* scores stay below 2^bits */
    int64_t *scores;
    tnm_residual *residual;
} tnm_tilewise;

/* Released with tnm_tilewise_free even when it fails (TNM_ERROR_MEMORY). */
tnm_error tnm_tilewise_init(tnm_tilewise *tilewise, const tnm_problem *problem,
                            const tnm_settings *settings, int bits);
/* Accepts a zeroed one. */
void tnm_tilewise_free(tnm_tilewise *tilewise);

/* Answers a band through an engine. TNM_ERROR_LIMIT when asked to stop between tiles;
 * TNM_ERROR_INTERNAL when the engine's mask breaks the constraint. */
tnm_error tnm_tilewise_solve(tnm_tilewise *tilewise, const tnm_band *band, tnm_answer *answer,
                             tnm_tile_engine solve, void *engine);

#endif
