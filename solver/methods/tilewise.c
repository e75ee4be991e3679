#include "solver/methods/tilewise.h"

#include "instances/fixed.h"

#include <stdlib.h>
#include <string.h>

tnm_error tnm_tilewise_init(tnm_tilewise *tilewise, const tnm_problem *problem,
                            const tnm_settings *settings, int bits)
{
    tnm_error error = TNM_OK;
    size_t m = (size_t)problem->m;
    *tilewise = (tnm_tilewise){.problem = *problem, .settings = settings, .bits = bits};
    TNM_TRY(TNM_NEW(tilewise->scores, m * m));
    TNM_TRY(tnm_residual_init(&tilewise->residual, problem->m));
out:
    return error;
}

void tnm_tilewise_free(tnm_tilewise *tilewise)
{
    free(tilewise->scores);
    tnm_residual_free(tilewise->residual);
    *tilewise = (tnm_tilewise){0};
}

/* ---- does the engine's answer prove itself? ---------------------------------------------- */

static bool counts_agree(const tnm_problem *problem, unsigned kept, int64_t price)
{
    unsigned n = (unsigned)problem->n;
    if (problem->constraint == TNM_EQUAL)
        return kept == n;
    return price == 0 ? kept <= n : price > 0 && kept == n;
}

static bool lines_agree(const tnm_problem *problem, const tnm_tile *tile)
{
    uint8_t column_kept[TNM_MAX_TILE];
    size_t m = (size_t)problem->m;
    tnm_mask_column_counts(column_kept, tile->rows, m);
    for (size_t line = 0; line < m; line++) {
        unsigned row_kept = (unsigned)__builtin_popcountll(tile->rows[line]);
        if (!counts_agree(problem, row_kept, tile->u[line]) ||
            !counts_agree(problem, column_kept[line], tile->v[line]))
            return false;
    }
    return true;
}

/* Complementary slackness: entries above their price are kept, entries below it dropped. */
static bool entries_agree(size_t m, const tnm_tile *tile)
{
    for (size_t i = 0; i < m; i++) {
        uint64_t above = 0, below = 0;
        for (size_t j = 0; j < m; j++) {
            int64_t reduced = tile->scores[i * m + j] - tile->u[i] - tile->v[j];
            above |= (uint64_t)(reduced > 0) << j;
            below |= (uint64_t)(reduced < 0) << j;
        }
        if ((above & ~tile->rows[i]) != 0 || (below & tile->rows[i]) != 0)
            return false;
    }
    return true;
}

static bool proves_itself(const tnm_problem *problem, const tnm_tile *tile)
{
    return lines_agree(problem, tile) && entries_agree((size_t)problem->m, tile);
}

/* ---- a band ------------------------------------------------------------------------------ */

static int64_t largest_score(const int64_t *scores, size_t count)
{
    int64_t largest = 0;
    for (size_t k = 0; k < count; k++)
        largest = scores[k] > largest ? scores[k] : largest;
    return largest;
}

static tnm_error solve_tile(tnm_tilewise *tilewise, const tnm_band *band, size_t number,
                            uint64_t *rows, int64_t *certificate, tnm_tile_engine solve,
                            void *engine)
{
    size_t m = band->m;
    int scale;
    bool lossless = tnm_fixed_tile(band, number, tilewise->bits, tilewise->scores, &scale);
    memset(certificate, 0, tnm_certificate_length(m) * sizeof *certificate);
    certificate[0] = scale;
    tnm_tile tile = {.scores = tilewise->scores,
                     .largest = largest_score(tilewise->scores, m * m),
                     .rows = rows,
                     .u = certificate + 1,
                     .v = certificate + 1 + m};
    tnm_error error = solve(engine, &tile);
    if (error != TNM_OK || (lossless && proves_itself(&tilewise->problem, &tile)))
        return error;
    return tnm_residual_repair(tilewise->residual, &tilewise->problem, band, number, rows, NULL,
                               certificate);
}

tnm_error tnm_tilewise_solve(tnm_tilewise *tilewise, const tnm_band *band, tnm_answer *answer,
                             tnm_tile_engine solve, void *engine)
{
    uint64_t rows[TNM_MAX_TILE];
    int64_t certificate[2 * TNM_MAX_TILE + 1];
    size_t length = tnm_certificate_length(band->m);
    for (size_t number = 0; number < band->tiles; number++) {
        if (tnm_stop_requested(tilewise->settings))
            return TNM_ERROR_LIMIT;
        tnm_error error = solve_tile(tilewise, band, number, rows, certificate, solve, engine);
        if (error != TNM_OK)
            return error;
        tnm_mask_put(answer->rows, rows, band->tiles, band->m, number);
        if (answer->prices != NULL)
            memcpy(answer->prices + number * length, certificate, length * sizeof *certificate);
    }
    return TNM_OK;
}
