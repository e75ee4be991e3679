/* The exact method on every side of a tile, every family and twist: always proven, always the same
 * bytes. */
#include "solver/methods/all.h"

#include "instances/fixed.h"
#include "instances/generate.h"
#include "instances/isa.h"
#include "tests/tiles.h"
#include "tests/twists.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LEMON_BITS = 48,
    EXACT_BITS = 54,
    HANG = 240 /* seconds, by far more than any of these tests takes */
};

/* ---- making a band ----------------------------------------------------------------------- */

/* A band of the family, or of gaussians where the family does not serve the pattern; stride wider
 * than the tiles. */
static tnm_tiles make_band(const char *family, const tnm_problem *problem, size_t tiles,
                           uint64_t seed)
{
    size_t m = (size_t)problem->m;
    tnm_generator *generator = NULL;
    tnm_recipe recipe = {.family = family,
                         .rows = m,
                         .cols = m * (tiles + 1),
                         .seed = seed & UINT32_MAX,
                         .problem = *problem};
    tnm_tiles made = {
        .band = {.m = m, .tiles = tiles, .stride = recipe.cols},
        .scores = tnm_allocate(m * recipe.cols, sizeof(float)),
    };
    if (made.scores == NULL)
        abort();
    if (tnm_generator_open(&generator, &recipe) != TNM_OK) {
        recipe.family = "gaussian";
        ASSERT_OK(tnm_generator_open(&generator, &recipe));
    }
    for (size_t i = 0; i < m; i++)
        ASSERT_OK(tnm_generator_row(generator, made.scores + i * recipe.cols));
    tnm_generator_close(generator);
    for (size_t k = 0; k < m * recipe.cols; k++)
        made.scores[k] = fabsf(made.scores[k]);
    made.band.scores = made.scores;
    return made;
}

/* Doubles that are no floats. */
static void make_doubles(tnm_tiles *tiles, double power, double factor)
{
    size_t entries = tiles->band.m * tiles->band.stride;
    tiles->doubles = tnm_allocate(entries, sizeof *tiles->doubles);
    if (tiles->doubles == NULL)
        abort();
    for (size_t k = 0; k < entries; k++) {
        double score = pow((double)tiles->scores[k], power) * factor;
        tiles->doubles[k] = score < DBL_MAX ? score : DBL_MAX;
        tiles->scores[k] = score > (double)FLT_MAX ? FLT_MAX : (float)score;
    }
    tiles->band.doubles = tiles->doubles;
}

/* ---- what must hold ---------------------------------------------------------------------- */

static tnm_band one_tile(const tnm_band *band, size_t tile)
{
    tnm_band one = *band;
    one.tiles = 1;
    one.scores += tile * band->m;
    one.doubles += one.doubles != NULL ? tile * band->m : 0;
    return one;
}

/* Proven, and exactly where the scores fit 54 bits. */
static bool is_proven(const tnm_problem *problem, const tnm_band *band, const tnm_attempt *attempt,
                      size_t tile)
{
    uint64_t rows[TNM_MAX_TILE];
    int64_t integers[TNM_MAX_TILE * TNM_MAX_TILE];
    int scale;
    tnm_verdict verdict = {0};
    tnm_band one = one_tile(band, tile);
    tnm_mask_get(rows, attempt->rows, band->tiles, band->m, tile);
    tnm_verify_band(&verdict, problem, &one, rows,
                    attempt->prices + tile * tnm_certificate_length(band->m), NULL);
    bool lossless = tnm_fixed_tile(&one, 0, EXACT_BITS, integers, &scale);
    return verdict.broken == 0 && verdict.proven == 1 && (verdict.exact == 1 || !lossless);
}

/* What two masks keep of a tile, in integers, where the scores fit 48 bits. */
static bool keep_as_much(const tnm_band *band, const uint64_t *ours, const uint64_t *theirs,
                         size_t tile)
{
    int64_t integers[TNM_MAX_TILE * TNM_MAX_TILE], difference = 0;
    int scale;
    if (!tnm_fixed_tile(band, tile, LEMON_BITS, integers, &scale))
        return true;
    for (size_t i = 0; i < band->m; i++) {
        for (size_t j = 0; j < band->m; j++) {
            size_t at = i * band->tiles + tile;
            int64_t kept = (int64_t)(ours[at] >> j & 1) - (int64_t)(theirs[at] >> j & 1);
            difference += kept * integers[i * band->m + j];
        }
    }
    return difference == 0;
}

