#include "solver/methods/tilewise.h"

#include "tests/tiles.h"

/* An engine that says what it is told to, whatever the tile. */
typedef struct parrot {
    const uint64_t *rows;
    const int64_t *prices; /* u, v; NULL: none */
    tnm_error error;
} parrot;

static tnm_error repeat(void *engine, const tnm_tile *tile)
{
    const parrot *self = engine;
    for (int line = 0; line < 2; line++) {
        tile->rows[line] = self->rows[line];
        if (self->prices != NULL) {
            tile->u[line] = self->prices[line];
            tile->v[line] = self->prices[2 + line];
        }
    }
    return self->error;
}

/* What comes of an engine's answer to [[1, 2], [4, 8]] under 1:2. */
static tnm_error solve(tnm_constraint constraint, parrot engine, uint64_t rows[2],
                       int64_t certificate[5])
{
    static const float scores[] = {1, 2, 4, 8};
    atomic_bool stop = false;
    tnm_settings settings = {.stop = &stop};
    tnm_problem problem = {1, 2, constraint};
    tnm_answer answer = {.rows = rows, .prices = certificate};
    tnm_tilewise tilewise;
    tnm_tiles tiles = tnm_tiles_of(2, scores);
    tnm_error error = tnm_tilewise_init(&tilewise, &problem, &settings, 48);
    if (error == TNM_OK)
        error = tnm_tilewise_solve(&tilewise, &tiles.band, &answer, repeat, &engine);
    tnm_verdict verdict = {0};
    if (error == TNM_OK) {
        tnm_verify_band(&verdict, &problem, &tiles.band, rows, certificate, NULL);
        CU_ASSERT_EQUAL(verdict.exact, 1);
    }
    tnm_tilewise_free(&tilewise);
    tnm_tiles_free(&tiles);
    return error;
}

static const uint64_t best[] = {1, 2}, worse[] = {2, 1}, crowded[] = {3, 2};

static void test_a_proven_answer_is_left_alone(void)
{
    uint64_t rows[2];
    int64_t certificate[5], prices[] = {1, 6, 0, 1};
    ASSERT_OK(solve(TNM_EQUAL, (parrot){best, prices, TNM_OK}, rows, certificate));
    CU_ASSERT_EQUAL(rows[0], 1);
    CU_ASSERT_EQUAL(rows[1], 2);
    CU_ASSERT_EQUAL(certificate[0], 0);
    for (int k = 0; k < 4; k++)
        CU_ASSERT_EQUAL(certificate[1 + k], prices[k]);
}

static void test_an_unproven_mask_is_repaired(void)
{
    uint64_t rows[2];
    int64_t certificate[5], prices[] = {1, 6, 0, 1};
    for (tnm_constraint constraint = TNM_EQUAL; constraint <= TNM_ATMOST; constraint++) {
        ASSERT_OK(solve(constraint, (parrot){worse, prices, TNM_OK}, rows, certificate));
        CU_ASSERT_EQUAL(rows[0], 1);
        CU_ASSERT_EQUAL(rows[1], 2);
    }
}

static void test_missing_or_wrong_prices_are_found(void)
{
    uint64_t rows[2];
    int64_t certificate[5], wrong[] = {1, 6, 0, 3}, negative[] = {-1, 4, 2, 3};
    for (tnm_constraint constraint = TNM_EQUAL; constraint <= TNM_ATMOST; constraint++) {
        ASSERT_OK(solve(constraint, (parrot){best, NULL, TNM_OK}, rows, certificate));
        ASSERT_OK(solve(constraint, (parrot){best, wrong, TNM_OK}, rows, certificate));
        ASSERT_OK(solve(constraint, (parrot){best, negative, TNM_OK}, rows, certificate));
    }
}

static void test_a_broken_mask_is_an_error(void)
{
    uint64_t rows[2];
    int64_t certificate[5], prices[] = {1, 6, 0, 1};
    for (tnm_constraint constraint = TNM_EQUAL; constraint <= TNM_ATMOST; constraint++)
        ASSERT_FAILS(solve(constraint, (parrot){crowded, prices, TNM_OK}, rows, certificate),
                     TNM_ERROR_INTERNAL, "breaks 1:2");
}

static void test_an_engine_may_fail(void)
{
    uint64_t rows[2];
    int64_t certificate[5];
    CU_ASSERT_EQUAL(solve(TNM_EQUAL, (parrot){best, NULL, TNM_ERROR_LIMIT}, rows, certificate),
                    TNM_ERROR_LIMIT);
}

TNM_SUITE(tilewise, {"a proven answer is left alone", test_a_proven_answer_is_left_alone},
          {"an unproven mask is repaired", test_an_unproven_mask_is_repaired},
          {"missing or wrong prices are found", test_missing_or_wrong_prices_are_found},
          {"a broken mask is an error", test_a_broken_mask_is_an_error},
          {"an engine may fail", test_an_engine_may_fail})
