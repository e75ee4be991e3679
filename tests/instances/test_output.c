#include "instances/output.h"

#include "instances/pages.h"
#include "tests/faults/faults.h"
#include "tests/testlib.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A new empty folder, and a path in it. */
static void make_folder(char folder[128], char path[160], const char *name)
{
    snprintf(folder, 128, "%s", tnm_test_path(name));
    CU_ASSERT_EQUAL_FATAL(mkdir(folder, 0777), 0);
    snprintf(path, 160, "%s/out", folder);
}

static int count_files(const char *folder)
{
    int count = -2; /* . and .. */
    DIR *stream = opendir(folder);
    while (readdir(stream) != NULL)
        count++;
    closedir(stream);
    return count;
}

static void put(const char *path, const char *text)
{
    FILE *stream = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    fputs(text, stream);
    fclose(stream);
}

/* Whether a file holds exactly this text. */
static bool holds(const char *path, const char *text)
{
    char found[256];
    FILE *stream = fopen(path, "r");
    if (stream == NULL)
        return false;
    size_t length = fread(found, 1, sizeof found, stream);
    fclose(stream);
    return length == strlen(text) && memcmp(found, text, length) == 0;
}

static tnm_error write_memory(const char *path, const char *text)
{
    tnm_error error = TNM_OK;
    tnm_output output = {0};
    void *memory = NULL;
    TNM_TRY(tnm_output_open(&output, path));
    TNM_TRY(tnm_output_memory(&output, strlen(text), &memory));
    memcpy(memory, text, strlen(text));
    TNM_TRY(tnm_output_commit(&output));
out:
    tnm_output_abort(&output);
    return error;
}

static tnm_error write_stream(const char *path, const char *text)
{
    tnm_error error = TNM_OK;
    tnm_output output = {0};
    FILE *stream = NULL;
    TNM_TRY(tnm_output_open(&output, path));
    TNM_TRY(tnm_output_stream(&output, &stream));
    fprintf(stream, "%s", text);
    TNM_TRY(tnm_output_commit(&output));
out:
    tnm_output_abort(&output);
    return error;
}

/* In two pieces, the later one first. */
static tnm_error write_pieces(const char *path, const char *text)
{
    tnm_error error = TNM_OK;
    tnm_output output = {0};
    size_t size = strlen(text), half = size / 2;
    TNM_TRY(tnm_output_open(&output, path));
    TNM_TRY(tnm_output_reserve(&output, size));
    TNM_TRY(tnm_output_write(&output, half, text + half, size - half));
    TNM_TRY(tnm_output_write(&output, 0, text, half));
    TNM_TRY(tnm_output_commit(&output));
out:
    tnm_output_abort(&output);
    return error;
}

/* ---- files ------------------------------------------------------------------------------- */

static void test_writes_new_files(void)
{
    char folder[128], path[160];
    make_folder(folder, path, "new");
    ASSERT_OK(write_memory(path, "from memory"));
    CU_ASSERT(holds(path, "from memory"));
    CU_ASSERT_EQUAL(unlink(path), 0);
    ASSERT_OK(write_stream(path, "from a stream"));
    CU_ASSERT(holds(path, "from a stream"));
    CU_ASSERT_EQUAL(unlink(path), 0);
    ASSERT_OK(write_pieces(path, "from pieces"));
    CU_ASSERT(holds(path, "from pieces"));
    CU_ASSERT_EQUAL(count_files(folder), 1);
}

/* Pieces larger than what is put on the disk at a time, from several threads. */
static void test_large_pieces(void)
{
    enum { PIECE = 3 << 20, PIECES = 7 };
    static unsigned char piece[PIECES][PIECE], found[PIECE];
    const char *path = tnm_test_path("pieces");
    tnm_output output = {0};
    tnm_error errors[PIECES];
    ASSERT_OK(tnm_output_open(&output, path));
    ASSERT_OK(tnm_output_reserve(&output, sizeof piece));
#pragma omp parallel for num_threads(3) schedule(static, 1)
    for (int k = 0; k < PIECES; k++) {
        memset(piece[k], k + 1, PIECE);
        errors[k] = tnm_output_write(&output, (size_t)k * PIECE, piece[k], PIECE);
    }
    ASSERT_OK(tnm_output_commit(&output));
    FILE *stream = fopen(path, "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    for (int k = 0; k < PIECES; k++) {
        CU_ASSERT_EQUAL(fread(found, 1, PIECE, stream), PIECE);
        CU_ASSERT_EQUAL(memcmp(found, piece[k], PIECE), 0);
        CU_ASSERT_EQUAL(errors[k], TNM_OK);
    }
    CU_ASSERT_EQUAL(fgetc(stream), EOF);
    fclose(stream);
}