static void check_band(const tnm_problem *problem, const tnm_tiles *tiles, const char *what,
                       bool with_lemon)
{
    const tnm_band *band = &tiles->band;
    tnm_attempt ours = tnm_attempt_make(tnm_own_method("exact"), problem, band);
    tnm_attempt lemon = {0};
    ASSERT_OK(ours.error);
    if (with_lemon)
        lemon = tnm_attempt_make(tnm_method_find("lemon-network-simplex"), problem, band);
    for (size_t tile = 0; tile < band->tiles; tile++) {
        bool fine = is_proven(problem, band, &ours, tile) &&
                    (!with_lemon || keep_as_much(band, ours.rows, lemon.rows, tile));
        CU_ASSERT(fine);
        if (!fine) {
            tnm_test_note("exact fails: %d:%d %s, %s, tile %zu of %zu, TNM_TEST_SEED=%llu",
                          problem->n, problem->m, tnm_constraint_name(problem->constraint), what,
                          tile, band->tiles, (unsigned long long)tnm_test_seed());
            tnm_tiles_save(tiles, tile, problem, "/tmp/tnm-exact-fails.tnm");
            break;
        }
    }
    tnm_attempt_free(&ours);
    tnm_attempt_free(&lemon);
}

/* ---- every pattern ----------------------------------------------------------------------- */

static const int sides[] = {1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11,
                            12, 16, 17, 24, 31, 32, 33, 48, 63, 64};

typedef void check_problem(const tnm_problem *problem, uint64_t seed);

/* N = 0, 1, M/4, M/2, M-1, M, under both constraints. */
static void for_every_pattern(check_problem *check)
{
    uint64_t seed = tnm_test_seed() * 1000003;
    alarm(HANG);
    for (size_t k = 0; k < sizeof sides / sizeof *sides; k++) {
        int m = sides[k], kept[] = {0, 1, m / 4, m / 2, m - 1, m}, last = -1;
        for (size_t q = 0; q < sizeof kept / sizeof *kept; q++) {
            if (kept[q] <= last)
                continue;
            last = kept[q];
            check(&(tnm_problem){last, m, TNM_EQUAL}, ++seed);
            check(&(tnm_problem){last, m, TNM_ATMOST}, ++seed);
        }
    }
    alarm(0);
}

/* Few, so that the test takes seconds. */
static size_t few_tiles(int m)
{
    return m <= 8 || m == 16 ? 35 : m < 16 ? 4 : 1;
}

static void check_families(const tnm_problem *problem, uint64_t seed)
{
    for (const tnm_family *family = tnm_families; family->name != NULL; family++) {
        tnm_tiles tiles = make_band(family->name, problem, few_tiles(problem->m), seed);
        check_band(problem, &tiles, family->name, problem->m <= 17);
        tnm_tiles_free(&tiles);
    }
}

static void test_families(void)
{
    for_every_pattern(check_families);
}

static void check_twists(const tnm_problem *problem, uint64_t seed)
{
    tnm_random random = {seed};
    for (int twist = 0; twist < TNM_TWIST_COUNT; twist++) {
        tnm_tiles tiles = make_band("gaussian", problem, few_tiles(problem->m), seed);
        tnm_twist_scores(&tiles.band, tiles.scores, (tnm_twist)twist, &random);
        check_band(problem, &tiles, tnm_twist_name((tnm_twist)twist), problem->m <= 17);
        tnm_tiles_free(&tiles);
    }
}

static void test_twists(void)
{
    for_every_pattern(check_twists);
}

static void check_doubles(const tnm_problem *problem, uint64_t seed)
{
    static const double powers[] = {2, 2, 2, 1. / 3, 40, 150};
    static const double factors[] = {1, 0x1p-150, 0x1p140, 1, 1, 1};
    for (size_t k = 0; k < sizeof powers / sizeof *powers; k++) {
        tnm_tiles tiles =
            make_band(k % 2 == 0 ? "gaussian" : "sparse", problem, few_tiles(problem->m), seed);
        make_doubles(&tiles, powers[k], factors[k]);
        check_band(problem, &tiles, "doubles", false);
        tnm_tiles_free(&tiles);
    }
}

static void test_doubles(void)
{
    for_every_pattern(check_doubles);
}

/* ---- the same bytes ---------------------------------------------------------------------- */

static void assert_same(const tnm_attempt *a, const tnm_attempt *b, const tnm_band *band)
{
    size_t length = tnm_certificate_length(band->m) * band->tiles;
    CU_ASSERT_EQUAL(memcmp(a->rows, b->rows, band->m * band->tiles * sizeof *a->rows), 0);
    CU_ASSERT_EQUAL(memcmp(a->prices, b->prices, length * sizeof *a->prices), 0);
}

