#include "solver/completion.h"

/* A tile being filled. */
typedef struct tile_view {
    const tnm_band *band;
    size_t tile;
    size_t m;
    int n;
    uint64_t *rows;
    uint64_t columns[TNM_MAX_TILE]; /* the same mask, transposed */
} tile_view;

static double score(const tile_view *self, size_t i, size_t j)
{
    return tnm_band_score(self->band, self->tile, i, j);
}

static void flip(tile_view *self, size_t i, size_t j)
{
    self->rows[i] ^= UINT64_C(1) << j;
    self->columns[j] ^= UINT64_C(1) << i;
}

/* Bit k: line k keeps fewer than N. */
static uint64_t short_lines(const tile_view *self, const uint64_t *lines)
{
    uint64_t found = 0;
    for (size_t k = 0; k < self->m; k++)
        found |= (uint64_t)(__builtin_popcountll(lines[k]) < self->n) << k;
    return found;
}

/* ---- free entries ------------------------------------------------------------------------ */

/* Keeps the heaviest entry that is dropped and whose lines are both short, if there is one. */
static bool keep_free_entry(tile_view *self)
{
    uint64_t short_cols = short_lines(self, self->columns);
    size_t best_i = 0, best_j = 0;
    double best = -1;
    for (uint64_t rows = short_lines(self, self->rows); rows != 0; rows &= rows - 1) {
        size_t i = (size_t)__builtin_ctzll(rows);
        for (uint64_t cols = short_cols & ~self->rows[i]; cols != 0; cols &= cols - 1) {
            size_t j = (size_t)__builtin_ctzll(cols);
            if (score(self, i, j) > best) {
                best = score(self, i, j);
                best_i = i;
                best_j = j;
            }
        }
    }
    if (best >= 0)
        flip(self, best_i, best_j);
    return best >= 0;
}

/* ---- augmenting swaps ---------------------------------------------------------------------
 *
 * Once no entry is free there is a swap for every short row i and short column j. Let A be the
 * columns that row i drops and B the rows that column j drops; both are more than M-N. Were every
 * entry of B x A dropped, a column j' of A would keep at most M - |B| < N entries, so it would be
 * short, and (i,j') a free entry. A swap fills i and j and leaves the counts of i' and j' alone; as
 * (i,j') and (i',j) were not free, i' and j' were full, so no entry becomes free. */

typedef struct swap {
    size_t i, j; /* of the kept entry that makes way */
    double gain;
} swap;

static swap best_swap(const tile_view *self, size_t i, size_t j)
{
    uint64_t all = tnm_low_bits(self->m);
    uint64_t dropped_cols = ~self->rows[i] & all;
    swap best = {0, 0, -__builtin_inf()};
    for (uint64_t rows = ~self->columns[j] & all; rows != 0; rows &= rows - 1) {
        size_t other_i = (size_t)__builtin_ctzll(rows);
        double entering = score(self, other_i, j);
        for (uint64_t cols = self->rows[other_i] & dropped_cols; cols != 0; cols &= cols - 1) {
            size_t other_j = (size_t)__builtin_ctzll(cols);
            double gain = (score(self, i, other_j) - score(self, other_i, other_j)) + entering;
            if (gain > best.gain)
                best = (swap){other_i, other_j, gain};
        }
    }
    return best;
}

/* Fills the first short row and the first short column by one, if there are any and it gains more
 * than `least`. */
static bool swap_into_short_lines(tile_view *self, double least)
{
    uint64_t rows = short_lines(self, self->rows);
    if (rows == 0)
        return false;
    size_t i = (size_t)__builtin_ctzll(rows);
    size_t j = (size_t)__builtin_ctzll(short_lines(self, self->columns));
    swap best = best_swap(self, i, j);
    if (!(best.gain > least))
        return false;
    flip(self, best.i, best.j);
    flip(self, i, best.j);
    flip(self, best.i, j);
    return true;
}

void tnm_complete(const tnm_problem *problem, const tnm_band *band, size_t tile,
                  uint64_t *tile_rows)
{
    tile_view self = {.band = band, .tile = tile, .m = band->m, .n = problem->n, .rows = tile_rows};
    if (short_lines(&self, tile_rows) == 0)
        return;
    tnm_mask_transpose(self.columns, tile_rows, self.m);
    while (keep_free_entry(&self))
        continue;
    while (swap_into_short_lines(&self, -__builtin_inf()))
        continue;
}

size_t tnm_swap_into_short_lines(const tnm_problem *problem, const tnm_band *band, size_t tile,
                                 uint64_t *tile_rows, size_t most)
{
    tile_view self = {.band = band, .tile = tile, .m = band->m, .n = problem->n, .rows = tile_rows};
    size_t count = 0;
    if (most == 0 || short_lines(&self, tile_rows) == 0)
        return 0;
    tnm_mask_transpose(self.columns, tile_rows, self.m);
    while (count < most && swap_into_short_lines(&self, 0))
        count++;
    return count;
}
