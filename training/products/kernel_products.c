#include "training/products/lanes.h"

#ifdef __AVX2__
#include <immintrin.h>
#endif

/* Four values side by side, again and again: the one thing that vector extensions say in no way
 * that compilers turn into the one instruction that it is. */
INLINE floats load_four(const float *from)
{
#if defined(__AVX512F__)
    return (floats)_mm512_broadcast_f32x4(_mm_loadu_ps(from));
#elif defined(__AVX2__)
    return (floats)_mm256_broadcast_ps((const __m128 *)from);
#else
    return load(from);
#endif
}

/* ---- panels ------------------------------------------------------------------------------ */

/* Rows lie in pages of their own where a row is long, and no processor foresees the next page. */
INLINE void prefetch_row(const float *row, size_t samples)
{
    enum { LINE = 16 };
    for (size_t k = 0; k < samples; k += LINE)
        __builtin_prefetch(row + k);
}

INLINE void copy_widest(float *to, const float *from)
{
#pragma GCC unroll 16
    for (size_t k = 0; k < TNM_PANEL_WIDEST; k += LANES) {
        floats samples = load(from + k);
        memcpy(to + k, &samples, sizeof samples);
    }
}

static void pack(const tnm_packing *packing)
{
    enum { AHEAD = 8 };
    const tnm_packing self = *packing;
    const size_t whole = self.samples / TNM_PANEL_WIDEST, rest = self.samples % TNM_PANEL_WIDEST;
    const size_t width = tnm_panel_width(rest);
    for (size_t row = 0; row < self.rows; row++) {
        const float *from = self.from + row * self.stride;
        float *to = self.panels + row * TNM_PANEL_WIDEST;
        if (row + AHEAD < self.rows)
            prefetch_row(from + AHEAD * self.stride, self.samples);
        for (size_t panel = 0; panel < whole; panel++)
            copy_widest(to + panel * TNM_PANEL_SIZE, from + panel * TNM_PANEL_WIDEST);
        if (rest > 0) {
            to = self.panels + whole * TNM_PANEL_SIZE + row * width;
            memcpy(to, from + whole * TNM_PANEL_WIDEST, rest * sizeof *to);
            memset(to + rest, 0, (width - rest) * sizeof *to);
        }
    }
    for (size_t panel = 0; panel < whole + (rest > 0) && self.rows < self.side; panel++) {
        size_t wide = panel < whole ? TNM_PANEL_WIDEST : width;
        memset(self.panels + panel * TNM_PANEL_SIZE + self.rows * wide, 0,
               (self.side - self.rows) * wide * sizeof(float));
    }
}

/* ---- values and places ------------------------------------------------------------------- */

/* The one at `place` of them, in all lanes. */
#if defined(__AVX512F__)
#define SPREAD(v, p)                                                                               \
    __builtin_shufflevector(v, v, p, p, p, p, p + 4, p + 4, p + 4, p + 4, p + 8, p + 8, p + 8,     \
                            p + 8, p + 12, p + 12, p + 12, p + 12)
#elif defined(__AVX2__)
#define SPREAD(v, p) __builtin_shufflevector(v, v, p, p, p, p, p + 4, p + 4, p + 4, p + 4)
#else
#define SPREAD(v, p) __builtin_shufflevector(v, v, p, p, p, p)
#endif

/* Where row number `k` of four begins in a panel, in bytes. */
INLINE size_t offset_at(uint32_t places, size_t k, size_t vectors)
{
    size_t bytes = vectors * sizeof(floats), shift = (size_t)__builtin_ctzl(bytes);
    uint64_t moved =
        8 * k > shift ? (uint64_t)places >> (8 * k - shift) : (uint64_t)places << (shift - 8 * k);
    return moved & PLACE * bytes;
}

/* Adds a value times a row of the panel. */
INLINE void add_row(floats *sums, floats value, const float *panel, size_t offset, size_t vectors)
{
    const char *row = (const char *)panel + offset;
#pragma GCC unroll 16
    for (size_t v = 0; v < vectors; v++) {
        floats samples;
        memcpy(&samples, row + v * sizeof samples, sizeof samples);
        sums[v] += value * samples;
    }
}