static void check_every_isa(const tnm_problem *problem, uint64_t seed)
{
    static const char *const families[] = {"gaussian", "ties", "sparse", "wide",
                                           "binary",   "dead", "bf16",   "constant"};
    for (size_t k = 0; k < sizeof families / sizeof *families; k++) {
        tnm_attempt first = {0};
        tnm_tiles tiles = make_band(families[k], problem, few_tiles(problem->m), seed);
        for (int isa = 0; isa < TNM_ISA_COUNT; isa++) {
            if (!tnm_isa_supported((tnm_isa)isa))
                continue;
            ASSERT_OK(tnm_isa_force((tnm_isa)isa));
            tnm_attempt attempt = tnm_attempt_make(tnm_own_method("exact"), problem, &tiles.band);
            if (first.rows == NULL) {
                first = attempt;
                continue;
            }
            assert_same(&first, &attempt, &tiles.band);
            tnm_attempt_free(&attempt);
        }
        tnm_isa_release();
        tnm_attempt_free(&first);
        tnm_tiles_free(&tiles);
    }
}

static void test_every_isa_gives_the_same_bytes(void)
{
    for_every_pattern(check_every_isa);
}

static tnm_error solve(const tnm_problem *problem, const tnm_band *band, uint64_t *rows,
                       int64_t *prices, const int64_t *warm)
{
    tnm_error error = TNM_OK;
    const tnm_method *exact = tnm_own_method("exact");
    atomic_bool stop = false;
    tnm_settings settings = {.stop = &stop};
    void *workspace = NULL;
    tnm_answer answer = {.rows = rows, .prices = prices, .warm_prices = warm};
    TNM_TRY(exact->open(&workspace, problem, &settings));
    error = exact->solve(workspace, band, &answer);
out:
    exact->close(workspace);
    return error;
}

static void check_without_prices(const tnm_problem *problem, uint64_t seed)
{
    uint64_t rows[TNM_MAX_TILE * 35];
    tnm_tiles tiles = make_band("gaussian", problem, few_tiles(problem->m), seed);
    tnm_attempt attempt = tnm_attempt_make(tnm_own_method("exact"), problem, &tiles.band);
    ASSERT_OK(solve(problem, &tiles.band, rows, NULL, NULL));
    CU_ASSERT_EQUAL(memcmp(rows, attempt.rows, tiles.band.m * tiles.band.tiles * sizeof *rows), 0);
    tnm_attempt_free(&attempt);
    tnm_tiles_free(&tiles);
}

static void test_unwanted_prices_change_no_mask(void)
{
    for_every_pattern(check_without_prices);
}

/* Prices to start from may be anything: the answer is proven all the same. */
static void check_warm_prices(const tnm_problem *problem, uint64_t seed)
{
    tnm_random random = {seed};
    tnm_tiles tiles = make_band("gaussian", problem, few_tiles(problem->m), seed);
    tnm_attempt attempt = tnm_attempt_make(tnm_own_method("exact"), problem, &tiles.band);
    size_t length = tnm_certificate_length(tiles.band.m), count = length * tiles.band.tiles;
    int64_t *warm = tnm_allocate(count, sizeof *warm);
    CU_ASSERT_PTR_NOT_NULL_FATAL(warm);
    for (int kind = 0; kind < 4; kind++) { /* its own, in small numbers, in large ones, in none */
        for (size_t k = 0; k < count; k++) {
            int64_t drawn = (int64_t)tnm_random_next(&random);
            bool is_scale = k % length == 0;
            warm[k] = kind == 0                ? attempt.prices[k]
                      : kind == 3 && is_scale  ? TNM_NO_PRICES
                      : kind == 1 && !is_scale ? drawn >> 48
                      : kind == 1              ? -14
                                               : drawn;
        }
        ASSERT_OK(solve(problem, &tiles.band, attempt.rows, attempt.prices, warm));
        for (size_t tile = 0; tile < tiles.band.tiles; tile++)
            CU_ASSERT(is_proven(problem, &tiles.band, &attempt, tile));
    }
    free(warm);
    tnm_attempt_free(&attempt);
    tnm_tiles_free(&tiles);
}

static void test_any_warm_prices(void)
{
    for_every_pattern(check_warm_prices);
}

/* Some of these tiles are solved after prices have been rounded to whole numbers in vain: under
 * `atmost` lines that are free must stay so. */
