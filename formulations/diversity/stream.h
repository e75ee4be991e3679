/* A stream of random numbers that any 64-bit seed starts: splitmix64 [steele2014]. Cheap enough to
 * have one for every tile, so that masks do not depend on the number of threads. */
#ifndef TNM_FORMULATIONS_DIVERSITY_STREAM_H
#define TNM_FORMULATIONS_DIVERSITY_STREAM_H

#include <stdint.h>

typedef struct tnm_stream {
    uint64_t state; /* the seed, before the first number */
} tnm_stream;

/* The next 64 random bits. */
static inline uint64_t tnm_stream_next(tnm_stream *stream)
{
    uint64_t word = stream->state += UINT64_C(0x9E3779B97F4A7C15);
    word = (word ^ (word >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    word = (word ^ (word >> 27)) * UINT64_C(0x94D049BB133111EB);
    return word ^ (word >> 31);
}

/* A number below `end` > 0, without bias: numbers past the last whole multiple are drawn again. */
static inline uint64_t tnm_stream_below(tnm_stream *stream, uint64_t end)
{
    uint64_t word, excess = -end % end; /* 2^64 modulo end */
    do {
        word = tnm_stream_next(stream);
    } while (word < excess);
    return word % end;
}

#endif
