/* Programs of others solve exported tiles to the optimum that our methods prove. */
#include "instances/fixed.h"
#include "solver/methods/lemon.h"
#include "tests/readers.h"

#include <math.h>

static void check_tile(tnm_tile_kind kind, const tnm_problem *problem, tnm_random *random)
{
    int64_t integers[TNM_MAX_TILE * TNM_MAX_TILE];
    int scale;
    tnm_tiles tiles = tnm_tiles_make(kind, problem->m, 2, random);
    tnm_attempt attempt = tnm_attempt_make(&tnm_lemon_network_simplex, problem, &tiles.band);
    ASSERT_OK(attempt.error);
    CU_ASSERT_EQUAL(attempt.verdict.exact, 2);
    CU_ASSERT(tnm_fixed_tile(&tiles.band, 1, 48, integers, &scale));
    tnm_readers_check(problem, &tiles, 1, ldexp(attempt.objectives[1], -scale));
    tnm_attempt_free(&attempt);
    tnm_tiles_free(&tiles);
}

static void test_programs_find_the_proven_optimum(void)
{
    static const int patterns[][2] = {{2, 4}, {1, 5}, {4, 8}, {6, 8}, {5, 12}};
    static const tnm_tile_kind kinds[] = {TNM_TILES_GAUSSIAN, TNM_TILES_TIES, TNM_TILES_DEAD};
    tnm_random random = {tnm_test_seed()};
    for (size_t p = 0; p < sizeof patterns / sizeof *patterns; p++) {
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            tnm_problem problem = {patterns[p][0], patterns[p][1], TNM_EQUAL};
            check_tile(kinds[k], &problem, &random);
            problem.constraint = TNM_ATMOST;
            check_tile(kinds[k], &problem, &random);
        }
    }
}

TNM_SUITE(exports, {"programs find the proven optimum", test_programs_find_the_proven_optimum})
