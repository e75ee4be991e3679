#include "formulations/program.h"

#include "tests/testlib.h"

#include <math.h>
#include <string.h>

static void test_every_entry_stands_in_a_row_and_a_column(void)
{
    tnm_program program;
    tnm_problem problem = {2, 3, TNM_ATMOST};
    int members[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 3, 6, 1, 4, 7, 2, 5, 8};
    ASSERT_OK(tnm_program_init(&program, &problem));
    CU_ASSERT_EQUAL(program.variables, 9);
    CU_ASSERT_EQUAL(program.lines, 6);
    CU_ASSERT_EQUAL(memcmp(program.members, members, sizeof members), 0);
    tnm_program_free(&program);
    CU_ASSERT_PTR_NULL(program.members);
}

static void test_names_count_from_1(void)
{
    tnm_program program;
    char name[TNM_PROGRAM_NAME];
    tnm_problem problem = {1, 64, TNM_EQUAL};
    ASSERT_OK(tnm_program_init(&program, &problem));
    tnm_program_variable_name(name, &program, 0);
    CU_ASSERT_STRING_EQUAL(name, "x_1_1");
    tnm_program_variable_name(name, &program, 65);
    CU_ASSERT_STRING_EQUAL(name, "x_2_2");
    tnm_program_variable_name(name, &program, 4095);
    CU_ASSERT_STRING_EQUAL(name, "x_64_64");
    tnm_program_line_name(name, &program, 63);
    CU_ASSERT_STRING_EQUAL(name, "r_64");
    tnm_program_line_name(name, &program, 64);
    CU_ASSERT_STRING_EQUAL(name, "c_1");
    tnm_program_free(&program);
}

static void test_values_become_a_mask(void)
{
    tnm_program program;
    uint64_t rows[2];
    tnm_problem problem = {1, 2, TNM_EQUAL};
    double values[] = {1e-9, 1 - 1e-9, 1, -1e-9};
    ASSERT_OK(tnm_program_init(&program, &problem));
    ASSERT_OK(tnm_program_mask(rows, &program, values));
    CU_ASSERT_EQUAL(rows[0], 2);
    CU_ASSERT_EQUAL(rows[1], 1);
    tnm_program_free(&program);
}

static void test_fractions_are_refused_by_name(void)
{
    tnm_program program;
    uint64_t rows[2];
    tnm_problem problem = {1, 2, TNM_EQUAL};
    double half[] = {1, 0, 0.5, 0}, two[] = {1, 0, 0, 2}, nan[] = {1, NAN, 0, 1};
    ASSERT_OK(tnm_program_init(&program, &problem));
    ASSERT_FAILS(tnm_program_mask(rows, &program, half), TNM_ERROR_INTERNAL, "x_2_1 is 0.5");
    ASSERT_FAILS(tnm_program_mask(rows, &program, two), TNM_ERROR_INTERNAL, "x_2_2 is 2");
    ASSERT_FAILS(tnm_program_mask(rows, &program, nan), TNM_ERROR_INTERNAL, "x_1_2 is nan");
    tnm_program_free(&program);
}

static void test_duals_are_rounded(void)
{
    tnm_program program;
    tnm_problem problem = {1, 2, TNM_EQUAL};
    int64_t u[2], v[2];
    double duals[] = {2.9999, -3.2, 1e300, NAN};
    ASSERT_OK(tnm_program_init(&program, &problem));
    tnm_program_prices(u, v, &program, duals);
    CU_ASSERT_EQUAL(u[0], 3);
    CU_ASSERT_EQUAL(u[1], -3);
    CU_ASSERT_EQUAL(v[0], INT64_C(1) << 59);
    CU_ASSERT(v[1] >= -(INT64_C(1) << 59) && v[1] <= INT64_C(1) << 59); /* anything but a trap */
    program.problem.constraint = TNM_ATMOST;
    tnm_program_prices(u, v, &program, duals);
    CU_ASSERT_EQUAL(u[0], 3);
    CU_ASSERT_EQUAL(u[1], 0);
    tnm_program_free(&program);
}

TNM_SUITE(program,
          {"every entry stands in a row and a column",
           test_every_entry_stands_in_a_row_and_a_column},
          {"names count from 1", test_names_count_from_1},
          {"values become a mask", test_values_become_a_mask},
          {"fractions are refused by name", test_fractions_are_refused_by_name},
          {"duals are rounded", test_duals_are_rounded})
