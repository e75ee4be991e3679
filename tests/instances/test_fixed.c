#include "instances/fixed.h"

#include "tests/testlib.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { M = 4, ENTRIES = M * M };

/* A band of a single tile of doubles; the floats are the nearest ones. */
typedef struct single {
    float scores[ENTRIES];
    double doubles[ENTRIES];
    tnm_band band;
} single;

static void single_init(single *self, const double *scores)
{
    for (size_t k = 0; k < ENTRIES; k++) {
        self->doubles[k] = scores[k];
        self->scores[k] = scores[k] > (double)FLT_MAX ? FLT_MAX : (float)scores[k];
    }
    self->band = (tnm_band){
        .m = M, .tiles = 1, .stride = M, .scores = self->scores, .doubles = self->doubles};
}

/* Checks all that is promised of fixed point, for one tile. */
static void check_tile(const double *scores, int bits, bool lossless)
{
    single tile;
    int64_t integers[ENTRIES];
    int scale;
    int64_t any = 0, largest = 0;
    single_init(&tile, scores);
    CU_ASSERT_EQUAL(tnm_fixed_tile(&tile.band, 0, bits, integers, &scale), lossless);
    for (size_t k = 0; k < ENTRIES; k++) {
        /* in long double the difference is exact: 64 bits, and a wider exponent */
        long double unit = ldexpl(1, scale);
        long double error = (long double)scores[k] - (long double)integers[k] * unit;
        CU_ASSERT(lossless ? error == 0 : fabsl(error) <= unit / 2);
        CU_ASSERT(integers[k] >= 0);
        any |= integers[k];
        largest = integers[k] > largest ? integers[k] : largest;
    }
    CU_ASSERT(largest >> bits == 0);
    if (any == 0) {
        CU_ASSERT_EQUAL(scale, 0);
    } else if (lossless) {
        CU_ASSERT((any & 1) != 0); /* a coarser unit would lose something */
    } else {
        CU_ASSERT(largest >> (bits - 1) != 0); /* a finer one would not fit */
    }
}

static void test_lossless_and_largest_unit(void)
{
    tnm_random random = {tnm_test_seed()};
    for (int trial = 0; trial < 2000; trial++) {
        double scores[ENTRIES];
        int span = (int)(tnm_random_next(&random) % 16);
        int base = (int)(tnm_random_next(&random) % 2060) - 1074;
        for (size_t k = 0; k < ENTRIES; k++)
            scores[k] = ldexp((double)(tnm_random_next(&random) >> 41),
                              base + (int)(tnm_random_next(&random) % (unsigned)(span + 1)));
        check_tile(scores, 39, true); /* 23 bits, up to 15 places higher */
    }
}

static void test_lossy_within_half_a_unit(void)
{
    tnm_random random = {tnm_test_seed()};
    for (int trial = 0; trial < 2000; trial++) {
        double scores[ENTRIES];
        int bits = 2 + (int)(tnm_random_next(&random) % 61);
        int base = (int)(tnm_random_next(&random) % 1800) - 900;
        for (size_t k = 0; k < ENTRIES; k++)
            scores[k] = ldexp(tnm_random_uniform(&random), base);
        scores[3] = ldexp(1 + 0x1p-52, base - 60); /* spreads the bits over 100 places and more */
        scores[5] = ldexp(1, base);
        check_tile(scores, bits, false);
    }
}

static void test_rounding_up_never_overflows(void)
{
    for (int bits = 2; bits <= 62; bits++) {
        double scores[ENTRIES] = {1 - 0x1p-53, 0x1p-70, 0.5};
        check_tile(scores, bits, false);
    }
}

static void test_zero_tile(void)
{
    double scores[ENTRIES] = {0};
    check_tile(scores, 62, true);
}

static void test_the_ends_of_double(void)
{
    double smallest[ENTRIES] = {0x1p-1074, 3 * 0x1p-1074, 0x1p-1050};
    double largest[ENTRIES] = {DBL_MAX, 0x1p1023};
    double both[ENTRIES] = {DBL_MAX, 0x1p-1074, 1};
    check_tile(smallest, 62, true);
    check_tile(largest, 62, true);
    for (int bits = 1; bits <= 62; bits++)
        check_tile(both, bits, false);
}

static void test_float_tiles(void)
{
    tnm_random random = {tnm_test_seed()};
    for (int trial = 0; trial < 500; trial++) {
        float scores[2 * ENTRIES]; /* two tiles side by side */
        int64_t integers[ENTRIES];
        int scale;
        for (size_t k = 0; k < 2 * ENTRIES; k++)
            scores[k] = (float)fabs(tnm_random_normal(&random)) + 0x1p-10F;
        tnm_band band = {.m = M, .tiles = 2, .stride = 2 * M, .scores = scores};
        CU_ASSERT(tnm_fixed_tile(&band, 1, 62, integers, &scale));
        for (size_t k = 0; k < ENTRIES; k++) {
            float score = scores[k / M * 2 * M + M + k % M];
            CU_ASSERT_EQUAL(ldexp((double)integers[k], scale), (double)score);
        }
    }
}

static void test_spread(void)
{
    double scores[ENTRIES] = {5, 0.375, 0, 0x1p-1074};
    single tile;
    single_init(&tile, scores);
    tnm_spread wide = tnm_tile_spread(&tile.band, 0);
    CU_ASSERT_EQUAL(wide.top, 3);
    CU_ASSERT_EQUAL(wide.bottom, -1074);
    scores[3] = 0;
    single_init(&tile, scores);
    tnm_spread close = tnm_tile_spread(&tile.band, 0);
    CU_ASSERT_EQUAL(close.top, 3);
    CU_ASSERT_EQUAL(close.bottom, -3);
    scores[0] = scores[1] = 0;
    single_init(&tile, scores);
    tnm_spread zero = tnm_tile_spread(&tile.band, 0);
    CU_ASSERT_EQUAL(zero.top, 0);
    CU_ASSERT_EQUAL(zero.bottom, 0);
}

TNM_SUITE(fixed, {"lossless, at the largest unit", test_lossless_and_largest_unit},
          {"lossy within half a unit", test_lossy_within_half_a_unit},
          {"rounding up never overflows", test_rounding_up_never_overflows},
          {"zero tile", test_zero_tile}, {"the ends of double", test_the_ends_of_double},
          {"float tiles", test_float_tiles}, {"spread", test_spread})
