#include "solver/exact/kernel_augment.h"

#include "formulations/mask.h"
#include "solver/exact/lanes.h"

#define FAR (INT64_MAX / 2)

/* All functions are inlined with a constant side of 8, 16, 32 or 64, the lanes of a line; lanes
 * from m on hold zeros and are in no set. Loops over lanes are not unrolled and count in 64 bits,
 * or no vectors would come of them. */

extern const tnm_balance_kernel TNM_KERNEL(tnm_balance_kernel);

/* ---- reductions over lanes --------------------------------------------------------------- */

TNM_INLINE int first_lane(uint64_t lanes)
{
    return __builtin_ctzll(lanes);
}

/* Bit k: a[k] == value. */
TNM_INLINE uint64_t lanes_equal(const int64_t *restrict a, int64_t value, const int side)
{
    uint64_t equal = 0;
#pragma GCC unroll 1
    for (int64_t k = 0; k < side; k++)
        equal |= a[k] == value ? tnm_lane_bits[k] : 0;
    return equal;
}

/* Bit k: a[k] == b[k]. */
TNM_INLINE uint64_t lanes_same(const int64_t *restrict a, const int64_t *restrict b, const int side)
{
    uint64_t same = 0;
#pragma GCC unroll 1
    for (int64_t k = 0; k < side; k++)
        same |= a[k] == b[k] ? tnm_lane_bits[k] : 0;
    return same;
}

TNM_INLINE uint64_t lanes_above(const int64_t *restrict a, int64_t value, const int side)
{
    uint64_t above = 0;
#pragma GCC unroll 1
    for (int64_t k = 0; k < side; k++)
        above |= a[k] > value ? tnm_lane_bits[k] : 0;
    return above;
}

TNM_INLINE int64_t smallest(const int64_t *restrict a, const int side)
{
    int64_t least = FAR;
#pragma GCC unroll 1
    for (int64_t k = 0; k < side; k++)
        least = a[k] < least ? a[k] : least;
    return least;
}

TNM_INLINE int64_t largest(const int64_t *restrict a, int m)
{
    int64_t most = -FAR;
    for (int k = 0; k < m; k++)
        most = a[k] > most ? a[k] : most;
    return most;
}

/* ---- every row takes its best -------------------------------------------------------------- */

static int count_bits(uint64_t bits)
{
    return __builtin_popcountll(bits);
}

TNM_INLINE void reduce_row(int64_t *restrict reduced, const tnm_augment *self, int i,
                           const int side)
{
#pragma GCC unroll 1
    for (int j = 0; j < side; j++)
        reduced[j] = self->scores[i][j] - self->col_price[j];
}

/* Lines whose price costs nothing. */
TNM_INLINE void find_free_lines(tnm_augment *self, uint64_t all, bool atmost, const int side)
{
    uint64_t wanted = atmost ? all : 0;
    self->ties.free_rows = lanes_same(self->row_price, self->row_zero, side) & wanted;
    self->ties.free_cols = lanes_same(self->col_price, self->col_zero, side) & wanted;
}

/* Sets row prices, keeps what lies above them, and deals what lies right there. */
TNM_INLINE void take_best(tnm_augment *self, const tnm_problem *problem, const int side)
{
    int m = problem->m;
    uint64_t all = tnm_low_bits((size_t)m);
    bool atmost = problem->constraint == TNM_ATMOST;
    TNM_KERNEL(tnm_precise_rank)(self, problem);
    for (int i = 0; i < m; i++) {
        int64_t reduced[TNM_MAX_TILE], price = self->row_price[i];
        reduce_row(reduced, self, i, side);
        if (atmost && price < self->row_zero[i])
            price = self->row_zero[i];
        self->row_price[i] = price;
        self->ties.kept[i] = lanes_above(reduced, price, side) & all;
        self->ties.tied[i] = lanes_equal(reduced, price, side) & all;
    }
    find_free_lines(self, all, atmost, side);
    TNM_KERNEL(tnm_balance_kernel).deal(&self->ties, problem);
}

TNM_INLINE void find_ties(tnm_augment *self, uint64_t all, int m, const int side)
{
    for (int i = 0; i < m; i++) {
        int64_t reduced[TNM_MAX_TILE];
        reduce_row(reduced, self, i, side);
        self->ties.tied[i] = lanes_equal(reduced, self->row_price[i], side) & all;
    }
}

