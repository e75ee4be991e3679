/* swap: local search from the mask of any other method, by exchanges of two entries for two, until
 * none gains. The code that accompanies [hubara2021] has such a step, `update_mask`.
 *
 * An exchange takes two rows a and b, a column j kept in a alone and a column k kept in b alone,
 * and trades them:
 *
 *                j  k            j  k
 *           a    1  0       a    0  1       gains (s_bj - s_aj) - (s_bk - s_ak),
 *           b    0  1       b    1  0
 *
 * so the best one of two rows is found in one pass over the columns. Under `atmost` a tile is
 * bordered by a row and a column of zeros, which keep what lines lack of N; exchanges with the
 * border then fill lines, or move what is missing to another line.
 *
 * Ends at a mask that no exchange improves: a local optimum, and seldom the best, for it may take a
 * cycle through three rows to gain. A difference of scores, rounded to a double, is never above
 * another one that is exactly larger, so every step gains exactly, and the search ends. Ties: rows
 * in ascending order, of equally good columns the lowest. */
#include "formulations/mask.h"
#include "solver/own.h"

#include <stdlib.h>
#include <string.h>

enum { BORDER = TNM_MAX_TILE };

static const tnm_method_parameter parameters[] = {
    {.name = "start",
     .initial = "greedy-keep",
     .meaning = "the method whose masks are improved: any of the library's that keeps the rule"},
    {0}};

typedef struct swap {
    tnm_problem problem;
    tnm_settings settings; /* of the start: it has no parameters */
    const tnm_method *start;
    void *start_workspace;
    size_t m;
    uint64_t rows[BORDER + 1]; /* the mask of the tile at hand; then the columns with room */
    double scores[BORDER + 1][TNM_MAX_TILE];
} swap;

/* ---- workspace --------------------------------------------------------------------------- */

static tnm_error find_start(swap *self, const tnm_settings *settings)
{
    const char *name = tnm_method_parameter_text(&parameters[0], settings->parameters);
    self->start = tnm_own_method(name);
    if (self->start == NULL || self->start == &tnm_swap_method)
        return tnm_fail(TNM_ERROR_USAGE, "swap: cannot start from '%s'", name);
    if (self->start->capabilities & TNM_METHOD_RELAXED)
        return tnm_fail(TNM_ERROR_USAGE, "swap: the masks of %s may break the constraint", name);
    const char *refusal = tnm_method_refuses(self->start, &self->problem);
    if (refusal != NULL)
        return tnm_fail(TNM_ERROR_USAGE, "swap: %s does not answer %d:%d: %s", name,
                        self->problem.n, self->problem.m, refusal);
    return TNM_OK;
}

static tnm_error open(void **workspace, const tnm_problem *problem, const tnm_settings *settings)
{
    tnm_error error = TNM_OK;
    swap *self = NULL;
    TNM_TRY(TNM_NEW(self, 1));
    *workspace = self;
    self->problem = *problem;
    self->m = (size_t)problem->m;
    TNM_TRY(find_start(self, settings));
    self->settings = *settings;
    self->settings.parameters = NULL;
    TNM_TRY(self->start->open(&self->start_workspace, problem, &self->settings));
out:
    return error;
}

static void close(void *workspace)
{
    swap *self = workspace;
    if (self != NULL && self->start != NULL)
        self->start->close(self->start_workspace);
    free(self);
}

/* ---- exchanges --------------------------------------------------------------------------- */

/* What a row can give away in an exchange: the column, or BORDER, and what moving it gains. */
typedef struct offer {
    size_t column;
    double gain;
    bool found;
} offer;

/* The best of `columns` to move out of row `from` and into row `to`. */
static offer best_offer(const swap *self, uint64_t columns, size_t from, size_t to, bool border)
{
    offer best = {BORDER, 0, border};
    for (; columns != 0; columns &= columns - 1) {
        size_t j = (size_t)__builtin_ctzll(columns);
        double gain = self->scores[to][j] - self->scores[from][j];
        if (!best.found || gain > best.gain)
            best = (offer){j, gain, true};
    }
    return best;
}

static bool has_room(const swap *self, size_t row)
{
    return self->problem.constraint == TNM_ATMOST &&
           (row == BORDER || __builtin_popcountll(self->rows[row]) < self->problem.n);
}

/* The border keeps a column as often as it has room. */
static void update_border(swap *self)
{
    uint64_t columns[TNM_MAX_TILE];
    self->rows[BORDER] = 0;
    if (self->problem.constraint == TNM_EQUAL)
        return;
    tnm_mask_transpose(columns, self->rows, self->m);
    for (size_t j = 0; j < self->m; j++)
        self->rows[BORDER] |= (uint64_t)(__builtin_popcountll(columns[j]) < self->problem.n) << j;
}

static void move(swap *self, size_t column, size_t from, size_t to)
{
    if (column == BORDER)
        return;
    self->rows[from] &= ~(UINT64_C(1) << column);
    self->rows[to] |= UINT64_C(1) << column;
}

/* Makes the best exchange of two rows, if it gains. */
static bool exchange(swap *self, size_t a, size_t b)
{
    /* The border can take any column, also one that it keeps already. */
    uint64_t from_a = self->rows[a] & ~(b == BORDER ? 0 : self->rows[b]);
    uint64_t from_b = self->rows[b] & ~self->rows[a];
    offer given = best_offer(self, from_a, a, b, has_room(self, a));
    offer taken = best_offer(self, from_b, b, a, has_room(self, b));
    if (!given.found || !taken.found || !(given.gain > -taken.gain))
        return false;
    move(self, given.column, a, b);
    move(self, taken.column, b, a);
    if (b == BORDER)
        update_border(self);
    return true;
}

/* Exchanges between all pairs of rows, until a whole sweep finds none. */
static void improve(swap *self)
{
    size_t last = self->problem.constraint == TNM_ATMOST ? self->m + 1 : self->m;
    bool gained = true;
    while (gained) {
        gained = false;
        for (size_t a = 0; a < self->m; a++) {
            for (size_t k = a + 1; k < last; k++) {
                while (exchange(self, a, k == self->m ? BORDER : k))
                    gained = true;
            }
        }
    }
}

/* ---- a band ------------------------------------------------------------------------------ */

static void answer_tile(swap *self, const tnm_band *band, size_t tile, uint64_t *rows)
{
    tnm_mask_get(self->rows, rows, band->tiles, self->m, tile);
    for (size_t i = 0; i < self->m; i++) {
        for (size_t j = 0; j < self->m; j++)
            self->scores[i][j] = tnm_band_score(band, tile, i, j);
    }
    update_border(self);
    improve(self);
    tnm_mask_put(rows, self->rows, band->tiles, self->m, tile);
}

static tnm_error solve(void *workspace, const tnm_band *band, tnm_answer *answer)
{
    swap *self = workspace;
    tnm_answer bare = {.rows = answer->rows};
    tnm_error error = self->start->solve(self->start_workspace, band, &bare);
    for (size_t t = 0; t < band->tiles && error == TNM_OK; t++)
        answer_tile(self, band, t, answer->rows);
    return error;
}

const tnm_method tnm_swap_method = {
    .name = "swap",
    .summary = "exchanges two entries for two while that gains, from another method's mask",
    .reference = "hubara2021",
    .capabilities = TNM_METHOD_COMPLETES | TNM_METHOD_SIGNED,
    .largest_m = TNM_MAX_TILE,
    .parameters = parameters,
    .open = open,
    .solve = solve,
    .close = close,
};
