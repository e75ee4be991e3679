/* What counting takes: see need.h. */
#include "formulations/diversity/need.h"

#include "formulations/problem.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

const tnm_need tnm_need_usual = {.states = INFINITY, .bytes = 0x1p30, .steps = 1e11};

static double binomial(int n, int k)
{
    double product = 1;
    for (int i = 1; i <= k; i++)
        product *= (double)(n - k + i) / i;
    return product;
}

static double bytes_of_a_number(const tnm_problem *problem, int rows)
{
    double choices = 0;
    for (int k = problem->constraint == TNM_EQUAL ? problem->n : 0; k <= problem->n; k++)
        choices += binomial(problem->m, k);
    return 8 * (floor(rows * log2(choices) / 64) + 1);
}

/* Adds a stage, once what it holds is known. `before` is what the one below it takes. */
static void add_stage(tnm_need *need, const tnm_problem *problem, int rows, bool kept,
                      double *before, double states, double steps)
{
    double bytes = states * bytes_of_a_number(problem, rows);
    need->states += states;
    need->steps += steps;
    need->bytes = kept ? need->bytes + bytes : fmax(need->bytes, *before + bytes);
    *before = bytes;
}

/* ---- atmost: no sums, so closed forms ---------------------------------------------------- */

/* Ways to hand out `columns` alike columns to `kinds` kinds. */
static double spread(int columns, int kinds)
{
    if (kinds == 0)
        return columns == 0 ? 1 : 0;
    return binomial(columns + kinds - 1, columns);
}

static void need_atmost(tnm_need *need, const tnm_problem *problem, bool kept)
{
    int n = problem->n, m = problem->m;
    double before = 0;
    for (int rows = 0; rows <= m; rows++) {
        int lowest = n > m - rows ? n - (m - rows) : 0, highest = n < rows ? n : rows;
        int kinds = highest - lowest + 1, takeable = kinds - (lowest == 0);
        double steps = 0;
        for (int taken = 0; taken <= n && rows > 0; taken++)
            steps += spread(taken, takeable) * spread(m - taken, kinds);
        add_stage(need, problem, rows, kept, &before, spread(m, kinds), steps);
    }
}

/* ---- equal: coefficients of a product that grows with the stage --------------------------- */

/* Coefficients of x^columns y^taken z^sum. */
typedef struct product {
    double *of;
    int columns, taken, sum;
} product;

static size_t place(const product *self, int columns, int taken, int sum)
{
    return ((size_t)columns * ((size_t)self->taken + 1) + (size_t)taken) * ((size_t)self->sum + 1) +
           (size_t)sum;
}

static tnm_error start(product *self, int columns, int taken, int sum)
{
    *self = (product){.columns = columns, .taken = taken, .sum = sum};
    tnm_error error = TNM_NEW(self->of, place(self, columns, taken, sum) + 1);
    if (error == TNM_OK)
        self->of[0] = 1;
    return error;
}

/* Divides by 1 - x y^taken z^capacity. */
static void add_kind(product *self, int taken, int capacity)
{
    for (int m = 1; m <= self->columns; m++) {
        for (int j = taken; j <= self->taken; j++) {
            double *to = self->of + place(self, m, j, 0);
            const double *from = self->of + place(self, m - 1, j - taken, 0);
            for (int s = capacity; s <= self->sum; s++)
                to[s] += from[s - capacity];
        }
    }
}

/* Masks of N kept and of N dropped entries have the same histograms, turned round. */
static tnm_error need_equal(tnm_need *need, const tnm_problem *problem, bool kept)
{
    tnm_error error = TNM_OK;
    int m = problem->m, n = problem->n < m - problem->n ? problem->n : m - problem->n;
    int top = m - m / 2;
    product states = {0}, steps = {0};
    double before = 0;
    TNM_TRY(start(&states, m, 0, n * top));
    TNM_TRY(start(&steps, m, n, n * top));
    add_kind(&states, 0, 0);
    add_kind(&steps, 0, 0);
    add_stage(need, problem, 0, kept, &before, 1, 0);
    for (int rows = 1; rows <= top; rows++) {
        if (rows <= n) {
            add_kind(&states, 0, rows);
            add_kind(&steps, 0, rows);
            add_kind(&steps, 1, rows);
        }
        add_stage(need, problem, rows, kept, &before, states.of[place(&states, m, 0, n * rows)],
                  steps.of[place(&steps, m, n, n * rows)]);
    }
    if (kept) /* where the masks that meet in a state begin (sample.h) */
        need->bytes += states.of[place(&states, m, 0, n * top)] * bytes_of_a_number(problem, m);
out:
    free(steps.of);
    free(states.of);
    return error;
}

tnm_error tnm_need_estimate(tnm_need *need, const tnm_problem *problem, bool kept)
{
    *need = (tnm_need){0};
    tnm_error error = tnm_problem_validate(problem);
    if (error != TNM_OK)
        return error;
    if (problem->constraint == TNM_EQUAL)
        return need_equal(need, problem, kept);
    need_atmost(need, problem, kept);
    return TNM_OK;
}

tnm_need tnm_need_machine(void)
{
    double pages = (double)sysconf(_SC_PHYS_PAGES), page = (double)sysconf(_SC_PAGESIZE);
    return (tnm_need){.states = INFINITY, .bytes = pages * page, .steps = INFINITY};
}

bool tnm_need_within(const tnm_need *need, const tnm_need *limit)
{
    return need->states <= limit->states && need->bytes <= limit->bytes &&
           need->steps <= limit->steps;
}
