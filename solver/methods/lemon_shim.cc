/* The only C++ of the project. C++17: LEMON 1.3.1 does not compile as C++20. */
#include "solver/methods/lemon_shim.h"

#if defined __GNUC__ && !defined __clang__
/* LEMON copies a fresh node into its vector before it fills it in, which gcc takes ill. */
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <algorithm>
#include <new>
#include <stdexcept>

extern "C" {
#include "formulations/network.h"
}

/* A failed assertion of LEMON becomes an exception, and that a code. */
[[noreturn]] static void refuse(const char *, int, const char *, const char *message, const char *)
{
    throw std::logic_error(message);
}
#define LEMON_ASSERT_CUSTOM
#define LEMON_CUSTOM_ASSERT_HANDLER refuse

#include <lemon/capacity_scaling.h>
#include <lemon/config.h>
#include <lemon/cost_scaling.h>
#include <lemon/cycle_canceling.h>
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

namespace
{

using Graph = lemon::SmartDigraph;
using NetworkSimplex = lemon::NetworkSimplex<Graph, int64_t, int64_t>;
using CostScaling = lemon::CostScaling<Graph, int64_t, int64_t>;
using CapacityScaling = lemon::CapacityScaling<Graph, int64_t, int64_t>;
using CycleCanceling = lemon::CycleCanceling<Graph, int64_t, int64_t>;

/* An array as LEMON's map over the arcs or nodes of the graph, whose numbers are those of the
 * network. */
template <typename Item> struct ArrayMap {
    using Key = Item;
    using Value = int64_t;
    const int64_t *values;
    int64_t operator[](const Item &item) const
    {
        return values[Graph::id(item)];
    }
};

/* ---- the choices that differ from engine to engine --------------------------------------- */

template <typename Algorithm> struct Engine {
    Algorithm algorithm;
    Engine(const Graph &graph, const tnm_network &) : algorithm(graph)
    {
    }
    auto run(const int64_t *)
    {
        return algorithm.run();
    }
};

/* Both choices by measurement. Up to some 18 nodes, looking at all arcs for the best one costs less
 * than it saves; beyond, the default is best, by a factor of 10 at M = 64. Mixing the order of the
 * arcs gains 20 to 45 % where arcs of slack stand at the end, and loses 5 to 10 % without them. */
template <> struct Engine<NetworkSimplex> {
    NetworkSimplex algorithm;
    bool is_small;
    Engine(const Graph &graph, const tnm_network &network)
        : algorithm(graph, network.problem.constraint == TNM_ATMOST), is_small(network.nodes <= 18)
    {
    }
    auto run(const int64_t *)
    {
        return algorithm.run(is_small ? NetworkSimplex::BEST_ELIGIBLE
                                      : NetworkSimplex::BLOCK_SEARCH);
    }
};

/* LEMON 1.3.1 writes past the end of an array when it refines prices: it makes room for ranks below
 * factor * nodes, a path of nodes - 1 arcs adds up to epsilon / next epsilon each, and the integer
 * division by the factor that yields the next epsilon may shrink it by nearly twice the factor.
 * Tiles of small integers do meet this. So the factor is chosen such that the ranks fit; 2 always
 * fits. */
bool ranks_fit(int64_t epsilon, int64_t nodes, int64_t factor)
{
    while (epsilon > 1) {
        int64_t next = epsilon < factor ? 1 : epsilon / factor;
        int64_t steepest = (2 * epsilon - 1) / (2 * next);
        if (steepest * (nodes - 1) >= factor * nodes)
            return false;
        epsilon = next;
    }
    return true;
}

template <> struct Engine<CostScaling> {
    CostScaling algorithm;
    int nodes; /* with one that the algorithm adds */
    int arcs;
    Engine(const Graph &graph, const tnm_network &network)
        : algorithm(graph), nodes(network.nodes + 1), arcs(network.arcs)
    {
    }
    auto run(const int64_t *costs)
    {
        int64_t largest = -*std::min_element(costs, costs + arcs);
        int factor = 16; /* the default */
        while (!ranks_fit(largest * nodes, nodes, factor))
            factor--;
        return algorithm.run(CostScaling::PARTIAL_AUGMENT, factor);
    }
};

} // namespace

