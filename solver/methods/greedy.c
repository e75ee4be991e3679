#include "solver/methods/greedy.h"

#include "solver/completion.h"
#include "solver/methods/kernel_greedy.h"
#include "solver/methods/order.h"

#include <stdlib.h>

typedef struct greedy {
    tnm_problem problem;
    tnm_order *order;
    tnm_sorting_network network; /* of tiles that fit the lanes */
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
        wanted[i] = tally->row_room[i] > 0 ? columns : 0;
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

static void answer_tile(const greedy *self, const tnm_band *band, size_t tile, uint64_t *tile_rows)
{
    size_t m = band->m, count = 0;
    uint64_t wanted[TNM_MAX_TILE];
    const tnm_entry *run;
    tnm_tally tally = {0};
    for (size_t k = 0; k < m; k++)
        tally.row_room[k] = tally.col_room[k] = self->problem.n;
    tnm_order_start(self->order, band, tile);
    tnm_order_take_easy(self->order, &tally);
    while (find_wanted(wanted, &tally, m) &&
           (count = tnm_order_next(self->order, wanted, &run)) > 0)
        take_run(&tally, run, count);
    for (size_t i = 0; i < m; i++)
        tile_rows[i] = tally.taken[i];
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

static void answer_one_by_one(const greedy *self, const tnm_band *band, uint64_t *rows)
{
    uint64_t tile_rows[TNM_MAX_TILE];
    for (size_t t = 0; t < band->tiles; t++) {
        answer_tile(self, band, t, tile_rows);
        if (self->problem.constraint == TNM_EQUAL)
            tnm_complete(&self->problem, band, t, tile_rows);
        tnm_mask_put(rows, tile_rows, band->tiles, band->m, t);
    }
}

tnm_error tnm_greedy_solve(void *workspace, const tnm_band *band, tnm_answer *answer)
{
    const greedy *self = workspace;
    if (!answer_in_lanes(self, band, answer->rows))
        answer_one_by_one(self, band, answer->rows);
    return TNM_OK;
}
