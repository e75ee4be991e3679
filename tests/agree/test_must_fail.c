/* The suite that has to fail, each test of it: so that a harness that cannot fail is found out.
 * Only run by name, by `make check`. */
#include "tests/testlib.h"

static void test_false_assertion(void)
{
    CU_ASSERT_EQUAL(1, 2);
}

static void test_call_that_fails(void)
{
    ASSERT_OK(tnm_fail(TNM_ERROR_DATA, "made to fail"));
}

static void test_call_that_succeeds(void)
{
    ASSERT_FAILS(TNM_OK, TNM_ERROR_DATA, "nothing failed");
}

static void test_other_message(void)
{
    ASSERT_FAILS(tnm_fail(TNM_ERROR_DATA, "one sentence"), TNM_ERROR_DATA, "another");
}

TNM_SUITE(must_fail, {"false assertion", test_false_assertion},
          {"call that fails", test_call_that_fails},
          {"call that succeeds", test_call_that_succeeds}, {"other message", test_other_message})
