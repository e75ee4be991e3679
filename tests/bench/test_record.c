/* Records as rows: what is written is read back, and nothing else is. */
#include "bench/record.h"
#include "tests/testlib.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void test_head(void)
{
    char *head = tnm_record_head();
    CU_ASSERT(strncmp(head, "run,group,matrix,rows,cols,pattern,", 35) == 0);
    CU_ASSERT(tnm_test_contains(head, ",gaps,tiles_done,seconds,wall_seconds\r\n"));
    free(head);
}

static void test_round_trip(void)
{
    tnm_record record, again;
    tnm_record_init(&record);
    record.run = 3;
    record.matrix = "a,b\"c\nd";
    record.objective = 0.1;
    record.bound = (double)INFINITY;
    record.seconds = 1e-300;
    tnm_gaps_add(&record.gaps, 0.5);
    char *row = tnm_record_row(&record);
    size_t length = strlen(row);
    CU_ASSERT_STRING_EQUAL(row + length - 2, "\r\n");
    row[length - 2] = '\0';
    ASSERT_OK(tnm_record_parse(&again, row));
    CU_ASSERT(again.run == 3 && again.rows == TNM_NO_COUNT && again.objective == 0.1);
    CU_ASSERT(isinf(again.bound) && isnan(again.gap) && again.seconds == 1e-300);
    CU_ASSERT_STRING_EQUAL(again.matrix, "a_b_c_d");
    CU_ASSERT_STRING_EQUAL(again.status, "");
    CU_ASSERT(memcmp(&again.gaps, &record.gaps, sizeof again.gaps) == 0);
    free(row);
}

/* The row of a record without content, with one cell replaced. */
static char *row_with(size_t column, const char *cell)
{
    char *row = tnm_copy_string("");
    for (size_t k = 0; k < TNM_RECORD_WIDTH; k++) {
        char *longer = tnm_format("%s%s%s", row, k > 0 ? "," : "", k == column ? cell : "");
        free(row);
        row = longer;
    }
    return row;
}

static void test_broken_rows(void)
{
    static const struct {
        size_t column;
        const char *cell, *complaint;
    } broken[] = {
        {TNM_COLUMN_run, "-1", "column run: '-1'"},
        {TNM_COLUMN_tiles, "1x", "column tiles: '1x'"},
        {TNM_COLUMN_tiles, "99999999999999999999999", "column tiles"},
        {TNM_COLUMN_gap, "nan", "column gap: 'nan'"},
        {TNM_COLUMN_gap, " 1", "column gap: ' 1'"},
        {TNM_COLUMN_seconds, "1..", "column seconds: '1..'"},
        {TNM_COLUMN_gaps, "1:0", "column gaps: '1:0'"},
        {TNM_COLUMN_method, "a,b", "a row of not"},
    };
    tnm_record record;
    for (size_t k = 0; k < sizeof broken / sizeof *broken; k++) {
        char *row = row_with(broken[k].column, broken[k].cell);
        ASSERT_FAILS(tnm_record_parse(&record, row), TNM_ERROR_DATA, broken[k].complaint);
        free(row);
    }
    char few[] = "1,2,3";
    ASSERT_FAILS(tnm_record_parse(&record, few), TNM_ERROR_DATA, "a row of not");
}

TNM_SUITE(record, {"head", test_head}, {"round trip", test_round_trip},
          {"broken rows", test_broken_rows})
