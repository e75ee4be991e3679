/* bi-nm: the N heaviest of every row, then the N heaviest of what is left in every column. The
 * bi-directional mask of [zhang2023] without its permutation of rows, which its backward mask is
 * the same intersection of; [meng2025] compares with it under this name as a transposable mask.
 *
 * It keeps at most N in a line and leaves many lines short: what was dropped along the rows is not
 * taken back when the columns drop more. Under `equal` short lines are filled by
 * solver/completion. Neither paper says which direction should come first; `order` tells. */
#include "solver/methods/lines.h"
#include "solver/own.h"

static const tnm_method_parameter parameters[] = {{.name = "order",
                                                   .words = "row|column",
                                                   .initial = "row",
                                                   .meaning = "the direction that is pruned first"},
                                                  {0}};

static tnm_error open(void **workspace, const tnm_problem *problem, const tnm_settings *settings)
{
    static const tnm_line_order orders[] = {TNM_ROWS_THEN_COLUMNS, TNM_COLUMNS_THEN_ROWS};
    int word = tnm_method_parameter_word(&parameters[0], settings->parameters);
    return tnm_lines_open(workspace, problem, orders[word], true);
}

const tnm_method tnm_bi_nm_method = {
    .name = "bi-nm",
    .summary = "the N heaviest of every row, then of what is left in every column",
    .reference = "zhang2023",
    .capabilities = TNM_METHOD_COMPLETES,
    .largest_m = TNM_MAX_TILE,
    .parameters = parameters,
    .open = open,
    .solve = tnm_lines_solve,
    .close = tnm_lines_close,
};
