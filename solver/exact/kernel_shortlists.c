/* Dual ascent on shortlists, for M > 32; see kernel.h.
 *
 * After a few half rounds prices have little left to move, and for most entries it is certain
 * whether they are kept. What is not are a few of each line, those ranked around N:
 *
 *     rank       1  ...  N - 6 | N - 5  ...  N  |  N + 1  ...  N + 6 | N + 7  ...  M
 *                     kept     |               listed                |    dropped
 *
 * so that the N-th and next entries of a line are the 6th and 7th of its list. Half rounds of lists
 * alone find the same prices for a third of the work or less. Whether the lists held all that
 * matters is for the proof to tell, which compares every entry. */
#define TNM_SORTED float
#include "solver/exact/kernel_large.h"
#include "solver/exact/sorting.h"

#include <math.h>
#include <string.h>

enum {
    LANES = TNM_MAX_TILE, /* the side of such a tile; lines past M are never looked at */
    REACH = TNM_LISTED / 2,
    FINER = 7 /* bits: prices up to 2^15 coarse units then fit floats, and so do their sums */
};

/* ---- which entries ----------------------------------------------------------------------- */

/* How the lines of one side see the tile. */
typedef struct view {
    const tnm_short *across; /* entry k of every line at k * LANES */
    const tnm_short *other;  /* the price of the line that entry k has on the other side */
    const float *given;      /* entry k of the line in a lane at lane * down + k * right */
    int down, right;
} view;

static view view_of(const tnm_large_tile *tile, bool by_rows, int m)
{
    return by_rows ? (view){tile->transposed, tile->cols.price, tile->given, m, 1}
                   : (view){tile->scores, tile->rows.price, tile->given, 1, m};
}

TNM_INLINE tnm_short reduced_score(const view *seen, int lane, int k)
{
    return (tnm_short)(seen->across[k * LANES + lane] - seen->other[k]);
}

enum { WORDS = LANES / 16 };

/* Bit k: the reduced score of entry k is within the list's range. */
static void find_within(uint16_t words[WORDS][LANES], const tnm_shortlist *restrict list,
                        const view *restrict seen, int m)
{
    memset(words, 0, WORDS * sizeof *words);
    for (int k = 0; k < m; k++) {
        uint16_t bit = (uint16_t)(1U << (k % 16));
        uint16_t *restrict word = words[k / 16];
        for (int lane = 0; lane < LANES; lane++) {
            tnm_short reduced = reduced_score(seen, lane, k);
            uint16_t high = reduced > list->most[lane] ? bit : 0;
            uint16_t low = reduced < list->least[lane] ? bit : 0;
            word[lane] = (uint16_t)(word[lane] | (bit & ~(high | low)));
        }
    }
}

/* Of several entries that are equal to the first one of a list, or to the last one, takes off those
 * that are too many: `first` entries rank above a list of `length`. */
static uint64_t without_ties(uint64_t within, int lane, const tnm_shortlist *list, const view *seen,
                             int m, int first, int length)
{
    int above = 0;
    for (int k = 0; k < m; k++)
        above += reduced_score(seen, lane, k) > list->most[lane];
    for (int k = 0; k < m && above < first; k++) {
        if (reduced_score(seen, lane, k) == list->most[lane]) {
            within &= ~(UINT64_C(1) << k);
            above++;
        }
    }
    for (int k = 0; k < m && __builtin_popcountll(within) > length; k++) {
        if (reduced_score(seen, lane, k) == list->least[lane])
            within &= ~(UINT64_C(1) << k);
    }
    return within;
}

/* Puts the entries on the list of one line. Where too few are ranked before N, or after, others
 * stand in that are kept, or dropped, at any price. */
static void put_entries(tnm_shortlist *restrict list, int lane, uint64_t within,
                        const view *restrict seen, int kept)
{
    const float *line = seen->given + lane * seen->down;
    int t = 0;
    for (; within != 0; within &= within - 1, t++) {
        int k = __builtin_ctzll(within);
        list->entry[t][lane] = (uint8_t)k;
        list->score[t][lane] = line[k * seen->right];
    }
    for (; t < TNM_LISTED; t++, kept++)
        list->score[t][lane] = kept < REACH ? INFINITY : -INFINITY;
}

static void make_list(tnm_shortlist *list, const view *seen, const tnm_problem *problem,
                      float per_unit)
{
    const int m = problem->m, n = problem->n;
    const int first = n > REACH ? n - REACH : 0, end = n + REACH < m ? n + REACH : m;
    uint16_t words[WORDS][LANES];
    memset(list->entry, 0, sizeof list->entry);
    memset(list->score, 0, sizeof list->score);
    find_within(words, list, seen, m);
    for (int lane = 0; lane < m; lane++) {
        uint64_t within = 0;
        for (int q = 0; q < WORDS; q++)
            within |= (uint64_t)words[q][lane] << (16 * q);
        if (__builtin_popcountll(within) != end - first)
            within = without_ties(within, lane, list, seen, m, first, end - first);
        put_entries(list, lane, within, seen, n - first);
    }
    for (int t = 0; t < TNM_LISTED; t++) {
        for (int lane = 0; lane < LANES; lane++)
            list->score[t][lane] *= per_unit;
    }
}