/* ---- prices by distances ------------------------------------------------------------------ */

/* The mask by columns: ever smaller blocks off the diagonal change places. */
TNM_INLINE void find_columns(tnm_augment *self, const int side)
{
    uint64_t *cols = self->cols, low = ~UINT64_C(0);
    memcpy(cols, self->ties.kept, (size_t)side * sizeof *cols);
    for (int half = 32; half >= 1; half /= 2) {
        low ^= low << half; /* the lower half of every block */
        for (int k = 0; k < side && half < side; k = ((k | half) + 1) & ~half) {
            uint64_t changed = (cols[k] >> half ^ cols[k | half]) & low;
            cols[k] ^= changed << half;
            cols[k | half] ^= changed;
        }
    }
}

/* Shortens the ways to nodes by those through another one; lanes of `arcs` have an arc from it. */
TNM_INLINE void relax(int64_t *restrict way, const int64_t *restrict length, uint64_t arcs,
                      int64_t start, const int side)
{
#pragma GCC unroll 1
    for (int64_t k = 0; k < side; k++) {
        int64_t through = arcs & tnm_lane_bits[k] ? start + length[k] : FAR;
        way[k] = through < way[k] ? through : way[k];
    }
}

/* Column j drops an entry: to the rows that keep one there. */
TNM_INLINE void scan_column(tnm_augment *self, int j, uint64_t open, const int side)
{
    int64_t length[TNM_MAX_TILE];
#pragma GCC unroll 1
    for (int i = 0; i < side; i++)
        length[i] = self->transposed[j][i] - self->row_price[i] - self->col_price[j];
    relax(self->row_way, length, open & self->cols[j], self->col_distance[j], side);
}

/* Row i adds an entry: to the columns where it has none. */
TNM_INLINE void scan_row(tnm_augment *self, int i, uint64_t open, const int side)
{
    int64_t length[TNM_MAX_TILE];
#pragma GCC unroll 1
    for (int j = 0; j < side; j++)
        length[j] = self->row_price[i] + self->col_price[j] - self->scores[i][j];
    relax(self->col_way, length, open & ~self->ties.kept[i], self->row_distance[i], side);
}

/* Rows that keep fewer than N. */
TNM_INLINE uint64_t rows_with_room(const tnm_augment *self, int m, int n)
{
    uint64_t room = 0;
    for (int i = 0; i < m; i++)
        room |= (uint64_t)(count_bits(self->ties.kept[i]) < n) << i;
    return room;
}

/* Sources are the columns in excess or, when there is none, the ground. */
TNM_INLINE void start_distances(tnm_augment *self, int m, int n, const int side)
{
    bool from_ground = self->ties.more == 0;
    uint64_t room = from_ground ? rows_with_room(self, m, n) : 0;
    for (int k = 0; k < side; k++) {
        self->row_distance[k] = self->col_distance[k] = FAR;
        self->row_way[k] = room >> k & 1 ? 0 : FAR;
        self->col_way[k] = self->ties.more >> k & 1 ? 0 : FAR;
        if (from_ground && k < m)
            self->col_way[k] = self->col_price[k] - self->col_zero[k];
    }
}

/* Takes the node with the shortest way, `length`; that is its distance. */
TNM_INLINE int close_node(int64_t *way, int64_t *distance, uint64_t *open, int64_t length,
                          const int side)
{
    int k = first_lane(lanes_equal(way, length, side));
    distance[k] = length;
    way[k] = FAR;
    *open &= ~(UINT64_C(1) << k);
    return k;
}

/* Dijkstra's algorithm up to the first column that can take one more, or to the ground; returns its
 * distance. Nodes not reached by then are further away. */
