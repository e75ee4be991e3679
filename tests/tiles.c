#include "tests/tiles.h"

#include "instances/text.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *tnm_tile_kind_name(tnm_tile_kind kind)
{
    static const char *const names[] = {
#define X(kind, name) name,
        TNM_TILE_KINDS(X)
#undef X
    };
    return names[kind];
}

bool tnm_tile_kind_is_tame(tnm_tile_kind kind)
{
    return kind != TNM_TILES_DENORMAL && kind != TNM_TILES_WIDE && kind != TNM_TILES_EXTREME &&
           kind != TNM_TILES_DOUBLE;
}

static double keep_bits(double x, int bits)
{
    int exponent;
    double fraction = frexp(x, &exponent);
    return ldexp(nearbyint(ldexp(fraction, bits)), exponent - bits);
}

static double draw(tnm_tile_kind kind, tnm_random *random)
{
    double normal = fabs(tnm_random_normal(random));
    switch (kind) {
    case TNM_TILES_TIES:
        return (double)(tnm_random_next(random) % 4);
    case TNM_TILES_ZEROS:
        return 0;
    case TNM_TILES_CONSTANT:
        return 0.1f;
    case TNM_TILES_COARSE:
        return keep_bits(normal, 3);
    case TNM_TILES_SPARSE:
        return tnm_random_next(random) % 5 == 0 ? normal : 0;
    case TNM_TILES_DENORMAL:
        return tnm_random_next(random) % 8 == 0
                   ? normal
                   : (double)(tnm_random_next(random) % 5) * (double)FLT_TRUE_MIN;
    case TNM_TILES_WIDE:
        return exp(8 * tnm_random_normal(random));
    case TNM_TILES_EXTREME:
        return ldexp(1 + tnm_random_uniform(random), (int)(tnm_random_next(random) % 276) - 149);
    default:
        return normal;
    }
}

/* Rows and columns of a matrix that are 0 in TNM_TILES_DEAD. */
static bool is_dead(size_t line)
{
    return line % 7 == 3 || line % 11 == 5;
}

static tnm_tiles allocate(int m, size_t tiles, bool doubles)
{
    size_t side = (size_t)m;
    tnm_tiles made = {.band = {.m = side, .tiles = tiles, .stride = side * tiles}};
    made.scores = tnm_allocate(side * side * tiles, sizeof *made.scores);
    made.doubles = doubles ? tnm_allocate(side * side * tiles, sizeof *made.doubles) : NULL;
    if (made.scores == NULL || (doubles && made.doubles == NULL))
        abort();
    made.band.scores = made.scores;
    made.band.doubles = made.doubles;
    return made;
}

tnm_tiles tnm_tiles_make(tnm_tile_kind kind, int m, size_t tiles, tnm_random *random)
{
    tnm_tiles made = allocate(m, tiles, kind == TNM_TILES_DOUBLE);
    for (size_t at = 0; at < made.band.m * made.band.stride; at++) {
        bool dead = is_dead(at / made.band.stride) || is_dead(at % made.band.stride);
        double score = kind == TNM_TILES_DEAD && dead ? 0 : draw(kind, random);
        made.scores[at] = (float)score;
        if (made.doubles != NULL)
            made.doubles[at] = score;
    }
    return made;
}

tnm_tiles tnm_tiles_of(int m, const float *scores)
{
    tnm_tiles made = allocate(m, 1, false);
    for (size_t at = 0; at < made.band.m * made.band.m; at++)
        made.scores[at] = scores[at];
    return made;
}

void tnm_tiles_free(tnm_tiles *tiles)
{
    free(tiles->scores);
    free(tiles->doubles);
    *tiles = (tnm_tiles){0};
}

void tnm_tiles_save(const tnm_tiles *tiles, size_t tile, const tnm_problem *problem,
                    const char *name)
{
    size_t m = tiles->band.m;
    double values[TNM_MAX_TILE * TNM_MAX_TILE];
    tnm_text text = {.problem = *problem, .rows = m, .cols = m, .values = values};
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < m; j++)
            values[i * m + j] = tnm_band_score(&tiles->band, tile, i, j);
    }
    FILE *stream = fopen(name, "w");
    bool saved = stream != NULL && tnm_text_write(&text, stream, NULL) == TNM_OK;
    if (stream != NULL && fclose(stream) != 0)
        saved = false;
    tnm_test_note(saved ? "the tile is saved as %s" : "cannot save the tile as %s", name);
}

static void solve(tnm_attempt *attempt, const tnm_method *method, const tnm_problem *problem,
                  const tnm_band *band, const char *const *parameters)
{
    atomic_bool stop = false;
    tnm_settings settings = {.stop = &stop, .parameters = parameters};
    tnm_answer answer = {.rows = attempt->rows, .prices = attempt->prices};
    void *workspace = NULL;
    attempt->error = method->open(&workspace, problem, &settings);
    if (attempt->error == TNM_OK)
        attempt->error = method->solve(workspace, band, &answer);
    method->close(workspace);
}

tnm_attempt tnm_attempt_make(const tnm_method *method, const tnm_problem *problem,
                             const tnm_band *band)
{
    return tnm_attempt_with(method, problem, band, NULL);
}

tnm_attempt tnm_attempt_with(const tnm_method *method, const tnm_problem *problem,
                             const tnm_band *band, const char *const *parameters)
{
    tnm_attempt attempt = {0};
    size_t length = tnm_certificate_length(band->m);
    attempt.rows = tnm_allocate(band->m * band->tiles, sizeof *attempt.rows);
    attempt.prices = tnm_allocate(length * band->tiles, sizeof *attempt.prices);
    attempt.objectives = tnm_allocate(band->tiles, sizeof *attempt.objectives);
    if (attempt.rows == NULL || attempt.prices == NULL || attempt.objectives == NULL)
        abort();
    for (size_t t = 0; t < band->tiles; t++)
        attempt.prices[t * length] = TNM_NO_PRICES;
    solve(&attempt, method, problem, band, parameters);
    if (attempt.error == TNM_OK)
        tnm_verify_band(&attempt.verdict, problem, band, attempt.rows, attempt.prices,
                        attempt.objectives);
    return attempt;
}

tnm_attempt tnm_attempt_tile(const tnm_method *method, const tnm_problem *problem,
                             const float *scores, const char *const *parameters)
{
    tnm_tiles tiles = tnm_tiles_of(problem->m, scores);
    tnm_attempt attempt = tnm_attempt_with(method, problem, &tiles.band, parameters);
    tnm_tiles_free(&tiles);
    return attempt;
}

bool tnm_attempt_keeps(const tnm_attempt *attempt, size_t m, const uint64_t *rows)
{
    return attempt->error == TNM_OK && memcmp(attempt->rows, rows, m * sizeof *rows) == 0;
}

double tnm_mean_gap(const tnm_method *method, const tnm_problem *problem, const tnm_band *band,
                    const char *const *parameters)
{
    tnm_problem equal = {problem->n, problem->m, TNM_EQUAL};
    tnm_attempt found = tnm_attempt_with(method, problem, band, parameters);
    tnm_attempt best = tnm_attempt_make(tnm_own_method("exact"), &equal, band);
    double gap =
        1 - tnm_sum_double(&found.verdict.objective) / tnm_sum_double(&best.verdict.objective);
    tnm_attempt_free(&found);
    tnm_attempt_free(&best);
    return gap;
}

void tnm_attempt_free(tnm_attempt *attempt)
{
    free(attempt->rows);
    free(attempt->prices);
    free(attempt->objectives);
    *attempt = (tnm_attempt){0};
}
