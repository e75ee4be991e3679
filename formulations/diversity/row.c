/* One row of a tile: see row.h. */
#include "formulations/diversity/row.h"

_Static_assert(GMP_NUMB_BITS == 64, "a limb has 64 bits");

/* A descent through the classes of a histogram, down to a floor. */
typedef struct descent {
    const tnm_table *table;
    const tnm_stage *from, *to;
    const int *held;
    int below[TNM_CLASSES]; /* columns of lower, but some capacity */
    int taken[TNM_CLASSES];
    int floor;
    bool equal;
    void *context;
} descent;

/* What is settled above a class: columns still to be taken, columns that arrive in the class from
 * the one above, and what is left of the histogram below. */
typedef struct position {
    int left, arriving, columns, sum;
} position;

/* A way down to the floor, with the share of its classes in the state below. */
typedef bool (*landing)(descent *self, position at, uint64_t state, uint64_t weight);

static inline int least(int a, int b)
{
    return a < b ? a : b;
}

static descent start(const tnm_table *table, int rows, const int *held)
{
    descent self = {.table = table,
                    .from = &table->stages[rows],
                    .to = &table->stages[rows - 1],
                    .held = held,
                    .equal = table->problem.constraint == TNM_EQUAL};
    self.floor = self.from->lowest;
    for (int c = 2; c <= self.from->highest; c++)
        self.below[c] = self.below[c - 1] + held[c - 1];
    return self;
}

static position above_all(const descent *self)
{
    return (position){
        .left = self->table->problem.n, .columns = self->table->problem.m, .sum = self->to->sum};
}

/* How few and how many columns of a class may be taken. */
static inline void limits(const descent *self, int capacity, int left, int *first, int *last)
{
    int held = self->held[capacity], must = left - self->below[capacity];
    *last = capacity == 0 ? 0 : least(held, left);
    *first = self->equal && must > 0 ? must : 0;
    if (self->equal && capacity > self->to->highest)
        *first = held; /* or they could not be used up */
}

static bool descend(descent *self, landing land, int capacity, position above, uint64_t state,
                    uint64_t weight)
{
    if (capacity < self->floor)
        return land(self, above, state, weight);
    int held = self->held[capacity], first, last;
    bool leave = capacity > self->to->highest; /* no use in one row fewer: all leave the class */
    limits(self, capacity, above.left, &first, &last);
    for (int taken = first; taken <= last; taken++) {
        position here = {above.left - taken, leave ? held : taken, above.columns, above.sum};
        uint64_t share = 0;
        if (!leave)
            share = tnm_histograms_share(&self->table->histograms, capacity - self->to->lowest,
                                         held - taken + above.arriving, &here.columns, &here.sum);
        self->taken[capacity] = taken;
        if (!descend(self, land, capacity - 1, here, state + share,
                     weight * self->table->binomials[held][taken]))
            return false;
    }
    return true;
}

/* ---- all ways, told ---------------------------------------------------------------------- */

typedef struct listener {
    tnm_taking taking;
    void *context;
} listener;

static bool tell(descent *self, position at, uint64_t state, uint64_t weight)
{
    listener *hears = self->context;
    (void)at;
    return hears->taking(hears->context, self->taken, weight, state);
}

void tnm_row_walk(const tnm_table *table, int rows, const int held[TNM_CLASSES], tnm_taking taking,
                  void *context)
{
    listener hears = {taking, context};
    descent self = start(table, rows, held);
    self.context = &hears;
    descend(&self, tell, self.from->highest, above_all(&self), 0, 1);
}

/* ---- all ways, summed -------------------------------------------------------------------- */

typedef struct summing {
    tnm_row *row;
    mp_limb_t *number;
    int arrivals; /* more than ever arrive below the floor */
} summing;

__extension__ typedef unsigned __int128 wide;

/* sum += weight * number; the sum is one limb longer. */
static inline void add_product(mp_limb_t *sum, const mp_limb_t *number, size_t limbs,
                               uint64_t weight)
{
    wide carry = 0;
    for (size_t k = 0; k < limbs; k++) {
        carry += (wide)number[k] * weight + sum[k];
        sum[k] = (mp_limb_t)carry;
        carry >>= 64;
    }
    sum[limbs] += (mp_limb_t)carry;
}

static bool list(descent *self, position at, uint64_t state, uint64_t weight)
{
    summing *sums = self->context;
    (void)at;
    sums->row->ways[sums->row->used++] = (tnm_way){state, weight};
    return true;
}

/* The ways through the classes below the floor. */
static const tnm_way *ways_below(descent *self, position at, size_t *count)
{
    summing *sums = self->context;
    tnm_row *row = sums->row;
    size_t key = (size_t)(at.left * sums->arrivals + at.arriving);
    if (row->lists[key].count == 0) {
        descent lower = *self;
        lower.floor = self->from->lowest;
        row->lists[key].first = row->used;
        descend(&lower, list, self->floor - 1, at, 0, 1);
        row->lists[key].count = row->used - row->lists[key].first;
    }
    *count = row->lists[key].count;
    return row->ways + row->lists[key].first;
}

static bool add_ways_below(descent *self, position at, uint64_t state, uint64_t weight)
{
    const summing *sums = self->context;
    size_t count, limbs = self->to->limbs, length = self->from->limbs;
    const tnm_way *ways = ways_below(self, at, &count);
    mp_limb_t sum[TNM_MOST_LIMBS + 1] = {0};
    for (size_t k = 0; k < count; k++)
        add_product(sum, self->to->numbers + (state + ways[k].state) * limbs, limbs,
                    ways[k].weight);
    mp_limb_t carry =
        mpn_addmul_1(sums->number, sum, (mp_size_t)least((int)limbs + 1, (int)length), weight);
    if (length > limbs + 1)
        mpn_add_1(sums->number + limbs + 1, sums->number + limbs + 1,
                  (mp_size_t)(length - limbs - 1), carry);
    return true;
}

/* Where lists pay: as high as leaves the ways below no more than those above, and so that all
 * lists fit. A list for each number left and arriving; each way below is in one list of an arrival
 * under `equal`, in N + 1 at most under `atmost`. */
static int choose_floor(const descent *self)
{
    double all = 1, below = 1;
    int c = self->from->lowest;
    for (int k = c; k <= self->from->highest; k++)
        all *= self->held[k] + 1;
    for (; c < self->from->highest; c++) {
        double more = below * (self->held[c] + 1);
        double lists = (self->table->problem.n + 1.0) * (self->held[c + 1] + 1);
        if (more * more > all || more * lists > TNM_ROW_WAYS)
            break;
        below = more;
    }
    return c;
}

void tnm_row_sum(tnm_row *row, mp_limb_t *number, const tnm_table *table, int rows,
                 const int held[TNM_CLASSES])
{
    descent self = start(table, rows, held);
    self.floor = choose_floor(&self);
    int arrivals = held[self.floor] + 1;
    summing sums = {row, number, arrivals};
    self.context = &sums;
    row->used = 0;
    for (int key = 0; key < (table->problem.n + 1) * arrivals; key++)
        row->lists[key].count = 0;
    descend(&self, add_ways_below, self.from->highest, above_all(&self), 0, 1);
}
