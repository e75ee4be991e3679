#include "formulations/verify.h"

#include "formulations/certificate.h"
#include "formulations/kernel.h"

#include <math.h>
#include <string.h>

/* ---- counts: does the mask obey the constraint? ------------------------------------------ */

static bool count_is_wrong(const tnm_problem *problem, unsigned kept)
{
    unsigned n = (unsigned)problem->n;
    return problem->constraint == TNM_EQUAL ? kept != n : kept > n;
}

/* Whether `a` comes before `b`: lines by their tiles, then entries of the margin by their place. */
static bool comes_before(const tnm_violation *a, const tnm_violation *b)
{
    if (a->margin != b->margin)
        return b->margin;
    if (!a->margin)
        return a->tile < b->tile;
    return a->row < b->row || (a->row == b->row && a->col < b->col);
}

static void note_violation(tnm_verdict *verdict, const tnm_violation *violation)
{
    if (!verdict->violation.found || comes_before(violation, &verdict->violation))
        verdict->violation = *violation;
}

static void note_line(tnm_verdict *verdict, const tnm_tile_proof *tile, bool column, size_t line,
                      size_t kept)
{
    note_violation(verdict, &(tnm_violation){.found = true,
                                             .column = column,
                                             .tile = tile->band->first_tile + tile->tile,
                                             .line = line,
                                             .kept = kept});
}

void tnm_verdict_drop_margin(tnm_verdict *verdict, size_t row, size_t col)
{
    verdict->margin_dropped++;
    note_violation(verdict,
                   &(tnm_violation){.found = true, .margin = true, .row = row, .col = col});
}

/* Counts entries of the tile. Bits from m on are none: they would make a row with room look full,
 * and its price free. */
static void count_lines(tnm_tile_proof *tile)
{
    size_t m = tile->band->m;
    tnm_mask_column_counts(tile->col_kept, tile->rows, m);
    for (size_t i = 0; i < m; i++)
        tile->row_kept[i] = (uint8_t)__builtin_popcountll(tile->rows[i] & tnm_low_bits(m));
}

/* Bits of a row that belong to no column; where there are any, this is no mask of the tile. */
static unsigned count_stray(const tnm_tile_proof *tile, size_t row)
{
    return (unsigned)__builtin_popcountll(tile->rows[row] & ~tnm_low_bits(tile->band->m));
}

/* Whether counted lines obey the constraint. */
static bool obeys_constraint(const tnm_tile_proof *tile)
{
    for (size_t k = 0; k < tile->band->m; k++) {
        if (count_is_wrong(tile->problem, tile->row_kept[k]) ||
            count_is_wrong(tile->problem, tile->col_kept[k]) || count_stray(tile, k) > 0)
            return false;
    }
    return true;
}

/* Counts the lines and notes what is wrong; returns whether the tile obeys the constraint. */
static bool inspect_lines(tnm_verdict *verdict, tnm_tile_proof *tile)
{
    size_t m = tile->band->m;
    bool fine = true;
    count_lines(tile);
    for (size_t line = 0; line < 2 * m; line++) {
        bool column = line >= m;
        unsigned kept = column ? tile->col_kept[line - m] : tile->row_kept[line];
        unsigned stray = column ? 0 : count_stray(tile, line);
        verdict->short_lines += kept < (unsigned)tile->problem->n;
        if (stray > 0 || count_is_wrong(tile->problem, kept)) {
            note_line(verdict, tile, column, column ? line - m : line, kept + stray);
            fine = false;
        }
    }
    return fine;
}

/* ---- sums of scores ---------------------------------------------------------------------- */

/* Adds the kept and the dropped scores of tiles first, first + 1, ..., at most a piece of them, to
 * two sums; either may be NULL. */
static void add_scores(tnm_sum *kept, tnm_sum *dropped, const tnm_band *band, const uint64_t *rows,
                       size_t first, size_t tiles)
{
    double scores[2][TNM_PIECE_SCORES];
    size_t count[2] = {0, 0};
    for (size_t i = 0; i < band->m; i++) {
        for (size_t t = first; t < first + tiles; t++) {
            uint64_t bits = rows[i * band->tiles + t];
            for (size_t j = 0; j < band->m; j++) {
                size_t is_kept = bits >> j & 1;
                scores[is_kept][count[is_kept]++] = tnm_band_score(band, t, i, j);
            }
        }
    }
    if (kept != NULL)
        tnm_sum_add_doubles(kept, scores[1], count[1]);
    if (dropped != NULL)
        tnm_sum_add_doubles(dropped, scores[0], count[0]);
}

