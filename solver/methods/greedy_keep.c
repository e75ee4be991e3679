/* greedy-keep: goes through the entries of a tile from heavy to light and keeps an entry while its
 * row and its column both keep fewer than N. What the code that accompanies [hubara2021] runs as
 * its "2-approximation"; PyTorch and xFormers do the same for 2:4.
 *
 * It never keeps more than N in a line, but may leave lines short: under `equal` these are filled
 * by solver/completion.
 *
 * Guarantee: it prunes at most twice the weight an optimal mask prunes, W(G) <= 2 W*. Proof: let G
 * be the entries it keeps, O those of an optimal mask. An f in O\G was turned away by a line that
 * was full of entries at least as heavy; a full line holds at least as many of G\O as of O\G, so f
 * can be charged to an entry of G\O in that line, each to another one. An entry lies in two lines,
 * is charged at most twice, hence w(O\G) <= 2 w(G\O), and
 *
 *     W(G) = W* - w(G\O) + w(O\G) <= W* + w(G\O) <= 2 W*,
 *
 * since G\O is among what the optimum prunes. Tight: [[1+e,1],[1,0]] with one kept a line prunes
 * 1 + 1 where 1+e suffices. Also the classical half of the optimal kept weight. */
#include "solver/methods/greedy.h"
#include "solver/own.h"

static tnm_error open(void **workspace, const tnm_problem *problem, const tnm_settings *settings)
{
    (void)settings;
    return tnm_greedy_open(workspace, problem);
}

const tnm_method tnm_greedy_keep_method = {
    .name = "greedy-keep",
    .summary = "keeps heavy entries first, while row and column have room",
    .reference = "hubara2021",
    .capabilities = TNM_METHOD_COMPLETES,
    .largest_m = TNM_MAX_TILE,
    .open = open,
    .solve = tnm_greedy_solve,
    .close = tnm_greedy_close,
};
