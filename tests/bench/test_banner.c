#include "bench/banner.h"
#include "instances/build.h"
#include "tests/testlib.h"

#include <stdlib.h>
#include <string.h>

static void test_command(void)
{
    char *arguments[] = {"tnm bench: error",   "--csv",     "a b.csv", "it's", "",
                         "--patterns=2:4,4:8", "two\nlines"};
    char *command = tnm_banner_command("tnm bench", 7, arguments);
    CU_ASSERT_STRING_EQUAL(command, "tnm bench --csv 'a b.csv' 'it'\\''s' '' --patterns=2:4,4:8 "
                                    "'two lines'");
    free(command);
    command = tnm_banner_command("tnm", 1, arguments);
    CU_ASSERT_STRING_EQUAL(command, "tnm");
    free(command);
}

/* Every line is `# key: value`, and the keys are those of the header. */
static void test_lines(void)
{
    static const char *const keys[] = {
        "program",   "commit",           "date",   "command",  "seed", "compiler", "flags",
        "processor", "instruction sets", "system", "libraries"};
    enum { KEYS = sizeof keys / sizeof *keys };
    const tnm_banner banner = {.command = "tnm bench --quick", .seed = 17};
    char *text = NULL;
    size_t size, line = 0;
    FILE *stream = open_memstream(&text, &size);
    tnm_banner_print(&banner, stream);
    fclose(stream);
    char *rest = text;
    for (char *start; (start = strsep(&rest, "\n")) != NULL && *start != '\0'; line++) {
        CU_ASSERT(strncmp(start, "# ", 2) == 0);
        CU_ASSERT(start[strlen(start) - 1] == '\r');
        CU_ASSERT_FATAL(line < KEYS);
        CU_ASSERT(strncmp(start + 2, keys[line], strlen(keys[line])) == 0);
        CU_ASSERT(strncmp(start + 2 + strlen(keys[line]), ": ", 2) == 0);
    }
    CU_ASSERT_EQUAL(line, KEYS);
    free(text);
}

static void test_values(void)
{
    const tnm_banner banner = {.command = "tnm bench --quick", .seed = 17};
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    tnm_banner_print(&banner, stream);
    fclose(stream);
    CU_ASSERT(tnm_test_contains(text, "# command: tnm bench --quick\r\n"));
    CU_ASSERT(tnm_test_contains(text, "# seed: 17\r\n"));
    CU_ASSERT(tnm_test_contains(text, tnm_build_commit()));
    CU_ASSERT(tnm_test_contains(text, "instruction sets: baseline"));
    CU_ASSERT(tnm_test_contains(tnm_build_flags(), "-std=c11"));
    CU_ASSERT(tnm_test_contains(text, "LEMON 1."));
#ifdef __x86_64__
    CU_ASSERT(tnm_test_contains(text, ", family "));
#endif
    free(text);
}

TNM_SUITE(banner, {"command", test_command}, {"lines", test_lines}, {"values", test_values})
