#include "instances/wide.h"

#include <math.h>

size_t tnm_wide_limbs(tnm_spread spread, int headroom)
{
    int bits = spread.top - spread.bottom + headroom + 1; /* and the sign */
    return (size_t)(bits + 63) / 64;
}

/* number = score / 2^unit, a whole number */
static void set(uint64_t *number, size_t limbs, double score, int unit)
{
    int exponent;
    memset(number, 0, limbs * sizeof *number);
    if (score == 0)
        return;
    uint64_t mantissa = (uint64_t)ldexp(frexp(score, &exponent), 53);
    int zeros = __builtin_ctzll(mantissa);
    mantissa >>= zeros;
    size_t bit = (size_t)(exponent - 53 + zeros - unit); /* where the lowest set bit belongs */
    number[bit / 64] = mantissa << bit % 64;
    if (bit % 64 != 0 && bit / 64 + 1 < limbs)
        number[bit / 64 + 1] = mantissa >> (64 - bit % 64);
}

void tnm_wide_tile(uint64_t *numbers, size_t limbs, const tnm_band *band, size_t tile,
                   tnm_spread spread)
{
    for (size_t i = 0; i < band->m; i++) {
        for (size_t j = 0; j < band->m; j++)
            set(numbers + (i * band->m + j) * limbs, limbs, tnm_band_score(band, tile, i, j),
                spread.bottom);
    }
}

bool tnm_wide_narrow(int64_t *value, const uint64_t *number, size_t limbs)
{
    uint64_t sign = (int64_t)number[0] < 0 ? ~UINT64_C(0) : 0;
    for (size_t k = 1; k < limbs; k++) {
        if (number[k] != sign)
            return false;
    }
    *value = (int64_t)number[0];
    return true;
}
