/* soak: a seeded campaign of the exact method against others, until the time is up.
 *
 *     tnm-soak [SECONDS [SEED]]
 *
 * A trial is one band of random tiles: a pattern, a constraint, a family of the generator, a twist
 * (tests/twists.h), sometimes squared into doubles. The exact method answers it, and
 *
 *     every tile must be proven by its prices, and exactly where its scores fit 54 bits;
 *     LEMON's network simplex must find the same integer objective where they fit 48 bits;
 *     so must brute force, on the first tiles of a trial with M <= 4.
 *
 * The mix: half of the trials have M = 1..4, three eighths M = 5..8, and one in sixteen each
 * M = 9..16 and M = 17..64; N is M/2 in half of them, otherwise anything. Half are not twisted, one
 * in eight is squared. Half are given prices to start from: those of a slightly different matrix or
 * of an unrelated one, garbage, or prices marked as absent. Trials with small tiles hold more of
 * them, so that all take about as long. Instruction sets take turns. The first discrepancy ends the
 * campaign: its tile is saved as a text instance that names the trial, and the exit code is 1. */
#include "formulations/verify.h"
#include "instances/fixed.h"
#include "instances/generate.h"
#include "instances/isa.h"
#include "instances/text.h"
#include "solver/methods/all.h"
#include "tests/twists.h"

#include <inttypes.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 64, BRUTE_TILES = 16, LEMON_BITS = 48, EXACT_BITS = 54 };

/* Where the prices to start from come of. */
typedef enum warmth {
    WARM_NOTHING,
    WARM_SIMILAR,
    WARM_UNRELATED,
    WARM_GARBAGE,
    WARM_ABSENT, /* no tile has prices */
    WARM_KINDS
} warmth;

static const char *const warmth_names[WARM_KINDS] = {
    "nothing", "a similar matrix", "an unrelated matrix", "garbage", "absent prices"};

typedef struct trial {
    uint64_t number;
    tnm_problem problem;
    const char *family;
    tnm_twist twist;
    bool squared;
    warmth warmth;
    tnm_band band;
    float *scores;
    double *doubles;
} trial;

typedef struct answers {
    uint64_t *rows;
    int64_t *prices;
} answers;

typedef struct totals {
    size_t trials, tiles, compared, brute;
    bool failed;
} totals;

/* ---- trials ------------------------------------------------------------------------------ */

static int between(tnm_random *random, int low, int high)
{
    return low + (int)(tnm_random_next(random) % (uint64_t)(high - low + 1));
}

static void draw_problem(tnm_problem *problem, tnm_random *random)
{
    int size = between(random, 0, 15);
    int m = size < 8    ? between(random, 1, 4)
            : size < 14 ? between(random, 5, 8)
            : size < 15 ? between(random, 9, 16)
                        : between(random, 17, 64);
    problem->m = m;
    problem->n = between(random, 0, 1) == 0 ? m / 2 : between(random, 0, m);
    problem->constraint = between(random, 0, 1) == 0 ? TNM_EQUAL : TNM_ATMOST;
}

/* About the same time for all sizes. */
static size_t tiles_of_side(int m)
{
    return m <= 4 ? 2048 : m <= 8 ? 512 : m <= 16 ? 64 : m <= 32 ? 12 : 2;
}

static tnm_error generate(trial *self, uint64_t seed)
{
    tnm_error error = TNM_OK;
    tnm_generator *generator = NULL;
    tnm_recipe recipe = {.family = self->family,
                         .rows = self->band.m,
                         .cols = self->band.stride,
                         .seed = seed,
                         .problem = self->problem};
    TNM_TRY(tnm_generator_open(&generator, &recipe));
    for (size_t i = 0; i < self->band.m; i++)
        TNM_TRY(tnm_generator_row(generator, self->scores + i * self->band.stride));
    for (size_t k = 0; k < self->band.m * self->band.stride; k++)
        self->scores[k] = __builtin_fabsf(self->scores[k]);
out:
    tnm_generator_close(generator);
    return error;
}

static void square(trial *self)
{
    self->band.doubles = self->doubles;
    for (size_t k = 0; k < self->band.m * self->band.stride; k++) {
        self->doubles[k] = (double)self->scores[k] * (double)self->scores[k];
        self->scores[k] =
            self->doubles[k] > (double)__FLT_MAX__ ? __FLT_MAX__ : (float)self->doubles[k];
    }
}

