/* Where the paths of eight small tiles start from; see paths.h. */
#include "solver/exact/kernel_paths.h"

#include <math.h>
#include <string.h>

/* ---- scores ------------------------------------------------------------------------------ */

/* Scores to units, rounded to odd. Half units have bits to spare: all below 2^52 are exact. */
static void round_scores(tnm_paths *self, int m)
{
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < m; j++) {
            EVERY_LANE (lane) {
                double score = self->scores[i][j][lane], half = 0.5 * self->per_unit[lane];
                double nearest = (score * half + 0x1p52) - 0x1p52;
                double back = 2 * nearest * self->unit[lane];
                double sticky = back < score ? 1 : back > score ? -1 : 0;
                self->scores[i][j][lane] = 2 * nearest + sticky;
            }
        }
    }
}

/* ---- every row takes its best ------------------------------------------------------------ */

/* What entries of row i are worth to the row: their reduced score and, among equals, which are
 * whole numbers, more where the column holds less. */
static void find_worth(tnm_path_lane *restrict worth, const tnm_paths *self, int i, int m)
{
    for (int j = 0; j < m; j++) {
        EVERY_LANE (lane) {
            worth[j][lane] = self->scores[i][j][lane] - self->col_price[j][lane] -
                             0x1p-5 * self->surplus[j][lane];
        }
    }
}

/* How many entries of a row are worth more than each, or come first among equals. */
static void find_ranks(tnm_path_mask *restrict rank, tnm_path_lane *restrict worth, int m)
{
    memset(rank, 0, (size_t)m * sizeof *rank);
    for (int j = 0; j < m; j++) {
        for (int k = j + 1; k < m; k++) {
            EVERY_LANE (lane) {
                int64_t first = worth[j][lane] >= worth[k][lane] ? -1 : 0;
                rank[j][lane] += first + 1;
                rank[k][lane] -= first;
            }
        }
    }
}

/* Row i takes its N best, under atmost those worth more than nothing, and becomes arcs of the
 * residual graph. */
static void take_row(tnm_paths *self, int i, int m, int n, bool atmost)
{
    tnm_path_lane worth[TNM_PATH_LINES];
    tnm_path_mask rank[TNM_PATH_LINES];
    double least = atmost ? 0 : -INFINITY;
    find_worth(worth, self, i, m);
    find_ranks(rank, worth, m);
    EVERY_LANE (lane)
        self->row_room[i][lane] = n;
    for (int j = 0; j < m; j++) {
        EVERY_LANE (lane) {
            double score = self->scores[i][j][lane];
            bool taken = (rank[j][lane] < n) & (worth[j][lane] > least);
            self->keep[i][j][lane] = taken ? INFINITY : -score;
            self->drop[i][j][lane] = taken ? score : INFINITY;
            self->surplus[j][lane] += taken ? 1 : 0;
            self->row_room[i][lane] -= taken ? 1 : 0;
        }
    }
}

static void take_best(tnm_paths *self, int m, int n, bool atmost)
{
    for (int j = 0; j < m; j++) {
        EVERY_LANE (lane)
            self->surplus[j][lane] = -n;
    }
    for (int i = 0; i < m; i++)
        take_row(self, i, m, n, atmost);
}

/* The ground takes the places that rows have not, and those that columns have not where they cost
 * nothing. */
static void connect_ground(tnm_paths *self, int ground)
{
    EVERY_LANE (lane) {
        self->surplus[ground][lane] = 0;
        self->keep[ground][ground][lane] = self->drop[ground][ground][lane] = 0;
        self->col_price[ground][lane] = 0;
    }
    for (int k = 0; k < ground; k++) {
        EVERY_LANE (lane) {
            bool is_free = (self->surplus[k][lane] < 0) & (self->col_price[k][lane] == 0);
            double room = is_free ? -self->surplus[k][lane] : 0;
            self->surplus[k][lane] += room;
            self->col_room[k][lane] = room;
            self->drop[ground][k][lane] = room > 0 ? 0 : INFINITY;
            self->drop[k][ground][lane] = self->row_room[k][lane] > 0 ? 0 : INFINITY;
            self->keep[ground][k][lane] = self->keep[k][ground][lane] = 0;
        }
    }
}

/* ---- the whole --------------------------------------------------------------------------- */

void TNM_KERNEL(tnm_paths_start)(tnm_paths *self, const tnm_problem *problem)
{
    int m = problem->m;
    bool atmost = problem->constraint == TNM_ATMOST;
    round_scores(self, m);
    take_best(self, m, problem->n, atmost);
    if (atmost)
        connect_ground(self, m);
}
