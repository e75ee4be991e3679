#include "solver/exact/augment.h"

#include "solver/exact/lanes.h"

#define FAR (INT64_MAX / 2)

enum { GROUND = -1, NOBODY = -2 }; /* parents other than lines */

/* ---- reductions over lanes --------------------------------------------------------------- */

TNM_INLINE int first_lane(uint64_t lanes)
{
    return __builtin_ctzll(lanes);
}

/* Bit k: a[k] == value. */
TNM_INLINE uint64_t lanes_equal(const int64_t *restrict a, int64_t value, int m)
{
    uint64_t equal = 0;
    for (int k = 0; k < m; k++)
        equal |= (uint64_t)(a[k] == value) << k;
    return equal;
}

/* Bit k: a[k] == b[k]. */
TNM_INLINE uint64_t lanes_same(const int64_t *restrict a, const int64_t *restrict b, int m)
{
    uint64_t same = 0;
    for (int k = 0; k < m; k++)
        same |= (uint64_t)(a[k] == b[k]) << k;
    return same;
}

TNM_INLINE uint64_t lanes_above(const int64_t *restrict a, int64_t value, int m)
{
    uint64_t above = 0;
    for (int k = 0; k < m; k++)
        above |= (uint64_t)(a[k] > value) << k;
    return above;
}

/* The smallest a[k] among the chosen lanes, FAR when there is none. */
TNM_INLINE int64_t smallest(const int64_t *restrict a, uint64_t chosen, int m)
{
    int64_t least = FAR;
    for (int k = 0; k < m; k++) {
        int64_t value = chosen >> k & 1 ? a[k] : FAR;
        least = value < least ? value : least;
    }
    return least;
}

TNM_INLINE int64_t largest(const int64_t *restrict a, uint64_t chosen, int m)
{
    int64_t most = -FAR;
    for (int k = 0; k < m; k++) {
        int64_t value = chosen >> k & 1 ? a[k] : -FAR;
        most = value > most ? value : most;
    }
    return most;
}

/* ---- every row takes its best -------------------------------------------------------------- */

static int count_bits(uint64_t bits)
{
    return __builtin_popcountll(bits);
}

/* The N-th largest of a row's reduced scores, starting from a guess. */
static int64_t nth_largest(const int64_t *reduced, int64_t guess, int n, int m)
{
    uint64_t all = m == 64 ? ~UINT64_C(0) : (UINT64_C(1) << m) - 1;
    uint64_t above = lanes_above(reduced, guess, m);
    while (count_bits(above) >= n) { /* down to the last value with fewer than n above it */
        guess = smallest(reduced, above, m);
        above = lanes_above(reduced, guess, m);
    }
    while (count_bits(above | lanes_equal(reduced, guess, m)) < n) {
        guess = largest(reduced, all & ~(above | lanes_equal(reduced, guess, m)), m);
        above = lanes_above(reduced, guess, m);
    }
    return guess;
}

static void reduce_row(int64_t *restrict reduced, const tnm_augment *self, int i, int m)
{
    for (int j = 0; j < m; j++)
        reduced[j] = self->scores[i][j] - self->col_price[j];
}

static void keep(tnm_augment *self, int i, int j)
{
    self->rows[i] |= UINT64_C(1) << j;
    self->cols[j] |= UINT64_C(1) << i;
    self->col_count[j]++;
}

static void drop(tnm_augment *self, int i, int j)
{
    self->rows[i] &= ~(UINT64_C(1) << j);
    self->cols[j] &= ~(UINT64_C(1) << i);
    self->col_count[j]--;
}

/* Sets row prices, and keeps what lies above them; tied[i] are the entries right at the price. */
static void price_rows(tnm_augment *self, uint64_t *tied, int m, int n, bool atmost)
{
    int64_t reduced[TNM_MAX_TILE];
    for (int i = 0; i < m; i++) {
        reduce_row(reduced, self, i, m);
        int64_t price = nth_largest(reduced, self->row_price[i], n, m);
        price = atmost && price < self->row_zero[i] ? self->row_zero[i] : price;
        self->row_price[i] = price;
        tied[i] = lanes_equal(reduced, price, m);
        self->rows[i] = 0;
        for (uint64_t above = lanes_above(reduced, price, m); above != 0; above &= above - 1)
            keep(self, i, first_lane(above));
    }
}