/* The half rounds before, of which the last two make the lists; open, unless many lines are tied.
 */
static tnm_outcome make_lists(tnm_shortlists *lists, tnm_large_tile *tile,
                              const tnm_problem *problem, const tnm_relaxation *relaxation,
                              int *half)
{
    const float per_unit = tnm_unit_factor(tile->exponent);
    for (; *half < relaxation->listed; (*half)++) {
        bool by_rows = *half % 2 == 0;
        int factor = tnm_factor_at(relaxation, *half);
        if (*half < relaxation->listed - 2) {
            TNM_KERNEL(tnm_large_half_round)(tile, by_rows, problem, factor);
        } else {
            tnm_shortlist *list = by_rows ? &lists->rows : &lists->cols;
            view seen = view_of(tile, by_rows, problem->m);
            TNM_KERNEL(tnm_large_listing_round)(tile, by_rows, problem, factor, list);
            if (tnm_lines_are_tied(tile, by_rows ? &tile->rows : &tile->cols, LANES))
                return TNM_TIED;
            make_list(list, &seen, problem, per_unit);
        }
    }
    return TNM_OPEN;
}

/* ---- half rounds ------------------------------------------------------------------------- */

TNM_INLINE float smaller(float a, float b)
{
    return a < b ? a : b;
}

TNM_INLINE float larger(float a, float b)
{
    return a > b ? a : b;
}

/* The k-th largest, k = 6 or 7, of a[0 .. 7] and a[8 .. 11], both sorted: the best that can be had
 * with k - i of the first and i of the others, each time the smaller one of the two last. */
TNM_INLINE float ranked(const float *a, const int k)
{
    float one = smaller(a[k - 2], a[8]), two = smaller(a[k - 3], a[9]);
    float three = smaller(a[k - 4], a[10]), four = smaller(a[k - 5], a[11]);
    return larger(a[k - 1], larger(larger(one, two), larger(three, four)));
}

/* Each entry's price on the other side; places are read eight at a time. */
static void ask(float *restrict asked, const uint8_t *restrict entry, const float *restrict price)
{
    for (int k = 0; k < TNM_LISTED * LANES; k += 8) {
        uint64_t places;
        memcpy(&places, entry + k, sizeof places);
#define ASK(b) asked[k + (b)] = price[places >> (8 * (b)) & 0xFF];
        TNM_REPEAT_4(ASK, 0)
        TNM_REPEAT_4(ASK, 4)
    }
}

/* 0, or -1: the price, or room where it is at the wall, keeps N entries. */
TNM_INLINE int32_t is_wrong(float price, float nth, float next, float wall)
{
    int32_t high = price < nth ? 0 : -1, costs = price > wall ? -1 : 0;
    int32_t low = price > next ? 0 : -1;
    return (high & costs) | low;
}

/* Prices that a side may have, and the one at which its lines need not be full. */
typedef struct limits {
    float lowest, highest, wall;
} limits;

/* Lines that a half round saw: with a wrong price before it, and after it, and with equal N-th and
 * next entries. */
typedef struct sight {
    int wrong_before, wrong_after, tied;
} sight;

/* Prices after a half round, with k = `factor`, of a side whose entries have `asked` for prices. */
static sight move_prices(float *restrict moved, const tnm_shortlist *restrict own,
                         float (*restrict asked)[LANES], float factor, limits limit, int m)
{
    sight saw = {0};
    for (int lane = 0; lane < LANES; lane++) {
        float a[TNM_LISTED], price = own->price[lane];
#define REDUCE(t) a[t] = own->score[t][lane] - asked[t][lane];
        TNM_REPEAT_12(REDUCE, 0)
        tnm_sort_8(a, 0);
        tnm_sort_4(a, 8);
        float nth = ranked(a, REACH), next = ranked(a, REACH + 1);
        float aim = larger(smaller(0.5f * (nth + next), limit.highest), limit.lowest);
        float after = larger(smaller(aim + factor * (aim - price), limit.highest), limit.lowest);
        int32_t inside = lane < m ? -1 : 0;
        saw.wrong_before -= is_wrong(price, nth, next, limit.wall) & inside;
        saw.wrong_after -= is_wrong(after, nth, next, limit.wall) & inside;
        saw.tied += (nth == next ? 1 : 0) & inside;
        moved[lane] = after;
    }
    return saw;
}

static limits limits_of(const tnm_large_tile *tile, bool by_rows, bool atmost)
{
    const float base = (float)(by_rows ? tile->rows.base[0] : tile->cols.base[0]);
    const float highest = tile->highest, never = -0x1p30f;
    return (limits){.lowest = atmost ? 0 : base - highest,
                    .highest = base + highest,
                    .wall = atmost ? 0 : never};
}

