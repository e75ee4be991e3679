#include "solver/methods/lemon.h"

#include "formulations/network.h"
#include "solver/methods/lemon_shim.h"
#include "solver/methods/tilewise.h"

#include <stdlib.h>

typedef struct workspace {
    tnm_tilewise tilewise;
    tnm_network network;
    tnm_lemon *lemon;
    int64_t *costs;
    int64_t *flow;
    int64_t *potentials;
} workspace;

static tnm_error explain(tnm_lemon_outcome outcome)
{
    switch (outcome) {
    case TNM_LEMON_OPTIMAL:
        return TNM_OK;
    case TNM_LEMON_NO_MEMORY:
        return tnm_fail(TNM_ERROR_MEMORY, "LEMON is out of memory");
    case TNM_LEMON_INFEASIBLE:
        return tnm_fail(TNM_ERROR_INTERNAL, "LEMON calls a tile infeasible");
    case TNM_LEMON_UNBOUNDED:
        return tnm_fail(TNM_ERROR_INTERNAL, "LEMON calls a tile unbounded");
    case TNM_LEMON_BROKEN:
        break;
    }
    return tnm_fail(TNM_ERROR_INTERNAL, "an assertion of LEMON failed");
}

static void close_workspace(void *self)
{
    workspace *work = self;
    if (work == NULL)
        return;
    tnm_lemon_close(work->lemon);
    tnm_network_free(&work->network);
    tnm_tilewise_free(&work->tilewise);
    free(work->costs);
    free(work->flow);
    free(work->potentials);
    free(work);
}

static tnm_error open_workspace(void **self, const tnm_problem *problem,
                                const tnm_settings *settings, tnm_lemon_engine engine)
{
    tnm_error error = TNM_OK;
    workspace *work = NULL;
    size_t entries = (size_t)problem->m * (size_t)problem->m;
    TNM_TRY(TNM_NEW(work, 1));
    TNM_TRY(tnm_tilewise_init(&work->tilewise, problem, settings, tnm_lemon_bits(engine)));
    TNM_TRY(tnm_network_init(&work->network, problem));
    TNM_TRY(TNM_NEW(work->costs, (size_t)work->network.arcs));
    TNM_TRY(TNM_NEW(work->flow, entries));
    TNM_TRY(TNM_NEW(work->potentials, (size_t)work->network.nodes));
    TNM_TRY(explain(tnm_lemon_open(&work->lemon, engine, &work->network)));
    *self = work;
    work = NULL;
out:
    close_workspace(work);
    return error;
}

static tnm_error solve_tile(void *self, const tnm_tile *tile)
{
    workspace *work = self;
    const tnm_network *network = &work->network;
    int entries = network->problem.m * network->problem.m;
    tnm_network_costs(work->costs, network, tile->scores);
    tnm_lemon_outcome outcome =
        tnm_lemon_run(work->lemon, work->costs, entries, work->flow, work->potentials);
    if (outcome != TNM_LEMON_OPTIMAL)
        return explain(outcome);
    tnm_network_mask(tile->rows, network, work->flow);
    tnm_network_prices(tile->u, tile->v, network, work->potentials, tile->largest);
    return TNM_OK;
}

static tnm_error solve_band(void *self, const tnm_band *band, tnm_answer *answer)
{
    workspace *work = self;
    return tnm_tilewise_solve(&work->tilewise, band, answer, solve_tile, work);
}

/* ---- the four rows of the table ---------------------------------------------------------- */

static tnm_error open_network_simplex(void **self, const tnm_problem *problem,
                                      const tnm_settings *settings)
{
    return open_workspace(self, problem, settings, TNM_LEMON_NETWORK_SIMPLEX);
}

static tnm_error open_cost_scaling(void **self, const tnm_problem *problem,
                                   const tnm_settings *settings)
{
    return open_workspace(self, problem, settings, TNM_LEMON_COST_SCALING);
}

static tnm_error open_capacity_scaling(void **self, const tnm_problem *problem,
                                       const tnm_settings *settings)
{
    return open_workspace(self, problem, settings, TNM_LEMON_CAPACITY_SCALING);
}

static tnm_error open_cycle_canceling(void **self, const tnm_problem *problem,
                                      const tnm_settings *settings)
{
    return open_workspace(self, problem, settings, TNM_LEMON_CYCLE_CANCELING);
}

const tnm_method tnm_lemon_network_simplex = {
    .name = "lemon-network-simplex",
    .summary = "minimum-cost flow by LEMON's network simplex",
    .reference = "kiraly2012",
    .capabilities = TNM_METHOD_EXACT,
    .largest_m = TNM_MAX_TILE,
    .open = open_network_simplex,
    .solve = solve_band,
    .close = close_workspace,
};

const tnm_method tnm_lemon_cost_scaling = {
    .name = "lemon-cost-scaling",
    .summary = "minimum-cost flow by LEMON's cost scaling",
    .reference = "goldberg1997",
    .capabilities = TNM_METHOD_EXACT,
    .largest_m = TNM_MAX_TILE,
    .open = open_cost_scaling,
    .solve = solve_band,
    .close = close_workspace,
};

const tnm_method tnm_lemon_capacity_scaling = {
    .name = "lemon-capacity-scaling",
    .summary = "minimum-cost flow by LEMON's capacity scaling",
    .reference = "edmonds1972",
    .capabilities = TNM_METHOD_EXACT,
    .largest_m = TNM_MAX_TILE,
    .open = open_capacity_scaling,
    .solve = solve_band,
    .close = close_workspace,
};

const tnm_method tnm_lemon_cycle_canceling = {
    .name = "lemon-cycle-canceling",
    .summary = "minimum-cost flow by LEMON's cancel-and-tighten",
    .reference = "goldberg1989",
    .capabilities = TNM_METHOD_EXACT,
    .largest_m = TNM_MAX_TILE,
    .open = open_cycle_canceling,
    .solve = solve_band,
    .close = close_workspace,
};
