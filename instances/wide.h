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

/* The m*m scores of a tile in units of 2^spread.bottom, row-major: numbers + (i*m + j) * limbs. */
void tnm_wide_tile(uint64_t *numbers, size_t limbs, const tnm_band *band, size_t tile,
                   tnm_spread spread);

/* number = value * 2^shift, rounded down where shift < 0; must fit. */
void tnm_wide_set(uint64_t *number, size_t limbs, int64_t value, int shift);

/* Bits of a number but for its sign: the least b with -2^b <= number < 2^b. */
size_t tnm_wide_bits(const uint64_t *number, size_t limbs);

/* number / 2^shift, rounded down or up, and held to what an int64 holds. */
int64_t tnm_wide_divide(const uint64_t *number, size_t limbs, size_t shift);
int64_t tnm_wide_divide_up(const uint64_t *number, size_t limbs, size_t shift);

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
