#include "formulations/lanes.h"
#include "training/products/kernel.h"

typedef float four __attribute__((vector_size(16)));

enum { PLACE = TNM_COMPRESSED_SIDE - 1 }; /* bits of a place without its mark of emptiness */

INLINE floats load(const float *from)
{
    floats vector;
    memcpy(&vector, from, sizeof vector);
    return vector;
}

/* Four values side by side, again and again. */
INLINE floats load_four(const float *from)
{
    four values;
    memcpy(&values, from, sizeof values);
#if defined(__AVX512F__)
    return __builtin_shufflevector(values, values, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
#elif defined(__AVX2__)
    return __builtin_shufflevector(values, values, 0, 1, 2, 3, 0, 1, 2, 3);
#else
    return values;
#endif
}

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

INLINE size_t place_at(uint32_t places, size_t k)
{
    return places >> 8 * k & PLACE;
}

/* Adds the sums of a line to the result, or writes them; the last few samples one by one. */
INLINE void finish(const tnm_strip *self, size_t line, const floats *sums, size_t vectors)
{
    float *result = self->result + line * self->stride;
    float rest[TNM_PANEL_WIDEST];
    bool whole = self->samples == vectors * LANES;
    float *to = whole ? result : rest;
#pragma GCC unroll 16
    for (size_t v = 0; v < vectors; v++) {
        floats sum = whole && !self->first ? load(to + v * LANES) + sums[v] : sums[v];
        memcpy(to + v * LANES, &sum, sizeof sum);
    }
    for (size_t k = 0; !whole && k < self->samples; k++)
        result[k] = self->first ? rest[k] : result[k] + rest[k];
}

INLINE void add_row(floats *sums, floats value, const float *x, size_t vectors)
{
#pragma GCC unroll 16
    for (size_t v = 0; v < vectors; v++)
        sums[v] += value * load(x + v * LANES);
}

INLINE void forward_lines(const tnm_strip *self, size_t vectors)
{
    for (size_t line = 0; line < self->lines; line++) {
        const float *values = self->values + line * self->slots;
        const uint8_t *places = self->places + line * self->slots;
        floats sums[TNM_PANEL_WIDEST / LANES] = {0};
        for (size_t slot = 0; slot < self->used; slot += 4) {
            uint32_t at;
            memcpy(&at, places + slot, sizeof at);
            floats four_values = load_four(values + slot);
            const float *x = self->panel;
            add_row(sums, SPREAD(four_values, 0), x + place_at(at, 0) * vectors * LANES, vectors);
            add_row(sums, SPREAD(four_values, 1), x + place_at(at, 1) * vectors * LANES, vectors);
            add_row(sums, SPREAD(four_values, 2), x + place_at(at, 2) * vectors * LANES, vectors);
            add_row(sums, SPREAD(four_values, 3), x + place_at(at, 3) * vectors * LANES, vectors);
        }
        finish(self, line, sums, vectors);
    }
}

INLINE void backward_lines(const tnm_strip *self, size_t vectors)
{
    for (size_t line = 0; line < self->lines; line++) {
        const float *values = self->values + line / self->m * self->rounds;
        const uint8_t *places = self->places + line * self->slots;
        floats sums[TNM_PANEL_WIDEST / LANES] = {0};
        for (size_t slot = 0; slot < self->used; slot++) {
            size_t place = places[slot];
            floats value = (floats){0} + values[place * self->slots + slot % self->rounds];
            add_row(sums, value, self->panel + place * vectors * LANES, vectors);
        }
        finish(self, line, sums, vectors);
    }
}

static void forward(const tnm_strip *strip)
{
    switch (strip->width) {
    case 64:
        forward_lines(strip, 64 / LANES);
        break;
    case 32:
        forward_lines(strip, 32 / LANES);
        break;
    default:
        forward_lines(strip, 16 / LANES);
    }
}

static void backward(const tnm_strip *strip)
{
    switch (strip->width) {
    case 64:
        backward_lines(strip, 64 / LANES);
        break;
    case 32:
        backward_lines(strip, 32 / LANES);
        break;
    default:
        backward_lines(strip, 16 / LANES);
    }
}

static void gradient(const tnm_slope *self)
{
    for (size_t row = 0; row < self->rows; row++) {
        const float *d = self->d + row * self->stride;
        for (size_t slot = row * self->slots; slot < row * self->slots + self->used; slot++) {
            const float *x = self->panel + (self->columns[slot] & PLACE) * self->width;
            float sum = 0;
            for (size_t k = 0; k < self->samples; k++)
                sum += d[k] * x[k];
            self->gradient[slot] += sum;
        }
    }
}

extern const tnm_products_kernel TNM_KERNEL(tnm_products_kernel);
const tnm_products_kernel TNM_KERNEL(tnm_products_kernel) = {forward, backward, gradient};
