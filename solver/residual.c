#include "solver/residual.h"

#include "solver/labels.h"

#include <math.h>
#include <stdlib.h>

enum {
    PRICE_BITS = 62,  /* of rounded prices: rounding up still fits int64 */
    ROUNDED_LIMBS = 2 /* of what is rounded to 64 bits, and its labels */
};

struct tnm_residual {
    size_t m;
    const tnm_problem *problem;
    const tnm_band *band;
    size_t tile;
    uint64_t *lengths; /* m * m numbers */
    tnm_labels graph;  /* with the mask */
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

/* ---- the mask ---------------------------------------------------------------------------- */

/* Under `atmost`, notes which lines have room. */
static void find_room(tnm_labels *graph, const tnm_problem *problem)
{
    uint8_t kept[TNM_MAX_TILE];
    graph->row_room = graph->col_room = 0;
    if (problem->constraint == TNM_EQUAL)
        return;
    tnm_mask_column_counts(kept, graph->rows, graph->m);
    for (size_t k = 0; k < graph->m; k++) {
        bool row_has = __builtin_popcountll(graph->rows[k]) < problem->n;
        bool col_has = kept[k] < problem->n;
        graph->row_room |= (uint64_t)row_has << k;
        graph->col_room |= (uint64_t)col_has << k;
    }
}

static void flip_entry(tnm_labels *graph, size_t i, size_t j)
{
    graph->rows[i] ^= UINT64_C(1) << j;
}

/* Cancels negative cycles until there is none. Every round gains, and masks are finitely many. */
static void improve_mask(tnm_residual *self)
{
    while (!tnm_labels_settle(&self->graph, flip_entry))
        find_room(&self->graph, self->problem);
}

static bool count_is_allowed(const tnm_problem *problem, int kept)
{
    return problem->constraint == TNM_EQUAL ? kept == problem->n : kept <= problem->n;
}

static tnm_error load_mask(tnm_residual *self, const uint64_t *tile_rows)
{
    uint8_t kept[TNM_MAX_TILE];
    bool obeys = true;
    memcpy(self->graph.rows, tile_rows, self->m * sizeof *tile_rows);
    tnm_mask_column_counts(kept, tile_rows, self->m);
    for (size_t k = 0; k < self->m; k++)
        obeys &= count_is_allowed(self->problem, __builtin_popcountll(tile_rows[k])) &&
                 count_is_allowed(self->problem, kept[k]) &&
                 (tile_rows[k] & ~tnm_low_bits(self->m)) == 0;
    if (!obeys)
        return tnm_fail(TNM_ERROR_INTERNAL, "tile %zu: the mask to be repaired breaks %d:%d",
                        self->band->first_tile + self->tile, self->problem->n, self->problem->m);
    return TNM_OK;
}

/* ---- the scores -------------------------------------------------------------------------- */

/* In exact integers. */
static void load_lengths(tnm_residual *self, int unit)
{
    tnm_labels *graph = &self->graph;
    tnm_wide_tile(self->lengths, graph->limbs, self->band, self->tile, unit);
    graph->lengths = self->lengths;
}

/* ---- the prices -------------------------------------------------------------------------- */

/* Price k of a certificate, u then v, in full: u_i = p_i - p_ground, v_j = p_ground - q_j. */
static void compute_price(const tnm_labels *graph, uint64_t *price, size_t k)
{
    const uint64_t *node = graph->labels + k * graph->limbs;
    const uint64_t *ground = graph->labels + 2 * graph->m * graph->limbs;
    if (k < graph->m)
        tnm_wide_subtract(price, node, ground, graph->limbs);
    else
        tnm_wide_subtract(price, ground, node, graph->limbs);
}

/* Prices in units of 2^unit, or, where they do not fit, of the finest larger power of two at which
 * they do, rounded up: no dropped entry then exceeds its prices, a kept one falls short of them by
 * less than two units, and prices >= 0 stay so. Returns the exponent that this took. */
static size_t write_prices(const tnm_labels *graph, int64_t *certificate, int unit)
{
    uint64_t price[TNM_WIDE_MAX_LIMBS];
    size_t bits = 0;
    for (size_t k = 0; k < 2 * graph->m; k++) {
        compute_price(graph, price, k);
        size_t needed = tnm_wide_bits(price, graph->limbs);
        bits = needed > bits ? needed : bits;
    }
    size_t shift = bits > 63 ? bits - PRICE_BITS : 0;
    certificate[0] = unit + (int)shift;
    for (size_t k = 0; k < 2 * graph->m; k++) {
        compute_price(graph, price, k);
        certificate[1 + k] = tnm_wide_divide_up(price, graph->limbs, shift);
    }
    return shift;
}

/* Lengths in units 2^shift times as large, rounded the strict way: kept entries down, dropped ones
 * up. A kept one so long that it does not fit exceeds its prices by far, as they do; it is cut. */
static void round_lengths(tnm_residual *self, size_t shift)
{
    tnm_labels *graph = &self->graph;
    for (size_t i = 0; i < self->m; i++) {
        for (size_t j = 0; j < self->m; j++) {
            size_t entry = i * self->m + j;
            const uint64_t *length = graph->lengths + entry * graph->limbs;
            bool kept = graph->rows[i] >> j & 1;
            int64_t rounded = kept ? tnm_wide_divide(length, graph->limbs, shift)
                                   : tnm_wide_divide_up(length, graph->limbs, shift);
            /* The two share memory; this overwrites no length yet to come. */
            self->lengths[entry * ROUNDED_LIMBS] = (uint64_t)rounded;
            self->lengths[entry * ROUNDED_LIMBS + 1] = rounded < 0 ? ~UINT64_C(0) : 0;
        }
    }
    graph->lengths = self->lengths;
    graph->limbs = ROUNDED_LIMBS;
}

/* Labels to start from: p_i = u_i, q_j = -v_j, and 0 for the ground. */
static void start_from_certificate(tnm_labels *graph, const int64_t *certificate)
{
    size_t m = graph->m, limbs = graph->limbs;
    for (size_t k = 0; k < 2 * m; k++)
        tnm_wide_set(graph->start + k * limbs, limbs,
                     k < m ? certificate[1 + k] : -certificate[1 + k], 0);
    tnm_wide_set(graph->start + 2 * m * limbs, limbs, 0, 0);
}

static void leave_entry(tnm_labels *graph, size_t i, size_t j)
{
    (void)graph, (void)i, (void)j;
}

/* Bit j of tiny[i]: score (i,j) is positive and less than 2^unit. */
static void find_tiny(const tnm_residual *self, uint64_t *tiny, int unit)
{
    double limit = ldexp(1, unit);
    for (size_t i = 0; i < self->m; i++) {
        tiny[i] = 0;
        for (size_t j = 0; j < self->m; j++) {
            double score = tnm_band_score(self->band, self->tile, i, j);
            tiny[i] |= (uint64_t)((score > 0) & (score < limit)) << j;
        }
    }
}

/* Whether two rows keep a tiny entry each where the other one drops one. */
static bool tiny_ones_cross(const uint64_t *tiny, const uint64_t *kept, size_t m)
{
    bool cross = false;
    for (size_t i = 0; i < m; i++) {
        for (size_t k = 0; k < i; k++) {
            uint64_t differ = tiny[i] & tiny[k] & (kept[i] ^ kept[k]);
            cross |= (differ & kept[i]) != 0 && (differ & kept[k]) != 0;
        }
    }
    return cross;
}

/* Under `atmost`: whether a tiny entry is dropped where both its lines must be free, as they have
 * room or keep another one. */
static bool tiny_ones_are_free(const tnm_labels *graph, const uint64_t *tiny)
{
    uint64_t free_rows = graph->row_room, free_cols = graph->col_room, dropped = 0;
    for (size_t i = 0; i < graph->m; i++) {
        free_rows |= (uint64_t)((tiny[i] & graph->rows[i]) != 0) << i;
        free_cols |= tiny[i] & graph->rows[i];
    }
    for (uint64_t rest = free_rows; rest != 0; rest &= rest - 1) {
        size_t i = (size_t)__builtin_ctzll(rest);
        dropped |= tiny[i] & ~graph->rows[i] & free_cols;
    }
    return dropped != 0;
}

/* Whether scores that are no whole units rule out that prices in these units prove the mask
 * exactly: a tiny entry that is kept needs a sum of at most 0, one that is dropped at least 1. */
static bool tiny_ones_hide(const tnm_residual *self, int unit)
{
    uint64_t tiny[TNM_MAX_TILE];
    const tnm_labels *graph = &self->graph;
    find_tiny(self, tiny, unit);
    return tiny_ones_cross(tiny, graph->rows, self->m) ||
           (graph->grounded && tiny_ones_are_free(graph, tiny));
}

/* The prices of an optimal mask, from its labels. Where these had to be rounded, rounding the
 * lengths instead may do better: integer prices prove the mask to the last bit exactly when they
 * obey the strictly rounded lengths, since an integer is below a score when it is below its floor.
 * So such prices are shortest distances once more, and a negative cycle means that at this unit
 * there are none. */
static void price_mask(tnm_residual *self, int64_t *certificate, int unit)
{
    tnm_labels *graph = &self->graph;
    size_t shift = write_prices(graph, certificate, unit);
    if (shift == 0 || tiny_ones_hide(self, unit + (int)shift))
        return;
    load_lengths(self, unit);
    round_lengths(self, shift);
    start_from_certificate(graph, certificate);
    if (tnm_labels_settle(graph, leave_entry))
        write_prices(graph, certificate, unit + (int)shift);
}

/* ---- where labels start: any will do, but good ones are settled soon ----------------------- */

/* From nothing. Rows start high, at their largest score, so that the first round makes them the
 * least kept score, close to a price. */
static void start_afresh(tnm_labels *graph)
{
    size_t m = graph->m, limbs = graph->limbs;
    memset(graph->start, 0, (2 * m + 1) * limbs * sizeof *graph->start);
    for (size_t i = 0; i < m; i++) {
        uint64_t *label = graph->start + i * limbs;
        for (size_t j = 0; j < m; j++) {
            const uint64_t *length = graph->lengths + (i * m + j) * limbs;
            if (tnm_wide_less(label, length, limbs))
                tnm_wide_copy(label, length, limbs);
        }
    }
}

/* From prices u_i = p_i, v_j = -q_j. */
static void start_from_prices(tnm_labels *graph, const uint64_t *prices)
{
    uint64_t zero[TNM_WIDE_MAX_LIMBS] = {0};
    size_t m = graph->m, limbs = graph->limbs;
    memcpy(graph->start, prices, m * limbs * sizeof *prices);
    for (size_t j = m; j < 2 * m; j++)
        tnm_wide_subtract(graph->start + j * limbs, zero, prices + j * limbs, limbs);
    memset(graph->start + 2 * m * limbs, 0, limbs * sizeof *graph->start);
}

/* Limbs for the scores in the coarsest unit that is exact; returns the unit. */
static int choose_unit(tnm_residual *self, const tnm_residual_start *start)
{
    tnm_spread spread = start != NULL ? start->spread : tnm_tile_spread(self->band, self->tile);
    self->graph.limbs = tnm_wide_limbs(spread, TNM_WIDE_HEADROOM);
    return spread.bottom;
}

/* Prices that are proven are labels as they are; others are where these start. */
static void find_labels(tnm_residual *self, const tnm_residual_start *start, int unit)
{
    tnm_labels *graph = &self->graph;
    bool proven = start != NULL && start->proven;
    if (start != NULL)
        start_from_prices(graph, start->prices);
    find_room(graph, self->problem);
    if (proven) {
        memcpy(graph->labels, graph->start,
               (2 * self->m + 1) * graph->limbs * sizeof *graph->labels);
        return;
    }
    load_lengths(self, unit);
    if (start == NULL)
        start_afresh(graph);
    improve_mask(self);
}

tnm_error tnm_residual_repair(tnm_residual *self, const tnm_problem *problem, const tnm_band *band,
                              size_t tile, uint64_t *tile_rows, const tnm_residual_start *start,
                              int64_t *certificate)
{
    self->m = self->graph.m = band->m;
    self->problem = problem;
    self->band = band;
    self->tile = tile;
    self->graph.grounded = problem->constraint == TNM_ATMOST;
    tnm_error error = load_mask(self, tile_rows);
    if (error != TNM_OK)
        return error;
    int unit = choose_unit(self, start);
    find_labels(self, start, unit);
    if (certificate != NULL)
        price_mask(self, certificate, unit);
    memcpy(tile_rows, self->graph.rows, self->m * sizeof *tile_rows);
    return TNM_OK;
}
