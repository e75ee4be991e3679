/* Transposition of numbers between lanes and neighbours, by whole vectors.
 *
 * A vector is made of parts of 16 bytes, and shuffles are cheapest within parts, so every part is
 * a block of its own:
 *
 *     vector 0:   a0 b0 c0 d0 | a4 b4 c4 d4 | ..         a0 a1 a2 a3 | a4 a5 a6 a7 | ..
 *     vector 1:   a1 b1 c1 d1 | a5 b5 c5 d5 | ..   -->   b0 b1 b2 b3 | b4 b5 b6 b7 | ..
 *     vector 2:   a2 b2 c2 d2 | a6 b6 c6 d6 | ..         c0 c1 c2 c3 | c4 c5 c6 c7 | ..
 *     vector 3:   a3 b3 c3 d3 | a7 b7 c7 d7 | ..         d0 d1 d2 d3 | d4 d5 d6 d7 | ..
 *
 * No vector is put together by way of memory: a load waits for what is stored in parts until it has
 * reached the cache. For the same reason blocks are copied vector by vector. */
#ifndef TNM_SOLVER_EXACT_TRANSPOSING_H
#define TNM_SOLVER_EXACT_TRANSPOSING_H

#include "solver/exact/lanes.h"

/* In TNM_EACH_PART(LANES, first, size), LANES(k) are the lanes taken from a part that begins with
 * lane k - first, and has `size` lanes. */
#if defined(__AVX512BW__)
enum { TNM_PARTS = 4 };
#define TNM_EACH_PART(LANES, first, size)                                                          \
    LANES(first), LANES((first) + (size)), LANES((first) + 2 * (size)), LANES((first) + 3 * (size))
#elif defined(__AVX2__)
enum { TNM_PARTS = 2 };
#define TNM_EACH_PART(LANES, first, size) LANES(first), LANES((first) + (size))
#else
enum { TNM_PARTS = 1 };
#define TNM_EACH_PART(LANES, first, size) LANES(first)
#endif

typedef tnm_short tnm_shorts __attribute__((vector_size(16 * TNM_PARTS)));
typedef uint32_t tnm_words __attribute__((vector_size(16 * TNM_PARTS)));
typedef int64_t tnm_longs __attribute__((vector_size(16 * TNM_PARTS)));
enum { TNM_LONGS = 2 * TNM_PARTS }; /* lanes of these */

/* ---- shuffles within parts --------------------------------------------------------------- */

/* From lane k on, two or four lanes of one vector and of the other, in turns. */
#define TNM_ZIP_WORDS(k)     (k), (k) + 4 * TNM_PARTS, (k) + 1, (k) + 1 + 4 * TNM_PARTS
#define TNM_ZIP_PAIR(k)      (k), (k) + 8 * TNM_PARTS, (k) + 1, (k) + 1 + 8 * TNM_PARTS
#define TNM_ZIP_SHORTS(k)    TNM_ZIP_PAIR(k), TNM_ZIP_PAIR((k) + 2)

/* Four times a word. */
#define TNM_FOUR_TIMES(k)    (k), (k), (k), (k)
#define TNM_SAME_WORDS(x, i) __builtin_shufflevector(x, x, TNM_EACH_PART(TNM_FOUR_TIMES, i, 4))

/* A perfect shuffle of the vectors of a block, twice as many as `half`. */
#define TNM_SHUFFLE(name, vector, half, ZIP, size)                                                 \
    TNM_INLINE void name(vector a[2 * (half)])                                                     \
    {                                                                                              \
        vector b[2 * (half)];                                                                      \
        _Pragma("GCC unroll 4") for (int i = 0; i < (half); i++)                                   \
        {                                                                                          \
            b[2 * i] = __builtin_shufflevector(a[i], a[i + (half)], TNM_EACH_PART(ZIP, 0, size));  \
            b[2 * i + 1] = __builtin_shufflevector(a[i], a[i + (half)],                            \
                                                   TNM_EACH_PART(ZIP, (size) / 2, size));          \
        }                                                                                          \
        _Pragma("GCC unroll 8") for (int i = 0; i < 2 * (half); i++) a[i] = b[i];                  \
    }
TNM_SHUFFLE(tnm_shuffle_words, tnm_words, 2, TNM_ZIP_WORDS, 4)
TNM_SHUFFLE(tnm_shuffle_shorts, tnm_shorts, 4, TNM_ZIP_SHORTS, 8)

/* Blocks of 4 x 4 words, by two perfect shuffles of their rows. */
TNM_INLINE void tnm_transpose_words(tnm_words a[4])
{
    tnm_shuffle_words(a);
    tnm_shuffle_words(a);
}

/* Blocks of 8 x 8 16-bit numbers, by three. */
TNM_INLINE void tnm_transpose_shorts(tnm_shorts a[8])
{
    tnm_shuffle_shorts(a);
    tnm_shuffle_shorts(a);
    tnm_shuffle_shorts(a);
}

/* One block of 4 x 4 words, whose rows lie side by side. */
TNM_INLINE void tnm_transpose_block(tnm_words a[4 / TNM_PARTS])
{
#if defined(__AVX512BW__)
    a[0] =
        __builtin_shufflevector(a[0], a[0], 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
#elif defined(__AVX2__)
    tnm_words low = __builtin_shufflevector(a[0], a[1], 0, 4, 8, 12, 1, 5, 9, 13);
    a[1] = __builtin_shufflevector(a[0], a[1], 2, 6, 10, 14, 3, 7, 11, 15);
    a[0] = low;
#else
    tnm_transpose_words(a);
#endif
}

/* ---- parts in memory --------------------------------------------------------------------- */

/* The vector of the parts at from[0], from[1], ... */
TNM_INLINE tnm_words tnm_load_parts(const void *const from[TNM_PARTS])
{
    typedef uint32_t words_16 __attribute__((vector_size(16)));
    words_16 part[TNM_PARTS];
#pragma GCC unroll 4
    for (int k = 0; k < TNM_PARTS; k++)
        memcpy(&part[k], from[k], sizeof part[k]);
#if defined(__AVX512BW__)
    typedef uint32_t words_32 __attribute__((vector_size(32)));
    words_32 low = __builtin_shufflevector(part[0], part[1], 0, 1, 2, 3, 4, 5, 6, 7);
    words_32 high = __builtin_shufflevector(part[2], part[3], 0, 1, 2, 3, 4, 5, 6, 7);
    return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#elif defined(__AVX2__)
    return __builtin_shufflevector(part[0], part[1], 0, 1, 2, 3, 4, 5, 6, 7);
#else
    return part[0];
#endif
}

#endif
