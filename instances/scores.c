#include "instances/scores.h"

#include "instances/number.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- scores of a run of entries ---------------------------------------------------------- */

static const tnm_matrix *source_of(const tnm_scoring *scoring)
{
    return scoring->score == TNM_SCORE_GIVEN ? scoring->given : scoring->weights;
}

bool tnm_scores_need_doubles(const tnm_scoring *scoring)
{
    const tnm_matrix *source = source_of(scoring);
    return scoring->score == TNM_SCORE_SQUARE || !tnm_dtype_exact_as_float(source->dtype);
}

static tnm_error refuse_entry(const tnm_scoring *scoring, size_t row, size_t col, double value)
{
    if (scoring->score == TNM_SCORE_GIVEN && value < 0)
        return tnm_fail(TNM_ERROR_DATA, "score at row %zu, column %zu is negative (%g)", row, col,
                        value);
    return tnm_fail(TNM_ERROR_DATA, "%s at row %zu, column %zu is %s",
                    scoring->score == TNM_SCORE_GIVEN    ? "score"
                    : scoring->score == TNM_SCORE_SQUARE ? "squared weight"
                                                         : "weight",
                    row, col, isnan(value) ? "not a number (NaN)" : "infinite");
}

/* Finds the entry that made a whole run suspicious; the run holds weights or given scores. */
static tnm_error refuse_run(const tnm_scoring *scoring, const tnm_matrix *source, size_t row,
                            size_t first_col, size_t count)
{
    for (size_t j = first_col; j < first_col + count; j++) {
        double value;
        tnm_number_to_double(&value, source, row, j, 1);
        if (scoring->score == TNM_SCORE_SQUARE)
            value *= value;
        if (!isfinite(value) || (scoring->score == TNM_SCORE_GIVEN && value < 0))
            return refuse_entry(scoring, row, j, value);
    }
    return tnm_fail(TNM_ERROR_INTERNAL, "row %zu changed while it was read", row);
}

/* scores = |x| for weights, x itself for given scores, which may not be negative. Returns false
 * where something is not finite or negative. */
static bool make_float_scores(float *restrict scores, const unsigned char *restrict x, size_t count,
                              bool given)
{
    uint32_t drop = given ? UINT32_MAX : UINT32_C(0x7fffffff);
    uint32_t wrong = 0; /* its highest bit: a sign, or an exponent that one more carries into it */
    for (size_t j = 0; j < count; j++) {
        uint32_t bits;
        memcpy(&bits, x + j * sizeof bits, sizeof bits);
        bits &= drop;
        bits = bits == UINT32_C(0x80000000) ? 0 : bits; /* a given -0 is no negative score */
        wrong |= bits | (bits + UINT32_C(0x00800000));
        memcpy(&scores[j], &bits, sizeof bits);
    }
    return wrong >> 31 == 0;
}

static bool load_floats(float *scores, const tnm_matrix *source, size_t row, size_t first_col,
                        size_t count, bool given)
{
    enum { CHUNK = 512 };
    float chunk[CHUNK];
    const void *stored = tnm_number_in_place(source, row, first_col);
    if (stored != NULL)
        return make_float_scores(scores, stored, count, given);
    bool fine = true;
    for (size_t done = 0; done < count; done += CHUNK) {
        size_t step = count - done < CHUNK ? count - done : CHUNK;
        tnm_number_to_float(chunk, source, row, first_col + done, step);
        fine &= make_float_scores(scores + done, (const unsigned char *)chunk, step, given);
    }
    return fine;
}

/* What a run of scores turned out to be. */
typedef struct run_nature {
    bool fine;   /* finite, and not negative */
    bool floats; /* every score is exactly a float */
} run_nature;

/* Turns doubles into scores, and finds their nearest floats. */
static run_nature make_double_scores(double *restrict x, float *restrict nearest, size_t count,
                                     tnm_score score)
{
    uint64_t wrong = 0; /* its highest bit: a sign, or an exponent that one more carries into it */
    unsigned rounded = 0;
    for (size_t j = 0; j < count && score == TNM_SCORE_SQUARE; j++)
        x[j] *= x[j];
    for (size_t j = 0; j < count; j++) {
        double value = score == TNM_SCORE_GIVEN ? x[j] + 0.0 : fabs(x[j]); /* -0 + 0 is 0 */
        double capped = value > (double)FLT_MAX ? (double)FLT_MAX : value;
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        wrong |= bits | (bits + (UINT64_C(1) << 52));
        nearest[j] = (float)capped;
        rounded |= (double)nearest[j] != value;
        x[j] = value;
    }
    return (run_nature){.fine = wrong >> 63 == 0, .floats = rounded == 0};
}

/* Scores of entries (row, first_col ...), to the first row of the place. */
static tnm_error load_run(const tnm_score_place *to, const tnm_scoring *scoring, size_t row,
                          size_t first_col, size_t count, bool *floats)
{
    const tnm_matrix *source = source_of(scoring);
    run_nature run = {.floats = true};
    if (to->doubles == NULL) {
        run.fine = load_floats(to->scores, source, row, first_col, count,
                               scoring->score == TNM_SCORE_GIVEN);
    } else {
        tnm_number_to_double(to->doubles, source, row, first_col, count);
        run = make_double_scores(to->doubles, to->scores, count, scoring->score);
    }
    *floats &= run.floats;
    return run.fine ? TNM_OK : refuse_run(scoring, source, row, first_col, count);
}

static tnm_score_place moved(const tnm_score_place *place, size_t row, size_t col)
{
    size_t by = row * place->stride + col;
    return (tnm_score_place){place->scores + by,
                             place->doubles != NULL ? place->doubles + by : NULL, place->stride};
}

