/* tnm diversity: how many masks a pattern allows. */
#include "cli/command.h"
#include "cli/freedom.h"
#include "cli/progress.h"
#include "formulations/problem.h"

#include <stdlib.h>
#include <string.h>

typedef struct request {
    tnm_problem problem;
    const char *pattern;
    tnm_extent extent; /* zero: one tile */
    int table;         /* the largest M of a table; 0: none */
    bool exact, no_progress;
    cli_telling telling;
} request;

/* ---- arguments --------------------------------------------------------------------------- */

enum { KEY_CONSTRAINT = 0x200, KEY_TILE, KEY_TABLE, KEY_EXACT, KEY_NO_PROGRESS };

static tnm_extent parse_extent(char *text)
{
    char *cross = strchr(text, 'x');
    if (cross != NULL)
        *cross = '\0';
    int rows = (int)cli_whole_number("tile", text, TNM_MOST_TILE);
    int cols = cross != NULL ? (int)cli_whole_number("tile", cross + 1, TNM_MOST_TILE) : rows;
    return (tnm_extent){rows, cols};
}

static void check_arguments(const request *self)
{
    if (self->table == 0 && self->pattern == NULL)
        cli_usage_error("diversity: expected a pattern N:M or --table MAX_M");
    if (self->table > 0 && (self->pattern != NULL || self->extent.rows > 0))
        cli_usage_error("diversity: --table has patterns and tiles of its own");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    request *self = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        self->telling.csv_allowed = true;
        state->child_inputs[0] = &self->telling;
        return 0;
    case KEY_CONSTRAINT:
        cli_require(tnm_constraint_parse(&self->problem.constraint, argument));
        return 0;
    case KEY_TILE:
        self->extent = parse_extent(argument);
        return 0;
    case KEY_TABLE:
        self->table = (int)cli_whole_number("table", argument, TNM_MAX_TILE);
        return 0;
    case KEY_EXACT:
        self->exact = true;
        return 0;
    case KEY_NO_PROGRESS:
        self->no_progress = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_positional(&self->pattern, 1, state->arg_num, argument);
        cli_require(tnm_problem_parse(&self->problem, argument));
        return 0;
    case ARGP_KEY_END:
        check_arguments(self);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"constraint", KEY_CONSTRAINT, "RULE", 0, "equal (default) or atmost", 1},
    {"tile", KEY_TILE, "T", 0,
     "Count masks of T x T entries, or ROWSxCOLS: multiples of M up to "
     "512 (default: M)",
     1},
    {"table", KEY_TABLE, "MAX_M", 0, "All patterns up to this M, one a line", 1},
    {"exact", KEY_EXACT, NULL, 0,
     "Count also beyond 1 GiB and 1e11 steps, as far as memory reaches", 1},
    {"no-progress", KEY_NO_PROGRESS, NULL, 0, "Draw no progress bar", 1},
    {0}};

static const struct argp_child children[] = {
    {&cli_format_argp, 0, NULL, 2}, {&cli_standard_argp, 0, NULL, -1}, {0}};

static const struct argp diversity_argp = {
    .options = options,
    .parser = parse,
    .children = children,
    .args_doc = "N:M\n--table=MAX_M",
    .doc = "Count the masks that keep N of M along rows and columns of every M x M tile, exactly, "
           "and compare with what is published and with estimates."
           "\v"
           "Beside transposable masks stand structured ones, with N of M along rows only, and "
           "unstructured ones, with N/M of all entries. Published is the formula M! (M-1)! ... of "
           "Hubara et al. 2021, whose N counts zeros; kept is the same formula with the N that is "
           "kept; both are about exactly N, and left out under atmost. Asymptotic is a formula of "
           "Canfield and McKay, good for large tiles. The estimate is the same, sharpened, or "
           "under atmost one "
           "that takes lines as independent. Where counting would take more than 1 GiB or 1e11 "
           "steps the estimate stands for the count, and exact is empty, or null in "
           "json.\n\n" CLI_EXIT_CODES,
};

/* ---- the work ---------------------------------------------------------------------------- */

static tnm_error measure(tnm_diversity *diversity, const request *asked, const tnm_problem *problem)
{
    cli_progress progress;
    bool one_tile = asked->extent.rows == 0;
    tnm_extent extent = one_tile ? (tnm_extent){problem->m, problem->m} : asked->extent;
    char label[32];
    snprintf(label, sizeof label, "%d:%d", problem->n, problem->m);
    cli_progress_start(&progress, label, asked->no_progress);
    progress.unit = "states";
    tnm_need limit = asked->exact ? tnm_need_machine() : tnm_need_usual;
    tnm_error error =
        tnm_diversity_measure(diversity, problem, &extent, &limit, cli_progress_step, &progress);
    cli_progress_end(&progress);
    return error;
}

static tnm_error answer(cli_freedom *freedom, const request *asked, const tnm_problem *problem)
{
    tnm_diversity diversity = {0};
    tnm_error error = measure(&diversity, asked, problem);
    if (error == TNM_OK)
        error = cli_freedom_add(freedom, &diversity);
    tnm_diversity_free(&diversity);
    return error;
}

static tnm_error answer_all(cli_freedom *freedom, const request *asked)
{
    tnm_error error = TNM_OK;
    if (asked->table == 0)
        return answer(freedom, asked, &asked->problem);
    for (int m = 1; m <= asked->table && error == TNM_OK; m++) {
        for (int n = 0; n <= m && error == TNM_OK; n++)
            error = answer(freedom, asked, &(tnm_problem){n, m, asked->problem.constraint});
    }
    return error;
}

tnm_error cli_diversity(int argc, char **argv, cli_outcome *outcome)
{
    tnm_error error = TNM_OK;
    request asked = {.problem.constraint = TNM_EQUAL};
    cli_freedom freedom;
    cli_command_parse("tnm diversity", &diversity_argp, argc, argv, &asked);
    cli_freedom_init(&freedom, asked.telling.format, asked.table > 0);
    TNM_TRY(answer_all(&freedom, &asked));
    TNM_TRY(cli_freedom_print(&freedom));
    *outcome = CLI_DONE;
out:
    cli_freedom_free(&freedom);
    return error;
}
