#include "training/allocation/damage.h"

#include "solver/own.h"
#include "tests/faults/faults.h"
#include "tests/images.h"

#include <string.h>

static const tnm_problem patterns[] = {
    {1, 4, TNM_EQUAL}, {4, 8, TNM_EQUAL}, {2, 2, TNM_EQUAL}, {4, 32, TNM_EQUAL}};

static tnm_error measure(tnm_damage_table *table, tnm_test_images *own, tnm_damage_kind kind,
                         tnm_fit_rule rule)
{
    const tnm_mask_search search = {.method = tnm_own_method("exact"), .threads = 1};
    const tnm_damage_request request = {
        .calibration = &own->calibration,
        .patterns = patterns,
        .count = 4,
        .search = &search,
        .fit = {.samples = &own->samples, .how = {.rule = rule, .ridge = -1, .threads = 1}},
        .kind = kind};
    return tnm_damage_measure(table, &request);
}

/* A row for every layer and every pattern that fits; keeping all damages nothing; more damage with
 * fewer weights; the network is as it was. */
static void check_measures(const char *architecture, tnm_damage_kind kind, tnm_fit_rule rule,
                           size_t positions)
{
    tnm_test_images own;
    tnm_damage_table table;
    tnm_test_images_open(&own, architecture, 1);
    ASSERT_OK(measure(&table, &own, kind, rule));
    CU_ASSERT_EQUAL(table.count, 6);
    for (size_t k = 0; k + 3 <= table.count; k += 3) {
        const tnm_damage_row *rows = &table.rows[k];
        CU_ASSERT_EQUAL(rows[0].weights, 4 * rows[0].kept);
        CU_ASSERT_EQUAL(rows[2].weights, rows[2].kept);
        CU_ASSERT_EQUAL(rows[2].damage, TNM_DAMAGE_FLOOR);
        if (kind == TNM_DAMAGE_ERROR)
            CU_ASSERT(rows[0].damage > rows[1].damage && rows[1].damage > 0.01);
    }
    CU_ASSERT_EQUAL(table.rows[0].positions, positions);
    for (size_t k = 0; k < own.whole.parameter_count; k++) {
        const tnm_parameter *a = own.whole.parameters[k], *b = own.masked.parameters[k];
        CU_ASSERT_EQUAL(memcmp(a->values, b->values, tnm_parameter_size(a) * sizeof *a->values), 0);
        CU_ASSERT_PTR_NULL(b->sparsity);
    }
    tnm_damage_table_close(&table);
    tnm_test_images_close(&own);
}

static void test_measures(void)
{
    check_measures("mlp:24,16", TNM_DAMAGE_ERROR, TNM_FIT_NONE, 1);
    check_measures("mlp:24,16", TNM_DAMAGE_ERROR, TNM_FIT_LEAST_SQUARES, 1);
    check_measures("mlp:24,16", TNM_DAMAGE_LOSS, TNM_FIT_NONE, 1);
    check_measures("cnn:8,8", TNM_DAMAGE_ERROR, TNM_FIT_NONE, 64);
}

/* ---- files ------------------------------------------------------------------------------------
 */

static void test_tables_are_files(void)
{
    tnm_test_images own;
    tnm_damage_table table, again;
    tnm_test_images_open(&own, "mlp:24,16", 1);
    ASSERT_OK(measure(&table, &own, TNM_DAMAGE_ERROR, TNM_FIT_NONE));
    const char *path = tnm_test_path("table.csv");
    ASSERT_OK(tnm_damage_table_write(&table, path));
    ASSERT_OK(tnm_damage_table_read(&again, path));
    CU_ASSERT_EQUAL_FATAL(again.count, table.count);
    for (size_t k = 0; k < table.count; k++) {
        const tnm_damage_row *a = &table.rows[k], *b = &again.rows[k];
        CU_ASSERT_STRING_EQUAL(a->layer, b->layer);
        CU_ASSERT(a->n == b->n && a->m == b->m && a->weights == b->weights);
        CU_ASSERT(a->positions == b->positions && a->kept == b->kept && a->damage == b->damage);
    }
    tnm_damage_table_close(&table);
    tnm_damage_table_close(&again);
    tnm_test_images_close(&own);
}

static const char *write_text(const char *name, const char *text)
{
    const char *path = tnm_test_path(name);
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(text, file);
    fclose(file);
    return path;
}

