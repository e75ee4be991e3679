#include "bench/speed/throughput.h"

#include <omp.h>
#include <stdlib.h>

/* A contestant with its workspaces and room for the answers to a band, one a thread. As in the
 * drive, answers to the next band take the place of those to the last one. */
typedef struct player {
    const tnm_contest *contest;
    tnm_contestant *contestant;
    tnm_problem problem;
    tnm_settings settings;
    void **workspaces;
    tnm_answer *answers;
} player;

static tnm_error open_workspaces(player *self)
{
    tnm_error error = TNM_OK;
    const tnm_contestant *contestant = self->contestant;
    const tnm_band *band = &self->contest->arena->bands[0]; /* no other has more tiles */
    TNM_TRY(TNM_NEW(self->workspaces, (size_t)contestant->threads));
    TNM_TRY(TNM_NEW(self->answers, (size_t)contestant->threads));
    TNM_TRY(tnm_isa_force(contestant->isa));
    for (int t = 0; t < contestant->threads; t++) {
        tnm_answer *answer = &self->answers[t];
        TNM_TRY(contestant->method->open(&self->workspaces[t], &self->problem, &self->settings));
        TNM_TRY(TNM_NEW(answer->rows, band->tiles * band->m));
        TNM_TRY(TNM_NEW(answer->prices, band->tiles * tnm_certificate_length(band->m)));
    }
out:
    return error;
}

static void close_workspaces(player *self)
{
    for (int t = 0; self->workspaces != NULL && t < self->contestant->threads; t++)
        self->contestant->method->close(self->workspaces[t]);
    for (int t = 0; self->answers != NULL && t < self->contestant->threads; t++) {
        free(self->answers[t].rows);
        free(self->answers[t].prices);
    }
    free(self->workspaces);
    free(self->answers);
}

/* ---- who answers what ---------------------------------------------------------------------
 *
 * The contestant's tiles are cut into parts that divide evenly among its threads: whole bands, as
 * many as give every thread the same number, and of each band after these an equal share a thread.
 */

static size_t whole_bands(const player *self)
{
    const tnm_arena *arena = self->contest->arena;
    size_t threads = (size_t)self->contestant->threads, full = 0;
    while (full < arena->count &&
           arena->bands[full].first_tile + arena->bands[full].tiles <= self->contestant->tiles)
        full++;
    return full / threads * threads;
}

static size_t count_parts(const player *self)
{
    size_t whole = whole_bands(self);
    return whole + (self->contest->arena->count - whole) * (size_t)self->contestant->threads;
}

/* No tiles: there is nothing to do. */
static tnm_band part_of(const player *self, size_t part)
{
    size_t whole = whole_bands(self), threads = (size_t)self->contestant->threads;
    if (part < whole)
        return self->contest->arena->bands[part];
    tnm_band band = self->contest->arena->bands[whole + (part - whole) / threads];
    size_t share = (part - whole) % threads, tiles = self->contestant->tiles;
    size_t left = tiles > band.first_tile ? tiles - band.first_tile : 0;
    left = left < band.tiles ? left : band.tiles;
    size_t first = left * share / threads;
    band.tiles = left * (share + 1) / threads - first;
    band.first_tile += first;
    band.scores += first * band.m;
    band.weights += first * band.m;
    return band;
}

static tnm_error answer_part(const player *self, int thread, size_t part)
{
    tnm_band band = part_of(self, part);
    tnm_answer *answer = &self->answers[thread];
    size_t length = tnm_certificate_length(band.m);
    if (band.tiles == 0)
        return TNM_OK;
    for (size_t t = 0; t < band.tiles; t++)
        answer->prices[t * length] = TNM_NO_PRICES;
    return self->contestant->method->solve(self->workspaces[thread], &band, answer);
}

/* One pass over all parts, by one thread ... */
static tnm_error answer_alone(const player *self)
{
    tnm_error error = TNM_OK;
    size_t parts = count_parts(self);
    for (size_t k = 0; k < parts && error == TNM_OK; k++)
        error = answer_part(self, 0, k);
    return error;
}

