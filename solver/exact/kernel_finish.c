/* What comes before augmenting paths and after them: scores as whole numbers, prices moved away
 * from the edge, and what they leave open; see augment.h. */
#include "solver/exact/kernel_augment.h"

#include "solver/exact/lanes.h"

#include <math.h>

/* ---- scores ------------------------------------------------------------------------------ */

/* The nearest whole number to one below 2^51. */
TNM_INLINE int64_t whole(double number)
{
    const uint64_t zero = UINT64_C(0x4338000000000000); /* 1.5 * 2^52 */
    double shifted = number + 0x1.8p52;
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    return (int64_t)(bits - zero);
}

/* half * rest units are 1. */
#define ROUND_ROW(type)                                                                            \
    static void round_##type##s(int64_t *restrict out, const type *restrict row, int64_t m,        \
                                double half, double rest)                                          \
    {                                                                                              \
        for (int64_t j = 0; j < m; j++)                                                            \
            out[j] = whole((double)row[j] * half * rest);                                          \
    }
ROUND_ROW(float)
ROUND_ROW(double)

void TNM_KERNEL(tnm_augment_load)(tnm_augment *self, const tnm_band *band, size_t tile, int unit)
{
    /* 2^-unit in two factors: it may be no double by itself. */
    double half = ldexp(1, -unit / 2), rest = ldexp(1, -unit - -unit / 2);
    int64_t m = (int64_t)band->m;
    for (int64_t i = 0; i < m; i++) {
        size_t first = (size_t)i * band->stride + tile * band->m;
        if (band->doubles != NULL)
            round_doubles(self->scores[i], band->doubles + first, m, half, rest);
        else
            round_floats(self->scores[i], band->scores + first, m, half, rest);
    }
    for (int64_t j = 0; j < m; j++) {
        for (int64_t i = 0; i < m; i++)
            self->transposed[j][i] = self->scores[i][j];
    }
}

/* ---- prices ------------------------------------------------------------------------------ */

/* The middle of what the price of every line may be: no more than any kept entry is worth, no less
 * than any dropped one. Entry k of a line is across[k][line], and kept where bit `line` of kept[k]
 * is set; a word of `lines` is what a line keeps. Under `atmost` lines with room are free. */
static void center_lines(int64_t *restrict price, int64_t (*restrict across)[TNM_MAX_TILE],
                         const int64_t *restrict other, const uint64_t *restrict kept,
                         const uint64_t *lines, const tnm_problem *problem)
{
    bool atmost = problem->constraint == TNM_ATMOST;
    const int64_t far = INT64_MAX / 2, m = problem->m;
    int64_t least[TNM_MAX_TILE], most[TNM_MAX_TILE];
    for (int64_t line = 0; line < TNM_MAX_TILE; line++) {
        least[line] = far;
        most[line] = atmost ? 0 : -far;
    }
    for (int64_t k = 0; k < m; k++) {
        const int64_t *restrict entry = across[k];
        uint64_t kept_here = kept[k];
        int64_t entry_price = other[k];
#pragma GCC unroll 1
        for (int64_t line = 0; line < m; line++) {
            int64_t reduced = entry[line] - entry_price;
            int64_t if_kept = kept_here & tnm_lane_bits[line] ? reduced : far;
            int64_t if_dropped = kept_here & tnm_lane_bits[line] ? -far : reduced;
            least[line] = if_kept < least[line] ? if_kept : least[line];
            most[line] = if_dropped > most[line] ? if_dropped : most[line];
        }
    }
    for (int64_t line = 0; line < m; line++) {
        bool full = !atmost || __builtin_popcountll(lines[line]) == problem->n;
        price[line] = full ? most[line] + (least[line] - most[line]) / 2 : 0;
    }
}

void TNM_KERNEL(tnm_augment_center)(tnm_augment *self, const tnm_problem *problem)
{
    enum { ROUNDS = 2 };
    for (int round = 0; round < ROUNDS; round++) {
        center_lines(self->row_price, self->transposed, self->col_price, self->cols,
                     self->ties.kept, problem);
        center_lines(self->col_price, self->scores, self->row_price, self->ties.kept, self->cols,
                     problem);
    }
}

/* ---- one level further down --------------------------------------------------------------- */

/* Entries of a row within a distance of their prices, and those on the wrong side of them. All are
 * cut off. */
typedef struct cut_row {
    uint64_t near, wrong;
} cut_row;

TNM_INLINE cut_row cut_entries(int64_t *restrict scores, const int64_t *restrict col_price,
                               int64_t row_price, uint64_t kept, int64_t distance, int64_t m)
{
    const int64_t far = INT64_C(1) << TNM_AUGMENT_BITS;
    uint64_t near = 0, above = 0, below = 0;
#pragma GCC unroll 1
    for (int64_t j = 0; j < m; j++) {
        int64_t reduced = scores[j] - row_price - col_price[j];
        near |= reduced >= -distance && reduced <= distance ? tnm_lane_bits[j] : 0;
        above |= reduced > 0 ? tnm_lane_bits[j] : 0;
        below |= reduced < 0 ? tnm_lane_bits[j] : 0;
        scores[j] = reduced < 0 ? -far : far;
    }
    return (cut_row){near, (above & ~kept) | (below & kept)};
}

bool TNM_KERNEL(tnm_augment_cut)(tnm_augment *self, const tnm_problem *problem, int64_t distance,
                                 uint64_t near[TNM_MAX_TILE])
{
    int m = problem->m;
    bool atmost = problem->constraint == TNM_ATMOST;
    uint64_t wrong = 0;
    for (int i = 0; i < m; i++) {
        cut_row found = cut_entries(self->scores[i], self->col_price, self->row_price[i],
                                    self->ties.kept[i], distance, m);
        near[i] = found.near;
        wrong |= found.wrong;
    }
    for (int k = 0; k < m && atmost; k++) {
        bool row_full = __builtin_popcountll(self->ties.kept[k]) == problem->n;
        bool col_full = __builtin_popcountll(self->cols[k]) == problem->n;
        wrong |= row_full ? self->row_price[k] < self->row_zero[k]
                          : self->row_price[k] != self->row_zero[k];
        wrong |= col_full ? self->col_price[k] < self->col_zero[k]
                          : self->col_price[k] != self->col_zero[k];
    }
    return wrong == 0;
}
