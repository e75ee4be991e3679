/* Dual ascent on one large tile (8 < M <= 64), one line a lane; see kernel.h.
 *
 * Lines and lanes past M hold a score too low to be kept and keep the price 0. */
#include "solver/exact/kernel_large.h"

#include <string.h>

/* ---- the test ----------------------------------------------------------------------------
 *
 * Truth values are lane masks, 0 or -1, so that they stay vectors. */

/* What a line keeps lies above this: halfway between nth and next, or at the wall at zero. */
TNM_INLINE void find_thresholds(tnm_short *restrict above, const tnm_lines *restrict lines,
                                const int side, bool atmost)
{
    for (int lane = 0; lane < side; lane++) {
        tnm_short middle = tnm_middle(lines->nth[lane], lines->next[lane]);
        above[lane] = atmost ? tnm_larger(middle, lines->lowest[lane]) : middle;
    }
}

/* Whether a price within the limits separates nth and next in every line, or is zero and lies above
 * both. */
TNM_INLINE bool lines_are_apart(const tnm_large_tile *restrict tile,
                                const tnm_lines *restrict lines, const tnm_short *restrict above,
                                const int side, bool atmost)
{
    tnm_short wrong = 0;
    tnm_short highest = tile->highest, lowest = (tnm_short)-highest;
    for (int lane = 0; lane < side; lane++) {
        tnm_short together = above[lane] <= lines->next[lane] ? -1 : 0;
        tnm_short under = above[lane] >= lines->nth[lane] ? -1 : 0;
        tnm_short costs = !atmost || above[lane] != lines->free[lane] ? -1 : 0;
        tnm_short high = above[lane] > highest ? -1 : 0;
        tnm_short low = above[lane] < lowest ? -1 : 0;
        tnm_short apart = (tnm_short) ~(together | (under & costs) | high | low);
        wrong = (tnm_short)(wrong | (~apart & tile->inside[lane]));
    }
    return wrong == 0;
}

/* Whether the entries that one side keeps fill the lines of the other; plain[k * side] holds line k
 * across the other side's lanes. Under atmost a line that costs nothing need not be full, and an
 * entry may lie right at the wall, where rounding hides its side: that counts as a tie. */
TNM_INLINE tnm_outcome count_kept(const tnm_large_tile *restrict tile,
                                  const tnm_short *restrict above, const tnm_lines *restrict others,
                                  const tnm_short *restrict plain, const int m, tnm_short n,
                                  const int side, bool atmost)
{
    tnm_short count[TNM_MAX_TILE], at_least[TNM_MAX_TILE];
    tnm_short wrong = 0, hidden = 0;
    for (int lane = 0; lane < side; lane++)
        count[lane] = at_least[lane] = 0;
    for (int k = 0; k < m; k++) {
        tnm_short line_above = above[k];
#pragma GCC unroll 1 /* 16 lanes are one vector, not 16 statements */
        for (int lane = 0; lane < side; lane++) {
            tnm_short reduced = (tnm_short)(plain[k * side + lane] - others->price[lane]);
            tnm_short kept = reduced > line_above ? -1 : 0;
            tnm_short not_below = reduced >= line_above ? -1 : 0;
            count[lane] = (tnm_short)(count[lane] - kept);
            if (atmost)
                at_least[lane] = (tnm_short)(at_least[lane] - not_below);
        }
    }
    for (int lane = 0; lane < side; lane++) {
        tnm_short full = count[lane] == n ? -1 : 0;
        tnm_short room = count[lane] < n ? -1 : 0;
        tnm_short costs = !atmost || others->price[lane] != others->free[lane] ? -1 : 0;
        tnm_short at_wall = atmost && at_least[lane] != count[lane] ? -1 : 0;
        wrong = (tnm_short)(wrong | (~full & (~room | costs) & tile->inside[lane]));
        hidden = (tnm_short)(hidden | (at_wall & tile->inside[lane]));
    }
    return wrong != 0 ? TNM_OPEN : hidden != 0 ? TNM_TIED : TNM_SOLVED;
}

/* Columns 16q to 16q + 15 of the rows' masks: entry (i,j) is kept where its score exceeds the price
 * of the side that was not ranked by more than the threshold of the side that was; in this order
 * nothing overflows. */
TNM_INLINE void extract_part(uint16_t *restrict part, const tnm_large_tile *restrict tile,
                             const bool by_rows, int q, const int m, const int side)
{
    const tnm_short *restrict columns = tile->transposed + 16 * q * side;
    const tnm_short *restrict col_price = tile->cols.price + 16 * q;
    for (int i = 0; i < side; i++) {
        tnm_short row_price = tile->rows.price[i];
        uint16_t word = 0;
#pragma GCC unroll 16
        for (int j = 0; j < 16; j++) {
            tnm_short subtract = by_rows ? col_price[j] : row_price;
            tnm_short above = by_rows ? row_price : col_price[j];
            uint16_t bit = (uint16_t)(16 * q + j < m ? 1U << j : 0);
            uint16_t kept = (tnm_short)(columns[j * side + i] - subtract) > above ? UINT16_MAX : 0;
            word = (uint16_t)(word | (kept & bit));
        }
        part[i] = word;
    }
}

