/* enumerate: all 90 masks of a 4 x 4 tile that keep two in every line, the sum of each, the
 * largest. What [hu2024] do as a product of a 90 x 16 matrix with the tiles; NVIDIA's apex and
 * Paddle do the same (m4n2_2d_best, MASK_2D_BEST).
 *
 * Its masks are optimal but for rounding: sums are floats, as there, so of two patterns that are
 * equally good to seven digits it may take the wrong one. It has no prices; under `atmost` it still
 * keeps two in every line, where fewer may allow more.
 *
 * Ties: of equal sums the first pattern, as in [hu2024], in descending order of the tile read as
 * the digits of a binary number. */
#include "solver/methods/four.h"
#include "solver/own.h"

#include <stdlib.h>

/* Which pair of columns is left for the last row, or 6 where it is none. */
static size_t last_pair(size_t a, size_t b, size_t c)
{
    unsigned twice = 0, once = 0, pair;
    const size_t rows[] = {a, b, c};
    for (size_t i = 0; i < 3; i++) {
        unsigned columns = tnm_four_pairs[rows[i]];
        if (twice & columns)
            return 6;
        twice |= once & columns;
        once |= columns;
    }
    for (pair = 0; pair < 6 && tnm_four_pairs[pair] != (15U & ~twice); pair++)
        continue;
    return pair;
}

static void list_patterns(tnm_four_patterns *patterns)
{
    size_t count = 0;
    for (size_t number = 0; number < 6 * 6 * 6; number++) {
        size_t a = number / 36, b = number / 6 % 6, c = number % 6, d = last_pair(a, b, c);
        if (d == 6)
            continue;
        const size_t pairs[] = {a, b, c, d};
        for (size_t i = 0; i < 4; i++) {
            patterns->pairs[count][i] = (uint8_t)pairs[i];
            patterns->masks[count] |= (uint64_t)tnm_four_pairs[pairs[i]] << 4 * i;
        }
        count++;
    }
}

static tnm_error open(void **workspace, const tnm_problem *problem, const tnm_settings *settings)
{
    tnm_error error = TNM_OK;
    tnm_four_patterns *patterns = NULL;
    (void)problem;
    (void)settings;
    TNM_TRY(TNM_NEW(patterns, 1));
    *workspace = patterns;
    list_patterns(patterns);
out:
    return error;
}

static tnm_error solve(void *workspace, const tnm_band *band, tnm_answer *answer)
{
    tnm_four_kernel_for(tnm_isa_best())->enumerate(answer->rows, workspace, band);
    return TNM_OK;
}

const tnm_method tnm_enumerate_method = {
    .name = "enumerate",
    .summary = "all 90 masks of a 2:4 tile, in floats",
    .reference = "hu2024",
    .capabilities = 0,
    .largest_m = 4,
    .refuses = tnm_four_refuses,
    .open = open,
    .solve = solve,
    .close = free,
};
