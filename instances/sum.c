#include "instances/sum.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Adds a 192-bit two's complement number (low, middle, high limb) at limb `at`. */
static void add_at(tnm_sum *sum, size_t at, const uint64_t part[3])
{
    uint64_t sign = (uint64_t)((int64_t)part[2] >> 63);
    uint64_t carry = 0;
    for (size_t i = at; i < TNM_SUM_LIMBS; i++) {
        uint64_t addend = i - at < 3 ? part[i - at] : sign;
        if (i - at >= 3 && sign + carry == 0)
            return; /* 0 + 0, or ~0 + 1: nothing changes from here on */
        uint64_t low = sum->limb[i] + addend;
        uint64_t with_carry = low + carry;
        carry = (low < addend) | (with_carry < low);
        sum->limb[i] = with_carry;
    }
}

void tnm_sum_add_scaled(tnm_sum *sum, tnm_int128 value, int scale)
{
    unsigned offset = (unsigned)(scale - TNM_SUM_UNIT);
    unsigned shift = offset % 64;
    uint64_t low = (uint64_t)value;
    uint64_t high = (uint64_t)(value >> 64);
    uint64_t top = (uint64_t)(value >> 127);
    uint64_t part[3] = {low, high, top};
    if (shift != 0) {
        part[0] = low << shift;
        part[1] = high << shift | low >> (64 - shift);
        part[2] = top << shift | high >> (64 - shift);
    }
    add_at(sum, offset / 64, part);
}

/* A finite double as integer * 2^exponent. */
typedef struct parts {
    int64_t integer; /* 53 bits and a sign */
    int field;       /* of the exponent, counted from 1: exponent = field + LOWEST_EXPONENT */
} parts;

enum { LOWEST_EXPONENT = -1075, FIELDS = 2047 };

static inline parts take_apart(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int field = (int)(bits >> 52 & 2047);
    int64_t integer = (int64_t)(bits & ((UINT64_C(1) << 52) - 1));
    integer += field > 0 ? INT64_C(1) << 52 : 0; /* subnormals have no leading one */
    return (parts){bits >> 63 != 0 ? -integer : integer, field > 0 ? field : 1};
}

void tnm_sum_add_double(tnm_sum *sum, double x)
{
    parts number = take_apart(x);
    if (number.integer != 0)
        tnm_sum_add_scaled(sum, number.integer, number.field + LOWEST_EXPONENT);
}

/* Integers are first added up by exponent: 2^9 of them fit. */
void tnm_sum_add_doubles(tnm_sum *sum, const double *x, size_t count)
{
    enum { CHUNK = 1 << 9 };
    int64_t of_field[FIELDS];
    for (size_t start = 0; start < count; start += CHUNK) {
        size_t end = count - start < CHUNK ? count : start + CHUNK;
        int lowest = FIELDS, highest = 0;
        for (size_t i = start; i < end; i++) {
            int field = take_apart(x[i]).field;
            lowest = field < lowest ? field : lowest;
            highest = field > highest ? field : highest;
        }
        for (int field = lowest; field <= highest; field++)
            of_field[field] = 0;
        for (size_t i = start; i < end; i++) {
            parts number = take_apart(x[i]);
            of_field[number.field] += number.integer;
        }
        for (int field = lowest; field <= highest; field++) {
            if (of_field[field] != 0)
                tnm_sum_add_scaled(sum, of_field[field], field + LOWEST_EXPONENT);
        }
    }
}

void tnm_sum_add(tnm_sum *sum, const tnm_sum *other)
{
    uint64_t carry = 0;
    for (size_t i = 0; i < TNM_SUM_LIMBS; i++) {
        uint64_t low = sum->limb[i] + other->limb[i];
        uint64_t with_carry = low + carry;
        carry = (low < other->limb[i]) | (with_carry < low);
        sum->limb[i] = with_carry;
    }
}

static void negate(tnm_sum *sum)
{
    uint64_t carry = 1;
    for (size_t i = 0; i < TNM_SUM_LIMBS; i++) {
        sum->limb[i] = ~sum->limb[i] + carry;
        carry = carry & (sum->limb[i] == 0);
    }
}

void tnm_sum_subtract(tnm_sum *sum, const tnm_sum *other)
{
    tnm_sum minus = *other;
    negate(&minus);
    tnm_sum_add(sum, &minus);
}

int tnm_sum_sign(const tnm_sum *sum)
{
    if ((int64_t)sum->limb[TNM_SUM_LIMBS - 1] < 0)
        return -1;
    for (size_t i = 0; i < TNM_SUM_LIMBS; i++) {
        if (sum->limb[i] != 0)
            return 1;
    }
    return 0;
}

int tnm_sum_compare(const tnm_sum *a, const tnm_sum *b)
{
    tnm_sum difference = *a;
    tnm_sum_subtract(&difference, b);
    return tnm_sum_sign(&difference);
}

