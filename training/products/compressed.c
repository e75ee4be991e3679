#include "training/products/compressed.h"

#include "training/products/rounds.h"

#include <stdlib.h>
#include <string.h>

/* ---- shapes ------------------------------------------------------------------------------ */

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* N, rounded up until the slots of a line fall into groups of four that begin with the same round
 * of some tile: 1 and 2 rounds to a tile may share a group, others fill whole groups. */
static size_t rounds_for(size_t n, size_t tiles)
{
    size_t rounds = n > 0 ? n : 1;
    while (!(rounds % 4 == 0 || (rounds <= 2 && rounds * tiles % 4 == 0)))
        rounds++;
    return rounds;
}

tnm_error tnm_compressed_open(tnm_compressed *self, size_t rows, size_t cols, int n, int m)
{
    tnm_error error = TNM_OK;
    *self = (tnm_compressed){.rows = rows, .cols = cols, .n = n, .m = m};
    if (m < 1 || m > TNM_MAX_TILE || n < 0 || n > m)
        return tnm_fail(TNM_ERROR_USAGE, "%d:%d is no pattern: expected 0 <= N <= M <= %d", n, m,
                        TNM_MAX_TILE);
    self->tiles = TNM_COMPRESSED_SIDE / (size_t)m;
    self->side = self->tiles * (size_t)m;
    self->rounds = rounds_for((size_t)n, self->tiles);
    self->slots = self->tiles * self->rounds;
    self->down = (rows + self->side - 1) / self->side;
    self->across = (cols + self->side - 1) / self->side;
    size_t count = tnm_compressed_block(self, self->down, 0) + TNM_COMPRESSED_SPARE;
    TNM_TRY(TNM_NEW(self->values, count));
    TNM_TRY(TNM_NEW(self->columns, count));
    TNM_TRY(TNM_NEW(self->lines, count));
    memset(self->columns, TNM_COMPRESSED_EMPTY, count);
out:
    if (error != TNM_OK)
        tnm_compressed_close(self);
    return error;
}

void tnm_compressed_close(tnm_compressed *self)
{
    free(self->values);
    free(self->columns);
    free(self->lines);
    *self = (tnm_compressed){0};
}

size_t tnm_compressed_block(const tnm_compressed *self, size_t down, size_t across)
{
    return (down * self->across + across) * self->side * self->slots;
}

/* ---- masks ------------------------------------------------------------------------------- */

/* Bits of the tile at (row, col), nothing where it reaches over the edge. */
static void read_tile(const tnm_compressed *self, const uint8_t *mask, size_t row, size_t col,
                      uint64_t *rows)
{
    size_t m = (size_t)self->m;
    size_t height = row < self->rows ? smaller(m, self->rows - row) : 0;
    size_t width = col < self->cols ? smaller(m, self->cols - col) : 0;
    for (size_t i = 0; i < m; i++) {
        rows[i] = 0;
        for (size_t j = 0; i < height && j < width; j++)
            rows[i] |= (uint64_t)(mask[(row + i) * self->cols + col + j] != 0) << j;
    }
}

static tnm_error refuse(const tnm_compressed *self, const char *line, size_t at, int kept,
                        size_t row, size_t col)
{
    return tnm_fail(TNM_ERROR_DATA, "mask: %s %zu keeps %d of %d in tile (%zu, %zu), more than %d",
                    line, at, kept, self->m, row / (size_t)self->m, col / (size_t)self->m, self->n);
}

static tnm_error check_tile(const tnm_compressed *self, const uint64_t *rows, size_t row,
                            size_t col)
{
    size_t m = (size_t)self->m;
    for (size_t i = 0; i < m; i++) {
        int kept = __builtin_popcountll(rows[i]);
        if (kept > self->n)
            return refuse(self, "row", row + i, kept, row, col);
    }
    for (size_t j = 0; j < m; j++) {
        int kept = 0;
        for (size_t i = 0; i < m; i++)
            kept += (int)(rows[i] >> j & 1);
        if (kept > self->n)
            return refuse(self, "column", col + j, kept, row, col);
    }
    return TNM_OK;
}

