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

void tnm_wide_set(uint64_t *number, size_t limbs, int64_t value, int shift)
{
    uint64_t sign = value < 0 ? ~UINT64_C(0) : 0;
    size_t limb = shift > 0 ? (size_t)shift / 64 : 0, bit = shift > 0 ? (size_t)shift % 64 : 0;
    uint64_t low = (uint64_t)(shift < 0 ? value >> (shift > -63 ? -shift : 63) : value);
    for (size_t k = 0; k < limbs; k++)
        number[k] = k < limb ? 0 : sign;
    number[limb] = low << bit;
    if (bit != 0 && limb + 1 < limbs)
        number[limb + 1] = low >> (64 - bit) | sign << bit;
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

/* All bits of the sign. */
static uint64_t sign_limb(const uint64_t *number, size_t limbs)
{
    return (int64_t)number[limbs - 1] < 0 ? ~UINT64_C(0) : 0;
}

size_t tnm_wide_bits(const uint64_t *number, size_t limbs)
{
    uint64_t sign = sign_limb(number, limbs);
    for (size_t k = limbs; k-- > 0;) {
        if (number[k] != sign)
            return 64 * (k + 1) - (size_t)__builtin_clzll(number[k] ^ sign);
    }
    return 0;
}

bool tnm_wide_shift_down(uint64_t *number, size_t limbs, size_t shift)
{
    size_t limb = shift / 64, bit = shift % 64;
    uint64_t sign = sign_limb(number, limbs), lost = 0;
    for (size_t k = 0; k < limb && k < limbs; k++)
        lost |= number[k];
    if (bit != 0)
        lost |= (limb < limbs ? number[limb] : sign) << (64 - bit);
    for (size_t k = 0; k < limbs; k++) {
        uint64_t low = k + limb < limbs ? number[k + limb] : sign;
        uint64_t high = k + limb + 1 < limbs ? number[k + limb + 1] : sign;
        number[k] = bit == 0 ? low : low >> bit | high << (64 - bit);
    }
    return lost != 0;
}

int64_t tnm_wide_divide_up(const uint64_t *number, size_t limbs, size_t shift)
{
    uint64_t quotient[TNM_WIDE_MAX_LIMBS];
    tnm_wide_copy(quotient, number, limbs);
    bool lost = tnm_wide_shift_down(quotient, limbs, shift);
    return (int64_t)quotient[0] + lost;
}
