/* Planted tiles: first a mask and prices, then scores that make them prove each other optimal, so
 * that the optimum is known without solving anything. All numbers are integers times a power of
 * two, and exact as floats. */
#ifndef TNM_INSTANCES_PLANTED_H
#define TNM_INSTANCES_PLANTED_H

#include "instances/sum.h"

/* One tile. Entry (i,j) with i, j < m. */
typedef struct tnm_planted {
    bool kept[TNM_MAX_TILE][TNM_MAX_TILE];
    int64_t row_price[TNM_MAX_TILE], column_price[TNM_MAX_TILE];
    int64_t score[TNM_MAX_TILE][TNM_MAX_TILE]; /* 0 to 2^24 */
    int scale;                                 /* prices and scores count units of 2^scale */
} tnm_planted;

/* Where random integers come from. */
typedef struct tnm_dice {
    int64_t (*draw)(void *source, int64_t largest); /* uniform in 0 .. largest */
    void *source;
} tnm_dice;

enum { TNM_PLANTED_MOST_LEVELS = 1 << 22, TNM_PLANTED_MOST_SLACK = 1 << 23 };

/* A random mask, random prices up to `levels` and scores that differ from the sum of their prices
 * by up to `slack`, in units of 2^-10. Few levels and little slack make many ties. Under `equal`
 * some lines keep entries that cost more than they bring; under `atmost` some lines are short. */
void tnm_plant_random(tnm_planted *tile, const tnm_problem *problem, int64_t levels, int64_t slack,
                      const tnm_dice *dice);

/* The worst case of both greedy rules: quarters of N x N equal scores, for patterns N:2N, in units
 * of 2^-20. Keeping the heaviest or pruning the lightest first decides for the corners, and gets
 * 1 + excess for every N^2 scores where the sides give 2 [hubara2021]. 0 < excess < 2^20.
 *
 *     1 + excess |  1
 *     -----------+----        prices: 1 for the first N rows and columns, 0 for the others
 *         1      |  0                                                                      */
void tnm_plant_tight(tnm_planted *tile, const tnm_problem *problem, int64_t excess);

/* A row of planted tiles, laid out as the rows of a matrix. */
typedef struct tnm_planted_band {
    tnm_problem problem;
    size_t cols;
    double *scores;  /* m rows of cols; owned */
    int64_t *prices; /* (cols/m, 2m+1), as in formulations/verify.h; owned */
    tnm_sum optimum; /* kept score of all tiles ever laid, exactly */
} tnm_planted_band;

/* TNM_ERROR_USAGE for a pattern there is none of, or columns that are no multiple of m. */
tnm_error tnm_planted_band_init(tnm_planted_band *band, const tnm_problem *problem, size_t cols);
/* Puts a tile into place 0 .. cols/m - 1 and adds it to the optimum. */
void tnm_planted_band_lay(tnm_planted_band *band, const tnm_planted *tile, size_t place);
void tnm_planted_band_free(tnm_planted_band *band); /* accepts a zeroed one */

#endif
