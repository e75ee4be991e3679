#include "training/products/rounds.h"

#include "tests/testlib.h"

/* A random mask with at most n kept in every line; nearly full where it is not `sparse`. */
static void draw_mask(tnm_random *random, uint64_t *rows, int n, int m, bool sparse)
{
    int in_column[TNM_MAX_TILE] = {0}, in_row[TNM_MAX_TILE] = {0};
    for (int i = 0; i < m; i++)
        rows[i] = 0;
    for (int draw = 0; draw < (sparse ? n * m / 2 : 40 * m * m); draw++) {
        size_t i = tnm_random_next(random) % (size_t)m, j = tnm_random_next(random) % (size_t)m;
        if (in_row[i] < n && in_column[j] < n && !(rows[i] >> j & 1)) {
            rows[i] |= UINT64_C(1) << j;
            in_row[i]++;
            in_column[j]++;
        }
    }
}

/* Every round pairs all lines, and what is not marked as empty is the mask, each entry once. */
static void check_rounds(const tnm_rounds *split, const uint64_t *rows, int n, int m)
{
    uint64_t seen[TNM_MAX_TILE] = {0};
    size_t wrong = 0;
    for (int k = 0; k < n; k++) {
        uint64_t columns = 0;
        for (int i = 0; i < m; i++) {
            uint64_t bit = UINT64_C(1) << split->column_of[k][i];
            wrong += split->column_of[k][i] >= m || columns & bit;
            wrong += split->row_of[k][split->column_of[k][i]] != i;
            columns |= bit;
            if (split->kept[k] >> i & 1) {
                wrong += (seen[i] & bit) != 0;
                seen[i] |= bit;
            }
        }
    }
    for (int i = 0; i < m; i++)
        wrong += seen[i] != rows[i];
    CU_ASSERT_EQUAL(wrong, 0);
}

static void test_splits(void)
{
    static const int patterns[][2] = {{1, 1},   {0, 4},  {1, 4},  {2, 4},  {4, 4},
                                      {3, 7},   {4, 8},  {5, 13}, {8, 16}, {16, 32},
                                      {32, 64}, {1, 64}, {64, 64}};
    tnm_random random = {tnm_test_seed()};
    static tnm_rounds split;
    for (size_t p = 0; p < sizeof patterns / sizeof *patterns; p++) {
        int n = patterns[p][0], m = patterns[p][1];
        for (int trial = 0; trial < (m > 32 ? 10 : 100); trial++) {
            uint64_t rows[TNM_MAX_TILE];
            draw_mask(&random, rows, n, m, trial % 2);
            tnm_rounds_split(&split, rows, n, m);
            check_rounds(&split, rows, n, m);
        }
    }
}

/* Exactly n in every line, so that the last entries need exchanges: shifted and shuffled diagonals.
 */
static void test_full_masks(void)
{
    tnm_random random = {tnm_test_seed()};
    static tnm_rounds split;
    for (int trial = 0; trial < 300; trial++) {
        int m = 1 + (int)(tnm_random_next(&random) % TNM_MAX_TILE);
        int n = (int)(tnm_random_next(&random) % (size_t)m) + 1;
        uint64_t rows[TNM_MAX_TILE];
        size_t order[TNM_MAX_TILE];
        for (size_t i = 0; i < (size_t)m; i++) {
            size_t other = tnm_random_next(&random) % (i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        for (int i = 0; i < m; i++) {
            rows[i] = 0;
            for (int k = 0; k < n; k++)
                rows[i] |= UINT64_C(1) << order[((int)order[i] + k) % m];
        }
        tnm_rounds_split(&split, rows, n, m);
        check_rounds(&split, rows, n, m);
        for (int k = 0; k < n; k++)
            CU_ASSERT_EQUAL(split.kept[k], UINT64_MAX >> (64 - m));
    }
}

TNM_SUITE(rounds, {"splits", test_splits}, {"full masks", test_full_masks})
