#include "solver/residual.h"

#include "instances/wide.h"

#include <math.h>
#include <stdlib.h>

enum {
    NARROW_BITS = 63 - TNM_WIDE_HEADROOM, /* scores this short leave room for labels in int64 */
    PRICE_BITS = 62,                      /* of rounded prices: rounding up still fits int64 */
    MAX_NODES = 2 * TNM_MAX_TILE + 1,     /* m rows, then m columns, then the ground */
    NOBODY = -1
};

struct tnm_residual {
    size_t m;
    size_t limbs; /* of a number, for the tile at hand */
    const tnm_problem *problem;
    uint64_t *lengths; /* m * m numbers: what keeping the entry is worth */
    uint64_t start[MAX_NODES * TNM_WIDE_MAX_LIMBS]; /* labels to start from */
    uint64_t labels[MAX_NODES * TNM_WIDE_MAX_LIMBS];
    int parent[MAX_NODES];       /* whence the label came */
    uint64_t rows[TNM_MAX_TILE]; /* the mask */
    uint64_t row_room, col_room; /* atmost: lines that keep fewer than N */
    /* Nodes whose label changed and whose arcs have not been looked at since. */
    uint64_t fresh_rows, fresh_cols;
    bool fresh_ground;
};

tnm_error tnm_residual_init(tnm_residual **residual, int m)
{
    tnm_error error = TNM_OK;
    size_t entries = (size_t)m * (size_t)m;
    TNM_TRY(TNM_NEW(*residual, 1));
    TNM_TRY(TNM_NEW((*residual)->lengths, entries * TNM_WIDE_MAX_LIMBS));
out:
    return error;
}

void tnm_residual_free(tnm_residual *residual)
{
    if (residual != NULL)
        free(residual->lengths);
    free(residual);
}

/* ---- Bellman-Ford ------------------------------------------------------------------------
 *
 * Labels only fall. As long as the parents form no cycle, following them back gives a simple path
 * no longer than the label; as soon as they do, that cycle is negative. So it is looked for after
 * every round, and labels never run away. Lengths have `limbs` limbs: 1 makes it int64. */

TNM_ALWAYS_INLINE uint64_t *label_of(tnm_residual *self, int node, size_t limbs)
{
    return self->labels + (size_t)node * limbs;
}

static int column_node(const tnm_residual *self, size_t j)
{
    return (int)(self->m + j);
}

static int ground_node(const tnm_residual *self)
{
    return 2 * (int)self->m;
}

/* Lowers the label of `to` to that of a path by way of `from`, if that is shorter. */
TNM_ALWAYS_INLINE bool lower_label(tnm_residual *self, int from, int to, const uint64_t *path,
                                   size_t limbs)
{
    uint64_t *label = label_of(self, to, limbs);
    if (!tnm_wide_less(path, label, limbs))
        return false;
    tnm_wide_copy(label, path, limbs);
    self->parent[to] = from;
    return true;
}

/* An arc of length 0. */
TNM_ALWAYS_INLINE bool follow_free_arc(tnm_residual *self, int from, int to, size_t limbs)
{
    return lower_label(self, from, to, label_of(self, from, limbs), limbs);
}

/* Dropped entries: from a row to its columns. */
TNM_ALWAYS_INLINE void leave_row(tnm_residual *self, size_t i, size_t limbs)
{
    uint64_t path[TNM_WIDE_MAX_LIMBS];
    uint64_t dropped = ~self->rows[i] & tnm_low_bits(self->m);
    for (uint64_t bits = dropped; bits != 0; bits &= bits - 1) {
        size_t j = (size_t)__builtin_ctzll(bits);
        tnm_wide_subtract(path, label_of(self, (int)i, limbs),
                          self->lengths + (i * self->m + j) * limbs, limbs);
        if (lower_label(self, (int)i, column_node(self, j), path, limbs))
            self->fresh_cols |= UINT64_C(1) << j;
    }
}

