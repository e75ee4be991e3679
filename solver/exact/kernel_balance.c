#include "formulations/mask.h"
#include "solver/exact/balance.h"

#include <string.h>

enum { GROUND = TNM_MAX_TILE, NOBODY }; /* parents other than lines */

static int first_of(uint64_t set)
{
    return __builtin_ctzll(set);
}

static int size_of(uint64_t set)
{
    return __builtin_popcountll(set);
}

/* Of counts up to m. */
static int highest_bit(int m)
{
    return 31 - __builtin_clz((unsigned)m);
}

/* ---- what columns hold: 64 counters, one bit of each a word ------------------------------- */

/* One more for each of the columns. */
static void count_up(tnm_balance *self, uint64_t columns)
{
    for (int b = 0; b < TNM_COUNT_BITS; b++) {
        uint64_t carry = self->counts[b] & columns;
        self->counts[b] ^= columns;
        columns = carry;
    }
}

static void count_down(tnm_balance *self, uint64_t columns)
{
    for (int b = 0; b < TNM_COUNT_BITS; b++) {
        uint64_t borrow = ~self->counts[b] & columns;
        self->counts[b] ^= columns;
        columns = borrow;
    }
}

static void count_columns(tnm_balance *self, int m)
{
    memset(self->counts, 0, sizeof self->counts);
    for (int i = 0; i < m; i++)
        count_up(self, self->kept[i]);
}

/* The columns that hold more, or fewer, than n. */
typedef struct comparison {
    uint64_t more, fewer;
} comparison;

static comparison compare_counts(const tnm_balance *self, int m, int n)
{
    comparison found = {0, 0};
    uint64_t same = tnm_low_bits((size_t)m);
    for (int b = highest_bit(m); b >= 0; b--) {
        uint64_t wanted = n >> b & 1 ? ~UINT64_C(0) : 0;
        found.more |= same & self->counts[b] & ~wanted;
        found.fewer |= same & ~self->counts[b] & wanted;
        same &= ~(self->counts[b] ^ wanted);
    }
    return found;
}

/* ---- dealing ------------------------------------------------------------------------------ */

/* `wanted` of the columns, those that hold least: bit by bit of their counts, from the highest.
 * Where all of them are, there is nothing to choose. */
static uint64_t emptiest(const tnm_balance *self, uint64_t columns, int wanted, int m)
{
    uint64_t chosen = 0;
    if (wanted == size_of(columns))
        return columns;
    for (int b = highest_bit(m); b >= 0; b--) {
        uint64_t emptier = columns & ~self->counts[b];
        bool enough = size_of(emptier) >= wanted;
        chosen |= enough ? 0 : emptier;
        wanted -= enough ? 0 : size_of(emptier);
        columns = enough ? emptier : columns & ~emptier;
    }
    for (; wanted > 0; wanted--, columns &= columns - 1) /* these hold the same */
        chosen |= columns & -columns;
    return chosen;
}

/* Whether every row can keep as much as it should, and none keeps more already. */
static bool rows_can_be_full(const tnm_balance *self, int m, int n)
{
    bool can = true;
    for (int i = 0; i < m; i++) {
        int least = self->free_rows >> i & 1 ? 0 : n;
        can &= size_of(self->kept[i]) <= n && size_of(self->kept[i] | self->tied[i]) >= least;
    }
    return can;
}

static bool deal(tnm_balance *self, const tnm_problem *problem)
{
    int m = problem->m, n = problem->n;
    if (!rows_can_be_full(self, m, n))
        return false;
    count_columns(self, m);
    for (int i = 0; i < m; i++) {
        int wanted = n - size_of(self->kept[i]);
        uint64_t ties = self->tied[i] & ~self->kept[i];
        bool is_free = self->free_rows >> i & 1;
        if (is_free) {
            ties &= compare_counts(self, m, n).fewer;
            wanted = size_of(ties) < wanted ? size_of(ties) : wanted;
        }
        uint64_t dealt = emptiest(self, ties, wanted, m);
        self->kept[i] |= dealt;
        count_up(self, dealt);
    }
    return true;
}

/* ---- paths -------------------------------------------------------------------------------- */

/* What is wrong with the columns, and a wave through the tied entries: from the columns in excess
 * or, when there is none, from what the ground touches. */