static void test_old_content_stays_until_commit(void)
{
    char folder[128], path[160];
    tnm_output output = {0};
    void *memory = NULL;
    make_folder(folder, path, "old");
    put(path, "old");
    ASSERT_OK(tnm_output_open(&output, path));
    ASSERT_OK(tnm_output_memory(&output, 3, &memory));
    CU_ASSERT_EQUAL(memcmp(memory, "\0\0\0", 3), 0);
    memcpy(memory, "new", 3);
    CU_ASSERT(holds(path, "old"));
    tnm_output_abort(&output);
    CU_ASSERT(holds(path, "old"));
    CU_ASSERT_EQUAL(count_files(folder), 1);
    ASSERT_OK(write_memory(path, "new"));
    CU_ASSERT(holds(path, "new"));
    CU_ASSERT_EQUAL(count_files(folder), 1);
}

/* Where files can be without a name there is nothing to leave behind. */
static void test_a_killed_run_leaves_nothing(void)
{
    char folder[128], path[160];
    make_folder(folder, path, "killed");
    int nameless = open(folder, O_RDWR | O_TMPFILE, 0666);
    close(nameless);
    put(path, "old");
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        tnm_output output = {0};
        if (tnm_output_open(&output, path) == TNM_OK && tnm_output_reserve(&output, 3) == TNM_OK &&
            tnm_output_write(&output, 0, "new", 3) == TNM_OK)
            raise(SIGKILL);
        _exit(0);
    }
    int status;
    CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
    CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    CU_ASSERT(holds(path, "old"));
    CU_ASSERT_EQUAL(count_files(folder), nameless >= 0 ? 1 : 2);
}

/* Where they cannot, the file has a name, which abort removes and commit takes away. */
static void test_files_with_names(void)
{
    char folder[128], path[160];
    make_folder(folder, path, "named");
    put(path, "old");
    for (int committed = 0; committed < 2; committed++) {
        tnm_output output = {0};
        tnm_fault_arm(TNM_FAULT_FILE, 0);
        ASSERT_OK(tnm_output_open(&output, path));
        CU_ASSERT(tnm_fault_disarm());
        CU_ASSERT_EQUAL(count_files(folder), 2);
        ASSERT_OK(tnm_output_reserve(&output, 3));
        ASSERT_OK(tnm_output_write(&output, 0, "new", 3));
        if (committed)
            ASSERT_OK(tnm_output_commit(&output));
        tnm_output_abort(&output);
        CU_ASSERT_EQUAL(count_files(folder), 1);
        CU_ASSERT(holds(path, committed ? "new" : "old"));
    }
}

static void test_two_outputs_in_one_folder(void)
{
    char folder[128], path[160], other[160];
    tnm_output first = {0}, second = {0};
    FILE *one = NULL, *two = NULL;
    make_folder(folder, path, "two");
    snprintf(other, sizeof other, "%s/other", folder);
    ASSERT_OK(tnm_output_open(&first, path));
    ASSERT_OK(tnm_output_open(&second, other));
    ASSERT_OK(tnm_output_stream(&first, &one));
    ASSERT_OK(tnm_output_stream(&second, &two));
    fputs("1", one);
    fputs("2", two);
    ASSERT_OK(tnm_output_commit(&second));
    ASSERT_OK(tnm_output_commit(&first));
    CU_ASSERT(holds(path, "1"));
    CU_ASSERT(holds(other, "2"));
}

static mode_t permissions(const char *path)
{
    struct stat status = {0};
    CU_ASSERT_EQUAL(stat(path, &status), 0);
    return status.st_mode & 07777;
}

static void test_permissions(void)
{
    char folder[128], path[160];
    make_folder(folder, path, "permissions");
    mode_t mask = umask(027);
    ASSERT_OK(write_memory(path, "new"));
    CU_ASSERT_EQUAL(permissions(path), 0640);
    CU_ASSERT_EQUAL(chmod(path, 0606), 0);
    ASSERT_OK(write_memory(path, "newer"));
    CU_ASSERT_EQUAL(permissions(path), 0606);
    CU_ASSERT_EQUAL(chmod(path, 0444), 0);
    umask(mask);
    if (geteuid() == 0) /* to whom nothing is read-only */
        return;
    ASSERT_FAILS(write_memory(path, "newest"), TNM_ERROR_CANNOT_CREATE, "Permission denied");
    CU_ASSERT(holds(path, "newer"));
}

