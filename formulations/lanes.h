/* Vectors of the instruction set that a kernel file is compiled for, and words of bits side by
 * side. For kernel*.c only. */
#ifndef TNM_FORMULATIONS_LANES_H
#define TNM_FORMULATIONS_LANES_H

#include "formulations/kernel.h"

#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "strings of bits are read as words, the lowest byte first");

#define INLINE static inline __attribute__((always_inline))

#if defined(__AVX512F__)
enum { LANES = 16 };
#elif defined(__AVX2__)
enum { LANES = 8 };
#else
enum { LANES = 4 };
#endif
typedef float floats __attribute__((vector_size(LANES * 4)));
typedef uint32_t words __attribute__((vector_size(LANES * 4)));
typedef int32_t ints __attribute__((vector_size(LANES * 4)));
typedef uint64_t longs __attribute__((vector_size(LANES * 4)));
typedef double doubles __attribute__((vector_size(LANES * 4)));

/* Writes words of `width` bits side by side; returns the or of them all. */
#define NARROW(width)                                                                              \
    INLINE uint64_t narrow_to_##width(char *restrict narrow, const uint64_t *restrict words_of,    \
                                      size_t count)                                                \
    {                                                                                              \
        uint64_t any = 0;                                                                          \
        for (size_t t = 0; t < count; t++) {                                                       \
            uint##width##_t word = (uint##width##_t)words_of[t];                                   \
            memcpy(narrow + t * sizeof word, &word, sizeof word);                                  \
            any |= words_of[t];                                                                    \
        }                                                                                          \
        return any;                                                                                \
    }
NARROW(8)
NARROW(16)
NARROW(32)
NARROW(64)

INLINE uint64_t narrow_to_4(char *restrict narrow, const uint64_t *restrict words_of, size_t count)
{
    char bytes[TNM_PIECE_TILES + 1];
    uint64_t any = narrow_to_8(bytes, words_of, count);
    bytes[count] = 0;
    for (size_t k = 0; k < (count + 1) / 2; k++) {
        uint16_t pair;
        memcpy(&pair, bytes + 2 * k, sizeof pair);
        narrow[k] = (char)((pair & 0x0f) | (pair >> 4 & 0xf0));
    }
    return any;
}

INLINE uint64_t lay_out_row(uint64_t *kept, const uint64_t *rows, size_t count, size_t width)
{
    char *narrow = (char *)kept;
    return width == 4    ? narrow_to_4(narrow, rows, count)
           : width == 8  ? narrow_to_8(narrow, rows, count)
           : width == 16 ? narrow_to_16(narrow, rows, count)
           : width == 32 ? narrow_to_32(narrow, rows, count)
                         : narrow_to_64(narrow, rows, count);
}

#endif
