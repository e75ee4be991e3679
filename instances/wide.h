/* Wide integers: the scores of a tile of any exponent spread, exactly.
 *
 * Where int64 cannot hold the scores of a tile at a common unit (instances/fixed.h), integers of
 * more limbs can: two's complement, 64 bits a limb, least significant limb first. The number of
 * limbs is a property of the tile; code written for any number of limbs, inlined with the constant
 * 1, is plain int64 arithmetic. Nothing but what shortest paths need: add, subtract, compare. */
#ifndef TNM_INSTANCES_WIDE_H
#define TNM_INSTANCES_WIDE_H

#include "instances/fixed.h"

#include <string.h>

#define TNM_ALWAYS_INLINE static inline __attribute__((always_inline))

/* Enough for all doubles, 2098 bits, and 14 bits more. */
enum { TNM_WIDE_MAX_LIMBS = 33 };

/* Headroom for labels and prices: lengths of paths of at most 2m+2 arcs, every second one of which
 * may be negative, are 66 scores at most, and a difference of two stays below 2^8 scores. */
enum { TNM_WIDE_HEADROOM = 8 };

/* Limbs for numbers of absolute value up to 2^headroom times the scores, headroom <= 13. */
size_t tnm_wide_limbs(tnm_spread spread, int headroom);

/* The m*m scores of a tile in units of 2^unit, which must be whole, row-major: numbers +
 * (i*m + j) * limbs. */
void tnm_wide_tile(uint64_t *numbers, size_t limbs, const tnm_band *band, size_t tile, int unit);

/* number / 2^shift, rounded up, and held to what an int64 holds. */
int64_t tnm_wide_divide_up(const uint64_t *number, size_t limbs, size_t shift);

/* number = score / 2^unit, a whole number; scores are never negative. */
TNM_ALWAYS_INLINE void tnm_wide_score(uint64_t *number, size_t limbs, double score, int unit)
{
    const uint64_t hidden = UINT64_C(1) << 52;
    uint64_t bits;
    memcpy(&bits, &score, sizeof bits);
    for (size_t k = 0; k < limbs; k++)
        number[k] = 0;
    if (bits == 0)
        return;
    int field = (int)(bits >> 52);
    uint64_t mantissa = field == 0 ? bits : (bits & (hidden - 1)) | hidden;
    int zeros = __builtin_ctzll(mantissa), lowest = (field == 0 ? -1074 : field - 1075) + zeros;
    mantissa >>= zeros;
    size_t bit = (size_t)(lowest - unit); /* where the lowest set bit belongs */
    number[bit / 64] = mantissa << bit % 64;
    if (bit % 64 != 0 && bit / 64 + 1 < limbs)
        number[bit / 64 + 1] = mantissa >> (64 - bit % 64);
}

/* number = value * 2^shift, rounded down where shift < 0; must fit. */
TNM_ALWAYS_INLINE void tnm_wide_set(uint64_t *number, size_t limbs, int64_t value, int shift)
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
TNM_ALWAYS_INLINE uint64_t tnm_wide_sign(const uint64_t *number, size_t limbs)
{
    return (int64_t)number[limbs - 1] < 0 ? ~UINT64_C(0) : 0;
}

/* Bits of a number but for its sign: the least b with -2^b <= number < 2^b. */
TNM_ALWAYS_INLINE size_t tnm_wide_bits(const uint64_t *number, size_t limbs)
{
    uint64_t sign = tnm_wide_sign(number, limbs);
    for (size_t k = limbs; k-- > 0;) {
        if (number[k] != sign)
            return 64 * (k + 1) - (size_t)__builtin_clzll(number[k] ^ sign);
    }
    return 0;
}

/* number / 2^shift, rounded down, and held to what an int64 holds. */
TNM_ALWAYS_INLINE int64_t tnm_wide_divide(const uint64_t *number, size_t limbs, size_t shift)
{
    size_t limb = shift / 64, bit = shift % 64;
    uint64_t sign = tnm_wide_sign(number, limbs);
    if (limb >= limbs)
        return (int64_t)sign;
    uint64_t low = number[limb], high = limb + 1 < limbs ? number[limb + 1] : sign;
    uint64_t quotient = bit == 0 ? low : low >> bit | high << (64 - bit);
    uint64_t above = ((uint64_t)((int64_t)high >> bit) ^ sign) | ((quotient ^ sign) >> 63);
    for (size_t k = limb + 2; k < limbs; k++)
        above |= number[k] ^ sign;
    return above == 0 ? (int64_t)quotient : sign != 0 ? INT64_MIN : INT64_MAX;
}

/* sum = a + b, sum = a - b; sum may be one of the two. */
TNM_ALWAYS_INLINE void tnm_wide_add(uint64_t *sum, const uint64_t *a, const uint64_t *b,
                                    size_t limbs)
{
    uint64_t carry = 0;
    for (size_t k = 0; k < limbs; k++) {
        uint64_t partial = a[k] + carry;
        carry = partial < carry;
        sum[k] = partial + b[k];
        carry += sum[k] < partial;
    }
}

TNM_ALWAYS_INLINE void tnm_wide_subtract(uint64_t *difference, const uint64_t *a, const uint64_t *b,
                                         size_t limbs)
{
    uint64_t borrow = 0;
    for (size_t k = 0; k < limbs; k++) {
        uint64_t partial = a[k] - borrow;
        borrow = a[k] < borrow;
        borrow += partial < b[k];
        difference[k] = partial - b[k];
    }
}

/* a < b */
TNM_ALWAYS_INLINE bool tnm_wide_less(const uint64_t *a, const uint64_t *b, size_t limbs)
{
    size_t k = limbs - 1;
    if (a[k] != b[k])
        return (int64_t)a[k] < (int64_t)b[k];
    while (k > 0 && a[k - 1] == b[k - 1])
        k--;
    return k > 0 && a[k - 1] < b[k - 1];
}

TNM_ALWAYS_INLINE void tnm_wide_copy(uint64_t *copy, const uint64_t *number, size_t limbs)
{
    for (size_t k = 0; k < limbs; k++)
        copy[k] = number[k];
}

#endif