static size_t family_count(void)
{
    size_t count = 0;
    while (tnm_families[count].name != NULL)
        count++;
    return count;
}

static tnm_error trial_make(trial *self, uint64_t seed, uint64_t number)
{
    tnm_error error = TNM_OK;
    tnm_random random = {seed * UINT64_C(0x2545f4914f6cdd1d) + number};
    *self = (trial){.number = number};
    draw_problem(&self->problem, &random);
    size_t m = (size_t)self->problem.m, tiles = tiles_of_side(self->problem.m);
    tiles -= tnm_random_next(&random) % (tiles / 8 + 1);
    self->family = tnm_families[tnm_random_next(&random) % family_count()].name;
    self->twist = tnm_random_next(&random) % 2 == 0
                      ? TNM_TWIST_NONE
                      : (tnm_twist)(tnm_random_next(&random) % TNM_TWIST_COUNT);
    self->squared = tnm_random_next(&random) % 8 == 0;
    TNM_TRY(TNM_NEW(self->scores, m * m * tiles));
    TNM_TRY(TNM_NEW(self->doubles, m * m * tiles));
    self->band = (tnm_band){.m = m, .tiles = tiles, .stride = m * tiles, .scores = self->scores};
    uint64_t generator_seed = tnm_random_next(&random) >> 32;
    self->warmth = tnm_random_next(&random) % 2 == 0
                       ? WARM_NOTHING
                       : (warmth)(1 + tnm_random_next(&random) % (WARM_KINDS - 1));
    error = generate(self, generator_seed);
    if (error == TNM_ERROR_USAGE) { /* a family that does not serve this pattern */
        self->family = "gaussian";
        error = generate(self, generator_seed);
    }
    tnm_twist_scores(&self->band, self->scores, self->twist, &random);
    if (self->squared)
        square(self);
out:
    return error;
}

static void trial_free(trial *self)
{
    free(self->scores);
    free(self->doubles);
}

/* ---- answers ----------------------------------------------------------------------------- */

static tnm_error answer(answers *answered, const tnm_method *method, const tnm_problem *problem,
                        const tnm_band *band, const int64_t *warm_prices)
{
    tnm_error error = TNM_OK;
    atomic_bool stop = false;
    tnm_settings settings = {.stop = &stop};
    void *workspace = NULL;
    TNM_TRY(TNM_NEW(answered->rows, band->m * band->tiles));
    TNM_TRY(TNM_NEW(answered->prices, tnm_certificate_length(band->m) * band->tiles));
    for (size_t tile = 0; tile < band->tiles; tile++)
        answered->prices[tile * tnm_certificate_length(band->m)] = TNM_NO_PRICES;
    TNM_TRY(method->open(&workspace, problem, &settings));
    tnm_answer place = {
        .rows = answered->rows, .prices = answered->prices, .warm_prices = warm_prices};
    error = method->solve(workspace, band, &place);
out:
    method->close(workspace);
    return error;
}

static void answers_free(answers *answered)
{
    free(answered->rows);
    free(answered->prices);
    *answered = (answers){0};
}

/* ---- prices to start from ---------------------------------------------------------------- */

/* Anything at all, large and small. */
static void fill_garbage(int64_t *prices, size_t count, tnm_random *random)
{
    for (size_t k = 0; k < count; k++)
        prices[k] = (int64_t)tnm_random_next(random) >> tnm_random_next(random) % 64;
}

/* The prices of scores like the trial's, each up to 2 % larger, or of quite different ones. */
static tnm_error answer_other(answers *other, const trial *self, tnm_random *random)
{
    tnm_error error = TNM_OK;
    tnm_band band = self->band;
    float *scores = NULL;
    size_t count = band.m * band.stride;
    TNM_TRY(TNM_NEW(scores, count));
    for (size_t k = 0; k < count; k++) {
        float any = (float)(tnm_random_next(random) >> 40) * 0x1p-24F, near = 1 + any / 50;
        float similar = band.scores[k] > __FLT_MAX__ / 2 ? band.scores[k] : band.scores[k] * near;
        scores[k] = self->warmth == WARM_SIMILAR ? similar : any;
    }
    band.scores = scores;
    band.doubles = NULL;
    error = answer(other, tnm_method_find("exact"), &self->problem, &band, NULL);
out:
    free(scores);
    return error;
}

