#include "formulations/mask.h"

#include "tests/testlib.h"

#include <stdlib.h>
#include <string.h>

/* ---- tiles ------------------------------------------------------------------------------- */

static void any_rows(uint64_t *rows, tnm_random *random, size_t count, size_t m)
{
    for (size_t k = 0; k < count; k++)
        rows[k] = tnm_random_next(random) & tnm_low_bits(m);
}

static void test_low_bits(void)
{
    CU_ASSERT_EQUAL(tnm_low_bits(0), 0);
    CU_ASSERT_EQUAL(tnm_low_bits(1), 1);
    CU_ASSERT_EQUAL(tnm_low_bits(63), UINT64_MAX >> 1);
    CU_ASSERT_EQUAL(tnm_low_bits(64), UINT64_MAX);
}

static void test_get_and_put(void)
{
    enum { M = 5, TILES = 3 };
    tnm_random random = {tnm_test_seed()};
    uint64_t rows[M * TILES], copy[M * TILES], tile[M];
    any_rows(rows, &random, M * TILES, M);
    memcpy(copy, rows, sizeof rows);
    tnm_mask_get(tile, rows, TILES, M, 1);
    for (size_t i = 0; i < M; i++)
        CU_ASSERT_EQUAL(tile[i], rows[i * TILES + 1]);
    memset(tile, 0, sizeof tile);
    tnm_mask_put(rows, tile, TILES, M, 1);
    for (size_t k = 0; k < M * TILES; k++)
        CU_ASSERT_EQUAL(rows[k], k % TILES == 1 ? 0 : copy[k]);
}

static void test_transpose_and_column_counts(void)
{
    tnm_random random = {tnm_test_seed()};
    for (size_t m = 1; m <= TNM_MAX_TILE; m++) {
        uint64_t rows[TNM_MAX_TILE], columns[TNM_MAX_TILE], back[TNM_MAX_TILE];
        uint8_t counts[TNM_MAX_TILE];
        any_rows(rows, &random, m, m);
        tnm_mask_transpose(columns, rows, m);
        tnm_mask_transpose(back, columns, m);
        tnm_mask_column_counts(counts, rows, m);
        CU_ASSERT_EQUAL(memcmp(rows, back, m * sizeof *rows), 0);
        for (size_t j = 0; j < m; j++) {
            CU_ASSERT_EQUAL(counts[j], __builtin_popcountll(columns[j]));
            for (size_t i = 0; i < m; i++)
                CU_ASSERT_EQUAL(columns[j] >> i & 1, rows[i] >> j & 1);
        }
    }
}

/* ---- storing and loading ----------------------------------------------------------------- */

enum { UNTOUCHED = 0xa5 };

/* A view of a rows x cols mask inside a larger piece of memory. */
typedef struct canvas {
    tnm_mask_view view;
    uint8_t *memory;
    size_t bytes;
} canvas;

/* kind: 0 bytes, 1 bits, 2 bytes transposed, 3 bytes backwards, 4 every third byte */
static void canvas_init(canvas *self, int kind, size_t rows, size_t cols)
{
    size_t pitch = kind == 1 ? cols / 8 + 3 : (kind == 4 ? 3 : 1) * cols + 5;
    if (kind == 2)
        pitch = rows + 2;
    self->bytes = pitch * (kind == 2 ? cols : rows);
    self->memory = malloc(self->bytes);
    memset(self->memory, UNTOUCHED, self->bytes);
    self->view = (tnm_mask_view){.data = self->memory,
                                 .kind = kind == 1 ? TNM_MASK_BITS : TNM_MASK_BYTES,
                                 .row_stride = (ptrdiff_t)pitch,
                                 .col_stride = kind == 4 ? 3 : 1};
    if (kind == 2) {
        self->view.row_stride = 1;
        self->view.col_stride = (ptrdiff_t)pitch;
    }
    if (kind == 3) {
        self->view.data += (rows - 1) * pitch + cols - 1;
        self->view.row_stride = -(ptrdiff_t)pitch;
        self->view.col_stride = -1;
    }
}

/* Bytes of the canvas that belong to no entry and yet changed. */
static size_t count_spilled(const canvas *self, size_t rows, size_t cols)
{
    uint8_t *owned = calloc(self->bytes, 1);
    size_t spilled = 0;
    for (size_t i = 0; i < rows; i++) {
        const uint8_t *line = self->view.data + (ptrdiff_t)i * self->view.row_stride;
        for (size_t j = 0; j < cols; j++) {
            const uint8_t *byte = self->view.kind == TNM_MASK_BITS
                                      ? line + j / 8
                                      : line + (ptrdiff_t)j * self->view.col_stride;
            owned[byte - self->memory] = 1;
        }
    }
    for (size_t k = 0; k < self->bytes; k++)
        spilled += !owned[k] && self->memory[k] != UNTOUCHED;
    free(owned);
    return spilled;
}