/* kept[i], bit j: entry (i,j) is kept. */
TNM_INLINE void extract_mask(tnm_large_tile *restrict tile, bool by_rows, const int m,
                             const int side)
{
    uint16_t part[TNM_MAX_TILE / 16][TNM_MAX_TILE];
    for (int q = 0; q < side / 16; q++) {
        if (by_rows)
            extract_part(part[q], tile, true, q, m, side);
        else
            extract_part(part[q], tile, false, q, m, side);
    }
    for (int i = 0; i < m; i++) {
        tile->kept[i] = 0;
        for (int q = 0; q < side / 16; q++)
            tile->kept[i] |= (uint64_t)part[q][i] << (16 * q);
    }
}

TNM_INLINE tnm_outcome test_side(tnm_large_tile *tile, bool by_rows, const int m, int n,
                                 const int side, bool atmost)
{
    tnm_lines *lines = by_rows ? &tile->rows : &tile->cols;
    const tnm_lines *others = by_rows ? &tile->cols : &tile->rows;
    const tnm_short *plain = by_rows ? tile->scores : tile->transposed;
    tnm_short above[TNM_MAX_TILE];
    find_thresholds(above, lines, side, atmost);
    if (!lines_are_apart(tile, lines, above, side, atmost))
        return by_rows && tnm_lines_are_tied(tile, lines, side) ? TNM_TIED : TNM_OPEN;
    tnm_outcome outcome = count_kept(tile, above, others, plain, m, (tnm_short)n, side, atmost);
    if (outcome != TNM_SOLVED)
        return by_rows ? outcome : TNM_OPEN;
    memcpy(lines->price, above, (size_t)m * sizeof *above);
    extract_mask(tile, by_rows, m, side);
    return TNM_SOLVED;
}

/* Specialised for m = 16, 32 and 64. */
TNM_INLINE tnm_outcome test_problem(tnm_large_tile *tile, bool by_rows, int m, int n, bool atmost)
{
    switch (tnm_side_of(m)) {
#define X(side)                                                                                    \
    case side:                                                                                     \
        return m == (side) ? test_side(tile, by_rows, side, n, side, atmost)                       \
                           : test_side(tile, by_rows, m, n, side, atmost);
        /* clang-format off */
        X(16) X(32) X(64)
        /* clang-format on */
#undef X
    }
    return TNM_OPEN;
}

static tnm_outcome test(tnm_large_tile *tile, bool by_rows, int m, int n, bool atmost)
{
    return atmost ? test_problem(tile, by_rows, m, n, true)
                  : test_problem(tile, by_rows, m, n, false);
}

/* ---- ascent ------------------------------------------------------------------------------ */

/* Whether there is but one score, as in tiles of zeros. */
static bool scores_are_alike(const tnm_large_tile *tile, int m)
{
    int side = tnm_side_of(m);
    tnm_short first = tile->scores[0], differ = first ^ tile->scores[1];
    for (int i = 0; i < m && differ == 0; i++) {
        for (int lane = 0; lane < side; lane++) {
            tnm_short other = first ^ tile->scores[i * side + lane];
            differ = (tnm_short)(differ | (other & tile->inside[lane]));
        }
    }
    return differ == 0;
}

enum { GROUND_ROUND = 4 }; /* the ground takes a half round after so many of rows and columns */

static tnm_outcome ascend(tnm_large_tile *tile, const tnm_problem *problem,
                          const tnm_relaxation *relaxation, int *half)
{
    int m = problem->m, n = problem->n;
    bool atmost = problem->constraint == TNM_ATMOST;
    if (atmost && relaxation->ramp > 0 && *half == 0)
        TNM_KERNEL(tnm_large_leave_wall)(tile, problem);
    while (*half < relaxation->half_rounds) {
        int now = (*half)++;
        bool by_rows = now % 2 == 0;
        TNM_KERNEL(tnm_large_half_round)(tile, by_rows, problem, tnm_factor_at(relaxation, now));
        if ((tile->rows.dead | tile->cols.dead) != 0)
            TNM_KERNEL(tnm_large_price_dead)(tile, by_rows, problem);
        if (now == 0 && scores_are_alike(tile, m))
            return TNM_TIED;
        tnm_outcome outcome = TNM_OPEN;
        if (now >= relaxation->first_test)
            outcome = test(tile, by_rows, m, n, atmost);
        if (outcome == TNM_SOLVED || (outcome == TNM_TIED && now >= relaxation->tie_test))
            return outcome;
        if (atmost && now % GROUND_ROUND == GROUND_ROUND - 1)
            TNM_KERNEL(tnm_large_move_ground)(tile, m);
    }
    return TNM_OPEN;
}

static void sort_out(tnm_large_tile *tile, const tnm_problem *problem, tnm_balance *balance)
{
    bool unseen = tile->quantum == TNM_QUANTUM_UNKNOWN;
    if (unseen && problem->constraint == TNM_EQUAL) /* under `atmost` dead lines cost nothing */
        TNM_KERNEL(tnm_large_find_dead)(tile, problem->m);
    TNM_KERNEL(tnm_large_snap)(tile, problem);
    TNM_KERNEL(tnm_large_half_round)(tile, true, problem, 0);
    TNM_KERNEL(tnm_large_sort_out)(tile, problem, balance);
}

extern const tnm_large_kernel TNM_KERNEL(tnm_large_kernel);
const tnm_large_kernel TNM_KERNEL(tnm_large_kernel) = {
    .load = TNM_KERNEL(tnm_large_load),
    .refine = TNM_KERNEL(tnm_large_refine),
    .ascend = ascend,
    .sort_out = sort_out,
    .ascend_lists = TNM_KERNEL(tnm_large_ascend_lists),
    .prove = TNM_KERNEL(tnm_large_prove),
};
