/* The reader of plans: what it takes, and what it complains of, by line. */
#include "bench/plan.h"
#include "tests/testlib.h"

#include <stdlib.h>
#include <string.h>

static tnm_error parse(tnm_plan *plan, const char *text)
{
    return tnm_plan_parse(plan, "p", text, strlen(text));
}

static void test_everything(void)
{
    static const char text[] = "# about nothing\n"
                               "study  try # a comment\r\n"
                               "\n"
                               "clock alone\nseed 7\nrepetitions 3\ntime-limit 2.5\n"
                               "baseline greedy-keep\n"
                               "pattern 2:4 4:8\npattern 1:4\n"
                               "constraint atmost equal\n"
                               "file a/b.npy\n"
                               "folder /c\n"
                               "family ties 8x16 seeds 3..5 values=2\n"
                               "family gaussian 4x4 seeds 9\n"
                               "method exact\n"
                               "method tsenor rounds=3 tau=1e2\n"
                               "methods all except brute glpk-ilp";
    tnm_plan plan;
    ASSERT_OK(parse(&plan, text));
    CU_ASSERT_STRING_EQUAL(plan.name, "try");
    CU_ASSERT(plan.clock == TNM_CLOCK_ALONE && plan.seed == 7 && plan.repetitions == 3);
    CU_ASSERT(plan.time_limit == 2.5);
    CU_ASSERT_STRING_EQUAL(plan.baseline, "greedy-keep");
    CU_ASSERT_EQUAL_FATAL(plan.problem_count, 6);
    CU_ASSERT(plan.problems[0].n == 2 && plan.problems[0].m == 4);
    CU_ASSERT(plan.problems[0].constraint == TNM_EQUAL);
    CU_ASSERT(plan.problems[5].n == 1 && plan.problems[5].constraint == TNM_ATMOST);
    CU_ASSERT_EQUAL_FATAL(plan.source_count, 4);
    CU_ASSERT(plan.sources[0].kind == TNM_SOURCE_FILE && plan.sources[0].line->number == 12);
    CU_ASSERT_STRING_EQUAL(plan.sources[1].what, "/c");
    CU_ASSERT(plan.sources[2].rows == 8 && plan.sources[2].cols == 16);
    CU_ASSERT(plan.sources[2].first_seed == 3 && plan.sources[2].last_seed == 5);
    CU_ASSERT_STRING_EQUAL(plan.sources[2].parameters[0], "values=2");
    CU_ASSERT_PTR_NULL(plan.sources[2].parameters[1]);
    CU_ASSERT(plan.sources[3].first_seed == 9 && plan.sources[3].last_seed == 9);
    CU_ASSERT_EQUAL_FATAL(plan.method_count, 3);
    CU_ASSERT_STRING_EQUAL(plan.methods[1].parameters[1], "tau=1e2");
    CU_ASSERT(plan.methods[2].kind && !plan.methods[1].kind);
    CU_ASSERT_STRING_EQUAL(plan.methods[2].parameters[1], "glpk-ilp");
    char *words = tnm_plan_line_text(&plan.lines[0]);
    CU_ASSERT_STRING_EQUAL(words, "study try");
    free(words);
    tnm_plan_free(&plan);
}

static void test_presets(void)
{
    tnm_plan plan;
    ASSERT_OK(parse(&plan, "study s\npattern 2:4\nfile f\nmethods proving\n"));
    CU_ASSERT(plan.clock == TNM_CLOCK_SHARED && plan.seed == 0 && plan.repetitions == 1);
    CU_ASSERT(plan.time_limit == 0 && plan.baseline == NULL);
    CU_ASSERT(plan.problem_count == 1 && plan.problems[0].constraint == TNM_EQUAL);
    tnm_plan_free(&plan);
}

static void test_complaints(void)
{
    static const struct {
        const char *text, *complaint;
    } broken[] = {
        {"", "p:1: the plan ends without a line 'study NAME'"},
        {"\n\nstudy s\n", "p:3: the plan ends without a line 'pattern N:M'"},
        {"study s\npattern 2:4\n", "p:2: the plan ends without a line 'file, folder or family'"},
        {"study s\npattern 2:4\nfile f\n", "p:3: the plan ends without a line 'method or methods'"},
        {"studies s\n", "p:1: unknown word 'studies'"},
        {"study\n", "p:1: expected 'study NAME'"},
        {"study a b\n", "p:1: expected 'study NAME'"},
        {"study a\n\nstudy b\n", "p:3: there is a 'study' already, in line 1"},
        {"clock mine\n", "p:1: clock: expected shared or alone, found 'mine'"},
        {"seed -1\n", "p:1: seed: expected a whole number from 0 to 4294967295, found '-1'"},
        {"seed 4294967296\n", "found '4294967296'"},
        {"seed 99999999999999999999\n", "found '99999999999999999999'"},
        {"repetitions 0\n", "p:1: repetitions: expected a whole number from 1 to 1000, found '0'"},
        {"time-limit inf\n", "p:1: time-limit: expected seconds, found 'inf'"},
        {"time-limit 0\n", "found '0'"},
        {"time-limit 3s\n", "found '3s'"},
        {"pattern 4\n", "p:1: '4' is no pattern"},
        {"pattern 5:4\n", "p:1: pattern 5:4: N must lie"},
        {"pattern 2:4\npattern 4:8 2:4\n", "p:2: pattern 2:4 is named twice"},
        {"constraint most\n", "p:1: 'most' is no constraint"},
        {"constraint equal equal\n", "p:1: constraint equal is named twice"},
        {"family g 4 seeds 1\n", "p:1: expected ROWSxCOLS, found '4'"},
        {"family g 4x0 seeds 1\n", "p:1: expected ROWSxCOLS, found '4x0'"},
        {"family g 4x4 seed 1\n", "p:1: expected 'seeds', found 'seed'"},
        {"family g 4x4 seeds 2..1\n", "expected seeds A or A..B below 2^32, at most 10000"},
        {"family g 4x4 seeds 1..10001\n", "found '1..10001'"},
        {"family g 4x4 seeds 1 two\n", "p:1: expected NAME=VALUE, found 'two'"},
        {"family g 4x4\n", "p:1: expected 'family NAME ROWSxCOLS seeds A..B [NAME=VALUE ...]'"},
        {"method m =2\n", "p:1: expected NAME=VALUE, found '=2'"},
        {"methods some\n", "p:1: methods: expected all, proving or heuristic, found 'some'"},
        {"methods all but x\n", "p:1: expected 'except NAME ...', found 'but'"},
        {"methods all except\n", "p:1: expected 'except NAME ...', found 'except'"},
        {"study a,b\n", "p:1: unexpected byte 0x2c"},
        {"study s\nfile \xc3\xa4\n", "p:2: unexpected byte 0xc3"},
    };
    tnm_plan plan;
    for (size_t k = 0; k < sizeof broken / sizeof *broken; k++) {
        ASSERT_FAILS(parse(&plan, broken[k].text), TNM_ERROR_DATA, broken[k].complaint);
        CU_ASSERT_PTR_NULL(plan.bytes);
    }
    ASSERT_FAILS(tnm_plan_parse(&plan, "p", "study s\nfile \0\n", 16), TNM_ERROR_DATA,
                 "p:2: line contains a zero byte");
    ASSERT_FAILS(tnm_plan_read(&plan, tnm_test_path("missing.plan")), TNM_ERROR_NO_INPUT,
                 "missing.plan");
}

TNM_SUITE(plan, {"everything", test_everything}, {"presets", test_presets},
          {"complaints", test_complaints})
