#include "instances/planted.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int64_t draw(const tnm_dice *dice, int64_t largest)
{
    return dice->draw(dice->source, largest);
}

/* N kept in every line: shifted rows, shuffled by exchanges that leave all counts alone,
 *
 *     1 . 0        0 . 1
 *     . . .   ->   . . .
 *     0 . 1        1 . 0                                                                    */
static void plant_mask(tnm_planted *tile, const tnm_problem *problem, const tnm_dice *dice)
{
    int m = problem->m;
    for (int i = 0; i < m; i++)
        for (int j = 0; j < m; j++)
            tile->kept[i][j] = (i + j) % m < problem->n;
    for (int exchange = 0; exchange < 8 * m * m; exchange++) {
        int64_t i = draw(dice, m - 1), k = draw(dice, m - 1);
        int64_t j = draw(dice, m - 1), l = draw(dice, m - 1);
        if (tile->kept[i][j] && tile->kept[k][l] && !tile->kept[i][l] && !tile->kept[k][j]) {
            tile->kept[i][j] = tile->kept[k][l] = false;
            tile->kept[i][l] = tile->kept[k][j] = true;
        }
    }
}

/* For `equal`: any column prices, and row prices down to where a dropped score would have to be
 * negative; some rows then keep what is worth less than its column's price. */
static void plant_prices_equal(tnm_planted *tile, int m, int64_t levels, const tnm_dice *dice)
{
    for (int j = 0; j < m; j++)
        tile->column_price[j] = draw(dice, levels);
    for (int i = 0; i < m; i++) {
        int64_t lowest = levels;
        for (int j = 0; j < m; j++)
            if (!tile->kept[i][j] && tile->column_price[j] < lowest)
                lowest = tile->column_price[j];
        tile->row_price[i] = draw(dice, levels) - lowest;
    }
}

/* For `atmost`: prices >= 0, a quarter of the lines free of charge. Where two free lines cross,
 * half of what was kept is dropped again, which leaves both short. */
static void plant_prices_atmost(tnm_planted *tile, int m, int64_t levels, const tnm_dice *dice)
{
    for (int i = 0; i < m; i++) {
        tile->row_price[i] = draw(dice, 3) == 0 ? 0 : draw(dice, levels);
        tile->column_price[i] = draw(dice, 3) == 0 ? 0 : draw(dice, levels);
    }
    for (int i = 0; i < m; i++)
        for (int j = 0; j < m; j++)
            if (tile->kept[i][j] && tile->row_price[i] == 0 && tile->column_price[j] == 0)
                tile->kept[i][j] = draw(dice, 1) == 0;
}

/* Complementary slackness: kept scores lie at or above the prices of their lines, dropped ones at
 * or below. Raising a negative score to 0 breaks neither: dropped entries have prices >= 0. */
static void plant_scores(tnm_planted *tile, int m, int64_t slack, const tnm_dice *dice)
{
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < m; j++) {
            int64_t prices = tile->row_price[i] + tile->column_price[j];
            int64_t distance = draw(dice, slack);
            int64_t score = tile->kept[i][j] ? prices + distance : prices - distance;
            tile->score[i][j] = score > 0 ? score : 0;
        }
    }
}

void tnm_plant_random(tnm_planted *tile, const tnm_problem *problem, int64_t levels, int64_t slack,
                      const tnm_dice *dice)
{
    tile->scale = -10;
    plant_mask(tile, problem, dice);
    if (problem->constraint == TNM_EQUAL)
        plant_prices_equal(tile, problem->m, levels, dice);
    else
        plant_prices_atmost(tile, problem->m, levels, dice);
    plant_scores(tile, problem->m, slack, dice);
}

void tnm_plant_tight(tnm_planted *tile, const tnm_problem *problem, int64_t excess)
{
    const int64_t one = INT64_C(1) << 20;
    const int m = problem->m, n = problem->n;
    tile->scale = -20;
    for (int i = 0; i < m; i++) {
        tile->row_price[i] = tile->column_price[i] = i < n ? one : 0;
        for (int j = 0; j < m; j++) {
            bool corner = (i < n) == (j < n);
            tile->kept[i][j] = !corner;
            tile->score[i][j] = !corner ? one : i < n ? one + excess : 0;
        }
    }
}

tnm_error tnm_planted_band_init(tnm_planted_band *band, const tnm_problem *problem, size_t cols)
{
    tnm_error error = TNM_OK;
    *band = (tnm_planted_band){.problem = *problem, .cols = cols};
    if (problem->m < 1 || problem->m > TNM_MAX_TILE || problem->n < 0 || problem->n > problem->m)
        return tnm_fail(TNM_ERROR_USAGE, "%d:%d is no pattern", problem->n, problem->m);
    size_t m = (size_t)problem->m;
    if (cols % m != 0)
        return tnm_fail(TNM_ERROR_USAGE, "%zu columns are no multiple of %zu", cols, m);
    TNM_TRY(TNM_NEW(band->scores, m * cols));
    TNM_TRY(TNM_NEW(band->prices, cols / m * (2 * m + 1)));
out:
    return error;
}

void tnm_planted_band_lay(tnm_planted_band *band, const tnm_planted *tile, size_t place)
{
    size_t m = (size_t)band->problem.m;
    int64_t *prices = band->prices + place * (2 * m + 1);
    *prices = tile->scale;
    memcpy(prices + 1, tile->row_price, m * sizeof *prices);
    memcpy(prices + 1 + m, tile->column_price, m * sizeof *prices);
    for (size_t i = 0; i < m; i++) {
        double *scores = band->scores + i * band->cols + place * m;
        for (size_t j = 0; j < m; j++) {
            scores[j] = ldexp((double)tile->score[i][j], tile->scale);
            if (tile->kept[i][j])
                tnm_sum_add_double(&band->optimum, scores[j]);
        }
    }
}

void tnm_planted_band_free(tnm_planted_band *band)
{
    free(band->scores);
    free(band->prices);
    *band = (tnm_planted_band){.scores = NULL};
}
