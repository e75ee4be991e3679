/* Shortest augmenting paths on eight small tiles at once; see paths.h.
 *
 * Every loop over `lane` is a scalar algorithm for one tile that the compiler turns into vector
 * code for all of them; only the paths themselves are followed tile by tile. */
#include "solver/exact/kernel_paths.h"

#include "solver/exact/lanes.h"

#include <math.h>
#include <string.h>

enum { NOBODY = -1 };

/* ---- shortest paths ---------------------------------------------------------------------- */

/* Distances to the lines of one side, from those to the lines of the other or, where shorter, as
 * they were; the arc to k from l is at k * to_step + l * from_step. Returns the lanes that got a
 * shorter one, as bits. */
TNM_INLINE uint64_t shorten(tnm_path_lane *restrict to, tnm_path_lane *restrict before,
                            tnm_path_lane *restrict from, tnm_path_lane *restrict arcs, int to_step,
                            int from_step, const int lines)
{
    tnm_path_mask shorter = {0};
    uint64_t lanes = 0;
    for (int k = 0; k < lines; k++) {
        tnm_path_lane *restrict arc = arcs + k * to_step;
        EVERY_LANE (lane) {
            double nearest = before[k][lane];
#pragma GCC unroll 9
            for (int l = 0; l < lines; l++) {
                double through = from[l][lane] + arc[l * from_step][lane];
                nearest = through < nearest ? through : nearest;
            }
            to[k][lane] = nearest;
            shorter[lane] |= nearest < before[k][lane] ? -1 : 0;
        }
    }
    for (int lane = 0; lane < TNM_PATH_LANES; lane++)
        lanes |= (uint64_t)(shorter[lane] != 0) << lane;
    return lanes;
}

/* Bellman-Ford from the column distances at [0]. Returns the lanes where it goes on for ever, as
 * there is a cycle of negative length. */
TNM_INLINE uint64_t sweep(tnm_paths *self, const int lines)
{
    uint64_t open = 1;
    tnm_path_lines far;
    for (int k = 0; k < lines; k++) {
        EVERY_LANE (lane)
            far[k][lane] = INFINITY;
    }
    for (self->sweeps = 0; self->sweeps <= lines && open != 0; self->sweeps++) {
        tnm_path_lane *rows = self->row_distance[self->sweeps];
        tnm_path_lines *cols = &self->col_distance[self->sweeps];
        shorten(rows, far, cols[0], self->drop[0], TNM_PATH_LINES, 1, lines);
        open = shorten(cols[1], cols[0], rows, self->keep[0], 1, TNM_PATH_LINES, lines);
    }
    return open;
}

static uint64_t find_distances(tnm_paths *self, int lines)
{
    switch (lines) {
#define X(lines)                                                                                   \
    case lines:                                                                                    \
        return sweep(self, lines);
        X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9)
#undef X
    }
    return 0;
}

/* Paths start at columns that hold too much; where there are none, and some too little, at the
 * ground. Returns whether any lane has a path to look for. */
static bool start_paths(tnm_paths *self, tnm_path_lane excess, int m)
{
    tnm_path_lane deficit = {0};
    double open = 0;
    memset(excess, 0, sizeof(tnm_path_lane));
    for (int j = 0; j < m; j++) {
        EVERY_LANE (lane) {
            double surplus = self->surplus[j][lane];
            excess[lane] = surplus > 0 ? 1 : excess[lane];
            deficit[lane] = surplus < 0 ? 1 : deficit[lane];
            self->col_distance[0][j][lane] = surplus > 0 ? 0 : INFINITY;
        }
    }
    EVERY_LANE (lane)
        self->col_distance[0][m][lane] = deficit[lane] > excess[lane] ? 0 : INFINITY;
    for (int lane = 0; lane < TNM_PATH_LANES; lane++)
        open += excess[lane] + deficit[lane];
    return open > 0;
}

/* The nearest column that holds too little, or the ground, where something is to be put there. */
static void find_targets(tnm_paths *self, tnm_path_lane target, tnm_path_lane excess, int m,
                         int lines)
{
    tnm_path_lane *distances = self->col_distance[self->sweeps];
    tnm_path_lane nearest;
    EVERY_LANE (lane) {
        nearest[lane] = lines > m && excess[lane] > 0 ? distances[m][lane] : INFINITY;
        target[lane] = nearest[lane] < INFINITY ? m : NOBODY;
    }
    for (int j = 0; j < m; j++) {
        EVERY_LANE (lane) {
            double distance = distances[j][lane];
            bool nearer = (self->surplus[j][lane] < 0) & (distance < nearest[lane]);
            nearest[lane] = nearer ? distance : nearest[lane];
            target[lane] = nearer ? j : target[lane];
        }
    }
}

/* ---- moving a unit ----------------------------------------------------------------------- */

/* Changes the units held at a place by the ground, and returns whether any are left. */
static bool change_room(tnm_paths *self, int i, int j, int m, int lane, double units)
{
    double *room = i == m ? &self->col_room[j][lane] : &self->row_room[i][lane];
    if (i == m && j == m)
        return true;
    *room += units;
    return *room > 0;
}

static void keep_entry(tnm_paths *self, int i, int j, int m, int lane)
{
    bool grounded = i == m || j == m;
    if (grounded)
        change_room(self, i, j, m, lane, 1);
    self->drop[i][j][lane] = grounded ? 0 : self->scores[i][j][lane];
    self->keep[i][j][lane] = grounded ? 0 : INFINITY;
}

