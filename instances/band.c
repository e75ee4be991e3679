#include "instances/band.h"

#include "instances/number.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- tiling ------------------------------------------------------------------------------ */

enum {
    STRETCH_SCORES = 1 << 16, /* scores loaded at once: a quarter megabyte, for the second cache */
    STRETCH_STEP = 8          /* stretches start at multiples of 8 tiles: at whole mask bytes */
};

static size_t count_tiles(size_t side, size_t m, tnm_edges edges)
{
    return side / m + (edges == TNM_EDGES_PAD && side % m != 0);
}

size_t tnm_tile_count(size_t rows, size_t cols, int m, tnm_edges edges)
{
    if (m < 1)
        return 0;
    return count_tiles(rows, (size_t)m, edges) * count_tiles(cols, (size_t)m, edges);
}

tnm_error tnm_tiling_init(tnm_tiling *tiling, size_t rows, size_t cols, int m, tnm_edges edges)
{
    size_t side = (size_t)m;
    if (rows == 0 || cols == 0)
        return tnm_fail(TNM_ERROR_DATA, "a %zux%zu matrix has no entries", rows, cols);
    if (edges == TNM_EDGES_ERROR && (rows % side != 0 || cols % side != 0))
        return tnm_fail(TNM_ERROR_DATA, "%zux%zu is no multiple of %zu in both directions", rows,
                        cols, side);
    *tiling = (tnm_tiling){.rows = rows, .cols = cols, .m = side, .edges = edges};
    tiling->tile_rows = count_tiles(rows, side, edges);
    tiling->tile_cols = count_tiles(cols, side, edges);
    size_t fitting = STRETCH_SCORES / (side * side) / STRETCH_STEP * STRETCH_STEP;
    tiling->stretch = fitting < tiling->tile_cols ? fitting : tiling->tile_cols;
    if (tiling->stretch > 0)
        tiling->stretches = (tiling->tile_cols + tiling->stretch - 1) / tiling->stretch;
    return TNM_OK;
}

static size_t covered(size_t side, size_t tiles, size_t m)
{
    return side < tiles * m ? side : tiles * m;
}

size_t tnm_tiling_covered_rows(const tnm_tiling *tiling)
{
    return covered(tiling->rows, tiling->tile_rows, tiling->m);
}

size_t tnm_tiling_covered_cols(const tnm_tiling *tiling)
{
    return covered(tiling->cols, tiling->tile_cols, tiling->m);
}

/* ---- scores of a run of entries ---------------------------------------------------------- */

