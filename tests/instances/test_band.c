#include "instances/band.h"

#include "tests/testlib.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- tiling ------------------------------------------------------------------------------ */

static void test_tiling_by_edge_rule(void)
{
    static const struct {
        size_t rows, cols;
        int m;
        tnm_edges edges;
        size_t tile_rows, tile_cols, covered_rows, covered_cols;
    } cases[] = {
        {16, 24, 8, TNM_EDGES_PAD, 2, 3, 16, 24},   {16, 24, 8, TNM_EDGES_DENSE, 2, 3, 16, 24},
        {16, 24, 8, TNM_EDGES_ERROR, 2, 3, 16, 24}, {17, 23, 8, TNM_EDGES_PAD, 3, 3, 17, 23},
        {17, 23, 8, TNM_EDGES_DENSE, 2, 2, 16, 16}, {3, 100, 8, TNM_EDGES_PAD, 1, 13, 3, 100},
        {3, 100, 8, TNM_EDGES_DENSE, 0, 12, 0, 96}, {100, 3, 8, TNM_EDGES_DENSE, 12, 0, 96, 0},
        {1, 1, 64, TNM_EDGES_PAD, 1, 1, 1, 1},      {5, 7, 1, TNM_EDGES_ERROR, 5, 7, 5, 7},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        tnm_tiling tiling;
        ASSERT_OK(
            tnm_tiling_init(&tiling, cases[k].rows, cases[k].cols, cases[k].m, cases[k].edges));
        CU_ASSERT_EQUAL(tiling.tile_rows, cases[k].tile_rows);
        CU_ASSERT_EQUAL(tiling.tile_cols, cases[k].tile_cols);
        CU_ASSERT_EQUAL(tnm_tiling_covered_rows(&tiling), cases[k].covered_rows);
        CU_ASSERT_EQUAL(tnm_tiling_covered_cols(&tiling), cases[k].covered_cols);
        CU_ASSERT_EQUAL(tnm_tile_count(cases[k].rows, cases[k].cols, cases[k].m, cases[k].edges),
                        cases[k].tile_rows * cases[k].tile_cols);
    }
}

static void test_tiling_refuses(void)
{
    tnm_tiling tiling;
    ASSERT_FAILS(tnm_tiling_init(&tiling, 16, 20, 8, TNM_EDGES_ERROR), TNM_ERROR_DATA,
                 "16x20 is no multiple of 8");
    ASSERT_FAILS(tnm_tiling_init(&tiling, 20, 16, 8, TNM_EDGES_ERROR), TNM_ERROR_DATA,
                 "20x16 is no multiple of 8");
    ASSERT_FAILS(tnm_tiling_init(&tiling, 0, 16, 8, TNM_EDGES_PAD), TNM_ERROR_DATA,
                 "0x16 matrix has no entries");
    ASSERT_FAILS(tnm_tiling_init(&tiling, 16, 0, 8, TNM_EDGES_DENSE), TNM_ERROR_DATA,
                 "16x0 matrix has no entries");
    ASSERT_FAILS(tnm_tiling_init(&tiling, SIZE_MAX, 2, 64, TNM_EDGES_PAD), TNM_ERROR_DATA,
                 "x2 matrix is too large");
    ASSERT_FAILS(tnm_tiling_init(&tiling, SIZE_MAX / 16, 2, 1, TNM_EDGES_PAD), TNM_ERROR_DATA,
                 "x2 matrix is too large");
    CU_ASSERT_EQUAL(tnm_tile_count(SIZE_MAX, SIZE_MAX, 4, TNM_EDGES_PAD), 0);
    CU_ASSERT_EQUAL(tnm_tile_count(SIZE_MAX / 16, 2, 1, TNM_EDGES_PAD), 0);
    CU_ASSERT_EQUAL(tnm_tile_count(SIZE_MAX / 64, 1, 1, TNM_EDGES_PAD), SIZE_MAX / 64);
    CU_ASSERT_EQUAL(tnm_tile_count(16, 16, 0, TNM_EDGES_PAD), 0);
    CU_ASSERT_EQUAL(tnm_tile_count(16, 16, -4, TNM_EDGES_DENSE), 0);
}

