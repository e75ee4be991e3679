/* Pieces: how a tensor of any size passes through memory of a fixed size.
 *
 * A piece is some whole bands of a tensor, or, where a single band is too large, a stretch of whole
 * tiles of one band; of a convolution it has all positions of the kernel. The last pieces of a side
 * take along what is ragged there. So every tile lies in one piece, its tiles are consecutive in
 * row-major order, and the cut does not depend on the number of threads. */
#ifndef TNM_PRUNING_PIECE_H
#define TNM_PRUNING_PIECE_H

#include "instances/band.h"
#include "pruning/convolution.h"

/* How a tensor is cut. */
typedef struct tnm_cut {
    tnm_layout layout;
    tnm_tiling tiling; /* of a slice */
    size_t rows, cols; /* of a piece that is not the last */
    size_t down, across;
} tnm_cut;

typedef struct tnm_piece {
    tnm_layout layout;           /* of the piece alone */
    tnm_tiling tiling;           /* of a slice of the piece */
    size_t first_row, first_col; /* within a slice of the tensor */
    size_t first_tile;           /* within a slice of the tensor, row-major */
    size_t tiles;                /* of a slice of the piece */
} tnm_piece;

/* Cuts a tensor, none of whose sides is smaller than m, into pieces of `entries` entries or fewer;
 * more only where eight tiles at all positions of a kernel are more. Fails like
 * tnm_tiling_init. */
tnm_error tnm_cut_init(tnm_cut *cut, const tnm_layout *layout, int m, tnm_edges edges,
                       size_t entries);

size_t tnm_cut_pieces(const tnm_cut *cut);
/* Tiles of all slices. */
size_t tnm_cut_tiles(const tnm_cut *cut);
tnm_piece tnm_cut_piece(const tnm_cut *cut, size_t number);

/* Entries of a piece. */
size_t tnm_piece_entries(const tnm_piece *piece);

/* Where a piece lies among the bytes of a tensor: `count` runs of `length` bytes, the first at
 * `offset`, the next `pitch` bytes on. In memory they follow each other. */
typedef struct tnm_runs {
    size_t offset, length, pitch, count;
} tnm_runs;

/* For elements of `size` bytes. */
tnm_runs tnm_piece_runs(const tnm_cut *cut, const tnm_piece *piece, size_t size);
/* For single bits, rows beginning at whole bytes. */
tnm_runs tnm_piece_bit_runs(const tnm_cut *cut, const tnm_piece *piece);

#endif
