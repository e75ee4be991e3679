#include "instances/wide.h"

size_t tnm_wide_limbs(tnm_spread spread, int headroom)
{
    int bits = spread.top - spread.bottom + headroom + 1; /* and the sign */
    return (size_t)(bits + 63) / 64;
}

void tnm_wide_tile(uint64_t *numbers, size_t limbs, const tnm_band *band, size_t tile, int unit)
{
    for (size_t i = 0; i < band->m; i++) {
        for (size_t j = 0; j < band->m; j++)
            tnm_wide_score(numbers + (i * band->m + j) * limbs, limbs,
                           tnm_band_score(band, tile, i, j), unit);
    }
}

/* Whether any of the lowest bits is set. */
static bool has_bits_below(const uint64_t *number, size_t limbs, size_t shift)
{
    size_t limb = shift / 64, bit = shift % 64;
    uint64_t below = limb < limbs && bit != 0 ? number[limb] << (64 - bit) : 0;
    for (size_t k = 0; k < limb && k < limbs; k++)
        below |= number[k];
    return below != 0;
}

int64_t tnm_wide_divide_up(const uint64_t *number, size_t limbs, size_t shift)
{
    int64_t quotient = tnm_wide_divide(number, limbs, shift);
    return quotient + (quotient < INT64_MAX && has_bits_below(number, limbs, shift));
}