static void test_follows_links(void)
{
    char folder[128], path[160], link[160];
    struct stat status = {0};
    make_folder(folder, path, "links");
    snprintf(link, sizeof link, "%s/link", folder);
    put(path, "old");
    CU_ASSERT_EQUAL(symlink("out", link), 0);
    ASSERT_OK(write_memory(link, "new"));
    CU_ASSERT(holds(path, "new"));
    CU_ASSERT_EQUAL(lstat(link, &status), 0);
    CU_ASSERT(S_ISLNK(status.st_mode));
}

static void test_leftovers_are_no_obstacle(void)
{
    char folder[128], path[160], leftover[200];
    make_folder(folder, path, "leftovers");
    for (unsigned k = 0; k < 300; k++) {
        snprintf(leftover, sizeof leftover, "%s/.tnm-%ld-%u.tmp", folder, (long)getpid(), k);
        put(leftover, "of a killed run");
    }
    ASSERT_OK(write_memory(path, "new"));
    CU_ASSERT(holds(path, "new"));
    CU_ASSERT_EQUAL(count_files(folder), 301);
}

static void test_empty_stream(void)
{
    char folder[128], path[160];
    make_folder(folder, path, "empty");
    ASSERT_OK(write_stream(path, ""));
    CU_ASSERT(holds(path, ""));
}

static void test_relative_path(void)
{
    char folder[128], path[160], *before = getcwd(NULL, 0);
    make_folder(folder, path, "relative");
    CU_ASSERT_EQUAL(chdir(folder), 0);
    ASSERT_OK(write_memory("out", "here"));
    CU_ASSERT_EQUAL(chdir(before), 0);
    CU_ASSERT(holds(path, "here"));
    free(before);
}

/* ---- what cannot be created -------------------------------------------------------------- */

static void test_cannot_create(void)
{
    char folder[128], path[160], below[200];
    make_folder(folder, path, "obstacles");
    put(path, "a file");
    ASSERT_FAILS(write_memory(folder, "x"), TNM_ERROR_CANNOT_CREATE,
                 "obstacles: cannot create: Is a directory");
    snprintf(below, sizeof below, "%s/missing/out", folder);
    ASSERT_FAILS(write_memory(below, "x"), TNM_ERROR_CANNOT_CREATE,
                 "missing/out: cannot create: No such file or directory");
    snprintf(below, sizeof below, "%s/out/out", folder);
    ASSERT_FAILS(write_memory(below, "x"), TNM_ERROR_CANNOT_CREATE,
                 "out/out: cannot create: Not a directory");
    snprintf(below, sizeof below, "%s/new/", folder);
    ASSERT_FAILS(write_memory(below, "x"), TNM_ERROR_CANNOT_CREATE,
                 "new/: cannot create: No such file or directory");
    ASSERT_FAILS(write_memory("", "x"), TNM_ERROR_CANNOT_CREATE,
                 ": cannot create: No such file or directory");
    CU_ASSERT_EQUAL(count_files(folder), 1);
}

static void test_disk_too_small(void)
{
    char folder[128], path[160];
    tnm_output output = {0};
    void *memory = NULL;
    make_folder(folder, path, "small");
    put(path, "old");
    ASSERT_OK(tnm_output_open(&output, path));
    ASSERT_FAILS(tnm_output_memory(&output, (size_t)1 << 62, &memory), TNM_ERROR_IO,
                 "small/out: cannot reserve 4611686018427387904 bytes: ");
    tnm_output_abort(&output);
    CU_ASSERT(holds(path, "old"));
    CU_ASSERT_EQUAL(count_files(folder), 1);
}

/* ---- written through --------------------------------------------------------------------- */

static void test_devices(void)
{
    ASSERT_OK(write_memory("/dev/null", "nothing"));
    ASSERT_OK(write_stream("/dev/null", "nothing"));
    ASSERT_OK(write_pieces("/dev/null", "nothing"));
    ASSERT_FAILS(write_memory("/dev/full", "x"), TNM_ERROR_IO,
                 "/dev/full: cannot write: No space left on device");
    ASSERT_FAILS(write_stream("/dev/full", "x"), TNM_ERROR_IO,
                 "/dev/full: cannot write: No space left on device");
    ASSERT_FAILS(write_pieces("/dev/full", "x"), TNM_ERROR_IO,
                 "/dev/full: cannot write: No space left on device");
}

/* More than a stream buffers: the disk is full long before the end. */
static void test_stream_fails_early(void)
{
    tnm_output output = {0};
    FILE *stream = NULL;
    ASSERT_OK(tnm_output_open(&output, "/dev/full"));
    ASSERT_OK(tnm_output_stream(&output, &stream));
    for (int k = 0; k < 10000; k++)
        fprintf(stream, "line %d\n", k);
    ASSERT_FAILS(tnm_output_commit(&output), TNM_ERROR_IO, "/dev/full: cannot write: ");
}

