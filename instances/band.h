/* Bands and tiles: how a matrix becomes many small independent problems.
 *
 * The matrix is cut into M x M tiles. One row of tiles is a band; a band (or, when the matrix is
 * very wide, a stretch of it) is the unit of reading, of solving and of parallel work. Loading a
 * band turns weights into scores, checks that they are finite and pads ragged tiles with zeros:
 *
 *              tile 0      tile 1               tile T-1
 *          +-----------+-----------+--     --+-----------+
 *    row 0 | s s s s   |           |         |       0 0 |    <- `stride` floats to the next row
 *      .   |           |           |   ...   |       0 0 |
 *  row M-1 |           |           |         |       0 0 |    0: padding past the last column
 *          +-----------+-----------+--     --+-----------+
 */
#ifndef TNM_INSTANCES_BAND_H
#define TNM_INSTANCES_BAND_H

#include "instances/base.h"

/* How a matrix is cut. */
typedef struct tnm_tiling {
    size_t rows, cols; /* of the matrix */
    size_t m;          /* side of a tile */
    tnm_edges edges;
    size_t tile_rows, tile_cols; /* tiles down and across */
    size_t stretch;              /* most tiles of one band that are loaded at once */
    size_t stretches;            /* pieces a band is loaded in */
} tnm_tiling;

/* Fails (TNM_ERROR_DATA) where there is nothing or too much, and for TNM_EDGES_ERROR where a side
 * is no multiple of m. */
tnm_error tnm_tiling_init(tnm_tiling *tiling, size_t rows, size_t cols, int m, tnm_edges edges);

/* Rows and columns of the matrix that the tiles cover; the rest is the dense margin, if any. */
size_t tnm_tiling_covered_rows(const tnm_tiling *tiling);
size_t tnm_tiling_covered_cols(const tnm_tiling *tiling);

/* Where scores come from. */
typedef struct tnm_scoring {
    const tnm_matrix *weights; /* borrowed */
    const tnm_matrix *given;   /* borrowed; TNM_SCORE_GIVEN only, same shape as weights */
    tnm_score score;
} tnm_scoring;

/* One loaded band. Scores are finite and >= 0. Where one of them is not exactly a float (float64
 * weights, squares of float32), `doubles` holds the scores and `scores` their nearest floats;
 * otherwise, as in bands of float64 weights that were floats once, `doubles` is NULL and `scores`
 * is exact. Where the buffer has room for them, `weights`
 * holds the weights as stored, with their signs, rounded to floats; padding is minus infinity. */
typedef struct tnm_band {
    size_t m;
    size_t tiles;
    size_t stride;             /* scores from one row to the next, >= tiles*m */
    size_t first_tile;         /* row-major number of tile 0 within the matrix */
    const float *scores;       /* m rows */
    const double *doubles;     /* m rows, or NULL */
    const float *weights;      /* m rows, or NULL: nobody asked */
    size_t tile_row, tile_col; /* of tile 0 */
} tnm_band;

/* The memory one thread loads its bands into. */
typedef struct tnm_band_buffer {
    float *scores;
    double *doubles;
    float *weights;
    size_t together;          /* bands loaded at once, where more than 1 */
    size_t first_band, bands; /* whose scores are there */
} tnm_band_buffer;

tnm_error tnm_band_buffer_init(tnm_band_buffer *buffer, const tnm_tiling *tiling,
                               const tnm_scoring *scoring);
/* Makes bands carry the weights, too. */
tnm_error tnm_band_buffer_add_weights(tnm_band_buffer *buffer, const tnm_tiling *tiling);
/* How many bands, from a multiple of this number on, are best loaded one after the other by the
 * same thread: where the columns of a matrix lie together, those that share its cache lines. */
size_t tnm_bands_together(const tnm_tiling *tiling, const tnm_scoring *scoring);
/* Makes the buffer load so many bands at once and serve them when their turn comes. From now on it
 * is for one matrix only, which does not change. */
tnm_error tnm_band_buffer_read_together(tnm_band_buffer *buffer, const tnm_tiling *tiling,
                                        const tnm_scoring *scoring);
void tnm_band_buffer_free(tnm_band_buffer *buffer);

/* Loads stretch `stretch` of band `tile_row`. The band borrows the buffer until the next load.
 * NaN and infinity are refused (TNM_ERROR_DATA) with row and column in the message. */
tnm_error tnm_band_load(tnm_band *band, tnm_band_buffer *buffer, const tnm_tiling *tiling,
                        const tnm_scoring *scoring, size_t tile_row, size_t stretch);

/* The scores of entries (row, first_col), (row, first_col + 1), ... of the matrix, exactly; refuses
 * what tnm_band_load refuses. */
tnm_error tnm_score_run(double *scores, const tnm_scoring *scoring, size_t row, size_t first_col,
                        size_t count);

/* Score (i,j) of a tile, exactly. */
static inline double tnm_band_score(const tnm_band *band, size_t tile, size_t i, size_t j)
{
    size_t at = i * band->stride + tile * band->m + j;
    return band->doubles != NULL ? band->doubles[at] : (double)band->scores[at];
}

#endif
