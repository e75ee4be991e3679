#include "formulations/problem.h"

#include "tests/testlib.h"

static void test_parses_patterns(void)
{
    static const struct {
        const char *text;
        int n, m;
    } cases[] = {{"2:4", 2, 4}, {"4:8", 4, 8}, {"0:1", 0, 1}, {"1:1", 1, 1}, {"64:64", 64, 64}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        tnm_problem problem = {.constraint = TNM_ATMOST};
        ASSERT_OK(tnm_problem_parse(&problem, cases[k].text));
        CU_ASSERT_EQUAL(problem.n, cases[k].n);
        CU_ASSERT_EQUAL(problem.m, cases[k].m);
        CU_ASSERT_EQUAL(problem.constraint, TNM_ATMOST);
    }
}

static void test_refuses_what_is_no_pattern(void)
{
    static const char *const texts[] = {"",     "4",    ":8",   "4:",   "4/8",  "4:8 ", " 4:8",
                                        "4: 8", "-1:8", "+4:8", "4:8x", "4:-8", "a:b",  "4::8"};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        tnm_problem problem = {.n = 2, .m = 4};
        ASSERT_FAILS(tnm_problem_parse(&problem, texts[k]), TNM_ERROR_USAGE, "expected N:M");
        CU_ASSERT_EQUAL(problem.n, 2);
        CU_ASSERT_EQUAL(problem.m, 4);
    }
}

static void test_refuses_impossible_patterns(void)
{
    tnm_problem problem = {.n = 2, .m = 4};
    ASSERT_FAILS(tnm_problem_parse(&problem, "4:65"), TNM_ERROR_USAGE,
                 "pattern 4:65: M must lie between 1 and 64");
    ASSERT_FAILS(tnm_problem_parse(&problem, "0:0"), TNM_ERROR_USAGE, "M must lie between");
    ASSERT_FAILS(tnm_problem_parse(&problem, "5:4"), TNM_ERROR_USAGE,
                 "pattern 5:4: N must lie between 0 and M");
    ASSERT_FAILS(tnm_problem_parse(&problem, "99999999999999999999:4"), TNM_ERROR_USAGE, "99999");
    ASSERT_FAILS(tnm_problem_parse(&problem, "4:4294967300"), TNM_ERROR_USAGE, "4294967300");
    CU_ASSERT_EQUAL(problem.n, 2);
    CU_ASSERT_EQUAL(problem.m, 4);
}

static void test_validates(void)
{
    tnm_problem fine = {4, 8, TNM_EQUAL}, negative = {-1, 8, TNM_EQUAL}, flat = {0, 0, TNM_EQUAL};
    tnm_problem strange = {4, 8, (tnm_constraint)7};
    ASSERT_OK(tnm_problem_validate(&fine));
    ASSERT_FAILS(tnm_problem_validate(&negative), TNM_ERROR_USAGE, "N must lie between 0 and M");
    ASSERT_FAILS(tnm_problem_validate(&flat), TNM_ERROR_USAGE, "M must lie between 1 and 64");
    ASSERT_FAILS(tnm_problem_validate(&strange), TNM_ERROR_USAGE, "unknown constraint 7");
}

static void test_names_constraints(void)
{
    tnm_constraint constraint = TNM_EQUAL;
    CU_ASSERT_STRING_EQUAL(tnm_constraint_name(TNM_EQUAL), "equal");
    CU_ASSERT_STRING_EQUAL(tnm_constraint_name(TNM_ATMOST), "atmost");
    ASSERT_OK(tnm_constraint_parse(&constraint, "atmost"));
    CU_ASSERT_EQUAL(constraint, TNM_ATMOST);
    ASSERT_OK(tnm_constraint_parse(&constraint, "equal"));
    CU_ASSERT_EQUAL(constraint, TNM_EQUAL);
    ASSERT_FAILS(tnm_constraint_parse(&constraint, "Equal"), TNM_ERROR_USAGE,
                 "'Equal' is no constraint: expected equal or atmost");
    CU_ASSERT_EQUAL(constraint, TNM_EQUAL);
}

TNM_SUITE(problem, {"parses patterns", test_parses_patterns},
          {"refuses what is no pattern", test_refuses_what_is_no_pattern},
          {"refuses impossible patterns", test_refuses_impossible_patterns},
          {"validates", test_validates}, {"names constraints", test_names_constraints})