static void test_stretches_cover_a_wide_band(void)
{
    for (int m = 1; m <= TNM_MAX_TILE; m++) {
        tnm_tiling tiling;
        ASSERT_OK(tnm_tiling_init(&tiling, 1, 1000000, m, TNM_EDGES_PAD));
        CU_ASSERT(tiling.stretch >= 1 && tiling.stretch % 8 == 0);
        CU_ASSERT(tiling.stretches * tiling.stretch >= tiling.tile_cols);
        CU_ASSERT((tiling.stretches - 1) * tiling.stretch < tiling.tile_cols);
    }
}

/* ---- loading ----------------------------------------------------------------------------- */

/* How a test matrix lies in memory. */
typedef struct layout {
    tnm_dtype dtype;
    bool byte_swapped;
    bool transposed;
    bool rows_backwards, cols_backwards;
    size_t spacing; /* elements from one to the next along the inner side */
} layout;

/* A matrix with known values. */
typedef struct stored {
    size_t rows, cols;
    double *values; /* row-major */
    unsigned char *memory;
    tnm_matrix matrix;
} stored;

static void encode(unsigned char *bytes, tnm_dtype dtype, double value)
{
    float narrow = (float)value;
    uint32_t bits;
    memcpy(&bits, &narrow, sizeof bits);
    uint16_t half = (uint16_t)(bits >> 16);
    if (dtype == TNM_F64)
        memcpy(bytes, &value, sizeof value);
    else if (dtype == TNM_F32)
        memcpy(bytes, &narrow, sizeof narrow);
    else if (dtype == TNM_BF16)
        memcpy(bytes, &half, sizeof half);
    else { /* float16: exact for the values used here, normal and with few bits */
        half = (uint16_t)((bits >> 16 & 0x8000) |
                          ((bits & 0x7fffffff) == 0 ? 0 : ((bits >> 13) - (112U << 10)) & 0x7fff));
        memcpy(bytes, &half, sizeof half);
    }
}

/* A value that every type of the tests holds exactly, or a full one of float64. */
static double any_value(tnm_random *random, tnm_dtype dtype)
{
    if (dtype == TNM_F64)
        return ldexp(tnm_random_normal(random), (int)(tnm_random_next(random) % 40) - 20);
    double value = (double)((int)(tnm_random_next(random) % 255) - 127) / 16;
    return value;
}

static void stored_init(stored *self, tnm_random *random, layout how, size_t rows, size_t cols)
{
    size_t inner = how.transposed ? rows : cols, outer = how.transposed ? cols : rows;
    size_t pitch = inner * how.spacing + 3, size = tnm_dtype_size(how.dtype);
    self->rows = rows;
    self->cols = cols;
    self->values = calloc(rows * cols, sizeof *self->values);
    self->memory = malloc(outer * pitch * size);
    memset(self->memory, 0xff, outer * pitch * size); /* NaN wherever no element lies */
    ptrdiff_t row_stride = (ptrdiff_t)(how.transposed ? how.spacing : pitch);
    ptrdiff_t col_stride = (ptrdiff_t)(how.transposed ? pitch : how.spacing);
    unsigned char *origin = self->memory;
    if (how.rows_backwards)
        origin += ((ptrdiff_t)rows - 1) * row_stride * (ptrdiff_t)size;
    if (how.cols_backwards)
        origin += ((ptrdiff_t)cols - 1) * col_stride * (ptrdiff_t)size;
    row_stride = how.rows_backwards ? -row_stride : row_stride;
    col_stride = how.cols_backwards ? -col_stride : col_stride;
    self->matrix =
        (tnm_matrix){origin, how.dtype, how.byte_swapped, rows, cols, row_stride, col_stride};
    for (size_t k = 0; k < rows * cols; k++) {
        unsigned char bytes[8];
        self->values[k] = any_value(random, how.dtype);
        encode(bytes, how.dtype, self->values[k]);
        ptrdiff_t at = (ptrdiff_t)(k / cols) * row_stride + (ptrdiff_t)(k % cols) * col_stride;
        for (size_t b = 0; b < size; b++)
            origin[at * (ptrdiff_t)size + (ptrdiff_t)b] =
                bytes[how.byte_swapped ? size - 1 - b : b];
    }
}

static void stored_free(stored *self)
{
    free(self->values);
    free(self->memory);
}