/* Half rounds until all prices are right; or too many lines are tied, or wrong for too long. */
static tnm_outcome settle(tnm_shortlists *lists, const tnm_large_tile *tile,
                          const tnm_problem *problem, const tnm_relaxation *relaxation, int *half)
{
    enum { MOST_TIED = LANES / 16, MOST_WRONG = LANES / 8, PATIENCE = 24 };
    float asked[TNM_LISTED][LANES], moved[LANES];
    bool others_right = false, atmost = problem->constraint == TNM_ATMOST;
    while (*half < relaxation->half_rounds) {
        int now = (*half)++;
        bool by_rows = now % 2 == 0;
        tnm_shortlist *own = by_rows ? &lists->rows : &lists->cols;
        const tnm_shortlist *other = by_rows ? &lists->cols : &lists->rows;
        float factor = (float)tnm_factor_at(relaxation, now) * 0x1p-16f;
        ask(&asked[0][0], &own->entry[0][0], other->price);
        sight saw =
            move_prices(moved, own, asked, factor, limits_of(tile, by_rows, atmost), problem->m);
        if (saw.wrong_before == 0 && others_right)
            return TNM_SOLVED;
        if (saw.tied > MOST_TIED)
            return TNM_TIED;
        if (now >= PATIENCE && saw.wrong_before > MOST_WRONG)
            return TNM_OPEN;
        memcpy(own->price, moved, sizeof moved);
        others_right = saw.wrong_after == 0;
    }
    return TNM_OPEN;
}

/* ---- to the lists, and back -------------------------------------------------------------- */

static void take_prices(tnm_shortlist *restrict list, const tnm_lines *restrict lines)
{
    for (int lane = 0; lane < LANES; lane++)
        list->price[lane] = (float)(lines->base[lane] + lines->price[lane]);
}

static void give_back(tnm_lines *restrict lines, const tnm_shortlist *restrict list, int m)
{
    for (int lane = 0; lane < m; lane++)
        lines->price[lane] = (tnm_short)(lrintf(list->price[lane]) - lines->base[lane]);
}

static void give_finer(tnm_lines *restrict lines, const tnm_shortlist *restrict list, int m)
{
    for (int lane = 0; lane < m; lane++) {
        lines->base[lane] = lrintf(list->price[lane] * (1 << FINER));
        lines->price[lane] = 0;
    }
}

tnm_outcome TNM_KERNEL(tnm_large_ascend_lists)(tnm_large_tile *tile, tnm_shortlists *lists,
                                               const tnm_problem *problem,
                                               const tnm_relaxation *relaxation, int *half)
{
    int m = problem->m;
    if (problem->constraint == TNM_ATMOST && *half == 0)
        TNM_KERNEL(tnm_large_leave_wall)(tile, problem);
    if (make_lists(lists, tile, problem, relaxation, half) == TNM_TIED)
        return TNM_TIED;
    take_prices(&lists->rows, &tile->rows);
    take_prices(&lists->cols, &tile->cols);
    tnm_outcome outcome = settle(lists, tile, problem, relaxation, half);
    if (outcome == TNM_SOLVED) {
        give_finer(&tile->rows, &lists->rows, m);
        give_finer(&tile->cols, &lists->cols, m);
        tile->exponent -= FINER;
    } else {
        give_back(&tile->rows, &lists->rows, m);
        give_back(&tile->cols, &lists->cols, m);
    }
    return outcome;
}

/* ---- the proof --------------------------------------------------------------------------- */

/* Sums of prices are floats below 2^24, and a difference of floats has the sign that it should. */
TNM_INLINE bool prove(tnm_large_tile *restrict tile, const int m, int n, bool atmost)
{
    const float per_unit = (float)ldexp(1, -tile->exponent);
    float row_price[LANES], col_price[LANES];
    int32_t count[LANES] = {0}, tied = 0;
    bool full = true;
    for (int k = 0; k < m; k++) {
        row_price[k] = (float)tile->rows.base[k];
        col_price[k] = (float)tile->cols.base[k];
    }
    for (int i = 0; i < m; i++) {
        int32_t kept[LANES] = {0};
        const float *restrict row = tile->given + i * m;
        for (int j = 0; j < m; j++) {
            float reduced = row[j] * per_unit - (row_price[i] + col_price[j]);
            kept[j] = reduced > 0 ? -1 : 0;
            tied |= reduced == 0 ? -1 : 0;
            count[j] -= kept[j];
        }
        tile->kept[i] = tnm_bits_of_lanes(kept, m);
        int in_row = __builtin_popcountll(tile->kept[i]);
        full = full && (in_row == n || (atmost && in_row < n && tile->rows.base[i] == 0));
    }
    for (int j = 0; j < m; j++)
        full = full && (count[j] == n || (atmost && count[j] < n && tile->cols.base[j] == 0));
    return tied == 0 && full;
}

bool TNM_KERNEL(tnm_large_prove)(tnm_large_tile *tile, const tnm_problem *problem)
{
    bool atmost = problem->constraint == TNM_ATMOST;
    return problem->m == LANES ? prove(tile, LANES, problem->n, atmost)
                               : prove(tile, problem->m, problem->n, atmost);
}
