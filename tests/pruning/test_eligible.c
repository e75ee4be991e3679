#include "pruning/eligible.h"

#include "tests/faults/faults.h"
#include "tests/testlib.h"

#include <string.h>

static tnm_tensor tensor_of(const char *name, tnm_tensor_type type, const size_t *shape,
                            size_t rank)
{
    tnm_tensor tensor = {.name = name, .type = type, .shape = shape, .rank = rank};
    bool fits;
    CU_ASSERT_FATAL(tnm_tensor_measure(type, shape, rank, &tensor.size, &fits));
    return tensor;
}

static tnm_eligibility judge(const tnm_selection *selection, const char *name, tnm_tensor_type type,
                             const size_t *shape, size_t rank)
{
    tnm_problem unused;
    tnm_tensor tensor = tensor_of(name, type, shape, rank);
    return tnm_select(selection, &tensor, &unused);
}

static const tnm_problem four_of_eight = {.n = 4, .m = 8, .constraint = TNM_ATMOST};

static void test_types_and_shapes(void)
{
    tnm_selection all = {.problem = four_of_eight};
    CU_ASSERT_EQUAL(judge(&all, "w", TNM_TENSOR_BF16, (size_t[]){8, 8}, 2), TNM_ELIGIBLE);
    CU_ASSERT_EQUAL(judge(&all, "w", TNM_TENSOR_F8_E4M3, (size_t[]){9, 17}, 2), TNM_ELIGIBLE);
    CU_ASSERT_EQUAL(judge(&all, "w", TNM_TENSOR_I8, (size_t[]){8, 8}, 2), TNM_NO_WEIGHTS);
    CU_ASSERT_EQUAL(judge(&all, "w", TNM_TENSOR_F32, (size_t[]){64}, 1), TNM_NO_MATRIX);
    CU_ASSERT_EQUAL(judge(&all, "w", TNM_TENSOR_F32, (size_t[]){8, 8, 8}, 3), TNM_NO_MATRIX);
    CU_ASSERT_EQUAL(judge(&all, "w", TNM_TENSOR_F32, NULL, 0), TNM_NO_MATRIX);
    CU_ASSERT_EQUAL(judge(&all, "w", TNM_TENSOR_F32, (size_t[]){0, 8}, 2), TNM_EMPTY);
    CU_ASSERT_EQUAL(judge(&all, "w", TNM_TENSOR_F32, (size_t[]){7, 80}, 2), TNM_TOO_SMALL);
    CU_ASSERT_EQUAL(judge(&all, "w", TNM_TENSOR_F32, (size_t[]){80, 7}, 2), TNM_TOO_SMALL);
    CU_ASSERT_EQUAL(judge(&all, "w", TNM_TENSOR_F32, (size_t[]){8, 8, 3, 3}, 4), TNM_ELIGIBLE);
    /* Three inputs are fewer than a tile needs; unfolded they are 27. */
    CU_ASSERT_EQUAL(judge(&all, "w", TNM_TENSOR_F32, (size_t[]){8, 3, 3, 3}, 4), TNM_TOO_SMALL);
    all.convolution = TNM_CONVOLUTION_FLAT;
    CU_ASSERT_EQUAL(judge(&all, "w", TNM_TENSOR_F32, (size_t[]){8, 3, 3, 3}, 4), TNM_ELIGIBLE);
}

static void test_names(void)
{
    tnm_selection some = {.problem = four_of_eight};
    const size_t shape[] = {16, 16};
    ASSERT_OK(tnm_selection_include(&some, "^model\\.layers\\.[0-9]+\\."));
    ASSERT_OK(tnm_selection_include(&some, "head"));
    ASSERT_OK(tnm_selection_exclude(&some, "norm|bias$"));
    CU_ASSERT_EQUAL(judge(&some, "model.layers.3.up", TNM_TENSOR_F16, shape, 2), TNM_ELIGIBLE);
    CU_ASSERT_EQUAL(judge(&some, "lm_head.weight", TNM_TENSOR_F16, shape, 2), TNM_ELIGIBLE);
    CU_ASSERT_EQUAL(judge(&some, "embed", TNM_TENSOR_F16, shape, 2), TNM_NOT_INCLUDED);
    CU_ASSERT_EQUAL(judge(&some, "model.layers.3.norm", TNM_TENSOR_F16, shape, 2), TNM_EXCLUDED);
    CU_ASSERT_EQUAL(judge(&some, "model.layers.3.bias", TNM_TENSOR_F16, shape, 2), TNM_EXCLUDED);
    tnm_selection_free(&some);
}

