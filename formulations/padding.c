#include "formulations/padding.h"

/* A tile while its padding is dealt out. */
typedef struct tile {
    size_t n, m;
    size_t real_rows, real_cols;
    uint64_t *rows;
    uint8_t col_kept[TNM_MAX_TILE];
} tile;

static void keep(tile *self, size_t i, size_t j)
{
    self->rows[i] |= UINT64_C(1) << j;
    self->col_kept[j]++;
}

/* What a line still needs, as far as `room` lines across can give it. */
static size_t need(const tile *self, size_t kept, size_t room)
{
    size_t missing = kept < self->n ? self->n - kept : 0;
    return missing < room ? missing : room;
}

static size_t row_kept(const tile *self, size_t i)
{
    return (size_t)__builtin_popcountll(self->rows[i]);
}

/* A: padded columns take turns. */
static void fill_beside(tile *self)
{
    size_t room = self->m - self->real_cols, turn = 0;
    for (size_t i = 0; i < self->real_rows; i++) {
        for (size_t left = need(self, row_kept(self, i), room); left > 0; left--)
            keep(self, i, self->real_cols + turn++ % room);
    }
}

/* B: padded rows take turns. */
static void fill_below(tile *self)
{
    size_t room = self->m - self->real_rows, turn = 0;
    for (size_t j = 0; j < self->real_cols; j++) {
        for (size_t left = need(self, self->col_kept[j], room); left > 0; left--)
            keep(self, self->real_rows + turn++ % room, j);
    }
}

/* The padded column that lacks most and is free in row i; m where there is none. */
static size_t neediest_column(const tile *self, size_t i)
{
    size_t best = self->m;
    for (size_t j = self->real_cols; j < self->m; j++) {
        bool free = !(self->rows[i] >> j & 1) && self->col_kept[j] < self->n;
        if (free && (best == self->m || self->col_kept[j] < self->col_kept[best]))
            best = j;
    }
    return best;
}

/* C: each padded row gives to the columns that lack most. */
static void fill_corner(tile *self)
{
    for (size_t i = self->real_rows; i < self->m; i++) {
        while (row_kept(self, i) < self->n) {
            size_t j = neediest_column(self, i);
            if (j == self->m)
                break;
            keep(self, i, j);
        }
    }
}

void tnm_padding_fill_tile(const tnm_problem *problem, uint64_t *tile_rows, size_t real_rows,
                           size_t real_cols)
{
    tile self = {.n = (size_t)problem->n,
                 .m = (size_t)problem->m,
                 .real_rows = real_rows,
                 .real_cols = real_cols,
                 .rows = tile_rows};
    tnm_mask_column_counts(self.col_kept, tile_rows, self.m);
    fill_beside(&self);
    fill_below(&self);
    fill_corner(&self);
}

/* Rows and columns of a tile that lie inside the matrix. */
typedef struct extent {
    size_t rows, cols;
} extent;

static extent real_part(const tnm_tiling *tiling, const tnm_band *band, size_t number)
{
    size_t rows = tiling->rows - band->tile_row * band->m;
    size_t cols = tiling->cols - (band->tile_col + number) * band->m;
    return (extent){rows < band->m ? rows : band->m, cols < band->m ? cols : band->m};
}

/* The first tile of a band that has padding: all of a ragged last band have, or the ragged last
 * tile, or none. */
static size_t first_ragged(const tnm_tiling *tiling, const tnm_band *band)
{
    if (real_part(tiling, band, 0).rows < band->m)
        return 0;
    return real_part(tiling, band, band->tiles - 1).cols < band->m ? band->tiles - 1 : band->tiles;
}

void tnm_padding_fill(const tnm_problem *problem, const tnm_tiling *tiling, const tnm_band *band,
                      uint64_t *rows)
{
    uint64_t tile_rows[TNM_MAX_TILE];
    if (problem->constraint != TNM_EQUAL)
        return;
    for (size_t t = first_ragged(tiling, band); t < band->tiles; t++) {
        extent real = real_part(tiling, band, t);
        tnm_mask_get(tile_rows, rows, band->tiles, band->m, t);
        tnm_padding_fill_tile(problem, tile_rows, real.rows, real.cols);
        tnm_mask_put(rows, tile_rows, band->tiles, band->m, t);
    }
}

void tnm_padding_clear(uint64_t *rows, const tnm_tiling *tiling, const tnm_band *band)
{
    for (size_t t = first_ragged(tiling, band); t < band->tiles; t++) {
        extent real = real_part(tiling, band, t);
        for (size_t i = 0; i < band->m; i++)
            rows[i * band->tiles + t] &= i < real.rows ? tnm_low_bits(real.cols) : 0;
    }
}
