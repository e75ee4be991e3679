#include "instances/base.h"
#include "tests/testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_errors_have_sentences_and_exit_codes(void)
{
#define X(name, code, exit_code, sentence)                                                         \
    CU_ASSERT_EQUAL((int)TNM_##name, (code));                                                      \
    CU_ASSERT_EQUAL(tnm_error_exit_code(TNM_##name), (exit_code));                                 \
    CU_ASSERT_STRING_EQUAL(tnm_error_sentence(TNM_##name), (sentence));
    TNM_ERRORS(X)
#undef X
    CU_ASSERT_EQUAL(tnm_error_exit_code((tnm_error)-100), 70);
    CU_ASSERT_STRING_EQUAL(tnm_error_sentence((tnm_error)-100), "unknown error");
}

static void test_version_is_the_headers(void)
{
    CU_ASSERT_STRING_EQUAL(tnm_version(), TNM_VERSION);
}

static void test_fail_records_and_yields(void)
{
    CU_ASSERT_EQUAL(tnm_fail(TNM_ERROR_DATA, "row %d is %s", 3, "odd"), TNM_ERROR_DATA);
    CU_ASSERT_STRING_EQUAL(tnm_error_message(), "row 3 is odd");
}

static void test_fail_may_quote_the_last_message(void)
{
    tnm_fail(TNM_ERROR_DATA, "expected 64 numbers, found 63");
    tnm_fail(TNM_ERROR_DATA, "layer3.tnm:17: %s", tnm_error_message());
    CU_ASSERT_STRING_EQUAL(tnm_error_message(), "layer3.tnm:17: expected 64 numbers, found 63");
}

static void test_fail_cuts_long_messages(void)
{
    char longer[3000];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    tnm_fail(TNM_ERROR_DATA, "%s", longer);
    CU_ASSERT_EQUAL(strlen(tnm_error_message()), 1023);
}

static void test_messages_belong_to_their_thread(void)
{
    tnm_fail(TNM_ERROR_DATA, "of the first thread");
    int wrong = 0;
#pragma omp parallel num_threads(4) reduction(+ : wrong)
    {
        char mine[32];
        snprintf(mine, sizeof mine, "thread at %p", (void *)mine);
        tnm_fail(TNM_ERROR_DATA, "%s", mine);
#pragma omp barrier
        wrong += strcmp(tnm_error_message(), mine) != 0;
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void test_memory_is_zero_and_aligned(void)
{
    static const size_t counts[] = {0, 1, 7, 8, 9, 1000};
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        unsigned char *memory = tnm_allocate(counts[k], 8);
        CU_ASSERT_PTR_NOT_NULL_FATAL(memory);
        CU_ASSERT_EQUAL((uintptr_t)memory % 64, 0);
        size_t set = 0;
        for (size_t i = 0; i < counts[k] * 8; i++)
            set += memory[i] != 0;
        CU_ASSERT_EQUAL(set, 0);
        memset(memory, 0xff, counts[k] * 8);
        free(memory);
    }
}

static void test_memory_that_cannot_be(void)
{
    CU_ASSERT_PTR_NULL(tnm_allocate(SIZE_MAX, 2));
    CU_ASSERT(tnm_test_contains(tnm_error_message(), "out of memory"));
    CU_ASSERT_PTR_NULL(tnm_allocate(SIZE_MAX, 1));
    CU_ASSERT_PTR_NULL(tnm_allocate(SIZE_MAX - 70, 1));
    CU_ASSERT(tnm_test_contains(tnm_error_message(), "out of memory"));
}

static void test_strings(void)
{
    char *copy = tnm_copy_string("100% of it");
    char *text = tnm_format("%s:%d", "file", 7);
    char *empty = tnm_format("%s", "");
    CU_ASSERT_STRING_EQUAL(copy, "100% of it");
    CU_ASSERT_STRING_EQUAL(text, "file:7");
    CU_ASSERT_STRING_EQUAL(empty, "");
    free(copy);
    free(text);
    free(empty);
}

/* Notes that a piece failed, with a message of its own. */
static void note(tnm_failure *failure, size_t piece)
{
    tnm_failure_note(failure, tnm_fail(TNM_ERROR_DATA, "piece %zu", piece), piece);
}

static void test_the_lowest_failure_wins(void)
{
    tnm_failure failure = {0};
    CU_ASSERT_EQUAL(tnm_failure_raise(&failure), TNM_OK);
    tnm_failure_note(&failure, TNM_OK, 0);
    CU_ASSERT_EQUAL(tnm_failure_raise(&failure), TNM_OK);
    note(&failure, 7);
    note(&failure, 3);
    note(&failure, 5);
    tnm_fail(TNM_ERROR_IO, "something else");
    CU_ASSERT_EQUAL(tnm_failure_raise(&failure), TNM_ERROR_DATA);
    CU_ASSERT_STRING_EQUAL(tnm_error_message(), "piece 3");
}

static void test_time_goes_on(void)
{
    double before = tnm_now();
    double after = tnm_now();
    CU_ASSERT(before > 0);
    CU_ASSERT(after >= before);
}

TNM_SUITE(base, {"errors have sentences and exit codes", test_errors_have_sentences_and_exit_codes},
          {"version is the header's", test_version_is_the_headers},
          {"fail records and yields", test_fail_records_and_yields},
          {"fail may quote the last message", test_fail_may_quote_the_last_message},
          {"fail cuts long messages", test_fail_cuts_long_messages},
          {"messages belong to their thread", test_messages_belong_to_their_thread},
          {"memory is zero and aligned", test_memory_is_zero_and_aligned},
          {"memory that cannot be", test_memory_that_cannot_be}, {"strings", test_strings},
          {"the lowest failure wins", test_the_lowest_failure_wins},
          {"time goes on", test_time_goes_on})
