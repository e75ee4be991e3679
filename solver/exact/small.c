#include "solver/exact/small.h"

#include "solver/exact/kernel.h"
#include "solver/exact/paths.h"

#include <stdlib.h>
#include <string.h>

/* A second ascent is cheaper than what follows for at least so many pending tiles. */
enum { WORTH_ASCENT = 6 };

/* Half rounds from a caller's prices. */
enum { WARM_HALF_ROUNDS = 5 };

struct tnm_small {
    tnm_problem problem;
    const tnm_deal_kernel *deal;
    tnm_small_kernel *ascent;
    tnm_small_tiles tiles;
    float gathered[TNM_SMALL * TNM_SMALL * TNM_LANES];
    int64_t certificates[(2 * TNM_SMALL + 1) * TNM_LANES];
    uint64_t rows[TNM_SMALL * TNM_LANES];
};

tnm_error tnm_small_open(tnm_small **small, const tnm_problem *problem)
{
    tnm_error error = TNM_OK;
    TNM_TRY(TNM_NEW(*small, 1));
    (*small)->problem = *problem;
    (*small)->deal = tnm_deal_kernel_for(tnm_isa_best());
    (*small)->ascent = tnm_small_kernel_for(tnm_isa_best());
out:
    return error;
}

void tnm_small_close(tnm_small *small)
{
    free(small);
}

/* Whether an ascent may help where so many tiles of a band, or of 32, are left open. Where more
 * are, ties keep them open, which no ascent ends. */
static bool is_hopeful(const tnm_small *self, size_t open, size_t tiles)
{
    size_t one_in = self->problem.m <= TNM_PATH_SIDE ? 4 : 2;
    return open <= tiles / one_in;
}

/* ---- ascent ------------------------------------------------------------------------------ */

/* Floats stand in for doubles only as far as they reach: what exceeds the largest float all looks
 * alike, so there the scores as given decide. */
static bool is_proven(const tnm_small *self, const tnm_band *band, const tnm_answer *answer,
                      size_t tile)
{
    uint64_t rows[TNM_SMALL];
    tnm_mask_get(rows, answer->rows, band->tiles, band->m, tile);
    return tnm_tile_is_proven(&self->problem, band, tile, rows,
                              tnm_certificate_of(answer, band->m, tile));
}

/* Writes down which of the tiles are still open; bit k of `left`: the kernel leaves tile k open.
 * Returns how many are. It does no harm where `pending` is `tiles`. */
static size_t note_open(const tnm_small *self, const tnm_band *band, const tnm_answer *answer,
                        const uint32_t *tiles, size_t count, uint32_t left, uint32_t *pending)
{
    size_t open = 0;
    for (size_t k = 0; k < count && band->doubles != NULL; k++)
        left |= (uint32_t)!is_proven(self, band, answer, tiles[k]) << k;
    for (; left != 0; left &= left - 1) {
        size_t k = (size_t)__builtin_ctz(left);
        if (k < count)
            pending[open++] = tiles[k];
    }
    return open;
}

/* Copies tiles side by side, fewer than there are lanes or as many; other lanes keep what they had.
 */
static void gather(float *gathered, const tnm_band *band, const uint32_t *tiles, size_t count)
{
    size_t m = band->m;
    for (size_t i = 0; i < m; i++) {
        for (size_t k = 0; k < count; k++)
            memcpy(gathered + (i * TNM_LANES + k) * m,
                   band->scores + i * band->stride + tiles[k] * m, m * sizeof(float));
    }
}

/* Puts answers to gathered tiles where they belong. */
static void scatter(const tnm_small *self, const tnm_band *band, const tnm_answer *answer,
                    const uint32_t *tiles, size_t count)
{
    size_t length = tnm_certificate_length(band->m);
    for (size_t k = 0; k < count; k++) {
        memcpy(tnm_certificate_of(answer, band->m, tiles[k]), self->certificates + k * length,
               length * sizeof(int64_t));
        for (size_t i = 0; i < band->m; i++)
            answer->rows[i * band->tiles + tiles[k]] = self->rows[i * TNM_LANES + k];
    }
}

/* Goes up with the tiles just loaded: from prices of the band's tiles, or from nothing where they
 * are NULL. */
static void ascend_loaded(tnm_small *self, const uint32_t *tiles, size_t count,
                          const int64_t *prices, int half_rounds)
{
    size_t length = tnm_certificate_length((size_t)self->problem.m);
    for (size_t k = 0; k < count && prices != NULL; k++)
        self->deal->resume(&self->tiles, (int)k, prices + tiles[k] * length, &self->problem);
    self->ascent(&self->tiles, &self->problem, half_rounds, prices != NULL);
}

