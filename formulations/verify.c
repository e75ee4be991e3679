#include "formulations/verify.h"

#include <math.h>
#include <string.h>

/* ---- counts: does the mask obey the constraint? ------------------------------------------ */

/* A tile under inspection. */
typedef struct view {
    const tnm_problem *problem;
    const tnm_band *band;
    size_t tile;
    uint64_t rows[TNM_MAX_TILE];
    uint8_t row_kept[TNM_MAX_TILE];
    uint8_t col_kept[TNM_MAX_TILE];
    const int64_t *prices; /* scale, u, v; NULL: none */
} view;

static bool is_kept(const view *tile, size_t i, size_t j)
{
    return tile->rows[i] >> j & 1;
}

static bool count_is_wrong(const view *tile, unsigned kept)
{
    unsigned n = (unsigned)tile->problem->n;
    return tile->problem->constraint == TNM_EQUAL ? kept != n : kept > n;
}

static void note_violation(tnm_verdict *verdict, const view *tile, bool column, size_t line,
                           size_t kept)
{
    size_t number = tile->band->first_tile + tile->tile;
    if (verdict->violation.found && verdict->violation.tile <= number)
        return;
    verdict->violation = (tnm_violation){true, number, column, line, kept};
}

/* Fills the line counts; returns whether the tile obeys the constraint. */
static bool inspect_lines(tnm_verdict *verdict, view *tile)
{
    size_t m = tile->band->m;
    unsigned n = (unsigned)tile->problem->n;
    bool fine = true;
    tnm_mask_column_counts(tile->col_kept, tile->rows, m);
    for (size_t i = 0; i < m; i++)
        tile->row_kept[i] = (uint8_t)__builtin_popcountll(tile->rows[i]);
    for (size_t line = 0; line < 2 * m; line++) {
        bool column = line >= m;
        unsigned kept = column ? tile->col_kept[line - m] : tile->row_kept[line];
        verdict->short_lines += kept < n;
        if (count_is_wrong(tile, kept)) {
            note_violation(verdict, tile, column, column ? line - m : line, kept);
            fine = false;
        }
    }
    return fine;
}

/* ---- proof by complementary slackness ---------------------------------------------------- */

/* Sign of score - price * 2^scale, exactly. */
static int compare_score(double score, tnm_int128 price, int scale)
{
    if (score == 0)
        return price == 0 ? 0 : (price < 0 ? 1 : -1);
    if (price <= 0)
        return 1;
    int exponent;
    double fraction = frexp(score, &exponent);
    uint64_t mantissa = (uint64_t)ldexp(fraction, 53); /* score = mantissa * 2^(exponent - 53) */
    uint64_t high = (uint64_t)(price >> 64), low = (uint64_t)price;
    int length = high != 0 ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll(low);
    if (exponent != length + scale)
        return exponent > length + scale ? 1 : -1;
    /* Same leading bit: align both to it, at bit 65 (price < 2^65). */
    tnm_int128 left = (tnm_int128)mantissa << 12;
    tnm_int128 right = price << (65 - length);
    return left > right ? 1 : (left < right ? -1 : 0);
}

static tnm_int128 price_sum(const view *tile, size_t i, size_t j)
{
    const int64_t *u = tile->prices + 1, *v = u + tile->band->m;
    return (tnm_int128)u[i] + v[j];
}

/* Usable: a scale in range and, for atmost, no negative price. */
static bool prices_are_valid(const view *tile)
{
    const int64_t *prices = tile->prices;
    if (prices == NULL || prices[0] < TNM_SUM_MIN_SCALE || prices[0] > TNM_SUM_MAX_SCALE)
        return false;
    for (size_t k = 1; k <= 2 * tile->band->m; k++) {
        if (tile->problem->constraint == TNM_ATMOST && prices[k] < 0)
            return false;
    }
    return true;
}

