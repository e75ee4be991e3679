#include "solver/methods/greedy.h"

#include "solver/completion.h"
#include "solver/methods/kernel_greedy.h"
#include "solver/methods/kernel_prune.h"
#include "solver/methods/order.h"

#include <stdlib.h>
#include <string.h>

typedef struct greedy {
    tnm_problem problem;
    tnm_order *order;
    tnm_sorting_network network; /* of tiles that fit the lanes */
    tnm_prune_room room;
} greedy;

/* Batcher's odd-even merge sort of `count` keys, any number of them [batcher1968]. */
static void build_network(tnm_sorting_network *network, size_t count)
{
    size_t top = 1;
    while (2 * top < count)
        top *= 2;
    network->count = 0;
    for (size_t p = top; p > 0; p /= 2) {
        size_t q = top, r = 0, distance = p;
        for (;;) {
            for (size_t k = 0; k + distance < count; k++) {
                if ((k & p) != r)
                    continue;
                network->pairs[network->count].a = (uint8_t)k;
                network->pairs[network->count].b = (uint8_t)(k + distance);
                network->count++;
            }
            if (q == p)
                break;
            distance = q - p;
            q /= 2;
            r = p;
        }
    }
}

tnm_error tnm_greedy_open(void **workspace, const tnm_problem *problem)
{
    tnm_error error = TNM_OK;
    greedy *self = NULL;
    TNM_TRY(TNM_NEW(self, 1));
    *workspace = self;
    self->problem = *problem;
    tnm_prune_room_init(&self->room);
    TNM_TRY(tnm_order_init(&self->order));
    if (problem->m <= TNM_LANE_TILE)
        build_network(&self->network, (size_t)(problem->m * problem->m));
out:
    return error;
}

void tnm_greedy_close(void *workspace)
{
    greedy *self = workspace;
    if (self != NULL)
        tnm_order_free(self->order);
    free(self);
}

/* ---- one tile ---------------------------------------------------------------------------- */

/* Which entries may still be taken; false if none. */
static bool find_wanted(uint64_t *wanted, const tnm_tally *tally, size_t m)
{
    uint64_t columns = 0, any = 0;
    for (size_t j = 0; j < m; j++)
        columns |= (uint64_t)(tally->col_room[j] > 0) << j;
    for (size_t i = 0; i < m; i++) {
        wanted[i] = tally->row_room[i] > 0 ? columns & ~tally->taken[i] : 0;
        any |= wanted[i];
    }
    return any != 0;
}

static void take_run(tnm_tally *tally, const tnm_entry *run, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        size_t i = tnm_entry_row(run[k]), j = tnm_entry_column(run[k]);
        bool take = (tally->row_room[i] > 0) & (tally->col_room[j] > 0);
        tally->taken[i] |= (uint64_t)take << j;
        tally->row_room[i] -= take;
        tally->col_room[j] -= take;
    }
}

static void start_tally(tnm_tally *tally, const uint64_t *tile_rows, size_t m, int n)
{
    uint64_t columns[TNM_MAX_TILE];
    tnm_mask_transpose(columns, tile_rows, m);
    for (size_t k = 0; k < m; k++) {
        tally->taken[k] = tile_rows[k];
        tally->row_room[k] = n - __builtin_popcountll(tile_rows[k]);
        tally->col_room[k] = n - __builtin_popcountll(columns[k]);
    }
}

/* Adds what else is kept to entries that are in any case. */
static void fill_tile(const greedy *self, const tnm_band *band, size_t tile, uint64_t *tile_rows)
{
    size_t count;
    uint64_t wanted[TNM_MAX_TILE];
    const tnm_entry *run;
    tnm_tally tally;
    start_tally(&tally, tile_rows, band->m, self->problem.n);
    if (!find_wanted(wanted, &tally, band->m))
        return;
    tnm_order_start(self->order, band, tile, wanted);
    while ((count = tnm_order_next(self->order, wanted, &run)) > 0) {
        take_run(&tally, run, count);
        if (!find_wanted(wanted, &tally, band->m))
            break;
    }
    memcpy(tile_rows, tally.taken, band->m * sizeof *tile_rows);
}

/* ---- a band ------------------------------------------------------------------------------ */

TNM_DISPATCH(tnm_greedy_kernel, tnm_greedy_lanes)

static bool answer_in_lanes(const greedy *self, const tnm_band *band, uint64_t *rows)
{
    if (self->problem.m > TNM_LANE_TILE || self->problem.n == 0 ||
        self->problem.n == self->problem.m)
        return false;
    return tnm_greedy_lanes_for(tnm_isa_best())(rows, &self->network, &self->problem, band);
}

/* Finds what is kept in any case; where scores decide that floats cannot tell apart, nothing. */
static void start_tiles(greedy *self, const tnm_band *band, uint64_t *rows)
{
    size_t together = TNM_PRUNE_LINES / tnm_prune_side(band->m), m = band->m;
    bool open_question = self->problem.n > 0 && self->problem.n < self->problem.m;
    for (size_t t = 0; t < band->tiles; t += together) {
        if (open_question &&
            tnm_prune_window_for(tnm_isa_best())(rows, &self->room, band, t, self->problem.n))
            continue;
        for (size_t k = t; k < band->tiles && k < t + together; k++) {
            for (size_t i = 0; i < m; i++)
                rows[i * band->tiles + k] = 0;
        }
    }
}

static void answer_one_by_one(greedy *self, const tnm_band *band, uint64_t *rows)
{
    uint64_t tile_rows[TNM_MAX_TILE];
    start_tiles(self, band, rows);
    for (size_t t = 0; t < band->tiles; t++) {
        tnm_mask_get(tile_rows, rows, band->tiles, band->m, t);
        fill_tile(self, band, t, tile_rows);
        if (self->problem.constraint == TNM_EQUAL)
            tnm_complete(&self->problem, band, t, tile_rows);
        tnm_mask_put(rows, tile_rows, band->tiles, band->m, t);
    }
}

tnm_error tnm_greedy_solve(void *workspace, const tnm_band *band, tnm_answer *answer)
{
    greedy *self = workspace;
    if (!answer_in_lanes(self, band, answer->rows))
        answer_one_by_one(self, band, answer->rows);
    return TNM_OK;
}
