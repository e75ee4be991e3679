#include "solver/methods/order.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAX_BUCKETS = 2 * TNM_PLACES,
    RUN = 192 /* entries looked at for one run, and then up to the end of a bucket */
};

struct tnm_order {
    const tnm_band *band;
    size_t tile;
    size_t next, end;            /* positions in `places` */
    uint16_t bucket[TNM_PLACES]; /* of the entry at a place; bucket 0 is the heaviest */
    uint16_t ends[MAX_BUCKETS];  /* of the buckets, in `places` */
    uint16_t places[TNM_PLACES]; /* bucket by bucket, equal scores in their order */
    uint16_t given[TNM_PLACES];  /* the same in their order ... */
    float scores[TNM_PLACES];    /* ... and their scores */
    tnm_entry run[TNM_PLACES];
};

tnm_error tnm_order_init(tnm_order **order)
{
    return TNM_NEW(*order, 1);
}

void tnm_order_free(tnm_order *order)
{
    free(order);
}

/* ---- sorting ------------------------------------------------------------------------------- */

static double exact_score(const tnm_band *band, size_t tile, tnm_entry entry)
{
    return tnm_band_score(band, tile, tnm_entry_row(entry), tnm_entry_column(entry));
}

static inline bool is_heavier(tnm_entry a, tnm_entry b, const tnm_band *band, size_t tile)
{
    if (band->doubles == NULL || a / TNM_PLACES != b / TNM_PLACES)
        return a > b;
    double difference = exact_score(band, tile, a) - exact_score(band, tile, b);
    return difference != 0 ? difference > 0 : a > b;
}

/* Moves entries[root] down a heap whose top is the lightest. */
static void sift_down(tnm_entry *entries, size_t root, size_t count, const tnm_band *band,
                      size_t tile)
{
    tnm_entry moving = entries[root];
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && is_heavier(entries[child], entries[child + 1], band, tile))
            child++;
        if (!is_heavier(moving, entries[child], band, tile))
            break;
        entries[root] = entries[child];
    }
    entries[root] = moving;
}

static void heap_sort(tnm_entry *entries, size_t count, const tnm_band *band, size_t tile)
{
    for (size_t root = count / 2; root-- > 0;)
        sift_down(entries, root, count, band, tile);
    for (size_t last = count; last-- > 1;) {
        tnm_entry lightest = entries[0];
        entries[0] = entries[last];
        entries[last] = lightest;
        sift_down(entries, 0, last, band, tile);
    }
}

void tnm_entries_sort(tnm_entry *entries, size_t count, const tnm_band *band, size_t tile)
{
    enum { PATIENCE = 16 }; /* moves an entry, before the heap is the better way */
    size_t moves = 0;
    for (size_t k = 1; k < count; k++) {
        tnm_entry moving = entries[k];
        size_t to = k;
        for (; to > 0 && is_heavier(moving, entries[to - 1], band, tile); to--)
            entries[to] = entries[to - 1];
        entries[to] = moving;
        moves += k - to;
        if (moves > PATIENCE * count) {
            heap_sort(entries, count, band, tile);
            return;
        }
    }
}

/* ---- buckets --------------------------------------------------------------------------------
 *
 * A bucket is an interval of scores: score times a factor, rounded down, the last one open. The
 * factor spreads the scores up to four times the mean over all buckets. It matters for speed alone:
 * rounding keeps the order, whatever the factor. */

static float bucket_factor(const float *scores, size_t count)
{
    enum { LANES = 8 };
    float sums[LANES] = {0}, sum = 0;
    size_t k = 0;
    for (; k + LANES <= count; k += LANES) {
        for (size_t lane = 0; lane < LANES; lane++)
            sums[lane] += scores[k + lane];
    }
    for (; k < count; k++)
        sum += scores[k];
    for (size_t lane = 0; lane < LANES; lane++)
        sum += sums[lane];
    float factor = (float)(2 * count * count) * 0.25F / sum;
    return factor < __FLT_MAX__ ? factor : __FLT_MAX__; /* the sum may be as good as zero */
}

static size_t gather(tnm_order *self, const uint64_t *wanted)
{
    size_t m = self->band->m, count = 0;
    for (size_t i = 0; i < m; i++) {
        const float *row = self->band->scores + i * self->band->stride + self->tile * m;
        for (uint64_t rest = wanted[i]; rest != 0; rest &= rest - 1) {
            size_t j = (size_t)__builtin_ctzll(rest);
            self->given[count] = (uint16_t)(i * TNM_MAX_TILE + j);
            self->scores[count++] = row[j];
        }
    }
    return count;
}

/* ends[b] = number of entries in the buckets before b */
static void count_buckets(tnm_order *self, size_t count)
{
    size_t buckets = 2 * count;
    uint16_t before = 0;
    memset(self->ends, 0, buckets * sizeof *self->ends);
    for (size_t k = 0; k < count; k++)
        self->ends[self->bucket[self->given[k]]]++;
    for (size_t b = 0; b < buckets; b++) {
        uint16_t size = self->ends[b];
        self->ends[b] = before;
        before = (uint16_t)(before + size);
    }
}

void tnm_order_start(tnm_order *self, const tnm_band *band, size_t tile, const uint64_t *wanted)
{
    self->band = band;
    self->tile = tile;
    size_t count = gather(self, wanted);
    float last = 2 * (float)count - 1, factor = bucket_factor(self->scores, count);
    for (size_t k = 0; k < count; k++) {
        float level = self->scores[k] * factor;
        level = level < last ? level : last;
        self->bucket[self->given[k]] = (uint16_t)(int)(last - level);
    }
    count_buckets(self, count);
    for (size_t k = 0; k < count; k++)
        self->places[self->ends[self->bucket[self->given[k]]]++] = self->given[k];
    self->next = 0;
    self->end = count;
}

/* ---- the walk ------------------------------------------------------------------------------ */

/* Takes the wanted entries at positions next ... end-1, and sorts them. */
static size_t make_run(tnm_order *self, size_t end, const uint64_t *wanted)
{
    size_t count = 0;
    for (size_t k = self->next; k < end; k++) {
        size_t place = self->places[k];
        size_t i = place / TNM_MAX_TILE, j = place % TNM_MAX_TILE;
        self->run[count] = tnm_entry_of(self->band, self->tile, i, j);
        count += wanted[i] >> j & 1;
    }
    tnm_entries_sort(self->run, count, self->band, self->tile);
    return count;
}

size_t tnm_order_next(tnm_order *self, const uint64_t *wanted, const tnm_entry **run)
{
    size_t count = 0;
    *run = self->run;
    while (count == 0 && self->next < self->end) {
        size_t last = self->end - self->next < RUN ? self->end - 1 : self->next + RUN - 1;
        size_t end = self->ends[self->bucket[self->places[last]]];
        count = make_run(self, end, wanted);
        self->next = end;
    }
    return count;
}