/* For atmost: a line with room left must have price 0. (For equal all lines are full.) */
static bool rooms_are_free(const view *tile)
{
    const int64_t *u = tile->prices + 1, *v = u + tile->band->m;
    int n = tile->problem->n;
    for (size_t k = 0; k < tile->band->m; k++) {
        if ((tile->row_kept[k] < n && u[k] != 0) || (tile->col_kept[k] < n && v[k] != 0))
            return false;
    }
    return true;
}

/* Whether the scale lies in a range and every |price| below a limit. */
static bool prices_lie_within(const view *tile, int64_t limit, int64_t least_scale,
                              int64_t largest_scale)
{
    int64_t scale = tile->prices[0];
    bool within = scale >= least_scale && scale <= largest_scale;
    for (size_t k = 1; k <= 2 * tile->band->m; k++)
        within &= tile->prices[k] > -limit && tile->prices[k] < limit;
    return within;
}

/* Whether all (u_i + v_j) 2^scale are floats, so that slackness can be tested in float arithmetic
 * without rounding. */
static bool prices_are_floats(const view *tile)
{
    return tile->band->doubles == NULL && prices_lie_within(tile, INT64_C(1) << 23, -140, 100);
}

static bool is_slack_in_floats(const view *tile)
{
    size_t m = tile->band->m;
    const float *scores = tile->band->scores + tile->tile * m;
    float unit = ldexpf(1, (int)tile->prices[0]);
    float row_price[TNM_MAX_TILE], col_price[TNM_MAX_TILE];
    for (size_t k = 0; k < m; k++) {
        row_price[k] = (float)tile->prices[1 + k] * unit;
        col_price[k] = (float)tile->prices[1 + m + k] * unit;
    }
    for (size_t i = 0; i < m; i++) {
        const float *row = scores + i * tile->band->stride;
        uint64_t above = 0, below = 0;
        for (size_t j = 0; j < m; j++) {
            float price = row_price[i] + col_price[j];
            above |= (uint64_t)(row[j] > price) << j;
            below |= (uint64_t)(row[j] < price) << j;
        }
        if ((above & ~tile->rows[i]) != 0 || (below & tile->rows[i]) != 0)
            return false;
    }
    return true;
}

/* Likewise for doubles, whatever the scores. */
static bool prices_are_doubles(const view *tile)
{
    return prices_lie_within(tile, INT64_C(1) << 52, -1020, 900);
}

static bool is_slack_in_doubles(const view *tile)
{
    size_t m = tile->band->m;
    double unit = ldexp(1, (int)tile->prices[0]);
    double row_price[TNM_MAX_TILE], col_price[TNM_MAX_TILE];
    for (size_t k = 0; k < m; k++) {
        row_price[k] = (double)tile->prices[1 + k] * unit;
        col_price[k] = (double)tile->prices[1 + m + k] * unit;
    }
    for (size_t i = 0; i < m; i++) {
        uint64_t above = 0, below = 0;
        for (size_t j = 0; j < m; j++) {
            double score = tnm_band_score(tile->band, tile->tile, i, j);
            double price = row_price[i] + col_price[j];
            above |= (uint64_t)(score > price) << j;
            below |= (uint64_t)(score < price) << j;
        }
        if ((above & ~tile->rows[i]) != 0 || (below & tile->rows[i]) != 0)
            return false;
    }
    return true;
}

static bool is_slack_in_integers(const view *tile)
{
    for (size_t i = 0; i < tile->band->m; i++) {
        for (size_t j = 0; j < tile->band->m; j++) {
            int side = compare_score(tnm_band_score(tile->band, tile->tile, i, j),
                                     price_sum(tile, i, j), (int)tile->prices[0]);
            if (is_kept(tile, i, j) ? side < 0 : side > 0)
                return false;
        }
    }
    return true;
}

/* Kept entries have no negative reduced score, dropped ones no positive one, and lines with room
 * cost nothing: then the bound equals the objective, to the last bit. */
static bool is_slack(const view *tile)
{
    if (tile->problem->constraint == TNM_ATMOST && !rooms_are_free(tile))
        return false;
    if (prices_are_floats(tile))
        return is_slack_in_floats(tile);
    return prices_are_doubles(tile) ? is_slack_in_doubles(tile) : is_slack_in_integers(tile);
}

