#include "formulations/kernel.h"

#include <math.h>
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

enum { COLUMNS = TNM_PIECE_SCORES / 4, ROW_WORDS = COLUMNS / 64 }; /* at most */

/* A piece, laid out: m rows of `columns` entries, a multiple of 64. */
typedef struct layout {
    size_t m, width, columns;
    const float *scores; /* `stride` apart */
    size_t stride;
    uint64_t kept[TNM_PIECE_SCORES / 64 + 1]; /* one more, as bits_from() reads past the end */
    float row_prices[COLUMNS];                /* u_i of tile t at t * width + i */
    float col_prices[COLUMNS];                /* v_j of tile t at t * width + j */
    float copy[TNM_PIECE_SCORES];             /* of scores that do not lie as they should */
    /* Findings. */
    uint64_t wrong[ROW_WORDS]; /* nonzero in a tile's field of `width` bits: lines not full */
    bool judged[TNM_PIECE_TILES];
    uint32_t tight[COLUMNS]; /* of a column; sign bit set: not slack */
} layout;

/* ---- layout ------------------------------------------------------------------------------ */

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

/* Writes the mask as strings of bits. Returns the bits of all rows that belong to no column. */
INLINE uint64_t lay_out_mask(layout *self, const tnm_piece *piece, size_t width)
{
    uint64_t any = 0, *kept = self->kept;
    size_t row_words = self->columns / 64;
    memset(self->kept, 0, self->m * row_words * sizeof *self->kept);
    for (size_t i = 0; i < self->m; i++, kept += row_words)
        any |= lay_out_row(kept, piece->rows + i * piece->band->tiles + piece->first, piece->tiles,
                           width);
    return any & ~tnm_low_bits(self->m);
}

/* Scores stay where they are, unless tiles are narrower than `width` or the last columns lack. */
static void lay_out_scores(layout *self, const tnm_piece *piece)
{
    const tnm_band *band = piece->band;
    const float *scores = band->scores + piece->first * band->m;
    self->scores = scores;
    self->stride = band->stride;
    if (self->m == self->width && piece->tiles * self->width == self->columns)
        return;
    self->scores = self->copy;
    self->stride = self->columns;
    memset(self->copy, 0, self->m * self->columns * sizeof *self->copy);
    for (size_t i = 0; i < self->m; i++) {
        for (size_t t = 0; t < piece->tiles; t++)
            memcpy(self->copy + i * self->columns + t * self->width,
                   scores + i * band->stride + t * self->m, self->m * sizeof *scores);
    }
}

