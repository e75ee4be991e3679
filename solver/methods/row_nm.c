/* row-nm: the N heaviest of every row, and columns as they come: the ordinary N:M mask of sparse
 * tensor cores, optimal for one direction [mishra2021]. It is not transposable. What it keeps is an
 * upper limit for any transposable mask, so the gap of the two is the price of transposability. */
#include "solver/methods/lines.h"
#include "solver/own.h"

static tnm_error open(void **workspace, const tnm_problem *problem, const tnm_settings *settings)
{
    (void)settings;
    return tnm_lines_open(workspace, problem, TNM_ROWS_ALONE, false);
}

const tnm_method tnm_row_nm_method = {
    .name = "row-nm",
    .summary = "the N heaviest of every row; not transposable, a limit from above",
    .reference = "mishra2021",
    .capabilities = TNM_METHOD_RELAXED,
    .largest_m = TNM_MAX_TILE,
    .open = open,
    .solve = tnm_lines_solve,
    .close = tnm_lines_close,
};
