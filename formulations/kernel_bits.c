#include "formulations/kernel.h"
#include "formulations/lanes.h"

static void pack(uint64_t *line, const uint64_t *rows, size_t count, size_t m)
{
    memset(line, 0, (count * m + 63) / 64 * sizeof *line);
    switch (m) {
    case 4:
        lay_out_row(line, rows, count, 4);
        break;
    case 8:
        lay_out_row(line, rows, count, 8);
        break;
    case 16:
        lay_out_row(line, rows, count, 16);
        break;
    case 32:
        lay_out_row(line, rows, count, 32);
        break;
    default:
        lay_out_row(line, rows, count, 64);
    }
}

#ifdef __AVX2__
typedef uint8_t bytes __attribute__((vector_size(LANES * 4)));

#define EIGHT(k) k, k, k, k, k, k, k, k
#ifdef __AVX512F__ /* byte k of a word that is repeated, eight times, for all k */
#define EACH_EIGHT_TIMES(x)                                                                        \
    __builtin_shufflevector(x, x, EIGHT(0), EIGHT(1), EIGHT(18), EIGHT(19), EIGHT(36), EIGHT(37),  \
                            EIGHT(54), EIGHT(55))
#else
#define EACH_EIGHT_TIMES(x) __builtin_shufflevector(x, x, EIGHT(0), EIGHT(1), EIGHT(18), EIGHT(19))
#endif

static void spread(uint8_t *out, const uint64_t *line, size_t count)
{
    const longs bit_of_byte = (longs){0} + UINT64_C(0x8040201008040201);
    for (size_t at = 0; at < count * 64; at += sizeof(bytes)) {
        longs repeated = (longs){0} + (line[at / 64] >> at % 64);
        bytes picked = EACH_EIGHT_TIMES((bytes)repeated) & (bytes)bit_of_byte;
        bytes ones = (bytes)(picked == (bytes)bit_of_byte) & 1;
        memcpy(out + at, &ones, sizeof ones);
    }
}
#else
/* Eight bits at a time: each is copied to a byte, in place, and carried to the byte's top. */
static void spread(uint8_t *out, const uint64_t *line, size_t count)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    for (size_t at = 0; at < count * 64; at += 8) {
        uint64_t copies = (line[at / 64] >> at % 64 & 0xff) * ones;
        uint64_t picked = copies & UINT64_C(0x8040201008040201);
        uint64_t bytes = (picked + UINT64_C(0x00406070787c7e7f)) >> 7 & ones;
        memcpy(out + at, &bytes, sizeof bytes);
    }
}
#endif

extern const tnm_bits_kernel TNM_KERNEL(tnm_bits_kernel);
const tnm_bits_kernel TNM_KERNEL(tnm_bits_kernel) = {pack, spread};
