/* Planted matrices: mask and prices first, weights from them, so that the optimum and its proof are
 * known without solving anything. */
#ifndef TNM_TESTS_PLANT_H
#define TNM_TESTS_PLANT_H

#include "formulations/verify.h"
#include "tests/testlib.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct plant {
    tnm_problem problem;
    tnm_edges edges;
    tnm_tiling tiling;
    size_t tiles;
    float *weights; /* row-major, like the mask */
    uint8_t *kept;  /* one byte an entry */
    int64_t *prices;
    tnm_matrix matrix;
    tnm_mask_view mask;
} plant;

/* A mask with n in every line: a circulant one with rows and columns shuffled. */
static inline void plant_mask(uint64_t *tile_rows, tnm_random *random, size_t n, size_t m)
{
    size_t row_of[TNM_MAX_TILE] = {0}, col_of[TNM_MAX_TILE] = {0};
    for (size_t k = 0; k < m; k++) { /* shuffles from the inside out */
        size_t i = tnm_random_next(random) % (k + 1), j = tnm_random_next(random) % (k + 1);
        row_of[k] = row_of[i];
        row_of[i] = k;
        col_of[k] = col_of[j];
        col_of[j] = k;
    }
    memset(tile_rows, 0, m * sizeof *tile_rows);
    for (size_t i = 0; i < m; i++) {
        for (size_t k = 0; k < n; k++)
            tile_rows[row_of[i]] |= UINT64_C(1) << col_of[(i + k) % m];
    }
}

/* A score at a random distance on the right side of the price: a kept entry is worth its price or
 * more, a dropped one its price or less, but not less than nothing. */
static inline float plant_score(tnm_random *random, double price, bool kept)
{
    double distance = tnm_random_next(random) % 8 == 0 ? 0 : fabs(tnm_random_normal(random));
    double score = kept ? price + price * distance : price - price * distance;
    float nearest = score > 0 ? (float)score : 0;
    if (kept && (double)nearest < price)
        return nextafterf(nearest, INFINITY);
    if (!kept && (double)nearest > price)
        return nextafterf(nearest, 0);
    return nearest;
}

static inline void plant_tile(plant *self, tnm_random *random, size_t tile, int bits, int scale)
{
    size_t m = (size_t)self->problem.m, cols = self->tiling.cols;
    size_t first_row = tile / self->tiling.tile_cols * m;
    size_t first_col = tile % self->tiling.tile_cols * m;
    bool ragged = first_row + m > self->tiling.rows || first_col + m > cols;
    int64_t *certificate = self->prices + tile * tnm_certificate_length(m);
    uint64_t tile_rows[TNM_MAX_TILE];
    plant_mask(tile_rows, random, (size_t)self->problem.n, m);
    certificate[0] = scale;
    for (size_t k = 1; k <= 2 * m; k++) /* padding is worth nothing, whether kept or not */
        certificate[k] = ragged ? 0 : (int64_t)(tnm_random_next(random) >> (64 - bits));
    for (size_t i = 0; i < m && first_row + i < self->tiling.rows; i++) {
        for (size_t j = 0; j < m && first_col + j < cols; j++) {
            size_t at = (first_row + i) * cols + first_col + j;
            bool kept = tile_rows[i] >> j & 1;
            double price = ldexp((double)(certificate[1 + i] + certificate[1 + m + j]), scale);
            float score = ragged && kept ? 1 : plant_score(random, price, kept);
            self->kept[at] = kept;
            self->weights[at] = tnm_random_next(random) & 1 ? score : -score;
        }
    }
}

/* Prices are integers of `bits` bits times 2^scale. The dense margin, where there is one, is kept
 * and holds ones. */
static inline void plant_init(plant *self, tnm_random *random, size_t rows, size_t cols,
                              tnm_problem problem, tnm_edges edges, int bits, int scale)
{
    *self = (plant){.problem = problem, .edges = edges};
    ASSERT_OK(tnm_tiling_init(&self->tiling, rows, cols, problem.m, edges));
    self->tiles = self->tiling.tile_rows * self->tiling.tile_cols;
    self->weights = malloc(rows * cols * sizeof *self->weights);
    self->kept = malloc(rows * cols);
    self->prices = calloc(self->tiles * tnm_certificate_length((size_t)problem.m) + 1, 8);
    for (size_t k = 0; k < rows * cols; k++) {
        self->weights[k] = 1;
        self->kept[k] = 1;
    }
    for (size_t tile = 0; tile < self->tiles; tile++)
        plant_tile(self, random, tile, bits, scale);
    self->matrix = (tnm_matrix){self->weights, TNM_F32, false, rows, cols, (ptrdiff_t)cols, 1};
    self->mask = (tnm_mask_view){self->kept, TNM_MASK_BYTES, (ptrdiff_t)cols, 1};
}

static inline void plant_free(plant *self)
{
    free(self->weights);
    free(self->kept);
    free(self->prices);
}

#endif