/* ---- the bound itself -------------------------------------------------------------------- */

static void tile_objective(tnm_sum *objective, const view *tile)
{
    *objective = (tnm_sum){0};
    for (size_t i = 0; i < tile->band->m; i++) {
        for (size_t j = 0; j < tile->band->m; j++) {
            if (is_kept(tile, i, j))
                tnm_sum_add_double(objective, tnm_band_score(tile->band, tile->tile, i, j));
        }
    }
}

static void tile_total(tnm_sum *total, const view *tile)
{
    *total = (tnm_sum){0};
    for (size_t i = 0; i < tile->band->m; i++) {
        for (size_t j = 0; j < tile->band->m; j++)
            tnm_sum_add_double(total, tnm_band_score(tile->band, tile->tile, i, j));
    }
}

/* N (sum u + sum v) + sum max(0, s - u - v) */
static void tile_bound(tnm_sum *bound, const view *tile)
{
    int scale = (int)tile->prices[0];
    tnm_int128 prices = 0;
    *bound = (tnm_sum){0};
    for (size_t k = 1; k <= 2 * tile->band->m; k++)
        prices += tile->prices[k];
    tnm_sum_add_scaled(bound, prices * tile->problem->n, scale);
    for (size_t i = 0; i < tile->band->m; i++) {
        for (size_t j = 0; j < tile->band->m; j++) {
            double score = tnm_band_score(tile->band, tile->tile, i, j);
            tnm_int128 price = price_sum(tile, i, j);
            if (compare_score(score, price, scale) > 0) {
                tnm_sum_add_double(bound, score);
                tnm_sum_add_scaled(bound, -price, scale);
            }
        }
    }
}

/* bound - objective <= half an ulp of the objective as a double */
static bool within_half_ulp(const tnm_sum *objective, const tnm_sum *excess)
{
    double value = tnm_sum_double(objective);
    tnm_sum ulp = {0};
    tnm_sum_add_double(&ulp, nextafter(value, INFINITY));
    tnm_sum_add_double(&ulp, -value);
    tnm_sum twice = *excess;
    tnm_sum_add(&twice, excess);
    return tnm_sum_compare(&twice, &ulp) <= 0;
}

static void note_gap(tnm_verdict *verdict, size_t number, double gap)
{
    bool first = gap == verdict->worst_gap && number < verdict->worst_tile;
    if (gap > verdict->worst_gap || (gap > 0 && first)) {
        verdict->worst_gap = gap;
        verdict->worst_tile = number;
    }
}

/* A tile whose bound does not meet its objective, or that has none: adds the difference. */
static void grade_loose_tile(tnm_verdict *verdict, const view *tile, bool obeys)
{
    tnm_sum objective, bound;
    tile_objective(&objective, tile);
    bool bounded = prices_are_valid(tile);
    if (bounded)
        tile_bound(&bound, tile);
    else
        tile_total(&bound, tile);
    verdict->unbounded += !bounded;
    tnm_sum excess = bound;
    tnm_sum_subtract(&excess, &objective);
    tnm_sum_add(&verdict->bound, &excess);
    if (!bounded || !obeys)
        return;
    verdict->exact += tnm_sum_sign(&excess) == 0;
    verdict->proven += within_half_ulp(&objective, &excess);
    if (tnm_sum_sign(&excess) > 0)
        note_gap(verdict, tile->band->first_tile + tile->tile,
                 tnm_sum_double(&excess) / tnm_sum_double(&bound));
}

/* ---- a band ------------------------------------------------------------------------------ */

