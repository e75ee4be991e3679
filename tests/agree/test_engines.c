/* Agree or explain: every exact method, ours and foreign, gives the same objective on thousands of
 * seeded tiles of all kinds, and proves it. */
#include "solver/methods/all.h"
#include "tests/tiles.h"

#include <stdio.h>
#include <string.h>

/* One question to all methods. */
typedef struct trial {
    tnm_tile_kind kind;
    tnm_problem problem;
    size_t tiles;
    bool slow_engines_too; /* GLPK, which takes 15 ms a tile at M = 32 */
} trial;

static bool takes_part(const trial *self, const tnm_method *method)
{
    bool slow = strncmp(method->name, "glpk", 4) == 0;
    return (method->capabilities & TNM_METHOD_EXACT) != 0 &&
           tnm_method_refuses(method, &self->problem) == NULL && (!slow || self->slow_engines_too);
}

static bool is_proven(const trial *self, const tnm_attempt *attempt)
{
    const tnm_verdict *verdict = &attempt->verdict;
    return attempt->error == TNM_OK && verdict->broken == 0 && verdict->unbounded == 0 &&
           verdict->proven == self->tiles &&
           (verdict->exact == self->tiles || !tnm_tile_kind_is_tame(self->kind));
}

/* Whether an attempt proves a tile, judged by itself. */
static bool tile_is_proven(const trial *self, const tnm_attempt *attempt, const tnm_band *band,
                           size_t tile)
{
    uint64_t rows[TNM_MAX_TILE];
    tnm_verdict verdict = {0};
    tnm_band one = *band;
    one.tiles = 1;
    one.scores += tile * band->m;
    one.doubles += one.doubles != NULL ? tile * band->m : 0;
    tnm_mask_get(rows, attempt->rows, band->tiles, band->m, tile);
    tnm_verify_band(&verdict, &self->problem, &one, rows,
                    attempt->prices + tile * tnm_certificate_length(band->m), NULL);
    return verdict.proven == 1 && verdict.broken == 0;
}

/* The first tile that an attempt does not prove or answers otherwise than the reference. */
static size_t first_difference(const trial *self, const tnm_attempt *attempt,
                               const tnm_attempt *reference, const tnm_band *band)
{
    size_t tile = 0;
    while (tile + 1 < self->tiles && attempt->objectives[tile] == reference->objectives[tile] &&
           (attempt->error != TNM_OK || tile_is_proven(self, attempt, band, tile)))
        tile++;
    return tile;
}

static void complain(const trial *self, const tnm_method *method, const tnm_attempt *attempt,
                     const tnm_tiles *tiles, size_t tile)
{
    char name[200];
    const tnm_verdict *verdict = &attempt->verdict;
    tnm_test_note("%s on %s tiles, %d:%d %s, TNM_TEST_SEED=%llu: %zu tiles, %zu proven, %zu exact, "
                  "%zu broken, objective %a; %s",
                  method->name, tnm_tile_kind_name(self->kind), self->problem.n, self->problem.m,
                  tnm_constraint_name(self->problem.constraint),
                  (unsigned long long)tnm_test_seed(), self->tiles, verdict->proven, verdict->exact,
                  verdict->broken, tnm_sum_double(&verdict->objective),
                  attempt->error != TNM_OK ? tnm_error_message() : "no error");
    snprintf(name, sizeof name, "/tmp/tnm-disagree-%s-%d-%d-%d.tnm", method->name, self->problem.n,
             self->problem.m, (int)self->kind);
    tnm_tiles_save(tiles, tile, &self->problem, name);
}

static void run_trial(const trial *self, tnm_random *random)
{
    const tnm_method *method;
    tnm_attempt reference = {0};
    tnm_tiles tiles = tnm_tiles_make(self->kind, self->problem.m, self->tiles, random);
    for (size_t index = 0; (method = tnm_method_at(index)) != NULL; index++) {
        if (!takes_part(self, method))
            continue;
        tnm_attempt attempt = tnm_attempt_make(method, &self->problem, &tiles.band);
        bool first = reference.rows == NULL;
        bool agrees =
            first || tnm_sum_compare(&attempt.verdict.objective, &reference.verdict.objective) == 0;
        bool proven = is_proven(self, &attempt);
        CU_ASSERT(agrees);
        CU_ASSERT(proven);
        if (!agrees || !proven)
            complain(self, method, &attempt, &tiles,
                     first_difference(self, &attempt, first ? &attempt : &reference, &tiles.band));
        if (first)
            reference = attempt;
        else
            tnm_attempt_free(&attempt);
    }
    CU_ASSERT_PTR_NOT_NULL(reference.rows);
    tnm_attempt_free(&reference);
    tnm_tiles_free(&tiles);
}

/* Every kind of tile under both constraints. */
static void run_trials(int n, int m, size_t tiles, bool slow_engines_too)
{
    tnm_random random = {tnm_test_seed() * 1000003 + (uint64_t)(m * 100 + n)};
    for (int kind = 0; kind < TNM_TILE_KIND_COUNT; kind++) {
        trial one = {(tnm_tile_kind)kind, {n, m, TNM_EQUAL}, tiles, slow_engines_too};
        run_trial(&one, &random);
        one.problem.constraint = TNM_ATMOST;
        run_trial(&one, &random);
    }
}

static void test_small_tiles(void)
{
    for (int m = 1; m <= 5; m++) {
        for (int n = 0; n <= m; n++)
            run_trials(n, m, 12, true);
    }
}

static void test_medium_tiles(void)
{
    for (int n = 0; n <= 8; n++)
        run_trials(n, 8, 4, true);
    run_trials(3, 6, 4, true);
    run_trials(2, 7, 4, true);
    run_trials(6, 12, 2, true);
    run_trials(8, 16, 1, true);
}

static void test_large_tiles(void)
{
    static const int patterns[][2] = {{4, 16}, {0, 32}, {16, 32}, {31, 32}, {20, 40}, {32, 64}};
    for (size_t k = 0; k < sizeof patterns / sizeof *patterns; k++)
        run_trials(patterns[k][0], patterns[k][1], 1, false);
}

TNM_SUITE(engines, {"small tiles", test_small_tiles}, {"medium tiles", test_medium_tiles},
          {"large tiles", test_large_tiles})
