#include "instances/file.h"

#include "tests/faults/faults.h"
#include "tests/testlib.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void expect_content(const char *path, const void *bytes, size_t size, bool mapped)
{
    tnm_file file;
    ASSERT_OK(tnm_file_open(&file, path));
    CU_ASSERT_EQUAL(file.size, size);
    CU_ASSERT_EQUAL(file.mapped, mapped);
    CU_ASSERT(size == 0 || memcmp(file.bytes, bytes, size) == 0);
    tnm_file_close(&file);
    CU_ASSERT_PTR_NULL(file.bytes);
    tnm_file_close(&file);
}

static void test_regular_files(void)
{
    expect_content(tnm_test_put("short", "abc", 3), "abc", 3, true);
    expect_content(tnm_test_put("nothing", "", 0), "", 0, false);
}

/* A new pipe of this name, and a process that writes `size` bytes into it, a little at a time, as
 * soon as somebody reads there. */
static pid_t start_writer(const char *name, const unsigned char *bytes, size_t size)
{
    CU_ASSERT_EQUAL_FATAL(mkfifo(name, 0600), 0);
    pid_t child = fork();
    if (child != 0)
        return child;
    int end = open(name, O_WRONLY);
    for (size_t done = 0; done < size;) {
        size_t step = size - done < 999 ? size - done : 999;
        ssize_t wrote = write(end, bytes + done, step);
        if (wrote < 0)
            _exit(1);
        done += (size_t)wrote;
    }
    _exit(0);
}

static void expect_success(pid_t child)
{
    int status = -1;
    CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
    CU_ASSERT_EQUAL(status, 0);
}

static void test_standard_input(void)
{
    enum { SIZE = 300000 };
    const char *path = tnm_test_path("standard");
    unsigned char *bytes = malloc(SIZE);
    for (size_t k = 0; k < SIZE; k++)
        bytes[k] = (unsigned char)(k * k >> 3);
    pid_t writer = start_writer(path, bytes, SIZE);
    int kept = dup(STDIN_FILENO), end = open(path, O_RDONLY);
    dup2(end, STDIN_FILENO);
    close(end);
    expect_content("-", bytes, SIZE, false);
    dup2(kept, STDIN_FILENO);
    close(kept);
    expect_success(writer);
    free(bytes);
}

static void test_pipes(void)
{
    const char *path = tnm_test_path("pipe");
    pid_t writer = start_writer(path, (const unsigned char *)"through a pipe", 14);
    expect_content(path, "through a pipe", 14, false);
    expect_success(writer);
}

static void test_no_such_input(void)
{
    tnm_file file;
    ASSERT_FAILS(tnm_file_open(&file, tnm_test_path("absent")), TNM_ERROR_NO_INPUT,
                 "absent: No such file or directory");
    ASSERT_FAILS(tnm_file_open(&file, "/"), TNM_ERROR_NO_INPUT, "/: Is a directory");
    ASSERT_FAILS(tnm_file_open(&file, ""), TNM_ERROR_NO_INPUT, ": No such file or directory");
    CU_ASSERT_PTR_NULL(file.bytes);
    CU_ASSERT_STRING_EQUAL(tnm_file_name("-"), "<stdin>");
    CU_ASSERT_STRING_EQUAL(tnm_file_name("a"), "a");
}

/* The content of /proc is read although its files have no size. */
static void test_every_call_fails(void)
{
    const char *const paths[] = {tnm_test_put("some", "content", 7), "/proc/self/cmdline"};
    for (int fault = TNM_FAULT_MEMORY; fault <= TNM_FAULT_FILE; fault++) {
        for (size_t p = 0; p < 2; p++) {
            for (unsigned k = 0, failed = 1; failed; k++) {
                tnm_file file;
                tnm_fault_arm((tnm_fault)fault, k);
                tnm_error error = tnm_file_open(&file, paths[p]);
                failed = tnm_fault_disarm();
                CU_ASSERT(failed || error == TNM_OK);
                CU_ASSERT(error == TNM_OK ? file.size > 0 : file.bytes == NULL);
                tnm_file_close(&file);
            }
        }
    }
}

TNM_SUITE(file, {"regular files", test_regular_files}, {"standard input", test_standard_input},
          {"pipes", test_pipes}, {"no such input", test_no_such_input},
          {"every call fails", test_every_call_fails})