/* 2^exponent, -126 <= exponent <= 127 */
INLINE float power_of_two(int64_t exponent)
{
    uint32_t bits = (uint32_t)(exponent + 127) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

/* Prices of magnitude up to 2^23 add up as floats without rounding. */
enum { SHORT = 1 << 23, MIN_SCALE = -126, MAX_SCALE = 100 };

/* What has been seen among integers, or-ed. */
typedef struct seen {
    longs raised; /* integers + SHORT: bits from 24 on come up where one is not short */
    longs plain;  /* the sign comes up where one is negative */
} seen;

enum { FEW = LANES / 2 }; /* integers of a vector */
typedef int32_t few_shorts __attribute__((vector_size(FEW * 4)));
typedef float few_floats __attribute__((vector_size(FEW * 4)));

/* Integers times the unit; `count` is a constant and a multiple of FEW. */
INLINE void scale_prices(float *scaled, const int64_t *integers, size_t count, float unit,
                         seen *all)
{
    for (size_t k = 0; k < count; k += FEW) {
        longs few;
        memcpy(&few, integers + k, sizeof few);
        all->raised |= few + SHORT;
        all->plain |= few;
        few_shorts shorts = __builtin_convertvector(few, few_shorts);
        few_floats prices = __builtin_convertvector(shorts, few_floats) * unit;
        memcpy(scaled + k, &prices, sizeof prices);
    }
}

/* Writes the prices of a tile of side `width`, a constant. */
INLINE void lay_out_lines(float *row_prices, float *col_prices, const int64_t *prices, float unit,
                          size_t width, seen *all)
{
    if (width >= FEW) {
        scale_prices(row_prices, prices, width, unit, all);
        scale_prices(col_prices, prices + width, width, unit, all);
        return;
    }
    float both[FEW]; /* rows and columns fill one vector */
    scale_prices(both, prices, 2 * width, unit, all);
    memcpy(row_prices, both, width * sizeof *both);
    memcpy(col_prices, both + width, width * sizeof *both);
}

/* The prices of all tiles, at full speed; returns whether all can be used. Otherwise nothing that
 * was written is of use. */
INLINE bool lay_out_all_prices(layout *self, const tnm_piece *piece, size_t width)
{
    seen all = {{0}, {0}};
    bool in_range = true;
    size_t length = 2 * width + 1;
    const int64_t *certificate = piece->prices + piece->first * length;
    for (size_t column = 0; column < self->columns; column += width, certificate += length) {
        int64_t scale = certificate[0];
        in_range &= scale >= MIN_SCALE && scale <= MAX_SCALE;
        lay_out_lines(self->row_prices + column, self->col_prices + column, certificate + 1,
                      power_of_two(scale), width, &all);
    }
    uint64_t raised = 0, plain = 0;
    for (size_t k = 0; k < FEW; k++) {
        raised |= all.raised[k];
        plain |= all.plain[k];
    }
    bool allowed = piece->problem->constraint == TNM_EQUAL || plain >> 63 == 0;
    return in_range && allowed && raised < 2 * SHORT;
}

/* The prices of one tile, if they can be used. */
static bool lay_out_tile_prices(layout *self, const tnm_piece *piece, size_t t)
{
    size_t m = self->m;
    const int64_t *certificate = piece->prices + (piece->first + t) * (2 * m + 1);
    int64_t lowest = piece->problem->constraint == TNM_ATMOST ? 0 : -SHORT;
    if (certificate[0] < MIN_SCALE || certificate[0] > MAX_SCALE)
        return false;
    for (size_t k = 1; k <= 2 * m; k++) {
        if (certificate[k] < lowest || certificate[k] > SHORT)
            return false;
    }
    float unit = power_of_two(certificate[0]);
    for (size_t k = 0; k < m; k++) {
        self->row_prices[t * self->width + k] = (float)certificate[1 + k] * unit;
        self->col_prices[t * self->width + k] = (float)certificate[1 + m + k] * unit;
    }
    return true;
}

/* Lays out the prices; returns how many tiles have prices that can be used. The other columns get a
 * price that no score reaches. */
INLINE size_t lay_out_prices(layout *self, const tnm_piece *piece, size_t width)
{
    const float out_of_reach = 0x1p120F;
    size_t usable = 0;
    bool whole = self->m == width && piece->tiles * width == self->columns;
    if (whole && piece->prices != NULL && lay_out_all_prices(self, piece, width)) {
        memset(self->judged, true, piece->tiles);
        return piece->tiles;
    }
    for (size_t column = 0; column < self->columns; column++) {
        self->row_prices[column] = 0;
        self->col_prices[column] = out_of_reach;
    }
    for (size_t t = 0; t < piece->tiles; t++) {
        self->judged[t] = piece->prices != NULL && lay_out_tile_prices(self, piece, t);
        usable += self->judged[t];
    }
    return usable;
}

/* ---- counts ------------------------------------------------------------------------------ */

/* The lowest bit of every field of `width` bits. */
INLINE uint64_t field_ones(size_t width)
{
    return UINT64_MAX / tnm_low_bits(width);
}

/* The number of bits set in every field. */
INLINE uint64_t count_in_fields(uint64_t word, size_t width)
{
#pragma GCC unroll 6
    for (size_t half = 1; half < width; half *= 2) {
        uint64_t lower = UINT64_MAX / ((UINT64_C(1) << half) + 1);
        word = (word & lower) + (word >> half & lower);
    }
    return word;
}

/* Nonzero in the fields of those tiles, among 64 columns, in which a line does not keep n. Columns
 * are counted 64 at a time: bit j of plane[p] is bit p of the count of column j. */
INLINE uint64_t wrong_fields(const layout *self, size_t k, uint64_t n, size_t width)
{
    enum { PLANES = 7 };
    size_t planes = (size_t)__builtin_ctzll(width) + 1, row_words = self->columns / 64;
    uint64_t plane[PLANES] = {0}, wrong_rows = 0, wrong_columns = 0;
    for (size_t i = 0; i < self->m; i++) {
        uint64_t carry = self->kept[i * row_words + k];
        wrong_rows |= count_in_fields(carry, width) ^ n * field_ones(width);
#pragma GCC unroll 7
        for (size_t p = 0; p < planes; p++) {
            uint64_t both = plane[p] & carry;
            plane[p] ^= carry;
            carry = both;
        }
    }
    for (size_t p = 0; p < planes; p++)
        wrong_columns |= plane[p] ^ (0 - (n >> p & 1));
    return wrong_rows | (wrong_columns & tnm_low_bits(self->m) * field_ones(width));
}

/* Fills wrong[], and returns whether nothing is wrong. */
INLINE bool count_lines(layout *self, const tnm_piece *piece, size_t width)
{
    uint64_t any = 0;
    for (size_t k = 0; k * 64 < self->columns; k++) {
        self->wrong[k] = wrong_fields(self, k, (uint64_t)piece->problem->n, width);
        size_t left = piece->tiles - k * (64 / width);
        any |= self->wrong[k] & (left * width < 64 ? tnm_low_bits(left * width) : UINT64_MAX);
    }
    return any == 0;
}

/* ---- sums and slackness ------------------------------------------------------------------
 *
 * The bits of a float, moved up by 29 places and read as a double, are the same number times
 * 2^-896, for all floats that are finite and not negative. Sums of these are exact as long as they
 * stay below 2^53 times the unit of the smallest addend. Partial sums only grow, so it is enough to
 * look at the last one. */

typedef struct sums {
    doubles kept[2], total[2]; /* of even and odd columns, times 2^-896 */
    words least;               /* smallest nonzero score, as bits, less one */
} sums;

INLINE words load(const float *from)
{
    words lanes;
    memcpy(&lanes, from, sizeof lanes);
    return lanes;
}

INLINE doubles even_lanes(words scores)
{
    return (doubles)(((longs)scores & UINT32_MAX) << 29);
}

INLINE doubles odd_lanes(words scores)
{
    return (doubles)((longs)scores >> 3 & (uint64_t)UINT32_MAX << 29);
}

INLINE words smaller(words a, words b)
{
    uint32_t x[LANES], y[LANES];
    memcpy(x, &a, sizeof a);
    memcpy(y, &b, sizeof b);
    for (size_t lane = 0; lane < LANES; lane++)
        x[lane] = x[lane] < y[lane] ? x[lane] : y[lane];
    memcpy(&a, x, sizeof a);
    return a;
}

/* All ones in the lanes of kept entries; bit k of `bits` says so of lane k. */
INLINE words kept_lanes(uint32_t bits)
{
#ifdef __AVX2__
    static const uint32_t to_sign[16] = {31, 30, 29, 28, 27, 26, 25, 24,
                                         23, 22, 21, 20, 19, 18, 17, 16};
    words lanes = {0}, shifts;
    memcpy(&shifts, to_sign, sizeof shifts);
    return (words)((ints)((lanes + bits) << shifts) >> 31);
#else
    words lanes = {0}, bit_of_lane = {1, 2, 4, 8};
    return (words)(((lanes + bits) & bit_of_lane) == bit_of_lane);
#endif
}

/* The bits of LANES columns from `column` on, in the lowest places; other bits above. */
INLINE uint32_t bits_from(const uint64_t *row, size_t column)
{
    uint32_t bits;
    memcpy(&bits, (const char *)row + column / 8, sizeof bits);
    return bits >> column % 8;
}

/* One row of LANES columns. The result has its sign bit set in the lanes of entries that are not
 * slack: s - p is negative where kept, p - s where dropped. */
INLINE words grade_row(sums *sum, const layout *self, size_t i, size_t column, floats price)
{
    words score = load(self->scores + i * self->stride + column);
    words keep = kept_lanes(bits_from(self->kept + i * (self->columns / 64), column));
    words kept = score & keep;
    sum->kept[0] += even_lanes(kept);
    sum->kept[1] += odd_lanes(kept);
    sum->total[0] += even_lanes(score);
    sum->total[1] += odd_lanes(score);
    sum->least = smaller(sum->least, score - 1);
    words sign = keep & UINT32_C(0x80000000);
    return (words)((floats)((words)price ^ sign) - (floats)(score ^ sign));
}

/* Lane by lane, the element i of the group of lanes it belongs to. */
#if defined(__AVX512F__)
#define OF_GROUPS_OF_4(x, i)                                                                       \
    __builtin_shufflevector(x, x, i, i, i, i, 4 + i, 4 + i, 4 + i, 4 + i, 8 + i, 8 + i, 8 + i,     \
                            8 + i, 12 + i, 12 + i, 12 + i, 12 + i)
#define OF_GROUPS_OF_8(x, i)                                                                       \
    __builtin_shufflevector(x, x, i, i, i, i, i, i, i, i, 8 + i, 8 + i, 8 + i, 8 + i, 8 + i,       \
                            8 + i, 8 + i, 8 + i)
#elif defined(__AVX2__)
#define OF_GROUPS_OF_4(x, i) __builtin_shufflevector(x, x, i, i, i, i, 4 + i, 4 + i, 4 + i, 4 + i)
#define OF_GROUPS_OF_8(x, i) __builtin_shufflevector(x, x, i, i, i, i, i, i, i, i)
#else
#define OF_GROUPS_OF_4(x, i) __builtin_shufflevector(x, x, i, i, i, i)
#define OF_GROUPS_OF_8(x, i) (x)
#endif

/* All rows of LANES columns. */
INLINE words grade_columns(sums *sum, const layout *self, size_t column, size_t width)
{
    words tight = {0};
    floats u = (floats)load(self->row_prices + column), v = (floats)load(self->col_prices + column);
#define ROW(i, row_price)                                                                          \
    if (i < self->m)                                                                               \
        tight |= grade_row(sum, self, i, column, v + row_price);
    if (width == 4) {
        ROW(0, OF_GROUPS_OF_4(u, 0))
        ROW(1, OF_GROUPS_OF_4(u, 1))
        ROW(2, OF_GROUPS_OF_4(u, 2))
        ROW(3, OF_GROUPS_OF_4(u, 3))
    } else if (width == 8 && LANES >= 8) {
        ROW(0, OF_GROUPS_OF_8(u, 0))
        ROW(1, OF_GROUPS_OF_8(u, 1))
        ROW(2, OF_GROUPS_OF_8(u, 2))
        ROW(3, OF_GROUPS_OF_8(u, 3))
        ROW(4, OF_GROUPS_OF_8(u, 4))
        ROW(5, OF_GROUPS_OF_8(u, 5))
        ROW(6, OF_GROUPS_OF_8(u, 6))
        ROW(7, OF_GROUPS_OF_8(u, 7))
    } else {
        const float *row_prices = self->row_prices + column / width * width;
        for (size_t i = 0; i < self->m; i++)
            tight |= grade_row(sum, self, i, column, v + row_prices[i]);
    }
#undef ROW
    return tight;
}

/* The unit of the last place of a float that is not zero. */
static int unit_of(uint32_t bits)
{
    return bits >> 23 == 0 ? -149 : (int)(bits >> 23) - 150;
}

/* Adds up the lanes, as integers. */
static void gather_sums(tnm_findings *findings, const sums *sum)
{
    uint32_t least = UINT32_MAX;
    for (size_t lane = 0; lane < LANES; lane++)
        least = sum->least[lane] < least ? sum->least[lane] : least;
    int unit = least == UINT32_MAX ? 0 : unit_of(least + 1);
    double to_units = ldexp(1, -unit);
    findings->unit = unit;
    findings->kept = findings->total = 0;
    findings->summed = true;
    for (size_t lane = 0; lane < LANES; lane++) {
        size_t parity = lane % 2, at = lane / 2;
        double total = sum->total[parity][at] * 0x1p896 * to_units;
        double kept = sum->kept[parity][at] * 0x1p896 * to_units;
        if (total >= 0x1p53) {
            findings->summed = false;
            return;
        }
        findings->total += (int64_t)total;
        findings->kept += (int64_t)kept;
    }
}

/* Whether any of so many columns has its sign bit set. */
static bool any_tight(const uint32_t *tight, size_t columns)
{
    uint32_t any = 0;
    for (size_t j = 0; j < columns; j++)
        any |= tight[j];
    return any >> 31 != 0;
}

/* Fills tight[] and the sums; returns whether all entries are slack. */
INLINE bool grade(layout *self, tnm_findings *findings, size_t width)
{
    sums sum = {0};
    words any = {0};
    sum.least -= 1;
    for (size_t column = 0; column < self->columns; column += LANES) {
        words lanes = grade_columns(&sum, self, column, width);
        memcpy(self->tight + column, &lanes, sizeof lanes);
        any |= lanes;
    }
    gather_sums(findings, &sum);
    uint32_t lanes[LANES];
    memcpy(lanes, &any, sizeof any);
    return !any_tight(lanes, LANES);
}

/* ---- the kernels ------------------------------------------------------------------------- */

/* What was found about tile t, where something was found wrong in the piece. */
static unsigned finding(const layout *self, size_t t, bool counted, bool priced)
{
    size_t at = t * self->width;
    bool full = counted && (self->wrong[at / 64] >> at % 64 & tnm_low_bits(self->width)) == 0;
    bool judged = priced && self->judged[t];
    bool slack = judged && !any_tight(self->tight + at, self->width);
    return (full ? TNM_FOUND_FULL : 0U) | (judged ? TNM_FOUND_JUDGED : 0U) |
           (slack ? TNM_FOUND_SLACK : 0U);
}

INLINE void inspect(tnm_findings *findings, const tnm_piece *piece, size_t width)
{
    layout self;
    self.m = piece->band->m;
    self.width = width;
    self.columns = (piece->tiles * width + 63) / 64 * 64;
    bool counted = lay_out_mask(&self, piece, width) == 0;
    bool full = counted && count_lines(&self, piece, width);
    bool floats_only = piece->band->doubles == NULL;
    bool priced = floats_only && piece->prices != NULL, slack = false;
    findings->summed = false;
    if (floats_only) {
        lay_out_scores(&self, piece);
        slack = lay_out_prices(&self, piece, width) == piece->tiles;
        slack &= grade(&self, findings, width);
    }
    findings->all_proven = full && slack;
    for (size_t t = 0; t < piece->tiles && !findings->all_proven; t++)
        findings->tiles[t] = (uint8_t)finding(&self, t, counted, priced);
}

static void inspect_piece(tnm_findings *findings, const tnm_piece *piece)
{
    size_t m = piece->band->m;
    if (m <= 4)
        inspect(findings, piece, 4);
    else if (m <= 8)
        inspect(findings, piece, 8);
    else if (m <= 16)
        inspect(findings, piece, 16);
    else if (m <= 32)
        inspect(findings, piece, 32);
    else
        inspect(findings, piece, 64);
}

/* Whether an entry of row i is on the wrong side of its prices. */
INLINE bool row_is_tight(const double *scores, const double *col_price, double row_price,
                         uint64_t kept, size_t m)
{
    bool tight = false;
    for (size_t j = 0; j < m; j++) {
        double reduced = scores[j] - (row_price + col_price[j]);
        tight |= (kept >> j & 1) != 0 ? reduced < 0 : reduced > 0;
    }
    return tight;
}

static bool is_slack(const tnm_band *band, size_t tile, const uint64_t *tile_rows,
                     const int64_t *prices)
{
    double scores[TNM_MAX_TILE], line[2 * TNM_MAX_TILE];
    double unit = ldexp(1, (int)prices[0]);
    size_t m = band->m;
    for (size_t k = 0; k < 2 * m; k++)
        line[k] = (double)prices[1 + k] * unit;
    for (size_t i = 0; i < m; i++) {
        size_t at = i * band->stride + tile * m;
        for (size_t j = 0; j < m; j++)
            scores[j] =
                band->doubles != NULL ? band->doubles[at + j] : (double)band->scores[at + j];
        if (row_is_tight(scores, line + m, line[i], tile_rows[i], m))
            return false;
    }
    return true;
}

/* ---- bits and bytes ---------------------------------------------------------------------- */

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

extern const tnm_tile_kernel TNM_KERNEL(tnm_tile_kernel);
const tnm_tile_kernel TNM_KERNEL(tnm_tile_kernel) = {inspect_piece, is_slack, pack, spread};
