#include "instances/text.h"
#include "tests/corpus.h"
#include "tests/faults/faults.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Reads an instance from a string. */
static tnm_error read_string(tnm_text *text, const char *bytes)
{
    FILE *stream = tmpfile();
    fputs(bytes, stream);
    rewind(stream);
    tnm_error error = tnm_text_read_stream(text, stream, "block");
    fclose(stream);
    return error;
}

static void check_values(const tnm_text *text, const double *expected)
{
    CU_ASSERT_EQUAL(memcmp(text->values, expected, text->rows * text->cols * sizeof(double)), 0);
}

static void test_reads_an_instance(void)
{
    static const double expected[] = {1, -0.25, 0x1.8p+3, 0, 0.1, 5e-324};
    tnm_text text;
    ASSERT_OK(read_string(&text, "c an instance\n"
                                 "\n"
                                 "p tnm 2:3 atmost 2 3\n"
                                 "r 1 -0.25 0x1.8p3\r\n"
                                 "c\n"
                                 "  r\t0 1e-1  5e-324 "));
    CU_ASSERT_EQUAL(text.problem.n, 2);
    CU_ASSERT_EQUAL(text.problem.m, 3);
    CU_ASSERT_EQUAL(text.problem.constraint, TNM_ATMOST);
    CU_ASSERT_EQUAL(text.rows, 2);
    CU_ASSERT_EQUAL(text.cols, 3);
    check_values(&text, expected);
    tnm_text_free(&text);
    CU_ASSERT_PTR_NULL(text.values);
}

static void test_lends_a_view(void)
{
    tnm_text text;
    ASSERT_OK(read_string(&text, "p tnm 0:1 equal 1 2\nr 3 4\n"));
    tnm_matrix view = tnm_text_matrix(&text);
    CU_ASSERT_PTR_EQUAL(view.data, text.values);
    CU_ASSERT_EQUAL(view.dtype, TNM_F64);
    CU_ASSERT_FALSE(view.byte_swapped);
    CU_ASSERT_EQUAL(view.rows, 1);
    CU_ASSERT_EQUAL(view.cols, 2);
    CU_ASSERT_EQUAL(view.row_stride, 2);
    CU_ASSERT_EQUAL(view.col_stride, 1);
    tnm_text_free(&text);
}

/* One line of the corpus: a file and how the message about it ends. */
static void check_broken(const char *path, const char *message)
{
    tnm_text text;
    CU_ASSERT_EQUAL(tnm_text_read(&text, path), TNM_ERROR_DATA);
    CU_ASSERT_STRING_EQUAL(tnm_error_message(), message);
    CU_ASSERT_PTR_NULL(text.values);
    if (strcmp(tnm_error_message(), message) != 0)
        tnm_test_note("expected '%s', found '%s'", message, tnm_error_message());
}

static void test_refuses_the_broken_files(void)
{
    tnm_corpus_each("tests/broken/text", ".tnm", check_broken);
}

/* A line of exactly the longest length is read; one byte more is refused. */
static void test_measures_lines(void)
{
    static char bytes[TNM_TEXT_MAX_LINE + 64];
    static const char problem[] = "\np tnm 1:1 equal 1 1\nr 1\n";
    tnm_text text;
    memset(bytes, 'x', TNM_TEXT_MAX_LINE + 1);
    memcpy(bytes, "c ", 2);
    strcpy(bytes + TNM_TEXT_MAX_LINE, problem);
    ASSERT_OK(read_string(&text, bytes));
    tnm_text_free(&text);
    bytes[TNM_TEXT_MAX_LINE] = 'x';
    strcpy(bytes + TNM_TEXT_MAX_LINE + 1, problem);
    ASSERT_FAILS(read_string(&text, bytes), TNM_ERROR_DATA,
                 "block:1: line is longer than 65536 bytes");
}

static void test_names_unreadable_files(void)
{
    tnm_text text;
    ASSERT_FAILS(tnm_text_read(&text, "tests/no/such.tnm"), TNM_ERROR_NO_INPUT,
                 "tests/no/such.tnm: No such file");
    ASSERT_FAILS(tnm_text_read(&text, "tests"), TNM_ERROR_IO, "tests: Is a directory");
}