/* ---- sums of a line ---------------------------------------------------------------------- */

/* Accumulators: a narrow panel has several sets of them, which the slots take in turn, as a sum
 * that waits for the sum before it would leave the adders idle. */
enum {
    ACCUMULATORS = 8,
    MOST_VECTORS = TNM_PANEL_WIDEST / LANES,
    ROOM = MOST_VECTORS > ACCUMULATORS ? MOST_VECTORS : ACCUMULATORS,
};

INLINE size_t sets_for(size_t vectors)
{
    size_t sets = ACCUMULATORS / vectors;
    return sets < 1 ? 1 : sets < 4 ? sets : 4;
}

INLINE floats *set_of(floats *sums, size_t slot, size_t vectors)
{
    return sums + slot % sets_for(vectors) * vectors;
}

/* One vector at a time, as an array that is copied whole would not live in registers. */
INLINE void store(float *to, const floats *sums, size_t vectors)
{
#pragma GCC unroll 16
    for (size_t v = 0; v < vectors; v++) {
        floats sum = sums[v];
        memcpy(to + v * LANES, &sum, sizeof sum);
    }
}

/* Adds up the sets and what earlier blocks have left, and leaves it to later ones or to the result.
 */
INLINE void finish(const tnm_strip *self, float *packed, float *result, floats *sums,
                   size_t vectors)
{
    for (size_t set = 1; set < sets_for(vectors); set++) {
#pragma GCC unroll 16
        for (size_t v = 0; v < vectors; v++)
            sums[v] += sums[set * vectors + v];
    }
    if (!self->first) {
#pragma GCC unroll 16
        for (size_t v = 0; v < vectors; v++)
            sums[v] += load(packed + v * LANES);
    }
    if (!self->last) {
        store(packed, sums, vectors);
    } else if (self->samples == vectors * LANES) {
        store(result, sums, vectors);
    } else {
        store(packed, sums, vectors);
        memcpy(result, packed, self->samples * sizeof *result);
    }
}

/* Fetches a line's share of the next block. */
INLINE void fetch_next(const tnm_strip *self, size_t line)
{
    if (self->next_values == NULL)
        return;
    const float *values = self->next_values + line * self->slots;
    for (size_t k = 0; k < self->slots; k += 16)
        __builtin_prefetch(values + k);
    __builtin_prefetch(self->next_places + line * self->slots);
}

/* Values and places are read one step ahead, those of the next line's beginning included: the
 * addresses of a step's samples have to be known before the samples of the last step are in. */
INLINE void multiply_lines(const tnm_strip *strip, size_t vectors)
{
    const tnm_strip self = *strip; /* which no store can change */
    const float *values = self.values;
    const uint8_t *places = self.places;
    floats ahead = load_four(values);
    uint32_t places_ahead = load_places(places);
    for (size_t line = 0; line < self.lines; line++) {
        floats sums[ROOM] = {0};
        fetch_next(&self, line);
        for (size_t slot = 0; slot < self.used; slot += 4) {
            floats four = ahead;
            uint32_t at = places_ahead;
            values += 4;
            places += 4;
            ahead = load_four(values);
            places_ahead = load_places(places);
            add_row(set_of(sums, 0, vectors), SPREAD(four, 0), self.panel,
                    offset_at(at, 0, vectors), vectors);
            add_row(set_of(sums, 1, vectors), SPREAD(four, 1), self.panel,
                    offset_at(at, 1, vectors), vectors);
            add_row(set_of(sums, 2, vectors), SPREAD(four, 2), self.panel,
                    offset_at(at, 2, vectors), vectors);
            add_row(set_of(sums, 3, vectors), SPREAD(four, 3), self.panel,
                    offset_at(at, 3, vectors), vectors);
        }
        finish(&self, self.sums + line * vectors * LANES, self.result + line * self.stride, sums,
               vectors);
        if (self.used < self.slots) {
            values += self.slots - self.used;
            places += self.slots - self.used;
            ahead = load_four(values);
            places_ahead = load_places(places);
        }
    }
}

