/* Dual ascent in doubles, for augmenting paths to start from; see augment.h.
 *
 * The moves are those of kernel.h, but 50 bits tell scores of any orders of magnitude apart at
 * once. Scores and prices are whole numbers, of which doubles hold all differences; where a price
 * is rounded, it is rounded alike everywhere. */
#include "solver/exact/kernel_augment.h"

#define TNM_SORTED double
#include "solver/exact/sorting.h"

enum { LANES = 8 }; /* lines sorted at once */

#define LIMIT  0x1p49  /* |price|: what a level has cut off keeps its sign, see levels.h */
#define ABSENT -0x1p60 /* below all reduced scores */
#define FACTOR 0.4     /* of over-relaxation */

/* ---- whole numbers as doubles -------------------------------------------------------------- */

/* Of a number below 2^51 in magnitude: the low bits of a double near 1.5 * 2^52. */
TNM_INLINE double double_of(int64_t number)
{
    uint64_t bits = UINT64_C(0x4338000000000000) + (uint64_t)number;
    double shifted;
    memcpy(&shifted, &bits, sizeof shifted);
    return shifted - 0x1.8p52;
}

TNM_INLINE double rounded(double number)
{
    return (number + 0x1.8p52) - 0x1.8p52;
}

TNM_INLINE double held(double number, double least, double most)
{
    double below = number < most ? number : most;
    return below > least ? below : least;
}

/* ---- ranks --------------------------------------------------------------------------------- */

/* Reduced scores of the lines from `first` on, largest first. Entry k of a line is across[k][line],
 * and its price other[k]. */
TNM_INLINE void sort_lines(double sorted[][LANES], int64_t (*across)[TNM_MAX_TILE],
                           const int64_t *other, int first, int m, const int side)
{
    double reduced[TNM_MAX_TILE][LANES];
    for (int k = 0; k < side; k++) {
        double price = k < m ? double_of(other[k]) : 0;
        for (int lane = 0; lane < LANES; lane++)
            reduced[k][lane] = k < m ? double_of(across[k][first + lane]) - price : ABSENT;
    }
    for (int lane = 0; lane < LANES; lane++) {
        double a[TNM_MAX_TILE];
#define LOAD(k)                                                                                    \
    if ((k) < side)                                                                                \
        a[k] = reduced[k][lane];
        TNM_REPEAT_64(LOAD)
        if (side == 8)
            tnm_sort_8(a, 0);
        else if (side == 16)
            tnm_sort_16(a, 0);
        else if (side == 32)
            tnm_sort_32(a, 0);
        else
            tnm_sort_64(a, 0);
#define STORE(k)                                                                                   \
    if ((k) < side)                                                                                \
        sorted[k][lane] = a[k];
        TNM_REPEAT_64(STORE)
    }
}

/* The same; sides are constants. */
static void sort_some(double sorted[][LANES], int64_t (*across)[TNM_MAX_TILE], const int64_t *other,
                      int first, int m)
{
    if (m <= 8)
        sort_lines(sorted, across, other, first, m, 8);
    else if (m <= 16)
        sort_lines(sorted, across, other, first, m, 16);
    else if (m <= 32)
        sort_lines(sorted, across, other, first, m, 32);
    else
        sort_lines(sorted, across, other, first, m, 64);
}

/* Where `next` may lie: the N-th largest is the last one of all if N = M. */
static int next_of(const tnm_problem *problem)
{
    return problem->n < problem->m ? problem->n : problem->n - 1;
}

void TNM_KERNEL(tnm_precise_rank)(tnm_augment *self, const tnm_problem *problem)
{
    double sorted[TNM_MAX_TILE][LANES];
    const double *nth = sorted[problem->n - 1], *next = sorted[next_of(problem)];
    const double limit = (double)self->limit;
    for (int first = 0; first < problem->m; first += LANES) {
        sort_some(sorted, self->transposed, self->col_price, first, problem->m);
        for (int lane = 0; lane < LANES; lane++) {
            double price = nth[lane] < limit ? nth[lane] : limit;
            self->row_price[first + lane] = (int64_t)(price > next[lane] ? price : next[lane]);
        }
    }
}

/* ---- ascent -------------------------------------------------------------------------------- */

static void move_lines(int64_t *price, const int64_t *zero, int64_t (*across)[TNM_MAX_TILE],
                       const int64_t *other, int64_t most, const tnm_problem *problem,
                       double factor)
{
    double sorted[TNM_MAX_TILE][LANES], limit = (double)most;
    const double *nth = sorted[problem->n - 1], *next = sorted[problem->n];
    for (int first = 0; first < problem->m; first += LANES) {
        sort_some(sorted, across, other, first, problem->m);
        for (int lane = 0; lane < LANES; lane++) {
            int line = first + lane;
            bool at_zero = problem->constraint == TNM_ATMOST && zero[line] > -most;
            double least = at_zero ? (double)zero[line] : -limit;
            double aim = held((nth[lane] + next[lane]) / 2, least, limit);
            double moved = aim + factor * (aim - (double)price[line]);
            price[line] = (int64_t)held(rounded(moved), least, limit);
        }
    }
}

void TNM_KERNEL(tnm_precise_ascend)(tnm_augment *self, const tnm_problem *problem, int rounds)
{
    for (int round = 0; round < rounds; round++) {
        double factor = round == 0 ? 0 : FACTOR;
        move_lines(self->row_price, self->row_zero, self->transposed, self->col_price, self->limit,
                   problem, factor);
        move_lines(self->col_price, self->col_zero, self->scores, self->row_price, self->limit,
                   problem, factor);
    }
}
