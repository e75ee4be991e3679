#include "formulations/padding.h"

#include "tests/plant.h"

/* The band of a single tile of which only rows x cols entries lie inside the matrix. */
static tnm_band corner(tnm_tiling *tiling, size_t m, size_t rows, size_t cols)
{
    ASSERT_OK(tnm_tiling_init(tiling, rows, cols, (int)m, TNM_EDGES_PAD));
    return (tnm_band){.m = m, .tiles = 1, .stride = m};
}

static bool obeys(const uint64_t *tile_rows, size_t n, size_t m)
{
    uint8_t kept[TNM_MAX_TILE];
    bool fine = true;
    tnm_mask_column_counts(kept, tile_rows, m);
    for (size_t k = 0; k < m; k++)
        fine &= kept[k] == n && (size_t)__builtin_popcountll(tile_rows[k]) == n;
    return fine;
}

static void test_fills_whatever_can_be_filled(void)
{
    tnm_random random = {tnm_test_seed()};
    for (size_t m = 1; m <= TNM_MAX_TILE; m += m < 12 ? 1 : 13) {
        for (int trial = 0; trial < 200; trial++) {
            uint64_t whole[TNM_MAX_TILE], cut[TNM_MAX_TILE];
            size_t n = tnm_random_next(&random) % (m + 1);
            size_t rows = 1 + tnm_random_next(&random) % m, cols = 1 + tnm_random_next(&random) % m;
            tnm_tiling tiling;
            tnm_band band = corner(&tiling, m, rows, cols);
            plant_mask(whole, &random, n, m);
            memcpy(cut, whole, sizeof cut);
            tnm_padding_clear(cut, &tiling, &band);
            for (size_t i = 0; i < m; i++)
                CU_ASSERT_EQUAL(cut[i], i < rows ? whole[i] & tnm_low_bits(cols) : 0);
            uint64_t real[TNM_MAX_TILE];
            memcpy(real, cut, sizeof real);
            tnm_padding_fill(cut, n, &tiling, &band);
            CU_ASSERT(obeys(cut, n, m));
            for (size_t i = 0; i < rows; i++)
                CU_ASSERT_EQUAL(cut[i] & tnm_low_bits(cols), real[i]);
        }
    }
}

static void test_what_cannot_be_filled_stays_wrong(void)
{
    tnm_tiling tiling;
    tnm_band band = corner(&tiling, 4, 3, 3);
    uint64_t short_row[4] = {0x0, 0x3, 0x5}; /* row 0 would need two entries of one column */
    tnm_padding_fill(short_row, 2, &tiling, &band);
    CU_ASSERT_FALSE(obeys(short_row, 2, 4));
    CU_ASSERT_EQUAL(short_row[0], 0x8);
    uint64_t long_row[4] = {0x7, 0x1, 0x2};
    tnm_padding_fill(long_row, 2, &tiling, &band);
    CU_ASSERT_EQUAL(long_row[0], 0x7);
    CU_ASSERT_FALSE(obeys(long_row, 2, 4));
}

static void test_only_ragged_tiles_are_touched(void)
{
    tnm_tiling tiling;
    ASSERT_OK(tnm_tiling_init(&tiling, 7, 11, 4, TNM_EDGES_PAD));
    tnm_band first = {.m = 4, .tiles = 3, .stride = 12};
    tnm_band last = {.m = 4, .tiles = 3, .stride = 12, .first_tile = 3, .tile_row = 1};
    uint64_t rows[12] = {0};
    tnm_padding_fill(rows, 2, &tiling, &first);
    for (size_t k = 0; k < 12; k++)
        CU_ASSERT_EQUAL(rows[k], k % 3 == 2 && k / 3 < 2 ? 8 : 0); /* one column to fill */
    memset(rows, 0, sizeof rows);
    tnm_padding_fill(rows, 2, &tiling, &last);
    for (size_t t = 0; t < 3; t++)
        CU_ASSERT_EQUAL(__builtin_popcountll(rows[9 + t]), 2);
    memset(rows, 0xff, sizeof rows);
    tnm_padding_clear(rows, &tiling, &first);
    for (size_t k = 0; k < 12; k++)
        CU_ASSERT_EQUAL(rows[k], k % 3 == 2 ? 7 : UINT64_MAX);
    memset(rows, 0xff, sizeof rows);
    tnm_padding_clear(rows, &tiling, &last);
    for (size_t k = 0; k < 12; k++)
        CU_ASSERT_EQUAL(rows[k], k >= 9 ? 0 : (k % 3 == 2 ? 7 : 15));
}

TNM_SUITE(padding, {"fills whatever can be filled", test_fills_whatever_can_be_filled},
          {"what cannot be filled stays wrong", test_what_cannot_be_filled_stays_wrong},
          {"only ragged tiles are touched", test_only_ragged_tiles_are_touched})