/* Kept entries: to a row from its columns. */
TNM_ALWAYS_INLINE void enter_row(tnm_residual *self, size_t i, uint64_t columns, size_t limbs)
{
    uint64_t path[TNM_WIDE_MAX_LIMBS];
    for (uint64_t bits = self->rows[i] & columns; bits != 0; bits &= bits - 1) {
        size_t j = (size_t)__builtin_ctzll(bits);
        tnm_wide_add(path, label_of(self, column_node(self, j), limbs),
                     self->lengths + (i * self->m + j) * limbs, limbs);
        if (lower_label(self, column_node(self, j), (int)i, path, limbs))
            self->fresh_rows |= UINT64_C(1) << i;
    }
}

/* Arcs of fresh columns. */
TNM_ALWAYS_INLINE void leave_columns(tnm_residual *self, size_t limbs)
{
    uint64_t columns = self->fresh_cols;
    self->fresh_cols = 0;
    for (size_t i = 0; i < self->m; i++)
        enter_row(self, i, columns, limbs);
    for (uint64_t bits = columns & self->col_room; bits != 0; bits &= bits - 1) {
        int column = column_node(self, (size_t)__builtin_ctzll(bits));
        self->fresh_ground |= follow_free_arc(self, column, ground_node(self), limbs);
    }
}

/* Arcs of fresh rows. */
TNM_ALWAYS_INLINE void leave_rows(tnm_residual *self, size_t limbs)
{
    uint64_t rows = self->fresh_rows;
    self->fresh_rows = 0;
    for (uint64_t bits = rows; bits != 0; bits &= bits - 1) {
        size_t i = (size_t)__builtin_ctzll(bits);
        leave_row(self, i, limbs);
        if (self->problem->constraint == TNM_ATMOST)
            self->fresh_ground |= follow_free_arc(self, (int)i, ground_node(self), limbs);
    }
}

/* Arcs of the ground: to every column, and to the rows with room. */
TNM_ALWAYS_INLINE void leave_ground(tnm_residual *self, size_t limbs)
{
    int ground = ground_node(self);
    self->fresh_ground = false;
    for (size_t k = 0; k < self->m; k++) {
        if (follow_free_arc(self, ground, column_node(self, k), limbs))
            self->fresh_cols |= UINT64_C(1) << k;
        if ((self->row_room >> k & 1) != 0 && follow_free_arc(self, ground, (int)k, limbs))
            self->fresh_rows |= UINT64_C(1) << k;
    }
}

TNM_ALWAYS_INLINE void start_labels(tnm_residual *self, size_t limbs)
{
    memcpy(self->labels, self->start, (2 * self->m + 1) * limbs * sizeof *self->labels);
    for (size_t node = 0; node < 2 * self->m + 1; node++)
        self->parent[node] = NOBODY;
    self->fresh_rows = self->fresh_cols = tnm_low_bits(self->m);
    self->fresh_ground = self->problem->constraint == TNM_ATMOST;
}

/* What to do with an entry whose arc lies on a negative cycle. */
typedef void (*entry_action)(tnm_residual *self, size_t i, size_t j);

static void act_on_arc(tnm_residual *self, int from, int to, entry_action act)
{
    int row = from < to ? from : to, column = from < to ? to : from;
    if (column != ground_node(self))
        act(self, (size_t)row, (size_t)column - self->m);
}

/* Acts on all cycles among the parents, which have no node in common; false if there is none. */
static bool act_on_cycles(tnm_residual *self, entry_action act)
{
    bool found = false;
    int visit[MAX_NODES] = {0}; /* the walk that came by */
    for (int start = 0; start <= ground_node(self); start++) {
        int node = start;
        while (node != NOBODY && visit[node] == 0) {
            visit[node] = start + 1;
            node = self->parent[node];
        }
        if (node == NOBODY || visit[node] != start + 1)
            continue;
        found = true;
        int first = node;
        do {
            act_on_arc(self, self->parent[node], node, act);
            node = self->parent[node];
        } while (node != first);
    }
    return found;
}

/* True: labels are shortest distances. False: there were negative cycles, and they were acted on.
 */
TNM_ALWAYS_INLINE bool settle_labels(tnm_residual *self, entry_action act, size_t limbs)
{
    start_labels(self, limbs);
    while (self->fresh_rows != 0 || self->fresh_cols != 0 || self->fresh_ground) {
        leave_columns(self, limbs);
        leave_rows(self, limbs);
        if (self->fresh_ground)
            leave_ground(self, limbs);
        if (act_on_cycles(self, act))
            return false;
    }
    return true;
}

