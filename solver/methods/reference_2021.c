/* reference-2021: the code that accompanies [hubara2021], `update_mask_approx2`, step by step. It
 * is greedy-keep on a batch of tiles in lockstep, with an early exit:
 *
 *     step k = 0, 1, ...: in every tile, the k-th heaviest entry is kept if its row and its column
 *                         keep fewer than N; but
 *     stop                as soon as it finds no room in either of its lines in any tile at all.
 *
 * That some entry is turned away does not mean that later ones are, so the exit loses entries that
 * greedy-keep would keep. In a large batch some tile always has room; alone, an 8 x 8 tile loses
 * six entries that way on average. There the batch is the tensor. Here it is the tiles
 * of a band, or `batch` of them.
 *
 * Ties: of equal scores the one with the lower row-major index counts as the heavier; the code's
 * sort leaves them open. It never keeps more than N in a line; under `equal` short lines are filled
 * by solver/completion. N is the code's `topk`, which its callers leave at 4. For the shape of its
 * tiles see --layout flat. */
#include "solver/completion.h"
#include "solver/methods/greedy.h"
#include "solver/methods/order.h"
#include "solver/own.h"

#include <stdlib.h>
#include <string.h>

static const tnm_method_parameter parameters[] = {
    {.name = "batch",
     .low = 0,
     .high = 1e9,
     .initial = "0",
     .meaning = "tiles that stop together; 0: all of a band that are loaded at once"},
    {0}};

typedef struct reference {
    tnm_problem problem;
    size_t batch;
    tnm_order *order;
    bool stuck[TNM_PLACES]; /* step k turned an entry away by row and column in all tiles so far */
} reference;

static tnm_error open(void **workspace, const tnm_problem *problem, const tnm_settings *settings)
{
    tnm_error error = TNM_OK;
    reference *self = NULL;
    TNM_TRY(TNM_NEW(self, 1));
    *workspace = self;
    self->problem = *problem;
    self->batch = (size_t)tnm_method_parameter_number(&parameters[0], settings->parameters);
    TNM_TRY(tnm_order_init(&self->order));
out:
    return error;
}

static void close(void *workspace)
{
    reference *self = workspace;
    if (self != NULL)
        tnm_order_free(self->order);
    free(self);
}

/* Steps 0 ... steps-1 on one tile; notes which of them it can do without. Returns one more than the
 * last step that kept something. */
static size_t take_steps(reference *self, const tnm_band *band, size_t tile, size_t steps,
                         uint64_t *tile_rows)
{
    tnm_tally tally = {0};
    uint64_t all[TNM_MAX_TILE];
    const tnm_entry *run;
    size_t count, step = 0, useful = 0;
    for (size_t k = 0; k < band->m; k++) {
        tally.row_room[k] = tally.col_room[k] = self->problem.n;
        all[k] = tnm_low_bits(band->m);
    }
    tnm_order_start(self->order, band, tile, all);
    while (step < steps && (count = tnm_order_next(self->order, all, &run)) > 0) {
        for (size_t k = 0; k < count && step < steps; k++, step++) {
            size_t i = tnm_entry_row(run[k]), j = tnm_entry_column(run[k]);
            bool row_has = tally.row_room[i] > 0, col_has = tally.col_room[j] > 0;
            bool take = row_has && col_has;
            tally.taken[i] |= (uint64_t)take << j;
            tally.row_room[i] -= take;
            tally.col_room[j] -= take;
            useful = take ? step + 1 : useful;
            self->stuck[step] &= !row_has && !col_has;
        }
    }
    memcpy(tile_rows, tally.taken, band->m * sizeof *tile_rows);
    return useful;
}

/* The step at which the batch stops. */
static size_t find_exit(const reference *self, size_t steps)
{
    size_t step = 0;
    while (step < steps && !self->stuck[step])
        step++;
    return step;
}

/* Answers tiles first ... end-1, which stop together. */
static void answer_batch(reference *self, const tnm_band *band, uint64_t *rows, size_t first,
                         size_t end)
{
    size_t steps = band->m * band->m, latest = 0;
    uint64_t tile_rows[TNM_MAX_TILE];
    memset(self->stuck, true, sizeof self->stuck);
    for (size_t t = first; t < end; t++) {
        size_t useful = take_steps(self, band, t, steps, tile_rows);
        latest = useful > latest ? useful : latest;
        tnm_mask_put(rows, tile_rows, band->tiles, band->m, t);
    }
    size_t stop = find_exit(self, steps);
    for (size_t t = first; t < end && stop < latest; t++) {
        take_steps(self, band, t, stop, tile_rows);
        tnm_mask_put(rows, tile_rows, band->tiles, band->m, t);
    }
}

static void complete(const reference *self, const tnm_band *band, uint64_t *rows)
{
    uint64_t tile_rows[TNM_MAX_TILE];
    for (size_t t = 0; t < band->tiles; t++) {
        tnm_mask_get(tile_rows, rows, band->tiles, band->m, t);
        tnm_complete(&self->problem, band, t, tile_rows);
        tnm_mask_put(rows, tile_rows, band->tiles, band->m, t);
    }
}

static tnm_error solve(void *workspace, const tnm_band *band, tnm_answer *answer)
{
    reference *self = workspace;
    size_t batch = self->batch > 0 ? self->batch : band->tiles;
    for (size_t first = 0; first < band->tiles; first += batch) {
        size_t end = band->tiles - first < batch ? band->tiles : first + batch;
        answer_batch(self, band, answer->rows, first, end);
    }
    if (self->problem.constraint == TNM_EQUAL)
        complete(self, band, answer->rows);
    return TNM_OK;
}

const tnm_method tnm_reference_2021_method = {
    .name = "reference-2021",
    .summary = "greedy-keep as coded in 2021: in lockstep, with an early exit",
    .reference = "hubara2021",
    .capabilities = TNM_METHOD_COMPLETES,
    .largest_m = TNM_MAX_TILE,
    .parameters = parameters,
    .open = open,
    .solve = solve,
    .close = close,
};
