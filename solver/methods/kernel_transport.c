/* Entropy-regularised optimal transport, one tile a vector lane: see transport.h. */
#include "solver/methods/tile_lanes.h"
#include "solver/methods/transport.h"

/* A batch of tiles, halfway through a round. */
typedef struct transport {
    tnm_reals *plan, *dual;
    size_t m;
    float kept;                        /* N */
    tnm_reals row_shift[TNM_MAX_TILE]; /* log2 of the factors that are still to be applied */
    tnm_reals col_shift[TNM_MAX_TILE];
} transport;

/* ---- functions --------------------------------------------------------------------------- */

/* Lane by lane, which the compiler knows an instruction for. */
TNM_LANEWISE tnm_reals smaller(tnm_reals a, tnm_reals b)
{
    for (size_t k = 0; k < TNM_TILE_LANES; k++)
        a[k] = a[k] < b[k] ? a[k] : b[k];
    return a;
}

TNM_LANEWISE tnm_reals larger(tnm_reals a, tnm_reals b)
{
    for (size_t k = 0; k < TNM_TILE_LANES; k++)
        a[k] = a[k] > b[k] ? a[k] : b[k];
    return a;
}

/* 2^x to within 4e-6 of itself, for x <= 1; 2^-126 for all x below. The integer next to x goes to
 * the exponent, by adding 1.5 * 2^23 as in solver/exact/lanes.h, and what is left into a polynomial
 * of least relative error. */
TNM_LANEWISE tnm_reals power_of_two(tnm_reals x)
{
    x = larger(x, tnm_real_lanes(-126));
    tnm_reals shifted = x + 12582912.0F;
    tnm_ints whole = (tnm_ints)shifted - 0x4B400000;
    tnm_reals f = x - (shifted - 12582912.0F);
    tnm_reals cubic = 0.055917859F + f * 0.0095701013F;
    tnm_reals value = 0.99999928F + f * (0.69312179F + f * (0.24024744F + f * cubic));
    return (tnm_reals)((tnm_ints)value + (whole << 23));
}

/* log2 of a positive normal number, by twice the area tangent of (x-1)/(x+1) for x between the
 * roots of 1/2 and 2; to within 2e-6. */
TNM_LANEWISE tnm_reals logarithm(tnm_reals x)
{
    enum { ROOT_OF_HALF = 0x3F3504F3 };
    tnm_ints exponent = ((tnm_ints)x - ROOT_OF_HALF) >> 23;
    tnm_reals f = (tnm_reals)((tnm_ints)x - (exponent << 23));
    tnm_reals s = (f - 1.0F) / (f + 1.0F), square = s * s;
    tnm_reals series = 2.88539008F + square * (0.96179669F + square * 0.57707802F);
    return __builtin_convertvector(exponent, tnm_reals) + s * series;
}

/* ---- one batch --------------------------------------------------------------------------- */

/* Logarithms of exp(tau * score / largest), but for a factor a row, which the first step cancels:
 * so that the largest of a row begins at 1. */
TNM_LANEWISE void begin(transport *self, const tnm_band *band, size_t first, float tau)
{
    size_t entries = self->m * self->m;
    tnm_reals largest = {0};
    tnm_lanes_load(self->plan, band, band->scores, first, self->m);
    for (size_t e = 0; e < entries; e++)
        largest = larger(largest, self->plan[e]);
    largest = tnm_choose_real(largest > 0, largest, tnm_real_lanes(1));
    for (size_t i = 0; i < self->m; i++) {
        tnm_reals *row = self->plan + i * self->m, top = {0};
        for (size_t j = 0; j < self->m; j++) {
            row[j] = row[j] / largest;
            top = larger(top, row[j]);
        }
        for (size_t j = 0; j < self->m; j++)
            row[j] = (row[j] - top) * (tau * 1.44269504F);
        self->row_shift[i] = self->col_shift[i] = tnm_real_lanes(0);
    }
    memset(self->dual, 0, entries * sizeof *self->dual);
}

/* Applies the factors of the last round to a row, and puts it into the box. */
TNM_LANEWISE void project_on_box(transport *self, size_t i)
{
    tnm_reals *plan = self->plan + i * self->m, *dual = self->dual + i * self->m;
    tnm_reals none = {0};
    for (size_t j = 0; j < self->m; j++) {
        tnm_reals z = plan[j] + dual[j] + (self->row_shift[i] + self->col_shift[j]);
        plan[j] = smaller(z, none);
        dual[j] = larger(z, none);
    }
}

/* One round in one pass: the box of the round before, rows, and the sums of the columns. */
TNM_LANEWISE void make_round(transport *self)
{
    tnm_reals sums[TNM_MAX_TILE], row[TNM_MAX_TILE];
    for (size_t j = 0; j < self->m; j++)
        sums[j] = tnm_real_lanes(0);
    for (size_t i = 0; i < self->m; i++) {
        tnm_reals sum = {0};
        project_on_box(self, i);
        for (size_t j = 0; j < self->m; j++) {
            row[j] = power_of_two(self->plan[i * self->m + j]);
            sum += row[j];
        }
        tnm_reals factor = self->kept / sum;
        self->row_shift[i] = logarithm(factor);
        for (size_t j = 0; j < self->m; j++)
            sums[j] += row[j] * factor;
    }
    for (size_t j = 0; j < self->m; j++)
        self->col_shift[j] = logarithm(self->kept / sums[j]);
}

/* Values in the order of the plan, and where that is 1, of its dual. */
TNM_LANEWISE void end(float *values, transport *self, const tnm_band *band, size_t first)
{
    size_t m = self->m;
    for (size_t i = 0; i < m; i++) {
        project_on_box(self, i);
        for (size_t j = 0; j < m; j++) {
            tnm_reals below = 1.0F / (1.0F - self->plan[i * m + j]);
            tnm_reals value = below + self->dual[i * m + j];
            for (size_t k = 0; k < tnm_lanes_used(band, first); k++)
                values[(i * band->tiles + first + k) * m + j] = value[k];
        }
    }
}

tnm_transport TNM_KERNEL(tnm_transport);

void TNM_KERNEL(tnm_transport)(float *values, tnm_transport_room *room, const tnm_band *band, int n,
                               float tau, int rounds)
{
    transport self = {.plan = (tnm_reals *)room->plan,
                      .dual = (tnm_reals *)room->dual,
                      .m = band->m,
                      .kept = (float)n};
    for (size_t first = 0; first < band->tiles; first += TNM_TILE_LANES) {
        begin(&self, band, first, tau);
        for (int round = 0; round < rounds; round++)
            make_round(&self);
        end(values, &self, band, first);
    }
}
