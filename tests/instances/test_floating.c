#include "instances/floating.h"

#include "tests/testlib.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

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
    fenv_t own, outside;
    volatile double least = 0x1p-1074;
    fegetenv(&own);
#if defined(__x86_64__)
    _mm_setcsr(_mm_getcsr() | 0x8040); /* neither read nor written, as -Ofast has it */
    volatile double flushed = least + least;
#endif
    tnm_floating_enter(&outside);
    volatile double twice = least + least;
    tnm_floating_leave(&outside);
    fesetenv(&own);
    CU_ASSERT_EQUAL(twice, 0x1p-1073);
#if defined(__x86_64__)
    CU_ASSERT_EQUAL(flushed, 0);
#endif
}

TNM_SUITE(floating, {"there and back", test_there_and_back},
          {"subnormals are numbers", test_subnormals_are_numbers})
