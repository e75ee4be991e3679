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
NARROW(16)
NARROW(32)
NARROW(64)

#ifdef __AVX512F__ /* has an instruction for it, and so only nibbles ask for more */
NARROW(8)

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
#else
/* As many words as fill one, gathered there: vectors of neighbouring words are moved up and or-ed,
 * and last the lanes of the result, which still lie `width` bits apart. Before that nothing crosses
 * lanes, which is slow on many machines. */
INLINE uint64_t gather_fields(const uint64_t *words_of, size_t width, longs *any)
{
    longs gathered = {0};
    uint64_t word = 0;
    for (size_t t = 0; t < 64 / width; t += LANES / 2) {
        longs few;
        memcpy(&few, words_of + t, sizeof few);
        *any |= few;
        gathered |= (few & UINT64_MAX >> (64 - width)) << (t * width);
    }
    for (size_t lane = 0; lane < LANES / 2; lane++)
        word |= gathered[lane] << (lane * width);
    return word;
}

/* Writes words of so few bits that many of them go into a word. */
INLINE uint64_t narrow_to_few(char *restrict narrow, const uint64_t *restrict words_of,
                              size_t count, size_t width)
{
    size_t together = 64 / width, done = 0;
    longs any_of_lane = {0};
    for (; done + together <= count; done += together) {
        uint64_t word = gather_fields(words_of + done, width, &any_of_lane);
        memcpy(narrow + done * width / 8, &word, sizeof word);
    }
    uint64_t any = 0, rest = 0;
    for (size_t lane = 0; lane < LANES / 2; lane++)
        any |= any_of_lane[lane];
    for (size_t t = done; t < count; t++) {
        any |= words_of[t];
        rest |= (words_of[t] & UINT64_MAX >> (64 - width)) << ((t - done) * width);
    }
    memcpy(narrow + done * width / 8, &rest, ((count - done) * width + 7) / 8);
    return any;
}

INLINE uint64_t narrow_to_4(char *restrict narrow, const uint64_t *restrict words_of, size_t count)
{
    return narrow_to_few(narrow, words_of, count, 4);
}

INLINE uint64_t narrow_to_8(char *restrict narrow, const uint64_t *restrict words_of, size_t count)
{
    return narrow_to_few(narrow, words_of, count, 8);
}
#endif

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
