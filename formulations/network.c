#include "formulations/network.h"

#include <stdlib.h>
#include <string.h>

/* ---- shape ------------------------------------------------------------------------------- */

static void add_arc(tnm_network *network, int source, int target, int64_t capacity)
{
    int arc = network->arcs++;
    network->source[arc] = source;
    network->target[arc] = target;
    network->capacity[arc] = capacity;
}

static void add_entries(tnm_network *network)
{
    int m = network->problem.m, n = network->problem.n;
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < m; j++)
            add_arc(network, i, m + j, 1);
    }
    for (int line = 0; line < m; line++) {
        network->supply[line] = n;
        network->supply[m + line] = -n;
    }
    network->nodes = 2 * m;
}

static void add_slack(tnm_network *network)
{
    int m = network->problem.m, n = network->problem.n;
    int slack_row = network->nodes++, slack_column = network->nodes++;
    for (int i = 0; i < m; i++)
        add_arc(network, i, slack_column, n);
    for (int j = 0; j < m; j++)
        add_arc(network, slack_row, m + j, n);
    add_arc(network, slack_row, slack_column, m * n);
    network->supply[slack_row] = m * n;
    network->supply[slack_column] = -m * n;
}

tnm_error tnm_network_init(tnm_network *network, const tnm_problem *problem)
{
    tnm_error error = TNM_OK;
    size_t lines = (size_t)problem->m + 1; /* with the line of slack */
    *network = (tnm_network){.problem = *problem};
    TNM_TRY(TNM_NEW(network->source, lines * lines));
    TNM_TRY(TNM_NEW(network->target, lines * lines));
    TNM_TRY(TNM_NEW(network->capacity, lines * lines));
    TNM_TRY(TNM_NEW(network->supply, 2 * lines));
    add_entries(network);
    if (problem->constraint == TNM_ATMOST)
        add_slack(network);
out:
    return error;
}

void tnm_network_free(tnm_network *network)
{
    free(network->source);
    free(network->target);
    free(network->capacity);
    free(network->supply);
    *network = (tnm_network){0};
}

/* ---- costs and flow ---------------------------------------------------------------------- */

void tnm_network_costs(int64_t *costs, const tnm_network *network, const int64_t *scores)
{
    int entries = network->problem.m * network->problem.m;
    for (int arc = 0; arc < entries; arc++)
        costs[arc] = -scores[arc];
    for (int arc = entries; arc < network->arcs; arc++)
        costs[arc] = 0;
}

void tnm_network_mask(uint64_t *rows, const tnm_network *network, const int64_t *flow)
{
    size_t m = (size_t)network->problem.m;
    for (size_t i = 0; i < m; i++) {
        rows[i] = 0;
        for (size_t j = 0; j < m; j++)
            rows[i] |= (uint64_t)(flow[i * m + j] != 0) << j;
    }
}

/* ---- potentials -------------------------------------------------------------------------- */

static int compare_integers(const void *a, const void *b)
{
    int64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static uint64_t distance(int64_t low, int64_t high)
{
    return (uint64_t)high - (uint64_t)low;
}

static bool are_close(const int64_t *potentials, int nodes, int64_t largest)
{
    int64_t low = potentials[0], high = potentials[0];
    for (int node = 1; node < nodes; node++) {
        low = potentials[node] < low ? potentials[node] : low;
        high = potentials[node] > high ? potentials[node] : high;
    }
    return distance(low, high) <= (uint64_t)nodes * (uint64_t)largest;
}

/* Shrinks every gap between neighbouring values to at most the largest score, and starts at 0. All
 * costs lie in [-largest, 0], so a reduced cost that leaps over a shrunk gap keeps its sign, and
 * any other keeps its value. */
static void draw_together(int64_t *closer, const int64_t *potentials, int nodes, int64_t largest)
{
    int64_t sorted[2 * TNM_MAX_TILE + 2], moved[2 * TNM_MAX_TILE + 2];
    memcpy(sorted, potentials, (size_t)nodes * sizeof *sorted);
    qsort(sorted, (size_t)nodes, sizeof *sorted, compare_integers);
    moved[0] = 0;
    for (int k = 1; k < nodes; k++) {
        uint64_t gap = distance(sorted[k - 1], sorted[k]);
        moved[k] = moved[k - 1] + (gap > (uint64_t)largest ? largest : (int64_t)gap);
    }
    for (int node = 0; node < nodes; node++) {
        const int64_t *place =
            bsearch(&potentials[node], sorted, (size_t)nodes, sizeof *sorted, compare_integers);
        closer[node] = moved[place - sorted];
    }
}

void tnm_network_prices(int64_t *u, int64_t *v, const tnm_network *network,
                        const int64_t *potentials, int64_t largest)
{
    int64_t closer[2 * TNM_MAX_TILE + 2];
    int m = network->problem.m;
    bool atmost = network->problem.constraint == TNM_ATMOST;
    if (!are_close(potentials, network->nodes, largest)) {
        draw_together(closer, potentials, network->nodes, largest);
        potentials = closer;
    }
    int64_t zero = potentials[atmost ? 2 * m : m];
    for (int line = 0; line < m; line++) {
        u[line] = potentials[line] - zero;
        v[line] = zero - potentials[m + line];
        if (atmost && u[line] < 0)
            u[line] = 0;
        if (atmost && v[line] < 0)
            v[line] = 0;
    }
}
