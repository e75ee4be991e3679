#include "solver/sink.h"

#include <stdlib.h>
#include <string.h>

/* The dense margin is narrower than a tile. */
size_t tnm_mask_piece_room(const tnm_tiling *tiling, size_t stretches)
{
    return tiling->m * (stretches * tiling->stretch + 1) * tiling->m;
}

void tnm_mask_piece_begin(tnm_mask_piece *piece, const tnm_tiling *tiling, size_t tile_row,
                          size_t first, size_t stretches)
{
    size_t m = tiling->m, width = tiling->stretch * m;
    size_t end =
        first + stretches == tiling->stretches ? tiling->cols : (first + stretches) * width;
    size_t left = tiling->rows - tile_row * m, covered = tnm_tiling_covered_cols(tiling);
    piece->row = tile_row * m;
    piece->col = first * width;
    piece->rows = left < m ? left : m;
    piece->cols = end - piece->col;
    for (size_t i = 0; i < piece->rows && end > covered; i++)
        memset(piece->bytes + i * piece->cols + covered - piece->col, 1, end - covered);
}

void tnm_mask_piece_add(const tnm_mask_piece *piece, const tnm_tiling *tiling, const tnm_band *band,
                        const uint64_t *rows)
{
    uint8_t *place = piece->bytes + band->tile_col * band->m - piece->col;
    tnm_mask_store_piece(place, piece->cols, tiling, band, rows);
}

tnm_error tnm_sink_put_margin(const tnm_sink *sink, const tnm_tiling *tiling)
{
    tnm_error error = TNM_OK;
    uint8_t *kept = NULL;
    size_t row = tiling->tile_cols == 0 ? 0 : tnm_tiling_covered_rows(tiling);
    if (sink->put_mask == NULL || row == tiling->rows)
        return TNM_OK;
    TNM_TRY(TNM_NEW(kept, tiling->cols));
    memset(kept, 1, tiling->cols);
    for (; row < tiling->rows; row++)
        TNM_TRY(sink->put_mask(sink->context, kept, row, 0, 1, tiling->cols));
out:
    free(kept);
    return error;
}
