/* The methods that look at one line at a time: bi-nm and row-nm. */
#include "solver/methods/lines.h"

#include "solver/own.h"
#include "tests/tiles.h"

#include <string.h>

static const char *const by_row[] = {"order=row", NULL};
static const char *const by_column[] = {"order=column", NULL};

static const float square[] = {3, 2, /**/ 4, 1};

/* Along the rows 3 and 4 stay, of which the column keeps 4; along the columns 4 and 2. */
static void test_the_order_matters(void)
{
    static const uint64_t rows_first[] = {0, 1}, columns_first[] = {2, 1};
    tnm_problem problem = {1, 2, TNM_ATMOST};
    tnm_attempt rows = tnm_attempt_tile(&tnm_bi_nm_method, &problem, square, by_row);
    tnm_attempt columns = tnm_attempt_tile(&tnm_bi_nm_method, &problem, square, by_column);
    CU_ASSERT(tnm_attempt_keeps(&rows, 2, rows_first));
    CU_ASSERT(tnm_attempt_keeps(&columns, 2, columns_first));
    CU_ASSERT_EQUAL(rows.objectives[0], 4);
    CU_ASSERT_EQUAL(columns.objectives[0], 6);
    CU_ASSERT_EQUAL(rows.verdict.short_lines, 2);
    tnm_attempt_free(&rows);
    tnm_attempt_free(&columns);
}

/* Under `equal` the short lines are filled: 4 and 2. */
static void test_completion(void)
{
    static const uint64_t expected[] = {2, 1};
    tnm_problem problem = {1, 2, TNM_EQUAL};
    tnm_attempt attempt = tnm_attempt_tile(&tnm_bi_nm_method, &problem, square, by_row);
    CU_ASSERT(tnm_attempt_keeps(&attempt, 2, expected));
    tnm_attempt_free(&attempt);
}

static void test_ties_go_to_the_first(void)
{
    static const float ones[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    static const uint64_t rows_alone[] = {3, 3, 3}, both[] = {3, 3, 0};
    tnm_problem problem = {2, 3, TNM_ATMOST};
    tnm_attempt alone = tnm_attempt_tile(&tnm_row_nm_method, &problem, ones, NULL);
    tnm_attempt bi = tnm_attempt_tile(&tnm_bi_nm_method, &problem, ones, by_row);
    CU_ASSERT(tnm_attempt_keeps(&alone, 3, rows_alone));
    CU_ASSERT(tnm_attempt_keeps(&bi, 3, both));
    CU_ASSERT_EQUAL(alone.verdict.broken, 1);
    CU_ASSERT_FALSE(alone.verdict.violation.column && alone.verdict.violation.line == 2);
    tnm_attempt_free(&alone);
    tnm_attempt_free(&bi);
}

/* The same by the definition, one line after another. */
static uint64_t keep_line(const tnm_band *band, size_t tile, size_t line, bool across,
                          uint64_t candidates, int n)
{
    uint64_t kept = 0;
    for (size_t k = 0; k < band->m; k++) {
        double score =
            across ? tnm_band_score(band, tile, k, line) : tnm_band_score(band, tile, line, k);
        int heavier = 0;
        for (size_t other = 0; other < band->m; other++) {
            double rival = across ? tnm_band_score(band, tile, other, line)
                                  : tnm_band_score(band, tile, line, other);
            heavier +=
                (candidates >> other & 1) && (rival > score || (rival == score && other < k));
        }
        kept |= (candidates >> k & 1 & (uint64_t)(heavier < n)) << k;
    }
    return kept;
}

static void check_by_definition(tnm_tile_kind kind, int n, int m, bool columns_first,
                                tnm_random *random)
{
    enum { TILES = 19 };
    tnm_problem problem = {n, m, TNM_ATMOST};
    tnm_tiles tiles = tnm_tiles_make(kind, m, TILES, random);
    tnm_attempt attempt = tnm_attempt_with(&tnm_bi_nm_method, &problem, &tiles.band,
                                           columns_first ? by_column : by_row);
    size_t side = (size_t)m;
    for (size_t t = 0; t < TILES; t++) {
        uint64_t first[TNM_MAX_TILE], second[TNM_MAX_TILE], rows[TNM_MAX_TILE];
        for (size_t k = 0; k < side; k++)
            first[k] = keep_line(&tiles.band, t, k, columns_first, tnm_low_bits(side), n);
        tnm_mask_transpose(second, first, side);
        for (size_t k = 0; k < side; k++)
            second[k] = keep_line(&tiles.band, t, k, !columns_first, second[k], n);
        if (columns_first)
            memcpy(rows, second, sizeof rows);
        else
            tnm_mask_transpose(rows, second, side);
        for (size_t i = 0; i < side; i++)
            CU_ASSERT_EQUAL(attempt.rows[i * TILES + t], rows[i]);
    }
    tnm_attempt_free(&attempt);
    tnm_tiles_free(&tiles);
}

static void test_by_definition(void)
{
    static const int patterns[][2] = {{2, 4}, {4, 8}, {1, 5}, {12, 31}, {40, 64}, {33, 33}};
    tnm_random random = {tnm_test_seed()};
    for (int kind = 0; kind < TNM_TILE_KIND_COUNT; kind++) {
        for (size_t p = 0; p < sizeof patterns / sizeof *patterns; p++)
            check_by_definition((tnm_tile_kind)kind, patterns[p][0], patterns[p][1], p % 2 == 0,
                                &random);
    }
}

TNM_SUITE(lines, {"the order matters", test_the_order_matters}, {"completion", test_completion},
          {"ties go to the first", test_ties_go_to_the_first},
          {"by definition", test_by_definition})