static bool settle(tnm_residual *self, entry_action act)
{
    if (self->limbs == 1)
        return settle_labels(self, act, 1);
    if (self->limbs == 2)
        return settle_labels(self, act, 2);
    return settle_labels(self, act, self->limbs);
}

/* ---- the mask ---------------------------------------------------------------------------- */

/* Under `atmost`, notes which lines have room. */
static void find_room(tnm_residual *self)
{
    uint8_t kept[TNM_MAX_TILE];
    self->row_room = self->col_room = 0;
    if (self->problem->constraint == TNM_EQUAL)
        return;
    tnm_mask_column_counts(kept, self->rows, self->m);
    for (size_t k = 0; k < self->m; k++) {
        bool row_has = __builtin_popcountll(self->rows[k]) < self->problem->n;
        bool col_has = kept[k] < self->problem->n;
        self->row_room |= (uint64_t)row_has << k;
        self->col_room |= (uint64_t)col_has << k;
    }
}

static void flip_entry(tnm_residual *self, size_t i, size_t j)
{
    self->rows[i] ^= UINT64_C(1) << j;
}

/* Cancels negative cycles until there is none. Every round gains, and masks are finitely many. */
static void improve_mask(tnm_residual *self)
{
    do
        find_room(self);
    while (!settle(self, flip_entry));
}

static bool count_is_allowed(const tnm_problem *problem, int kept)
{
    return problem->constraint == TNM_EQUAL ? kept == problem->n : kept <= problem->n;
}

static tnm_error load_mask(tnm_residual *self, const tnm_band *band, size_t tile,
                           const uint64_t *tile_rows)
{
    uint8_t kept[TNM_MAX_TILE];
    bool obeys = true;
    memcpy(self->rows, tile_rows, self->m * sizeof *tile_rows);
    tnm_mask_column_counts(kept, self->rows, self->m);
    for (size_t k = 0; k < self->m; k++)
        obeys &= count_is_allowed(self->problem, __builtin_popcountll(self->rows[k])) &&
                 count_is_allowed(self->problem, kept[k]) &&
                 (self->rows[k] & ~tnm_low_bits(self->m)) == 0;
    if (!obeys)
        return tnm_fail(TNM_ERROR_INTERNAL, "tile %zu: the mask to be repaired breaks %d:%d",
                        band->first_tile + tile, self->problem->n, self->problem->m);
    return TNM_OK;
}

/* ---- the prices -------------------------------------------------------------------------- */

/* Price k of a certificate, u then v, in full: u_i = p_i - p_ground, v_j = p_ground - q_j. */
static void compute_price(tnm_residual *self, uint64_t *price, size_t k)
{
    const uint64_t *node = label_of(self, (int)k, self->limbs);
    const uint64_t *ground = label_of(self, ground_node(self), self->limbs);
    if (k < self->m)
        tnm_wide_subtract(price, node, ground, self->limbs);
    else
        tnm_wide_subtract(price, ground, node, self->limbs);
}

/* Prices in units of 2^unit, or, where they do not fit, of the finest larger power of two at which
 * they do, rounded up: no dropped entry then exceeds its prices, a kept one falls short of them by
 * less than two units, and prices >= 0 stay so. Returns the exponent that this took. */
static size_t write_prices(tnm_residual *self, int64_t *certificate, int unit)
{
    uint64_t price[TNM_WIDE_MAX_LIMBS];
    size_t bits = 0;
    for (size_t k = 0; k < 2 * self->m; k++) {
        compute_price(self, price, k);
        size_t needed = tnm_wide_bits(price, self->limbs);
        bits = needed > bits ? needed : bits;
    }
    size_t shift = bits > 63 ? bits - PRICE_BITS : 0;
    certificate[0] = unit + (int)shift;
    for (size_t k = 0; k < 2 * self->m; k++) {
        compute_price(self, price, k);
        certificate[1 + k] = tnm_wide_divide_up(price, self->limbs, shift);
    }
    return shift;
}

/* Lengths in units 2^shift times as large, rounded the strict way: kept entries down, dropped ones
 * up. */
