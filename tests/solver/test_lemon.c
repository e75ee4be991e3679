#include "solver/methods/lemon.h"

#include "formulations/network.h"
#include "solver/methods/lemon_shim.h"
#include "tests/tiles.h"

#include <string.h>

static const tnm_method *const lemons[] = {&tnm_lemon_network_simplex, &tnm_lemon_cost_scaling,
                                           &tnm_lemon_capacity_scaling, &tnm_lemon_cycle_canceling};
enum { LEMONS = sizeof lemons / sizeof *lemons };

static void test_the_constraints_differ(void)
{
    static const float scores[] = {1, 0, 0, 0, 1, 1, 0, 1, 1};
    tnm_tiles tiles = tnm_tiles_of(3, scores);
    for (size_t k = 0; k < LEMONS; k++) {
        tnm_attempt equal =
            tnm_attempt_make(lemons[k], &(tnm_problem){2, 3, TNM_EQUAL}, &tiles.band);
        tnm_attempt atmost =
            tnm_attempt_make(lemons[k], &(tnm_problem){2, 3, TNM_ATMOST}, &tiles.band);
        ASSERT_OK(equal.error);
        ASSERT_OK(atmost.error);
        CU_ASSERT_EQUAL(equal.objectives[0], 4);
        CU_ASSERT_EQUAL(atmost.objectives[0], 5);
        CU_ASSERT_EQUAL(equal.verdict.exact, 1);
        CU_ASSERT_EQUAL(atmost.verdict.exact, 1);
        tnm_attempt_free(&equal);
        tnm_attempt_free(&atmost);
    }
    tnm_tiles_free(&tiles);
}

/* ---- the engines' own prices, without any repair ----------------------------------------- */

/* Scores of `bits` bits, as LEMON sees them. */
static void draw_scores(int64_t *scores, size_t count, int bits, tnm_random *random)
{
    bool tied = tnm_random_next(random) % 3 == 0;
    for (size_t k = 0; k < count; k++) {
        scores[k] = (int64_t)(tnm_random_next(random) >> (64 - bits));
        if (tied)
            scores[k] = (scores[k] >> (bits - 2)) << (bits - 2);
    }
}

/* Complementary slackness, in the words of formulations/verify.h. */
static bool prices_prove(const tnm_problem *problem, const int64_t *scores, const uint64_t *rows,
                         const int64_t *u, const int64_t *v)
{
    tnm_int128 objective = 0, bound = 0;
    int m = problem->m;
    for (int i = 0; i < m; i++) {
        bound += (tnm_int128)problem->n * (u[i] + v[i]);
        if (problem->constraint == TNM_ATMOST && (u[i] < 0 || v[i] < 0))
            return false;
        for (int j = 0; j < m; j++) {
            int64_t reduced = scores[i * m + j] - u[i] - v[j];
            bound += reduced > 0 ? reduced : 0;
            objective += rows[i] >> j & 1 ? scores[i * m + j] : 0;
        }
    }
    return bound == objective;
}

static void check_bare_engine(tnm_lemon_engine engine, const tnm_problem *problem,
                              tnm_random *random)
{
    enum { ENTRIES = TNM_MAX_TILE * TNM_MAX_TILE, ARCS = ENTRIES + 2 * TNM_MAX_TILE + 1 };
    static int64_t scores[ENTRIES], costs[ARCS], flow[ENTRIES];
    int64_t potentials[2 * TNM_MAX_TILE + 2], u[TNM_MAX_TILE], v[TNM_MAX_TILE];
    uint64_t rows[TNM_MAX_TILE];
    tnm_network network;
    tnm_lemon *lemon;
    int entries = problem->m * problem->m, bits = tnm_lemon_bits(engine);
    ASSERT_OK(tnm_network_init(&network, problem));
    CU_ASSERT_EQUAL(tnm_lemon_open(&lemon, engine, &network), TNM_LEMON_OPTIMAL);
    for (int round = 0; round < 4; round++) {
        draw_scores(scores, (size_t)entries, bits, random);
        tnm_network_costs(costs, &network, scores);
        CU_ASSERT_EQUAL(tnm_lemon_run(lemon, costs, entries, flow, potentials), TNM_LEMON_OPTIMAL);
        tnm_network_mask(rows, &network, flow);
        tnm_network_prices(u, v, &network, potentials, INT64_C(1) << bits);
        bool proven = prices_prove(problem, scores, rows, u, v);
        CU_ASSERT(proven);
        if (!proven)
            tnm_test_note("engine %d, %d:%d %s, seed %llu", engine, problem->n, problem->m,
                          tnm_constraint_name(problem->constraint),
                          (unsigned long long)tnm_test_seed());
    }
    tnm_lemon_close(lemon);
    tnm_network_free(&network);
}

static void test_engines_prove_by_their_own_prices(void)
{
    static const int sides[] = {1, 2, 3, 5, 8, 16, 33, 64};
    tnm_random random = {tnm_test_seed()};
    for (int engine = TNM_LEMON_NETWORK_SIMPLEX; engine <= TNM_LEMON_CYCLE_CANCELING; engine++) {
        for (size_t k = 0; k < sizeof sides / sizeof *sides; k++) {
            int m = sides[k], step = m > 8 ? m / 2 : 1;
            for (int n = 0; n <= m; n += step) {
                tnm_problem problem = {n, m, TNM_EQUAL};
                check_bare_engine((tnm_lemon_engine)engine, &problem, &random);
                problem.constraint = TNM_ATMOST;
                check_bare_engine((tnm_lemon_engine)engine, &problem, &random);
            }
        }
    }
}