static void test_whole_numbers_from_unrelated_prices(void)
{
    enum { M = 13, N = 9, TILES = 4000 };
    tnm_problem problem = {N, M, TNM_ATMOST};
    tnm_random random = {tnm_test_seed()};
    tnm_tiles tiles = tnm_tiles_make(TNM_TILES_GAUSSIAN, M, TILES, &random);
    tnm_tiles others = tnm_tiles_make(TNM_TILES_GAUSSIAN, M, TILES, &random);
    for (size_t at = 0; at < M * tiles.band.stride; at++) {
        tiles.scores[at] = (float)(tnm_random_next(&random) >> 56);
        others.scores[at] = (float)tnm_random_uniform(&random);
    }
    tnm_attempt other = tnm_attempt_make(tnm_own_method("exact"), &problem, &others.band);
    tnm_attempt attempt = tnm_attempt_make(tnm_own_method("exact"), &problem, &tiles.band);
    ASSERT_OK(solve(&problem, &tiles.band, attempt.rows, attempt.prices, other.prices));
    for (size_t tile = 0; tile < TILES; tile++)
        CU_ASSERT(is_proven(&problem, &tiles.band, &attempt, tile));
    tnm_attempt_free(&attempt);
    tnm_attempt_free(&other);
    tnm_tiles_free(&tiles);
    tnm_tiles_free(&others);
}

/* Bands of all lengths around the number of lanes; a tile's answer is the same in any of them. */
static void test_band_lengths(void)
{
    static const int patterns[][2] = {{1, 2}, {2, 4}, {4, 8}, {3, 7}, {8, 16}};
    for (size_t k = 0; k < sizeof patterns / sizeof *patterns; k++) {
        for (int constraint = TNM_EQUAL; constraint <= TNM_ATMOST; constraint++) {
            tnm_problem problem = {patterns[k][0], patterns[k][1], (tnm_constraint)constraint};
            tnm_tiles tiles = make_band("gaussian", &problem, 70, tnm_test_seed());
            for (size_t length = 1; length <= 70; length += length < 31 || length > 33 ? 10 : 1) {
                tiles.band.tiles = length;
                check_band(&problem, &tiles, "band length", true);
            }
            tnm_tiles_free(&tiles);
        }
    }
}

/* What lies past the band, in the same rows, has no say: not even NaN. */
static void test_neighbours_have_no_say(void)
{
    tnm_problem problem = {4, 8, TNM_ATMOST};
    tnm_tiles tiles = make_band("gaussian", &problem, 33, tnm_test_seed());
    tnm_attempt before = tnm_attempt_make(tnm_own_method("exact"), &problem, &tiles.band);
    for (size_t i = 0; i < 8; i++) {
        for (size_t j = 33 * 8; j < 34 * 8; j++)
            tiles.scores[i * tiles.band.stride + j] = NAN;
    }
    tnm_attempt after = tnm_attempt_make(tnm_own_method("exact"), &problem, &tiles.band);
    assert_same(&before, &after, &tiles.band);
    tnm_attempt_free(&before);
    tnm_attempt_free(&after);
    tnm_tiles_free(&tiles);
}

/* ---- the library's face ------------------------------------------------------------------- */

/* Ragged edges, a stride that runs backwards, negative zeros. */
static void test_ragged_and_strided_matrices(void)
{
    enum { ROWS = 37, COLS = 75 };
    static float weights[ROWS * COLS];
    static int64_t prices[20000];
    tnm_random random = {tnm_test_seed()};
    for (size_t k = 0; k < ROWS * COLS; k++)
        weights[k] = k % 5 == 0 ? -0.0f : (float)tnm_random_normal(&random);
    tnm_matrix view = {weights + ROWS * COLS - 1, TNM_F32, false, COLS, ROWS, -1, -COLS};
    for (int m = 1; m <= TNM_MAX_TILE; m++) {
        for (int constraint = TNM_EQUAL; constraint <= TNM_ATMOST; constraint++) {
            tnm_problem problem = {(m + 1) / 2, m, (tnm_constraint)constraint};
            tnm_options options;
            tnm_result result;
            tnm_options_init(&options);
            CU_ASSERT_FATAL(tnm_tile_count(COLS, ROWS, m, TNM_EDGES_PAD) *
                                tnm_certificate_length((size_t)m) <=
                            20000);
            ASSERT_OK(tnm_solve(&view, &problem, &options, NULL, prices, &result));
            CU_ASSERT_EQUAL(result.status, TNM_OPTIMAL);
            CU_ASSERT_EQUAL(result.tiles_exact, result.tiles);
        }
    }
}

TNM_SUITE(exact, {"families", test_families}, {"twists", test_twists}, {"doubles", test_doubles},
          {"every isa gives the same bytes", test_every_isa_gives_the_same_bytes},
          {"unwanted prices change no mask", test_unwanted_prices_change_no_mask},
          {"any warm prices", test_any_warm_prices},
          {"whole numbers from unrelated prices", test_whole_numbers_from_unrelated_prices},
          {"band lengths", test_band_lengths},
          {"neighbours have no say", test_neighbours_have_no_say},
          {"ragged and strided matrices", test_ragged_and_strided_matrices})
