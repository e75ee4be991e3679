/* Uniform random masks: see sample.h. */
#include "formulations/diversity/sample.h"

#include "formulations/diversity/number.h"
#include "formulations/diversity/row.h"
#include "formulations/mask.h"

#include <stdlib.h>
#include <string.h>

/* Under `equal`, starts[k * limbs] is the number of the first mask that meets in state k. */
struct tnm_masks {
    tnm_table table;
    mpz_t count;
    size_t limbs;
    mp_limb_t *starts; /* owned; NULL under `atmost` */
};

struct tnm_drawer {
    const tnm_masks *masks;
    mpz_t number, size, part, upper; /* large enough from the start: nothing is allocated later */
    int capacity[TNM_MAX_TILE];      /* of each column, for the rows that are not yet drawn */
    int held[TNM_CLASSES];           /* columns by capacity */
    int taken[TNM_CLASSES];          /* of them, by the row that is drawn */
    int row_count;                   /* rows that are not yet drawn */
    size_t state;
};

/* ---- all masks --------------------------------------------------------------------------- */

static tnm_error list_starts(tnm_masks *masks)
{
    tnm_error error = TNM_OK;
    const tnm_table *table = &masks->table;
    size_t states = table->stages[table->top].states, upper, used;
    mpz_t start, term;
    mpz_inits(start, term, NULL);
    TNM_TRY(TNM_NEW(masks->starts, states * masks->limbs));
    for (size_t state = 0; state < states; state++) {
        mpz_export(masks->starts + state * masks->limbs, &used, -1, sizeof(mp_limb_t), 0, 0, start);
        tnm_table_meeting(term, &upper, table, state);
        mpz_add(start, start, term);
    }
out:
    mpz_clears(start, term, NULL);
    return error;
}

tnm_error tnm_masks_open(tnm_masks **masks, const tnm_problem *problem, tnm_progress progress,
                         void *context)
{
    tnm_error error = TNM_OK;
    tnm_masks *self = NULL;
    *masks = NULL;
    TNM_TRY(TNM_NEW(self, 1));
    mpz_init(self->count);
    TNM_TRY(tnm_table_init(&self->table, problem, true, progress, context));
    tnm_table_count(self->count, &self->table);
    self->limbs = mpz_size(self->count);
    if (problem->constraint == TNM_EQUAL)
        TNM_TRY(list_starts(self));
    *masks = self;
    self = NULL;
out:
    tnm_masks_close(self);
    return error;
}

void tnm_masks_close(tnm_masks *masks)
{
    if (masks == NULL)
        return;
    free(masks->starts);
    mpz_clear(masks->count);
    tnm_table_free(&masks->table);
    free(masks);
}

double tnm_masks_log2(const tnm_masks *masks)
{
    return tnm_number_log2(masks->count);
}

/* ---- drawing ----------------------------------------------------------------------------- */

tnm_error tnm_drawer_open(tnm_drawer **drawer, const tnm_masks *masks)
{
    tnm_drawer *self;
    tnm_error error = TNM_NEW(self, 1);
    *drawer = self;
    if (error != TNM_OK)
        return error;
    mp_bitcnt_t bits = (masks->limbs + 2) * GMP_NUMB_BITS;
    mpz_init2(self->number, bits);
    mpz_init2(self->size, bits);
    mpz_init2(self->part, bits);
    mpz_init2(self->upper, bits);
    self->masks = masks;
    return TNM_OK;
}

void tnm_drawer_close(tnm_drawer *drawer)
{
    if (drawer != NULL)
        mpz_clears(drawer->number, drawer->size, drawer->part, drawer->upper, NULL);
    free(drawer);
}

/* The choice-th set of `take` among the `columns` marked in `from`; sets without the first column
 * come first. */
static uint64_t subset(const tnm_table *table, uint64_t from, int take, uint64_t choice)
{
    uint64_t chosen = 0;
    int columns = __builtin_popcountll(from);
    for (; take > 0; from &= from - 1, columns--) {
        uint64_t without = table->binomials[columns - 1][take];
        if (choice < without)
            continue;
        choice -= without;
        chosen |= from & -from;
        take--;
    }
    return chosen;
}

/* Takes a factor of a number that numbers independent choices: its choice. */
static uint64_t split(mpz_t number, uint64_t choices)
{
    return mpz_tdiv_q_ui(number, number, choices);
}

/* Whether the number falls among the masks of this way; if not, takes them away from it. */
static bool pass(void *context, const int *taken, uint64_t weight, size_t state)
{
    tnm_drawer *self = context;
    mpz_t below;
    tnm_table_number(below, &self->masks->table, self->row_count - 1, state);
    mpz_mul_ui(self->size, below, weight);
    if (mpz_cmp(self->number, self->size) >= 0) {
        mpz_sub(self->number, self->number, self->size);
        return true;
    }
    memcpy(self->taken, taken, sizeof self->taken);
    self->state = state;
    return false;
}

