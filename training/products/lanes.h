/* What the kernels of products share: vectors, places, and one copy of the loops for every width of
 * a panel. For kernel*.c only. */
#ifndef TNM_TRAINING_PRODUCTS_LANES_H
#define TNM_TRAINING_PRODUCTS_LANES_H

#include "formulations/lanes.h"
#include "training/products/kernel.h"

enum { PLACE = TNM_COMPRESSED_SIDE - 1 }; /* bits of a place without its mark of emptiness */

INLINE floats load(const float *from)
{
    floats vector;
    memcpy(&vector, from, sizeof vector);
    return vector;
}

INLINE uint32_t load_places(const uint8_t *from)
{
    uint32_t four;
    memcpy(&four, from, sizeof four);
    return four;
}

/* Defines `name`, which calls loops(self, vectors of a panel's width) with a constant. */
#define FOR_EACH_WIDTH(name, loops, type)                                                          \
    static void name(const type *self)                                                             \
    {                                                                                              \
        if (self->width == 64)                                                                     \
            loops(self, 64 / LANES);                                                               \
        else if (self->width == 32)                                                                \
            loops(self, 32 / LANES);                                                               \
        else                                                                                       \
            loops(self, 16 / LANES);                                                               \
    }

#endif
