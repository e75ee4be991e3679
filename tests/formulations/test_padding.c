/* The padding of ragged tiles, against every mask there is. */
#include "formulations/padding.h"
#include "tests/testlib.h"

#include <stdlib.h>
#include <string.h>

/* A whole tile of side m in one word, bit i*m + j for entry (i,j). */
static void unpack(uint64_t *rows, uint64_t word, size_t m)
{
    for (size_t i = 0; i < m; i++)
        rows[i] = word >> (i * m) & tnm_low_bits(m);
}

static bool all_lines_keep(const uint64_t *rows, size_t m, int n)
{
    uint8_t col_kept[TNM_MAX_TILE];
    bool fine = true;
    tnm_mask_column_counts(col_kept, rows, m);
    for (size_t k = 0; k < m; k++)
        fine = fine && __builtin_popcountll(rows[k]) == n && col_kept[k] == n;
    return fine;
}

/* The bits of a tile word that lie in its first r rows and c columns. */
static uint64_t inside(size_t m, size_t r, size_t c)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < r; i++)
        bits |= tnm_low_bits(c) << (i * m);
    return bits;
}

/* For every part of a mask that fits into r x c: filling succeeds exactly where some mask with n in
 * every line has this part, and leaves the part as it was. */
static size_t count_mistakes(size_t m, size_t r, size_t c, int n)
{
    size_t masks = (size_t)1 << (m * m), mistakes = 0;
    uint64_t rows[TNM_MAX_TILE], part = inside(m, r, c);
    tnm_problem problem = {.n = n, .m = (int)m, .constraint = TNM_EQUAL};
    bool *possible = calloc(masks, sizeof *possible);
    for (uint64_t word = 0; word < masks; word++) {
        unpack(rows, word, m);
        possible[word & part] |= all_lines_keep(rows, m, n);
    }
    for (uint64_t word = 0; word < masks; word++) {
        if ((word & part) != word)
            continue;
        unpack(rows, word, m);
        tnm_padding_fill_tile(&problem, rows, r, c);
        uint64_t filled = 0;
        for (size_t i = 0; i < m; i++)
            filled |= rows[i] << (i * m);
        mistakes += all_lines_keep(rows, m, n) != possible[word];
        mistakes += (filled & part) != word;
    }
    free(possible);
    return mistakes;
}

static void test_every_mask(void)
{
    for (size_t m = 1; m <= 4; m++) {
        for (size_t rc = 0; rc < m * m; rc++) {
            for (int n = 0; n <= (int)m; n++)
                CU_ASSERT_EQUAL(count_mistakes(m, rc / m + 1, rc % m + 1, n), 0);
        }
    }
}

/* A 5 x 7 matrix in 4 x 4 tiles: the right and lower tiles are filled, the first is left alone. */
static void test_band(void)
{
    tnm_problem problem = {.n = 2, .m = 4, .constraint = TNM_EQUAL};
    tnm_tiling tiling;
    ASSERT_OK(tnm_tiling_init(&tiling, 5, 7, 4, TNM_EDGES_PAD));
    uint64_t rows[8] = {3, 3, 3, 3, 0, 3, 5, 1};
    const uint64_t before[8] = {3, 3, 3, 3, 0, 3, 5, 1};
    tnm_band band = {.m = 4, .tiles = 2, .tile_row = 0};
    tnm_padding_fill(&problem, &tiling, &band, rows);
    for (size_t i = 0; i < 4; i++)
        CU_ASSERT_EQUAL(rows[2 * i], before[2 * i]);
    CU_ASSERT_EQUAL(rows[7] & 7, 1);  /* inside as read, */
    CU_ASSERT_EQUAL(rows[7] >> 3, 1); /* outside what the row lacked */
    problem.constraint = TNM_ATMOST;
    memcpy(rows, before, sizeof rows);
    tnm_padding_fill(&problem, &tiling, &band, rows);
    CU_ASSERT_EQUAL(memcmp(rows, before, sizeof rows), 0);
}

TNM_SUITE(padding, {"every mask of every part of small tiles", test_every_mask},
          {"only ragged tiles, only under equal", test_band})
