#include "solver/methods/all.h"

#include "tests/testlib.h"

#include <string.h>

static void test_every_method_is_found_by_its_name(void)
{
    const tnm_method *method;
    size_t count = 0;
    for (; (method = tnm_method_at(count)) != NULL; count++) {
        CU_ASSERT_PTR_EQUAL(tnm_method_find(method->name), method);
        CU_ASSERT_PTR_NOT_NULL(method->summary);
        CU_ASSERT(method->largest_m >= 1 && method->largest_m <= TNM_MAX_TILE);
        CU_ASSERT(method->open != NULL && method->solve != NULL && method->close != NULL);
    }
    CU_ASSERT_PTR_NULL(tnm_method_at(count + 1));
    CU_ASSERT_PTR_NULL(tnm_method_find("simulated-annealing"));
    CU_ASSERT_PTR_NULL(tnm_method_find(""));
}

static void test_own_methods_come_first(void)
{
    size_t own = 0;
    for (; tnm_own_methods[own] != NULL; own++)
        CU_ASSERT_PTR_EQUAL(tnm_method_at(own), tnm_own_methods[own]);
    CU_ASSERT_STRING_EQUAL(tnm_method_at(own)->name, "lemon-network-simplex");
}

static void test_foreign_methods_are_there_and_exact(void)
{
    static const char *const names[] = {
        "lemon-network-simplex", "lemon-cost-scaling", "lemon-capacity-scaling",
        "lemon-cycle-canceling", "glpk-ilp",           "glpk-lp"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        const tnm_method *method = tnm_method_find(names[k]);
        CU_ASSERT_PTR_NOT_NULL_FATAL(method);
        CU_ASSERT_EQUAL(method->capabilities, TNM_METHOD_EXACT);
        CU_ASSERT_PTR_NULL(tnm_own_method(names[k]));
    }
}

TNM_SUITE(all_methods,
          {"every method is found by its name", test_every_method_is_found_by_its_name},
          {"own methods come first", test_own_methods_come_first},
          {"foreign methods are there and exact", test_foreign_methods_are_there_and_exact})