/* Stores random masks of all bands, last band first, and compares every entry of the matrix. */
static void check_round_trip(tnm_random *random, int kind, size_t rows, size_t cols, int m,
                             tnm_edges edges)
{
    tnm_tiling tiling;
    canvas target;
    ASSERT_OK(tnm_tiling_init(&tiling, rows, cols, m, edges));
    canvas_init(&target, kind, rows, cols);
    size_t side = (size_t)m, units = tiling.tile_rows * tiling.stretches;
    size_t words = side * (tiling.stretch + 1);
    uint64_t *masks = calloc(units + 1, words * sizeof *masks), *loaded = malloc(words * 8);
    any_rows(masks, random, units * words, side);
    for (size_t unit = units; unit-- > 0;) {
        size_t tile_col = unit % tiling.stretches * tiling.stretch;
        size_t left = tiling.tile_cols - tile_col;
        tnm_band band = {.m = side,
                         .tiles = left < tiling.stretch ? left : tiling.stretch,
                         .tile_row = unit / tiling.stretches,
                         .tile_col = tile_col};
        const uint64_t *mask = masks + unit * words;
        tnm_mask_store(&target.view, &tiling, &band, mask);
        tnm_mask_load(loaded, &target.view, &tiling, &band);
        size_t wrong = 0;
        for (size_t k = 0; k < side * band.tiles * side; k++) {
            size_t i = k / (band.tiles * side), j = k % (band.tiles * side);
            size_t row = band.tile_row * side + i, col = tile_col * side + j;
            bool inside = row < rows && col < cols;
            size_t word = i * band.tiles + j / side;
            bool kept = inside && (mask[word] >> j % side & 1) != 0;
            wrong += (loaded[word] >> j % side & 1) != kept;
            wrong += inside && tnm_mask_kept(&target.view, row, col) != kept;
        }
        CU_ASSERT_EQUAL(wrong, 0);
    }
    CU_ASSERT_EQUAL(count_spilled(&target, rows, cols), 0);
    free(masks);
    free(loaded);
    free(target.memory);
}

static void test_round_trips_of_every_kind_and_size(void)
{
    tnm_random random = {tnm_test_seed()};
    for (int kind = 0; kind <= 4; kind++) {
        for (int m = 1; m <= TNM_MAX_TILE; m++) {
            check_round_trip(&random, kind, 70, 67, m, TNM_EDGES_PAD);
            check_round_trip(&random, kind, 70, 67, m, TNM_EDGES_DENSE);
        }
    }
}

static void test_round_trips_in_stretches(void)
{
    static const struct {
        int m;
        size_t cols;
    } cases[] = {{64, 2500}, {16, 9001}, {7, 25003}, {4, 40002}, {1, 70000}, {3, 30000}};
    tnm_random random = {tnm_test_seed()};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        for (int kind = 0; kind <= 4; kind++)
            check_round_trip(&random, kind, 5, cases[k].cols, cases[k].m, TNM_EDGES_PAD);
    }
}

static void test_any_nonzero_byte_is_kept(void)
{
    tnm_tiling tiling;
    ASSERT_OK(tnm_tiling_init(&tiling, 1, 256 + 5, 4, TNM_EDGES_PAD));
    tnm_band band = {.m = 4, .tiles = tiling.tile_cols, .stride = 4};
    uint8_t bytes[261];
    uint64_t rows[4 * 66];
    for (size_t j = 0; j < sizeof bytes; j++)
        bytes[j] = (uint8_t)j;
    tnm_mask_view view = {
        .data = bytes, .kind = TNM_MASK_BYTES, .row_stride = 261, .col_stride = 1};
    tnm_mask_load(rows, &view, &tiling, &band);
    for (size_t j = 0; j < sizeof bytes; j++)
        CU_ASSERT_EQUAL(rows[j / 4] >> j % 4 & 1, j % 256 != 0);
}

/* ---- the dense margin -------------------------------------------------------------------- */

static void check_margin(int kind, size_t rows, size_t cols, int m)
{
    tnm_tiling tiling;
    canvas target;
    ASSERT_OK(tnm_tiling_init(&tiling, rows, cols, m, TNM_EDGES_DENSE));
    canvas_init(&target, kind, rows, cols);
    uint64_t *nothing = calloc((size_t)m * (tiling.stretch + 1), sizeof *nothing);
    for (size_t unit = 0; unit < tiling.tile_rows * tiling.stretches; unit++) {
        tnm_band band = {.m = (size_t)m, .tiles = tiling.tile_cols, .tile_row = unit};
        tnm_mask_store(&target.view, &tiling, &band, nothing);
    }
    tnm_mask_store_margin(&target.view, &tiling);
    size_t wrong = 0;
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < cols; j++) {
            bool margin =
                i >= tnm_tiling_covered_rows(&tiling) || j >= tnm_tiling_covered_cols(&tiling);
            wrong += tnm_mask_kept(&target.view, i, j) != margin;
        }
        if (kind == 1 && cols % 8 != 0) { /* bits past the last column are zero */
            uint8_t last =
                target.view.data[(ptrdiff_t)i * target.view.row_stride + (ptrdiff_t)(cols / 8)];
            wrong += last >> cols % 8 != 0;
        }
    }
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(count_spilled(&target, rows, cols), 0);
    free(nothing);
    free(target.memory);
}

static void test_margin_is_kept(void)
{
    for (int kind = 0; kind <= 4; kind++) {
        for (int m = 1; m <= 20; m++) {
            check_margin(kind, 19, 29, m);
            check_margin(kind, 16, 32, m);
            check_margin(kind, 3, 50, m);
            check_margin(kind, 50, 3, m);
        }
    }
}

TNM_SUITE(mask, {"low bits", test_low_bits}, {"get and put", test_get_and_put},
          {"transpose and column counts", test_transpose_and_column_counts},
          {"round trips of every kind and size", test_round_trips_of_every_kind_and_size},
          {"round trips in stretches", test_round_trips_in_stretches},
          {"any nonzero byte is kept", test_any_nonzero_byte_is_kept},
          {"margin is kept", test_margin_is_kept})