TNM_INLINE int64_t find_distances(tnm_augment *self, uint64_t all, bool atmost, const int side)
{
    bool from_ground = self->ties.more == 0;
    uint64_t targets = self->ties.fewer & ~(from_ground ? self->ties.free_cols : 0);
    uint64_t open_rows = all, open_cols = all;
    int64_t to_ground = FAR;
    for (;;) {
        int64_t row_next = smallest(self->row_way, side);
        int64_t col_next = smallest(self->col_way, side);
        if (to_ground <= row_next && to_ground <= col_next)
            return to_ground;
        if (col_next <= row_next) {
            int j = close_node(self->col_way, self->col_distance, &open_cols, col_next, side);
            if (targets >> j & 1)
                return col_next;
            scan_column(self, j, open_rows, side);
        } else {
            int i = close_node(self->row_way, self->row_distance, &open_rows, row_next, side);
            int64_t through = row_next + self->row_price[i] - self->row_zero[i];
            if (atmost && !from_ground && through < to_ground)
                to_ground = through;
            scan_row(self, i, open_cols, side);
        }
    }
}

/* Moves prices by the distances, as far as `length`; the ground stays where it is. */
TNM_INLINE void move_prices(tnm_augment *self, int64_t length, int m)
{
    int64_t ground = self->ties.more == 0 ? 0 : length;
    for (int k = 0; k < m; k++) {
        int64_t row = self->row_distance[k] < length ? self->row_distance[k] : length;
        int64_t col = self->col_distance[k] < length ? self->col_distance[k] : length;
        self->row_price[k] += row - ground;
        self->col_price[k] -= col - ground;
    }
}

/* ---- where to start ------------------------------------------------------------------------- */

/* How many units columns hold too many, or too few: each takes a path. */
static int excess(const tnm_balance *ties, int n)
{
    uint64_t fewer = ties->fewer & ~ties->free_cols;
    int more = -n * count_bits(ties->more), less = n * count_bits(fewer);
    for (int b = 0; b < TNM_COUNT_BITS; b++) {
        more += count_bits(ties->counts[b] & ties->more) << b;
        less -= count_bits(ties->counts[b] & fewer) << b;
    }
    return more > less ? more : less;
}

/* Rows answer the column prices; as long as that leaves many paths to find, which cost more than
 * good prices, these are looked for first. True when there is nothing left to do. */
TNM_INLINE bool take_good_prices(tnm_augment *self, const tnm_problem *problem, const int side)
{
    enum { ASCENTS = 4, ROUNDS = 4 };
    int left = self->ascends ? ASCENTS : 0;
    for (;; left--) {
        take_best(self, problem, side);
        if (TNM_KERNEL(tnm_balance_kernel).even_out(&self->ties, problem))
            return true;
        if (left == 0 || excess(&self->ties, problem->n) <= side / 8)
            return false;
        TNM_KERNEL(tnm_precise_ascend)(self, problem, ROUNDS);
    }
}

/* ---- the method --------------------------------------------------------------------------- */

TNM_INLINE void augment(tnm_augment *self, const tnm_problem *problem, const int side)
{
    int m = problem->m;
    uint64_t all = tnm_low_bits((size_t)m);
    bool atmost = problem->constraint == TNM_ATMOST;
    bool done = take_good_prices(self, problem, side);
    while (!done) {
        find_columns(self, side);
        start_distances(self, m, problem->n, side);
        move_prices(self, find_distances(self, all, atmost, side), m);
        find_ties(self, all, m, side);
        find_free_lines(self, all, atmost, side);
        done = TNM_KERNEL(tnm_balance_kernel).even_out(&self->ties, problem);
    }
    find_columns(self, side);
}

/* N = 0: row prices that nothing exceeds. */
static void keep_nothing(tnm_augment *self, int m)
{
    memset(self->ties.kept, 0, sizeof self->ties.kept);
    memset(self->cols, 0, sizeof self->cols);
    for (int i = 0; i < m; i++) {
        self->row_price[i] = largest(self->scores[i], m);
        self->col_price[i] = 0;
    }
}

static void solve(tnm_augment *self, const tnm_problem *problem)
{
    if (problem->n == 0)
        keep_nothing(self, problem->m);
    else if (problem->m <= 8)
        augment(self, problem, 8);
    else if (problem->m <= 16)
        augment(self, problem, 16);
    else if (problem->m <= 32)
        augment(self, problem, 32);
    else
        augment(self, problem, 64);
}

extern const tnm_augment_kernel TNM_KERNEL(tnm_augment_kernel);
const tnm_augment_kernel TNM_KERNEL(tnm_augment_kernel) = {TNM_KERNEL(tnm_augment_load), solve,
                                                           TNM_KERNEL(tnm_augment_center),
                                                           TNM_KERNEL(tnm_augment_cut)};
