/* 4 x 4 tiles in vector lanes: see four.h. */
#include "solver/methods/four.h"
#include "solver/methods/tile_lanes.h"

enum { ENTRIES = 16 };

/* Masks of tiles first, first + 1, ..., bit 4i+j of a lane, as rows of bits. */
static inline void store(uint64_t *rows, tnm_ints masks, const tnm_band *band, size_t first)
{
    for (size_t k = 0; k < tnm_lanes_used(band, first); k++) {
        for (size_t i = 0; i < 4; i++)
            rows[i * band->tiles + first + k] = (uint32_t)masks[k] >> 4 * i & 15;
    }
}

/* ---- in order of value --------------------------------------------------------------------- */

/* Equal values change places: so does PyTorch's, and which of them is kept depends on it. */
static inline void compare(tnm_reals *values, tnm_ints *places, size_t a, size_t b)
{
    tnm_ints ordered = values[a] < values[b];
    tnm_reals value = tnm_choose_real(ordered, values[a], values[b]);
    tnm_ints place = tnm_choose(ordered, places[a], places[b]);
    values[b] = tnm_choose_real(ordered, values[b], values[a]);
    places[b] = tnm_choose(ordered, places[b], places[a]);
    values[a] = value;
    places[a] = place;
}

/* Two bits a line count what it keeps, of row i at 2i and of column j at 8+2j. */
static inline tnm_ints take(const tnm_ints *places)
{
    tnm_ints masks = {0}, kept = {0};
    for (size_t e = ENTRIES; e-- > 0;) {
        tnm_ints row = places[e] / 4 * 2, column = places[e] % 4 * 2 + 8;
        tnm_ints taken = ((kept >> row & 3) < 2) & ((kept >> column & 3) < 2) & 1;
        masks |= taken << places[e];
        kept += (taken << row) + (taken << column);
    }
    return masks;
}

static void keep(uint64_t *rows, const tnm_four_network *network, const tnm_band *band,
                 const float *source)
{
    tnm_reals values[ENTRIES];
    tnm_ints places[ENTRIES];
    for (size_t first = 0; first < band->tiles; first += TNM_TILE_LANES) {
        tnm_lanes_load(values, band, source, first, 4);
        for (int32_t e = 0; e < ENTRIES; e++)
            places[e] = (tnm_ints){0} + e;
        for (size_t c = 0; c < network->count; c++)
            compare(values, places, network->pairs[c].a, network->pairs[c].b);
        store(rows, take(places), band, first);
    }
}

/* ---- all patterns -------------------------------------------------------------------------- */

/* sums[i][p] = what row i keeps with pair p */
static inline void sum_pairs(tnm_reals sums[4][6], const tnm_reals *scores)
{
    for (size_t i = 0; i < 4; i++) {
        for (size_t p = 0; p < 6; p++) {
            unsigned columns = tnm_four_pairs[p];
            size_t low = (size_t)__builtin_ctz(columns);
            size_t high = (size_t)__builtin_ctz(columns & (columns - 1));
            sums[i][p] = scores[4 * i + low] + scores[4 * i + high];
        }
    }
}

static void enumerate(uint64_t *rows, const tnm_four_patterns *patterns, const tnm_band *band)
{
    tnm_reals scores[ENTRIES], sums[4][6];
    for (size_t first = 0; first < band->tiles; first += TNM_TILE_LANES) {
        tnm_reals most = tnm_real_lanes(-1);
        tnm_ints masks = {0};
        tnm_lanes_load(scores, band, band->scores, first, 4);
        sum_pairs(sums, scores);
        for (size_t p = 0; p < TNM_FOUR_PATTERNS; p++) {
            const uint8_t *pairs = patterns->pairs[p];
            tnm_reals sum =
                (sums[0][pairs[0]] + sums[1][pairs[1]]) + (sums[2][pairs[2]] + sums[3][pairs[3]]);
            tnm_ints better = sum > most, pattern = (tnm_ints){0} + (int32_t)patterns->masks[p];
            most = tnm_choose_real(better, sum, most);
            masks = tnm_choose(better, pattern, masks);
        }
        store(rows, masks, band, first);
    }
}

extern const tnm_four_kernel TNM_KERNEL(tnm_four_kernel);
const tnm_four_kernel TNM_KERNEL(tnm_four_kernel) = {.keep = keep, .enumerate = enumerate};
