#include "solver/methods/glpk.h"

#include "formulations/program.h"
#include "solver/methods/glpk_session.h"
#include "solver/methods/tilewise.h"

#include <glpk.h>

#include <stdlib.h>

/* GLPK counts in doubles and takes a reduced cost below 1e-7 + 1e-10 |cost| for zero. Scores of 33
 * bits keep that below their unit, so that it does not stop short of the optimum. */
enum { BITS = 33 };

typedef struct workspace {
    tnm_tilewise tilewise;
    tnm_program program;
    tnm_glpk_step solve; /* the tile at hand; the context is the workspace */
    const tnm_tile *tile;
    glp_prob *problem;
    unsigned long generation; /* of the session that `problem` lives in */
    double *values;           /* of the variables */
    double *duals;            /* of the lines */
} workspace;

/* ---- the program ------------------------------------------------------------------------- */

/* GLPK counts rows, columns and elements of arrays from 1. */
static void add_lines(glp_prob *problem, const tnm_program *program)
{
    int m = program->problem.m, members[TNM_MAX_TILE + 1];
    double ones[TNM_MAX_TILE + 1];
    int type = program->problem.constraint == TNM_EQUAL ? GLP_FX : GLP_UP;
    glp_add_rows(problem, program->lines);
    for (int line = 0; line < program->lines; line++) {
        for (int k = 0; k < m; k++) {
            members[k + 1] = program->members[line * m + k] + 1;
            ones[k + 1] = 1;
        }
        glp_set_row_bnds(problem, line + 1, type, program->problem.n, program->problem.n);
        glp_set_mat_row(problem, line + 1, m, members, ones);
    }
}

static tnm_error build(void *self)
{
    workspace *work = self;
    work->generation = tnm_glpk_generation();
    work->problem = glp_create_prob();
    glp_set_obj_dir(work->problem, GLP_MAX);
    glp_add_cols(work->problem, work->program.variables);
    for (int variable = 1; variable <= work->program.variables; variable++)
        glp_set_col_kind(work->problem, variable, GLP_BV);
    add_lines(work->problem, &work->program);
    return TNM_OK;
}

/* ---- one tile ---------------------------------------------------------------------------- */

static void state_tile(workspace *work)
{
    const tnm_tile *tile = work->tile;
    for (int variable = 0; variable < work->program.variables; variable++)
        glp_set_obj_coef(work->problem, variable + 1, (double)tile->scores[variable]);
}

/* What is left of the time, as GLPK wants it. */
static int milliseconds_left(const workspace *work)
{
    double deadline = work->tilewise.settings->deadline;
    double left = deadline > 0 ? (deadline - tnm_now()) * 1000 : INT32_MAX;
    return left < 1 ? 1 : (left < INT32_MAX ? (int)left : INT32_MAX);
}

/* From the standard basis each time, so that an answer depends on its own tile only. */
static tnm_error solve_relaxation(void *self)
{
    workspace *work = self;
    const tnm_tile *tile = work->tile;
    glp_smcp control;
    state_tile(work);
    glp_std_basis(work->problem);
    glp_init_smcp(&control);
    control.msg_lev = GLP_MSG_OFF;
    control.tm_lim = milliseconds_left(work);
    int code = glp_simplex(work->problem, &control);
    tnm_error error = tnm_glpk_explain("glp_simplex", code, glp_get_status(work->problem));
    if (error != TNM_OK)
        return error;
    for (int variable = 0; variable < work->program.variables; variable++)
        work->values[variable] = glp_get_col_prim(work->problem, variable + 1);
    for (int line = 0; line < work->program.lines; line++)
        work->duals[line] = glp_get_row_dual(work->problem, line + 1);
    tnm_program_prices(tile->u, tile->v, &work->program, work->duals);
    return tnm_program_mask(tile->rows, &work->program, work->values);
}

/* Branch and bound gives no prices. */
static tnm_error solve_integers(void *self)
{
    workspace *work = self;
    const tnm_tile *tile = work->tile;
    glp_iocp control;
    state_tile(work);
    glp_init_iocp(&control);
    control.msg_lev = GLP_MSG_OFF;
    control.presolve = GLP_ON;
    control.tm_lim = milliseconds_left(work);
    int code = glp_intopt(work->problem, &control);
    tnm_error error = tnm_glpk_explain("glp_intopt", code, glp_mip_status(work->problem));
    if (error != TNM_OK)
        return error;
    for (int variable = 0; variable < work->program.variables; variable++)
        work->values[variable] = glp_mip_col_val(work->problem, variable + 1);
    return tnm_program_mask(tile->rows, &work->program, work->values);
}

/* ---- the contract ------------------------------------------------------------------------ */

static void close_workspace(void *self)
{
    workspace *work = self;
    if (work == NULL)
        return;
    if (work->problem != NULL && work->generation == tnm_glpk_generation())
        glp_delete_prob(work->problem);
    tnm_glpk_leave();
    tnm_program_free(&work->program);
    tnm_tilewise_free(&work->tilewise);
    free(work->values);
    free(work->duals);
    free(work);
}

static tnm_error open_workspace(void **self, const tnm_problem *problem,
                                const tnm_settings *settings, tnm_glpk_step solve)
{
    tnm_error error = TNM_OK;
    workspace *work = NULL;
    TNM_TRY(TNM_NEW(work, 1));
    work->solve = solve;
    tnm_glpk_enter();
    TNM_TRY(tnm_tilewise_init(&work->tilewise, problem, settings, BITS));
    TNM_TRY(tnm_program_init(&work->program, problem));
    TNM_TRY(TNM_NEW(work->values, (size_t)work->program.variables));
    TNM_TRY(TNM_NEW(work->duals, (size_t)work->program.lines));
    TNM_TRY(tnm_glpk_guarded(build, work));
    *self = work;
    work = NULL;
out:
    close_workspace(work);
    return error;
}

static tnm_error solve_tile(void *self, const tnm_tile *tile)
{
    workspace *work = self;
    if (work->generation != tnm_glpk_generation()) {
        work->problem = NULL;
        tnm_error error = tnm_glpk_guarded(build, work);
        if (error != TNM_OK)
            return error;
    }
    work->tile = tile;
    return tnm_glpk_guarded(work->solve, work);
}

static tnm_error solve_band(void *self, const tnm_band *band, tnm_answer *answer)
{
    workspace *work = self;
    return tnm_tilewise_solve(&work->tilewise, band, answer, solve_tile, work);
}

static tnm_error open_ilp(void **self, const tnm_problem *problem, const tnm_settings *settings)
{
    return open_workspace(self, problem, settings, solve_integers);
}

static tnm_error open_lp(void **self, const tnm_problem *problem, const tnm_settings *settings)
{
    return open_workspace(self, problem, settings, solve_relaxation);
}

const tnm_method tnm_glpk_ilp = {
    .name = "glpk-ilp",
    .summary = "the 0/1 program by GLPK's branch and bound",
    .reference = "hubara2021",
    .capabilities = TNM_METHOD_EXACT,
    .largest_m = TNM_MAX_TILE,
    .open = open_ilp,
    .solve = solve_band,
    .close = close_workspace,
};

const tnm_method tnm_glpk_lp = {
    .name = "glpk-lp",
    .summary = "its linear relaxation, integral here, by GLPK's simplex method",
    .reference = "makhorin2020",
    .capabilities = TNM_METHOD_EXACT,
    .largest_m = TNM_MAX_TILE,
    .open = open_lp,
    .solve = solve_band,
    .close = close_workspace,
};

const char *tnm_glpk_version(void)
{
    return glp_version();
}
