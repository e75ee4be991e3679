/* The test harness: CUnit suites that register themselves, one binary, one test selectable by name.
 *
 *     static void test_reads_version_2(void) { ... CU_ASSERT_EQUAL(...) ... }
 *     TNM_SUITE(npy, {"reads version 2", test_reads_version_2}, ...)
 *
 * A file tests/<folder>/test_X.c mirrors <folder>/X.c. */
#ifndef TNM_TESTS_TESTLIB_H
#define TNM_TESTS_TESTLIB_H

#include "instances/base.h"
#include "tests/random.h"

#include <CUnit/CUnit.h>

typedef struct tnm_test {
    const char *name;
    void (*run)(void);
} tnm_test;

typedef struct tnm_suite {
    const char *name;
    const tnm_test *tests;
    size_t count;
    struct tnm_suite *next;
} tnm_suite;

void tnm_suite_register(tnm_suite *suite);

#define TNM_SUITE(identifier, ...)                                                                 \
    static const tnm_test identifier##_tests[] = {__VA_ARGS__};                                    \
    static tnm_suite identifier##_suite = {#identifier, identifier##_tests,                        \
                                           sizeof identifier##_tests / sizeof(tnm_test), NULL};    \
    __attribute__((constructor)) static void identifier##_register(void)                           \
    {                                                                                              \
        tnm_suite_register(&identifier##_suite);                                                   \
    }

/* Asserts that a call succeeds; on failure prints the recorded message. */
#define ASSERT_OK(call)                                                                            \
    do {                                                                                           \
        tnm_error assert_error_ = (call);                                                          \
        if (assert_error_ != TNM_OK)                                                               \
            tnm_test_note("%s: %s", #call, tnm_error_message());                                   \
        CU_ASSERT_EQUAL(assert_error_, TNM_OK);                                                    \
    } while (0)

/* Asserts that a call fails with this code and a message that contains this text. */
#define ASSERT_FAILS(call, code, text)                                                             \
    do {                                                                                           \
        tnm_error assert_error_ = (call);                                                          \
        CU_ASSERT_EQUAL(assert_error_, (code));                                                    \
        if (!tnm_test_contains(tnm_error_message(), (text)))                                       \
            tnm_test_note("%s: message '%s' lacks '%s'", #call, tnm_error_message(), (text));      \
        CU_ASSERT(tnm_test_contains(tnm_error_message(), (text)));                                 \
    } while (0)

bool tnm_test_contains(const char *text, const char *part);

/* A line on stderr, for what an assertion cannot say: the seed, the saved instance. */
void tnm_test_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A file name inside the running suite's folder, in the run's scratch folder (removed at exit);
 * valid until the next 8 calls. */
const char *tnm_test_path(const char *name);

/* Writes a file of these bytes there; the path is good for as long as tnm_test_path()'s. */
const char *tnm_test_put(const char *name, const void *bytes, size_t size);

/* Base seed of this run: TNM_TEST_SEED from the environment, or 1. */
uint64_t tnm_test_seed(void);

#endif
