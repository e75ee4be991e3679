/* A transposable N:M matrix, compressed once for both of its products: W x and W^T d.
 *
 * The matrix is cut into blocks of `side` rows and columns, the largest multiple of M that is at
 * most 64. A line of a block keeps `slots` values, N in each of its tiles, and in every tile the
 * mask is split into N rounds (training/products/rounds.h): round k of a tile pairs every row with
 * one column. Slot t N + k of a row holds the value of round k in its t-th tile. So a value has one
 * place, and both directions find it with one small integer:
 *
 *     one block, 2:4, side 8 (for the sake of the picture), slots 4; value (row, slot):
 *
 *           columns of the block       values            columns            rows
 *           0 1 2 3   4 5 6 7        slot 0 1 2 3      slot 0 1 2 3      slot 0 1 2 3
 *     row 0 a . b . | . c d .        |  a b d c  |     |  0 2 6 5  |  col 0 |  0 3 . .  |
 *         1 . e . f | g . . h        |  e f g h  |     |  1 3 4 7  |      1 |  1 2 . .  |
 *         2 . i j . | ...            |  j i ...  |     |  2 1 ...  |      2 |  2 0 . .  |
 *         3 k . . l |                |  l k      |     |  3 0      |      3 |  3 1 . .  |
 *           --------+--------        |           |     |           |       (those of the two tiles
 *           ...     | ...            |           |     |           |        below follow)
 *
 *     W:   row i has       values[i][t N + k]      in column r = columns[i][t N + k]   for all t, k
 *     W^T: column j has    values[r][t N + k]      in row r    = rows[j][u N + k]      for all u,
 * k, t being the tile of column j among those of the block, u those below one another.
 *
 * Values cost 4 bytes each, columns and rows a byte each. The blocks lie one after the other, row
 * by row, so that a product in either direction reads pieces of some kilobytes from end to end.
 *
 * Places without a value (of short lines, of tiles over the edge of the matrix) hold zero, and are
 * marked in `columns` by TNM_COMPRESSED_EMPTY. For the sake of kernels that take four slots at a
 * time, N is rounded up where it is neither 1, 2 nor a multiple of four. */
#ifndef TNM_TRAINING_PRODUCTS_COMPRESSED_H
#define TNM_TRAINING_PRODUCTS_COMPRESSED_H

#include "instances/base.h"

enum {
    TNM_COMPRESSED_SIDE = 64,  /* of a block, at most */
    TNM_COMPRESSED_SLOTS = 96, /* of a line of a block, at most: those of 5:5 */
    TNM_COMPRESSED_SPARE = 4,  /* entries that kernels may read beyond the end of an array */
    TNM_COMPRESSED_EMPTY = 0x80
};

typedef struct tnm_compressed {
    size_t rows, cols; /* of the matrix: outputs, inputs */
    int n, m;
    size_t rounds;       /* N, rounded up as above */
    size_t side, tiles;  /* of a block: rows and columns, and tiles in a line */
    size_t slots;        /* tiles * rounds */
    size_t down, across; /* blocks */
    float *values;       /* [down][across][row of the block: side][slots] */
    uint8_t *columns; /* like values: column within the block, or'ed with the mark of emptiness */
    uint8_t *lines;   /* [down][across][column of the block: side][slots]: row within the block */
} tnm_compressed;

/* Memory for a matrix of `rows` outputs and `cols` inputs; without any value so far. */
tnm_error tnm_compressed_open(tnm_compressed *self, size_t rows, size_t cols, int n, int m);

/* Lays out the places of a mask's kept entries (not 0; rows x cols bytes, C order), and sets all
 * values to zero. TNM_ERROR_DATA, naming line and tile, where a line of a tile keeps more than N;
 * the object is to be given another mask then, before it is used. */
tnm_error tnm_compressed_mask(tnm_compressed *self, const uint8_t *mask);

/* Takes the kept values of a dense matrix (rows x cols). */
void tnm_compressed_gather(tnm_compressed *self, const float *weights);
/* Writes a dense matrix (rows x cols): the values, and zeros elsewhere. */
void tnm_compressed_scatter(const tnm_compressed *self, float *weights);

/* Accepts a zeroed object. */
void tnm_compressed_close(tnm_compressed *self);

/* ---- for the products -------------------------------------------------------------------- */

/* Where block (down, across) begins in each of the arrays. */
size_t tnm_compressed_block(const tnm_compressed *self, size_t down, size_t across);

/* Writes the piece of a dense matrix that a block covers: the block's values, given separately and
 * laid out as in the object, and zeros elsewhere. */
void tnm_compressed_scatter_block(const tnm_compressed *self, const float *values, size_t down,
                                  size_t across, float *weights);

#endif
