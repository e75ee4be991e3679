/* Vectors for methods that answer many tiles at once, one tile a lane, one vector an entry. Lanes
 * know nothing of each other, so a tile's answer does not depend on how many there are. */
#ifndef TNM_SOLVER_METHODS_TILE_LANES_H
#define TNM_SOLVER_METHODS_TILE_LANES_H

#include "instances/band.h"

#include <string.h>

/* One native vector: wider ones are taken apart badly. */
#if defined(__AVX512F__)
enum { TNM_TILE_LANES = 16 };
#elif defined(__AVX2__)
enum { TNM_TILE_LANES = 8 };
#else
enum { TNM_TILE_LANES = 4 };
#endif

typedef float tnm_reals __attribute__((vector_size(TNM_TILE_LANES * sizeof(float))));
typedef int32_t tnm_ints __attribute__((vector_size(TNM_TILE_LANES * sizeof(int32_t))));

#define TNM_LANEWISE static inline __attribute__((always_inline))

/* yes where the condition is -1, no where it is 0 */
TNM_LANEWISE tnm_ints tnm_choose(tnm_ints condition, tnm_ints yes, tnm_ints no)
{
    return (condition & yes) | (~condition & no);
}

TNM_LANEWISE tnm_reals tnm_choose_real(tnm_ints condition, tnm_reals yes, tnm_reals no)
{
    return (tnm_reals)tnm_choose(condition, (tnm_ints)yes, (tnm_ints)no);
}

/* The same number in every lane. */
TNM_LANEWISE tnm_reals tnm_real_lanes(float number)
{
    return (tnm_reals){0} + number;
}

/* How many lanes hold tiles of their own, from tile `first` on; the others repeat the last tile. */
TNM_LANEWISE size_t tnm_lanes_used(const tnm_band *band, size_t first)
{
    size_t left = band->tiles - first;
    return left < TNM_TILE_LANES ? left : TNM_TILE_LANES;
}

/* Entries of tiles first, first + 1, ... as m*m vectors, row-major; `source` is one of the band's
 * arrays of floats. */
TNM_LANEWISE void tnm_lanes_load(tnm_reals *entries, const tnm_band *band, const float *source,
                                 size_t first, size_t m)
{
    size_t used = tnm_lanes_used(band, first);
    for (size_t i = 0; i < m; i++) {
        const float *row = source + i * band->stride + first * m;
        for (size_t j = 0; j < m; j++) {
            for (size_t k = 0; k < TNM_TILE_LANES; k++)
                entries[i * m + j][k] = row[(k < used ? k : used - 1) * m + j];
        }
    }
}

#endif
