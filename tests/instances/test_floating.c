#include "instances/floating.h"

#include "tests/testlib.h"

static void test_there_and_back(void)
{
    fenv_t own, outside;
    fegetenv(&own);
    fesetround(FE_DOWNWARD);
    feclearexcept(FE_ALL_EXCEPT);
    tnm_floating_enter(&outside);
    CU_ASSERT_EQUAL(fegetround(), FE_TONEAREST);
    feraiseexcept(FE_INEXACT);
    tnm_floating_leave(&outside);
    CU_ASSERT_EQUAL(fegetround(), FE_DOWNWARD);
    CU_ASSERT_EQUAL(fetestexcept(FE_INEXACT), 0);
    fesetenv(&own);
}

static void test_subnormals_are_numbers(void)
{
    fenv_t outside;
    volatile double least = 0x1p-1074;
    tnm_floating_enter(&outside);
    volatile double twice = least + least;
    tnm_floating_leave(&outside);
    CU_ASSERT(twice > least);
}

TNM_SUITE(floating, {"there and back", test_there_and_back},
          {"subnormals are numbers", test_subnormals_are_numbers})
