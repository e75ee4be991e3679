/* Records: one solve is one row of a CSV file.
 *
 * The table below is the one list of columns: it makes the structure, the head of the file, the
 * writer and the reader. Columns are stable: new ones are added in front of those that the clock
 * decides, which come last, and which are the only ones that may differ between two runs of a plan.
 *
 * Cells hold no commas, quotes or line ends; rows end as those of CSV do (RFC 4180). An empty cell
 * says that a number has no meaning in its row. Gaps are fractions of the proven optimum; those of
 * tiles compare the tile's kept score with its own optimum. */
#ifndef TNM_BENCH_RECORD_H
#define TNM_BENCH_RECORD_H

#include "bench/gaps.h"

#include <stdio.h>

/* name, type, meaning */
#define TNM_RECORD_COLUMNS(X)                                                                      \
    X(run, COUNT, "number of the solve within the plan, from 0")                                   \
    X(group, TEXT, "family with its parameters, or folder of the file")                            \
    X(matrix, TEXT, "which matrix")                                                                \
    X(rows, COUNT, "of the matrix")                                                                \
    X(cols, COUNT, "of the matrix")                                                                \
    X(pattern, TEXT, "N:M")                                                                        \
    X(constraint, TEXT, "equal or atmost")                                                         \
    X(method, TEXT, "which method")                                                                \
    X(parameters, TEXT, "of the method, where set")                                                \
    X(repetition, COUNT, "from 0")                                                                 \
    X(seed, COUNT, "given to the method")                                                          \
    X(status, TEXT, "OPTIMAL, FEASIBLE, INFEASIBLE, LIMIT, or REFUSED: it does not apply")         \
    X(reason, TEXT, "why it does not apply")                                                       \
    X(tiles, COUNT, "of the matrix")                                                               \
    X(objective, REAL, "kept score")                                                               \
    X(bound, REAL, "proven upper bound")                                                           \
    X(total, REAL, "score of all entries")                                                         \
    X(gap, REAL, "(bound - objective) / bound")                                                    \
    X(retention, REAL, "objective / total")                                                        \
    X(tiles_proven, COUNT, "that the method's own prices prove")                                   \
    X(tiles_exact, COUNT, "likewise, to the last bit")                                             \
    X(tiles_optimal, COUNT, "that keep as much as the optimum")                                    \
    X(tiles_broken, COUNT, "that break the constraint")                                            \
    X(short_lines, COUNT, "rows and columns of tiles that keep fewer than N")                      \
    X(tile_gap_mean, REAL, "of the gaps of tiles")                                                 \
    X(tile_gap_median, REAL, "likewise")                                                           \
    X(tile_gap_p95, REAL, "likewise")                                                              \
    X(tile_gap_worst, REAL, "the largest gap of a tile")                                           \
    X(worst_tile, COUNT, "the tile it comes from, row-major")                                      \
    X(tiles_better, COUNT, "that keep more than the baseline's")                                   \
    X(tiles_equal, COUNT, "that keep as much")                                                     \
    X(tiles_worse, COUNT, "that keep less")                                                        \
    X(difference, REAL, "mean over tiles of gap - baseline's gap")                                 \
    X(difference_low, REAL, "its 95 % bootstrap interval")                                         \
    X(difference_high, REAL, "likewise")                                                           \
    X(sign_p, REAL, "p value of the sign test over tiles")                                         \
    X(signed_rank_p, REAL, "p value of Wilcoxon's signed-rank test over tiles")                    \
    X(rank_correlation, REAL, "of the gaps of tiles with the baseline's, Spearman's")              \
    X(gaps, GAPS, "distribution of the gaps of tiles, see bench/gaps.h")                           \
    X(tiles_done, COUNT, "before the time limit, if that was reached (clock)")                     \
    X(seconds, REAL, "inside the method, of processor time (clock)")                               \
    X(wall_seconds, REAL, "with reading and grading (clock)")

enum {
#define X(name, type, meaning) TNM_COLUMN_##name,
    TNM_RECORD_COLUMNS(X)
#undef X
        TNM_RECORD_WIDTH,
    TNM_RECORD_FIRST_CLOCK = TNM_COLUMN_tiles_done /* the clock decides from this column on */
};

/* A count without meaning. Reals without meaning are NaN, texts "". */
#define TNM_NO_COUNT SIZE_MAX

typedef const char *tnm_cell_TEXT; /* borrowed */
typedef size_t tnm_cell_COUNT;
typedef double tnm_cell_REAL;
typedef tnm_gaps tnm_cell_GAPS;

typedef struct tnm_record {
#define X(name, type, meaning) tnm_cell_##type name;
    TNM_RECORD_COLUMNS(X)
#undef X
} tnm_record;

/* A record of cells without meaning. */
void tnm_record_init(tnm_record *record);

/* The names of all columns, as the first row; NULL with the error recorded. Released with free().
 */
char *tnm_record_head(void);
/* The row of a record, its line end included; likewise. Numbers read back as the same double.
 * What may not stand in a cell is written as '_'. */
char *tnm_record_row(const tnm_record *record);

/* Reads a row without its line end, cutting it up; the record's texts then point into it.
 * TNM_ERROR_DATA in one sentence that names the column. */
tnm_error tnm_record_parse(tnm_record *record, char *row);

#endif
