/* Masks: an answer to the question. In a band, one 64-bit word a row of a tile, all tiles' row 0
 * first, then all tiles' row 1, ...:
 *
 *     bit j of rows[i * tiles + t]  =  entry (i,j) of tile t is kept
 */
#ifndef TNM_FORMULATIONS_MASK_H
#define TNM_FORMULATIONS_MASK_H

#include "formulations/problem.h"
#include "instances/band.h"

/* A word with the lowest m bits set. */
static inline uint64_t tnm_low_bits(size_t m)
{
    return m >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << m) - 1;
}

/* Copies one tile's rows out of a band's mask, or into it. */
void tnm_mask_get(uint64_t *tile_rows, const uint64_t *rows, size_t tiles, size_t m, size_t tile);
void tnm_mask_put(uint64_t *rows, const uint64_t *tile_rows, size_t tiles, size_t m, size_t tile);

/* columns[j] has bit i set where rows[i] has bit j set. */
void tnm_mask_transpose(uint64_t *columns, const uint64_t *rows, size_t m);

/* Entries kept in each column of a tile. */
void tnm_mask_column_counts(uint8_t *counts, const uint64_t *tile_rows, size_t m);

/* Writes a band's mask to its place in the caller's view, leaving padding out; or reads it from
 * there (padding reads as dropped; any byte other than 0 reads as kept). */
void tnm_mask_store(const tnm_mask_view *view, const tnm_tiling *tiling, const tnm_band *band,
                    const uint64_t *rows);
void tnm_mask_load(uint64_t *rows, const tnm_mask_view *view, const tnm_tiling *tiling,
                   const tnm_band *band);
/* Writes a band's mask to memory of its own, padding left out: entry (i,j) of the band, 0 or 1, to
 * bytes[i * row_stride + j]. */
void tnm_mask_store_piece(uint8_t *bytes, size_t row_stride, const tnm_tiling *tiling,
                          const tnm_band *band, const uint64_t *rows);
/* Whether entry (row, col) of the matrix is kept. */
bool tnm_mask_kept(const tnm_mask_view *view, size_t row, size_t col);
/* Marks the dense margin as kept; does nothing where there is none. */
void tnm_mask_store_margin(const tnm_mask_view *view, const tnm_tiling *tiling);

#endif