static void test_shim_returns_codes(void)
{
    tnm_network network;
    tnm_lemon *lemon = NULL;
    int64_t costs[4] = {0}, flow[4], potentials[4];
    ASSERT_OK(tnm_network_init(&network, &(tnm_problem){1, 2, TNM_EQUAL}));
    tnm_network absurd = network;
    absurd.nodes = -1; /* which makes the C++ library throw */
    CU_ASSERT_EQUAL(tnm_lemon_open(&lemon, TNM_LEMON_NETWORK_SIMPLEX, &absurd), TNM_LEMON_BROKEN);
    CU_ASSERT_PTR_NULL(lemon);
    tnm_lemon_close(lemon);
    for (int arc = 0; arc < network.arcs; arc++)
        network.capacity[arc] = 0;
    for (int engine = TNM_LEMON_NETWORK_SIMPLEX; engine <= TNM_LEMON_CYCLE_CANCELING; engine++) {
        CU_ASSERT_EQUAL(tnm_lemon_open(&lemon, (tnm_lemon_engine)engine, &network),
                        TNM_LEMON_OPTIMAL);
        CU_ASSERT_EQUAL(tnm_lemon_run(lemon, costs, 4, flow, potentials), TNM_LEMON_INFEASIBLE);
        tnm_lemon_close(lemon);
    }
    tnm_network_free(&network);
}

/* ---- bands ------------------------------------------------------------------------------- */

/* A tile's answer does not depend on what was solved before it. */
static void test_tiles_do_not_influence_each_other(void)
{
    enum { M = 6, TILES = 40 };
    tnm_random random = {tnm_test_seed()};
    tnm_tiles tiles = tnm_tiles_make(TNM_TILES_TIES, M, TILES, &random);
    for (size_t k = 0; k < LEMONS; k++) {
        tnm_problem problem = {3, M, k % 2 == 0 ? TNM_EQUAL : TNM_ATMOST};
        tnm_attempt whole = tnm_attempt_make(lemons[k], &problem, &tiles.band);
        ASSERT_OK(whole.error);
        for (size_t tile = 0; tile < TILES; tile++) {
            uint64_t rows[M];
            tnm_band one = tiles.band;
            one.scores += tile * M;
            one.tiles = 1;
            tnm_attempt single = tnm_attempt_make(lemons[k], &problem, &one);
            ASSERT_OK(single.error);
            tnm_mask_get(rows, whole.rows, TILES, M, tile);
            CU_ASSERT_EQUAL(memcmp(rows, single.rows, sizeof rows), 0);
            CU_ASSERT_EQUAL(memcmp(whole.prices + tile * (2 * M + 1), single.prices,
                                   (2 * M + 1) * sizeof(int64_t)),
                            0);
            tnm_attempt_free(&single);
        }
        tnm_attempt_free(&whole);
    }
    tnm_tiles_free(&tiles);
}

static void test_prices_may_be_unwanted(void)
{
    uint64_t rows[2];
    static const float scores[] = {1, 2, 4, 1e-40f};
    atomic_bool stop = false;
    tnm_settings settings = {.stop = &stop};
    tnm_problem problem = {1, 2, TNM_EQUAL};
    tnm_tiles tiles = tnm_tiles_of(2, scores);
    tnm_answer answer = {.rows = rows};
    for (size_t k = 0; k < LEMONS; k++) {
        void *workspace;
        ASSERT_OK(lemons[k]->open(&workspace, &problem, &settings));
        ASSERT_OK(lemons[k]->solve(workspace, &tiles.band, &answer));
        CU_ASSERT_EQUAL(rows[0], 2);
        CU_ASSERT_EQUAL(rows[1], 1);
        lemons[k]->close(workspace);
        lemons[k]->close(NULL);
    }
    tnm_tiles_free(&tiles);
}

static void test_stops_between_tiles(void)
{
    uint64_t rows[2];
    static const float scores[] = {1, 2, 4, 8};
    atomic_bool stop = true;
    tnm_settings settings = {.stop = &stop};
    tnm_problem problem = {1, 2, TNM_EQUAL};
    tnm_tiles tiles = tnm_tiles_of(2, scores);
    tnm_answer answer = {.rows = rows};
    void *workspace;
    ASSERT_OK(lemons[0]->open(&workspace, &problem, &settings));
    CU_ASSERT_EQUAL(lemons[0]->solve(workspace, &tiles.band, &answer), TNM_ERROR_LIMIT);
    atomic_store(&stop, false);
    settings.deadline = tnm_now() - 1;
    CU_ASSERT_EQUAL(lemons[0]->solve(workspace, &tiles.band, &answer), TNM_ERROR_LIMIT);
    settings.deadline = 0;
    ASSERT_OK(lemons[0]->solve(workspace, &tiles.band, &answer));
    lemons[0]->close(workspace);
    tnm_tiles_free(&tiles);
}

TNM_SUITE(lemon, {"the constraints differ", test_the_constraints_differ},
          {"engines prove by their own prices", test_engines_prove_by_their_own_prices},
          {"the shim returns codes", test_shim_returns_codes},
          {"tiles do not influence each other", test_tiles_do_not_influence_each_other},
          {"prices may be unwanted", test_prices_may_be_unwanted},
          {"stops between tiles", test_stops_between_tiles})