/* ... or by all of the contestant's. */
static tnm_error answer(const player *self)
{
    tnm_failure failure = {0};
    size_t parts = count_parts(self);
    if (self->contestant->threads == 1)
        return answer_alone(self);
#pragma omp parallel for schedule(dynamic, 1) num_threads(self->contestant->threads)
    for (size_t k = 0; k < parts; k++) {
        tnm_error error = answer_part(self, omp_get_thread_num(), k);
        if (error == TNM_OK)
            continue;
#pragma omp critical(tnm_contest)
        tnm_failure_note(&failure, error, k);
    }
    return tnm_failure_raise(&failure);
}

/* ---- before the clock runs --------------------------------------------------------------- */

/* One pass more, in which every answer is graded. */
static tnm_error grade(player *self)
{
    tnm_error error = TNM_OK;
    const tnm_answer *answer = &self->answers[0];
    tnm_verdict *verdict = NULL;
    TNM_TRY(TNM_NEW(verdict, 1));
    size_t parts = count_parts(self);
    for (size_t k = 0; k < parts; k++) {
        tnm_band band = part_of(self, k);
        TNM_TRY(answer_part(self, 0, k));
        if (band.tiles > 0)
            tnm_verify_band(verdict, &self->problem, &band, answer->rows, answer->prices, NULL);
    }
    tnm_verdict_result(verdict, &self->contestant->answer);
out:
    free(verdict);
    return error;
}

/* Finds out with one tile, then with more, how many the contestant has the time for; answers these
 * and grades the answers, which also warms the caches up. */
static tnm_error qualify(player *self)
{
    tnm_error error = TNM_OK;
    tnm_contestant *contestant = self->contestant;
    size_t all = self->contest->arena->tiles;
    for (contestant->tiles = 1; contestant->tiles < all;) {
        double start = tnm_speed_now(1);
        TNM_TRY(answer_alone(self));
        double times = self->contest->patience / (tnm_speed_now(1) - start);
        if (times < 2)
            break;
        double affordable = (double)contestant->tiles * (times < 16 ? times : 16);
        contestant->tiles = affordable < (double)all ? (size_t)affordable : all;
    }
    TNM_TRY(grade(self));
out:
    return error;
}

/* ---- on the clock ------------------------------------------------------------------------ */

/* Seconds a tile, over as many passes as a slice has room for. */
static tnm_error take_turn(const player *self, double *seconds)
{
    double spent = 0, start = tnm_speed_now(self->contestant->threads);
    size_t passes = 0;
    tnm_error error = tnm_isa_force(self->contestant->isa);
    while (error == TNM_OK && (passes == 0 || spent < self->contest->slice)) {
        error = answer(self);
        spent = tnm_speed_now(self->contestant->threads) - start;
        passes++;
    }
    *seconds = spent / (double)(passes * self->contestant->tiles);
    return error;
}

tnm_error tnm_contest_run(tnm_contest *contest)
{
    tnm_error error = TNM_OK;
    atomic_bool stop = false; /* nobody sets it */
    player *players = NULL;
    TNM_TRY(TNM_NEW(players, contest->count));
    for (size_t k = 0; k < contest->count; k++) {
        players[k] = (player){.contest = contest,
                              .contestant = &contest->contestants[k],
                              .problem = contest->arena->problem,
                              .settings = {.seed = contest->seed, .stop = &stop}};
        players[k].problem.constraint = contest->contestants[k].constraint;
        TNM_TRY(open_workspaces(&players[k]));
        TNM_TRY(qualify(&players[k]));
    }
    for (size_t r = 0; r < contest->repetitions; r++) {
        for (size_t k = 0; k < contest->count; k++)
            TNM_TRY(take_turn(&players[k], &contest->contestants[k].seconds[r]));
    }
out:
    for (size_t k = 0; players != NULL && k < contest->count; k++) {
        if (players[k].contest != NULL)
            close_workspaces(&players[k]);
    }
    free(players);
    tnm_isa_release();
    return error;
}

tnm_spread tnm_contest_ratio(const tnm_contest *contest, const tnm_contestant *other,
                             const tnm_contestant *self)
{
    double ratios[TNM_MOST_REPETITIONS];
    for (size_t r = 0; r < contest->repetitions; r++)
        ratios[r] = other->seconds[r] / self->seconds[r];
    return tnm_spread_of(ratios, contest->repetitions);
}