#define HEAD "layer,pattern,weights,positions,kept,damage\n"

static void test_broken_tables(void)
{
    static const struct {
        const char *text, *complaint;
    } broken[] = {
        {"", "a table without rows"},
        {HEAD, "a table without rows"},
        {"layer,pattern\n", ":1: expected the names"},
        {HEAD "a,1:4,16,1,4\n", ":2: fewer than 6"},
        {HEAD "a,1:4,16,1,4,0,0\n", ":2: more than 6"},
        {HEAD ",1:4,16,1,4,0\n", ":2: a layer without a name"},
        {HEAD "a,5:4,16,1,4,0\n", ":2: the second cell"},
        {HEAD "a,1:4,16,-1,4,0\n", ":2: weights, positions and kept"},
        {HEAD "a,1:4,16,1,17,0\n", ":2: more is kept"},
        {HEAD "a,1:4,16,1,4,-1\n", ":2: damage is"},
        {HEAD "a,1:4,16,1,4,nan\n", ":2: damage is"},
        {HEAD "a,1:4,16,1,4,0\na,1:4,16,1,4,0\n", ":3: this layer and pattern"},
        {HEAD "a,1:4,16,1,4,0\na,2:4,18,1,4,0\n", ":3: this layer had another size"},
    };
    for (size_t k = 0; k < sizeof broken / sizeof *broken; k++) {
        tnm_damage_table table;
        const char *path = write_text("broken.csv", broken[k].text);
        ASSERT_FAILS(tnm_damage_table_read(&table, path), TNM_ERROR_DATA, broken[k].complaint);
        CU_ASSERT_PTR_NULL(table.rows);
    }
}

static void test_asks(void)
{
    tnm_damage_table table;
    tnm_allocation allocation;
    const char *path = write_text("asks.csv", HEAD "a,1:4,16,9,4,0.5\nb,2:4,32,1,16,0.25\n"
                                                   "b,1:4,32,1,8,2\n");
    ASSERT_OK(tnm_damage_table_read(&table, path));
    ASSERT_OK(tnm_allocation_open(&allocation, &table, TNM_COST_MULTIPLY_ADDS));
    const tnm_choice_table *asked = &allocation.table;
    CU_ASSERT(asked->layers == 2 && asked->options == 2);
    CU_ASSERT_EQUAL(allocation.whole, 16 * 9 + 32);
    CU_ASSERT(asked->offered[0] && !asked->offered[1] && asked->offered[2] && asked->offered[3]);
    CU_ASSERT(asked->costs[0] == 36 && asked->costs[2] == 8 && asked->costs[3] == 16);
    CU_ASSERT(asked->damages[2] == 2 && allocation.rows[2] == 2 && allocation.rows[3] == 1);
    tnm_allocation_close(&allocation);
    ASSERT_OK(tnm_allocation_open(&allocation, &table, TNM_COST_WEIGHTS));
    CU_ASSERT(allocation.whole == 48 && allocation.table.costs[0] == 4);
    tnm_allocation_close(&allocation);
    tnm_damage_table_close(&table);
}

static void test_memory_fails(void)
{
    tnm_test_images own;
    bool failed = true;
    tnm_test_images_open(&own, "mlp:8", 1);
    long before = tnm_fault_live();
    for (unsigned k = 0; failed; k++) {
        tnm_damage_table table = {0};
        tnm_allocation allocation = {0};
        tnm_fault_arm(TNM_FAULT_MEMORY, k);
        tnm_error error = measure(&table, &own, TNM_DAMAGE_LOSS, TNM_FIT_NONE);
        if (error == TNM_OK)
            error = tnm_allocation_open(&allocation, &table, TNM_COST_WEIGHTS);
        failed = tnm_fault_disarm();
        CU_ASSERT_EQUAL(error, failed ? TNM_ERROR_MEMORY : TNM_OK);
        tnm_allocation_close(&allocation);
        tnm_damage_table_close(&table);
        CU_ASSERT_EQUAL(tnm_fault_live(), before);
    }
    tnm_test_images_close(&own);
}

TNM_SUITE(damage, {"measures", test_measures}, {"tables are files", test_tables_are_files},
          {"broken tables", test_broken_tables}, {"asks", test_asks},
          {"memory fails", test_memory_fails})
