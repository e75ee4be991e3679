/* Exact sums of floating-point numbers.
 *
 * Scores are dyadic rationals, so their sums are too. A tnm_sum is a fixed-point number wide enough
 * to hold any sum of doubles and of scaled 64-bit prices without rounding; additions commute
 * exactly, which makes totals independent of threads, order and method. (A superaccumulator after
 * [kulisch2011].)
 *
 *     value = two's complement integer of LIMBS * 64 bits, times 2^TNM_SUM_UNIT            */
#ifndef TNM_INSTANCES_SUM_H
#define TNM_INSTANCES_SUM_H

#include "instances/base.h"

enum {
    TNM_SUM_LIMBS = 36,
    TNM_SUM_UNIT = -1152,      /* exponent of the lowest bit */
    TNM_SUM_MIN_SCALE = -1152, /* scales accepted by tnm_sum_add_scaled */
    TNM_SUM_MAX_SCALE = 1023   /* the unit of 2^1023; scaled values must then sum to < 2^127 */
};

typedef struct tnm_sum {
    uint64_t limb[TNM_SUM_LIMBS]; /* least significant first; all zero is the number zero */
} tnm_sum;

/* sum += x; x must be finite. */
void tnm_sum_add_double(tnm_sum *sum, double x);
/* sum += x[0] + ... + x[count-1], exactly; x finite. Fastest where there are few exponents. */
void tnm_sum_add_doubles(tnm_sum *sum, const double *x, size_t count);
/* sum += value * 2^scale, TNM_SUM_MIN_SCALE <= scale <= TNM_SUM_MAX_SCALE. */
void tnm_sum_add_scaled(tnm_sum *sum, tnm_int128 value, int scale);
/* sum += other, sum -= other. */
void tnm_sum_add(tnm_sum *sum, const tnm_sum *other);
void tnm_sum_subtract(tnm_sum *sum, const tnm_sum *other);
/* -1, 0, 1 as the sum is negative, zero, positive. */
int tnm_sum_sign(const tnm_sum *sum);
/* -1, 0, 1 as a < b, a = b, a > b. */
int tnm_sum_compare(const tnm_sum *a, const tnm_sum *b);
/* The nearest double, ties to even. */
double tnm_sum_double(const tnm_sum *sum);
/* a / b, of their nearest doubles where they are finite; good also where they are not. b > 0. */
double tnm_sum_ratio(const tnm_sum *a, const tnm_sum *b);

/* A sum as text, to the last bit: an integer times a power of two, in hexadecimal, as -0x1f3p-152.
 * C and Python read it as a floating-point number, too (and round it). */
enum { TNM_SUM_TEXT = 600 };
void tnm_sum_print(char text[TNM_SUM_TEXT], const tnm_sum *sum);
/* Reads what tnm_sum_print wrote; false where it did not write this. */
bool tnm_sum_parse(tnm_sum *sum, const char *text);

#endif
