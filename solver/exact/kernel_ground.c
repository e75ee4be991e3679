/* The ground's half round of large tiles under `atmost`; see kernel.h and kernel_large.h.
 *
 * Rows and columns that have room are to be as many, if each lacks one unit. Where that is off by
 * one, the ground moves by one line; where it is off by more, some line lacks many units, as dead
 * ones do, of which N-th scores know nothing. */
#include "solver/exact/kernel_large.h"

/* Where lines begin to have room: N-th reduced scores of columns above the wall, and those of rows,
 * negated; lanes past m as many at one end as at the other. */
typedef struct edges {
    tnm_short at[2 * TNM_MAX_TILE];
    int count;
} edges;

static void find_edges(edges *restrict out, const tnm_large_tile *restrict tile, int side)
{
    tnm_short *restrict of_rows = out->at + side;
    out->count = 2 * side;
    for (int k = 0; k < side; k++) {
        tnm_short col = (tnm_short)(tile->cols.nth[k] - tile->cols.lowest[k]);
        tnm_short row = (tnm_short)(tile->rows.lowest[k] - tile->rows.nth[k]);
        out->at[k] = tile->inside[k] ? col : INT16_MAX;
        of_rows[k] = tile->inside[k] ? row : -INT16_MAX;
    }
}

static int count_below_zero(const edges *self)
{
    tnm_short below = 0;
    for (int k = 0; k < self->count; k++)
        below = (tnm_short)(below + (self->at[k] < 0 ? 1 : 0));
    return below;
}

/* The largest one below a limit. */
static tnm_short largest_below(const edges *self, tnm_short limit)
{
    tnm_short largest = INT16_MIN;
    for (int k = 0; k < self->count; k++) {
        tnm_short below = self->at[k] < limit ? self->at[k] : INT16_MIN;
        largest = tnm_larger(largest, below);
    }
    return largest;
}

/* Halfway between the two largest edges below 0: one line more, or one less, has room. */
static tnm_short step_down(const edges *self)
{
    tnm_short first = largest_below(self, 0);
    return tnm_middle(first, largest_below(self, first));
}

static void negate(edges *self)
{
    for (int k = 0; k < self->count; k++)
        self->at[k] = (tnm_short)-self->at[k];
}

static void move_prices(tnm_lines *restrict lines, tnm_short step, tnm_short highest, int m)
{
    for (int k = 0; k < m; k++) {
        int price = lines->price[k] + step;
        price = price < highest ? price : highest;
        lines->price[k] = (tnm_short)(price > lines->lowest[k] ? price : lines->lowest[k]);
    }
}

void TNM_KERNEL(tnm_large_move_ground)(tnm_large_tile *tile, int m)
{
    edges edge;
    tnm_short step;
    find_edges(&edge, tile, tnm_side_of(m));
    int surplus = count_below_zero(&edge) - edge.count / 2;
    if (surplus == 1) {
        step = step_down(&edge);
    } else if (surplus == -1) {
        negate(&edge);
        step = (tnm_short)-step_down(&edge);
    } else {
        return;
    }
    move_prices(&tile->rows, step, tile->highest, m);
    move_prices(&tile->cols, (tnm_short)-step, tile->highest, m);
}
