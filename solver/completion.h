/* The completion step: fills the short lines of a mask, so that the result of a method that keeps
 * at most N may answer a problem that wants exactly N. Reports name it where it was used.
 *
 * 1. Free entries (dropped, row and column both short) are kept, heaviest first.
 * 2. Then, while a line is short, an augmenting swap: for the first short row i and the first short
 *    column j, the kept entry (i',j') of the largest gain s_ij' + s_i'j - s_i'j' among those with
 *    (i,j') and (i',j) dropped makes way for these two. This is the local search of [meng2025], run
 *    to the end whether or not it gains.
 *
 * Ties go to the lower row-major index. Gains are computed in double precision. */
#ifndef TNM_SOLVER_COMPLETION_H
#define TNM_SOLVER_COMPLETION_H

#include "formulations/mask.h"

/* Fills a tile's mask, m words, in which no line keeps more than problem->n; afterwards every line
 * keeps exactly that. The constraint of the problem is not looked at. */
void tnm_complete(const tnm_problem *problem, const tnm_band *band, size_t tile,
                  uint64_t *tile_rows);

/* Step 2 alone, and only while the best swap gains, at most `most` of them: the local search of
 * [meng2025] as published. Returns how many it made. No entry of the mask is free. */
size_t tnm_swap_into_short_lines(const tnm_problem *problem, const tnm_band *band, size_t tile,
                                 uint64_t *tile_rows, size_t most);

#endif
