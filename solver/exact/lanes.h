/* Arithmetic in vector lanes, as scalar code: 16-bit numbers, and floats rounded to them. A loop
 * over lanes around these becomes vector code on any machine. */
#ifndef TNM_SOLVER_EXACT_LANES_H
#define TNM_SOLVER_EXACT_LANES_H

#include <stdint.h>
#include <string.h>

#define TNM_INLINE static inline __attribute__((always_inline))

/* Before a loop over lanes, none of which reads what another one writes: gcc then makes one version
 * of it, without asking at run time whether they overlap. */
#ifdef __clang__
#define TNM_EACH_LANE
#else
#define TNM_EACH_LANE _Pragma("GCC ivdep")
#endif

/* Scores and prices of the dual ascent: small fixed-point numbers, many to a vector. */
typedef int16_t tnm_short;

TNM_INLINE tnm_short tnm_smaller(tnm_short a, tnm_short b)
{
    return a < b ? a : b;
}

TNM_INLINE tnm_short tnm_larger(tnm_short a, tnm_short b)
{
    return a > b ? a : b;
}

/* Halfway between two numbers, rounded down, without overflow. */
TNM_INLINE tnm_short tnm_middle(tnm_short a, tnm_short b)
{
    return (tnm_short)((a & b) + ((a ^ b) >> 1));
}

/* The same to within one, and cheaper. */
TNM_INLINE tnm_short tnm_rough_middle(tnm_short a, tnm_short b)
{
    return (tnm_short)((a >> 1) + (b >> 1));
}

/* ---- truth values as bits ---------------------------------------------------------------- */

#define TNM_FOUR_BITS(k)                                                                           \
    UINT64_C(1) << (k), UINT64_C(2) << (k), UINT64_C(4) << (k), UINT64_C(8) << (k)
#define TNM_16_BITS(k)                                                                             \
    TNM_FOUR_BITS(k), TNM_FOUR_BITS((k) + 4), TNM_FOUR_BITS((k) + 8), TNM_FOUR_BITS((k) + 12)

/* Bit k for lane k: a table, as compilers make vectors of `true ? tnm_lane_bits[k] : 0`, but not of
 * shifts by k. */
static const uint64_t tnm_lane_bits[64] = {TNM_16_BITS(0), TNM_16_BITS(16), TNM_16_BITS(32),
                                           TNM_16_BITS(48)};

/* ---- floats as integers ------------------------------------------------------------------ */

TNM_INLINE uint32_t tnm_bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

TNM_INLINE float tnm_float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* A float of magnitude below 2^22 to the nearest integer: adding 1.5 * 2^23 rounds it, and leaves
 * it in the low bits of the sum. */
TNM_INLINE int tnm_rounded(float x)
{
    return (int)(tnm_bits_of(x + 12582912.0f) - UINT32_C(0x4B400000));
}

/* A score in units below 2^22, rounded to odd: an even number is exact, an odd one stands for all
 * numbers between its even neighbours. Prices in a proof are even, and compare with it as with the
 * score itself. */
TNM_INLINE uint32_t tnm_rounded_to_odd(float score, float unit, float per_unit)
{
    int whole = (int)(score * per_unit);
    return (uint32_t)(whole | ((float)whole * unit < score ? 1 : 0));
}

/* The exponent of a float >= 0, as its bits have it. */
TNM_INLINE uint32_t tnm_biased_exponent(uint32_t bits)
{
    return bits >> 23;
}

/* The exponent of the unit in which scores up to the largest take `width` bits; no smaller than the
 * factor 2^-exponent allows. */
TNM_INLINE tnm_short tnm_unit_exponent(tnm_short biased_exponent, int width)
{
    return tnm_larger((tnm_short)(biased_exponent - 126 - width), -126);
}

/* 2^-exponent */
TNM_INLINE float tnm_unit_factor(int exponent)
{
    return tnm_float_of((uint32_t)(127 - exponent) << 23);
}

#endif
