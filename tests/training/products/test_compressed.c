#include "training/products/compressed.h"

#include "tests/faults/faults.h"
#include "tests/testlib.h"
#include "tests/training/products/masks.h"

#include <stdlib.h>
#include <string.h>

/* Gathered and scattered again, exactly the kept weights are there. */
static void try_round_trip(size_t rows, size_t cols, int n, int m, tnm_mask_kind_drawn kind)
{
    tnm_random random = {tnm_test_seed()};
    tnm_compressed w;
    size_t wrong = 0;
    uint8_t *mask = tnm_allocate(rows * cols, 1);
    float *dense = tnm_allocate(rows * cols, sizeof *dense);
    float *again = tnm_allocate(rows * cols, sizeof *again);
    for (size_t k = 0; k < rows * cols; k++)
        dense[k] = (float)(k + 1);
    ASSERT_OK(tnm_compressed_open(&w, rows, cols, n, m));
    for (int trial = 0; trial < 2; trial++) { /* the second mask replaces the first */
        tnm_draw_transposable(&random, mask, rows, cols, n, m, kind);
        ASSERT_OK(tnm_compressed_mask(&w, mask));
        memset(again, 0xff, rows * cols * sizeof *again);
        tnm_compressed_scatter(&w, again);
        for (size_t k = 0; k < rows * cols; k++)
            wrong += again[k] != 0;
        tnm_compressed_gather(&w, dense);
        memset(again, 0xff, rows * cols * sizeof *again);
        tnm_compressed_scatter(&w, again);
        for (size_t k = 0; k < rows * cols; k++)
            wrong += again[k] != (mask[k] ? dense[k] : 0);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    tnm_compressed_close(&w);
    free(mask);
    free(dense);
    free(again);
}

static void test_round_trips(void)
{
    for (size_t p = 0; p < TNM_DRAWN_PATTERNS; p++) {
        int n = tnm_drawn_patterns[p][0], m = tnm_drawn_patterns[p][1];
        for (int kind = 0; kind < TNM_DRAWN_KINDS; kind++) {
            try_round_trip(128, 64, n, m, (tnm_mask_kind_drawn)kind);
            try_round_trip(77, 131, n, m, (tnm_mask_kind_drawn)kind);
            try_round_trip(1, 1, n, m, (tnm_mask_kind_drawn)kind);
        }
    }
}

static void test_refuses_full_lines(void)
{
    enum { ROWS = 70, COLS = 90 };
    static uint8_t mask[ROWS][COLS];
    tnm_compressed w;
    ASSERT_OK(tnm_compressed_open(&w, ROWS, COLS, 2, 4));
    memset(mask, 0, sizeof mask);
    mask[66][81] = mask[66][82] = mask[66][83] = 1;
    ASSERT_FAILS(tnm_compressed_mask(&w, mask[0]), TNM_ERROR_DATA,
                 "row 66 keeps 3 of 4 in tile (16, 20), more than 2");
    memset(mask, 0, sizeof mask);
    mask[0][89] = mask[1][89] = mask[3][89] = 7;
    ASSERT_FAILS(tnm_compressed_mask(&w, mask[0]), TNM_ERROR_DATA,
                 "column 89 keeps 3 of 4 in tile (0, 22), more than 2");
    mask[3][89] = 0;
    ASSERT_OK(tnm_compressed_mask(&w, mask[0]));
    tnm_compressed_close(&w);
}

static void test_refuses_wrong_patterns(void)
{
    static const int patterns[][2] = {{-1, 4}, {5, 4}, {1, 0}, {1, 65}};
    tnm_compressed w;
    for (size_t k = 0; k < sizeof patterns / sizeof *patterns; k++)
        ASSERT_FAILS(tnm_compressed_open(&w, 8, 8, patterns[k][0], patterns[k][1]), TNM_ERROR_USAGE,
                     "is no pattern");
}

static void test_fails_each_allocation(void)
{
    long before = tnm_fault_live();
    bool failed = true;
    for (unsigned k = 0; failed; k++) {
        tnm_compressed w = {0};
        tnm_fault_arm(TNM_FAULT_MEMORY, k);
        tnm_error error = tnm_compressed_open(&w, 100, 50, 4, 8);
        failed = tnm_fault_disarm();
        CU_ASSERT_EQUAL(error, failed ? TNM_ERROR_MEMORY : TNM_OK);
        CU_ASSERT(!failed || tnm_fault_live() == before);
        tnm_compressed_close(&w);
        CU_ASSERT_EQUAL(tnm_fault_live(), before);
    }
}

TNM_SUITE(compressed, {"round trips", test_round_trips},
          {"refuses full lines", test_refuses_full_lines},
          {"refuses wrong patterns", test_refuses_wrong_patterns},
          {"fails each allocation", test_fails_each_allocation})