/* Writes, reads back, and compares to the last bit. */
static void check_round_trip(const tnm_text *text, const char *comment)
{
    tnm_text again;
    FILE *stream = tmpfile();
    ASSERT_OK(tnm_text_write(text, stream, comment));
    rewind(stream);
    ASSERT_OK(tnm_text_read_stream(&again, stream, "again"));
    fclose(stream);
    CU_ASSERT_EQUAL_FATAL(again.rows, text->rows);
    CU_ASSERT_EQUAL_FATAL(again.cols, text->cols);
    CU_ASSERT_EQUAL(again.problem.n, text->problem.n);
    CU_ASSERT_EQUAL(again.problem.m, text->problem.m);
    CU_ASSERT_EQUAL(again.problem.constraint, text->problem.constraint);
    check_values(&again, text->values);
    tnm_text_free(&again);
}

/* Doubles of all exponents and signs, zeros, and denormals come back as they were. */
static void test_round_trips_any_double(void)
{
    enum { COUNT = 4096 };
    static double values[COUNT];
    tnm_random random = {tnm_test_seed()};
    for (size_t i = 0; i < COUNT; i++) {
        uint64_t bits = tnm_random_next(&random);
        memcpy(&values[i], &bits, sizeof bits);
        if (!isfinite(values[i]))
            values[i] = -0.0;
    }
    values[0] = 0x1.fffffffffffffp+1023;
    values[1] = 0x1p-1074;
    tnm_text text = {{7, 32, TNM_EQUAL}, 2, COUNT / 2, values};
    check_round_trip(&text, "first\nsecond");
}

static void test_writes_what_people_read(void)
{
    char bytes[128] = "";
    double values[] = {1, 0.1, -2.5, 1e300};
    tnm_text text = {{1, 2, TNM_EQUAL}, 2, 2, values};
    FILE *stream = tmpfile();
    ASSERT_OK(tnm_text_write(&text, stream, "a comment"));
    rewind(stream);
    CU_ASSERT(fread(bytes, 1, sizeof bytes - 1, stream) > 0);
    fclose(stream);
    CU_ASSERT_STRING_EQUAL(bytes, "c a comment\n"
                                  "p tnm 1:2 equal 2 2\n"
                                  "r 1 0.1\n"
                                  "r -2.5 1e+300\n");
}

static void test_writes_only_what_it_reads(void)
{
    double value = 1;
    tnm_text text = {{1, 2, TNM_EQUAL}, 1, TNM_TEXT_MAX_COLS + 1, &value};
    ASSERT_FAILS(tnm_text_write(&text, stderr, NULL), TNM_ERROR_USAGE,
                 "a 1 x 2049 matrix does not fit");
    text.cols = 0;
    ASSERT_FAILS(tnm_text_write(&text, stderr, NULL), TNM_ERROR_USAGE, "does not fit");
    text = (tnm_text){{1, 1, TNM_EQUAL}, 1, 1, &value};
    FILE *full = fopen("/dev/full", "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(full);
    ASSERT_FAILS(tnm_text_write(&text, full, NULL), TNM_ERROR_IO, "No space left");
    fclose(full);
}

/* A point is a point in every locale; says something where the machine has a German one. */
static void test_ignores_the_locale(void)
{
    double values[] = {0.5};
    tnm_text text = {{1, 1, TNM_EQUAL}, 1, 1, values};
    setlocale(LC_NUMERIC, "de_DE.UTF-8");
    check_round_trip(&text, NULL);
    setlocale(LC_NUMERIC, "C");
}

/* Whichever call fails, reading says so and owns nothing. Closing what was read may fail. */
static void test_survives_every_failing_call(void)
{
    unsigned failures = 0;
    for (int fault = TNM_FAULT_MEMORY; fault <= TNM_FAULT_FILE; fault++) {
        for (unsigned k = 0, failed = 1; failed; k++) {
            tnm_text text;
            tnm_fault_arm((tnm_fault)fault, k);
            tnm_error error = tnm_text_read(&text, "instances/data/golden/ragged.tnm");
            failed = tnm_fault_disarm();
            failures += failed;
            CU_ASSERT(error == TNM_OK || error == TNM_ERROR_MEMORY || error == TNM_ERROR_NO_INPUT);
            CU_ASSERT_EQUAL(error == TNM_OK, text.values != NULL);
            tnm_text_free(&text);
        }
    }
    CU_ASSERT(failures >= 4);
}

TNM_SUITE(text, {"reads an instance", test_reads_an_instance}, {"lends a view", test_lends_a_view},
          {"refuses the broken files", test_refuses_the_broken_files},
          {"measures lines", test_measures_lines},
          {"names unreadable files", test_names_unreadable_files},
          {"round trips any double", test_round_trips_any_double},
          {"writes what people read", test_writes_what_people_read},
          {"writes only what it reads", test_writes_only_what_it_reads},
          {"ignores the locale", test_ignores_the_locale},
          {"survives every failing call", test_survives_every_failing_call})
