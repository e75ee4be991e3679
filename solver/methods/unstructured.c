/* unstructured: the N*M heaviest entries of every tile, wherever they are: what a mask of the same
 * density keeps that no line constrains, within a tile. It is not transposable, not even N:M; what
 * it keeps is an upper limit for both, and so tells the price of structure.
 *
 * Ties: of equal scores the one with the lower row-major index counts as the heavier. */
#include "solver/methods/order.h"
#include "solver/own.h"

#include <stdlib.h>

typedef struct unstructured {
    size_t count; /* entries to keep in a tile */
    tnm_order *order;
} unstructured;

static tnm_error open(void **workspace, const tnm_problem *problem, const tnm_settings *settings)
{
    tnm_error error = TNM_OK;
    unstructured *self = NULL;
    (void)settings;
    TNM_TRY(TNM_NEW(self, 1));
    *workspace = self;
    self->count = (size_t)(problem->n * problem->m);
    TNM_TRY(tnm_order_init(&self->order));
out:
    return error;
}

static void close(void *workspace)
{
    unstructured *self = workspace;
    if (self != NULL)
        tnm_order_free(self->order);
    free(self);
}

static void answer_tile(const unstructured *self, const tnm_band *band, size_t tile,
                        uint64_t *tile_rows)
{
    uint64_t wanted[TNM_MAX_TILE];
    const tnm_entry *run;
    size_t count, left = self->count;
    for (size_t i = 0; i < band->m; i++) {
        wanted[i] = tnm_low_bits(band->m);
        tile_rows[i] = 0;
    }
    tnm_order_start(self->order, band, tile, wanted);
    while (left > 0 && (count = tnm_order_next(self->order, wanted, &run)) > 0) {
        for (size_t k = 0; k < count && left > 0; k++, left--)
            tile_rows[tnm_entry_row(run[k])] |= UINT64_C(1) << tnm_entry_column(run[k]);
    }
}

static tnm_error solve(void *workspace, const tnm_band *band, tnm_answer *answer)
{
    uint64_t tile_rows[TNM_MAX_TILE];
    for (size_t t = 0; t < band->tiles; t++) {
        answer_tile(workspace, band, t, tile_rows);
        tnm_mask_put(answer->rows, tile_rows, band->tiles, band->m, t);
    }
    return TNM_OK;
}

const tnm_method tnm_unstructured_method = {
    .name = "unstructured",
    .summary = "the N*M heaviest of every tile; no structure, a limit from above",
    .capabilities = TNM_METHOD_RELAXED,
    .largest_m = TNM_MAX_TILE,
    .open = open,
    .solve = solve,
    .close = close,
};
