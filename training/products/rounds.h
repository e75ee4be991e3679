/* The mask of a tile as rounds: every kept entry gets one of N rounds, so that in each round a row
 * meets at most one column, and a column at most one row, as in the timetable of a tournament.
 * Where N of every line are kept each round is a permutation; where fewer are, rows and columns
 * without a partner are paired in order, and the pair is marked as empty.
 *
 *     a . b .      0 . 1 .      round 0: rows 0 1 2 3 meet columns 0 1 2 3
 *     . c . d  ->  . 0 . 1      round 1:                            2 3 1 0
 *     . e f .      . 1 0 .
 *     g . . h      1 . . 0
 *
 * N rounds always suffice [koenig1916]: an entry for which no round is free in both its row and its
 * column changes places with the entries of two rounds, alternately, along a path. */
#ifndef TNM_TRAINING_PRODUCTS_ROUNDS_H
#define TNM_TRAINING_PRODUCTS_ROUNDS_H

#include "instances/base.h"

typedef struct tnm_rounds {
    int n, m;
    uint8_t column_of[TNM_MAX_TILE][TNM_MAX_TILE]; /* [round][row] */
    uint8_t row_of[TNM_MAX_TILE][TNM_MAX_TILE];    /* [round][column] */
    uint64_t kept[TNM_MAX_TILE];                   /* [round]: rows whose entry is not empty */
    uint64_t free_in_row[TNM_MAX_TILE], free_in_column[TNM_MAX_TILE]; /* rounds */
} tnm_rounds;

/* Splits a mask into n rounds: bit j of rows[i] says that entry (i, j) is kept. No line may keep
 * more than n. */
void tnm_rounds_split(tnm_rounds *self, const uint64_t *rows, int n, int m);

#endif
