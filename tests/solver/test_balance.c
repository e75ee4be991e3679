/* Balancing tied entries: whatever can be filled is filled, on every instruction set. */
#include "solver/exact/balance.h"

#include "formulations/mask.h"
#include "tests/random.h"
#include "tests/testlib.h"

#include <string.h>

/* A mask with N entries in every line, rows and columns in random order. */
static void draw_mask(uint64_t *rows, int m, int n, tnm_random *random)
{
    uint8_t order[TNM_MAX_TILE];
    memset(rows, 0, (size_t)m * sizeof *rows);
    for (int j = 0; j < m; j++)
        order[j] = (uint8_t)j;
    for (int j = m - 1; j > 0; j--) {
        int other = (int)(tnm_random_next(random) % (uint64_t)(j + 1));
        uint8_t moved = order[j];
        order[j] = order[other];
        order[other] = moved;
    }
    for (int i = 0; i < m; i++) {
        for (int k = 0; k < n; k++)
            rows[order[i]] |= UINT64_C(1) << order[(i + k) % m];
    }
}

/* Every line holds N, or is free and holds fewer. */
static bool obeys(const tnm_balance *balance, int m, int n)
{
    uint8_t counts[TNM_MAX_TILE];
    bool fine = true;
    tnm_mask_column_counts(counts, balance->kept, (size_t)m);
    for (int k = 0; k < m; k++) {
        int row = __builtin_popcountll(balance->kept[k]), col = counts[k];
        fine &= row == n || (row < n && (balance->free_rows >> k & 1));
        fine &= col == n || (col < n && (balance->free_cols >> k & 1));
    }
    return fine;
}

/* A tile whose ties leave room for the hidden mask, with some entries on it kept for sure. */
static void check_hidden_mask(const tnm_balance_kernel *kernel, int m, int n, bool with_free_lines,
                              tnm_random *random)
{
    tnm_problem problem = {n, m, with_free_lines ? TNM_ATMOST : TNM_EQUAL};
    uint64_t hidden[TNM_MAX_TILE], fixed[TNM_MAX_TILE];
    tnm_balance balance = {0};
    draw_mask(hidden, m, n, random);
    for (int i = 0; i < m; i++) {
        uint64_t some = tnm_random_next(random) & tnm_random_next(random);
        fixed[i] = hidden[i] & some & tnm_random_next(random);
        balance.kept[i] = fixed[i];
        balance.tied[i] = (hidden[i] | (some & tnm_low_bits((size_t)m))) & ~fixed[i];
    }
    if (with_free_lines) {
        balance.free_rows = tnm_random_next(random) & tnm_low_bits((size_t)m);
        balance.free_cols = tnm_random_next(random) & tnm_low_bits((size_t)m);
    }
    CU_ASSERT(kernel->deal(&balance, &problem));
    CU_ASSERT(kernel->even_out(&balance, &problem));
    CU_ASSERT(obeys(&balance, m, n));
    for (int i = 0; i < m; i++) {
        CU_ASSERT_EQUAL(fixed[i] & ~balance.kept[i], 0);
        CU_ASSERT_EQUAL(balance.kept[i] & ~(fixed[i] | balance.tied[i]), 0);
    }
}

static void test_hidden_masks_are_found(void)
{
    tnm_random random = {tnm_test_seed()};
    for (int isa = 0; isa < TNM_ISA_COUNT; isa++) {
        if (!tnm_isa_supported((tnm_isa)isa))
            continue;
        for (int trial = 0; trial < 2000; trial++) {
            int m = 1 + (int)(tnm_random_next(&random) % TNM_MAX_TILE);
            int n = (int)(tnm_random_next(&random) % (uint64_t)(m + 1));
            check_hidden_mask(tnm_balance_kernel_for((tnm_isa)isa), m, n, trial % 2 == 0, &random);
        }
    }
}

/* Two rows that can only keep the same column: one too many there, one too few elsewhere. */
static void test_what_cannot_be_filled_is_told(void)
{
    const tnm_balance_kernel *kernel = tnm_balance_kernel_for(tnm_isa_best());
    tnm_problem problem = {1, 2, TNM_EQUAL};
    tnm_balance balance = {.tied = {1, 1}};
    CU_ASSERT(kernel->deal(&balance, &problem));
    CU_ASSERT_FALSE(kernel->even_out(&balance, &problem));
    tnm_balance short_of_ties = {.tied = {1, 0}}, too_full = {.kept = {3, 0}};
    CU_ASSERT_FALSE(kernel->deal(&short_of_ties, &problem));
    CU_ASSERT_FALSE(kernel->deal(&too_full, &problem));
}

TNM_SUITE(balance, {"hidden masks are found", test_hidden_masks_are_found},
          {"what cannot be filled is told", test_what_cannot_be_filled_is_told})