/* Gives a row `wanted` of its tied entries, in the columns that hold least. */
static void deal_ties(tnm_augment *self, int i, uint64_t tied, int wanted, int enough)
{
    for (; wanted > 0 && tied != 0; wanted--) {
        int best = first_lane(tied);
        for (uint64_t rest = tied; rest != 0; rest &= rest - 1) {
            int j = first_lane(rest);
            best = self->col_count[j] < self->col_count[best] ? j : best;
        }
        if (self->col_count[best] >= enough)
            return;
        keep(self, i, best);
        tied &= ~(UINT64_C(1) << best);
    }
}

static void take_best(tnm_augment *self, int m, int n, bool atmost)
{
    uint64_t tied[TNM_MAX_TILE];
    memset(self->cols, 0, sizeof self->cols);
    memset(self->col_count, 0, sizeof self->col_count);
    price_rows(self, tied, m, n, atmost);
    for (int i = 0; i < m; i++) {
        bool free = atmost && self->row_price[i] == self->row_zero[i]; /* need not be full */
        deal_ties(self, i, tied[i], n - count_bits(self->rows[i]), free ? n : m + 1);
    }
}

/* ---- what is wrong ------------------------------------------------------------------------ */

/* Columns that hold more than they should, and those that can take one more. */
typedef struct imbalance {
    uint64_t excess;
    uint64_t deficit; /* fewer than N, at a price (or under `equal`) */
    uint64_t room;    /* fewer than N, for nothing */
} imbalance;

static imbalance find_imbalance(const tnm_augment *self, int m, int n, bool atmost)
{
    imbalance found = {0};
    for (int j = 0; j < m; j++) {
        uint64_t bit = UINT64_C(1) << j;
        found.excess |= self->col_count[j] > n ? bit : 0;
        if (self->col_count[j] < n) {
            bool is_free = atmost && self->col_price[j] == self->col_zero[j];
            *(is_free ? &found.room : &found.deficit) |= bit;
        }
    }
    return found;
}

/* ---- tight paths -------------------------------------------------------------------------- */

static void find_tight_entries(tnm_augment *self, int m)
{
    int64_t reduced[TNM_MAX_TILE];
    for (int i = 0; i < m; i++) {
        reduce_row(reduced, self, i, m);
        self->tight_rows[i] = lanes_equal(reduced, self->row_price[i], m);
    }
    memset(self->tight_cols, 0, sizeof self->tight_cols);
    for (int i = 0; i < m; i++) {
        for (uint64_t rest = self->tight_rows[i]; rest != 0; rest &= rest - 1)
            self->tight_cols[first_lane(rest)] |= UINT64_C(1) << i;
    }
}

/* Adds and drops along a path, from its last row and column back to where it began. Column GROUND:
 * the path ends at the last row. */
static void follow_path(tnm_augment *self, int i, int j)
{
    for (;;) {
        if (j != GROUND)
            keep(self, i, j);
        j = (int)self->row_parent[i];
        if (j == GROUND)
            return;
        drop(self, i, j);
        i = (int)self->col_parent[j];
        if (i == NOBODY)
            return;
    }
}

/* A wave through the tight entries, column by column and row by row. */
typedef struct wave {
    uint64_t cols, rows;         /* newly reached */
    uint64_t old_cols, old_rows; /* reached at all */
} wave;

/* Rows that `now->cols` reach by dropping join `now->rows`. */
static void reach_rows(tnm_augment *self, wave *now)
{
    for (uint64_t rest = now->cols; rest != 0; rest &= rest - 1) {
        int j = first_lane(rest);
        uint64_t found = self->tight_cols[j] & self->cols[j] & ~now->old_rows;
        now->old_rows |= found;
        now->rows |= found;
        for (; found != 0; found &= found - 1)
            self->row_parent[first_lane(found)] = j;
    }
}