static bool needs_doubles(const tnm_scoring *scoring)
{
    const tnm_matrix *source =
        scoring->score == TNM_SCORE_GIVEN ? scoring->given : scoring->weights;
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

/* Scores of entries (row, first_col ...); doubles may be NULL where floats are exact. Clears
 * `floats` where they are not. */
static tnm_error load_run(float *scores, double *doubles, const tnm_scoring *scoring, size_t row,
                          size_t first_col, size_t count, bool *floats)
{
    bool given = scoring->score == TNM_SCORE_GIVEN;
    const tnm_matrix *source = given ? scoring->given : scoring->weights;
    run_nature run = {.floats = true};
    if (doubles == NULL) {
        run.fine = load_floats(scores, source, row, first_col, count, given);
    } else {
        tnm_number_to_double(doubles, source, row, first_col, count);
        run = make_double_scores(doubles, scores, count, scoring->score);
    }
    *floats &= run.floats;
    return run.fine ? TNM_OK : refuse_run(scoring, source, row, first_col, count);
}

/* ---- bands ------------------------------------------------------------------------------- */

/* Rows of a band lie an odd number of cache lines apart where they are long: neither tiles nor
 * pieces of some tiles then have all their rows in the same few sets of a cache. */
static size_t row_stride(size_t width)
{
    enum { LINE = 64 / sizeof(float), LONG = 256 };
    return width < LONG ? width : (width + LINE - 1) / LINE / 2 * 2 * LINE + LINE;
}

tnm_error tnm_band_buffer_init(tnm_band_buffer *buffer, const tnm_tiling *tiling,
                               const tnm_scoring *scoring)
{
    tnm_error error = TNM_OK;
    size_t count = tiling->m * row_stride(tiling->stretch * tiling->m);
    *buffer = (tnm_band_buffer){0};
    TNM_TRY(TNM_NEW(buffer->scores, count));
    if (needs_doubles(scoring))
        TNM_TRY(TNM_NEW(buffer->doubles, count));
    return TNM_OK;
out:
    tnm_band_buffer_free(buffer);
    return error;
}

tnm_error tnm_band_buffer_add_weights(tnm_band_buffer *buffer, const tnm_tiling *tiling)
{
    return TNM_NEW(buffer->weights, tiling->m * row_stride(tiling->stretch * tiling->m));
}

void tnm_band_buffer_free(tnm_band_buffer *buffer)
{
    free(buffer->weights);
    free(buffer->scores);
    free(buffer->doubles);
    *buffer = (tnm_band_buffer){0};
}

static void pad_run(tnm_band_buffer *buffer, size_t at, size_t count)
{
    memset(buffer->scores + at, 0, count * sizeof *buffer->scores);
    if (buffer->doubles != NULL)
        memset(buffer->doubles + at, 0, count * sizeof *buffer->doubles);
}

/* Weights as stored, of entries (row, first_col ...) where there are any, and padding. */
static void load_weights(float *weights, const tnm_matrix *source, size_t row, size_t first_col,
                         size_t count, size_t width)
{
    enum { CHUNK = 256 };
    double chunk[CHUNK];
    for (size_t done = 0; done < count; done += CHUNK) {
        size_t step = count - done < CHUNK ? count - done : CHUNK;
        tnm_number_to_double(chunk, source, row, first_col + done, step);
        for (size_t j = 0; j < step; j++)
            weights[done + j] = (float)chunk[j];
    }
    for (size_t j = count; j < width; j++)
        weights[j] = -INFINITY;
}

/* Columns to load at a time: all of them, or, where neighbours in a row lie far apart as in a
 * transposed matrix, so few that the memory fetched for one row is still in the first cache when
 * the rows below find their entries in it, too. */
static size_t columns_at_once(const tnm_scoring *scoring, size_t count)
{
    enum { FEW = 16, LINE = 64 };
    const tnm_matrix *source =
        scoring->score == TNM_SCORE_GIVEN ? scoring->given : scoring->weights;
    size_t apart = (size_t)llabs((long long)source->col_stride) * tnm_dtype_size(source->dtype);
    return apart < LINE || count < FEW ? count : FEW;
}

/* Loads the scores of `rows` rows, `count` columns each, to rows of the buffer `stride` apart.
 * Clears `floats` where one of them is not exactly a float. */
static tnm_error load_rows(const tnm_band_buffer *buffer, const tnm_scoring *scoring,
                           size_t first_row, size_t rows, size_t first_col, size_t count,
                           size_t stride, bool *floats)
{
    tnm_error error = TNM_OK;
    size_t step = columns_at_once(scoring, count);
    for (size_t done = 0; done < count; done += step) {
        size_t now = count - done < step ? count - done : step;
        for (size_t i = 0; i < rows; i++) {
            size_t at = i * stride + done;
            double *doubles = buffer->doubles != NULL ? buffer->doubles + at : NULL;
            TNM_TRY(load_run(buffer->scores + at, doubles, scoring, first_row + i, first_col + done,
                             now, floats));
        }
    }
out:
    return error;
}

tnm_error tnm_band_load(tnm_band *band, tnm_band_buffer *buffer, const tnm_tiling *tiling,
                        const tnm_scoring *scoring, size_t tile_row, size_t stretch)
{
    size_t m = tiling->m;
    size_t tile_col = stretch * tiling->stretch;
    size_t left = tiling->tile_cols - tile_col;
    size_t tiles = left < tiling->stretch ? left : tiling->stretch;
    size_t first_col = tile_col * m;
    size_t inside = covered(tiling->cols - first_col, tiles, m), stride = row_stride(tiles * m);
    size_t first_row = tile_row * m;
    size_t rows = tiling->rows - first_row < m ? tiling->rows - first_row : m;
    bool floats = true;
    tnm_error error =
        load_rows(buffer, scoring, first_row, rows, first_col, inside, stride, &floats);
    if (error != TNM_OK)
        return error;
    for (size_t i = 0; i < m; i++) {
        size_t at = i * stride, row = first_row + i;
        size_t count = i < rows ? inside : 0;
        pad_run(buffer, at + count, tiles * m - count);
        if (buffer->weights != NULL)
            load_weights(buffer->weights + at, scoring->weights, row, first_col, count, tiles * m);
    }
    *band = (tnm_band){.m = m,
                       .tiles = tiles,
                       .stride = stride,
                       .first_tile = tile_row * tiling->tile_cols + tile_col,
                       .scores = buffer->scores,
                       .doubles = floats ? NULL : buffer->doubles,
                       .weights = buffer->weights,
                       .tile_row = tile_row,
                       .tile_col = tile_col};
    return TNM_OK;
}

tnm_error tnm_score_run(double *scores, const tnm_scoring *scoring, size_t row, size_t first_col,
                        size_t count)
{
    enum { CHUNK = 256 };
    float nearest[CHUNK];
    bool floats = true; /* or not: of no interest here */
    for (size_t done = 0; done < count; done += CHUNK) {
        size_t step = count - done < CHUNK ? count - done : CHUNK;
        tnm_error error =
            load_run(nearest, scores + done, scoring, row, first_col + done, step, &floats);
        if (error != TNM_OK)
            return error;
    }
    return TNM_OK;
}
