/* The counting table: see table.h. */
#include "formulations/diversity/table.h"

#include "formulations/diversity/row.h"
#include "formulations/problem.h"

#include <omp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

/* ---- stages ------------------------------------------------------------------------------ */

static void count_rows(mpz_t choices, const tnm_problem *problem)
{
    mpz_t term;
    mpz_init(term);
    mpz_set_ui(choices, 0);
    for (int k = problem->constraint == TNM_EQUAL ? problem->n : 0; k <= problem->n; k++) {
        mpz_bin_uiui(term, (unsigned)problem->m, (unsigned)k);
        mpz_add(choices, choices, term);
    }
    mpz_clear(term);
}

static tnm_stage describe(const tnm_table *table, int rows)
{
    int n = table->problem.n, m = table->problem.m;
    tnm_stage stage = {.rows = rows, .lowest = most(0, n - (m - rows)), .highest = least(n, rows)};
    stage.sum = table->histograms.unit * (n * rows - m * stage.lowest);
    stage.states =
        tnm_histograms_count(&table->histograms, stage.highest - stage.lowest, m, stage.sum);
    mpz_t bound; /* rows without a care for columns */
    mpz_init(bound);
    count_rows(bound, &table->problem);
    mpz_pow_ui(bound, bound, (unsigned)rows);
    stage.limbs = mpz_size(bound);
    mpz_clear(bound);
    return stage;
}

static void describe_all(tnm_table *table)
{
    for (int n = 0; n < TNM_CLASSES; n++) {
        table->binomials[n][0] = 1;
        for (int k = 1; k <= n; k++)
            table->binomials[n][k] = table->binomials[n - 1][k - 1] + table->binomials[n - 1][k];
    }
    for (int rows = 0; rows <= table->top; rows++)
        table->stages[rows] = describe(table, rows);
}

static tnm_error allocate(tnm_stage *stage)
{
    stage->numbers = tnm_allocate(stage->states, stage->limbs * sizeof *stage->numbers);
    return stage->numbers != NULL ? TNM_OK : TNM_ERROR_MEMORY;
}

static void forget(tnm_stage *stage)
{
    free(stage->numbers);
    stage->numbers = NULL;
}

/* States done so far, told to whoever asked for it by the first thread. */
typedef struct telling {
    tnm_progress progress;
    void *context;
    size_t all;
    atomic_size_t done;
    atomic_bool stopped;
} telling;

static void tell(telling *self, size_t states)
{
    size_t done = atomic_fetch_add(&self->done, states) + states;
    if (omp_get_thread_num() == 0 && self->progress != NULL &&
        self->progress(self->context, done, self->all) != 0)
        atomic_store(&self->stopped, true);
}

/* The states of a stage, in chunks, one thread each. */
static void fill_chunk(const tnm_table *table, const tnm_stage *stage, tnm_row *row, size_t first,
                       size_t count)
{
    int held[TNM_CLASSES];
    for (size_t state = first; state < first + count; state++) {
        tnm_table_held(table, stage->rows, state, held);
        tnm_row_sum(row, stage->numbers + state * stage->limbs, table, stage->rows, held);
    }
}

static tnm_error fill_stage(const tnm_table *table, const tnm_stage *stage, telling *told)
{
    enum { CHUNK = 256 };
    size_t chunks = (stage->states + CHUNK - 1) / CHUNK;
    tnm_failure failure = {TNM_OK, 0, ""};
#pragma omp parallel if (chunks > 1)
    {
        tnm_row *row = NULL;
        tnm_error error = TNM_NEW(row, 1);
        if (error != TNM_OK) {
#pragma omp critical
            tnm_failure_note(&failure, error, 0);
        }
#pragma omp for schedule(dynamic)
        for (size_t chunk = 0; chunk < chunks; chunk++) {
            size_t first = chunk * CHUNK;
            size_t count = stage->states - first < CHUNK ? stage->states - first : CHUNK;
            if (row == NULL || atomic_load(&told->stopped))
                continue;
            fill_chunk(table, stage, row, first, count);
            tell(told, count);
        }
        free(row);
    }
    return tnm_failure_raise(&failure);
}

