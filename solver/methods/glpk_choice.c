/* The multiple-choice knapsack by GLPK: see glpk_choice.h. */
#include "solver/methods/glpk_choice.h"

#include "solver/methods/glpk_session.h"

#include <glpk.h>

#include <limits.h>
#include <stdlib.h>

/* GLPK takes a row for kept that exceeds its bound by 1e-7 of it: a unit, from so many on. */
static const double exact_units = 4e6;
static const double slack = 2e-7;

typedef struct work {
    const tnm_choice_program *program;
    size_t *chosen;
    size_t unit;     /* greatest common divisor of all sizes */
    double largest;  /* loss; losses are stated in parts of it */
    int *columns;    /* of the row that is being stated, from 1 */
    double *entries; /* likewise */
} work;

static size_t variables(const tnm_choice_program *program)
{
    return program->groups * program->options;
}

static size_t common_divisor(size_t a, size_t b)
{
    while (b != 0) {
        size_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static void find_units(work *self)
{
    const tnm_choice_program *program = self->program;
    for (size_t k = 0; k < variables(program); k++) {
        if (!program->offered[k])
            continue;
        self->unit = common_divisor(self->unit, program->sizes[k]);
        if (program->losses[k] > self->largest)
            self->largest = program->losses[k];
    }
    if (self->unit == 0)
        self->unit = 1;
    if (self->largest == 0)
        self->largest = 1;
}

/* ---- stating it ------------------------------------------------------------------------- */

static void state_columns(glp_prob *problem, const work *self)
{
    const tnm_choice_program *program = self->program;
    glp_add_cols(problem, (int)variables(program));
    for (size_t k = 0; k < variables(program); k++) {
        int column = (int)k + 1;
        glp_set_col_kind(problem, column, GLP_BV);
        if (program->offered[k])
            glp_set_obj_coef(problem, column, program->losses[k] / self->largest);
        else
            glp_set_col_bnds(problem, column, GLP_FX, 0, 0);
    }
}

static void state_groups(glp_prob *problem, const work *self)
{
    const tnm_choice_program *program = self->program;
    for (size_t group = 0; group < program->groups; group++) {
        for (size_t k = 0; k < program->options; k++) {
            self->columns[k + 1] = (int)(group * program->options + k) + 1;
            self->entries[k + 1] = 1;
        }
        int row = glp_add_rows(problem, 1);
        glp_set_row_bnds(problem, row, GLP_FX, 1, 1);
        glp_set_mat_row(problem, row, (int)program->options, self->columns, self->entries);
    }
}

static void state_budget(glp_prob *problem, const work *self)
{
    const tnm_choice_program *program = self->program;
    double budget = (double)(program->budget / self->unit);
    for (size_t k = 0; k < variables(program); k++) {
        self->columns[k + 1] = (int)k + 1;
        self->entries[k + 1] = program->offered[k] ? (double)(program->sizes[k] / self->unit) : 0;
    }
    if (budget > exact_units)
        budget -= budget * slack;
    int row = glp_add_rows(problem, 1);
    glp_set_row_bnds(problem, row, GLP_UP, 0, budget);
    glp_set_mat_row(problem, row, (int)variables(program), self->columns, self->entries);
}

/* ---- solving it ------------------------------------------------------------------------- */

static void read_choice(glp_prob *problem, const work *self)
{
    const tnm_choice_program *program = self->program;
    for (size_t group = 0; group < program->groups; group++) {
        for (size_t k = 0; k < program->options; k++) {
            if (glp_mip_col_val(problem, (int)(group * program->options + k) + 1) > 0.5)
                self->chosen[group] = k;
        }
    }
}

static tnm_error solve(void *context)
{
    const work *self = context;
    double limit = self->program->time_limit * 1000;
    glp_iocp control;
    glp_prob *problem = glp_create_prob();
    glp_set_obj_dir(problem, GLP_MIN);
    state_columns(problem, self);
    state_groups(problem, self);
    state_budget(problem, self);
    glp_init_iocp(&control);
    control.msg_lev = GLP_MSG_OFF;
    control.presolve = GLP_ON;
    control.tm_lim = limit > 0 && limit < INT_MAX ? (int)limit + 1 : INT_MAX;
    int code = glp_intopt(problem, &control);
    tnm_error error = tnm_glpk_explain("glp_intopt", code, glp_mip_status(problem));
    if (error == TNM_OK)
        read_choice(problem, self);
    glp_delete_prob(problem);
    return error;
}

tnm_error tnm_glpk_choose(const tnm_choice_program *program, size_t *chosen)
{
    tnm_error error = TNM_OK;
    work self = {.program = program, .chosen = chosen};
    tnm_glpk_enter();
    if (variables(program) >= INT_MAX)
        TNM_TRY(
            tnm_fail(TNM_ERROR_USAGE, "%zu groups are too many to choose for", program->groups));
    find_units(&self);
    TNM_TRY(TNM_NEW(self.columns, variables(program) + 1));
    TNM_TRY(TNM_NEW(self.entries, variables(program) + 1));
    TNM_TRY(tnm_glpk_guarded(solve, &self));
out:
    tnm_glpk_leave();
    free(self.columns);
    free(self.entries);
    return error;
}
