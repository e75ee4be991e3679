/* Small tiles on their way to the lanes and back, on every instruction set. */
#include "solver/exact/kernel.h"
#include "tests/random.h"
#include "tests/testlib.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NOWHERE = -1 };

/* A row of 32 tiles and what becomes of them. */
typedef struct table {
    tnm_problem problem;
    float scores[TNM_SMALL * TNM_SMALL * TNM_LANES]; /* as in a band */
    tnm_small_tiles tiles;
    int lane_of[TNM_LANES];
    int64_t certificates[(2 * TNM_SMALL + 1) * TNM_LANES];
    uint64_t rows[TNM_SMALL * TNM_LANES];
} table;

static size_t stride_of(const table *self)
{
    return TNM_LANES * (size_t)self->problem.m;
}

static float score_of(const table *self, int tile, int i, int j)
{
    return self->scores[(size_t)i * stride_of(self) + (size_t)(tile * self->problem.m + j)];
}

/* Over twenty binary orders of magnitude, with zeros and whole numbers among them. */
static float draw_score(tnm_random *random)
{
    double uniform = tnm_random_uniform(random);
    switch (tnm_random_next(random) % 8) {
    case 0:
        return 0;
    case 1:
        return (float)floor(8 * uniform);
    default:
        return (float)ldexp(1 + uniform, -(int)(tnm_random_next(random) % 20));
    }
}

static void draw_scores(table *self, tnm_random *random)
{
    for (size_t k = 0; k < (size_t)self->problem.m * stride_of(self); k++)
        self->scores[k] = draw_score(random);
    for (int tile = 0; tile < TNM_LANES; tile++) /* no two are alike */
        self->scores[tile * self->problem.m] = 1 + (float)tile / TNM_LANES;
}

/* Whether a lane holds such an integer for this score as its exponent asks for: an even one is
 * exact, an odd one between its even neighbours. */
static bool fits(const table *self, int lane, int tile, int i, int j)
{
    const tnm_small_tiles *tiles = &self->tiles;
    int center = self->problem.constraint == TNM_ATMOST ? 0 : TNM_CENTER;
    int units = tiles->scores[i * self->problem.m + j][lane] + center;
    double exact = ldexp((double)score_of(self, tile, i, j), -tiles->exponent[lane]);
    return units % 2 == 0 ? exact == units : units - 1 < exact && exact < units + 1;
}

static bool holds(const table *self, int lane, int tile)
{
    int m = self->problem.m;
    bool all = true;
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < m; j++)
            all &= fits(self, lane, tile, i, j);
    }
    return all;
}

/* The lane of every tile, told by its scores; no lane serves two. */
static void find_lanes(table *self)
{
    uint32_t taken = 0;
    for (int tile = 0; tile < TNM_LANES; tile++) {
        self->lane_of[tile] = NOWHERE;
        for (int lane = 0; lane < TNM_LANES; lane++) {
            if (!(taken >> lane & 1) && holds(self, lane, tile))
                self->lane_of[tile] = lane;
        }
        CU_ASSERT_NOT_EQUAL_FATAL(self->lane_of[tile], NOWHERE);
        taken |= UINT32_C(1) << self->lane_of[tile];
    }
}

/* Any 16 bits. */
static uint16_t kept_in(int tile, int row)
{
    return (uint16_t)((tile * 16 + row) * 40503);
}

/* An answer that tells its tile and its line; every third tile is open. */
static void answer(table *self)
{
    for (int tile = 0; tile < TNM_LANES; tile++) {
        int lane = self->lane_of[tile];
        self->tiles.exponent[lane] = (tnm_short)(tile - 100);
        self->tiles.solved[lane] = tile % 3 == 0 ? 0 : -1;
        for (int k = 0; k < self->problem.m; k++) {
            self->tiles.row_price[k][lane] = (tnm_short)(100 * tile + k);
            self->tiles.col_price[k][lane] = (tnm_short) - (100 * tile + k);
            self->tiles.kept[k][lane] = (tnm_short)kept_in(tile, k);
        }
    }
}