static void test_standard_output(void)
{
    int ends[2];
    char found[64] = {0};
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    dup2(ends[1], STDOUT_FILENO);
    tnm_error from_memory = write_memory("-", "from memory, ");
    tnm_error from_stream = write_stream("-", "from a stream, ");
    tnm_error from_pieces = write_pieces("-", "from pieces");
    dup2(kept, STDOUT_FILENO);
    close(kept);
    close(ends[1]);
    CU_ASSERT_EQUAL(from_memory, TNM_OK);
    CU_ASSERT_EQUAL(from_stream, TNM_OK);
    CU_ASSERT_EQUAL(from_pieces, TNM_OK);
    CU_ASSERT_EQUAL(read(ends[0], found, sizeof found - 1), 39);
    CU_ASSERT_STRING_EQUAL(found, "from memory, from a stream, from pieces");
    close(ends[0]);
}

/* ---- faults ------------------------------------------------------------------------------ */

static int count_descriptors(void)
{
    return count_files("/proc/self/fd");
}

/* Fails every call in turn: the target is old or new, never in between, and nothing is left. */
static void fail_every_call(tnm_fault fault, tnm_error (*work)(const char *, const char *),
                            const char *name)
{
    char folder[128], path[160];
    make_folder(folder, path, name);
    int descriptors = count_descriptors();
    unsigned failures = 0;
    for (unsigned k = 0, failed = 1; failed; k++) {
        put(path, "old");
        tnm_fault_arm(fault, k);
        tnm_error error = work(path, "new");
        failed = tnm_fault_disarm();
        failures += failed;
        CU_ASSERT(failed || error == TNM_OK);
        CU_ASSERT(error == TNM_OK || error == TNM_ERROR_MEMORY || error == TNM_ERROR_IO ||
                  error == TNM_ERROR_CANNOT_CREATE);
        CU_ASSERT(holds(path, "new") || (error != TNM_OK && holds(path, "old")));
        CU_ASSERT_EQUAL(count_files(folder), 1);
        CU_ASSERT_EQUAL(count_descriptors(), descriptors);
    }
    CU_ASSERT(failures >= 3);
}

static void test_every_call_fails(void)
{
    fail_every_call(TNM_FAULT_MEMORY, write_memory, "memory_memory");
    fail_every_call(TNM_FAULT_MEMORY, write_stream, "memory_stream");
    fail_every_call(TNM_FAULT_FILE, write_memory, "file_memory");
    fail_every_call(TNM_FAULT_FILE, write_stream, "file_stream");
    fail_every_call(TNM_FAULT_MEMORY, write_pieces, "memory_pieces");
    fail_every_call(TNM_FAULT_FILE, write_pieces, "file_pieces");
}

/* Where nothing can be mapped the memory is written at the end, and that can fail as well. */
static void test_without_mapping(void)
{
    char folder[128], path[160];
    tnm_output output = {0};
    void *memory = NULL;
    make_folder(folder, path, "unmapped");
    put(path, "old");
    for (unsigned failing = 0; failing < 2; failing++) {
        ASSERT_OK(tnm_output_open(&output, path));
        tnm_fault_arm(TNM_FAULT_FILE, 1); /* mmap, after posix_fallocate */
        ASSERT_OK(tnm_output_memory(&output, 3, &memory));
        CU_ASSERT(tnm_fault_disarm());
        CU_ASSERT_FALSE(output.mapped);
        memcpy(memory, "new", 3);
        if (failing == 0)
            tnm_fault_arm(TNM_FAULT_FILE, 0); /* write */
        tnm_error error = tnm_output_commit(&output);
        CU_ASSERT_EQUAL(tnm_fault_disarm(), failing == 0);
        CU_ASSERT_EQUAL(error, failing == 0 ? TNM_ERROR_IO : TNM_OK);
        CU_ASSERT(holds(path, failing == 0 ? "old" : "new"));
        CU_ASSERT_EQUAL(count_files(folder), 1);
    }
}

/* ---- what must not happen ---------------------------------------------------------------- */

