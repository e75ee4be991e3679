#include "instances/wide.h"

size_t tnm_wide_limbs(tnm_spread spread, int headroom)
{
    int bits = spread.top - spread.bottom + headroom + 1; /* and the sign */
    return (size_t)(bits + 63) / 64;
}

/* number = score / 2^unit, a whole number */
static void set(uint64_t *number, size_t limbs, double score, int unit)
{
    const uint64_t hidden = UINT64_C(1) << 52;
    uint64_t bits;
    memcpy(&bits, &score, sizeof bits);
    for (size_t k = 0; k < limbs; k++)
        number[k] = 0;
    if (bits == 0)
        return;
    int field = (int)(bits >> 52); /* scores are never negative */
    uint64_t mantissa = field == 0 ? bits : (bits & (hidden - 1)) | hidden;
    int zeros = __builtin_ctzll(mantissa), lowest = (field == 0 ? -1074 : field - 1075) + zeros;
    mantissa >>= zeros;
    size_t bit = (size_t)(lowest - unit); /* where the lowest set bit belongs */
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

int64_t tnm_wide_divide(const uint64_t *number, size_t limbs, size_t shift)
{
    size_t limb = shift / 64, bit = shift % 64;
    uint64_t sign = sign_limb(number, limbs);
    if (limb >= limbs)
        return (int64_t)sign;
    uint64_t low = number[limb], high = limb + 1 < limbs ? number[limb + 1] : sign;
    uint64_t quotient = bit == 0 ? low : low >> bit | high << (64 - bit);
    uint64_t above = ((uint64_t)((int64_t)high >> bit) ^ sign) | ((quotient ^ sign) >> 63);
    for (size_t k = limb + 2; k < limbs; k++)
        above |= number[k] ^ sign;
    return above == 0 ? (int64_t)quotient : sign != 0 ? INT64_MIN : INT64_MAX;
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