static void test_patterns(void)
{
    tnm_selection mixed = {.problem = four_of_eight};
    tnm_problem problem = {0};
    const size_t shape[] = {32, 32};
    ASSERT_OK(tnm_selection_map(&mixed, "up|a=b=8:16"));
    ASSERT_OK(tnm_selection_map(&mixed, "u=2:4"));
    tnm_tensor up = tensor_of("up", TNM_TENSOR_F32, shape, 2);
    CU_ASSERT_EQUAL(tnm_select(&mixed, &up, &problem), TNM_ELIGIBLE);
    CU_ASSERT(problem.n == 8 && problem.m == 16 && problem.constraint == TNM_ATMOST);
    up.name = "mu";
    CU_ASSERT_EQUAL(tnm_select(&mixed, &up, &problem), TNM_ELIGIBLE);
    CU_ASSERT(problem.n == 2 && problem.m == 4 && problem.constraint == TNM_ATMOST);
    up.name = "down";
    CU_ASSERT_EQUAL(tnm_select(&mixed, &up, &problem), TNM_ELIGIBLE);
    CU_ASSERT(problem.n == 4 && problem.m == 8);
    tnm_selection_free(&mixed);
}

static void test_refuses(void)
{
    tnm_selection selection = {.problem = four_of_eight};
    ASSERT_FAILS(tnm_selection_include(&selection, "a("), TNM_ERROR_USAGE,
                 "regular expression 'a('");
    ASSERT_FAILS(tnm_selection_exclude(&selection, "[z-a]"), TNM_ERROR_USAGE, "'[z-a]'");
    ASSERT_FAILS(tnm_selection_map(&selection, "a("), TNM_ERROR_USAGE, "expected REGEX=N:M");
    ASSERT_FAILS(tnm_selection_map(&selection, "=2:4"), TNM_ERROR_USAGE, "expected REGEX=N:M");
    ASSERT_FAILS(tnm_selection_map(&selection, "a=5:4"), TNM_ERROR_USAGE, "5");
    ASSERT_FAILS(tnm_selection_map(&selection, "a(=2:4"), TNM_ERROR_USAGE, "'a('");
    tnm_selection_free(&selection);
}

static void test_memory(void)
{
    for (unsigned k = 0, failed = 1; failed; k++) {
        long before = tnm_fault_live();
        tnm_selection selection = {.problem = four_of_eight};
        tnm_fault_arm(TNM_FAULT_MEMORY, k);
        tnm_error error = tnm_selection_include(&selection, "a");
        if (error == TNM_OK)
            error = tnm_selection_map(&selection, "b=2:4");
        failed = tnm_fault_disarm();
        CU_ASSERT_EQUAL(error, failed ? TNM_ERROR_MEMORY : TNM_OK);
        tnm_selection_free(&selection);
        CU_ASSERT_EQUAL(tnm_fault_live(), before);
    }
}

static void test_words(void)
{
    for (int k = 0; k < TNM_ELIGIBILITY_COUNT; k++)
        CU_ASSERT(strlen(tnm_eligibility_words((tnm_eligibility)k)) > 0);
    CU_ASSERT_STRING_EQUAL(tnm_eligibility_words(TNM_TOO_SMALL), "smaller than a tile");
}

static const char *write_rules(const char *text)
{
    const char *path = tnm_test_path("rules.txt");
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(text, file);
    fclose(file);
    return path;
}

/* A rule a line; the first that matches decides, those of options before the file's included. */
static void test_rules_from_files(void)
{
    tnm_selection some = {.problem = four_of_eight};
    tnm_problem problem;
    const tnm_tensor tensor = tensor_of("fc1.weight", TNM_TENSOR_F32, (size_t[]){16, 16}, 2);
    ASSERT_OK(tnm_selection_map_file(
        &some, write_rules("# a comment\n\n  ^fc1\\.weight$=2:4 \r\n\t\n.=1:4")));
    CU_ASSERT_EQUAL(some.map.count, 2);
    CU_ASSERT_EQUAL(tnm_select(&some, &tensor, &problem), TNM_ELIGIBLE);
    CU_ASSERT(problem.n == 2 && problem.m == 4 && problem.constraint == TNM_ATMOST);
    tnm_selection_free(&some);
    ASSERT_FAILS(tnm_selection_map_file(&some, write_rules("a=1:4\n#\nb\n")), TNM_ERROR_DATA,
                 "rules.txt:3: pattern map 'b'");
    ASSERT_FAILS(tnm_selection_map_file(&some, write_rules("(=1:4")), TNM_ERROR_DATA,
                 "rules.txt:1: regular expression '('");
    ASSERT_FAILS(tnm_selection_map_file(&some, tnm_test_path("none")), TNM_ERROR_NO_INPUT, "none");
    ASSERT_OK(tnm_selection_map_file(&some, write_rules("")));
    tnm_selection_free(&some);
}

TNM_SUITE(eligible, {"types and shapes", test_types_and_shapes}, {"names", test_names},
          {"patterns", test_patterns}, {"refuses", test_refuses}, {"memory", test_memory},
          {"words", test_words}, {"rules from files", test_rules_from_files})