/* The places of tile (u, t) of the block that begins at `block` in the arrays. */
static void lay_out_tile(tnm_compressed *self, const tnm_rounds *split, size_t block, size_t u,
                         size_t t)
{
    size_t m = (size_t)self->m;
    for (size_t k = 0; k < self->rounds; k++) {
        for (size_t i = 0; i < m; i++) {
            size_t row = u * m + i, column = t * m + split->column_of[k][i];
            bool empty = !(split->kept[k] >> i & 1);
            self->columns[block + row * self->slots + t * self->rounds + k] =
                (uint8_t)(column | (empty ? TNM_COMPRESSED_EMPTY : 0));
            self->lines[block + column * self->slots + u * self->rounds + k] = (uint8_t)row;
        }
    }
}

static tnm_error lay_out_block(tnm_compressed *self, const uint8_t *mask, size_t down,
                               size_t across)
{
    tnm_error error = TNM_OK;
    tnm_rounds split;
    uint64_t rows[TNM_MAX_TILE];
    size_t block = tnm_compressed_block(self, down, across);
    for (size_t tile = 0; tile < self->tiles * self->tiles; tile++) {
        size_t u = tile / self->tiles, t = tile % self->tiles;
        size_t row = down * self->side + u * (size_t)self->m;
        size_t col = across * self->side + t * (size_t)self->m;
        read_tile(self, mask, row, col, rows);
        TNM_TRY(check_tile(self, rows, row, col));
        tnm_rounds_split(&split, rows, (int)self->rounds, self->m);
        lay_out_tile(self, &split, block, u, t);
    }
out:
    return error;
}

tnm_error tnm_compressed_mask(tnm_compressed *self, const uint8_t *mask)
{
    tnm_error error = TNM_OK;
    for (size_t down = 0; down < self->down; down++) {
        for (size_t across = 0; across < self->across; across++)
            TNM_TRY(lay_out_block(self, mask, down, across));
    }
    memset(self->values, 0, tnm_compressed_block(self, self->down, 0) * sizeof *self->values);
out:
    return error;
}

/* ---- values ------------------------------------------------------------------------------ */

static size_t rows_of(const tnm_compressed *self, size_t down)
{
    return smaller(self->side, self->rows - down * self->side);
}

static void gather_block(tnm_compressed *self, const float *weights, size_t down, size_t across)
{
    size_t first = tnm_compressed_block(self, down, across);
    weights += down * self->side * self->cols + across * self->side;
    for (size_t row = 0; row < rows_of(self, down); row++) {
        const float *from = weights + row * self->cols;
        for (size_t k = first + row * self->slots; k < first + (row + 1) * self->slots; k++)
            if (self->columns[k] < TNM_COMPRESSED_EMPTY)
                self->values[k] = from[self->columns[k]];
    }
}

void tnm_compressed_gather(tnm_compressed *self, const float *weights)
{
    for (size_t down = 0; down < self->down; down++) {
        for (size_t across = 0; across < self->across; across++)
            gather_block(self, weights, down, across);
    }
}

/* Puts a row's values, of `slots` slots, into their columns. */
static void scatter_row(float *row, const float *values, const uint8_t *columns, size_t slots)
{
    const uint32_t all_empty = 0x01010101U * TNM_COMPRESSED_EMPTY;
    for (size_t k = 0; k < slots; k += 4) {
        uint32_t four;
        memcpy(&four, columns + k, sizeof four);
        if ((four & all_empty) == 0) {
            for (size_t l = k; l < k + 4; l++)
                row[columns[l]] = values[l];
        } else {
            for (size_t l = k; l < k + 4; l++)
                if (columns[l] < TNM_COMPRESSED_EMPTY)
                    row[columns[l]] = values[l];
        }
    }
}

void tnm_compressed_scatter_block(const tnm_compressed *self, const float *values, size_t down,
                                  size_t across, float *weights)
{
    const uint8_t *columns = self->columns + tnm_compressed_block(self, down, across);
    size_t width = smaller(self->side, self->cols - across * self->side);
    weights += down * self->side * self->cols + across * self->side;
    for (size_t row = 0; row < rows_of(self, down); row++) {
        float *to = weights + row * self->cols;
        memset(to, 0, width * sizeof *to);
        scatter_row(to, values + row * self->slots, columns + row * self->slots, self->slots);
    }
}

void tnm_compressed_scatter(const tnm_compressed *self, float *weights)
{
    for (size_t down = 0; down < self->down; down++) {
        for (size_t across = 0; across < self->across; across++)
            tnm_compressed_scatter_block(self,
                                         self->values + tnm_compressed_block(self, down, across),
                                         down, across, weights);
    }
}