/* Any tiles of the band, no more than there are lanes; returns how many are pending. */
static size_t ascend_gathered(tnm_small *self, const tnm_band *band, const tnm_answer *answer,
                              const uint32_t *tiles, size_t count, const int64_t *prices,
                              int half_rounds, uint32_t *pending)
{
    gather(self->gathered, band, tiles, count);
    self->deal->load(&self->tiles, self->gathered, TNM_LANES * band->m, &self->problem);
    ascend_loaded(self, tiles, count, prices, half_rounds);
    uint32_t left =
        self->deal->put(self->certificates, self->rows, TNM_LANES, &self->tiles, &self->problem);
    scatter(self, band, answer, tiles, count);
    return note_open(self, band, answer, tiles, count, left, pending);
}

/* The tiles of the band from the first one on, as many as there are lanes or as are left; returns
 * how many are pending. */
static size_t ascend_neighbours(tnm_small *self, const tnm_band *band, const tnm_answer *answer,
                                size_t first, const int64_t *prices, int half_rounds,
                                uint32_t *pending)
{
    size_t left = band->tiles - first, m = band->m;
    uint32_t tiles[TNM_LANES];
    for (uint32_t lane = 0; lane < TNM_LANES; lane++)
        tiles[lane] = (uint32_t)first + lane;
    if (left < TNM_LANES)
        return ascend_gathered(self, band, answer, tiles, left, prices, half_rounds, pending);
    self->deal->load(&self->tiles, band->scores + first * m, band->stride, &self->problem);
    ascend_loaded(self, tiles, TNM_LANES, prices, half_rounds);
    uint32_t unsolved = self->deal->put(tnm_certificate_of(answer, m, first), answer->rows + first,
                                        band->tiles, &self->tiles, &self->problem);
    return note_open(self, band, answer, tiles, TNM_LANES, unsolved, pending);
}

/* Leaves the tiles of the band from the first one on as they are; returns how many. */
static size_t leave_from(const tnm_band *band, const tnm_answer *answer, size_t first,
                         uint32_t *pending)
{
    for (size_t tile = first; tile < band->tiles; tile++) {
        pending[tile - first] = (uint32_t)tile;
        tnm_certificate_of(answer, band->m, tile)[0] = TNM_NO_PRICES;
    }
    return band->tiles - first;
}

/* The tiles of the band, from `warm` prices unless they are NULL; returns how many are pending.
 * Those of M = 16 are left alone from where they turn out to be hard. */
static size_t ascend(tnm_small *self, const tnm_band *band, const tnm_answer *answer,
                     const int64_t *warm, uint32_t *pending, tnm_stages *stages)
{
    int half_rounds =
        warm != NULL ? WARM_HALF_ROUNDS : tnm_small_relaxation_for(self->problem.m).half_rounds;
    size_t open = 0, first = 0;
    bool hard = false;
    for (; first < band->tiles && !hard; first += TNM_LANES) {
        size_t left =
            ascend_neighbours(self, band, answer, first, warm, half_rounds, pending + open);
        hard = self->problem.m > TNM_PATH_SIDE && !is_hopeful(self, left, TNM_LANES);
        open += left;
    }
    first = first < band->tiles ? first : band->tiles;
    stages->half_rounds[stages->current] += first * (size_t)half_rounds;
    return open + leave_from(band, answer, first, pending + open);
}

/* A second, longer ascent of the pending tiles, where they fill enough lanes to be worth it. Going
 * on from the prices of the first would save as much as fetching them costs. */
static size_t ascend_again(tnm_small *self, const tnm_band *band, const tnm_answer *answer,
                           uint32_t *pending, size_t count, tnm_stages *stages)
{
    int half_rounds = tnm_small_relaxation_for(self->problem.m).again;
    size_t open = 0;
    for (size_t start = 0; start < count; start += TNM_LANES) {
        size_t left = count - start;
        left = left < TNM_LANES ? left : TNM_LANES;
        if (left >= WORTH_ASCENT) {
            open += ascend_gathered(self, band, answer, pending + start, left, NULL, half_rounds,
                                    pending + open);
            stages->half_rounds[TNM_STAGE_ASCENT] += left * (size_t)half_rounds;
        } else {
            memmove(pending + open, pending + start, left * sizeof *pending);
            open += left;
        }
    }
    return open;
}

size_t tnm_small_solve(tnm_small *small, const tnm_band *band, const tnm_answer *answer,
                       uint32_t *pending, tnm_stages *stages)
{
    bool paths = small->problem.m <= TNM_PATH_SIDE;
    const int64_t *warm = paths ? NULL : answer->warm_prices; /* they would not pay */
    tnm_stages_enter(stages, warm != NULL ? TNM_STAGE_WARM : TNM_STAGE_ASCENT);
    size_t open = ascend(small, band, answer, warm, pending, stages);
    if (paths && is_hopeful(small, open, band->tiles))
        open = ascend_again(small, band, answer, pending, open, stages);
    stages->tiles[stages->current] += band->tiles - open;
    return open;
}
