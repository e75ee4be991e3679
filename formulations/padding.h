/* Padding: the part of a ragged tile that lies outside the matrix.
 *
 *                  c columns   padding
 *                +-----------+--------+
 *         r rows |   real    |   A    |     Entries of A, B and D score nothing and are not stored,
 *                +-----------+--------+     so a stored mask says nothing about them. Whether its
 *        padding |     B     |   D    |     ragged tiles obey the constraint is a question about
 *                +-----------+--------+     what could be kept there.                            */
#ifndef TNM_FORMULATIONS_PADDING_H
#define TNM_FORMULATIONS_PADDING_H

#include "formulations/mask.h"

/* Under `equal` a ragged tile is right when its real entries can be completed to N a line. Keeps
 * entries of the padding, which must be dropped on entry, so that every line keeps N wherever any
 * choice does that. Bands without padding are left alone.
 *
 * Each padding column in turn is as good as any other, so keeping them level is the best that A can
 * do for D; B and D are then filled row by row, the neediest columns first [gale1957,ryser1957]. */
void tnm_padding_fill(uint64_t *rows, size_t n, const tnm_tiling *tiling, const tnm_band *band);

/* Drops all entries of the padding: what `atmost` stores, and so what it should be graded by. */
void tnm_padding_clear(uint64_t *rows, const tnm_tiling *tiling, const tnm_band *band);

#endif
