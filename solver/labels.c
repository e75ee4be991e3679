/* Labels only fall. As long as the parents form no cycle, following them back gives a simple path
 * no longer than the label; as soon as they do, that cycle is negative. So it is looked for after
 * every round, and labels never run away. Lengths have `limbs` limbs: 1 makes it int64. */
#include "solver/labels.h"

enum { NOBODY = -1 };

TNM_ALWAYS_INLINE uint64_t *label_of(tnm_labels *self, int node, size_t limbs)
{
    return self->labels + (size_t)node * limbs;
}

static int column_node(const tnm_labels *self, size_t j)
{
    return (int)(self->m + j);
}

static int ground_node(const tnm_labels *self)
{
    return 2 * (int)self->m;
}

/* Lowers the label of `to` to that of a path by way of `from`, if that is shorter. */
TNM_ALWAYS_INLINE bool lower_label(tnm_labels *self, int from, int to, const uint64_t *path,
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
TNM_ALWAYS_INLINE bool follow_free_arc(tnm_labels *self, int from, int to, size_t limbs)
{
    return lower_label(self, from, to, label_of(self, from, limbs), limbs);
}

/* Dropped entries: from a row to its columns. */
TNM_ALWAYS_INLINE void leave_row(tnm_labels *self, size_t i, size_t limbs)
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
TNM_ALWAYS_INLINE void enter_row(tnm_labels *self, size_t i, uint64_t columns, size_t limbs)
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
TNM_ALWAYS_INLINE void leave_columns(tnm_labels *self, size_t limbs)
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
TNM_ALWAYS_INLINE void leave_rows(tnm_labels *self, size_t limbs)
{
    uint64_t rows = self->fresh_rows;
    self->fresh_rows = 0;
    for (uint64_t bits = rows; bits != 0; bits &= bits - 1) {
        size_t i = (size_t)__builtin_ctzll(bits);
        leave_row(self, i, limbs);
        if (self->grounded)
            self->fresh_ground |= follow_free_arc(self, (int)i, ground_node(self), limbs);
    }
}

/* Arcs of the ground: to every column, and to the rows with room. */
TNM_ALWAYS_INLINE void leave_ground(tnm_labels *self, size_t limbs)
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

TNM_ALWAYS_INLINE void start_labels(tnm_labels *self, size_t limbs)
{
    memcpy(self->labels, self->start, (2 * self->m + 1) * limbs * sizeof *self->labels);
    for (size_t node = 0; node < 2 * self->m + 1; node++)
        self->parent[node] = NOBODY;
    self->fresh_rows = self->fresh_cols = tnm_low_bits(self->m);
    self->fresh_ground = self->grounded;
}

static void act_on_arc(tnm_labels *self, int from, int to, tnm_entry_action *act)
{
    int row = from < to ? from : to, column = from < to ? to : from;
    if (column != ground_node(self))
        act(self, (size_t)row, (size_t)column - self->m);
}

/* Acts on all cycles among the parents, which have no node in common; false if there is none. */
static bool act_on_cycles(tnm_labels *self, tnm_entry_action *act)
{
    bool found = false;
    int visit[TNM_MAX_NODES] = {0}; /* the walk that came by */
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

TNM_ALWAYS_INLINE bool settle_labels(tnm_labels *self, tnm_entry_action *act, size_t limbs)
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

/* Few limbs are the rule: their number is a constant there. */
bool tnm_labels_settle(tnm_labels *self, tnm_entry_action *act)
{
    if (self->limbs == 1)
        return settle_labels(self, act, 1);
    if (self->limbs == 2)
        return settle_labels(self, act, 2);
    if (self->limbs == 3)
        return settle_labels(self, act, 3);
    return settle_labels(self, act, self->limbs);
}
