#include "solver/flat.h"

#include <stdlib.h>
#include <string.h>

void tnm_flat_tiling(tnm_tiling *tiling)
{
    tiling->stretch = tiling->tile_cols;
    tiling->stretches = tiling->tile_cols > 0;
}

tnm_error tnm_flat_init(tnm_flat *flat, const tnm_tiling *tiling, const tnm_band_buffer *buffer)
{
    tnm_error error = TNM_OK;
    size_t m = tiling->m, count;
    *flat = (tnm_flat){.chunks = (tiling->stretch + m - 1) / m};
    count = m * flat->chunks * m * m;
    TNM_TRY(TNM_NEW(flat->scores, count));
    if (buffer->doubles != NULL)
        TNM_TRY(TNM_NEW(flat->doubles, count));
    if (buffer->weights != NULL)
        TNM_TRY(TNM_NEW(flat->weights, count));
    TNM_TRY(TNM_NEW(flat->rows, m * flat->chunks * m));
out:
    return error;
}

void tnm_flat_free(tnm_flat *flat)
{
    free(flat->scores);
    free(flat->doubles);
    free(flat->weights);
    free(flat->rows);
    *flat = (tnm_flat){0};
}

/* Copies row r of tile `tile`, or zeros past the last tile, to row i of flat tile t. */
static void carry(tnm_flat *flat, const tnm_band *band, size_t r, size_t tile, size_t i, size_t t)
{
    size_t m = band->m, to = i * flat->band.stride + t * m;
    size_t from = r * band->stride + tile * m;
    bool inside = tile < band->tiles;
    for (size_t j = 0; j < m; j++) {
        flat->scores[to + j] = inside ? band->scores[from + j] : 0;
        if (band->doubles != NULL)
            flat->doubles[to + j] = inside ? band->doubles[from + j] : 0;
        if (flat->weights != NULL)
            flat->weights[to + j] = inside ? band->weights[from + j] : -__builtin_inff();
    }
}

void tnm_flat_load(tnm_flat *flat, const tnm_band *band)
{
    size_t m = band->m, tiles = m * flat->chunks;
    flat->band = *band;
    flat->band.tiles = tiles;
    flat->band.first_tile = band->tile_row * tiles; /* every band has as many */
    flat->band.stride = tiles * m;
    flat->band.scores = flat->scores;
    flat->band.doubles = band->doubles != NULL ? flat->doubles : NULL;
    flat->band.weights = flat->weights;
    for (size_t r = 0; r < m; r++) {
        for (size_t c = 0; c < flat->chunks; c++) {
            for (size_t i = 0; i < m; i++)
                carry(flat, band, r, c * m + i, i, r * flat->chunks + c);
        }
    }
}

void tnm_flat_store(uint64_t *rows, const tnm_flat *flat, const tnm_band *band)
{
    for (size_t r = 0; r < band->m; r++) {
        for (size_t tile = 0; tile < band->tiles; tile++) {
            size_t c = tile / band->m, i = tile % band->m;
            rows[r * band->tiles + tile] = flat->rows[i * flat->band.tiles + r * flat->chunks + c];
        }
    }
}
