/* tsenor: a transport plan, rounded and repaired, after [meng2025]:
 *
 *     1. the linear program of the problem, max sum S_ij s_ij over 0 <= S <= 1 with line sums N,
 *        with an entropy term of weight 1/tau, by Dykstra's algorithm: projections in the sense of
 *        Kullback and Leibler on rows, columns and box, in logarithms (transport.h);
 *     2. greedy rounding: the entries of S in descending order, each kept if its row and its column
 *        keep fewer than N;
 *     3. local search: for a short row i and a short column j, the kept entry (i',j') that makes
 *        way for (i,j') and (i',j) with the largest gain, if it gains; at most `swaps` times.
 *
 * A large tau comes nearer to the linear program and takes more rounds; too few rounds for a large
 * tau are worse than no plan at all. The paper's own tau, rounds and swaps are not known to us: tau
 * counts in units of 1 / largest score of the tile here, and the defaults are our own tuning, where
 * the gap, on |N(0,1)| under `equal`, stops to fall fast:
 *
 *     gap in %                     2:4      4:8      8:16     16:32    32:64
 *     tau  50, rounds  100         0.0031   0.077    0.118    0.096    0.056
 *     tau 100, rounds  100         0.16     0.42     0.36     0.19     0.086
 *     tau 100, rounds  300         0.0003   0.023    0.067    0.070    0.038
 *     tau 200, rounds  300         0.0001   0.126    0.134    0.094    0.049
 *     tau 200, rounds  600         0.0001   0.007    0.043    0.048    0.036
 *     tau 300, rounds 1000         0.0000   0.005    0.028    0.040    0.028
 *
 * It keeps at most N in a line. After the local search short lines are rare; under `equal` they
 * are filled by solver/completion. Ties in the plan: the entry whose dual is larger, then the lower
 * row-major index. Plans are floats, and depend on the scores as floats. */
#include "solver/completion.h"
#include "solver/methods/greedy.h"
#include "solver/methods/transport.h"
#include "solver/own.h"

#include <stdlib.h>

static const tnm_method_parameter parameters[] = {
    {.name = "tau",
     .low = 0,
     .high = 10000,
     .initial = "100",
     .meaning = "weight of the scores against entropy, over the tile's largest score"},
    {.name = "rounds",
     .low = 0,
     .high = 1e6,
     .initial = "300",
     .meaning = "rounds of projections on rows, columns and box"},
    {.name = "swaps",
     .low = 0,
     .high = 1e6,
     .initial = "1000",
     .meaning = "most steps of the local search of a tile"},
    {0}};

typedef struct tsenor {
    tnm_problem problem;
    float tau;
    int rounds;
    size_t swaps;
    void *rounding; /* greedy-keep, at most N */
    float *values;  /* of the entries of a band, by the plan */
    size_t capacity;
    tnm_transport_room room;
} tsenor;

/* ---- workspace ----------------------------------------------------------------------------- */

static tnm_error open(void **workspace, const tnm_problem *problem, const tnm_settings *settings)
{
    tnm_error error = TNM_OK;
    tsenor *self = NULL;
    tnm_problem atmost = {problem->n, problem->m, TNM_ATMOST};
    TNM_TRY(TNM_NEW(self, 1));
    *workspace = self;
    self->problem = *problem;
    self->tau = (float)tnm_method_parameter_number(&parameters[0], settings->parameters);
    self->rounds = (int)tnm_method_parameter_number(&parameters[1], settings->parameters);
    self->swaps = (size_t)tnm_method_parameter_number(&parameters[2], settings->parameters);
    TNM_TRY(tnm_greedy_open(&self->rounding, &atmost));
out:
    return error;
}

static void close(void *workspace)
{
    tsenor *self = workspace;
    if (self == NULL)
        return;
    tnm_greedy_close(self->rounding);
    free(self->values);
    free(self);
}

static tnm_error make_room(tsenor *self, size_t count)
{
    tnm_error error = TNM_OK;
    if (count <= self->capacity)
        return TNM_OK;
    free(self->values);
    self->capacity = 0;
    TNM_TRY(TNM_NEW(self->values, count));
    self->capacity = count;
out:
    return error;
}

/* ---- a band -------------------------------------------------------------------------------- */

TNM_DISPATCH(tnm_transport, tnm_transport)

/* The plan, rounded. Where N leaves no choice, any plan will do. */
static tnm_error round_plan(tsenor *self, const tnm_band *band, tnm_answer *answer)
{
    tnm_band plan = {.m = band->m,
                     .tiles = band->tiles,
                     .stride = band->tiles * band->m,
                     .first_tile = band->first_tile,
                     .scores = self->values};
    tnm_answer bare = {.rows = answer->rows};
    if (self->problem.n > 0 && self->problem.n < self->problem.m)
        tnm_transport_for(tnm_isa_best())(self->values, &self->room, band, self->problem.n,
                                          self->tau, self->rounds);
    return tnm_greedy_solve(self->rounding, &plan, &bare);
}

static tnm_error solve(void *workspace, const tnm_band *band, tnm_answer *answer)
{
    tsenor *self = workspace;
    tnm_error error = TNM_OK;
    uint64_t tile_rows[TNM_MAX_TILE];
    TNM_TRY(make_room(self, band->m * band->m * band->tiles));
    TNM_TRY(round_plan(self, band, answer));
    for (size_t t = 0; t < band->tiles; t++) {
        tnm_mask_get(tile_rows, answer->rows, band->tiles, band->m, t);
        tnm_swap_into_short_lines(&self->problem, band, t, tile_rows, self->swaps);
        if (self->problem.constraint == TNM_EQUAL)
            tnm_complete(&self->problem, band, t, tile_rows);
        tnm_mask_put(answer->rows, tile_rows, band->tiles, band->m, t);
    }
out:
    return error;
}

const tnm_method tnm_tsenor_method = {
    .name = "tsenor",
    .summary = "entropy-regularised transport plan, rounded, then local search",
    .reference = "meng2025",
    .capabilities = TNM_METHOD_COMPLETES,
    .largest_m = TNM_MAX_TILE,
    .parameters = parameters,
    .open = open,
    .solve = solve,
    .close = close,
};
