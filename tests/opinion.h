/* An independent second opinion on bands: a verifier by the definition, one entry at a time, in
 * integers of GMP, slow and with no line in common with formulations/verify; and bands to try both
 * on. */
#ifndef TNM_TESTS_OPINION_H
#define TNM_TESTS_OPINION_H

#include "instances/isa.h"
#include "tests/exact.h"
#include "tests/plant.h"

typedef struct opinion {
    mpz_t objective, bound, total, excess; /* of one tile; excess = bound - objective */
    bool bounded, broken;
    size_t short_lines;
} opinion;

static inline void opinion_init(opinion *self)
{
    mpz_inits(self->objective, self->bound, self->total, self->excess, NULL);
}

static inline void opinion_clear(opinion *self)
{
    mpz_clears(self->objective, self->bound, self->total, self->excess, NULL);
}

static inline void judge_lines(opinion *self, const tnm_problem *problem, const tnm_band *band,
                               size_t tile, const uint64_t *rows)
{
    self->broken = false;
    self->short_lines = 0;
    for (size_t line = 0; line < 2 * band->m; line++) {
        uint64_t kept = 0, n = (uint64_t)problem->n;
        for (size_t k = 0; k < band->m; k++) {
            size_t i = line < band->m ? line : k, j = line < band->m ? k : line - band->m;
            kept += rows[i * band->tiles + tile] >> j & 1;
        }
        self->short_lines += kept < n;
        self->broken |= kept > n || (problem->constraint == TNM_EQUAL && kept < n);
        if (line < band->m && band->m < 64)
            self->broken |= rows[line * band->tiles + tile] >> band->m != 0;
    }
}

static inline bool judge_prices(const tnm_problem *problem, size_t m, const int64_t *prices)
{
    if (prices == NULL || prices[0] < TNM_SUM_MIN_SCALE || prices[0] > TNM_SUM_MAX_SCALE)
        return false;
    for (size_t k = 1; k <= 2 * m; k++) {
        if (problem->constraint == TNM_ATMOST && prices[k] < 0)
            return false;
    }
    return true;
}

/* N (sum u + sum v) + sum max(0, s - u - v), with the certificate of the tile */
static inline void judge_bound(mpz_t bound, const tnm_problem *problem, const tnm_band *band,
                               size_t tile, const int64_t *prices)
{
    mpz_t reduced;
    mpz_init(reduced);
    mpz_set_ui(bound, 0);
    for (size_t k = 1; k <= 2 * band->m; k++) {
        for (int n = 0; n < problem->n; n++)
            exact_add_scaled(bound, prices[k], (int)prices[0]);
    }
    for (size_t k = 0; k < band->m * band->m; k++) {
        size_t i = k / band->m, j = k % band->m;
        mpz_set_ui(reduced, 0);
        exact_add_scaled(reduced, prices[1 + i], (int)prices[0]);
        exact_add_scaled(reduced, prices[1 + band->m + j], (int)prices[0]);
        mpz_neg(reduced, reduced);
        exact_add_double(reduced, tnm_band_score(band, tile, i, j));
        if (mpz_sgn(reduced) > 0)
            mpz_add(bound, bound, reduced);
    }
    mpz_clear(reduced);
}

static inline void judge(opinion *self, const tnm_problem *problem, const tnm_band *band,
                         size_t tile, const uint64_t *rows, const int64_t *prices)
{
    judge_lines(self, problem, band, tile, rows);
    mpz_set_ui(self->objective, 0);
    mpz_set_ui(self->total, 0);
    for (size_t k = 0; k < band->m * band->m; k++) {
        double score = tnm_band_score(band, tile, k / band->m, k % band->m);
        exact_add_double(self->total, score);
        if (rows[k / band->m * band->tiles + tile] >> k % band->m & 1)
            exact_add_double(self->objective, score);
    }
    self->bounded = judge_prices(problem, band->m, prices);
    if (self->bounded)
        judge_bound(self->bound, problem, band, tile, prices);
    else
        mpz_set(self->bound, self->total);
    mpz_sub(self->excess, self->bound, self->objective);
}

/* bound - objective <= half an ulp of the objective */
static inline bool judge_proven(const opinion *self)
{
    double value = exact_double(self->objective);
    mpz_t ulp;
    mpz_init(ulp);
    exact_add_double(ulp, nextafter(value, INFINITY));
    exact_add_double(ulp, -value);
    mpz_submul_ui(ulp, self->excess, 2);
    bool proven = mpz_sgn(ulp) >= 0;
    mpz_clear(ulp);
    return proven;
}

/* Sums of opinions over a band. */
typedef struct summary {
    mpz_t objective, bound, total;
    size_t unbounded, proven, exact, broken, short_lines;
    double worst_gap;
    size_t worst_tile;
} summary;

static inline void add_opinion(summary *self, const opinion *tile, size_t number)
{
    mpz_add(self->objective, self->objective, tile->objective);
    mpz_add(self->bound, self->bound, tile->bound);
    mpz_add(self->total, self->total, tile->total);
    self->unbounded += !tile->bounded;
    self->broken += tile->broken;
    self->short_lines += tile->short_lines;
    if (!tile->bounded || tile->broken)
        return;
    self->exact += mpz_sgn(tile->excess) == 0;
    self->proven += judge_proven(tile);
    CU_ASSERT(mpz_sgn(tile->excess) >= 0); /* weak duality itself */
    double gap =
        mpz_sgn(tile->excess) == 0 ? 0 : exact_double(tile->excess) / exact_double(tile->bound);
    if (gap > self->worst_gap) {
        self->worst_gap = gap;
        self->worst_tile = number;
    }
}

