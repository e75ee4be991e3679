#include "tests/testlib.h"

#include <CUnit/Basic.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static tnm_suite *suites;
static char scratch[64];

void tnm_suite_register(tnm_suite *suite)
{
    tnm_suite **place = &suites;
    while (*place != NULL && strcmp((*place)->name, suite->name) < 0)
        place = &(*place)->next;
    suite->next = *place;
    *place = suite;
}

bool tnm_test_contains(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

void tnm_test_note(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("\n    note: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

const char *tnm_test_path(const char *name)
{
    static char paths[8][128];
    static unsigned turn;
    char *path = paths[turn++ % 8];
    if (scratch[0] == '\0') {
        strcpy(scratch, "/tmp/tnm-tests-XXXXXX");
        if (mkdtemp(scratch) == NULL)
            abort();
    }
    snprintf(path, sizeof paths[0], "%s/%s", scratch, CU_get_current_suite()->pName);
    (void)mkdir(path, 0777);
    size_t length = strlen(path);
    snprintf(path + length, sizeof paths[0] - length, "/%s", name);
    return path;
}

const char *tnm_test_put(const char *name, const void *bytes, size_t size)
{
    const char *path = tnm_test_path(name);
    FILE *stream = fopen(path, "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    CU_ASSERT_EQUAL(fwrite(bytes, 1, size, stream), size);
    fclose(stream);
    return path;
}

uint64_t tnm_test_seed(void)
{
    const char *text = getenv("TNM_TEST_SEED");
    return text != NULL ? strtoull(text, NULL, 10) : 1;
}

/* "suite", "suite/test" or nothing selects. */
static bool selected(const char *selection, const tnm_suite *suite, const tnm_test *test)
{
    if (selection == NULL)
        return strcmp(suite->name, "must_fail") != 0;
    size_t length = strlen(suite->name);
    if (strncmp(selection, suite->name, length) != 0)
        return false;
    return selection[length] == '\0' ||
           (selection[length] == '/' && strcmp(selection + length + 1, test->name) == 0);
}

static void add_suite(const tnm_suite *suite, const char *selection)
{
    CU_pSuite target = NULL;
    for (size_t i = 0; i < suite->count; i++) {
        if (!selected(selection, suite, &suite->tests[i]))
            continue;
        if (target == NULL)
            target = CU_add_suite(suite->name, NULL, NULL);
        CU_add_test(target, suite->tests[i].name, suite->tests[i].run);
    }
}

static void remove_scratch(void)
{
    char command[96];
    if (scratch[0] == '\0')
        return;
    snprintf(command, sizeof command, "rm -rf '%s'", scratch);
    if (system(command) != 0)
        fprintf(stderr, "cannot remove %s\n", scratch);
}

int main(int argc, char **argv)
{
    if (CU_initialize_registry() != CUE_SUCCESS)
        return 2;
    for (const tnm_suite *suite = suites; suite != NULL; suite = suite->next)
        add_suite(suite, argc > 1 ? argv[1] : NULL);
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    unsigned run = CU_get_number_of_tests_run();
    unsigned failures = CU_get_number_of_failures();
    CU_cleanup_registry();
    remove_scratch();
    if (run == 0)
        fprintf(stderr, "no test is called '%s'\n", argc > 1 ? argv[1] : "");
    return run == 0 ? 2 : failures > 0;
}