/* ---- tiles ------------------------------------------------------------------------------- */

/* bound - objective <= half an ulp of the objective as a double */
static bool within_half_ulp(double objective, const tnm_sum *excess)
{
    double above = nextafter(objective, INFINITY);
    if (isinf(above)) /* no double is as large: only what is exact is proven */
        return tnm_sum_sign(excess) == 0;
    tnm_sum ulp = {0};
    tnm_sum_add_double(&ulp, above);
    tnm_sum_add_double(&ulp, -objective);
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

/* A band being verified. */
typedef struct pass {
    tnm_verdict *verdict;
    const tnm_problem *problem;
    const tnm_band *band;
    const uint64_t *rows;
    const int64_t *prices;
    const tnm_tile_kernel *kernel;
    tnm_sum objective, total;
} pass;

static void grade_excess(const pass *self, const tnm_tile_proof *tile, bool obeys)
{
    tnm_verdict *verdict = self->verdict;
    tnm_sum excess, bound = {0};
    tnm_proof_excess(&excess, tile);
    tnm_sum_add(&verdict->bound, &excess);
    if (!obeys)
        return;
    add_scores(&bound, NULL, self->band, self->rows, tile->tile, 1);
    verdict->exact += tnm_sum_sign(&excess) == 0;
    verdict->proven += within_half_ulp(tnm_sum_double(&bound), &excess);
    tnm_sum_add(&bound, &excess);
    if (tnm_sum_sign(&excess) > 0)
        note_gap(verdict, self->band->first_tile + tile->tile, tnm_sum_ratio(&excess, &bound));
}

/* Whether the tile's excess is zero. */
static bool is_slack(const tnm_tile_proof *tile, unsigned found)
{
    bool full = (found & TNM_FOUND_FULL) != 0;
    if (tile->problem->constraint == TNM_ATMOST && !full && !tnm_rooms_are_free(tile))
        return false;
    return found & TNM_FOUND_JUDGED ? (found & TNM_FOUND_SLACK) != 0 : tnm_entries_are_slack(tile);
}

/* Grades a tile that the kernel has not proven; `found` is what it did find. */
static void grade_tile(const pass *self, size_t number, unsigned found)
{
    tnm_verdict *verdict = self->verdict;
    size_t m = self->band->m, length = tnm_certificate_length(m);
    tnm_tile_proof tile = {.problem = self->problem, .band = self->band, .tile = number};
    tnm_mask_get(tile.rows, self->rows, self->band->tiles, m, number);
    bool obeys = inspect_lines(verdict, &tile);
    verdict->broken += !obeys;
    if (self->prices == NULL)
        return;
    tile.prices = self->prices + number * length;
    if (!tnm_prices_are_valid(&tile)) {
        verdict->unbounded++;
        add_scores(NULL, &verdict->bound, self->band, self->rows, number, 1);
    } else if (obeys && is_slack(&tile, found)) {
        verdict->exact++;
        verdict->proven++;
    } else {
        grade_excess(self, &tile, obeys);
    }
}

/* ---- pieces and bands -------------------------------------------------------------------- */

static void sum_piece(pass *self, const tnm_piece *piece, const tnm_findings *findings)
{
    if (findings->summed) {
        tnm_sum_add_scaled(&self->objective, findings->kept, findings->unit);
        tnm_sum_add_scaled(&self->total, findings->total, findings->unit);
        return;
    }
    tnm_sum kept = {0};
    add_scores(&kept, &self->total, self->band, self->rows, piece->first, piece->tiles);
    tnm_sum_add(&self->objective, &kept);
    tnm_sum_add(&self->total, &kept);
}

static void verify_piece(pass *self, size_t first, size_t tiles)
{
    tnm_piece piece = {.problem = self->problem,
                       .band = self->band,
                       .rows = self->rows,
                       .prices = self->prices,
                       .first = first,
                       .tiles = tiles};
    tnm_findings findings;
    self->kernel->inspect(&findings, &piece);
    sum_piece(self, &piece, &findings);
    size_t proven = tiles;
    unsigned wanted = TNM_FOUND_FULL | TNM_FOUND_SLACK;
    for (size_t t = 0; t < tiles && !findings.all_proven; t++) {
        unsigned found = findings.tiles[t];
        if ((found & wanted) == wanted)
            continue;
        proven--;
        if (self->prices != NULL || (found & TNM_FOUND_FULL) == 0)
            grade_tile(self, first + t, found);
    }
    self->verdict->exact += proven;
    self->verdict->proven += proven;
}

static void store_objectives(const pass *self, double *tile_objectives)
{
    for (size_t t = 0; t < self->band->tiles; t++) {
        tnm_sum objective = {0};
        add_scores(&objective, NULL, self->band, self->rows, t, 1);
        tile_objectives[t] = tnm_sum_double(&objective);
    }
}

void tnm_verify_band(tnm_verdict *verdict, const tnm_problem *problem, const tnm_band *band,
                     const uint64_t *rows, const int64_t *prices, double *tile_objectives)
{
    pass self = {.verdict = verdict,
                 .problem = problem,
                 .band = band,
                 .rows = rows,
                 .prices = prices,
                 .kernel = tnm_tile_kernel_for(tnm_isa_best())};
    size_t step = tnm_piece_tiles(band->m);
    for (size_t first = 0; first < band->tiles; first += step)
        verify_piece(&self, first, band->tiles - first < step ? band->tiles - first : step);
    verdict->tiles += band->tiles;
    verdict->unbounded += prices != NULL ? 0 : band->tiles;
    tnm_sum_add(&verdict->objective, &self.objective);
    tnm_sum_add(&verdict->total, &self.total);
    tnm_sum_add(&verdict->bound, prices != NULL ? &self.objective : &self.total);
    if (tile_objectives != NULL)
        store_objectives(&self, tile_objectives);
}

bool tnm_tile_is_proven(const tnm_problem *problem, const tnm_band *band, size_t tile,
                        const uint64_t *tile_rows, const int64_t *certificate)
{
    tnm_tile_proof proof = {.problem = problem, .band = band, .tile = tile, .prices = certificate};
    memcpy(proof.rows, tile_rows, band->m * sizeof *tile_rows);
    count_lines(&proof);
    return obeys_constraint(&proof) && tnm_prices_are_valid(&proof) && tnm_proof_is_slack(&proof);
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
    verdict->margin_dropped += other->margin_dropped;
    note_gap(verdict, other->worst_tile, other->worst_gap);
    if (other->violation.found)
        note_violation(verdict, &other->violation);
}

static void store_shares(const tnm_verdict *verdict, tnm_result *result)
{
    result->kept_of_bound = result->kept_of_total = 1;
    if (verdict->unbounded > 0)
        result->kept_of_bound = 0;
    else if (tnm_sum_sign(&verdict->bound) > 0)
        result->kept_of_bound = tnm_sum_ratio(&verdict->objective, &verdict->bound);
    if (tnm_sum_sign(&verdict->total) > 0)
        result->kept_of_total = tnm_sum_ratio(&verdict->objective, &verdict->total);
}

void tnm_verdict_result(const tnm_verdict *verdict, tnm_result *result)
{
    store_shares(verdict, result);
    result->objective = tnm_sum_double(&verdict->objective);
    result->bound = verdict->unbounded > 0 ? INFINITY : tnm_sum_double(&verdict->bound);
    result->total = tnm_sum_double(&verdict->total);
    result->tiles = verdict->tiles;
    result->tiles_proven = verdict->proven;
    result->tiles_exact = verdict->exact;
    result->short_lines = verdict->short_lines;
    result->broken_tiles = verdict->broken;
    result->margin_dropped = verdict->margin_dropped;
    result->worst_gap = verdict->worst_gap;
    result->worst_tile = verdict->worst_tile;
    if (verdict->broken > 0 || verdict->margin_dropped > 0)
        result->status = TNM_INFEASIBLE;
    else
        result->status = verdict->proven == verdict->tiles ? TNM_OPTIMAL : TNM_FEASIBLE;
}
