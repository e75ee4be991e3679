/* One tile as a minimum-cost flow, the exact method of [hubara2021].
 *
 * The paper draws a source, a node for every row, a node for every column and a sink:
 *
 *                        row 1 ------- S_11, |W_11| -------> column 1
 *              N      /        \                           /          \      N
 *     source --------    ...     ----- S_ij, |W_ij| ----->     ...      --------> sink
 *                     \                                                /
 *                        row M -----------------------------> column M
 *
 * and calls a unit of flow on the arc from row i to column j *pruned*, at the price |W_ij|. Here a
 * unit of flow is KEPT, S_ij = 1, and earns s_ij, that is, costs -s_ij; scores s_ij are |W_ij| or
 * whatever else is to be kept. The two views are complements: the paper's flow is P = 1 - S, its
 * capacities count zeros, M - N, its costs have the other sign, and so have its potentials; the
 * optimal masks are the same. In letters, with the dual below it:
 *
 *     maximise    sum s_ij S_ij
 *     subject to  sum_j S_ij  = N   for every row i       (price u_i)
 *                 sum_i S_ij  = N   for every column j    (price v_j)
 *                 0 <= S_ij <= 1
 *
 *     minimise    N (sum u_i + sum v_j) + sum max(0, s_ij - u_i - v_j)
 *
 * The matrix of the constraints is totally unimodular: the flow is integral without being asked to.
 *
 * equal. Every arc of the source and of the sink is full, so both may be left out: row i supplies
 * N, column j demands N.
 *
 *     supply N:  row i  ----- capacity 1, cost -s_ij ----->  column j  :demand N
 *
 * atmost. <= N instead of = N, and u, v >= 0. A slack row and a slack column take part in the
 * exchange as line number M+1: what a row does not keep goes to the slack column, what a column
 * lacks comes from the slack row, and the kept flow is made up for between the two. (The same flows
 * as in the paper's picture with an arc from source to sink, on fewer hops.)
 *
 *     supply N:     row i      ----- capacity 1,  cost -s_ij ----->  column j      :demand N
 *                   row i      ----- capacity N,  cost 0 --------->  slack column
 *                   slack row  ----- capacity N,  cost 0 --------->  column j
 *     supply M*N:   slack row  ----- capacity M*N, cost 0 -------->  slack column  :demand M*N
 *
 * Potentials pi prove a flow optimal when the reduced cost  cost + pi(tail) - pi(head)  is >= 0
 * where an arc has room and <= 0 where it has flow. With the zero of all prices at a node o,
 *
 *     u_i = pi(row i) - pi(o)          v_j = pi(o) - pi(column j)
 *
 * are the prices: s_ij - u_i - v_j is the negated reduced cost, >= 0 where kept, <= 0 where not.
 * For equal any o will do (here column 1, so v_1 = 0). For atmost o is the slack row: a line with
 * room then has price <= 0, and one that is full has price >= 0, up to lines that keep nothing;
 * raising negative prices to 0 keeps all these signs. */
#ifndef TNM_FORMULATIONS_NETWORK_H
#define TNM_FORMULATIONS_NETWORK_H

#include "formulations/problem.h"

/* Shape of the network: made once for a problem, shared by all its tiles. Node numbers: row i is i,
 * column j is m + j, and for atmost the slack row is 2m, the slack column 2m + 1. The arc of entry
 * (i,j) is number i*m + j; arcs of slack follow. */
typedef struct tnm_network {
    tnm_problem problem;
    int nodes;
    int arcs;
    int *source;       /* of each arc */
    int *target;       /* of each arc */
    int64_t *capacity; /* of each arc */
    int64_t *supply;   /* of each node; a demand is negative */
} tnm_network;

/* A valid problem; released with tnm_network_free even when it fails (TNM_ERROR_MEMORY). */
tnm_error tnm_network_init(tnm_network *network, const tnm_problem *problem);
/* Accepts a zeroed network. */
void tnm_network_free(tnm_network *network);

/* costs[arcs] of a tile with m*m integer scores (row-major, as tnm_fixed_tile gives them). Slack
 * costs nothing. */
void tnm_network_costs(int64_t *costs, const tnm_network *network, const int64_t *scores);

/* The mask of a flow: bit j of rows[i] where the arc of (i,j) carries flow. */
void tnm_network_mask(uint64_t *rows, const tnm_network *network, const int64_t *flow);

/* The prices u[m], v[m] of potentials[nodes] that prove a flow optimal; `largest` is the largest
 * score. Where the arcs with room do not join all nodes, an engine may leave parts of its
 * potentials astronomically far apart (LEMON's network simplex: 2^62); they are drawn together,
 * without loss, so that every price stays within nodes * largest. */
void tnm_network_prices(int64_t *u, int64_t *v, const tnm_network *network,
                        const int64_t *potentials, int64_t largest);

#endif
