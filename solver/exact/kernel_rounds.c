/* Half rounds of large tiles: every line of one side sorts its reduced scores; see kernel.h.
 *
 * A half round needs, for every line of one side, its scores across lanes: rows read the transposed
 * copy, columns the plain one. */
#include "solver/exact/kernel_large.h"
#include "solver/exact/sorting.h"

/* A price after a half round that found `middle`, k = factor / 65536, in two steps of at most 1/2
 * each. Up to k = 1/2 nothing here overflows with limits within TNM_PRICE_LIMIT, up to k = 1 with
 * half of that: the middle is held to them first. */
TNM_INLINE tnm_short over_relaxed(tnm_short price, tnm_short middle, int factor, tnm_short lowest,
                                  tnm_short highest)
{
    const int half = 1 << 15;
    tnm_short aim = tnm_larger(tnm_smaller(middle, highest), lowest);
    tnm_short step = (tnm_short)(aim - price);
    tnm_short part = (tnm_short)(factor < half ? factor : factor - half);
    tnm_short moved = (tnm_short)(aim + ((step * part) >> 16));
    moved = (tnm_short)(moved + (factor < half ? 0 : step >> 1));
    return tnm_larger(tnm_smaller(moved, highest), lowest);
}

/* The four ranks, from 0, at which a line's sorted scores are looked at: its N-th and next one,
 * and the first and last one of its shortlist, where a list is wanted and they exist. */
typedef struct ranks {
    int nth, next, first, last;
} ranks;

TNM_INLINE ranks ranks_of(int m, int n, const bool listing)
{
    const int reach = listing ? TNM_LISTED / 2 : 1;
    return (ranks){n - 1, n, n > reach ? n - reach : 0, n + reach < m ? n + reach - 1 : m - 1};
}

/* The reduced scores of every line, largest first; of these only the ranks given, where they are
 * constants. */
TNM_INLINE void sort_lines(tnm_short (*restrict sorted)[TNM_MAX_TILE],
                           const tnm_short *restrict reduced, const int side, const bool all,
                           const ranks wanted)
{
    for (int lane = 0; lane < side; lane++) {
        tnm_short a[TNM_MAX_TILE];
#define LOAD(k)                                                                                    \
    if ((k) < side)                                                                                \
        a[k] = reduced[(k)*side + lane];
        TNM_REPEAT_64(LOAD)
        if (side == 16)
            tnm_sort_16(a, 0);
        else if (side == 32)
            tnm_sort_32(a, 0);
        else
            tnm_sort_64(a, 0);
#define STORE(k)                                                                                   \
    if ((k) < side && (all || (k) == wanted.nth || (k) == wanted.next || (k) == wanted.first ||    \
                       (k) == wanted.last))                                                        \
        sorted[k][lane] = a[k];
        TNM_REPEAT_64(STORE)
    }
}

/* One half round of all lines of a side; with n = side / 2 a constant, or any n; with what makes a
 * list, or NULL. */
TNM_INLINE void move_lines(tnm_large_tile *tile, bool by_rows, const int side, const bool halved,
                           int m, int n, int factor, tnm_shortlist *list, const bool listing)
{
    _Alignas(64) tnm_short reduced[TNM_MAX_TILE * TNM_MAX_TILE];
    tnm_short sorted[TNM_MAX_TILE][TNM_MAX_TILE];
    tnm_lines *restrict lines = by_rows ? &tile->rows : &tile->cols;
    const tnm_short *restrict other = by_rows ? tile->cols.price : tile->rows.price;
    const tnm_short *restrict across = by_rows ? tile->transposed : tile->scores;
    const ranks wanted = ranks_of(halved ? side : m, n, listing);
    for (int k = 0; k < side; k++) { /* apart from sorting, so that prices need no registers */
        tnm_short price = other[k];
#pragma GCC unroll 1 /* 16 lanes are one vector, not 16 statements */
        for (int lane = 0; lane < side; lane++)
            reduced[k * side + lane] = (tnm_short)(across[k * side + lane] - price);
    }
    sort_lines(sorted, reduced, side, !halved, wanted);
    for (int lane = 0; lane < side; lane++) {
        lines->nth[lane] = sorted[wanted.nth][lane];
        lines->next[lane] = sorted[wanted.next][lane];
        tnm_short middle = tnm_middle(lines->nth[lane], lines->next[lane]);
        lines->price[lane] =
            over_relaxed(lines->price[lane], middle, factor, lines->lowest[lane], tile->highest);
    }
    for (int lane = 0; lane < side && listing; lane++) {
        list->most[lane] = sorted[wanted.first][lane];
        list->least[lane] = sorted[wanted.last][lane];
    }
    for (int lane = m; lane < side; lane++)
        lines->price[lane] = 0;
}

void TNM_KERNEL(tnm_large_half_round)(tnm_large_tile *tile, bool by_rows,
                                      const tnm_problem *problem, int factor)
{
    int m = problem->m, n = problem->n;
    switch (tnm_side_of(m)) {
#define X(side)                                                                                    \
    case side:                                                                                     \
        if (n == (side) / 2)                                                                       \
            move_lines(tile, by_rows, side, true, m, (side) / 2, factor, NULL, false);             \
        else                                                                                       \
            move_lines(tile, by_rows, side, false, m, n, factor, NULL, false);                     \
        break;
        /* clang-format off */
        X(16) X(32) X(64)
        /* clang-format on */
#undef X
    }
}

void TNM_KERNEL(tnm_large_listing_round)(tnm_large_tile *tile, bool by_rows,
                                         const tnm_problem *problem, int factor,
                                         tnm_shortlist *list)
{
    enum { SIDE = TNM_MAX_TILE };
    int m = problem->m, n = problem->n;
    if (m == SIDE && n == SIDE / 2)
        move_lines(tile, by_rows, SIDE, true, SIDE, SIDE / 2, factor, list, true);
    else
        move_lines(tile, by_rows, SIDE, false, m, n, factor, list, true);
}

void TNM_KERNEL(tnm_large_leave_wall)(tnm_large_tile *tile, const tnm_problem *problem)
{
    int m = problem->m, sum = 0;
    TNM_KERNEL(tnm_large_half_round)(tile, true, problem, 0);
    for (int i = 0; i < m; i++)
        sum += tile->rows.price[i];
    for (int j = 0; j < m; j++)
        tile->cols.price[j] = (tnm_short)(sum / (2 * m));
}