static double expected_score(const stored *self, tnm_score score, size_t row, size_t col)
{
    if (row >= self->rows || col >= self->cols)
        return 0;
    double value = self->values[row * self->cols + col];
    return score == TNM_SCORE_SQUARE ? value * value : fabs(value);
}

/* Compares a loaded band with what was stored; returns the number of wrong entries. */
static size_t count_wrong(const tnm_band *band, const stored *self, tnm_score score)
{
    size_t wrong = 0;
    for (size_t i = 0; i < band->m; i++) {
        for (size_t j = 0; j < band->tiles * band->m; j++) {
            double expected = expected_score(self, score, band->tile_row * band->m + i,
                                             band->tile_col * band->m + j);
            wrong += tnm_band_score(band, j / band->m, i, j % band->m) != expected;
            wrong += band->scores[i * band->stride + j] != (float)expected;
        }
    }
    return wrong;
}

/* Loads all of a matrix, checks every score, and that every tile comes once and in order. */
static void check_bands_of(tnm_band_buffer *buffer, const tnm_tiling *tiling,
                           const tnm_scoring *scoring, const stored *self)
{
    size_t next = 0;
    for (size_t unit = 0; unit < tiling->tile_rows * tiling->stretches; unit++) {
        tnm_band band;
        ASSERT_OK(tnm_band_load(&band, buffer, tiling, scoring, unit / tiling->stretches,
                                unit % tiling->stretches));
        CU_ASSERT_EQUAL(band.first_tile, next);
        CU_ASSERT_EQUAL(band.first_tile, band.tile_row * tiling->tile_cols + band.tile_col);
        CU_ASSERT(band.stride >= band.tiles * band.m);
        CU_ASSERT_EQUAL(count_wrong(&band, self, scoring->score), 0);
        next += band.tiles;
    }
    CU_ASSERT_EQUAL(next, tiling->tile_rows * tiling->tile_cols);
}

/* Band by band, and bands together. */
static void check_all_bands(const stored *self, tnm_score score, int m, tnm_edges edges)
{
    tnm_scoring scoring = {.weights = &self->matrix, .given = &self->matrix, .score = score};
    tnm_tiling tiling;
    tnm_band_buffer buffer;
    ASSERT_OK(tnm_tiling_init(&tiling, self->rows, self->cols, m, edges));
    CU_ASSERT_EQUAL(tiling.tile_rows * tiling.tile_cols,
                    tnm_tile_count(self->rows, self->cols, m, edges));
    ASSERT_OK(tnm_band_buffer_init(&buffer, &tiling, &scoring));
    check_bands_of(&buffer, &tiling, &scoring, self);
    ASSERT_OK(tnm_band_buffer_read_together(&buffer, &tiling, &scoring));
    check_bands_of(&buffer, &tiling, &scoring, self);
    tnm_band_buffer_free(&buffer);
}

static void test_loads_every_layout(void)
{
    static const tnm_dtype types[] = {TNM_F32, TNM_F16, TNM_BF16, TNM_F64};
    tnm_random random = {tnm_test_seed()};
    for (size_t k = 0; k < 4 * 32; k++) {
        layout how = {types[k / 32], (k & 1) != 0, (k & 2) != 0,
                      (k & 4) != 0,  (k & 8) != 0, (k & 16) != 0 ? 3 : 1};
        stored matrix;
        stored_init(&matrix, &random, how, 13, 37);
        check_all_bands(&matrix, TNM_SCORE_ABS, 8, TNM_EDGES_PAD);
        check_all_bands(&matrix, TNM_SCORE_SQUARE, 5, TNM_EDGES_DENSE);
        stored_free(&matrix);
        stored_init(&matrix, &random, how, 70, 37);
        check_all_bands(&matrix, TNM_SCORE_ABS, 4, TNM_EDGES_PAD);
        check_all_bands(&matrix, TNM_SCORE_ABS, 64, TNM_EDGES_PAD);
        stored_free(&matrix);
    }
}

