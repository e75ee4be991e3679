#include "training/products/lanes.h"

typedef float four_floats __attribute__((vector_size(16)));

/* The sums of four vectors, side by side. */
INLINE four_floats add_up(const floats *sums)
{
#if defined(__AVX512F__)
#define PAIR(x, y, a, b, c, d)                                                                     \
    __builtin_shufflevector(x, y, a, b, c, d, a + 4, b + 4, c + 4, d + 4, a + 8, b + 8, c + 8,     \
                            d + 8, a + 12, b + 12, c + 12, d + 12)
#elif defined(__AVX2__)
#define PAIR(x, y, a, b, c, d) __builtin_shufflevector(x, y, a, b, c, d, a + 4, b + 4, c + 4, d + 4)
#else
#define PAIR(x, y, a, b, c, d) __builtin_shufflevector(x, y, a, b, c, d)
#endif
    enum { SECOND = LANES }; /* the second vector's lanes come after the first's */
    floats a = PAIR(sums[0], sums[1], 0, SECOND, 1, SECOND + 1) +
               PAIR(sums[0], sums[1], 2, SECOND + 2, 3, SECOND + 3);
    floats b = PAIR(sums[2], sums[3], 0, SECOND, 1, SECOND + 1) +
               PAIR(sums[2], sums[3], 2, SECOND + 2, 3, SECOND + 3);
    floats all = PAIR(a, b, 0, 1, SECOND, SECOND + 1) + PAIR(a, b, 2, 3, SECOND + 2, SECOND + 3);
    four_floats parts[LANES / 4], sum;
    memcpy(parts, &all, sizeof parts);
    sum = parts[0];
    for (size_t k = 1; k < LANES / 4; k++)
        sum += parts[k];
    return sum;
}

INLINE void leave_sums(float *gradient, const floats *sums, bool first)
{
    four_floats all = add_up(sums), old;
    if (!first) {
        memcpy(&old, gradient, sizeof old);
        all += old;
    }
    memcpy(gradient, &all, sizeof all);
}

/* `count` slots of a row, 4 or 8, at the same time: samples of d, times those of as many rows of
 * the panel. */
INLINE void add_slots(float *gradient, uint64_t columns, const float *panel, const float *d,
                      bool first, size_t count, size_t vectors)
{
    floats sums[8];
    const float *x[8];
    floats samples = load(d);
#pragma GCC unroll 8
    for (size_t k = 0; k < count; k++) {
        x[k] = panel + (columns >> 8 * k & PLACE) * vectors * LANES;
        sums[k] = samples * load(x[k]);
    }
#pragma GCC unroll 16
    for (size_t v = 1; v < vectors; v++) {
        samples = load(d + v * LANES);
#pragma GCC unroll 8
        for (size_t k = 0; k < count; k++)
            sums[k] += samples * load(x[k] + v * LANES);
    }
    leave_sums(gradient, sums, first);
    if (count > 4)
        leave_sums(gradient + 4, sums + 4, first);
}

INLINE void gradient_row(const tnm_slope *self, const float *d, size_t row, size_t vectors)
{
    const uint8_t *columns = self->columns + row * self->slots;
    float *gradient = self->gradient + row * self->slots;
    size_t slot = 0;
    for (; slot + 8 <= self->used; slot += 8) {
        uint64_t eight;
        memcpy(&eight, columns + slot, sizeof eight);
        add_slots(gradient + slot, eight, self->panel, d, self->first, 8, vectors);
    }
    if (slot < self->used)
        add_slots(gradient + slot, load_places(columns + slot), self->panel, d, self->first, 4,
                  vectors);
}

INLINE void gradient_rows(const tnm_slope *slope, size_t vectors)
{
    const tnm_slope self = *slope;
    float rest[TNM_PANEL_WIDEST] = {0};
    for (size_t row = 0; row < self.rows; row++) {
        const float *d = self.d + row * self.stride;
        if (self.samples < vectors * LANES) {
            memcpy(rest, d, self.samples * sizeof *d);
            d = rest;
        }
        gradient_row(&self, d, row, vectors);
    }
}

FOR_EACH_WIDTH(add_slope, gradient_rows, tnm_slope)

extern tnm_gradient_kernel TNM_KERNEL(tnm_add_slope);
void TNM_KERNEL(tnm_add_slope)(const tnm_slope *slope)
{
    add_slope(slope);
}
