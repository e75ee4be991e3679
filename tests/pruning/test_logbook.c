#include "pruning/logbook.h"

#include "tests/faults/faults.h"
#include "tests/testlib.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *target(void)
{
    return tnm_test_path("logbook-target");
}

/* Opens the logbook and says how many records it found; the caller closes it. */
static size_t open_logbook(tnm_logbook *logbook, uint64_t fingerprint, bool resume)
{
    ASSERT_OK(tnm_logbook_open(logbook, target(), fingerprint, resume));
    return logbook->count;
}

static void test_resumes(void)
{
    tnm_logbook logbook;
    CU_ASSERT_EQUAL(open_logbook(&logbook, 7, true), 0);
    ASSERT_OK(tnm_logbook_add(&logbook, "one"));
    ASSERT_OK(tnm_logbook_flush(&logbook));
    ASSERT_OK(tnm_logbook_add(&logbook, "two"));
    ASSERT_OK(tnm_logbook_flush(&logbook));
    ASSERT_OK(tnm_logbook_add(&logbook, "never written"));
    tnm_logbook_close(&logbook, false);

    CU_ASSERT_EQUAL(open_logbook(&logbook, 7, true), 2);
    CU_ASSERT_STRING_EQUAL(logbook.records[0], "one");
    CU_ASSERT_STRING_EQUAL(logbook.records[1], "two");
    CU_ASSERT_FALSE(logbook.complete);
    ASSERT_OK(tnm_logbook_complete(&logbook));
    tnm_logbook_close(&logbook, false);

    CU_ASSERT_EQUAL(open_logbook(&logbook, 7, true), 2);
    CU_ASSERT(logbook.complete);
    tnm_logbook_close(&logbook, false);
    CU_ASSERT_EQUAL(open_logbook(&logbook, 7, false), 0);
    tnm_logbook_close(&logbook, true);
    CU_ASSERT_NOT_EQUAL(access(tnm_test_path(".logbook-target.tnm-logbook"), F_OK), 0);
}

/* Whatever happens to a byte, no record is believed that comes after it. */
static void test_damage(void)
{
    char text[512], path[256];
    tnm_logbook logbook;
    open_logbook(&logbook, 1, false);
    ASSERT_OK(tnm_logbook_add(&logbook, "{\"a\": 1}"));
    ASSERT_OK(tnm_logbook_add(&logbook, "{\"b\": 2}"));
    ASSERT_OK(tnm_logbook_flush(&logbook));
    tnm_logbook_close(&logbook, false);
    snprintf(path, sizeof path, "%s", tnm_test_path(".logbook-target.tnm-logbook"));
    FILE *file = fopen(path, "r");
    size_t size = fread(text, 1, sizeof text, file);
    fclose(file);
    const char *third_line = memmem(text, size, "{\"b\"", 4);
    CU_ASSERT_PTR_NOT_NULL_FATAL(third_line);
    third_line -= 17; /* its checksum, and a blank */
    for (size_t k = 0; k < size; k++) {
        text[k] ^= 4;
        file = fopen(path, "w");
        fwrite(text, 1, size, file);
        fclose(file);
        size_t found = open_logbook(&logbook, 1, true);
        CU_ASSERT_EQUAL(found, text + k < third_line ? 0 : 1);
        tnm_logbook_close(&logbook, false);
        text[k] ^= 4;
    }
}

static void test_refuses(void)
{
    tnm_logbook logbook, other;
    open_logbook(&logbook, 1, false);
    ASSERT_FAILS(tnm_logbook_open(&other, target(), 1, true), TNM_ERROR_CANNOT_CREATE,
                 "another run is writing this output");
    tnm_logbook_close(&logbook, false);
    ASSERT_FAILS(tnm_logbook_open(&other, target(), 2, true), TNM_ERROR_USAGE,
                 "asked something else");
    CU_ASSERT_EQUAL(open_logbook(&logbook, 2, false), 0);
    tnm_logbook_close(&logbook, true);
    ASSERT_FAILS(tnm_logbook_open(&other, "/no/such/folder/x", 2, true), TNM_ERROR_CANNOT_CREATE,
                 "/no/such/folder/x: cannot create");
}

static tnm_error use_logbook(void)
{
    tnm_error error = TNM_OK;
    tnm_logbook logbook = {.descriptor = -1};
    TNM_TRY(tnm_logbook_open(&logbook, target(), 3, true));
    TNM_TRY(tnm_logbook_add(&logbook, "a record"));
    TNM_TRY(tnm_logbook_complete(&logbook));
out:
    tnm_logbook_close(&logbook, true);
    return error;
}

static void test_faults(void)
{
    static const tnm_fault faults[] = {TNM_FAULT_MEMORY, TNM_FAULT_FILE};
    for (size_t kind = 0; kind < 2; kind++) {
        for (unsigned k = 0, failed = 1; failed; k++) {
            long before = tnm_fault_live();
            tnm_fault_arm(faults[kind], k);
            tnm_error error = use_logbook();
            failed = tnm_fault_disarm();
            CU_ASSERT_EQUAL(tnm_fault_live(), before);
            CU_ASSERT(failed || error == TNM_OK);
        }
    }
}

TNM_SUITE(logbook, {"resumes", test_resumes}, {"damage", test_damage}, {"refuses", test_refuses},
          {"faults", test_faults})
