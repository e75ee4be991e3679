/* Twists: what may be wrong with real weights, done to the scores of any family. Each draws its
 * random choices from the generator it is given, so that a seed gives the same scores again. */
#ifndef TNM_TESTS_TWISTS_H
#define TNM_TESTS_TWISTS_H

#include "instances/band.h"
#include "tests/random.h"

/* name, what becomes of the scores of a tile */
#define TNM_TWISTS(X)                                                                              \
    X(NONE, "none")               /* as they are */                                                \
    X(ZERO, "all zero")           /* nothing is left */                                            \
    X(ONE_HUGE, "one huge entry") /* 2^20 to 2^60 times the largest, in one place */               \
    X(DENORMAL, "denormals")      /* multiples of the smallest float, up to 2^10 */                \
    X(ALTERNATING, "alternating") /* denormals on the black squares */                             \
    X(LARGEST, "largest floats")  /* some entries are FLT_MAX */                                   \
    X(INTEGERS, "integers")       /* 0 .. 255 */                                                   \
    X(EIGHT_BITS, "8 bits")       /* as bfloat16 rounds */                                         \
    X(DEAD_LINES, "dead lines")   /* a third of rows and columns are zero */                       \
    X(PADDED, "padded")           /* the last rows and columns are zero */                         \
    X(TINY_UNIT, "tiny")          /* times 2^-130 */                                               \
    X(NEARLY_TIED, "nearly tied") /* 1 plus up to 15 ulps */                                       \
    X(TWO_VALUES, "two values")   /* a mask of N:M planted in ones and neighbours of one */

typedef enum tnm_twist {
#define X(twist, name) TNM_TWIST_##twist,
    TNM_TWISTS(X)
#undef X
        TNM_TWIST_COUNT
} tnm_twist;

const char *tnm_twist_name(tnm_twist twist);

/* Twists the float scores of all tiles of a band, `scores` being where band->scores points to. */
void tnm_twist_scores(const tnm_band *band, float *scores, tnm_twist twist, tnm_random *random);

#endif