static void test_loads_every_tile_size(void)
{
    tnm_random random = {tnm_test_seed()};
    for (int m = 1; m <= TNM_MAX_TILE; m++) {
        layout how = {.dtype = TNM_F32, .transposed = m % 2, .spacing = 1};
        stored matrix;
        stored_init(&matrix, &random, how, 70, 90);
        check_all_bands(&matrix, TNM_SCORE_ABS, m, TNM_EDGES_PAD);
        check_all_bands(&matrix, TNM_SCORE_ABS, m, TNM_EDGES_DENSE);
        stored_free(&matrix);
    }
}

static void test_loads_wide_matrices_in_stretches(void)
{
    static const struct {
        int m;
        size_t cols;
    } cases[] = {{64, 2500}, {16, 9000}, {7, 25001}, {4, 40002}};
    tnm_random random = {tnm_test_seed()};
    for (size_t k = 0; k < 4; k++) {
        for (int transposed = 0; transposed < 2; transposed++) {
            layout how = {.dtype = TNM_F32, .transposed = transposed, .spacing = 1};
            stored matrix;
            tnm_tiling tiling;
            stored_init(&matrix, &random, how, 9, cases[k].cols);
            ASSERT_OK(tnm_tiling_init(&tiling, 9, cases[k].cols, cases[k].m, TNM_EDGES_PAD));
            CU_ASSERT(tiling.stretches >= 3);
            check_all_bands(&matrix, TNM_SCORE_ABS, cases[k].m, TNM_EDGES_PAD);
            check_all_bands(&matrix, TNM_SCORE_ABS, cases[k].m, TNM_EDGES_DENSE);
            stored_free(&matrix);
        }
    }
}

/* ---- scores ------------------------------------------------------------------------------ */

/* Loads a 2x3 float64 matrix as one tile of 4x4. */
static tnm_error load_small(tnm_band *band, tnm_band_buffer *buffer, const double *values,
                            tnm_score score)
{
    static tnm_matrix matrix;
    matrix = (tnm_matrix){values, TNM_F64, false, 2, 3, 3, 1};
    tnm_scoring scoring = {.weights = &matrix, .given = &matrix, .score = score};
    tnm_tiling tiling;
    tnm_error error = TNM_OK;
    TNM_TRY(tnm_tiling_init(&tiling, 2, 3, 4, TNM_EDGES_PAD));
    TNM_TRY(tnm_band_buffer_init(buffer, &tiling, &scoring));
    TNM_TRY(tnm_band_load(band, buffer, &tiling, &scoring, 0, 0));
out:
    return error;
}

static void test_doubles_beyond_float(void)
{
    const double values[6] = {DBL_MAX, -0x1p-1074, 0.1, -0.0, 0x1.fffffffp127, 1};
    tnm_band band;
    tnm_band_buffer buffer;
    ASSERT_OK(load_small(&band, &buffer, values, TNM_SCORE_ABS));
    for (size_t k = 0; k < 6; k++) {
        CU_ASSERT_EQUAL(tnm_band_score(&band, 0, k / 3, k % 3), fabs(values[k]));
        CU_ASSERT_FALSE(signbit(tnm_band_score(&band, 0, k / 3, k % 3)));
    }
    CU_ASSERT_EQUAL(band.scores[0], FLT_MAX);
    CU_ASSERT_EQUAL(band.scores[1], 0);
    CU_ASSERT_EQUAL(band.scores[2], 0.1F);
    CU_ASSERT_EQUAL(band.scores[5], FLT_MAX);
    CU_ASSERT_EQUAL(tnm_band_score(&band, 0, 3, 3), 0);
    tnm_band_buffer_free(&buffer);
}

/* Doubles that were floats once, and one that was not. */
static void test_doubles_that_are_floats(void)
{
    double values[6] = {0.1F, -0x1p-149, -0.0, FLT_MAX, 1, 7};
    tnm_band band;
    tnm_band_buffer buffer;
    for (int rounded = 0; rounded < 2; rounded++) {
        values[5] += rounded * 0x1p-50;
        ASSERT_OK(load_small(&band, &buffer, values, TNM_SCORE_ABS));
        CU_ASSERT_EQUAL(band.doubles != NULL, rounded);
        for (size_t k = 0; k < 6; k++) {
            CU_ASSERT_EQUAL(tnm_band_score(&band, 0, k / 3, k % 3), fabs(values[k]));
            CU_ASSERT_FALSE(signbit(tnm_band_score(&band, 0, k / 3, k % 3)));
        }
        tnm_band_buffer_free(&buffer);
    }
}

