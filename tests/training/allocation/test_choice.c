#include "training/allocation/choice.h"

#include "tests/faults/faults.h"
#include "tests/testlib.h"

#include <math.h>

enum { LAYERS = 5, OPTIONS = 4 };

static void make_table(tnm_choice_table *table, tnm_random *random, size_t layers, size_t unit)
{
    ASSERT_OK(tnm_choice_table_open(table, layers, OPTIONS));
    for (size_t k = 0; k < layers * OPTIONS; k++) {
        table->offered[k] = k % OPTIONS == 0 || tnm_random_next(random) % 8 != 0;
        table->damages[k] = ldexp(tnm_random_uniform(random), (int)(tnm_random_next(random) % 12));
        table->costs[k] = unit * (tnm_random_next(random) % 1000);
    }
}

/* The least damage of all choices within the budget, by trying every one. */
static double try_all(const tnm_choice_table *table, size_t layer, size_t budget)
{
    double best = INFINITY;
    if (layer == table->layers)
        return 0;
    for (size_t k = 0; k < table->options; k++) {
        size_t at = layer * table->options + k;
        if (!table->offered[at] || table->costs[at] > budget)
            continue;
        double damage = table->damages[at] + try_all(table, layer + 1, budget - table->costs[at]);
        best = damage < best ? damage : best;
    }
    return best;
}

/* The program finds the best of all; the others are within the budget, and never better. */
static void check_table(const tnm_choice_table *table, size_t budget)
{
    double best = try_all(table, 0, budget);
    for (tnm_chooser chooser = 0; chooser < TNM_CHOOSERS; chooser++) {
        tnm_choice choice;
        if (isinf(best)) {
            ASSERT_FAILS(tnm_choose(&choice, table, budget, chooser, 0), TNM_ERROR_USAGE,
                         "out of reach");
            continue;
        }
        ASSERT_OK(tnm_choose(&choice, table, budget, chooser, 0));
        if (chooser == TNM_CHOOSE_PROGRAM)
            CU_ASSERT_DOUBLE_EQUAL(choice.damage, best, 1e-6 * best);
        CU_ASSERT(!choice.found || choice.damage >= best * (1 - 1e-12));
        CU_ASSERT(!choice.found || choice.cost <= budget);
        CU_ASSERT(choice.found || chooser == TNM_CHOOSE_UNIFORM);
        tnm_choice_close(&choice);
    }
}

static void test_agrees_with_brute_force(void)
{
    static const size_t units[] = {1, 256, (size_t)1 << 40};
    tnm_random random = {tnm_test_seed()};
    for (size_t round = 0; round < 200; round++) {
        tnm_choice_table table;
        size_t unit = units[round % 3];
        make_table(&table, &random, LAYERS, unit);
        check_table(&table, unit * (tnm_random_next(&random) % (LAYERS * 900)));
        tnm_choice_table_close(&table);
    }
}

/* The last unit counts: exactly the budget is within it, one less is not. */
static void test_the_budget_is_kept_exactly(void)
{
    tnm_random random = {tnm_test_seed()};
    tnm_choice_table table;
    tnm_choice choice;
    make_table(&table, &random, LAYERS, 7);
    size_t least = tnm_choice_least_cost(&table);
    ASSERT_OK(tnm_choose(&choice, &table, least, TNM_CHOOSE_PROGRAM, 0));
    CU_ASSERT_EQUAL(choice.cost, least);
    tnm_choice_close(&choice);
    ASSERT_FAILS(tnm_choose(&choice, &table, least - 1, TNM_CHOOSE_PROGRAM, 0), TNM_ERROR_USAGE,
                 "out of reach");
    CU_ASSERT_PTR_NULL(choice.options);
    tnm_choice_table_close(&table);
}

/* Three layers, whole or masked, and 11 to be saved. The third alone does, at a damage of 12, but
 * the first two are cheaper a unit. */