static bool any_bit_below(const tnm_sum *sum, int bit)
{
    for (int i = 0; i < bit / 64; i++) {
        if (sum->limb[i] != 0)
            return true;
    }
    return bit % 64 != 0 && (sum->limb[bit / 64] << (64 - bit % 64)) != 0;
}

static uint64_t bits_from(const tnm_sum *sum, int bit)
{
    uint64_t low = sum->limb[bit / 64] >> (bit % 64);
    if (bit % 64 == 0 || bit / 64 + 1 == TNM_SUM_LIMBS)
        return low;
    return low | sum->limb[bit / 64 + 1] << (64 - bit % 64);
}

double tnm_sum_double(const tnm_sum *sum)
{
    tnm_sum magnitude = *sum;
    int sign = tnm_sum_sign(sum);
    if (sign == 0)
        return 0;
    if (sign < 0)
        negate(&magnitude);
    int top = TNM_SUM_LIMBS - 1;
    while (magnitude.limb[top] == 0)
        top--;
    int length = top * 64 + 64 - __builtin_clzll(magnitude.limb[top]);
    /* The last bit a double can hold here: 53 below the top, or the denormal limit. */
    int last = length - 53 > -1074 - TNM_SUM_UNIT ? length - 53 : -1074 - TNM_SUM_UNIT;
    uint64_t mantissa = bits_from(&magnitude, last) & ((UINT64_C(1) << 53) - 1);
    bool half = bits_from(&magnitude, last - 1) & 1;
    if (half && ((mantissa & 1) != 0 || any_bit_below(&magnitude, last - 1)))
        mantissa++;
    return sign * ldexp((double)mantissa, last + TNM_SUM_UNIT);
}

/* The sum times 2^-256, rounded down: any sum is then within the doubles. */
static tnm_sum scaled_down(const tnm_sum *sum)
{
    enum { LIMBS = 4 };
    uint64_t sign = (uint64_t)((int64_t)sum->limb[TNM_SUM_LIMBS - 1] >> 63);
    tnm_sum small;
    for (size_t i = 0; i < TNM_SUM_LIMBS; i++)
        small.limb[i] = i + LIMBS < TNM_SUM_LIMBS ? sum->limb[i + LIMBS] : sign;
    return small;
}

double tnm_sum_ratio(const tnm_sum *a, const tnm_sum *b)
{
    double top = tnm_sum_double(a), bottom = tnm_sum_double(b);
    if (isfinite(top) && isfinite(bottom))
        return top / bottom;
    tnm_sum small_a = scaled_down(a), small_b = scaled_down(b);
    return tnm_sum_double(&small_a) / tnm_sum_double(&small_b);
}

/* ---- as text ----------------------------------------------------------------------------- */

enum { DIGITS = TNM_SUM_LIMBS * 16 }; /* hexadecimal ones; the lowest is number 0 */

static unsigned digit_at(const tnm_sum *sum, int number)
{
    return (unsigned)(sum->limb[number / 16] >> number % 16 * 4 & 15);
}

void tnm_sum_print(char text[TNM_SUM_TEXT], const tnm_sum *sum)
{
    tnm_sum magnitude = *sum;
    int sign = tnm_sum_sign(sum), lowest = 0, highest = DIGITS - 1;
    if (sign == 0) {
        snprintf(text, TNM_SUM_TEXT, "0x0p+0");
        return;
    }
    if (sign < 0)
        negate(&magnitude);
    while (digit_at(&magnitude, lowest) == 0)
        lowest++;
    while (digit_at(&magnitude, highest) == 0)
        highest--;
    char *end = text + snprintf(text, TNM_SUM_TEXT, "%s0x", sign < 0 ? "-" : "");
    for (int number = highest; number >= lowest; number--)
        *end++ = "0123456789abcdef"[digit_at(&magnitude, number)];
    snprintf(end, (size_t)(text + TNM_SUM_TEXT - end), "p%+d", TNM_SUM_UNIT + 4 * lowest);
}

/* The value of a hexadecimal digit, or -1. */
static int value_of(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

bool tnm_sum_parse(tnm_sum *sum, const char *text)
{
    bool negative = *text == '-';
    const char *digits = text + negative;
    *sum = (tnm_sum){0};
    if (strcmp(digits, "0x0p+0") == 0)
        return !negative;
    if (strncmp(digits, "0x", 2) != 0)
        return false;
    digits += 2;
    int count = (int)strspn(digits, "0123456789abcdef");
    char *end;
    if (count == 0 || count > DIGITS || digits[count] != 'p')
        return false;
    const char *power = digits + count + 1;
    long exponent = strtol(power, &end, 10) - TNM_SUM_UNIT;
    if (end == power || *end != '\0' || exponent < 0 || exponent % 4 != 0 ||
        exponent / 4 + count > DIGITS)
        return false;
    for (int k = 0; k < count; k++) {
        int number = (int)(exponent / 4) + count - 1 - k;
        sum->limb[number / 16] |= (uint64_t)value_of(digits[k]) << number % 16 * 4;
    }
    if (negative)
        negate(sum);
    return true;
}