static void test_squares_are_exact_for_floats(void)
{
    float values[6] = {1.1F, -3.3F, 0x1p-149F, FLT_MAX, -0.0F, 0x1.fffffep-100F};
    tnm_matrix matrix = {values, TNM_F32, false, 2, 3, 3, 1};
    tnm_scoring scoring = {.weights = &matrix, .score = TNM_SCORE_SQUARE};
    for (size_t k = 0; k < 6; k++) {
        double score;
        ASSERT_OK(tnm_score_run(&score, &scoring, k / 3, k % 3, 1));
        CU_ASSERT_EQUAL((long double)score, (long double)values[k] * (long double)values[k]);
    }
}

static void test_given_scores_replace_weights(void)
{
    float weights[6] = {-1, 2, NAN, 4, 5, INFINITY}; /* not looked at */
    float scores[6] = {0, -0.0F, 2, 3.5F, FLT_MAX, 0x1p-149F};
    tnm_matrix matrix = {weights, TNM_F32, false, 2, 3, 3, 1};
    tnm_matrix given = {scores, TNM_F32, false, 2, 3, 3, 1};
    tnm_scoring scoring = {.weights = &matrix, .given = &given, .score = TNM_SCORE_GIVEN};
    tnm_tiling tiling;
    tnm_band_buffer buffer;
    tnm_band band;
    ASSERT_OK(tnm_tiling_init(&tiling, 2, 3, 2, TNM_EDGES_PAD));
    ASSERT_OK(tnm_band_buffer_init(&buffer, &tiling, &scoring));
    ASSERT_OK(tnm_band_load(&band, &buffer, &tiling, &scoring, 0, 0));
    for (size_t k = 0; k < 6; k++) {
        double score = tnm_band_score(&band, k % 3 / 2, k / 3, k % 3 % 2);
        CU_ASSERT_EQUAL(score, (double)scores[k]);
        CU_ASSERT_FALSE(signbit(score));
    }
    tnm_band_buffer_free(&buffer);
}

/* ---- refusals ---------------------------------------------------------------------------- */

/* A 70x2100 matrix of ones with one bad entry must be refused by both ways to read it. */
static void check_refused(tnm_dtype dtype, tnm_score score, double bad, const char *text)
{
    enum { ROWS = 70, COLS = 2100, ROW = 67, COL = 1999 };
    size_t size = tnm_dtype_size(dtype);
    unsigned char *memory = malloc(ROWS * COLS * size);
    for (size_t k = 0; k < ROWS * COLS; k++)
        encode(memory + k * size, dtype, k == ROW * COLS + COL ? bad : 1);
    tnm_matrix matrix = {memory, dtype, false, ROWS, COLS, COLS, 1};
    tnm_scoring scoring = {.weights = &matrix, .given = &matrix, .score = score};
    tnm_tiling tiling;
    tnm_band_buffer buffer;
    tnm_band band;
    static double row[COLS];
    ASSERT_OK(tnm_tiling_init(&tiling, ROWS, COLS, 64, TNM_EDGES_PAD));
    ASSERT_OK(tnm_band_buffer_init(&buffer, &tiling, &scoring));
    ASSERT_OK(tnm_band_load(&band, &buffer, &tiling, &scoring, 0, 0));
    ASSERT_OK(tnm_band_load(&band, &buffer, &tiling, &scoring, 1, 0));
    ASSERT_FAILS(tnm_band_load(&band, &buffer, &tiling, &scoring, 1, 1), TNM_ERROR_DATA, text);
    ASSERT_OK(tnm_score_run(row, &scoring, ROW, 0, COL));
    CU_ASSERT_EQUAL(row[COL - 1], 1);
    ASSERT_FAILS(tnm_score_run(row, &scoring, ROW, 1, COLS - 1), TNM_ERROR_DATA, text);
    tnm_band_buffer_free(&buffer);
    free(memory);
}

