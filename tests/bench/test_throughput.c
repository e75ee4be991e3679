#include "bench/throughput.h"
#include "solver/own.h"
#include "tests/testlib.h"

static void test_spread(void)
{
    double odd[] = {5, 1, 3}, even[] = {4, 1, 2, 9};
    tnm_spread spread = tnm_spread_of(odd, 3);
    CU_ASSERT(spread.least == 1 && spread.median == 3 && spread.most == 5);
    CU_ASSERT(tnm_spread_of(even, 4).median == 3);
}

static void test_tiny_run(void)
{
    tnm_contestant contestant = {.method = tnm_own_method("exact"), .isa = tnm_isa_best()};
    tnm_cell cell = {.family = "gaussian",
                     .n = 2,
                     .m = 4,
                     .tiles = 64,
                     .repetitions = 2,
                     .contestants = &contestant,
                     .count = 1};
    ASSERT_OK(tnm_cell_measure(&cell, 1));
    CU_ASSERT_EQUAL(contestant.proven, 64);
    CU_ASSERT_EQUAL(contestant.broken, 0);
    CU_ASSERT(contestant.seconds.least > 0);
    CU_ASSERT(contestant.seconds.least <= contestant.seconds.most);
    cell.family = "nonsense";
    ASSERT_FAILS(tnm_cell_measure(&cell, 1), TNM_ERROR_USAGE, "nonsense");
}

TNM_SUITE(throughput, {"spread", test_spread}, {"tiny run", test_tiny_run})
