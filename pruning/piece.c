/* Pieces of tensors: see piece.h. */
#include "pruning/piece.h"

enum { STEP = 8 }; /* tiles: pieces of a band begin at whole bytes of a row of bits */

/* Columns of a piece that is a part of a band: whole stretches where they fit, so that tiles are
 * solved together as those of a matrix of their own would be. */
static size_t fitting_cols(const tnm_cut *cut, size_t entries)
{
    size_t m = cut->tiling.m;
    size_t tiles = entries / (m * m * cut->layout.slices);
    if (tiles >= cut->tiling.stretch)
        return tiles / cut->tiling.stretch * cut->tiling.stretch * m;
    return tiles < STEP ? STEP * m : tiles / STEP * STEP * m;
}

static size_t pieces_of(size_t tiles, size_t tiles_of_piece)
{
    return (tiles + tiles_of_piece - 1) / tiles_of_piece;
}

tnm_error tnm_cut_init(tnm_cut *cut, const tnm_layout *layout, int m, tnm_edges edges,
                       size_t entries)
{
    *cut = (tnm_cut){.layout = *layout};
    tnm_error error = tnm_tiling_init(&cut->tiling, layout->rows, layout->cols, m, edges);
    if (error != TNM_OK)
        return error;
    size_t side = cut->tiling.m;
    size_t rows = entries / (layout->cols * layout->slices) / side * side;
    cut->rows = rows >= side ? rows : side;
    cut->cols = rows >= side ? cut->tiling.tile_cols * side : fitting_cols(cut, entries);
    cut->down = pieces_of(cut->tiling.tile_rows, cut->rows / side);
    cut->across = pieces_of(cut->tiling.tile_cols, cut->cols / side);
    return TNM_OK;
}

size_t tnm_cut_pieces(const tnm_cut *cut)
{
    return cut->down * cut->across;
}

/* The part of a side that piece `number` of `count` covers. */
static size_t part_of(size_t side, size_t part, size_t number, size_t count)
{
    return number + 1 < count ? part : side - number * part;
}

size_t tnm_cut_tiles(const tnm_cut *cut)
{
    return cut->tiling.tile_rows * cut->tiling.tile_cols * cut->layout.slices;
}

tnm_piece tnm_cut_piece(const tnm_cut *cut, size_t number)
{
    size_t down = number / cut->across, across = number % cut->across;
    tnm_piece piece = {.first_row = down * cut->rows, .first_col = across * cut->cols};
    piece.layout = (tnm_layout){.rows = part_of(cut->layout.rows, cut->rows, down, cut->down),
                                .cols = part_of(cut->layout.cols, cut->cols, across, cut->across),
                                .slices = cut->layout.slices};
    /* Cannot fail: the sides are not empty, and ragged only where those of the tensor are. */
    (void)tnm_tiling_init(&piece.tiling, piece.layout.rows, piece.layout.cols, (int)cut->tiling.m,
                          cut->tiling.edges);
    piece.tiles = piece.tiling.tile_rows * piece.tiling.tile_cols;
    piece.first_tile =
        piece.first_row / cut->tiling.m * cut->tiling.tile_cols + piece.first_col / cut->tiling.m;
    return piece;
}

size_t tnm_piece_entries(const tnm_piece *piece)
{
    return piece->layout.rows * piece->layout.cols * piece->layout.slices;
}

/* Runs of `length` bytes, one for each row; a single one where rows follow each other. */
static tnm_runs join(const tnm_piece *piece, size_t pitch, size_t length, size_t skipped)
{
    tnm_runs runs = {.offset = piece->first_row * pitch + skipped,
                     .length = length,
                     .pitch = pitch,
                     .count = piece->layout.rows};
    if (length == pitch) {
        runs.length *= runs.count;
        runs.count = 1;
    }
    return runs;
}

tnm_runs tnm_piece_runs(const tnm_cut *cut, const tnm_piece *piece, size_t size)
{
    size_t column = cut->layout.slices * size;
    return join(piece, cut->layout.cols * column, piece->layout.cols * column,
                piece->first_col * column);
}

tnm_runs tnm_piece_bit_runs(const tnm_cut *cut, const tnm_piece *piece)
{
    size_t slices = cut->layout.slices;
    return join(piece, (cut->layout.cols * slices + 7) / 8, (piece->layout.cols * slices + 7) / 8,
                piece->first_col * slices / 8);
}
