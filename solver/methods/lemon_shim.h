/* The border post to LEMON, a C++ library of graph algorithms [dezso2011]: integer arrays in,
 * integer arrays out. Behind it one graph and one algorithm object serve tile after tile, only the
 * costs change. No type, template or exception of C++ crosses.
 *
 * Only integers cross, too: with costs of type double LEMON 1.3.1's network simplex calls feasible
 * tiles infeasible, because it derives the price of its artificial arcs from the largest positive
 * cost, and ours are negative. */
#ifndef TNM_SOLVER_METHODS_LEMON_SHIM_H
#define TNM_SOLVER_METHODS_LEMON_SHIM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tnm_network;

typedef enum tnm_lemon_engine {
    TNM_LEMON_NETWORK_SIMPLEX,
    TNM_LEMON_COST_SCALING,
    TNM_LEMON_CAPACITY_SCALING,
    TNM_LEMON_CYCLE_CANCELING
} tnm_lemon_engine;

typedef enum tnm_lemon_outcome {
    TNM_LEMON_OPTIMAL,
    TNM_LEMON_INFEASIBLE,
    TNM_LEMON_UNBOUNDED,
    TNM_LEMON_NO_MEMORY,
    TNM_LEMON_BROKEN /* an assertion of LEMON failed, or it threw something else */
} tnm_lemon_outcome;

/* A graph with an algorithm; one a thread. */
typedef struct tnm_lemon tnm_lemon;

/* TNM_LEMON_OPTIMAL when all went well, TNM_LEMON_NO_MEMORY or TNM_LEMON_BROKEN otherwise. Copies
 * what it needs of the network. */
tnm_lemon_outcome tnm_lemon_open(tnm_lemon **lemon, tnm_lemon_engine engine,
                                 const struct tnm_network *network);

/* A flow of least cost: costs[arcs] in, flow[entries] of the first `entries` arcs and
 * potentials[nodes] out, both written when the outcome is TNM_LEMON_OPTIMAL. The result depends on
 * the network and the costs only, not on earlier runs. No cost is positive, or
 * 2^tnm_lemon_bits() and more in magnitude. */
tnm_lemon_outcome tnm_lemon_run(tnm_lemon *lemon, const int64_t *costs, int entries, int64_t *flow,
                                int64_t *potentials);

/* Accepts NULL. */
void tnm_lemon_close(tnm_lemon *lemon);

/* Bits of the costs with which an engine neither overflows nor rounds, whatever the network. */
int tnm_lemon_bits(tnm_lemon_engine engine);

/* The version of LEMON that was compiled in, as "1.3.1". */
const char *tnm_lemon_version(void);

#ifdef __cplusplus
}
#endif
#endif
