#include "solver/methods/kernel_greedy.h"

#include "solver/methods/order.h"

#include <string.h>

/* One native vector: wider ones are taken apart badly. */
#ifdef __AVX2__
enum { LANES = 8 };
#else
enum { LANES = 4 };
#endif
typedef int32_t lanes __attribute__((vector_size(LANES * sizeof(int32_t))));
typedef uint32_t bits __attribute__((vector_size(LANES * sizeof(uint32_t))));

enum { PLACE_BITS = TNM_LANE_PLACES - 1 };

/* LANES tiles side by side. */
typedef struct batch {
    const tnm_band *band;
    size_t first; /* tile */
    /* Scores above places i * TNM_LANE_TILE + j, these upside down. */
    lanes keys[TNM_LANE_PLACES];
    lanes hidden; /* score bits that did not fit */
} batch;

static inline bits places_of(lanes keys)
{
    return PLACE_BITS - ((bits)keys & PLACE_BITS);
}

/* ---- sorting ----------------------------------------------------------------------------- */

static inline __attribute__((always_inline)) void load_keys(batch *self, size_t m)
{
    self->hidden = (lanes){0};
    for (size_t i = 0; i < m; i++) {
        const float *row = self->band->scores + i * self->band->stride + self->first * m;
        for (size_t j = 0; j < m; j++) {
            lanes score;
            for (size_t k = 0; k < LANES; k++) {
                int32_t one;
                memcpy(&one, &row[k * m + j], sizeof one);
                score[k] = one;
            }
            self->hidden |= score & PLACE_BITS;
            int32_t place = (int32_t)(i * TNM_LANE_TILE + j);
            self->keys[i * m + j] = (score & ~PLACE_BITS) | (PLACE_BITS - place);
        }
    }
}

static void sort_keys(batch *self, const tnm_network *network)
{
    for (size_t c = 0; c < network->count; c++) {
        lanes *a = &self->keys[network->pairs[c].a], *b = &self->keys[network->pairs[c].b];
        lanes x = *a, y = *b, large, small;
        for (size_t k = 0; k < LANES; k++) {
            large[k] = x[k] > y[k] ? x[k] : y[k];
            small[k] = x[k] < y[k] ? x[k] : y[k];
        }
        *a = large;
        *b = small;
    }
}

/* Sorts one lane by the scores themselves. */
static void sort_lane(batch *self, size_t lane, size_t count)
{
    tnm_entry entries[TNM_LANE_PLACES];
    size_t tile = self->first + lane;
    for (size_t e = 0; e < count; e++) {
        size_t place = (size_t)(PLACE_BITS - (self->keys[e][lane] & PLACE_BITS));
        entries[e] = tnm_entry_of(self->band, tile, place / TNM_LANE_TILE, place % TNM_LANE_TILE);
    }
    tnm_entries_sort(entries, count, self->band, tile);
    for (size_t e = 0; e < count; e++) {
        size_t i = tnm_entry_row(entries[e]), j = tnm_entry_column(entries[e]);
        self->keys[e][lane] = PLACE_BITS - (int32_t)(i * TNM_LANE_TILE + j);
    }
}

/* Neighbours that differ in hidden bits only may be in the wrong order. */
static void sort_close_scores(batch *self, size_t count)
{
    lanes close = {0};
    for (size_t e = 1; e < count; e++)
        close |= (self->keys[e] ^ self->keys[e - 1]) <= PLACE_BITS;
    for (size_t k = 0; k < LANES; k++) {
        if (close[k] != 0 && (self->hidden[k] != 0 || self->band->doubles != NULL))
            sort_lane(self, k, count);
    }
}

/* ---- taking ------------------------------------------------------------------------------ */

/* The room r of every line in four bits, as max(r, 0) + 7: then the fourth says whether there is
 * any. */
static bits full_room(int room)
{
    return (bits){0} + (uint32_t)(room + 7) * 0x11111111U;
}

/* Goes through the sorted keys; masks[0] gets places 0 ... 31, masks[1] the others. */
static inline __attribute__((always_inline)) void
take_entries(bits *masks, const batch *self, size_t count, int room, tnm_greedy_rule rule)
{
    bits row_room = full_room(room), col_room = row_room;
    masks[0] = masks[1] = (bits){0};
    for (size_t e = 0; e < count; e++) {
        bits place = places_of(self->keys[rule == TNM_GREEDY_KEEP ? e : count - 1 - e]);
        bits row = place / TNM_LANE_TILE * 4, col = place % TNM_LANE_TILE * 4;
        bits row_has = row_room >> (row + 3) & 1, col_has = col_room >> (col + 3) & 1;
        bits take;
        if (rule == TNM_GREEDY_KEEP) {
            take = row_has = col_has = row_has & col_has;
        } else {
            take = row_has | col_has;
        }
        row_room -= row_has << row;
        col_room -= col_has << col;
        bits low = (bits)(place < 32), bit = take << (place % 32);
        masks[0] |= bit & low;
        masks[1] |= bit & ~low;
    }
}

static void store_masks(uint64_t *rows, const batch *self, const bits *masks, tnm_greedy_rule rule)
{
    size_t m = self->band->m;
    uint64_t all = (UINT64_C(1) << m) - 1;
    for (size_t k = 0; k < LANES; k++) {
        uint64_t taken = masks[0][k] | (uint64_t)masks[1][k] << 32;
        if (rule == TNM_GREEDY_PRUNE)
            taken = ~taken;
        for (size_t i = 0; i < m; i++)
            rows[i * self->band->tiles + self->first + k] = taken >> (i * TNM_LANE_TILE) & all;
    }
}

/* ---- a band ------------------------------------------------------------------------------ */

static inline __attribute__((always_inline)) void answer_batch(uint64_t *rows,
                                                               const tnm_network *network,
                                                               batch *self, size_t m, int n,
                                                               tnm_greedy_rule rule)
{
    bits masks[2];
    load_keys(self, m);
    sort_keys(self, network);
    sort_close_scores(self, m * m);
    if (rule == TNM_GREEDY_KEEP)
        take_entries(masks, self, m * m, n, TNM_GREEDY_KEEP);
    else
        take_entries(masks, self, m * m, (int)m - n, TNM_GREEDY_PRUNE);
    store_masks(rows, self, masks, rule);
}

bool TNM_KERNEL(tnm_greedy_lanes)(uint64_t *rows, const tnm_network *network, const tnm_band *band,
                                  int n, tnm_greedy_rule rule)
{
    batch self = {.band = band};
    if (band->tiles < LANES)
        return false;
    for (size_t t = 0; t < band->tiles; t += LANES) {
        /* The last batch may overlap the one before. */
        self.first = t + LANES <= band->tiles ? t : band->tiles - LANES;
        if (band->m == 8)
            answer_batch(rows, network, &self, 8, n, rule);
        else if (band->m == 4)
            answer_batch(rows, network, &self, 4, n, rule);
        else
            answer_batch(rows, network, &self, band->m, n, rule);
    }
    return true;
}