/* Columns of each capacity: those that are taken. */
static uint64_t take_columns(tnm_drawer *self)
{
    const tnm_table *table = &self->masks->table;
    uint64_t members[TNM_CLASSES] = {0}, row = 0;
    for (int j = 0; j < table->problem.m; j++)
        members[self->capacity[j]] |= UINT64_C(1) << j;
    for (int c = 0; c <= table->problem.n; c++) {
        if (self->taken[c] > 0)
            row |= subset(table, members[c], self->taken[c],
                          split(self->number, table->binomials[self->held[c]][self->taken[c]]));
    }
    return row;
}

/* Fills rows whose columns have the capacities that are set, by `number`, which is below the
 * number of ways. */
static void fill_rows(tnm_drawer *self, int count, uint64_t *rows)
{
    const tnm_table *table = &self->masks->table;
    mpz_t below;
    for (self->row_count = count; self->row_count > 0; self->row_count--) {
        memset(self->held, 0, sizeof self->held);
        for (int j = 0; j < table->problem.m; j++) {
            if (self->capacity[j] > self->row_count)
                self->capacity[j] = self->row_count;
            self->held[self->capacity[j]]++;
        }
        tnm_row_walk(table, self->row_count, self->held, pass, self);
        tnm_table_number(below, table, self->row_count - 1, self->state);
        mpz_tdiv_qr(self->part, self->size, self->number, below);
        mpz_swap(self->part, self->number);
        uint64_t row = take_columns(self);
        mpz_swap(self->size, self->number);
        for (int j = 0; j < table->problem.m; j++)
            self->capacity[j] -= (int)(row >> j & 1);
        *rows++ = row;
    }
}

/* The state in which the two halves of the mask with this number meet; the number goes on from the
 * first of its masks. */
static size_t find_meeting(tnm_drawer *self)
{
    const tnm_masks *masks = self->masks;
    size_t first = 0, end = masks->table.stages[masks->table.top].states;
    mpz_t start;
    while (end - first > 1) {
        size_t middle = first + (end - first) / 2;
        mpz_roinit_n(start, masks->starts + middle * masks->limbs, (mp_size_t)masks->limbs);
        if (mpz_cmp(self->number, start) < 0)
            end = middle;
        else
            first = middle;
    }
    mpz_roinit_n(start, masks->starts + first * masks->limbs, (mp_size_t)masks->limbs);
    mpz_sub(self->number, self->number, start);
    return first;
}

/* An order of the columns of a histogram. */
static void order_columns(tnm_drawer *self)
{
    const tnm_table *table = &self->masks->table;
    int m = table->problem.m, columns = m;
    uint64_t free_columns = tnm_low_bits((size_t)m);
    for (int c = 0; c <= table->problem.n; c++) {
        if (self->held[c] == 0)
            continue;
        uint64_t members = subset(table, free_columns, self->held[c],
                                  split(self->number, table->binomials[columns][self->held[c]]));
        free_columns &= ~members;
        columns -= self->held[c];
        for (; members != 0; members &= members - 1)
            self->capacity[__builtin_ctzll(members)] = c;
    }
}

static void fill_halves(tnm_drawer *self, uint64_t *rows)
{
    const tnm_table *table = &self->masks->table;
    int n = table->problem.n, m = table->problem.m, top = table->top;
    int used[TNM_MAX_TILE];
    mpz_t ways;
    size_t state = find_meeting(self);
    tnm_table_held(table, top, state, self->held);
    order_columns(self);
    for (int j = 0; j < m; j++)
        used[j] = n - self->capacity[j];
    tnm_table_number(ways, table, top, state);
    mpz_tdiv_qr(self->upper, self->size, self->number, ways);
    mpz_swap(self->number, self->size);
    fill_rows(self, top, rows + m - top);
    mpz_swap(self->number, self->upper);
    memcpy(self->capacity, used, sizeof used);
    fill_rows(self, m - top, rows);
}

static void fill_mask(tnm_drawer *self, uint64_t *rows)
{
    const tnm_problem *problem = &self->masks->table.problem;
    if (problem->constraint == TNM_EQUAL) {
        fill_halves(self, rows);
        return;
    }
    for (int j = 0; j < problem->m; j++)
        self->capacity[j] = problem->n;
    fill_rows(self, problem->m, rows);
}

/* A uniform number below the count: as many random bits as it has, again where they are too many.
 */
static void draw_number(tnm_drawer *self, tnm_stream *stream)
{
    uint64_t words[TNM_MOST_LIMBS];
    size_t limbs = self->masks->limbs;
    mp_bitcnt_t bits = mpz_sizeinbase(self->masks->count, 2);
    do {
        for (size_t k = 0; k < limbs; k++)
            words[k] = tnm_stream_next(stream);
        mpz_import(self->number, limbs, -1, sizeof *words, 0, 0, words);
        mpz_fdiv_r_2exp(self->number, self->number, bits);
    } while (mpz_cmp(self->number, self->masks->count) >= 0);
}

void tnm_drawer_draw(tnm_drawer *drawer, tnm_stream *stream, uint64_t *rows)
{
    draw_number(drawer, stream);
    fill_mask(drawer, rows);
}

void tnm_drawer_mask(tnm_drawer *drawer, uint64_t number, uint64_t *rows)
{
    mpz_set_ui(drawer->number, number);
    fill_mask(drawer, rows);
}
