/* Prices of dead lines, of which all scores are zero; see kernel.h.
 *
 * Dead rows are all alike, and columns that keep some of their entries but not all are tied to all
 * of them: such prices have to move together, which a half round cannot do. So the one price that
 * dead rows share is found here as if the column prices answered at once. Let w be what an entry of
 * a dead row is worth to a column, its score less the price of the row. A column in which L live
 * rows offer more takes
 *
 *     max(0, min(d, N - L))
 *
 * entries of the d dead rows, and w is right where the columns take d N of them in all. The number
 * grows with w, so bisection finds it. The same with sides exchanged. */
#include "formulations/mask.h"
#include "solver/exact/kernel_large.h"

/* The dead lines of one side, and what competes with them. */
typedef struct market {
    const tnm_large_tile *tile;
    const tnm_lines *lines;
    const tnm_short *plain; /* line k at k * side, across the lanes of the other side */
    uint64_t live;
    int dead, n, side;
    int least, most; /* worths that prices within the limits allow */
} market;

/* How many entries of dead lines the other side takes at a worth. */
TNM_INLINE int demand(const market *self, int worth, const int side)
{
    const tnm_short *restrict plain = self->plain;
    tnm_short taken[TNM_MAX_TILE];
    int sum = 0;
    for (int lane = 0; lane < side; lane++)
        taken[lane] = (tnm_short)self->n;
    for (uint64_t rest = self->live; rest != 0; rest &= rest - 1) {
        int k = __builtin_ctzll(rest);
        tnm_short price = self->lines->price[k], limit = (tnm_short)worth;
#pragma GCC unroll 1 /* 16 lanes are one vector, not 16 statements */
        for (int lane = 0; lane < side; lane++) {
            tnm_short offered = (tnm_short)(plain[k * side + lane] - price);
            taken[lane] = (tnm_short)(taken[lane] - (offered > limit));
        }
    }
    for (int lane = 0; lane < side; lane++) {
        tnm_short some = tnm_smaller(tnm_larger(taken[lane], 0), (tnm_short)self->dead);
        sum += some & self->tile->inside[lane];
    }
    return sum;
}

static int taken_at(const market *self, int worth)
{
    switch (self->side) {
    case 16:
        return demand(self, worth, 16);
    case 32:
        return demand(self, worth, 32);
    default:
        return demand(self, worth, 64);
    }
}

/* The smallest worth at which `wanted` entries are taken, or the most there is; most likely near to
 * a guess. */
static int worth_of(const market *self, int wanted, int guess)
{
    int low = guess, high = guess, step = 32;
    for (; low > self->least && taken_at(self, low) >= wanted; step *= 4) {
        high = low;
        low = low - step > self->least ? low - step : self->least;
    }
    for (; high < self->most && taken_at(self, high) < wanted; step *= 4) {
        low = high;
        high = high + step < self->most ? high + step : self->most;
    }
    while (high - low > 1) { /* too few at low, enough at high */
        int middle = low + (high - low) / 2;
        *(taken_at(self, middle) >= wanted ? &high : &low) = middle;
    }
    return high;
}

void TNM_KERNEL(tnm_large_price_dead)(tnm_large_tile *tile, bool by_rows,
                                      const tnm_problem *problem)
{
    const int zero = -TNM_CENTER; /* the score of dead lines */
    tnm_lines *lines = by_rows ? &tile->rows : &tile->cols;
    int dead = __builtin_popcountll(lines->dead), wanted = dead * problem->n;
    if (dead < 2)
        return;
    market self = {.tile = tile,
                   .lines = lines,
                   .plain = by_rows ? tile->scores : tile->transposed,
                   .live = tnm_low_bits((size_t)problem->m) & ~lines->dead,
                   .dead = dead,
                   .n = problem->n,
                   .side = tnm_side_of(problem->m),
                   .least = zero - tile->highest,
                   .most = zero + tile->highest};
    int guess = zero - lines->price[__builtin_ctzll(lines->dead)];
    if (taken_at(&self, guess) == wanted)
        return;
    /* Halfway between too little and too much, so that no live entry is tied as well. */
    int enough = worth_of(&self, wanted, guess);
    int more = worth_of(&self, wanted + 1, enough);
    for (uint64_t rest = lines->dead; rest != 0; rest &= rest - 1)
        lines->price[__builtin_ctzll(rest)] = (tnm_short)(zero - (enough + more) / 2);
}

/* Lines of which all scores are zero. */
void TNM_KERNEL(tnm_large_find_dead)(tnm_large_tile *tile, int m)
{
    uint32_t in_cols[TNM_MAX_TILE] = {0}; /* the bits that any score of the column has */
    tile->rows.dead = tile->cols.dead = 0;
    for (int i = 0; i < m; i++) {
        const float *row = tile->given + i * m;
        uint32_t in_row = 0;
        for (int j = 0; j < m; j++) {
            uint32_t bits = tnm_bits_of(row[j]);
            in_row |= bits;
            in_cols[j] |= bits;
        }
        tile->rows.dead |= (uint64_t)(in_row == 0) << i;
    }
    for (int j = 0; j < m; j++)
        tile->cols.dead |= (uint64_t)(in_cols[j] == 0) << j;
}