static void check_answer(const table *self, uint32_t open)
{
    int m = self->problem.m, center = self->problem.constraint == TNM_ATMOST ? 0 : TNM_CENTER;
    for (int tile = 0; tile < TNM_LANES; tile++) {
        const int64_t *certificate = self->certificates + tile * (2 * m + 1);
        CU_ASSERT_EQUAL(certificate[0], tile - 100);
        CU_ASSERT_EQUAL(open >> tile & 1, tile % 3 == 0);
        for (int k = 0; k < m; k++) {
            CU_ASSERT_EQUAL(certificate[1 + k], 100 * tile + k + center);
            CU_ASSERT_EQUAL(certificate[1 + m + k], -(100 * tile + k));
            CU_ASSERT_EQUAL(self->rows[k * TNM_LANES + tile], kept_in(tile, k));
        }
    }
}

static void check_round_trip(table *self, tnm_isa isa, tnm_random *random)
{
    const tnm_deal_kernel *kernel = tnm_deal_kernel_for(isa);
    draw_scores(self, random);
    kernel->load(&self->tiles, self->scores, stride_of(self), &self->problem);
    find_lanes(self);
    answer(self);
    uint32_t open =
        kernel->put(self->certificates, self->rows, TNM_LANES, &self->tiles, &self->problem);
    check_answer(self, open);
}

/* All zeros; released with free(). */
static table *new_table(void)
{
    table *self = aligned_alloc(64, (sizeof *self + 63) / 64 * 64);
    CU_ASSERT_PTR_NOT_NULL_FATAL(self);
    return memset(self, 0, sizeof *self);
}

static void test_tiles_come_back_as_they_went(void)
{
    table *self = new_table();
    tnm_random random = {tnm_test_seed()};
    for (int isa = 0; isa < TNM_ISA_COUNT; isa++) {
        for (int m = 2; m <= TNM_SMALL && tnm_isa_supported((tnm_isa)isa); m++) {
            self->problem = (tnm_problem){m / 2, m, TNM_EQUAL};
            if (!tnm_is_small(&self->problem))
                continue;
            check_round_trip(self, (tnm_isa)isa, &random);
            self->problem.constraint = TNM_ATMOST;
            check_round_trip(self, (tnm_isa)isa, &random);
        }
    }
    free(self);
}

/* How many of 32 tiles of even scores are left open. */
static int count_left(table *self, tnm_isa isa, tnm_random *random)
{
    const tnm_deal_kernel *kernel = tnm_deal_kernel_for(isa);
    memset(&self->tiles, 0, sizeof self->tiles); /* none is solved */
    for (size_t k = 0; k < (size_t)self->problem.m * stride_of(self); k++)
        self->scores[k] = (float)tnm_random_uniform(random);
    kernel->load(&self->tiles, self->scores, stride_of(self), &self->problem);
    tnm_small_kernel_for(isa)(&self->tiles, &self->problem,
                              tnm_small_relaxation_for(self->problem.m).half_rounds, false);
    return __builtin_popcount(
        kernel->put(self->certificates, self->rows, TNM_LANES, &self->tiles, &self->problem));
}

/* Whatever counts as a small problem has an ascent compiled for it. */
static void test_small_problems_ascend(void)
{
    table *self = new_table();
    tnm_random random = {tnm_test_seed()};
    for (int m = 2; m <= TNM_SMALL; m++) {
        for (int n = 1; n < m; n++) {
            for (int constraint = TNM_EQUAL; constraint <= TNM_ATMOST; constraint++) {
                self->problem = (tnm_problem){n, m, (tnm_constraint)constraint};
                if (tnm_is_small(&self->problem))
                    CU_ASSERT(count_left(self, tnm_isa_best(), &random) < TNM_LANES * 3 / 4);
            }
        }
    }
    free(self);
}

TNM_SUITE(deal, {"tiles come back as they went", test_tiles_come_back_as_they_went},
          {"small problems ascend", test_small_problems_ascend})
