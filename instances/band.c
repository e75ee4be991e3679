#include "instances/band.h"

#include "instances/number.h"
#include "instances/scores.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- tiling ------------------------------------------------------------------------------ */

enum {
    STRETCH_SCORES = 1 << 16, /* scores loaded at once: a quarter megabyte, for the second cache */
    STRETCH_STEP = 8          /* stretches start at multiples of 8 tiles: at whole mask bytes */
};

static size_t count_tiles(size_t side, size_t m, tnm_edges edges)
{
    return side / m + (edges == TNM_EDGES_PAD && side % m != 0);
}

/* Tiles of a matrix; false where they, or the bytes of their prices, are beyond a size_t. */
static bool tiles_of(size_t *tiles, size_t rows, size_t cols, size_t m, tnm_edges edges)
{
    size_t bytes, a_tile = (2 * m + 1) * sizeof(int64_t);
    return !__builtin_mul_overflow(count_tiles(rows, m, edges), count_tiles(cols, m, edges),
                                   tiles) &&
           !__builtin_mul_overflow(*tiles, a_tile, &bytes);
}

size_t tnm_tile_count(size_t rows, size_t cols, int m, tnm_edges edges)
{
    size_t tiles;
    return m >= 1 && tiles_of(&tiles, rows, cols, (size_t)m, edges) ? tiles : 0;
}

tnm_error tnm_tiling_init(tnm_tiling *tiling, size_t rows, size_t cols, int m, tnm_edges edges)
{
    size_t side = (size_t)m, tiles, entries;
    if (rows == 0 || cols == 0)
        return tnm_fail(TNM_ERROR_DATA, "a %zux%zu matrix has no entries", rows, cols);
    if (edges == TNM_EDGES_ERROR && (rows % side != 0 || cols % side != 0))
        return tnm_fail(TNM_ERROR_DATA, "%zux%zu is no multiple of %zu in both directions", rows,
                        cols, side);
    if (__builtin_mul_overflow(rows, cols, &entries) || !tiles_of(&tiles, rows, cols, side, edges))
        return tnm_fail(TNM_ERROR_DATA, "a %zux%zu matrix is too large", rows, cols);
    *tiling = (tnm_tiling){.rows = rows, .cols = cols, .m = side, .edges = edges};
    tiling->tile_rows = count_tiles(rows, side, edges);
    tiling->tile_cols = count_tiles(cols, side, edges);
    size_t fitting = STRETCH_SCORES / (side * side) / STRETCH_STEP * STRETCH_STEP;
    tiling->stretch = fitting < tiling->tile_cols ? fitting : tiling->tile_cols;
    if (tiling->stretch > 0)
        tiling->stretches = (tiling->tile_cols + tiling->stretch - 1) / tiling->stretch;
    return TNM_OK;
}

static size_t covered(size_t side, size_t tiles, size_t m)
{
    return side < tiles * m ? side : tiles * m;
}

size_t tnm_tiling_covered_rows(const tnm_tiling *tiling)
{
    return covered(tiling->rows, tiling->tile_rows, tiling->m);
}

size_t tnm_tiling_covered_cols(const tnm_tiling *tiling)
{
    return covered(tiling->cols, tiling->tile_cols, tiling->m);
}

/* ---- bands ------------------------------------------------------------------------------- */

/* Rows of a band lie an odd number of cache lines apart where they are long: neither tiles nor
 * pieces of some tiles then have all their rows in the same few sets of a cache. */
static size_t row_stride(size_t width)
{
    enum { LINE = 64 / sizeof(float), LONG = 256 };
    return width < LONG ? width : (width + LINE - 1) / LINE / 2 * 2 * LINE + LINE;
}

tnm_error tnm_band_buffer_init(tnm_band_buffer *buffer, const tnm_tiling *tiling,
                               const tnm_scoring *scoring)
{
    tnm_error error = TNM_OK;
    size_t count = tiling->m * row_stride(tiling->stretch * tiling->m);
    *buffer = (tnm_band_buffer){0};
    TNM_TRY(TNM_NEW(buffer->scores, count));
    if (tnm_scores_need_doubles(scoring))
        TNM_TRY(TNM_NEW(buffer->doubles, count));
    return TNM_OK;
out:
    tnm_band_buffer_free(buffer);
    return error;
}

size_t tnm_bands_together(const tnm_tiling *tiling, const tnm_scoring *scoring)
{
    size_t rows = tnm_scores_rows_together(scoring), together = rows / tiling->m;
    bool apart = tiling->stretches != 1 || tnm_scores_need_doubles(scoring) || together < 2;
    return apart ? 1 : together;
}

tnm_error tnm_band_buffer_read_together(tnm_band_buffer *buffer, const tnm_tiling *tiling,
                                        const tnm_scoring *scoring)
{
    size_t together = tnm_bands_together(tiling, scoring);
    if (together == 1)
        return TNM_OK;
    free(buffer->scores);
    buffer->scores = NULL;
    buffer->together = together;
    return TNM_NEW(buffer->scores, together * tiling->m * row_stride(tiling->stretch * tiling->m));
}

tnm_error tnm_band_buffer_add_weights(tnm_band_buffer *buffer, const tnm_tiling *tiling)
{
    return TNM_NEW(buffer->weights, tiling->m * row_stride(tiling->stretch * tiling->m));
}

void tnm_band_buffer_free(tnm_band_buffer *buffer)
{
    free(buffer->weights);
    free(buffer->scores);
    free(buffer->doubles);
    *buffer = (tnm_band_buffer){0};
}

static void pad_run(tnm_band_buffer *buffer, size_t at, size_t count)
{
    memset(buffer->scores + at, 0, count * sizeof *buffer->scores);
    if (buffer->doubles != NULL)
        memset(buffer->doubles + at, 0, count * sizeof *buffer->doubles);
}