static void test_refuses_what_is_no_score(void)
{
    static const tnm_dtype types[] = {TNM_F32, TNM_F64, TNM_BF16};
    for (size_t k = 0; k < 3; k++) {
        check_refused(types[k], TNM_SCORE_ABS, NAN,
                      "weight at row 67, column 1999 is not a number (NaN)");
        check_refused(types[k], TNM_SCORE_ABS, -INFINITY,
                      "weight at row 67, column 1999 is infinite");
        check_refused(types[k], TNM_SCORE_SQUARE, -NAN,
                      "squared weight at row 67, column 1999 is not a number (NaN)");
        check_refused(types[k], TNM_SCORE_SQUARE, INFINITY,
                      "squared weight at row 67, column 1999 is infinite");
        check_refused(types[k], TNM_SCORE_GIVEN, NAN,
                      "score at row 67, column 1999 is not a number (NaN)");
        check_refused(types[k], TNM_SCORE_GIVEN, -NAN,
                      "score at row 67, column 1999 is not a number (NaN)");
        check_refused(types[k], TNM_SCORE_GIVEN, INFINITY,
                      "score at row 67, column 1999 is infinite");
        check_refused(types[k], TNM_SCORE_GIVEN, -INFINITY,
                      "score at row 67, column 1999 is negative (-inf)");
        check_refused(types[k], TNM_SCORE_GIVEN, -0.5,
                      "score at row 67, column 1999 is negative (-0.5)");
    }
    check_refused(TNM_F64, TNM_SCORE_SQUARE, 1e200,
                  "squared weight at row 67, column 1999 is infinite");
    check_refused(TNM_F32, TNM_SCORE_GIVEN, (double)-0x1p-149F, "is negative");
}

/* Bands that are loaded together: how many, and that each fails when it is its turn. */
static void test_bands_together(void)
{
    enum { ROWS = 40, COLS = 50 };
    static float columns[COLS][ROWS];
    tnm_matrix matrix = {columns, TNM_F32, false, ROWS, COLS, 1, ROWS};
    tnm_scoring scoring = {.weights = &matrix, .score = TNM_SCORE_ABS};
    tnm_tiling tiling;
    tnm_band_buffer buffer;
    tnm_band band;
    ASSERT_OK(tnm_tiling_init(&tiling, ROWS, COLS, 4, TNM_EDGES_PAD));
    CU_ASSERT_EQUAL(tnm_bands_together(&tiling, &scoring), 4);
    matrix.dtype = TNM_F16;
    CU_ASSERT_EQUAL(tnm_bands_together(&tiling, &scoring), 8);
    matrix.dtype = TNM_F64;
    CU_ASSERT_EQUAL(tnm_bands_together(&tiling, &scoring), 1);
    matrix.dtype = TNM_F32;
    columns[3][9] = columns[40][6] = NAN;
    ASSERT_OK(tnm_band_buffer_init(&buffer, &tiling, &scoring));
    ASSERT_OK(tnm_band_buffer_read_together(&buffer, &tiling, &scoring));
    ASSERT_OK(tnm_band_load(&band, &buffer, &tiling, &scoring, 0, 0));
    ASSERT_FAILS(tnm_band_load(&band, &buffer, &tiling, &scoring, 1, 0), TNM_ERROR_DATA,
                 "weight at row 6, column 40 is");
    ASSERT_FAILS(tnm_band_load(&band, &buffer, &tiling, &scoring, 2, 0), TNM_ERROR_DATA,
                 "weight at row 9, column 3 is");
    ASSERT_OK(tnm_band_load(&band, &buffer, &tiling, &scoring, 3, 0));
    ASSERT_OK(tnm_band_load(&band, &buffer, &tiling, &scoring, 9, 0));
    tnm_band_buffer_free(&buffer);
}

TNM_SUITE(band, {"tiling by edge rule", test_tiling_by_edge_rule},
          {"tiling refuses", test_tiling_refuses},
          {"stretches cover a wide band", test_stretches_cover_a_wide_band},
          {"loads every layout", test_loads_every_layout},
          {"loads every tile size", test_loads_every_tile_size},
          {"loads wide matrices in stretches", test_loads_wide_matrices_in_stretches},
          {"doubles beyond float", test_doubles_beyond_float},
          {"doubles that are floats", test_doubles_that_are_floats},
          {"squares are exact for floats", test_squares_are_exact_for_floats},
          {"given scores replace weights", test_given_scores_replace_weights},
          {"refuses what is no score", test_refuses_what_is_no_score},
          {"bands together", test_bands_together})