static void round_lengths(tnm_residual *self, size_t shift)
{
    uint64_t one[TNM_WIDE_MAX_LIMBS] = {1};
    for (size_t i = 0; i < self->m; i++) {
        for (size_t j = 0; j < self->m; j++) {
            uint64_t *length = self->lengths + (i * self->m + j) * self->limbs;
            bool lost = tnm_wide_shift_down(length, self->limbs, shift);
            if (lost && (self->rows[i] >> j & 1) == 0)
                tnm_wide_add(length, length, one, self->limbs);
        }
    }
}

/* Starts next time from the labels as they are, in units 2^shift times as large. */
static void round_start(tnm_residual *self, size_t shift)
{
    size_t nodes = 2 * self->m + 1;
    memcpy(self->start, self->labels, nodes * self->limbs * sizeof *self->start);
    for (size_t node = 0; node < nodes; node++)
        tnm_wide_shift_down(self->start + node * self->limbs, self->limbs, shift);
}

static void leave_entry(tnm_residual *self, size_t i, size_t j)
{
    (void)self, (void)i, (void)j;
}

/* The prices of an optimal mask, from its labels. Where these had to be rounded, rounding the
 * lengths instead may do better: integer prices prove the mask to the last bit exactly when they
 * obey the strictly rounded lengths, since an integer is below a score when it is below its floor.
 * So such prices are shortest distances once more, and a negative cycle means that at this unit
 * there are none. */
static void price_mask(tnm_residual *self, int64_t *certificate, int unit)
{
    size_t shift = write_prices(self, certificate, unit);
    if (shift == 0)
        return;
    round_lengths(self, shift);
    round_start(self, shift);
    if (settle(self, leave_entry))
        write_prices(self, certificate, unit + (int)shift);
}

/* ---- where labels start: any will do, but good ones are settled soon ----------------------- */

/* From nothing. Rows start high, at their largest score, so that the first round makes them the
 * least kept score, close to a price. */
static void start_afresh(tnm_residual *self)
{
    size_t limbs = self->limbs;
    memset(self->start, 0, (2 * self->m + 1) * limbs * sizeof *self->start);
    for (size_t i = 0; i < self->m; i++) {
        uint64_t *label = self->start + i * limbs;
        for (size_t j = 0; j < self->m; j++) {
            const uint64_t *length = self->lengths + (i * self->m + j) * limbs;
            if (tnm_wide_less(label, length, limbs))
                tnm_wide_copy(label, length, limbs);
        }
    }
}

/* From prices u_i = p_i, v_j = -q_j. */
static void start_from(tnm_residual *self, const uint64_t *prices)
{
    uint64_t zero[TNM_WIDE_MAX_LIMBS] = {0};
    size_t m = self->m, limbs = self->limbs;
    memcpy(self->start, prices, m * limbs * sizeof *prices);
    for (size_t j = m; j < 2 * m; j++)
        tnm_wide_subtract(self->start + j * limbs, zero, prices + j * limbs, limbs);
    memset(self->start + 2 * m * limbs, 0, limbs * sizeof *self->start);
}

/* The scores in exact integers; returns their unit. */
static int load_lengths(tnm_residual *self, const tnm_band *band, size_t tile)
{
    int unit = 0;
    self->limbs = 1;
    if (tnm_fixed_tile(band, tile, NARROW_BITS, (int64_t *)self->lengths, &unit))
        return unit;
    tnm_spread spread = tnm_tile_spread(band, tile);
    self->limbs = tnm_wide_limbs(spread, TNM_WIDE_HEADROOM);
    tnm_wide_tile(self->lengths, self->limbs, band, tile, spread);
    return spread.bottom;
}

tnm_error tnm_residual_repair(tnm_residual *self, const tnm_problem *problem, const tnm_band *band,
                              size_t tile, uint64_t *tile_rows, const uint64_t *guess,
                              int64_t *certificate)
{
    self->m = band->m;
    self->problem = problem;
    tnm_error error = load_mask(self, band, tile, tile_rows);
    if (error != TNM_OK)
        return error;
    int unit = load_lengths(self, band, tile);
    if (guess != NULL)
        start_from(self, guess);
    else
        start_afresh(self);
    improve_mask(self);
    if (certificate != NULL)
        price_mask(self, certificate, unit);
    memcpy(tile_rows, self->rows, self->m * sizeof *tile_rows);
    return TNM_OK;
}