/* Adds the kept scores (or all) of a band. */
static void sum_band(tnm_sum *sum, const tnm_band *band, const uint64_t *rows, bool all)
{
    enum { BLOCK = 4096 };
    float kept[BLOCK];
    size_t filled = 0;
    for (size_t i = 0; i < band->m; i++) {
        for (size_t t = 0; t < band->tiles; t++) {
            uint64_t bits = all ? ~UINT64_C(0) : rows[i * band->tiles + t];
            size_t at = i * band->stride + t * band->m;
            for (size_t j = 0; j < band->m; j++) {
                if (band->doubles == NULL)
                    kept[filled++] = bits >> j & 1 ? band->scores[at + j] : 0;
                else if (bits >> j & 1)
                    tnm_sum_add_double(sum, band->doubles[at + j]);
            }
            if (filled > BLOCK - TNM_MAX_TILE) {
                tnm_sum_add_floats(sum, kept, filled);
                filled = 0;
            }
        }
    }
    tnm_sum_add_floats(sum, kept, filled);
}

void tnm_verify_band(tnm_verdict *verdict, const tnm_problem *problem, const tnm_band *band,
                     const uint64_t *rows, const int64_t *prices, double *tile_objectives)
{
    view tile = {.problem = problem, .band = band};
    tnm_sum objective = {0};
    sum_band(&objective, band, rows, false);
    sum_band(&verdict->total, band, rows, true);
    tnm_sum_add(&verdict->objective, &objective);
    tnm_sum_add(&verdict->bound, &objective);
    verdict->tiles += band->tiles;
    for (size_t t = 0; t < band->tiles; t++) {
        tile.tile = t;
        tile.prices = prices != NULL ? prices + t * tnm_certificate_length(band->m) : NULL;
        tnm_mask_get(tile.rows, rows, band->tiles, band->m, t);
        bool obeys = inspect_lines(verdict, &tile);
        verdict->broken += !obeys;
        if (obeys && prices_are_valid(&tile) && is_slack(&tile)) {
            verdict->exact++;
            verdict->proven++;
        } else {
            grade_loose_tile(verdict, &tile, obeys);
        }
        if (tile_objectives != NULL) {
            tnm_sum one;
            tile_objective(&one, &tile);
            tile_objectives[t] = tnm_sum_double(&one);
        }
    }
}

bool tnm_tile_is_proven(const tnm_problem *problem, const tnm_band *band, size_t tile,
                        const uint64_t *tile_rows, const int64_t *certificate)
{
    tnm_verdict unused = {0};
    view looked_at = {.problem = problem, .band = band, .tile = tile, .prices = certificate};
    memcpy(looked_at.rows, tile_rows, band->m * sizeof *tile_rows);
    return inspect_lines(&unused, &looked_at) && prices_are_valid(&looked_at) &&
           is_slack(&looked_at);
}

void tnm_verdict_add(tnm_verdict *verdict, const tnm_verdict *other)
{
    tnm_sum_add(&verdict->objective, &other->objective);
    tnm_sum_add(&verdict->bound, &other->bound);
    tnm_sum_add(&verdict->total, &other->total);
    verdict->tiles += other->tiles;
    verdict->unbounded += other->unbounded;
    verdict->proven += other->proven;
    verdict->exact += other->exact;
    verdict->broken += other->broken;
    verdict->short_lines += other->short_lines;
    note_gap(verdict, other->worst_tile, other->worst_gap);
    if (other->violation.found &&
        (!verdict->violation.found || other->violation.tile < verdict->violation.tile))
        verdict->violation = other->violation;
}

void tnm_verdict_result(const tnm_verdict *verdict, tnm_result *result)
{
    result->objective = tnm_sum_double(&verdict->objective);
    result->bound = verdict->unbounded > 0 ? INFINITY : tnm_sum_double(&verdict->bound);
    result->total = tnm_sum_double(&verdict->total);
    result->tiles = verdict->tiles;
    result->tiles_proven = verdict->proven;
    result->tiles_exact = verdict->exact;
    result->short_lines = verdict->short_lines;
    result->broken_tiles = verdict->broken;
    result->worst_gap = verdict->worst_gap;
    result->worst_tile = verdict->worst_tile;
    if (verdict->broken > 0)
        result->status = TNM_INFEASIBLE;
    else
        result->status = verdict->proven == verdict->tiles ? TNM_OPTIMAL : TNM_FEASIBLE;
}