static tnm_error make_warm(answers *warm, const trial *self, uint64_t seed)
{
    tnm_error error = TNM_OK;
    tnm_random random = {seed + self->number * UINT64_C(0x9e3779b97f4a7c15)};
    size_t length = tnm_certificate_length(self->band.m);
    if (self->warmth == WARM_NOTHING)
        return TNM_OK;
    if (self->warmth == WARM_SIMILAR || self->warmth == WARM_UNRELATED)
        return answer_other(warm, self, &random);
    TNM_TRY(TNM_NEW(warm->prices, length * self->band.tiles));
    fill_garbage(warm->prices, length * self->band.tiles, &random);
    for (size_t tile = 0; tile < self->band.tiles; tile++) {
        int64_t scale = (int64_t)(tnm_random_next(&random) % 400) - 300; /* often a likely one */
        if (self->warmth == WARM_ABSENT)
            warm->prices[tile * length] = TNM_NO_PRICES;
        else if (tile % 2 == 0)
            warm->prices[tile * length] = scale;
    }
out:
    return error;
}

/* ---- discrepancies ----------------------------------------------------------------------- */

static void save(const trial *self, size_t tile, uint64_t seed, const char *complaint)
{
    char name[100], comment[400];
    double values[TNM_MAX_TILE * TNM_MAX_TILE];
    size_t m = self->band.m;
    for (size_t k = 0; k < m * m; k++)
        values[k] = tnm_band_score(&self->band, tile, k / m, k % m);
    tnm_text text = {.problem = self->problem, .rows = m, .cols = m, .values = values};
    snprintf(name, sizeof name, "soak-%" PRIu64 "-%" PRIu64 ".tnm", seed, self->number);
    snprintf(
        comment, sizeof comment,
        "%s\nseed %" PRIu64 ", trial %" PRIu64 ", tile %zu: %s, twist %s%s, warm from %s, on %s",
        complaint, seed, self->number, tile, self->family, tnm_twist_name(self->twist),
        self->squared ? ", squared" : "", warmth_names[self->warmth], tnm_isa_name(tnm_isa_best()));
    FILE *stream = fopen(name, "w");
    bool saved = stream != NULL && tnm_text_write(&text, stream, comment) == TNM_OK;
    saved = stream != NULL && fclose(stream) == 0 && saved;
    fprintf(stderr, "\nsoak: %s\nsoak: the tile is %s %s\n", comment,
            saved ? "saved as" : "not saved, no", name);
}

static int64_t kept_score(const int64_t *integers, const uint64_t *tile_rows, size_t m)
{
    int64_t sum = 0;
    for (size_t i = 0; i < m; i++) {
        for (uint64_t rest = tile_rows[i]; rest != 0; rest &= rest - 1)
            sum += integers[i * m + (size_t)__builtin_ctzll(rest)];
    }
    return sum;
}

static bool is_proven(const trial *self, const answers *ours, size_t tile)
{
    size_t m = self->band.m;
    int64_t integers[TNM_MAX_TILE * TNM_MAX_TILE], *certificate;
    uint64_t tile_rows[TNM_MAX_TILE];
    int scale;
    tnm_verdict verdict = {0};
    tnm_band one = self->band;
    one.tiles = 1;
    one.scores += tile * m;
    one.doubles += one.doubles != NULL ? tile * m : 0;
    certificate = ours->prices + tile * tnm_certificate_length(m);
    tnm_mask_get(tile_rows, ours->rows, self->band.tiles, m, tile);
    tnm_verify_band(&verdict, &self->problem, &one, tile_rows, certificate, NULL);
    bool lossless = tnm_fixed_tile(&one, 0, EXACT_BITS, integers, &scale);
    return verdict.broken == 0 && verdict.proven == 1 && (verdict.exact == 1 || !lossless);
}

/* Whether the other mask, where it is a mask at all, keeps as much; counts what was compared. */
static bool agrees(const trial *self, const answers *ours, const answers *theirs,
                   size_t their_tiles, size_t tile, size_t *compared)
{
    int64_t integers[TNM_MAX_TILE * TNM_MAX_TILE];
    uint64_t our_rows[TNM_MAX_TILE], their_rows[TNM_MAX_TILE];
    int scale;
    size_t m = self->band.m;
    if (!tnm_fixed_tile(&self->band, tile, LEMON_BITS, integers, &scale))
        return true;
    tnm_mask_get(our_rows, ours->rows, self->band.tiles, m, tile);
    tnm_mask_get(their_rows, theirs->rows, their_tiles, m, tile);
    *compared += 1;
    return kept_score(integers, our_rows, m) == kept_score(integers, their_rows, m);
}

