/* The flat layout: tiles as the code that accompanies [hubara2021] cuts them, which are none of the
 * matrix. It takes M^2 consecutive weights of ONE row for a tile, and reads them as M rows of M:
 *
 *     a row of the matrix    a b c d e f g h i | j k l ...          M = 3
 *                            `---+-----------'
 *     a flat tile            a b c       its columns are entries M apart in one row of the matrix,
 *                            d e f       not entries of one column: nothing constrains those
 *                            g h i
 *
 * Masks so found keep N:M along the rows, and break it along the columns of the matrix. A row whose
 * length is no multiple of M^2 is padded with zeros, as that code does before it solves exactly;
 * the code that trains reads on into the next row.
 *
 * Here a band of M rows is read as another band, of the same entries: row i of the flat tile c of
 * matrix row r is row r of tile c M + i. So masks are carried over word by word. */
#ifndef TNM_SOLVER_FLAT_H
#define TNM_SOLVER_FLAT_H

#include "solver/method.h"

/* A band read anew, and room for the answer to it; one a thread. */
typedef struct tnm_flat {
    tnm_band band;
    size_t chunks; /* flat tiles in a row of the matrix */
    float *scores, *weights;
    double *doubles;
    uint64_t *rows;
} tnm_flat;

/* Room for bands as `buffer` has it. A band must be loaded whole: see tnm_flat_tiling. */
tnm_error tnm_flat_init(tnm_flat *flat, const tnm_tiling *tiling, const tnm_band_buffer *buffer);
/* Accepts a zeroed one. */
void tnm_flat_free(tnm_flat *flat);

/* Makes bands be loaded in one stretch. */
void tnm_flat_tiling(tnm_tiling *tiling);

/* Reads a band anew: flat->band, answered in flat->rows. Its tiles are numbered among all flat
 * tiles of the matrix, so that each has random numbers of its own. */
void tnm_flat_load(tnm_flat *flat, const tnm_band *band);
/* Carries the answer over to the band it came from. */
void tnm_flat_store(uint64_t *rows, const tnm_flat *flat, const tnm_band *band);

#endif
