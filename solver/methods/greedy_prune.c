/* greedy-prune: goes through the entries of a tile from light to heavy and prunes an entry while
 * its row or its column still needs zeros. The 2-approximation of [hubara2021], where N counts the
 * zeros that we call M-N.
 *
 * It is a greedy edge cover: every line gets at least its M-N zeros, most get more, and many lines
 * are left short by far. In other words, it keeps an entry exactly when it is among the N heaviest
 * of its row and of its column: at its turn a line has enough zeros when M-N lighter entries of it
 * came before, for as long as a line needs zeros, all of its entries are pruned.
 *
 * Under `equal` short lines are filled by solver/completion, and then the mask is that of
 * greedy-keep: it too keeps all those entries, and it has room for another entry e exactly when the
 * completion has. For if an entry f that counts against e in advance is lighter than e, then all
 * that is kept of their line up to f, e included, is among the N heaviest.
 *
 * Guarantee: it prunes at most twice the weight an optimal mask prunes [hubara2021]. Tight:
 * [[0,1],[1,1+e]] with one zero a line prunes 0 + 1 + 1 where 0 + (1+e) suffices. */
#include "solver/methods/greedy.h"
#include "solver/own.h"

static tnm_error open(void **workspace, const tnm_problem *problem, const tnm_settings *settings)
{
    (void)settings;
    return tnm_greedy_open(workspace, problem, TNM_GREEDY_PRUNE);
}

const tnm_method tnm_greedy_prune_method = {
    .name = "greedy-prune",
    .summary = "prunes light entries first, while row or column needs zeros",
    .reference = "hubara2021",
    .capabilities = TNM_METHOD_COMPLETES,
    .largest_m = TNM_MAX_TILE,
    .open = open,
    .solve = tnm_greedy_solve,
    .close = tnm_greedy_close,
};
