#include "solver/completion.h"
#include "tests/tiles.h"

#include <string.h>

static void expect_rows(const uint64_t *rows, const uint64_t *expected, size_t m)
{
    for (size_t i = 0; i < m; i++)
        CU_ASSERT_EQUAL(rows[i], expected[i]);
}

static void complete(const float *scores, int n, int m, uint64_t *rows)
{
    tnm_tiles tiles = tnm_tiles_of(m, scores);
    tnm_problem problem = {n, m, TNM_EQUAL};
    tnm_complete(&problem, &tiles.band, 0, rows);
    tnm_tiles_free(&tiles);
}

/* 9 blocks row 0 and column 0; of what is left 7 is the heaviest, and blocks 6 and 5. */
static void test_keeps_free_entries_heaviest_first(void)
{
    static const float scores[] = {9, 1, 1, 1, 4, 6, 1, 5, 7};
    static const uint64_t expected[] = {1, 2, 4};
    uint64_t rows[3] = {1, 0, 0};
    complete(scores, 1, 3, rows);
    expect_rows(rows, expected, 3);
}

/* What greedy-keep leaves of the example where `atmost` keeps 5 and `equal` 4: row 0 and column 0
 * are short. All swaps lose 1, and the first of them takes (1,1) out. */
static void test_swaps_where_nothing_is_free(void)
{
    static const float scores[] = {1, 0, 0, 0, 1, 1, 0, 1, 1};
    static const uint64_t expected[] = {3, 5, 6};
    uint64_t rows[3] = {1, 6, 6};
    complete(scores, 2, 3, rows);
    expect_rows(rows, expected, 3);
}

/* The same, but (2,1) is the one that gains: 3 + 2 - 1 against at most 3 + 0 - 1. */
static void test_takes_the_best_swap(void)
{
    static const float scores[] = {1, 3, 0, 0, 1, 1, 2, 1, 1};
    static const uint64_t expected[] = {3, 6, 5};
    uint64_t rows[3] = {1, 6, 6};
    complete(scores, 2, 3, rows);
    expect_rows(rows, expected, 3);
}

static void test_prefers_the_first_of_equals(void)
{
    static const float scores[9] = {0};
    static const uint64_t expected[] = {1, 2, 4};
    uint64_t rows[3] = {0, 0, 0};
    complete(scores, 1, 3, rows);
    expect_rows(rows, expected, 3);
}

/* Any mask with at most n in a line: entries in random order, some left out. */
static void draw_mask(uint64_t *rows, size_t n, size_t m, tnm_random *random)
{
    uint8_t kept[TNM_MAX_TILE] = {0};
    uint64_t density = tnm_random_next(random) % 5;
    memset(rows, 0, m * sizeof *rows);
    for (size_t k = 0; k < density * m * m; k++) {
        size_t i = tnm_random_next(random) % m, j = tnm_random_next(random) % m;
        if ((rows[i] >> j & 1) != 0 || kept[j] >= n || __builtin_popcountll(rows[i]) >= (int)n)
            continue;
        rows[i] |= UINT64_C(1) << j;
        kept[j]++;
    }
}

static bool is_full(const uint64_t *rows, size_t n, size_t m)
{
    uint8_t kept[TNM_MAX_TILE];
    bool full = true;
    tnm_mask_column_counts(kept, rows, m);
    for (size_t k = 0; k < m; k++)
        full &= kept[k] == n && __builtin_popcountll(rows[k]) == (int)n &&
                (rows[k] & ~tnm_low_bits(m)) == 0;
    return full;
}

static void test_fills_any_mask(void)
{
    tnm_random random = {tnm_test_seed()};
    for (int trial = 0; trial < 3000; trial++) {
        uint64_t rows[TNM_MAX_TILE];
        int m = 1 + (int)(tnm_random_next(&random) % (trial % 100 == 0 ? 64 : 12));
        int n = (int)(tnm_random_next(&random) % ((uint64_t)m + 1));
        tnm_tile_kind kind = (tnm_tile_kind)(trial % TNM_TILE_KIND_COUNT);
        tnm_tiles tiles = tnm_tiles_make(kind, m, 1, &random);
        tnm_problem problem = {n, m, TNM_EQUAL};
        draw_mask(rows, (size_t)n, (size_t)m, &random);
        tnm_complete(&problem, &tiles.band, 0, rows);
        bool full = is_full(rows, (size_t)n, (size_t)m);
        CU_ASSERT(full);
        if (!full)
            tnm_test_note("%d:%d, trial %d, TNM_TEST_SEED=%llu", n, m, trial,
                          (unsigned long long)tnm_test_seed());
        tnm_tiles_free(&tiles);
    }
}

/* Row 1 and column 1 are short; 1.25 makes way for 1 and 1, but 3 does not. */
static void test_swaps_only_what_gains(void)
{
    static const float light[] = {1.25F, 1, 1, 0}, heavy[] = {3, 1, 1, 0};
    tnm_problem problem = {1, 2, TNM_ATMOST};
    tnm_tiles one = tnm_tiles_of(2, light), two = tnm_tiles_of(2, heavy);
    uint64_t rows[] = {1, 0};
    CU_ASSERT_EQUAL(tnm_swap_into_short_lines(&problem, &two.band, 0, rows, 9), 0);
    CU_ASSERT_EQUAL(tnm_swap_into_short_lines(&problem, &one.band, 0, rows, 0), 0);
    CU_ASSERT(rows[0] == 1 && rows[1] == 0);
    CU_ASSERT_EQUAL(tnm_swap_into_short_lines(&problem, &one.band, 0, rows, 9), 1);
    CU_ASSERT(rows[0] == 2 && rows[1] == 1);
    CU_ASSERT_EQUAL(tnm_swap_into_short_lines(&problem, &one.band, 0, rows, 9), 0);
    tnm_tiles_free(&one);
    tnm_tiles_free(&two);
}

TNM_SUITE(completion,
          {"keeps free entries, heaviest first", test_keeps_free_entries_heaviest_first},
          {"swaps where nothing is free", test_swaps_where_nothing_is_free},
          {"takes the best swap", test_takes_the_best_swap},
          {"prefers the first of equals", test_prefers_the_first_of_equals},
          {"fills any mask", test_fills_any_mask},
          {"swaps only what gains", test_swaps_only_what_gains})
