/* One tile of a real layer, masked greedily and optimally: the tile of median gap, so that nobody
 * has chosen it.
 *
 *     tile LAYER entries    row,column,score,greedy,optimal,greedy_row,greedy_column,
 *                           optimal_row,optimal_column
 *     tile LAYER gaps       rank,tile_row,tile_column,greedy,optimal,gap,differing,
 *                           short_greedy,short_optimal
 *
 * The first lists the entries of that tile, with masks of 0 and 1 and what their row and column
 * keep in all; the second all tiles of the layer by ascending gap, with kept scores, the number of
 * entries in which the masks differ, and that of lines that keep fewer than 8. Writes CSV to the
 * standard output.
 *
 * The pattern is 8:16 with at most 8 kept, for which greedy-keep is published. Of an even number of
 * tiles the lower of the two in the middle counts as the median; equal gaps are in the order of
 * their tiles. */
#include "bench/banner.h"
#include "bench/programs/layer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { M = 16 };
static const tnm_problem problem = {8, M, TNM_ATMOST};

typedef struct tile {
    size_t row, column; /* among the tiles */
    double greedy, optimal, gap;
    size_t differing, short_greedy, short_optimal;
} tile;

typedef struct pair {
    tnm_layer layer;
    uint8_t *greedy, *optimal; /* masks, rows x cols bytes */
    tile *tiles;               /* by ascending gap */
    size_t count;
} pair;

/* What row or column `line` of the tile at `mask` keeps. */
static int kept_in_row(const uint8_t *mask, size_t stride, size_t line)
{
    int kept = 0;
    for (size_t j = 0; j < M; j++)
        kept += mask[line * stride + j];
    return kept;
}

static int kept_in_column(const uint8_t *mask, size_t stride, size_t line)
{
    int kept = 0;
    for (size_t i = 0; i < M; i++)
        kept += mask[i * stride + line];
    return kept;
}

/* Lines of that tile that keep fewer than N. */
static size_t short_lines(const uint8_t *mask, size_t stride)
{
    size_t count = 0;
    for (size_t k = 0; k < M; k++) {
        count += kept_in_row(mask, stride, k) < problem.n;
        count += kept_in_column(mask, stride, k) < problem.n;
    }
    return count;
}

static size_t corner(const pair *self, const tile *at)
{
    return at->row * M * self->layer.cols + at->column * M;
}

static tile look_at(const pair *self, size_t row, size_t column)
{
    tile seen = {.row = row, .column = column};
    size_t stride = self->layer.cols, first = corner(self, &seen);
    for (size_t k = 0; k < M * M; k++) {
        size_t at = first + k / M * stride + k % M;
        double score = (double)self->layer.scores[at];
        seen.greedy += self->greedy[at] ? score : 0;
        seen.optimal += self->optimal[at] ? score : 0;
        seen.differing += self->greedy[at] != self->optimal[at];
    }
    seen.gap = seen.optimal > 0 ? (seen.optimal - seen.greedy) / seen.optimal : 0;
    seen.short_greedy = short_lines(self->greedy + first, stride);
    seen.short_optimal = short_lines(self->optimal + first, stride);
    return seen;
}

static int by_gap(const void *left, const void *right)
{
    const tile *a = left, *b = right;
    if (a->gap != b->gap)
        return a->gap < b->gap ? -1 : 1;
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    return a->column < b->column ? -1 : a->column > b->column;
}

static tnm_error pair_open(pair *self, const char *path)
{
    tnm_error error = TNM_OK;
    tnm_result result;
    TNM_TRY(tnm_layer_open(&self->layer, path, M));
    size_t entries = self->layer.rows * self->layer.cols, across = self->layer.cols / M;
    if (entries == 0) {
        error = tnm_fail(TNM_ERROR_DATA, "%s: not a single whole tile", path);
        goto out;
    }
    self->count = entries / (M * M);
    TNM_TRY(TNM_NEW(self->greedy, entries));
    TNM_TRY(TNM_NEW(self->optimal, entries));
    TNM_TRY(TNM_NEW(self->tiles, self->count));
    TNM_TRY(tnm_layer_solve(&self->layer, "greedy-keep", &problem, self->greedy, &result));
    TNM_TRY(tnm_layer_solve(&self->layer, "exact", &problem, self->optimal, &result));
    if (result.status != TNM_OPTIMAL) {
        error = tnm_fail(TNM_ERROR_INTERNAL, "%s: not proven", path);
        goto out;
    }
    for (size_t t = 0; t < self->count; t++)
        self->tiles[t] = look_at(self, t / across, t % across);
    qsort(self->tiles, self->count, sizeof *self->tiles, by_gap);
out:
    return error;
}

static void pair_close(pair *self)
{
    tnm_layer_close(&self->layer);
    free(self->greedy);
    free(self->optimal);
    free(self->tiles);
}

static void print_entries(const pair *self)
{
    size_t stride = self->layer.cols, first = corner(self, &self->tiles[(self->count - 1) / 2]);
    const uint8_t *greedy = self->greedy + first, *optimal = self->optimal + first;
    printf("row,column,score,greedy,optimal,greedy_row,greedy_column,optimal_row,"
           "optimal_column\r\n");
    for (size_t k = 0; k < M * M; k++) {
        size_t row = k / M, column = k % M, at = row * stride + column;
        printf("%zu,%zu,%.9g,%d,%d,%d,%d,%d,%d\r\n", row, column,
               (double)self->layer.scores[first + at], greedy[at], optimal[at],
               kept_in_row(greedy, stride, row), kept_in_column(greedy, stride, column),
               kept_in_row(optimal, stride, row), kept_in_column(optimal, stride, column));
    }
}

static void print_gaps(const pair *self)
{
    printf("rank,tile_row,tile_column,greedy,optimal,gap,differing,short_greedy,short_optimal\r\n");
    for (size_t k = 0; k < self->count; k++) {
        const tile *at = &self->tiles[k];
        printf("%zu,%zu,%zu,%.9g,%.9g,%.9g,%zu,%zu,%zu\r\n", k, at->row, at->column, at->greedy,
               at->optimal, at->gap, at->differing, at->short_greedy, at->short_optimal);
    }
}

static tnm_error run(int argc, char **argv)
{
    tnm_error error = TNM_OK;
    pair both = {0};
    if (argc != 3 || (strcmp(argv[2], "entries") != 0 && strcmp(argv[2], "gaps") != 0))
        return tnm_fail(TNM_ERROR_USAGE, "usage: tile LAYER entries|gaps");
    TNM_TRY(pair_open(&both, argv[1]));
    TNM_TRY(tnm_banner_head("tile", argc, argv, 0));
    if (strcmp(argv[2], "entries") == 0)
        print_entries(&both);
    else
        print_gaps(&both);
    if (fflush(stdout) != 0)
        error = tnm_fail(TNM_ERROR_IO, "standard output: cannot write");
out:
    pair_close(&both);
    return error;
}

int main(int argc, char **argv)
{
    tnm_error error = run(argc, argv);
    if (error != TNM_OK)
        fprintf(stderr, "tile: %s\n", tnm_error_message());
    return tnm_error_exit_code(error);
}