static inline bool agrees(const summary *expected, const tnm_verdict *verdict)
{
    return exact_is_sum(expected->objective, &verdict->objective) &&
           exact_is_sum(expected->bound, &verdict->bound) &&
           exact_is_sum(expected->total, &verdict->total) &&
           expected->unbounded == verdict->unbounded && expected->proven == verdict->proven &&
           expected->exact == verdict->exact && expected->broken == verdict->broken &&
           expected->short_lines == verdict->short_lines &&
           expected->worst_gap == verdict->worst_gap && expected->worst_tile == verdict->worst_tile;
}

/* Verifies a band with every instruction set, and compares with the independent verifier. */
static inline tnm_verdict check_band(const tnm_problem *problem, const tnm_band *band,
                                     const uint64_t *rows, const int64_t *prices)
{
    summary expected = {.proven = 0};
    opinion tile;
    tnm_verdict verdict = {0};
    double *objectives = calloc(band->tiles, sizeof *objectives);
    mpz_inits(expected.objective, expected.bound, expected.total, NULL);
    opinion_init(&tile);
    for (size_t t = 0; t < band->tiles; t++) {
        judge(&tile, problem, band, t, rows,
              prices != NULL ? prices + t * tnm_certificate_length(band->m) : NULL);
        add_opinion(&expected, &tile, band->first_tile + t);
        objectives[t] = exact_double(tile.objective);
    }
    for (int isa = 0; isa < TNM_ISA_COUNT; isa++) {
        if (!tnm_isa_supported((tnm_isa)isa))
            continue;
        double *found = calloc(band->tiles, sizeof *found);
        ASSERT_OK(tnm_isa_force((tnm_isa)isa));
        verdict = (tnm_verdict){0};
        tnm_verify_band(&verdict, problem, band, rows, prices, found);
        CU_ASSERT(agrees(&expected, &verdict));
        CU_ASSERT_EQUAL(verdict.tiles, band->tiles);
        CU_ASSERT_EQUAL(memcmp(found, objectives, band->tiles * sizeof *found), 0);
        free(found);
    }
    tnm_isa_release();
    opinion_clear(&tile);
    mpz_clears(expected.objective, expected.bound, expected.total, NULL);
    free(objectives);
    return verdict;
}

/* ---- bands for tests --------------------------------------------------------------------- */

/* A band with its own memory. */
typedef struct sample {
    tnm_problem problem;
    tnm_band band;
    float *scores;
    double *doubles;
    uint64_t *rows;
    int64_t *prices;
} sample;

static inline void sample_init(sample *self, tnm_problem problem, size_t tiles, bool doubles)
{
    size_t m = (size_t)problem.m, stride = tiles * m + 3;
    *self = (sample){.problem = problem};
    self->scores = calloc(m * stride, sizeof *self->scores);
    self->doubles = doubles ? calloc(m * stride, sizeof *self->doubles) : NULL;
    self->rows = calloc(m * tiles, sizeof *self->rows);
    self->prices = calloc(tiles * tnm_certificate_length(m), sizeof *self->prices);
    self->band = (tnm_band){.m = m,
                            .tiles = tiles,
                            .stride = stride,
                            .first_tile = 1000,
                            .scores = self->scores,
                            .doubles = self->doubles};
}

static inline void sample_free(sample *self)
{
    free(self->scores);
    free(self->doubles);
    free(self->rows);
    free(self->prices);
}

static inline void set_score(sample *self, size_t tile, size_t i, size_t j, double score)
{
    size_t at = i * self->band.stride + tile * self->band.m + j;
    self->scores[at] = (float)score;
    if (self->doubles != NULL)
        self->doubles[at] = score;
}

static inline int64_t *certificate(const sample *self, size_t tile)
{
    return self->prices + tile * tnm_certificate_length(self->band.m);
}

/* Plants mask, prices and scores in every tile; lines of price 0 may be short under `atmost`. */
static inline void plant_sample(sample *self, tnm_random *random, int bits, int scale)
{
    size_t m = self->band.m;
    for (size_t t = 0; t < self->band.tiles; t++) {
        uint64_t tile_rows[TNM_MAX_TILE];
        int64_t *prices = certificate(self, t);
        plant_mask(tile_rows, random, (size_t)self->problem.n, m);
        prices[0] = scale;
        for (size_t k = 1; k <= 2 * m; k++)
            prices[k] = tnm_random_next(random) % 4 == 0
                            ? 0
                            : (int64_t)(tnm_random_next(random) >> (64 - bits));
        for (size_t i = 0; i < m; i++) {
            for (size_t j = 0; j < m; j++) {
                bool free_lines = prices[1 + i] == 0 && prices[1 + m + j] == 0;
                if (self->problem.constraint == TNM_ATMOST && free_lines &&
                    tnm_random_next(random) % 2 == 0)
                    tile_rows[i] &= ~(UINT64_C(1) << j);
                double price = ldexp((double)(prices[1 + i] + prices[1 + m + j]), scale);
                set_score(self, t, i, j, (double)plant_score(random, price, tile_rows[i] >> j & 1));
            }
        }
        tnm_mask_put(self->rows, tile_rows, self->band.tiles, m, t);
    }
}

#endif