static tnm_error fill_all(tnm_table *table, bool kept, telling *told)
{
    tnm_error error = TNM_OK;
    TNM_TRY(allocate(&table->stages[0]));
    for (size_t state = 0; state < table->stages[0].states; state++)
        table->stages[0].numbers[state] = 1;
    for (int rows = 1; rows <= table->top; rows++) {
        TNM_TRY(allocate(&table->stages[rows]));
        TNM_TRY(fill_stage(table, &table->stages[rows], told));
        if (atomic_load(&told->stopped))
            TNM_TRY(tnm_fail(TNM_ERROR_LIMIT, "counting was stopped after %d of %d rows", rows,
                             table->top));
        if (!kept && rows >= 2)
            forget(&table->stages[rows - 2]);
    }
out:
    return error;
}

tnm_error tnm_table_init(tnm_table *table, const tnm_problem *problem, bool kept,
                         tnm_progress progress, void *context)
{
    int n = problem->n, m = problem->m;
    bool equal = problem->constraint == TNM_EQUAL;
    *table = (tnm_table){.problem = *problem, .top = equal ? m - m / 2 : m};
    tnm_error error = tnm_problem_validate(problem);
    if (error == TNM_OK)
        error = tnm_histograms_init(&table->histograms, m, least(n, m - n),
                                    equal ? n * table->top : -1);
    if (error != TNM_OK)
        return error;
    describe_all(table);
    telling told = {.progress = progress, .context = context};
    for (int rows = 1; rows <= table->top; rows++)
        told.all += table->stages[rows].states;
    return fill_all(table, kept, &told);
}

void tnm_table_free(tnm_table *table)
{
    for (int rows = 0; rows <= table->top; rows++)
        forget(&table->stages[rows]);
    tnm_histograms_free(&table->histograms);
    *table = (tnm_table){0};
}

/* ---- looking things up ------------------------------------------------------------------- */

void tnm_table_held(const tnm_table *table, int rows, size_t state, int held[TNM_CLASSES])
{
    const tnm_stage *stage = &table->stages[rows];
    memset(held, 0, TNM_CLASSES * sizeof *held);
    tnm_histograms_at(&table->histograms, stage->highest - stage->lowest, stage->sum, state,
                      held + stage->lowest);
}

size_t tnm_table_state(const tnm_table *table, int rows, const int held[TNM_CLASSES])
{
    const tnm_stage *stage = &table->stages[rows];
    return tnm_histograms_number(&table->histograms, stage->highest - stage->lowest,
                                 held + stage->lowest);
}

void tnm_table_number(mpz_t number, const tnm_table *table, int rows, size_t state)
{
    const tnm_stage *stage = &table->stages[rows];
    mpz_roinit_n(number, stage->numbers + state * stage->limbs, (mp_size_t)stage->limbs);
}

/* ---- the count --------------------------------------------------------------------------- */

/* Orders of M columns that give the same histogram. */
static void multinomial(mpz_t orders, const tnm_table *table, const int *held)
{
    int columns = table->problem.m;
    mpz_set_ui(orders, 1);
    for (int capacity = 0; capacity <= table->problem.n; capacity++) {
        mpz_mul_ui(orders, orders, table->binomials[columns][held[capacity]]);
        columns -= held[capacity];
    }
}

void tnm_table_meeting(mpz_t count, size_t *upper, const tnm_table *table, size_t state)
{
    int n = table->problem.n, upper_rows = table->problem.m - table->top;
    int held[TNM_CLASSES], mirrored[TNM_CLASSES] = {0};
    mpz_t number;
    tnm_table_held(table, table->top, state, held);
    for (int capacity = 0; capacity <= n; capacity++)
        mirrored[n - capacity] = held[capacity];
    *upper = tnm_table_state(table, upper_rows, mirrored);
    multinomial(count, table, held);
    tnm_table_number(number, table, upper_rows, *upper);
    mpz_mul(count, count, number);
    tnm_table_number(number, table, table->top, state);
    mpz_mul(count, count, number);
}

void tnm_table_count(mpz_t count, const tnm_table *table)
{
    mpz_t term;
    size_t upper;
    if (table->problem.constraint == TNM_ATMOST) {
        tnm_table_number(term, table, table->top, 0);
        mpz_set(count, term);
        return;
    }
    mpz_init(term);
    mpz_set_ui(count, 0);
    for (size_t state = 0; state < table->stages[table->top].states; state++) {
        tnm_table_meeting(term, &upper, table, state);
        mpz_add(count, count, term);
    }
    mpz_clear(term);
}
