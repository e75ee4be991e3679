/* torch-greedy: how PyTorch, and torchao and xFormers with it, find a 2:4 mask for a weight and its
 * transpose (`_sparse_semi_structured_tile`, ComputeSparseTile.h of [pytorch2025]): the values of a
 * 4 x 4 tile in descending order, each kept if its row and its column keep fewer than two.
 *
 * What is ranked makes two algorithms of it. Both are graded by the magnitudes they keep:
 *
 *     rank=signed    `largest_values_greedy`, the default there: the value with its sign, so that
 *                    large negative weights go first. Meant for activations.
 *     rank=abs       `largest_abs_values_greedy`: the magnitude; then this is greedy-keep.
 *
 * Both may keep fewer than eight; under `equal` short lines are filled by solver/completion.
 *
 * Ties: as the sorting network there leaves them, that of Bose and Nelson [bose1962] with
 * comparators that exchange equal values. Values are ranked as floats. */
#include "solver/completion.h"
#include "solver/methods/four.h"
#include "solver/own.h"

#include <stdlib.h>

static const tnm_method_parameter parameters[] = {{.name = "rank",
                                                   .words = "signed|abs",
                                                   .initial = "signed",
                                                   .meaning = "what is ranked: value or magnitude"},
                                                  {0}};

typedef struct torch {
    tnm_problem problem;
    bool is_signed;
    tnm_four_network network;
} torch;

/* ---- the network ---------------------------------------------------------------------------- */

static void add_comparator(tnm_four_network *network, size_t a, size_t b)
{
    network->pairs[network->count].a = (uint8_t)a;
    network->pairs[network->count].b = (uint8_t)b;
    network->count++;
}

/* Merges `x` sorted values from a on with `y` sorted ones from b on. */
static void merge_runs(tnm_four_network *network, size_t a, size_t x, size_t b, size_t y)
{
    if (x == 1 && y == 1) {
        add_comparator(network, a, b);
    } else if (x == 1 && y == 2) {
        add_comparator(network, a, b + 1);
        add_comparator(network, a, b);
    } else if (x == 2 && y == 1) {
        add_comparator(network, a, b);
        add_comparator(network, a + 1, b);
    } else {
        size_t left = x / 2, right = (x % 2 == 1 ? y : y + 1) / 2;
        merge_runs(network, a, left, b, right);
        merge_runs(network, a + left, x - left, b + right, y - right);
        merge_runs(network, a + left, x - left, b, right);
    }
}

static void sort_run(tnm_four_network *network, size_t first, size_t count)
{
    size_t half = count / 2;
    if (count < 2)
        return;
    sort_run(network, first, half);
    sort_run(network, first + half, count - half);
    merge_runs(network, first, half, first + half, count - half);
}

/* ---- the method ----------------------------------------------------------------------------- */

static tnm_error open(void **workspace, const tnm_problem *problem, const tnm_settings *settings)
{
    tnm_error error = TNM_OK;
    torch *self = NULL;
    TNM_TRY(TNM_NEW(self, 1));
    *workspace = self;
    self->problem = *problem;
    self->is_signed = tnm_method_parameter_word(&parameters[0], settings->parameters) == 0;
    sort_run(&self->network, 0, 16);
out:
    return error;
}

static tnm_error solve(void *workspace, const tnm_band *band, tnm_answer *answer)
{
    const torch *self = workspace;
    uint64_t tile_rows[TNM_MAX_TILE];
    tnm_four_kernel_for(tnm_isa_best())
        ->keep(answer->rows, &self->network, band, self->is_signed ? band->weights : band->scores);
    for (size_t t = 0; t < band->tiles && self->problem.constraint == TNM_EQUAL; t++) {
        tnm_mask_get(tile_rows, answer->rows, band->tiles, 4, t);
        tnm_complete(&self->problem, band, t, tile_rows);
        tnm_mask_put(answer->rows, tile_rows, band->tiles, 4, t);
    }
    return TNM_OK;
}

const tnm_method tnm_torch_greedy_method = {
    .name = "torch-greedy",
    .summary = "PyTorch's 4 x 4 greedy; by default it ranks values with their signs",
    .reference = "pytorch2025",
    .capabilities = TNM_METHOD_COMPLETES | TNM_METHOD_SIGNED,
    .largest_m = 4,
    .parameters = parameters,
    .refuses = tnm_four_refuses,
    .open = open,
    .solve = solve,
    .close = free,
};
