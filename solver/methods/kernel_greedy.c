#include "solver/methods/kernel_greedy.h"

#include "solver/completion.h"
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

static void sort_keys(batch *self, const tnm_sorting_network *network)
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

/* What lanes have taken, and the room of their lines. */
typedef struct taking {
    /* Four bits a line: room r as r + 7, so that the fourth says whether there is any. */
    bits row_room, col_room;
    bits masks[2]; /* places 0 ... 31, and the others */
} taking;

/* Goes through the sorted keys. */
static inline __attribute__((always_inline)) void take_entries(taking *self, const batch *sorted,
                                                               size_t count, int room)
{
    *self = (taking){0};
    self->row_room += (uint32_t)(room + 7) * 0x11111111U;
    self->col_room = self->row_room;
    for (size_t e = 0; e < count; e++) {
        bits place = places_of(sorted->keys[e]);
        bits row = place / TNM_LANE_TILE * 4, col = place % TNM_LANE_TILE * 4;
        bits take = self->row_room >> (row + 3) & self->col_room >> (col + 3) & 1;
        self->row_room -= take << row;
        self->col_room -= take << col;
        bits low = (bits)(place < 32), bit = take << (place % 32);
        self->masks[0] |= bit & low;
        self->masks[1] |= bit & ~low;
    }
}

/* Writes what is kept in a lane, with short lines filled where they have to be. */
static inline __attribute__((always_inline)) void store_tile(uint64_t *rows, const batch *self,
                                                             const taking *taken, size_t lane,
                                                             size_t m, const tnm_problem *problem)
{
    uint64_t tile_rows[TNM_LANE_TILE];
    uint64_t places = taken->masks[0][lane] | (uint64_t)taken->masks[1][lane] << 32;
    uint32_t have_room = taken->row_room[lane] & (uint32_t)(UINT64_C(0x88888888) >> (32 - 4 * m));
    for (size_t i = 0; i < m; i++)
        tile_rows[i] = places >> (i * TNM_LANE_TILE) & tnm_low_bits(m);
    if (problem->constraint == TNM_EQUAL && have_room != 0)
        tnm_complete(problem, self->band, self->first + lane, tile_rows);
    for (size_t i = 0; i < m; i++)
        rows[i * self->band->tiles + self->first + lane] = tile_rows[i];
}

/* ---- a band ------------------------------------------------------------------------------ */

static inline __attribute__((always_inline)) void answer_batch(uint64_t *rows,
                                                               const tnm_sorting_network *network,
                                                               const tnm_problem *problem,
                                                               batch *self, size_t m)
{
    taking taken;
    load_keys(self, m);
    sort_keys(self, network);
    sort_close_scores(self, m * m);
    take_entries(&taken, self, m * m, problem->n);
    for (size_t k = 0; k < LANES; k++)
        store_tile(rows, self, &taken, k, m, problem);
}

tnm_greedy_kernel TNM_KERNEL(tnm_greedy_lanes);

bool TNM_KERNEL(tnm_greedy_lanes)(uint64_t *rows, const tnm_sorting_network *network,
                                  const tnm_problem *problem, const tnm_band *band)
{
    batch self = {.band = band};
    if (band->tiles < LANES)
        return false;
    for (size_t t = 0; t < band->tiles; t += LANES) {
        /* The last batch may overlap the one before. */
        self.first = t + LANES <= band->tiles ? t : band->tiles - LANES;
        if (band->m == 8)
            answer_batch(rows, network, problem, &self, 8);
        else if (band->m == 4)
            answer_batch(rows, network, problem, &self, 4);
        else
            answer_batch(rows, network, problem, &self, band->m);
    }
    return true;
}