/* Weights as stored, of entries (row, first_col ...) where there are any, and padding. */
static void load_weights(float *weights, const tnm_matrix *source, size_t row, size_t first_col,
                         size_t count, size_t width)
{
    enum { CHUNK = 256 };
    double chunk[CHUNK];
    for (size_t done = 0; done < count; done += CHUNK) {
        size_t step = count - done < CHUNK ? count - done : CHUNK;
        tnm_number_to_double(chunk, source, row, first_col + done, step);
        for (size_t j = 0; j < step; j++)
            weights[done + j] = (float)chunk[j];
    }
    for (size_t j = count; j < width; j++)
        weights[j] = -INFINITY;
}

/* A stretch as it is cut out of the matrix. */
typedef struct cut {
    size_t tile_col, tiles;
    size_t first_col, inside; /* columns of the matrix */
    size_t stride;
} cut;

static cut cut_stretch(const tnm_tiling *tiling, size_t stretch)
{
    size_t m = tiling->m, tile_col = stretch * tiling->stretch, left = tiling->tile_cols - tile_col;
    size_t tiles = left < tiling->stretch ? left : tiling->stretch;
    return (cut){.tile_col = tile_col,
                 .tiles = tiles,
                 .first_col = tile_col * m,
                 .inside = covered(tiling->cols - tile_col * m, tiles, m),
                 .stride = row_stride(tiles * m)};
}

/* Rows of the matrix among those of so many bands. */
static size_t rows_inside(const tnm_tiling *tiling, size_t tile_row, size_t bands)
{
    return covered(tiling->rows - tile_row * tiling->m, bands, tiling->m);
}

/* Loads the scores of so many bands, one below the other. */
static tnm_error load_scores(tnm_band_buffer *buffer, const tnm_tiling *tiling,
                             const tnm_scoring *scoring, size_t tile_row, size_t bands,
                             const cut *stretch, bool *floats)
{
    size_t rows = rows_inside(tiling, tile_row, bands), width = stretch->tiles * tiling->m;
    tnm_score_place place = {buffer->scores, buffer->doubles, stretch->stride};
    tnm_error error = tnm_scores_load(&place, scoring, tile_row * tiling->m, rows,
                                      stretch->first_col, stretch->inside, floats);
    for (size_t i = 0; i < bands * tiling->m && error == TNM_OK; i++) {
        size_t count = i < rows ? stretch->inside : 0;
        pad_run(buffer, i * stretch->stride + count, width - count);
    }
    buffer->first_band = tile_row;
    buffer->bands = error == TNM_OK ? bands : 0;
    return error;
}

/* Loads a band and those that go with it; of these no failure is told before it is their turn. */
static tnm_error load_together(tnm_band_buffer *buffer, const tnm_tiling *tiling,
                               const tnm_scoring *scoring, size_t tile_row, const cut *stretch)
{
    bool floats = true; /* bands of doubles come one by one */
    size_t left = tiling->tile_rows - tile_row;
    size_t bands = left < buffer->together ? left : buffer->together;
    if (tile_row - buffer->first_band < buffer->bands)
        return TNM_OK;
    tnm_error error = load_scores(buffer, tiling, scoring, tile_row, bands, stretch, &floats);
    return error == TNM_OK ? error
                           : load_scores(buffer, tiling, scoring, tile_row, 1, stretch, &floats);
}

static void load_weights_of(tnm_band_buffer *buffer, const tnm_tiling *tiling,
                            const tnm_scoring *scoring, size_t tile_row, const cut *stretch)
{
    size_t rows = rows_inside(tiling, tile_row, 1), width = stretch->tiles * tiling->m;
    for (size_t i = 0; i < tiling->m; i++)
        load_weights(buffer->weights + i * stretch->stride, scoring->weights,
                     tile_row * tiling->m + i, stretch->first_col, i < rows ? stretch->inside : 0,
                     width);
}

tnm_error tnm_band_load(tnm_band *band, tnm_band_buffer *buffer, const tnm_tiling *tiling,
                        const tnm_scoring *scoring, size_t tile_row, size_t stretch)
{
    cut here = cut_stretch(tiling, stretch);
    bool floats = true;
    tnm_error error = buffer->together > 1
                          ? load_together(buffer, tiling, scoring, tile_row, &here)
                          : load_scores(buffer, tiling, scoring, tile_row, 1, &here, &floats);
    if (error != TNM_OK)
        return error;
    if (buffer->weights != NULL)
        load_weights_of(buffer, tiling, scoring, tile_row, &here);
    size_t above = (tile_row - buffer->first_band) * tiling->m;
    *band = (tnm_band){.m = tiling->m,
                       .tiles = here.tiles,
                       .stride = here.stride,
                       .first_tile = tile_row * tiling->tile_cols + here.tile_col,
                       .scores = buffer->scores + above * here.stride,
                       .doubles = floats ? NULL : buffer->doubles,
                       .weights = buffer->weights,
                       .tile_row = tile_row,
                       .tile_col = here.tile_col};
    return TNM_OK;
}

tnm_error tnm_score_run(double *scores, const tnm_scoring *scoring, size_t row, size_t first_col,
                        size_t count)
{
    enum { CHUNK = 256 };
    float nearest[CHUNK];
    bool floats = true; /* or not: of no interest here */
    for (size_t done = 0; done < count; done += CHUNK) {
        size_t step = count - done < CHUNK ? count - done : CHUNK;
        tnm_score_place place = {nearest, scores + done, 0};
        tnm_error error = tnm_scores_load(&place, scoring, row, 1, first_col + done, step, &floats);
        if (error != TNM_OK)
            return error;
    }
    return TNM_OK;
}
