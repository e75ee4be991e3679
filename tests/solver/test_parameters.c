#include "solver/parameters.h"

#include "solver/own.h"
#include "tests/testlib.h"

#include <string.h>

static const tnm_method_parameter table[] = {
    {.name = "order", .words = "row|column|both", .initial = "row", .meaning = "which"},
    {.name = "rounds", .low = 1, .high = 100, .initial = "30", .meaning = "how many"},
    {.name = "start", .initial = "here", .meaning = "where"},
    {0}};

static tnm_error check(const char *text)
{
    const char *const given[] = {text, NULL};
    return tnm_parameters_check("tester", table, given);
}

static void test_what_fits(void)
{
    static const char *const fine[] = {"order=row",  "order=both", "rounds=1",
                                       "rounds=1e2", "start=",     "start=a=b"};
    for (size_t k = 0; k < sizeof fine / sizeof *fine; k++)
        ASSERT_OK(check(fine[k]));
    ASSERT_OK(tnm_parameters_check("tester", table, NULL));
    ASSERT_OK(tnm_parameters_check("tester", NULL, NULL));
}

static void test_what_does_not(void)
{
    const char *const one[] = {"order=row", NULL};
    ASSERT_FAILS(check("orde=row"), TNM_ERROR_USAGE, "tester has no parameter 'orde'");
    ASSERT_FAILS(check("order"), TNM_ERROR_USAGE, "tester has no parameter 'order'");
    ASSERT_FAILS(check("order=ro"), TNM_ERROR_USAGE,
                 "tester: order 'ro': expected one of row|column|both");
    ASSERT_FAILS(check("order=row|column"), TNM_ERROR_USAGE, "expected one of");
    ASSERT_FAILS(check("rounds=0"), TNM_ERROR_USAGE,
                 "tester: rounds '0': expected a number from 1 to 100");
    ASSERT_FAILS(check("rounds=3x"), TNM_ERROR_USAGE, "expected a number");
    ASSERT_FAILS(check("rounds="), TNM_ERROR_USAGE, "expected a number");
    ASSERT_FAILS(check("rounds=nan"), TNM_ERROR_USAGE, "expected a number");
    ASSERT_FAILS(tnm_parameters_check("tester", NULL, one), TNM_ERROR_USAGE,
                 "tester has no parameters: 'order=row'");
}

static void test_the_last_mention_counts(void)
{
    const char *const given[] = {"rounds=7", "order=both", "rounds=9", NULL};
    CU_ASSERT_EQUAL(tnm_method_parameter_number(&table[1], given), 9);
    CU_ASSERT_EQUAL(tnm_method_parameter_number(&table[1], NULL), 30);
    CU_ASSERT_EQUAL(tnm_method_parameter_word(&table[0], given), 2);
    CU_ASSERT_EQUAL(tnm_method_parameter_word(&table[0], NULL), 0);
    CU_ASSERT_STRING_EQUAL(tnm_method_parameter_text(&table[2], given), "here");
    CU_ASSERT_PTR_EQUAL(tnm_method_parameter_find(table, "rounds=9", 6), &table[1]);
    CU_ASSERT_PTR_NULL(tnm_method_parameter_find(table, "rounds", 5));
    CU_ASSERT_PTR_NULL(tnm_method_parameter_find(NULL, "rounds", 6));
}

/* Every method's defaults are values it would accept. */
static void test_defaults_fit(void)
{
    char text[200];
    const char *const given[] = {text, NULL};
    for (const tnm_method *const *method = tnm_own_methods; *method != NULL; method++) {
        const tnm_method_parameter *row = (*method)->parameters;
        for (; row != NULL && row->name != NULL; row++) {
            CU_ASSERT_PTR_NOT_NULL(row->meaning);
            snprintf(text, sizeof text, "%s=%s", row->name, row->initial);
            ASSERT_OK(tnm_parameters_check((*method)->name, (*method)->parameters, given));
        }
    }
}

TNM_SUITE(parameters, {"what fits", test_what_fits}, {"what does not", test_what_does_not},
          {"the last mention counts", test_the_last_mention_counts},
          {"defaults fit", test_defaults_fit})
