/* Shortest augmenting paths on eight small tiles (M <= 8) at once, one tile a lane.
 *
 * What dual ascent leaves open are ties, and scores that 16 bits cannot tell apart. Here scores are
 * whole numbers in doubles, up to 48 bits, and ties are no obstacle. Read a mask as a flow, as
 * solver/residual.h does: a dropped entry may be kept, row -> column, for -s_ij; a kept one
 * dropped, column -> row, for s_ij. Under `atmost` the ground is one more row and one more column
 * of zeros, whose entries hold any number of units.
 *
 *     1. Each row takes its N best, reduced by the column prices given, equals from the columns
 *        that hold least. Now no cycle has negative length, but columns hold too much or too
 * little.
 *     2. While they do, Bellman-Ford finds the shortest path from a column with too much to one
 * with too little, and one unit goes along it; there still is no negative cycle [ahuja1993].
 *     3. Shortest distances from all columns are the prices.
 *
 * The lanes go in step: each waits for the slowest of the eight. Scores are rounded to odd: even
 * numbers are exact, an odd one stands for all numbers between its neighbours. Prices are even,
 * and must hold for these neighbours. So step 3 proves the mask for the scores as given; where they
 * differ by less than a unit it may fail to, and then finds a negative cycle. */
#ifndef TNM_SOLVER_EXACT_PATHS_H
#define TNM_SOLVER_EXACT_PATHS_H

#include "formulations/problem.h"
#include "instances/isa.h"

enum {
    TNM_PATH_LANES = 8,
    TNM_PATH_BITS = 48, /* scores are below 2^TNM_PATH_BITS: all sums of a path are exact */
    TNM_PATH_SIDE = 8,  /* of the largest tile */
    TNM_PATH_LINES = 9, /* its rows, or columns, and the ground */
    TNM_PATH_SWEEPS = TNM_PATH_LINES + 1 /* of Bellman-Ford; a path that takes more has a cycle */
};

/* A number for each lane, and one for each entry in each lane. */
typedef double tnm_path_lane[TNM_PATH_LANES];
typedef int64_t tnm_path_mask[TNM_PATH_LANES];
typedef tnm_path_lane tnm_path_lines[TNM_PATH_LINES];
typedef tnm_path_lane tnm_path_matrix[TNM_PATH_LINES][TNM_PATH_LINES];

typedef struct tnm_paths {
    _Alignas(64) tnm_path_matrix scores;     /* in: any; then in units, rounded to odd */
    tnm_path_lane unit;                      /* in: 2^exponent, such that scores fit */
    tnm_path_lane per_unit;                  /* in: 2^-exponent */
    tnm_path_lane col_price[TNM_PATH_LINES]; /* in: a guess, even, up to 2^50, >= 0 under atmost */
    tnm_path_lane row_price[TNM_PATH_LINES]; /* out, as are the column prices, in units */
    uint64_t kept[TNM_PATH_LINES][TNM_PATH_LANES]; /* out: bit j of [i]: entry (i,j) */
    int64_t proven[TNM_PATH_LANES]; /* out: are mask and prices optimal for the scores as given? */
    /* Lengths of the residual arcs; INFINITY where there is none. */
    tnm_path_matrix keep, drop;
    /* Units held beyond N, or missing: rows and columns of the ground hold any number. */
    tnm_path_lane surplus[TNM_PATH_LINES];
    tnm_path_lane
        row_room[TNM_PATH_LINES]; /* units in the column of the ground: places not taken */
    tnm_path_lane col_room[TNM_PATH_LINES];
    /* Distances, sweep after sweep: those of columns at [s] make those of rows at [s], and these
     * those of columns at [s + 1]. */
    tnm_path_lines row_distance[TNM_PATH_SWEEPS], col_distance[TNM_PATH_SWEEPS + 1];
    int sweeps; /* the last ones of columns are at [sweeps] */
} tnm_paths;

typedef void tnm_paths_kernel(tnm_paths *self, const tnm_problem *problem);

/* Finds an optimal mask in each lane, up to rounding, and prices that prove it. 0 < N < M. */
tnm_paths_kernel *tnm_paths_kernel_for(tnm_isa isa);

#endif
