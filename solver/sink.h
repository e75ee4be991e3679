/* Sinks: where an answer goes that nobody keeps in memory. The drive hands over each piece as soon
 * as it is done, while other threads are still solving, so that writing happens in the shadow of
 * solving. Every entry of the mask, the dense margin included, and every certificate is handed over
 * exactly once, by any thread, in any order. */
#ifndef TNM_SOLVER_SINK_H
#define TNM_SOLVER_SINK_H

#include "formulations/mask.h"

typedef struct tnm_sink {
    void *context;
    /* rows * cols packed bytes, 0 or 1: entry (row, col) of the mask and what lies right and down
     * from there; NULL: not wanted. */
    tnm_error (*put_mask)(void *context, const uint8_t *bytes, size_t row, size_t col, size_t rows,
                          size_t cols);
    /* Certificates of tiles tile, tile + 1, ..., as in formulations/verify.h; NULL: not wanted. */
    tnm_error (*put_prices)(void *context, const int64_t *prices, size_t tile, size_t tiles);
} tnm_sink;

/* The mask of neighbouring stretches of a band, in memory of its own until it is handed over: the
 * wider it is, the longer the runs that can be written at once. Entry (i,j) of the piece is
 * bytes[i * cols + j]. */
typedef struct tnm_mask_piece {
    uint8_t *bytes; /* tnm_mask_piece_room of them; the caller's */
    size_t row, col, rows, cols;
} tnm_mask_piece;

/* Bytes that a piece of so many stretches may take. */
size_t tnm_mask_piece_room(const tnm_tiling *tiling, size_t stretches);
/* Begins the piece of stretches first .. first+stretches-1 of a band. The last one of the band
 * takes the dense margin beside it along. */
void tnm_mask_piece_begin(tnm_mask_piece *piece, const tnm_tiling *tiling, size_t tile_row,
                          size_t first, size_t stretches);
/* Puts the answer to one of its stretches in place. */
void tnm_mask_piece_add(const tnm_mask_piece *piece, const tnm_tiling *tiling, const tnm_band *band,
                        const uint64_t *rows);

/* Hands over the rows of the mask that belong to no band. */
tnm_error tnm_sink_put_margin(const tnm_sink *sink, const tnm_tiling *tiling);

#endif