/* Columns that `now->rows` reach by adding; true when one of them is a target, which ends it. */
static bool reach_cols(tnm_augment *self, wave *now, uint64_t targets)
{
    now->cols = 0;
    for (uint64_t rest = now->rows; rest != 0; rest &= rest - 1) {
        int i = first_lane(rest);
        uint64_t found = self->tight_rows[i] & ~self->rows[i] & ~now->old_cols;
        if ((found & targets) != 0) {
            follow_path(self, i, first_lane(found & targets));
            return true;
        }
        now->old_cols |= found;
        now->cols |= found;
        for (; found != 0; found &= found - 1)
            self->col_parent[first_lane(found)] = i;
    }
    now->rows = 0;
    return false;
}

/* Rows that keep fewer than N. */
static uint64_t rows_with_room(const tnm_augment *self, int m, int n)
{
    uint64_t room = 0;
    for (int i = 0; i < m; i++)
        room |= (uint64_t)(count_bits(self->rows[i]) < n) << i;
    return room;
}

/* Where a wave starts: at the columns in excess or, when there is none, at what the ground touches:
 * rows with room, and columns that cost nothing and so may give up a unit. */
static wave start_wave(tnm_augment *self, const imbalance *found, int m, int n)
{
    wave now = {.cols = found->excess};
    if (found->excess == 0) {
        now.cols = lanes_same(self->col_price, self->col_zero, m);
        now.rows = rows_with_room(self, m, n);
    }
    now.old_cols = now.cols;
    now.old_rows = now.rows;
    for (uint64_t rest = now.cols; rest != 0; rest &= rest - 1)
        self->col_parent[first_lane(rest)] = NOBODY;
    for (uint64_t rest = now.rows; rest != 0; rest &= rest - 1)
        self->row_parent[first_lane(rest)] = GROUND;
    return now;
}

/* Uses one tight path; false when there is none. */
static bool use_tight_path(tnm_augment *self, const imbalance *found, int m, int n, bool atmost)
{
    bool from_ground = found->excess == 0;
    uint64_t targets = found->deficit | (from_ground ? 0 : found->room);
    uint64_t free_rows =
        atmost && !from_ground ? lanes_same(self->row_price, self->row_zero, m) : 0;
    wave now = start_wave(self, found, m, n);
    while ((now.cols | now.rows) != 0) {
        reach_rows(self, &now);
        if ((now.rows & free_rows) != 0) {
            follow_path(self, first_lane(now.rows & free_rows), GROUND);
            return true;
        }
        if (reach_cols(self, &now, targets))
            return true;
    }
    return false;
}

/* ---- prices by distances ------------------------------------------------------------------ */

/* Shortens distances by the arcs of one node; `open` lanes are those with an arc, not yet final. */
TNM_INLINE void relax(int64_t *restrict distance, const int64_t *restrict length, uint64_t open,
                      int64_t start, int m)
{
    for (int k = 0; k < m; k++) {
        int64_t through = open >> k & 1 ? start + length[k] : FAR;
        distance[k] = through < distance[k] ? through : distance[k];
    }
}

/* Column j drops an entry: to the rows that keep one there. */
static void scan_column(tnm_augment *self, int j, uint64_t open, int m)
{
    int64_t length[TNM_MAX_TILE];
    for (int i = 0; i < m; i++)
        length[i] = self->transposed[j][i] - self->row_price[i] - self->col_price[j];
    relax(self->row_distance, length, open & self->cols[j], self->col_distance[j], m);
}

/* Row i adds an entry: to the columns where it has none. */
static void scan_row(tnm_augment *self, int i, uint64_t open, int m)
{
    int64_t length[TNM_MAX_TILE];
    for (int j = 0; j < m; j++)
        length[j] = self->row_price[i] + self->col_price[j] - self->scores[i][j];
    relax(self->col_distance, length, open & ~self->rows[i], self->row_distance[i], m);
}

