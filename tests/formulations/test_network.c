#include "formulations/network.h"

#include "tests/testlib.h"

static void test_equal_has_rows_and_columns_only(void)
{
    tnm_network network;
    tnm_problem problem = {2, 3, TNM_EQUAL};
    ASSERT_OK(tnm_network_init(&network, &problem));
    CU_ASSERT_EQUAL(network.nodes, 6);
    CU_ASSERT_EQUAL(network.arcs, 9);
    for (int arc = 0; arc < 9; arc++) {
        CU_ASSERT_EQUAL(network.source[arc], arc / 3);
        CU_ASSERT_EQUAL(network.target[arc], 3 + arc % 3);
        CU_ASSERT_EQUAL(network.capacity[arc], 1);
    }
    for (int node = 0; node < 6; node++)
        CU_ASSERT_EQUAL(network.supply[node], node < 3 ? 2 : -2);
    tnm_network_free(&network);
    CU_ASSERT_PTR_NULL(network.source);
}

static void check_arc(const tnm_network *network, int arc, int source, int target, int capacity)
{
    CU_ASSERT_EQUAL(network->source[arc], source);
    CU_ASSERT_EQUAL(network->target[arc], target);
    CU_ASSERT_EQUAL(network->capacity[arc], capacity);
}

static void test_atmost_has_a_line_of_slack(void)
{
    tnm_network network;
    tnm_problem problem = {1, 2, TNM_ATMOST};
    ASSERT_OK(tnm_network_init(&network, &problem));
    CU_ASSERT_EQUAL(network.nodes, 6);
    CU_ASSERT_EQUAL(network.arcs, 9);
    check_arc(&network, 0, 0, 2, 1);
    check_arc(&network, 3, 1, 3, 1);
    check_arc(&network, 4, 0, 5, 1);
    check_arc(&network, 5, 1, 5, 1);
    check_arc(&network, 6, 4, 2, 1);
    check_arc(&network, 7, 4, 3, 1);
    check_arc(&network, 8, 4, 5, 2);
    int64_t supply[] = {1, 1, -1, -1, 2, -2};
    for (int node = 0; node < 6; node++)
        CU_ASSERT_EQUAL(network.supply[node], supply[node]);
    tnm_network_free(&network);
}

static void test_costs_are_negated_scores_and_slack_is_free(void)
{
    tnm_network network;
    tnm_problem problem = {1, 2, TNM_ATMOST};
    int64_t scores[] = {3, 0, 5, INT64_C(1) << 48}, costs[9] = {9, 9, 9, 9, 9, 9, 9, 9, 9};
    int64_t expected[] = {-3, 0, -5, -(INT64_C(1) << 48), 0, 0, 0, 0, 0};
    ASSERT_OK(tnm_network_init(&network, &problem));
    tnm_network_costs(costs, &network, scores);
    for (int arc = 0; arc < 9; arc++)
        CU_ASSERT_EQUAL(costs[arc], expected[arc]);
    tnm_network_free(&network);
}

static void test_flow_is_what_is_kept(void)
{
    tnm_network network;
    tnm_problem problem = {1, 3, TNM_EQUAL};
    int64_t flow[] = {0, 1, 0, 1, 0, 0, 0, 0, 1};
    uint64_t rows[3];
    ASSERT_OK(tnm_network_init(&network, &problem));
    tnm_network_mask(rows, &network, flow);
    CU_ASSERT_EQUAL(rows[0], 2);
    CU_ASSERT_EQUAL(rows[1], 1);
    CU_ASSERT_EQUAL(rows[2], 4);
    tnm_network_free(&network);
}

static void test_prices_of_equal_count_from_column_1(void)
{
    tnm_network network;
    tnm_problem problem = {1, 2, TNM_EQUAL};
    int64_t potentials[] = {10, 7, 4, 6}, u[2], v[2];
    ASSERT_OK(tnm_network_init(&network, &problem));
    tnm_network_prices(u, v, &network, potentials, 100);
    CU_ASSERT_EQUAL(u[0], 6);
    CU_ASSERT_EQUAL(u[1], 3);
    CU_ASSERT_EQUAL(v[0], 0);
    CU_ASSERT_EQUAL(v[1], -2);
    tnm_network_free(&network);
}

static void test_prices_of_atmost_count_from_the_slack_row(void)
{
    tnm_network network;
    tnm_problem problem = {1, 2, TNM_ATMOST};
    int64_t potentials[] = {10, 3, 4, 8, 5, 5}, u[2], v[2];
    ASSERT_OK(tnm_network_init(&network, &problem));
    tnm_network_prices(u, v, &network, potentials, 100);
    CU_ASSERT_EQUAL(u[0], 5);
    CU_ASSERT_EQUAL(u[1], 0); /* 3 - 5, no price is negative */
    CU_ASSERT_EQUAL(v[0], 1);
    CU_ASSERT_EQUAL(v[1], 0);
    tnm_network_free(&network);
}

/* Two blocks that share no arc with room: what lies between them is arbitrary. */
static void test_distant_potentials_are_drawn_together(void)
{
    tnm_network network;
    tnm_problem problem = {1, 2, TNM_EQUAL};
    int64_t far = INT64_C(1) << 62;
    int64_t potentials[] = {-far + 3, 2, -far, 0}, u[2], v[2];
    ASSERT_OK(tnm_network_init(&network, &problem));
    tnm_network_prices(u, v, &network, potentials, 5);
    CU_ASSERT_EQUAL(u[0], 3); /* within the block nothing changes */
    CU_ASSERT_EQUAL(v[0], 0);
    CU_ASSERT_EQUAL(u[1] + v[1], 2);
    CU_ASSERT_EQUAL(u[1] + v[0], 10); /* 3 + 5 + 2: still at least the largest score, 5 */
    CU_ASSERT_EQUAL(u[0] + v[1], -5); /* still at most 0 */
    tnm_network_free(&network);
}

static void test_full_range_of_potentials_does_not_overflow(void)
{
    tnm_network network;
    tnm_problem problem = {1, 1, TNM_EQUAL};
    int64_t potentials[] = {INT64_MAX, INT64_MIN}, u[1], v[1];
    ASSERT_OK(tnm_network_init(&network, &problem));
    tnm_network_prices(u, v, &network, potentials, INT64_C(1) << 48);
    CU_ASSERT_EQUAL(u[0], INT64_C(1) << 48);
    CU_ASSERT_EQUAL(v[0], 0);
    tnm_network_prices(u, v, &network, potentials, 0);
    CU_ASSERT_EQUAL(u[0], 0);
    tnm_network_free(&network);
}

TNM_SUITE(
    network, {"equal has rows and columns only", test_equal_has_rows_and_columns_only},
    {"atmost has a line of slack", test_atmost_has_a_line_of_slack},
    {"costs are negated scores, slack is free", test_costs_are_negated_scores_and_slack_is_free},
    {"flow is what is kept", test_flow_is_what_is_kept},
    {"prices of equal count from column 1", test_prices_of_equal_count_from_column_1},
    {"prices of atmost count from the slack row", test_prices_of_atmost_count_from_the_slack_row},
    {"distant potentials are drawn together", test_distant_potentials_are_drawn_together},
    {"full range of potentials does not overflow", test_full_range_of_potentials_does_not_overflow})