/* ---- backward ---------------------------------------------------------------------------- */

/* Where the values of four slots of a column stand, counted from those of row 0 and the first of
 * the four rounds. Slots belong to four rounds in a row, or to two rounds twice, or to the same
 * round of four tiles: `step` is 3, 1 or 0. */
INLINE size_t value_at(uint32_t places, size_t k, size_t slots, size_t step)
{
    return (places >> 8 * k & PLACE) * slots + (k & step);
}

INLINE void unturned_lines(const tnm_strip *strip, size_t vectors, size_t step, bool more)
{
    const tnm_strip self = *strip;
    const uint8_t *places = self.places;
    uint32_t ahead = load_places(places);
    size_t tile = 0, in_tile = 0;
    for (size_t line = 0; line < self.lines; line++) {
        const float *first = self.values + tile * self.rounds, *values = first;
        floats sums[ROOM] = {0};
        fetch_next(&self, line);
        for (size_t slot = 0; slot < self.used; slot += 4) {
            uint32_t at = ahead;
            places += 4;
            ahead = load_places(places);
            floats four[4];
#pragma GCC unroll 4
            for (size_t k = 0; k < 4; k++)
                four[k] = (floats){0} + values[value_at(at, k, self.slots, step)];
#pragma GCC unroll 4
            for (size_t k = 0; k < 4; k++)
                add_row(set_of(sums, k, vectors), four[k], self.panel, offset_at(at, k, vectors),
                        vectors);
            if (more)
                values = values + 4 < first + self.rounds ? values + 4 : first;
        }
        finish(&self, self.sums + line * vectors * LANES, self.result + line * self.stride, sums,
               vectors);
        if (self.used < self.slots) {
            places += self.slots - self.used;
            ahead = load_places(places);
        }
        if (++in_tile == self.m) {
            in_tile = 0;
            tile++;
        }
    }
}

INLINE void unturned_by_rounds(const tnm_strip *strip, size_t vectors)
{
    if (strip->rounds == 1)
        unturned_lines(strip, vectors, 0, false);
    else if (strip->rounds == 2)
        unturned_lines(strip, vectors, 1, false);
    else
        unturned_lines(strip, vectors, 3, strip->rounds > 4);
}

INLINE void turn_columns(const tnm_turn *turn, size_t step, bool more)
{
    const tnm_turn self = *turn;
    const uint8_t *lines = self.lines;
    float *turned = self.turned;
    size_t tile = 0, in_tile = 0;
    for (size_t column = 0; column < self.columns; column++) {
        const float *first = self.values + tile * self.rounds, *values = first;
        for (size_t slot = 0; slot < self.slots; slot += 4) {
            uint32_t at = load_places(lines);
#pragma GCC unroll 4
            for (size_t k = 0; k < 4; k++)
                turned[k] = values[value_at(at, k, self.slots, step)];
            lines += 4;
            turned += 4;
            if (more)
                values = values + 4 < first + self.rounds ? values + 4 : first;
        }
        if (++in_tile == self.m) {
            in_tile = 0;
            tile++;
        }
    }
}

static void turn(const tnm_turn *self)
{
    if (self->rounds == 1)
        turn_columns(self, 0, false);
    else if (self->rounds == 2)
        turn_columns(self, 1, false);
    else
        turn_columns(self, 3, self->rounds > 4);
}

/* ---- by width of the panel --------------------------------------------------------------- */

FOR_EACH_WIDTH(multiply, multiply_lines, tnm_strip)
FOR_EACH_WIDTH(unturned, unturned_by_rounds, tnm_strip)

extern const tnm_products_kernel TNM_KERNEL(tnm_products_kernel);
const tnm_products_kernel TNM_KERNEL(tnm_products_kernel) = {pack, multiply, unturned, turn};