/* Sources are the columns in excess or, when there is none, the ground. */
static void start_distances(tnm_augment *self, const imbalance *found, int m, int n)
{
    bool from_ground = found->excess == 0;
    uint64_t room = from_ground ? rows_with_room(self, m, n) : 0;
    for (int k = 0; k < m; k++) {
        self->row_distance[k] = room >> k & 1 ? 0 : FAR;
        self->col_distance[k] = found->excess >> k & 1 ? 0 : FAR;
        if (from_ground)
            self->col_distance[k] = self->col_price[k] - self->col_zero[k];
    }
}

/* Dijkstra's algorithm up to the first target; returns its distance. */
static int64_t find_distances(tnm_augment *self, const imbalance *found, int m, bool atmost)
{
    bool from_ground = found->excess == 0;
    uint64_t targets = found->deficit | (from_ground ? 0 : found->room);
    uint64_t open_rows = ~UINT64_C(0), open_cols = ~UINT64_C(0);
    int64_t to_ground = FAR;
    for (;;) {
        int64_t row_next = smallest(self->row_distance, open_rows, m);
        int64_t col_next = smallest(self->col_distance, open_cols, m);
        if (to_ground <= row_next && to_ground <= col_next)
            return to_ground;
        if (col_next <= row_next) {
            int j = first_lane(lanes_equal(self->col_distance, col_next, m) & open_cols);
            open_cols &= ~(UINT64_C(1) << j);
            if (targets >> j & 1)
                return col_next;
            scan_column(self, j, open_rows, m);
        } else {
            int i = first_lane(lanes_equal(self->row_distance, row_next, m) & open_rows);
            open_rows &= ~(UINT64_C(1) << i);
            int64_t through = row_next + self->row_price[i] - self->row_zero[i];
            if (atmost && !from_ground && through < to_ground)
                to_ground = through;
            scan_row(self, i, open_cols, m);
        }
    }
}

/* Moves prices by the distances, as far as `length`; the ground stays at 0. */
static void move_prices(tnm_augment *self, bool from_ground, int64_t length, int m)
{
    int64_t ground = from_ground ? 0 : length;
    for (int k = 0; k < m; k++) {
        int64_t row = self->row_distance[k] < length ? self->row_distance[k] : length;
        int64_t col = self->col_distance[k] < length ? self->col_distance[k] : length;
        self->row_price[k] += row - ground;
        self->col_price[k] -= col - ground;
    }
}

/* N = 0: row prices that nothing exceeds. */
static void keep_nothing(tnm_augment *self, int m)
{
    memset(self->rows, 0, sizeof self->rows);
    for (int i = 0; i < m; i++) {
        self->row_price[i] = largest(self->scores[i], ~UINT64_C(0), m);
        self->col_price[i] = 0;
    }
}

/* ---- the method --------------------------------------------------------------------------- */

void TNM_KERNEL(tnm_augment_kernel)(tnm_augment *self, const tnm_problem *problem);

void TNM_KERNEL(tnm_augment_kernel)(tnm_augment *self, const tnm_problem *problem)
{
    int m = problem->m, n = problem->n;
    bool atmost = problem->constraint == TNM_ATMOST;
    if (n == 0) {
        keep_nothing(self, m);
        return;
    }
    take_best(self, m, n, atmost);
    for (;;) {
        imbalance found = find_imbalance(self, m, n, atmost);
        if ((found.excess | found.deficit) == 0)
            return;
        find_tight_entries(self, m);
        while (use_tight_path(self, &found, m, n, atmost)) {
            self->paths++;
            found = find_imbalance(self, m, n, atmost);
            if ((found.excess | found.deficit) == 0)
                return;
        }
        start_distances(self, &found, m, n);
        move_prices(self, found.excess == 0, find_distances(self, &found, m, atmost), m);
    }
}
