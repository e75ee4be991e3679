/* Fixed point: the scores of one tile as 64-bit integers. The last place where a float decides
 * anything: solvers that count in integers (LEMON, our own last stage) start from here. */
#ifndef TNM_INSTANCES_FIXED_H
#define TNM_INSTANCES_FIXED_H

#include "instances/band.h"

/* Where the bits of a tile's scores lie: every score is below 2^top and a multiple of 2^bottom.
 * Both are 0 for an all-zero tile. */
typedef struct tnm_spread {
    int top;
    int bottom;
} tnm_spread;

tnm_spread tnm_tile_spread(const tnm_band *band, size_t tile);

/* Writes round(score / 2^scale) for the m*m scores of a tile, row-major, and returns through
 * `scale` the exponent of the unit. The unit is the largest power of two that loses nothing, as
 * long as the integers then stay below 2^bits (bits <= 62); the return value is then true. A tile
 * whose exponents spread further gets the finest unit that fits, each integer is off by at most
 * half a unit, and the return value is false. An all-zero tile has scale 0. */
bool tnm_fixed_tile(const tnm_band *band, size_t tile, int bits, int64_t *integers, int *scale);

#endif
