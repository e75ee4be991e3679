/* greedy-prune: goes through the entries of a tile from light to heavy and prunes an entry while
 * its row or its column still needs zeros. The 2-approximation of [hubara2021], where N counts the
 * zeros that we call M-N.
 *
 * It is a greedy edge cover: every line gets at least its M-N zeros, most get more, and many lines
 * are left short by far. In other words, it keeps an entry exactly when it is among the N heaviest
 * of its row and of its column: at its turn a line has enough zeros when M-N lighter entries of it
 * came before, for as long as a line needs zeros, all of its entries are pruned. That is how it is
 * found here, all lines at once. Ties: of equal scores the one with the lower row-major index
 * counts as the heavier, which in a line is the lower index.
 *
 * Under `equal` short lines are filled by solver/completion, and then the mask is that of
 * greedy-keep: it too keeps all those entries, and it has room for another entry e exactly when the
 * completion has. For if an entry f that counts against e in advance is lighter than e, then all
 * that is kept of their line up to f, e included, is among the N heaviest.
 *
 * Guarantee: it prunes at most twice the weight an optimal mask prunes [hubara2021]. Tight:
 * [[0,1],[1,1+e]] with one zero a line prunes 0 + 1 + 1 where 0 + (1+e) suffices. */
#include "solver/methods/greedy.h"
#include "solver/methods/kernel_prune.h"
#include "solver/own.h"

#include <stdlib.h>

typedef struct prune {
    tnm_problem problem;
    void *keep; /* greedy-keep's workspace, under `equal` */
    tnm_prune_room room;
} prune;

static tnm_error open(void **workspace, const tnm_problem *problem, const tnm_settings *settings)
{
    tnm_error error = TNM_OK;
    prune *self = NULL;
    (void)settings;
    TNM_TRY(TNM_NEW(self, 1));
    *workspace = self;
    self->problem = *problem;
    tnm_prune_room_init(&self->room);
    if (problem->constraint == TNM_EQUAL)
        TNM_TRY(tnm_greedy_open(&self->keep, problem));
out:
    return error;
}

static void release(void *workspace)
{
    prune *self = workspace;
    if (self != NULL)
        tnm_greedy_close(self->keep);
    free(self);
}

/* ---- one tile, entry by entry ------------------------------------------------------------ */

/* Whether entry (i,j) is among the n heaviest of its row and of its column. */
static bool is_kept(const tnm_band *band, size_t tile, size_t i, size_t j, int n)
{
    double score = tnm_band_score(band, tile, i, j);
    int in_row = 0, in_column = 0; /* heavier ones */
    for (size_t k = 0; k < band->m; k++) {
        double right = tnm_band_score(band, tile, i, k), below = tnm_band_score(band, tile, k, j);
        in_row += right > score || (right == score && k < j);
        in_column += below > score || (below == score && k < i);
    }
    return in_row < n && in_column < n;
}

static void answer_tile(uint64_t *rows, const tnm_band *band, size_t tile, int n)
{
    for (size_t i = 0; i < band->m; i++) {
        uint64_t row = 0;
        for (size_t j = 0; j < band->m; j++)
            row |= (uint64_t)is_kept(band, tile, i, j, n) << j;
        rows[i * band->tiles + tile] = row;
    }
}

/* ---- a band ------------------------------------------------------------------------------ */

TNM_DISPATCH(tnm_prune_kernel, tnm_prune_window)

static tnm_error solve(void *workspace, const tnm_band *band, tnm_answer *answer)
{
    prune *self = workspace;
    int n = self->problem.n;
    bool open_question = n > 0 && n < self->problem.m;
    size_t together = TNM_PRUNE_LINES / tnm_prune_side(band->m);
    if (self->keep != NULL)
        return tnm_greedy_solve(self->keep, band, answer);
    for (size_t t = 0; t < band->tiles; t += together) {
        if (open_question &&
            tnm_prune_window_for(tnm_isa_best())(answer->rows, &self->room, band, t, n))
            continue;
        for (size_t k = t; k < band->tiles && k < t + together; k++)
            answer_tile(answer->rows, band, k, n);
    }
    return TNM_OK;
}

const tnm_method tnm_greedy_prune_method = {
    .name = "greedy-prune",
    .summary = "prunes light entries first, while row or column needs zeros",
    .reference = "hubara2021",
    .capabilities = TNM_METHOD_COMPLETES,
    .largest_m = TNM_MAX_TILE,
    .open = open,
    .solve = solve,
    .close = release,
};
