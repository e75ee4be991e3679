/* The padding of ragged tiles, made up for a mask that was read.
 *
 * Under `equal` a tile that sticks out of the matrix is solved as if padded with zero scores, and
 * its mask keeps exactly N in every line, padding included. A mask file holds only the part inside
 * the matrix:
 *
 *                     c columns   M-c
 *                   +-----------+-----+
 *          r rows   |  as read  |  A  |      A: row i needs  N - kept(i)  more
 *                   +-----------+-----+
 *             M-r   |     B     |  C  |      B: column j needs  N - kept(j)  more
 *                   +-----------+-----+      C: what is then missing in the padded lines
 *
 * Whether some choice of A, B and C gives every line its N is part of the constraint. Padded
 * columns are all alike, and so are padded rows: if any choice works, then so does the even one,
 * where A and B are dealt out in turn. Their lines then differ by one at most, and C exists if its
 * rows and columns ask for the same sum [gale1957, ryser1957]. */
#ifndef TNM_FORMULATIONS_PADDING_H
#define TNM_FORMULATIONS_PADDING_H

#include "formulations/mask.h"

/* Fills the padding of a tile's mask of m words, of which the first `real_rows` rows and
 * `real_cols` columns lie inside the matrix and the rest is 0. Where every line can have its N,
 * every line has it afterwards; otherwise some line has not, and if a line of the matrix is at
 * fault, it is such a line. */
void tnm_padding_fill_tile(const tnm_problem *problem, uint64_t *tile_rows, size_t real_rows,
                           size_t real_cols);

/* The same for the ragged tiles of a band that was read by tnm_mask_load. Does nothing under
 * `atmost`, where padding may stay empty. */
void tnm_padding_fill(const tnm_problem *problem, const tnm_tiling *tiling, const tnm_band *band,
                      uint64_t *rows);

/* Drops all entries of the padding: what `atmost` stores, and so what it should be graded by. */
void tnm_padding_clear(uint64_t *rows, const tnm_tiling *tiling, const tnm_band *band);

#endif
