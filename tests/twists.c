#include "tests/twists.h"

#include <float.h>
#include <math.h>

const char *tnm_twist_name(tnm_twist twist)
{
    static const char *const names[] = {
#define X(twist, name) name,
        TNM_TWISTS(X)
#undef X
    };
    return names[twist];
}

/* What a tile's twist needs to know of the tile. */
typedef struct place {
    size_t m, i, j;
    size_t huge;           /* i * m + j of the huge entry */
    float largest;         /* of the tile */
    uint64_t dead, offset; /* bit k: line k is dead; of the planted mask */
} place;

static float eight_bits(float score)
{
    int exponent;
    float fraction = frexpf(score, &exponent);
    return ldexpf(rintf(ldexpf(fraction, 8)), exponent - 8);
}

static float twisted(float score, tnm_twist twist, const place *at, tnm_random *random)
{
    uint64_t chance = tnm_random_next(random);
    float denormal = (float)(chance % 1024) * FLT_TRUE_MIN;
    size_t edge = at->m - at->m / 3;
    switch (twist) {
    case TNM_TWIST_ZERO:
        return 0;
    case TNM_TWIST_ONE_HUGE:
        return at->i * at->m + at->j == at->huge ? ldexpf(at->largest, 20 + (int)(chance % 41))
                                                 : score;
    case TNM_TWIST_DENORMAL:
        return denormal;
    case TNM_TWIST_ALTERNATING:
        return (at->i + at->j) % 2 == 0 ? denormal : score;
    case TNM_TWIST_LARGEST:
        return chance % 4 == 0 ? FLT_MAX : score;
    case TNM_TWIST_INTEGERS:
        return (float)(chance % 256);
    case TNM_TWIST_EIGHT_BITS:
        return eight_bits(score);
    case TNM_TWIST_DEAD_LINES:
        return ((at->dead >> at->i | at->dead >> (63 - at->j)) & 1) != 0 ? 0 : score;
    case TNM_TWIST_PADDED:
        return at->i >= edge || at->j >= edge ? 0 : score;
    case TNM_TWIST_TINY_UNIT:
        return ldexpf(score, -130);
    case TNM_TWIST_NEARLY_TIED:
        return 1 + (float)(chance % 16) * FLT_EPSILON;
    case TNM_TWIST_TWO_VALUES:
        return (at->i + at->j + at->offset) % at->m < at->m / 2 ? 1 : 1 - FLT_EPSILON;
    default:
        return score;
    }
}

static void twist_tile(float *scores, size_t stride, size_t m, tnm_twist twist, tnm_random *random)
{
    place at = {.m = m, .huge = tnm_random_next(random) % (m * m)};
    at.dead = tnm_random_next(random) & tnm_random_next(random) & tnm_random_next(random);
    at.offset = tnm_random_next(random) % m;
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < m; j++)
            at.largest = fmaxf(at.largest, scores[i * stride + j]);
    }
    at.largest = fminf(at.largest, 0x1p60f);
    for (at.i = 0; at.i < m; at.i++) {
        for (at.j = 0; at.j < m; at.j++) {
            float *score = scores + at.i * stride + at.j;
            *score = twisted(*score, twist, &at, random);
        }
    }
}

void tnm_twist_scores(const tnm_band *band, float *scores, tnm_twist twist, tnm_random *random)
{
    if (twist == TNM_TWIST_NONE)
        return;
    for (size_t tile = 0; tile < band->tiles; tile++)
        twist_tile(scores + tile * band->m, band->stride, band->m, twist, random);
}