static bool check_tile(const trial *self, const answers *ours, const answers *lemon,
                       const answers *brute, size_t brute_tiles, size_t tile, totals *sum,
                       uint64_t seed)
{
    const char *complaint = NULL;
    if (!is_proven(self, ours, tile))
        complaint = "exact does not prove it";
    else if (!agrees(self, ours, lemon, self->band.tiles, tile, &sum->compared))
        complaint = "exact and lemon-network-simplex differ";
    else if (tile < brute_tiles && !agrees(self, ours, brute, brute_tiles, tile, &sum->brute))
        complaint = "exact and brute differ";
    if (complaint != NULL)
        save(self, tile, seed, complaint);
    return complaint == NULL;
}

/* ---- the campaign ------------------------------------------------------------------------ */

static tnm_error run_trial(const trial *self, totals *sum, uint64_t seed)
{
    tnm_error error = TNM_OK;
    answers ours = {0}, lemon = {0}, brute = {0}, warm = {0};
    tnm_band first = self->band;
    first.tiles = self->problem.m > 4 ? 0 : BRUTE_TILES;
    TNM_TRY(make_warm(&warm, self, seed));
    TNM_TRY(answer(&ours, tnm_method_find("exact"), &self->problem, &self->band, warm.prices));
    TNM_TRY(answer(&lemon, tnm_method_find("lemon-network-simplex"), &self->problem, &self->band,
                   NULL));
    if (first.tiles > 0)
        TNM_TRY(answer(&brute, tnm_method_find("brute"), &self->problem, &first, NULL));
    sum->trials++;
    sum->tiles += self->band.tiles;
    for (size_t tile = 0; tile < self->band.tiles && !sum->failed; tile++)
        sum->failed = !check_tile(self, &ours, &lemon, &brute, first.tiles, tile, sum, seed);
out:
    answers_free(&warm);
    answers_free(&ours);
    answers_free(&lemon);
    answers_free(&brute);
    return error;
}

static void run_number(uint64_t seed, uint64_t number, totals *all)
{
    trial one;
    totals sum = {0};
    tnm_error error = trial_make(&one, seed, number);
    if (error == TNM_OK)
        error = run_trial(&one, &sum, seed);
    if (error != TNM_OK)
        fprintf(stderr, "\nsoak: seed %" PRIu64 ", trial %" PRIu64 ": %s\n", seed, number,
                tnm_error_message());
    trial_free(&one);
#pragma omp critical(soak_totals)
    {
        all->trials += sum.trials;
        all->tiles += sum.tiles;
        all->compared += sum.compared;
        all->brute += sum.brute;
        all->failed |= sum.failed || error != TNM_OK;
    }
}

static void next_isa(uint64_t batch)
{
    tnm_isa isa = (tnm_isa)(batch % TNM_ISA_COUNT);
    tnm_isa_release();
    if (tnm_isa_supported(isa))
        (void)tnm_isa_force(isa);
}

static void report(const totals *all, double seconds)
{
    fprintf(stderr, "soak: %zu tiles in %zu trials, %.0f s, %.0f tiles/s\n", all->tiles,
            all->trials, seconds, (double)all->tiles / seconds);
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 120, start = tnm_now(), last = start;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    totals all = {0};
    for (uint64_t batch = 0; tnm_now() - start < seconds && !all.failed; batch++) {
        next_isa(batch);
#pragma omp parallel for schedule(dynamic)
        for (uint64_t k = 0; k < BATCH; k++)
            run_number(seed, batch * BATCH + k, &all);
        if (tnm_now() - last > 5) {
            last = tnm_now();
            report(&all, last - start);
        }
    }
    printf("soak: seed %" PRIu64 ": %zu tiles in %zu trials proven, %zu compared with LEMON, %zu "
           "with brute force, %.0f s: %s\n",
           seed, all.tiles, all.trials, all.compared, all.brute, tnm_now() - start,
           all.failed ? "FAILED" : "no discrepancy");
    return all.failed;
}
