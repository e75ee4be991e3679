#include "formulations/diversity/need.h"

#include "formulations/diversity/row.h"
#include "tests/testlib.h"

#include <stdlib.h>

static bool add_step(void *context, const int *taken, uint64_t weight, size_t state)
{
    (void)taken, (void)weight, (void)state;
    ++*(double *)context;
    return true;
}

/* States and bytes as a table really has them, and its ways counted one by one. */
static void assert_need(int n, int m, tnm_constraint constraint)
{
    tnm_problem problem = {n, m, constraint};
    tnm_need need, dropped, found = {0};
    tnm_table *table = NULL;
    int held[TNM_CLASSES];
    ASSERT_OK(TNM_NEW(table, 1));
    ASSERT_OK(tnm_table_init(table, &problem, true, NULL, NULL));
    for (int rows = 0; rows <= table->top; rows++) {
        const tnm_stage *stage = &table->stages[rows];
        found.states += (double)stage->states;
        found.bytes += (double)(stage->states * stage->limbs * sizeof(mp_limb_t));
        for (size_t state = 0; state < stage->states && rows > 0; state++) {
            tnm_table_held(table, rows, state, held);
            tnm_row_walk(table, rows, held, add_step, &found.steps);
        }
    }
    ASSERT_OK(tnm_need_estimate(&need, &problem, true));
    if (need.states != found.states)
        tnm_test_note("%d:%d %s needs %g states, has %g", n, m,
                      constraint == TNM_EQUAL ? "equal" : "atmost", need.states, found.states);
    CU_ASSERT_EQUAL(need.states, found.states);
    if (constraint == TNM_ATMOST)
        CU_ASSERT_EQUAL(need.bytes, found.bytes);
    CU_ASSERT(need.bytes > found.bytes || constraint == TNM_ATMOST);
    ASSERT_OK(tnm_need_estimate(&dropped, &problem, false));
    CU_ASSERT(dropped.bytes <= found.bytes && dropped.states == need.states);
    CU_ASSERT(need.steps >= found.steps);
    CU_ASSERT(need.steps <= 3 * found.steps + 10);
    tnm_table_free(table);
    free(table);
}

static void test_is_what_a_table_has(void)
{
    for (int m = 1; m <= 9; m++) {
        for (int n = 0; n <= m; n++) {
            assert_need(n, m, TNM_EQUAL);
            assert_need(n, m, TNM_ATMOST);
        }
    }
    assert_need(6, 12, TNM_EQUAL);
    assert_need(8, 12, TNM_EQUAL);
}

static void test_knows_what_is_too_much(void)
{
    tnm_need need;
    ASSERT_OK(tnm_need_estimate(&need, &(tnm_problem){8, 16, TNM_ATMOST}, false));
    CU_ASSERT(tnm_need_within(&need, &tnm_need_usual));
    ASSERT_OK(tnm_need_estimate(&need, &(tnm_problem){11, 22, TNM_EQUAL}, false));
    CU_ASSERT(tnm_need_within(&need, &tnm_need_usual));
    ASSERT_OK(tnm_need_estimate(&need, &(tnm_problem){16, 32, TNM_EQUAL}, false));
    CU_ASSERT_FALSE(tnm_need_within(&need, &tnm_need_usual));
    CU_ASSERT(need.bytes > 1e11);
    ASSERT_OK(tnm_need_estimate(&need, &(tnm_problem){32, 64, TNM_EQUAL}, false));
    CU_ASSERT(need.states > 1e20);
    ASSERT_FAILS(tnm_need_estimate(&need, &(tnm_problem){5, 4, TNM_EQUAL}, false), TNM_ERROR_USAGE,
                 "5:4");
}

TNM_SUITE(diversity_need, {"is what a table has", test_is_what_a_table_has},
          {"knows what is too much", test_knows_what_is_too_much})