typedef struct wave {
    bool from_ground;
    uint64_t targets;  /* columns that can take one more, which ends a path */
    uint64_t cols;     /* newly reached */
    uint64_t old_cols; /* reached at all */
    uint64_t rows;     /* newly reached */
    uint64_t new_rows; /* not reached yet */
} wave;

/* Adds and drops along a path, from its last row and column back to where it began. Column GROUND:
 * the path ends at the last row. */
static void follow_path(tnm_balance *self, int i, int j)
{
    if (j != GROUND)
        count_up(self, UINT64_C(1) << j);
    for (;;) {
        if (j != GROUND)
            self->kept[i] |= UINT64_C(1) << j;
        j = self->row_parent[i];
        if (j == GROUND)
            return;
        self->kept[i] &= ~(UINT64_C(1) << j);
        i = self->col_parent[j];
        if (i == NOBODY)
            break;
    }
    count_down(self, UINT64_C(1) << j);
}

/* Rows that keep a tied entry in a column just reached: they can drop it. */
static void reach_rows(tnm_balance *self, wave *now)
{
    for (uint64_t rest = now->new_rows; rest != 0; rest &= rest - 1) {
        int i = first_of(rest);
        uint64_t dropped = self->tied[i] & self->kept[i] & now->cols;
        if (dropped == 0)
            continue;
        self->row_parent[i] = (uint8_t)first_of(dropped);
        now->rows |= UINT64_C(1) << i;
    }
    now->new_rows &= ~now->rows;
}

/* Columns where a row just reached can add a tied entry; true when one of them is a target, which
 * ends the wave. */
static bool reach_cols(tnm_balance *self, wave *now)
{
    now->cols = 0;
    for (uint64_t rest = now->rows; rest != 0; rest &= rest - 1) {
        int i = first_of(rest);
        uint64_t added = self->tied[i] & ~self->kept[i] & ~now->old_cols;
        if ((added & now->targets) != 0) {
            follow_path(self, i, first_of(added & now->targets));
            return true;
        }
        now->old_cols |= added;
        now->cols |= added;
        for (; added != 0; added &= added - 1)
            self->col_parent[first_of(added)] = (uint8_t)i;
    }
    now->rows = 0;
    return false;
}

/* Rows that keep fewer than N. */
static uint64_t rows_with_room(const tnm_balance *self, int m, int n)
{
    uint64_t room = 0;
    for (int i = 0; i < m; i++)
        room |= (uint64_t)(size_of(self->kept[i]) < n) << i;
    return room;
}

static wave start_wave(tnm_balance *self, comparison found, int m, int n)
{
    wave now = {.from_ground = found.more == 0, .cols = found.more, .targets = found.fewer};
    if (now.from_ground) {
        now.targets &= ~self->free_cols;
        now.cols = self->free_cols;
        now.rows = rows_with_room(self, m, n);
        memset(self->row_parent, GROUND, (size_t)m);
    }
    now.old_cols = now.cols;
    now.new_rows = tnm_low_bits((size_t)m) & ~now.rows;
    memset(self->col_parent, NOBODY, (size_t)m);
    return now;
}

/* Uses one path; false when there is none. */
static bool use_path(tnm_balance *self, comparison found, int m, int n)
{
    wave now = start_wave(self, found, m, n);
    while ((now.cols | now.rows) != 0) {
        reach_rows(self, &now);
        if (!now.from_ground && (now.rows & self->free_rows) != 0) {
            follow_path(self, first_of(now.rows & self->free_rows), GROUND);
            return true;
        }
        if (reach_cols(self, &now))
            return true;
    }
    return false;
}

static bool even_out(tnm_balance *self, const tnm_problem *problem)
{
    int m = problem->m, n = problem->n;
    for (;;) {
        comparison found = compare_counts(self, m, n);
        self->more = found.more;
        self->fewer = found.fewer;
        if ((found.more | (found.fewer & ~self->free_cols)) == 0)
            return true;
        if (!use_path(self, found, m, n))
            return false;
    }
}

extern const tnm_balance_kernel TNM_KERNEL(tnm_balance_kernel);
const tnm_balance_kernel TNM_KERNEL(tnm_balance_kernel) = {deal, even_out};
