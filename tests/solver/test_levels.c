/* Digit by digit: the mask of the last level is optimal, as the levels say themselves, and the
 * repair, which does not take their word for it here, finds nothing to improve. */
#include "solver/exact/levels.h"
#include "solver/residual.h"
#include "tests/tiles.h"

#include <string.h>

/* Scores in the finest unit that fits, prices 0; returns its exponent. */
static int load_top(const tnm_augment_kernel *kernel, tnm_augment *paths, const tnm_band *band,
                    size_t tile)
{
    enum { BITS = TNM_AUGMENT_BITS };
    tnm_spread spread = tnm_tile_spread(band, tile);
    int unit = spread.top - spread.bottom > BITS ? spread.top - BITS : spread.bottom;
    memset(paths, 0, sizeof *paths);
    kernel->load(paths, band, tile, unit);
    paths->limit = INT64_C(1) << (BITS - 1);
    paths->ascends = true;
    return unit;
}

/* Returns how many levels there were below the top. */
static size_t check_tile(const tnm_problem *problem, const tnm_band *band, size_t tile)
{
    static tnm_augment paths;
    const tnm_augment_kernel *kernel = tnm_augment_kernel_for(tnm_isa_best());
    tnm_levels *levels = NULL;
    tnm_residual *residual = NULL;
    uint64_t rows[TNM_MAX_TILE];
    size_t size = band->m * sizeof *rows, count = 0;
    ASSERT_OK(tnm_levels_open(&levels, problem->m));
    ASSERT_OK(tnm_residual_init(&residual, problem->m));
    tnm_levels_start(levels, kernel, problem, band, tile, load_top(kernel, &paths, band, tile));
    kernel->solve(&paths, problem);
    for (; tnm_levels_next(levels, &paths); count++)
        kernel->solve(&paths, problem);
    memcpy(rows, paths.ties.kept, size);
    tnm_residual_start start = tnm_levels_result(levels);
    CU_ASSERT(start.proven);
    start.proven = false;
    ASSERT_OK(tnm_residual_repair(residual, problem, band, tile, rows, &start, NULL));
    CU_ASSERT_EQUAL(memcmp(rows, paths.ties.kept, size), 0);
    tnm_residual_free(residual);
    tnm_levels_close(levels);
    return count;
}

static void test_ends_with_an_optimum(void)
{
    enum { TILES = 4 };
    static const tnm_tile_kind kinds[] = {TNM_TILES_GAUSSIAN, TNM_TILES_DENORMAL, TNM_TILES_WIDE,
                                          TNM_TILES_EXTREME, TNM_TILES_ZEROS};
    static const int sides[] = {2, 5, 8, 16, 23, 32, 64};
    tnm_random random = {tnm_test_seed()};
    size_t levels = 0;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        for (size_t q = 0; q < sizeof sides / sizeof *sides; q++) {
            tnm_tiles tiles = tnm_tiles_make(kinds[k], sides[q], TILES, &random);
            for (size_t tile = 0; tile < TILES; tile++) {
                levels += check_tile(&(tnm_problem){sides[q] / 2, sides[q], TNM_EQUAL}, &tiles.band,
                                     tile);
                levels += check_tile(&(tnm_problem){sides[q] / 3 + 1, sides[q], TNM_ATMOST},
                                     &tiles.band, tile);
            }
            tnm_tiles_free(&tiles);
        }
    }
    CU_ASSERT(levels > 0);
}

/* Two live lines and two dead ones, 2^-100 as heavy: what to keep of these hides below any unit
 * that holds the others. */
static void test_sees_a_lower_cluster(void)
{
    static const float scores[] = {0x1.8p0F,  0x1p0F,    0x1p-100F, 0x3p-101F, 0x1p0F,    0x1.4p0F,
                                   0x7p-102F, 0x1p-100F, 0x3p-100F, 0x1p-100F, 0x5p-103F, 0x1p-102F,
                                   0x1p-100F, 0x3p-101F, 0x1p-101F, 0x3p-103F};
    tnm_tiles tiles = tnm_tiles_of(4, scores);
    CU_ASSERT(check_tile(&(tnm_problem){2, 4, TNM_EQUAL}, &tiles.band, 0) > 0);
    CU_ASSERT(check_tile(&(tnm_problem){1, 4, TNM_ATMOST}, &tiles.band, 0) > 0);
    tnm_tiles_free(&tiles);
}

TNM_SUITE(levels, {"ends with an optimum", test_ends_with_an_optimum},
          {"sees a lower cluster", test_sees_a_lower_cluster})