/* ---- what all have in common ------------------------------------------------------------- */

struct tnm_lemon {
    Graph graph;
    explicit tnm_lemon(const tnm_network &network)
    {
        graph.reserveNode(network.nodes);
        graph.reserveArc(network.arcs);
        for (int node = 0; node < network.nodes; node++)
            graph.addNode();
        for (int arc = 0; arc < network.arcs; arc++)
            graph.addArc(Graph::nodeFromId(network.source[arc]),
                         Graph::nodeFromId(network.target[arc]));
    }
    virtual ~tnm_lemon() = default;
    virtual tnm_lemon_outcome run(const int64_t *costs, int entries, int64_t *flow,
                                  int64_t *potentials) = 0;
};

namespace
{

template <typename Algorithm> struct Reused final : tnm_lemon {
    Engine<Algorithm> engine;

    explicit Reused(const tnm_network &network) : tnm_lemon(network), engine(graph, network)
    {
        engine.algorithm.upperMap(ArrayMap<Graph::Arc>{network.capacity});
        engine.algorithm.supplyMap(ArrayMap<Graph::Node>{network.supply});
    }

    tnm_lemon_outcome run(const int64_t *costs, int entries, int64_t *flow,
                          int64_t *potentials) override
    {
        engine.algorithm.costMap(ArrayMap<Graph::Arc>{costs});
        auto outcome = engine.run(costs);
        if (outcome == Algorithm::INFEASIBLE)
            return TNM_LEMON_INFEASIBLE;
        if (outcome == Algorithm::UNBOUNDED)
            return TNM_LEMON_UNBOUNDED;
        for (int arc = 0; arc < entries; arc++)
            flow[arc] = engine.algorithm.flow(Graph::arcFromId(arc));
        for (int node = 0; node <= graph.maxNodeId(); node++)
            potentials[node] = engine.algorithm.potential(Graph::nodeFromId(node));
        return TNM_LEMON_OPTIMAL;
    }
};

tnm_lemon *make(tnm_lemon_engine engine, const tnm_network &network)
{
    switch (engine) {
    case TNM_LEMON_NETWORK_SIMPLEX:
        return new Reused<NetworkSimplex>(network);
    case TNM_LEMON_COST_SCALING:
        return new Reused<CostScaling>(network);
    case TNM_LEMON_CAPACITY_SCALING:
        return new Reused<CapacityScaling>(network);
    case TNM_LEMON_CYCLE_CANCELING:
        return new Reused<CycleCanceling>(network);
    }
    throw std::invalid_argument("unknown engine");
}

/* Runs what may throw; nothing gets past. */
template <typename Step> tnm_lemon_outcome guarded(Step step) noexcept
{
    try {
        return step();
    } catch (const std::bad_alloc &) {
        return TNM_LEMON_NO_MEMORY;
    } catch (...) {
        return TNM_LEMON_BROKEN;
    }
}

} // namespace

tnm_lemon_outcome tnm_lemon_open(tnm_lemon **lemon, tnm_lemon_engine engine,
                                 const tnm_network *network)
{
    *lemon = nullptr;
    return guarded([&] {
        *lemon = make(engine, *network);
        return TNM_LEMON_OPTIMAL;
    });
}

tnm_lemon_outcome tnm_lemon_run(tnm_lemon *lemon, const int64_t *costs, int entries, int64_t *flow,
                                int64_t *potentials)
{
    return guarded([&] { return lemon->run(costs, entries, flow, potentials); });
}

void tnm_lemon_close(tnm_lemon *lemon)
{
    delete lemon;
}

int tnm_lemon_bits(tnm_lemon_engine engine)
{
    /* Cost scaling multiplies by 16 (nodes + 1), 12 bits at M = 64. Cancel-and-tighten steers by
     * potentials of type double: with 36 bits these lie below 2^43, their rounding far below the
     * mean cost 1 / nodes at which it stops. */
    return engine == TNM_LEMON_CYCLE_CANCELING ? 36 : 48;
}

const char *tnm_lemon_version(void)
{
    return LEMON_VERSION;
}