static tnm_error load_rows(const tnm_score_place *to, const tnm_scoring *scoring, size_t first_row,
                           size_t rows, size_t first_col, size_t cols, bool *floats)
{
    tnm_error error = TNM_OK;
    for (size_t i = 0; i < rows; i++) {
        tnm_score_place line = moved(to, i, 0);
        TNM_TRY(load_run(&line, scoring, first_row + i, first_col, cols, floats));
    }
out:
    return error;
}

/* ---- columns that lie together, as in a transposed matrix -------------------------------- */

enum {
    BLOCK = 1024,    /* entries loaded at once: what fits into the first cache with its copies */
    FEWEST_COLS = 16 /* so that rows are written in whole cache lines */
};
_Static_assert(FEWEST_COLS *TNM_MAX_TILE <= BLOCK, "a block holds all rows of a band");

enum { LINE = 64 }; /* of a cache */

/* Whether the next entry of a row lies in another cache line. */
static bool is_turned(const tnm_matrix *source)
{
    return (size_t)llabs((long long)source->col_stride) * tnm_dtype_size(source->dtype) >= LINE;
}

size_t tnm_scores_rows_together(const tnm_scoring *scoring)
{
    const tnm_matrix *source = source_of(scoring);
    bool packed = source->row_stride == 1 || source->row_stride == -1;
    return is_turned(source) && packed ? LINE / tnm_dtype_size(source->dtype) : 1;
}

typedef float four __attribute__((vector_size(16)));

static inline four load_four(const float *from)
{
    four lanes;
    memcpy(&lanes, from, sizeof lanes);
    return lanes;
}

/* Four columns of four entries, `from_stride` apart, as four rows. */
static inline void turn_four(float *to, size_t to_stride, const float *from, size_t from_stride)
{
    four a = load_four(from), b = load_four(from + from_stride);
    four c = load_four(from + 2 * from_stride), d = load_four(from + 3 * from_stride);
    four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5);
    four cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    four below_ab = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    four below_cd = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    four rows[4] = {__builtin_shufflevector(ab, cd, 0, 1, 4, 5),
                    __builtin_shufflevector(ab, cd, 2, 3, 6, 7),
                    __builtin_shufflevector(below_ab, below_cd, 0, 1, 4, 5),
                    __builtin_shufflevector(below_ab, below_cd, 2, 3, 6, 7)};
    for (size_t i = 0; i < 4; i++)
        memcpy(to + i * to_stride, &rows[i], sizeof rows[i]);
}

/* Entry (i,j) of the place is columns[j * rows + i]. */
static void turn_floats(const tnm_score_place *to, const float *columns, size_t rows, size_t cols)
{
    size_t fours = rows / 4 * 4, j = 0;
    for (; j + 4 <= cols; j += 4) {
        for (size_t i = 0; i < fours; i += 4)
            turn_four(to->scores + i * to->stride + j, to->stride, columns + j * rows + i, rows);
    }
    for (size_t i = 0; i < rows; i++) {
        for (size_t k = i < fours ? j : 0; k < cols; k++)
            to->scores[i * to->stride + k] = columns[k * rows + i];
    }
}

static void turn_doubles(const tnm_score_place *to, const double *columns, size_t rows, size_t cols)
{
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < cols; j++)
            to->doubles[i * to->stride + j] = columns[j * rows + i];
    }
}

/* Reads column by column, and writes row by row. */
static tnm_error load_block(const tnm_score_place *to, const tnm_scoring *scoring, size_t first_row,
                            size_t rows, size_t first_col, size_t cols, bool *floats)
{
    tnm_matrix turned = tnm_matrix_transposed(source_of(scoring));
    float nearest[BLOCK];
    run_nature block = {.floats = true};
    if (to->doubles == NULL) {
        float numbers[BLOCK];
        tnm_number_block_to_float(numbers, &turned, first_col, cols, first_row, rows);
        block.fine = make_float_scores(nearest, (const unsigned char *)numbers, rows * cols,
                                       scoring->score == TNM_SCORE_GIVEN);
    } else {
        double numbers[BLOCK];
        tnm_number_block_to_double(numbers, &turned, first_col, cols, first_row, rows);
        block = make_double_scores(numbers, nearest, rows * cols, scoring->score);
        turn_doubles(to, numbers, rows, cols);
    }
    if (!block.fine) /* finds out why */
        return load_rows(to, scoring, first_row, rows, first_col, cols, floats);
    turn_floats(to, nearest, rows, cols);
    *floats &= block.floats;
    return TNM_OK;
}

static tnm_error load_columns(const tnm_score_place *to, const tnm_scoring *scoring,
                              size_t first_row, size_t rows, size_t first_col, size_t cols,
                              bool *floats)
{
    tnm_error error = TNM_OK;
    size_t step = BLOCK / rows / FEWEST_COLS * FEWEST_COLS;
    for (size_t done = 0; done < cols; done += step) {
        tnm_score_place block = moved(to, 0, done);
        TNM_TRY(load_block(&block, scoring, first_row, rows, first_col + done,
                           cols - done < step ? cols - done : step, floats));
    }
out:
    return error;
}

tnm_error tnm_scores_load(const tnm_score_place *place, const tnm_scoring *scoring,
                          size_t first_row, size_t rows, size_t first_col, size_t cols,
                          bool *floats)
{
    bool turned = is_turned(source_of(scoring)) && cols >= FEWEST_COLS;
    return turned ? load_columns(place, scoring, first_row, rows, first_col, cols, floats)
                  : load_rows(place, scoring, first_row, rows, first_col, cols, floats);
}