static void test_inputs_are_no_outputs(void)
{
    char folder[128], path[160], other[160];
    make_folder(folder, path, "output-inputs");
    snprintf(other, sizeof other, "%s/link", folder);
    put(path, "precious");
    CU_ASSERT_EQUAL(symlink("out", other), 0);
    CU_ASSERT_EQUAL(tnm_output_refuse_input(path, path), TNM_ERROR_USAGE);
    CU_ASSERT_EQUAL(tnm_output_refuse_input(other, path), TNM_ERROR_USAGE);
    CU_ASSERT_EQUAL(tnm_output_refuse_input(path, other), TNM_ERROR_USAGE);
    CU_ASSERT_EQUAL(tnm_output_refuse_input(folder, folder), TNM_ERROR_USAGE);
    ASSERT_OK(tnm_output_refuse_input(path, folder));
    ASSERT_OK(tnm_output_refuse_input(path, NULL));
    ASSERT_OK(tnm_output_refuse_input(NULL, path));
    ASSERT_OK(tnm_output_refuse_input("-", "-"));
    ASSERT_OK(tnm_output_refuse_input("/dev/null", "/dev/null"));
}

static void test_no_file_is_two_outputs(void)
{
    char folder[128], path[160], other[200];
    make_folder(folder, path, "output-twins");
    CU_ASSERT_EQUAL(tnm_output_refuse_twin(path, path), TNM_ERROR_USAGE);
    CU_ASSERT_EQUAL(tnm_output_refuse_twin("-", "-"), TNM_ERROR_USAGE);
    snprintf(other, sizeof other, "%s/./out", folder);
    CU_ASSERT_EQUAL(tnm_output_refuse_twin(path, other), TNM_ERROR_USAGE);
    put(path, "there");
    CU_ASSERT_EQUAL(tnm_output_refuse_twin(other, path), TNM_ERROR_USAGE);
    snprintf(other, sizeof other, "%s/other", folder);
    ASSERT_OK(tnm_output_refuse_twin(path, other));
    ASSERT_OK(tnm_output_refuse_twin(path, NULL));
    ASSERT_OK(tnm_output_refuse_twin("/dev/null", "/dev/null"));
}

/* ---- pages ------------------------------------------------------------------------------- */

static size_t resident_pages(void *memory, size_t size)
{
    static uint64_t entries[1 << 16];
    size_t page = (size_t)sysconf(_SC_PAGESIZE), count = 0;
    FILE *stream = fopen("/proc/self/pagemap", "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    CU_ASSERT_EQUAL(fseek(stream, (long)((uintptr_t)memory / page * 8), SEEK_SET), 0);
    CU_ASSERT_EQUAL(fread(entries, sizeof entries[0], size / page, stream), size / page);
    fclose(stream);
    for (size_t k = 0; k < size / page; k++)
        count += entries[k] >> 63;
    return count;
}

static void test_finished_pages_go(void)
{
    enum { STEPS = 6, BAND = TNM_PAGES_STEP / 8 };
    size_t size = (size_t)STEPS * TNM_PAGES_STEP, page = (size_t)sysconf(_SC_PAGESIZE);
    size_t most = 0;
    tnm_output output = {0};
    void *memory = NULL;
    ASSERT_OK(tnm_output_open(&output, tnm_test_path("large")));
    ASSERT_OK(tnm_output_memory(&output, size, &memory));
    for (size_t first = 0; first < size; first += BAND) {
        memset((unsigned char *)memory + first, (int)(first / BAND) + 1, BAND);
        tnm_output_release(&output, first, BAND);
        most = resident_pages(memory, size) > most ? resident_pages(memory, size) : most;
    }
    CU_ASSERT(most > 0 && most <= TNM_PAGES_STEP / page);
    for (size_t first = 0; first < size; first += BAND)
        CU_ASSERT_EQUAL(((unsigned char *)memory)[first], first / BAND + 1);
    tnm_output_abort(&output);
}

TNM_SUITE(output, {"writes new files", test_writes_new_files}, {"large pieces", test_large_pieces},
          {"old content stays until commit", test_old_content_stays_until_commit},
          {"a killed run leaves nothing", test_a_killed_run_leaves_nothing},
          {"files with names", test_files_with_names},
          {"two outputs in one folder", test_two_outputs_in_one_folder},
          {"permissions", test_permissions}, {"follows links", test_follows_links},
          {"leftovers are no obstacle", test_leftovers_are_no_obstacle},
          {"empty stream", test_empty_stream}, {"relative path", test_relative_path},
          {"cannot create", test_cannot_create}, {"disk too small", test_disk_too_small},
          {"devices", test_devices}, {"stream fails early", test_stream_fails_early},
          {"standard output", test_standard_output}, {"every call fails", test_every_call_fails},
          {"without mapping", test_without_mapping},
          {"inputs are no outputs", test_inputs_are_no_outputs},
          {"no file is two outputs", test_no_file_is_two_outputs},
          {"finished pages go", test_finished_pages_go})