static void test_greedy_is_not_enough(void)
{
    static const double damages[] = {0, 8, 0, 10, 0, 12};
    static const size_t costs[] = {20, 11, 20, 10, 20, 9};
    static const double expected[TNM_CHOOSERS] = {12, 18, 30};
    tnm_choice_table table;
    ASSERT_OK(tnm_choice_table_open(&table, 3, 2));
    for (size_t k = 0; k < 6; k++) {
        table.damages[k] = damages[k];
        table.costs[k] = costs[k];
        table.offered[k] = true;
    }
    for (tnm_chooser chooser = 0; chooser < TNM_CHOOSERS; chooser++) {
        tnm_choice choice;
        ASSERT_OK(tnm_choose(&choice, &table, 49, chooser, 0));
        CU_ASSERT_EQUAL(choice.damage, expected[chooser]);
        tnm_choice_close(&choice);
    }
    tnm_choice_table_close(&table);
}

/* What is left of the budget is not left lying. */
static void test_greedy_steps_back(void)
{
    static const double damages[] = {0, 1, 0, 3};
    static const size_t costs[] = {10, 6, 10, 0};
    tnm_choice_table table;
    tnm_choice choice;
    ASSERT_OK(tnm_choice_table_open(&table, 2, 2));
    for (size_t k = 0; k < 4; k++) {
        table.damages[k] = damages[k];
        table.costs[k] = costs[k];
        table.offered[k] = true;
    }
    ASSERT_OK(tnm_choose(&choice, &table, 10, TNM_CHOOSE_GREEDY, 0));
    CU_ASSERT(choice.damage == 3 && choice.options[0] == 0 && choice.options[1] == 1);
    tnm_choice_close(&choice);
    tnm_choice_table_close(&table);
}

static void test_uniform_may_not_exist(void)
{
    tnm_choice_table table;
    tnm_choice choice;
    ASSERT_OK(tnm_choice_table_open(&table, 2, 2));
    for (size_t k = 0; k < 4; k++) {
        table.costs[k] = k == 0 || k == 3 ? 1 : 5;
        table.offered[k] = true;
    }
    ASSERT_OK(tnm_choose(&choice, &table, 2, TNM_CHOOSE_UNIFORM, 0));
    CU_ASSERT_FALSE(choice.found);
    tnm_choice_close(&choice);
    tnm_choice_table_close(&table);
}

/* As many layers as networks have. */
static void test_many_layers(void)
{
    tnm_random random = {tnm_test_seed()};
    tnm_choice_table table;
    tnm_choice program, greedy;
    make_table(&table, &random, 60, 4096);
    size_t budget = tnm_choice_least_cost(&table) * 2;
    ASSERT_OK(tnm_choose(&program, &table, budget, TNM_CHOOSE_PROGRAM, 60));
    ASSERT_OK(tnm_choose(&greedy, &table, budget, TNM_CHOOSE_GREEDY, 0));
    CU_ASSERT(program.damage <= greedy.damage * (1 + 1e-9));
    tnm_choice_close(&program);
    tnm_choice_close(&greedy);
    tnm_choice_table_close(&table);
}

static void test_memory_fails(void)
{
    for (tnm_chooser chooser = 0; chooser < TNM_CHOOSERS; chooser++) {
        bool failed = true;
        long before = tnm_fault_live();
        for (unsigned k = 0; failed; k++) {
            tnm_choice_table table = {0};
            tnm_choice choice = {0};
            tnm_fault_arm(TNM_FAULT_MEMORY, k);
            tnm_error error = tnm_choice_table_open(&table, 1, 1);
            if (error == TNM_OK) {
                table.offered[0] = true;
                error = tnm_choose(&choice, &table, 0, chooser, 0);
            }
            failed = tnm_fault_disarm();
            CU_ASSERT_EQUAL(error, failed ? TNM_ERROR_MEMORY : TNM_OK);
            tnm_choice_close(&choice);
            tnm_choice_table_close(&table);
            CU_ASSERT_EQUAL(tnm_fault_live(), before);
        }
    }
}

TNM_SUITE(choice, {"agrees with brute force", test_agrees_with_brute_force},
          {"the budget is kept exactly", test_the_budget_is_kept_exactly},
          {"greedy is not enough", test_greedy_is_not_enough},
          {"greedy steps back", test_greedy_steps_back},
          {"uniform may not exist", test_uniform_may_not_exist}, {"many layers", test_many_layers},
          {"memory fails", test_memory_fails})
