#include "instances/idx.h"

#include "tests/corpus.h"
#include "tests/faults/faults.h"
#include "tests/testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { ROWS = 3, COLS = 500, HEADER = 12, SIZE = HEADER + ROWS * COLS };

/* A matrix whose byte k is k modulo 251. */
static void make_matrix(unsigned char file[SIZE])
{
    const unsigned char header[HEADER] = {0, 0, 8, 2, 0, 0, 0, ROWS, 0, 0, COLS >> 8, COLS & 255};
    memcpy(file, header, HEADER);
    for (size_t k = 0; k < ROWS * COLS; k++)
        file[HEADER + k] = (unsigned char)(k % 251);
}

static void write_plain(const char *path)
{
    unsigned char file[SIZE];
    make_matrix(file);
    FILE *stream = fopen(path, "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    CU_ASSERT_EQUAL(fwrite(file, 1, SIZE, stream), SIZE);
    fclose(stream);
}

static void write_packed(const char *path)
{
    unsigned char file[SIZE];
    make_matrix(file);
    gzFile stream = gzopen(path, "wb9");
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    CU_ASSERT_EQUAL(gzwrite(stream, file, SIZE), SIZE);
    gzclose(stream);
}

static void check_matrix(const tnm_idx *idx)
{
    unsigned char file[SIZE];
    make_matrix(file);
    CU_ASSERT(idx->rank == 2 && idx->sides[0] == ROWS && idx->sides[1] == COLS);
    CU_ASSERT_EQUAL_FATAL(idx->size, ROWS * COLS);
    CU_ASSERT_EQUAL(memcmp(idx->bytes, file + HEADER, idx->size), 0);
}

static void check_reads(const char *name, void (*write)(const char *path))
{
    tnm_idx idx;
    const char *path = tnm_test_path(name);
    write(path);
    ASSERT_OK(tnm_idx_open(&idx, path));
    check_matrix(&idx);
    tnm_idx_close(&idx);
    tnm_idx_close(&idx);
}

static void test_reads(void)
{
    check_reads("matrix.idx", write_plain);
    check_reads("matrix.idx.gz", write_packed);
}

static void test_reads_empty(void)
{
    tnm_idx idx;
    const unsigned char file[] = {0, 0, 8, 1, 0, 0, 0, 0};
    ASSERT_OK(tnm_idx_parse(&idx, file, sizeof file, "x"));
    CU_ASSERT(idx.rank == 1 && idx.sides[0] == 0 && idx.size == 0);
    tnm_idx_close(&idx);
}

static void test_names_what_is_missing(void)
{
    tnm_idx idx;
    ASSERT_FAILS(tnm_idx_open(&idx, "no/such.idx"), TNM_ERROR_NO_INPUT, "no/such.idx: ");
    CU_ASSERT_PTR_NULL(idx.bytes);
}

static void check_broken(const char *path, const char *message)
{
    tnm_idx idx;
    CU_ASSERT_EQUAL(tnm_idx_open(&idx, path), TNM_ERROR_DATA);
    CU_ASSERT_STRING_EQUAL(tnm_error_message(), message);
    CU_ASSERT_PTR_NULL(idx.bytes);
    if (strcmp(tnm_error_message(), message) != 0)
        tnm_test_note("expected '%s', found '%s'", message, tnm_error_message());
}

/* Every file breaks one rule; tests/broken/make_idx.py says which. */
static void test_refuses_the_broken_files(void)
{
    tnm_corpus_each("tests/broken/idx", ".idx", check_broken);
}

static void fail_each(tnm_fault fault, tnm_error expected, const char *path)
{
    bool failed = true;
    unsigned count = 0;
    long before = tnm_fault_live();
    for (; failed; count++) {
        tnm_idx idx;
        tnm_fault_arm(fault, count);
        tnm_error error = tnm_idx_open(&idx, path);
        failed = tnm_fault_disarm();
        CU_ASSERT(error == TNM_OK || error == expected ||
                  (fault == TNM_FAULT_FILE && error == TNM_ERROR_NO_INPUT));
        CU_ASSERT(failed ? idx.bytes == NULL || error == TNM_OK : error == TNM_OK);
        tnm_idx_close(&idx);
        CU_ASSERT_EQUAL(tnm_fault_live(), before);
    }
    CU_ASSERT(count > 1);
}

static void test_each_call_fails(void)
{
    const char *path = tnm_test_path("matrix.idx.gz");
    write_packed(path);
    fail_each(TNM_FAULT_MEMORY, TNM_ERROR_MEMORY, path);
    fail_each(TNM_FAULT_FILE, TNM_ERROR_IO, path);
}

TNM_SUITE(idx, {"reads", test_reads}, {"reads empty", test_reads_empty},
          {"names what is missing", test_names_what_is_missing},
          {"refuses the broken files", test_refuses_the_broken_files},
          {"each call fails", test_each_call_fails})
