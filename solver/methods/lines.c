#include "solver/methods/lines.h"

#include "solver/completion.h"

#include <stdlib.h>

typedef struct lines {
    tnm_problem problem;
    tnm_line_order order;
    bool completes;
    tnm_lines_room room;
} lines;

tnm_error tnm_lines_open(void **workspace, const tnm_problem *problem, tnm_line_order order,
                         bool completes)
{
    tnm_error error = TNM_OK;
    lines *self = NULL;
    TNM_TRY(TNM_NEW(self, 1));
    *workspace = self;
    self->problem = *problem;
    self->order = order;
    self->completes = completes && problem->constraint == TNM_EQUAL;
out:
    return error;
}

void tnm_lines_close(void *workspace)
{
    free(workspace);
}

/* ---- one tile, for scores that are no floats ---------------------------------------------- */

/* The n heaviest entries of row i (of column i, where `across`) among those of `candidates`. */
static uint64_t heaviest(const tnm_band *band, size_t tile, size_t i, bool across,
                         uint64_t candidates, int n)
{
    double scores[TNM_MAX_TILE];
    uint64_t kept = 0;
    for (size_t k = 0; k < band->m; k++)
        scores[k] = across ? tnm_band_score(band, tile, k, i) : tnm_band_score(band, tile, i, k);
    for (int count = 0; count < n && candidates != 0; count++) {
        size_t best = (size_t)__builtin_ctzll(candidates);
        for (uint64_t rest = candidates; rest != 0; rest &= rest - 1) {
            size_t k = (size_t)__builtin_ctzll(rest);
            best = scores[k] > scores[best] ? k : best;
        }
        kept |= UINT64_C(1) << best;
        candidates &= ~(UINT64_C(1) << best);
    }
    return kept;
}

static void answer_tile(const lines *self, const tnm_band *band, size_t tile, uint64_t *tile_rows)
{
    size_t m = band->m;
    uint64_t columns[TNM_MAX_TILE];
    for (size_t k = 0; k < m; k++)
        tile_rows[k] = columns[k] = tnm_low_bits(m);
    if (self->order == TNM_COLUMNS_THEN_ROWS) {
        for (size_t j = 0; j < m; j++)
            columns[j] = heaviest(band, tile, j, true, columns[j], self->problem.n);
        tnm_mask_transpose(tile_rows, columns, m);
    }
    for (size_t i = 0; i < m; i++)
        tile_rows[i] = heaviest(band, tile, i, false, tile_rows[i], self->problem.n);
    if (self->order != TNM_ROWS_THEN_COLUMNS)
        return;
    tnm_mask_transpose(columns, tile_rows, m);
    for (size_t j = 0; j < m; j++)
        columns[j] = heaviest(band, tile, j, true, columns[j], self->problem.n);
    tnm_mask_transpose(tile_rows, columns, m);
}

/* ---- a band ------------------------------------------------------------------------------ */

TNM_DISPATCH(tnm_lines_kernel, tnm_lines_in_lanes)

tnm_error tnm_lines_solve(void *workspace, const tnm_band *band, tnm_answer *answer)
{
    lines *self = workspace;
    uint64_t tile_rows[TNM_MAX_TILE];
    if (band->doubles == NULL)
        tnm_lines_in_lanes_for(tnm_isa_best())(answer->rows, &self->room, band, self->problem.n,
                                               self->order);
    for (size_t t = 0; t < band->tiles; t++) {
        if (band->doubles != NULL)
            answer_tile(self, band, t, tile_rows);
        else if (self->completes)
            tnm_mask_get(tile_rows, answer->rows, band->tiles, band->m, t);
        else
            break;
        if (self->completes)
            tnm_complete(&self->problem, band, t, tile_rows);
        tnm_mask_put(answer->rows, tile_rows, band->tiles, band->m, t);
    }
    return TNM_OK;
}
