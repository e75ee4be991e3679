/* Performance profiles against ones worked out by hand. */
#include "bench/profile.h"
#include "tests/testlib.h"

#include <math.h>

enum { PROBLEMS = 4, SOLVERS = 2 };

static void test_ratios(void)
{
    const double inf = (double)INFINITY;
    const double costs[PROBLEMS * SOLVERS] = {1, 2, 6, 3, inf, 5, inf, inf};
    double distances[SOLVERS * PROBLEMS];
    tnm_profile(distances, costs, PROBLEMS, SOLVERS, TNM_DISTANCE_RATIO);
    const double expected[] = {1, 2, inf, inf, 1, 1, 2, inf};
    for (int k = 0; k < SOLVERS * PROBLEMS; k++)
        CU_ASSERT_EQUAL(distances[k], expected[k]);
    CU_ASSERT_EQUAL(tnm_profile_at(distances, PROBLEMS, 0.5), 0);
    CU_ASSERT_EQUAL(tnm_profile_at(distances, PROBLEMS, 1), 0.25);
    CU_ASSERT_EQUAL(tnm_profile_at(distances, PROBLEMS, 1e9), 0.5);
    CU_ASSERT_EQUAL(tnm_profile_at(distances + PROBLEMS, PROBLEMS, 2), 0.75);
}

static void test_nothing_to_pay(void)
{
    const double costs[] = {0, 0, 0, 3};
    double distances[4];
    tnm_profile(distances, costs, 2, SOLVERS, TNM_DISTANCE_RATIO);
    CU_ASSERT(distances[0] == 1 && distances[1] == 1 && distances[2] == 1 && isinf(distances[3]));
}

static void test_differences(void)
{
    const double costs[] = {0, 0.25, 0.5, 0.5, 0.125, 0, (double)INFINITY, 1};
    double distances[SOLVERS * PROBLEMS];
    tnm_profile(distances, costs, PROBLEMS, SOLVERS, TNM_DISTANCE_DIFFERENCE);
    const double expected[] = {0, 0, 0.125, (double)INFINITY, 0, 0, 0, 0.25};
    for (int k = 0; k < SOLVERS * PROBLEMS; k++)
        CU_ASSERT_EQUAL(distances[k], expected[k]);
}

TNM_SUITE(profile, {"ratios", test_ratios}, {"nothing to pay", test_nothing_to_pay},
          {"differences", test_differences})
