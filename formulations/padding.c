#include "formulations/padding.h"

/* Rows and columns of one tile that lie inside the matrix. */
typedef struct extent {
    size_t rows, cols;
} extent;

static extent real_part(const tnm_tiling *tiling, const tnm_band *band, size_t tile)
{
    size_t rows = tiling->rows - band->tile_row * band->m;
    size_t cols = tiling->cols - (band->tile_col + tile) * band->m;
    return (extent){rows < band->m ? rows : band->m, cols < band->m ? cols : band->m};
}

/* The column among `allowed` that needs the most, the first of several; -1 when none needs any. */
static int neediest(const int *needs, uint64_t allowed, size_t m)
{
    int best = -1;
    for (size_t j = 0; j < m; j++) {
        if ((allowed >> j & 1) != 0 && needs[j] > (best < 0 ? 0 : needs[best]))
            best = (int)j;
    }
    return best;
}

static void fill_tile(uint64_t *tile_rows, size_t n, size_t m, extent real)
{
    uint8_t kept[TNM_MAX_TILE];
    int needs[TNM_MAX_TILE];
    tnm_mask_column_counts(kept, tile_rows, m);
    for (size_t j = 0; j < m; j++)
        needs[j] = (int)n - kept[j];
    for (size_t i = 0; i < m; i++) {
        uint64_t allowed = tnm_low_bits(m);
        if (i < real.rows)
            allowed &= ~tnm_low_bits(real.cols);
        for (int need = (int)n - __builtin_popcountll(tile_rows[i]); need > 0; need--) {
            int j = neediest(needs, allowed & ~tile_rows[i], m);
            if (j < 0)
                break;
            tile_rows[i] |= UINT64_C(1) << j;
            needs[j]--;
        }
    }
}

/* Tiles of a band that have padding: all of a ragged last band, or the ragged last tile. */
static size_t first_ragged(const tnm_tiling *tiling, const tnm_band *band)
{
    if (real_part(tiling, band, 0).rows < band->m)
        return 0;
    return real_part(tiling, band, band->tiles - 1).cols < band->m ? band->tiles - 1 : band->tiles;
}

void tnm_padding_fill(uint64_t *rows, size_t n, const tnm_tiling *tiling, const tnm_band *band)
{
    uint64_t tile_rows[TNM_MAX_TILE];
    for (size_t t = first_ragged(tiling, band); t < band->tiles; t++) {
        tnm_mask_get(tile_rows, rows, band->tiles, band->m, t);
        fill_tile(tile_rows, n, band->m, real_part(tiling, band, t));
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
