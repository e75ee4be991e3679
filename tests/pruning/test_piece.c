#include "pruning/piece.h"

#include "tests/testlib.h"

#include <stdlib.h>
#include <string.h>

/* Marks the elements of all pieces by the runs they say they lie in; each must be met once. */
static void cover(const tnm_cut *cut)
{
    const tnm_layout *layout = &cut->layout;
    size_t count = layout->rows * layout->cols * layout->slices, tiles = 0;
    uint8_t *met = calloc(count, 2);
    for (size_t k = 0; k < tnm_cut_pieces(cut); k++) {
        tnm_piece piece = tnm_cut_piece(cut, k);
        tnm_runs runs = tnm_piece_runs(cut, &piece, 2);
        CU_ASSERT_EQUAL(runs.count * runs.length, 2 * tnm_piece_entries(&piece));
        CU_ASSERT_EQUAL(piece.first_tile, tiles); /* pieces of a slice follow each other */
        tiles += piece.tiles;
        for (size_t run = 0; run < runs.count; run++) {
            for (size_t byte = 0; byte < runs.length; byte++)
                met[runs.offset + run * runs.pitch + byte]++;
        }
    }
    CU_ASSERT_EQUAL(tiles * layout->slices, tnm_cut_tiles(cut));
    size_t once = 0;
    for (size_t byte = 0; byte < 2 * count; byte++)
        once += met[byte] == 1;
    CU_ASSERT_EQUAL(once, 2 * count);
    free(met);
}

static size_t below(tnm_random *random, size_t limit)
{
    return (size_t)(tnm_random_next(random) % limit);
}

static void test_covers(void)
{
    tnm_random random = {tnm_test_seed()};
    tnm_test_note("seed %llu", (unsigned long long)random.state);
    for (int k = 0; k < 300; k++) {
        static const int sides[] = {1, 2, 4, 7, 8, 16};
        int m = sides[below(&random, 6)];
        tnm_layout layout = {.rows = (size_t)m + below(&random, 60),
                             .cols = (size_t)m + below(&random, 300),
                             .slices = 1 + below(&random, 4)};
        tnm_edges edges = below(&random, 2) ? TNM_EDGES_PAD : TNM_EDGES_DENSE;
        tnm_cut cut;
        ASSERT_OK(tnm_cut_init(&cut, &layout, m, edges, 1 + below(&random, 8000)));
        cover(&cut);
    }
}

static void test_wide(void)
{
    /* A band of 64 x 4096 entries in pieces of 64 x 1024, whole stretches of 16 tiles. */
    tnm_layout layout = {.rows = 128, .cols = 4100, .slices = 1};
    tnm_cut cut;
    ASSERT_OK(tnm_cut_init(&cut, &layout, 64, TNM_EDGES_PAD, 65536));
    CU_ASSERT_EQUAL(tnm_cut_pieces(&cut), 2 * 5);
    tnm_piece last = tnm_cut_piece(&cut, 9);
    CU_ASSERT(last.first_row == 64 && last.first_col == 4096);
    CU_ASSERT(last.layout.rows == 64 && last.layout.cols == 4 && last.tiles == 1);
    CU_ASSERT_EQUAL(last.first_tile, 65 + 64);
    tnm_piece second = tnm_cut_piece(&cut, 1);
    tnm_runs bits = tnm_piece_bit_runs(&cut, &second);
    CU_ASSERT(bits.offset == 128 && bits.length == 128 && bits.pitch == 513 && bits.count == 64);
}

static void test_dense_margin(void)
{
    /* The margin goes with the last piece, and is no piece of its own. */
    tnm_layout layout = {.rows = 19, .cols = 8, .slices = 1};
    tnm_cut cut;
    ASSERT_OK(tnm_cut_init(&cut, &layout, 8, TNM_EDGES_DENSE, 64));
    CU_ASSERT_EQUAL(tnm_cut_pieces(&cut), 2);
    CU_ASSERT_EQUAL(tnm_cut_piece(&cut, 1).layout.rows, 11);
    ASSERT_FAILS(tnm_cut_init(&cut, &layout, 8, TNM_EDGES_ERROR, 64), TNM_ERROR_DATA,
                 "19x8 is no multiple of 8");
}

TNM_SUITE(piece, {"covers", test_covers}, {"wide", test_wide}, {"dense margin", test_dense_margin})