static void drop_entry(tnm_paths *self, int i, int j, int m, int lane)
{
    bool grounded = i == m || j == m;
    bool left = grounded && change_room(self, i, j, m, lane, -1);
    self->drop[i][j][lane] = left ? 0 : INFINITY;
    self->keep[i][j][lane] = grounded ? 0 : -self->scores[i][j][lane];
}

/* The entries of a path, from its end to its start: row rows[k] keeps that in column cols[k] and
 * drops that in column cols[k + 1]. */
typedef struct trail {
    int rows[TNM_PATH_SWEEPS], cols[TNM_PATH_SWEEPS + 1];
    int length;
} trail;

/* The line through which another one, at arcs[l * step] from each line l, is at that distance. */
TNM_INLINE int find_parent(tnm_path_lane *from, tnm_path_lane *arcs, int step, double distance,
                           int lane)
{
    int l = 0;
    while (from[l][lane] + arcs[l * step][lane] != distance)
        l++;
    return l;
}

/* The path to column j: back from each line to the one it was reached from, when it first was at
 * its distance. So it never comes to a line twice, though cycles may be of length 0. */
static void trace_back(trail *out, tnm_paths *self, int j, int lane)
{
    int sweep = self->sweeps;
    out->length = 0;
    out->cols[0] = j;
    for (;;) {
        double distance = self->col_distance[sweep][j][lane];
        while (sweep > 0 && self->col_distance[sweep - 1][j][lane] == distance)
            sweep--;
        if (sweep-- == 0)
            return;
        int i = find_parent(self->row_distance[sweep], &self->keep[0][j], TNM_PATH_LINES, distance,
                            lane);
        j = find_parent(self->col_distance[sweep], self->drop[i], 1,
                        self->row_distance[sweep][i][lane], lane);
        out->rows[out->length++] = i;
        out->cols[out->length] = j;
    }
}

/* One unit along the path that ends at column j. */
static void follow_path(tnm_paths *self, int j, int m, int lane)
{
    trail path;
    trace_back(&path, self, j, lane);
    for (int k = 0; k < path.length; k++) {
        keep_entry(self, path.rows[k], path.cols[k], m, lane);
        drop_entry(self, path.rows[k], path.cols[k + 1], m, lane);
    }
    if (j < m)
        self->surplus[j][lane]++;
    if (path.cols[path.length] < m)
        self->surplus[path.cols[path.length]][lane]--;
}

/* Until every column holds what it should; a path takes one unit from too much or too little. */
static void balance(tnm_paths *self, int m, int lines)
{
    tnm_path_lane excess, target;
    while (start_paths(self, excess, m)) {
        find_distances(self, lines);
        find_targets(self, target, excess, m, lines);
        for (int lane = 0; lane < TNM_PATH_LANES; lane++) {
            if (target[lane] != NOBODY)
                follow_path(self, (int)target[lane], m, lane);
        }
    }
}

/* ---- prices ------------------------------------------------------------------------------ */

/* An odd score stands for all between its neighbours, and prices must hold for these. */
static void widen_arcs(tnm_paths *self, int m)
{
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < m; j++) {
            EVERY_LANE (lane) {
                double half = 0.5 * self->scores[i][j][lane];
                double odd = (half + 0x1p52) - 0x1p52 != half ? 1 : 0;
                self->keep[i][j][lane] -= odd;
                self->drop[i][j][lane] -= odd;
            }
        }
    }
}

/* From distances, seen from the ground; any lane of an open one is no proof. */
static void find_prices(tnm_paths *self, int m, int lines)
{
    for (int j = 0; j < lines; j++) {
        EVERY_LANE (lane)
            self->col_distance[0][j][lane] = -self->col_price[j][lane];
    }
    widen_arcs(self, m);
    uint64_t open = find_distances(self, lines);
    tnm_path_lane *rows = self->row_distance[self->sweeps - 1];
    tnm_path_lane *cols = self->col_distance[self->sweeps];
    for (int k = 0; k < m; k++) {
        EVERY_LANE (lane) {
            double ground = lines > m ? cols[m][lane] : 0;
            self->row_price[k][lane] = rows[k][lane] - ground;
            self->col_price[k][lane] = ground - cols[k][lane];
        }
    }
    for (int lane = 0; lane < TNM_PATH_LANES; lane++)
        self->proven[lane] = !(open >> lane & 1);
}

static void find_kept(tnm_paths *self, int m)
{
    memset(self->kept, 0, sizeof self->kept);
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < m; j++) {
            EVERY_LANE (lane)
                self->kept[i][lane] |= (uint64_t)(self->drop[i][j][lane] < INFINITY) << j;
        }
    }
}

/* ---- the method -------------------------------------------------------------------------- */

void TNM_KERNEL(tnm_paths_kernel)(tnm_paths *self, const tnm_problem *problem);

void TNM_KERNEL(tnm_paths_kernel)(tnm_paths *self, const tnm_problem *problem)
{
    int m = problem->m, lines = tnm_path_lines_of(problem);
    TNM_KERNEL(tnm_paths_start)(self, problem);
    balance(self, m, lines);
    find_prices(self, m, lines);
    find_kept(self, m);
}
