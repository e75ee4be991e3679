#include "instances/isa.h"
#include "solver/completion.h"
#include "solver/own.h"
#include "tests/tiles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the definition, word for word --------------------------------------------------------- */

typedef struct entry {
    double score;
    size_t i, j;
} entry;

/* Heavy to light, of equal scores the lower row-major index first. */
static int compare_entries(const void *left, const void *right)
{
    const entry *a = left, *b = right;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return a->i != b->i ? (a->i < b->i ? -1 : 1) : (a->j < b->j ? -1 : 1);
}

static void sort_tile(entry *entries, const tnm_band *band, size_t tile)
{
    for (size_t e = 0; e < band->m * band->m; e++) {
        size_t i = e / band->m, j = e % band->m;
        entries[e] = (entry){tnm_band_score(band, tile, i, j), i, j};
    }
    qsort(entries, band->m * band->m, sizeof *entries, compare_entries);
}

static void keep_by_definition(uint64_t *rows, const entry *entries, int n, size_t m)
{
    int row_kept[TNM_MAX_TILE] = {0}, col_kept[TNM_MAX_TILE] = {0};
    memset(rows, 0, m * sizeof *rows);
    for (size_t e = 0; e < m * m; e++) {
        size_t i = entries[e].i, j = entries[e].j;
        if (row_kept[i] < n && col_kept[j] < n) {
            rows[i] |= UINT64_C(1) << j;
            row_kept[i]++;
            col_kept[j]++;
        }
    }
}

static void prune_by_definition(uint64_t *rows, const entry *entries, int n, size_t m)
{
    int zeros = (int)m - n, row_zeros[TNM_MAX_TILE] = {0}, col_zeros[TNM_MAX_TILE] = {0};
    for (size_t i = 0; i < m; i++)
        rows[i] = tnm_low_bits(m);
    for (size_t e = m * m; e-- > 0;) {
        size_t i = entries[e].i, j = entries[e].j;
        if (row_zeros[i] < zeros || col_zeros[j] < zeros) {
            rows[i] &= ~(UINT64_C(1) << j);
            row_zeros[i]++;
            col_zeros[j]++;
        }
    }
}

static void check_tile(const tnm_method *method, const tnm_problem *problem, const tnm_band *band,
                       size_t tile, const uint64_t *rows)
{
    static entry entries[TNM_MAX_TILE * TNM_MAX_TILE];
    uint64_t expected[TNM_MAX_TILE], found[TNM_MAX_TILE];
    sort_tile(entries, band, tile);
    if (method == &tnm_greedy_keep_method)
        keep_by_definition(expected, entries, problem->n, band->m);
    else
        prune_by_definition(expected, entries, problem->n, band->m);
    if (problem->constraint == TNM_EQUAL)
        tnm_complete(problem, band, tile, expected);
    tnm_mask_get(found, rows, band->tiles, band->m, tile);
    bool same = memcmp(found, expected, band->m * sizeof *found) == 0;
    CU_ASSERT(same);
    if (!same)
        tnm_test_note("%s %d:%d %s, tile %zu of %zu, TNM_TEST_SEED=%llu", method->name, problem->n,
                      problem->m, tnm_constraint_name(problem->constraint), tile, band->tiles,
                      (unsigned long long)tnm_test_seed());
}

static void check_band(const tnm_problem *problem, const tnm_band *band)
{
    static const tnm_method *const methods[] = {&tnm_greedy_keep_method, &tnm_greedy_prune_method};
    for (size_t k = 0; k < 2; k++) {
        tnm_attempt attempt = tnm_attempt_make(methods[k], problem, band);
        CU_ASSERT_EQUAL(attempt.error, TNM_OK);
        CU_ASSERT_EQUAL(attempt.verdict.broken, 0);
        CU_ASSERT_EQUAL(attempt.verdict.unbounded, band->tiles);
        CU_ASSERT_EQUAL(attempt.prices[0], TNM_NO_PRICES);
        if (problem->constraint == TNM_EQUAL)
            CU_ASSERT_EQUAL(attempt.verdict.short_lines, 0);
        for (size_t t = 0; t < band->tiles; t++)
            check_tile(methods[k], problem, band, t, attempt.rows);
        tnm_attempt_free(&attempt);
    }
}

static void check_kind(tnm_tile_kind kind, int m, size_t tiles, tnm_random *random)
{
    tnm_tiles made = tnm_tiles_make(kind, m, tiles, random);
    for (int n = 0; n <= m; n += m <= 9 ? 1 : m / 4) {
        tnm_problem equal = {n, m, TNM_EQUAL}, atmost = {n, m, TNM_ATMOST};
        check_band(&equal, &made.band);
        check_band(&atmost, &made.band);
    }
    tnm_tiles_free(&made);
}

/* All instruction sets, all kinds of scores; fewer tiles than lanes, and an overlapping batch. */
static void test_small_tiles_do_as_defined(void)
{
    tnm_random random = {tnm_test_seed()};
    for (int isa = TNM_ISA_BASELINE; isa <= TNM_ISA_AVX512; isa++) {
        if (tnm_isa_force((tnm_isa)isa) != TNM_OK)
            continue;
        for (int kind = 0; kind < TNM_TILE_KIND_COUNT; kind++) {
            for (int m = 1; m <= 9; m++)
                check_kind((tnm_tile_kind)kind, m, m % 3 == 0 ? 2 : 19, &random);
        }
    }
    tnm_isa_release();
}

/* More tiles than one window holds, and a window that is not full. */
static void test_large_tiles_do_as_defined(void)
{
    static const struct {
        int m;
        size_t tiles;
    } shapes[] = {{12, 6}, {16, 7}, {31, 3}, {32, 3}, {64, 2}};
    tnm_random random = {tnm_test_seed()};
    for (int isa = TNM_ISA_BASELINE; isa <= TNM_ISA_AVX512; isa++) {
        if (tnm_isa_force((tnm_isa)isa) != TNM_OK)
            continue;
        for (int kind = 0; kind < TNM_TILE_KIND_COUNT; kind++) {
            for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++)
                check_kind((tnm_tile_kind)kind, shapes[k].m, shapes[k].tiles, &random);
        }
    }
    tnm_isa_release();
}

/* Doubles that are one and the same float, or no float at all. */
static void test_ranks_by_exact_scores(void)
{
    static const double bases[] = {1, 1e-60, 1e60};
    tnm_random random = {tnm_test_seed()};
    for (size_t b = 0; b < sizeof bases / sizeof *bases; b++) {
        for (int m = 4; m <= 64; m *= 2) {
            tnm_tiles tiles = tnm_tiles_make(TNM_TILES_DOUBLE, m, 9, &random);
            for (size_t at = 0; at < tiles.band.m * tiles.band.stride; at++) {
                tiles.doubles[at] = bases[b] * (1 + 0x1p-30 * tnm_random_uniform(&random));
                tiles.scores[at] = (float)tiles.doubles[at];
            }
            tnm_problem problem = {m / 2, m, TNM_ATMOST};
            check_band(&problem, &tiles.band);
            tnm_tiles_free(&tiles);
        }
    }
}

/* ---- what is known of them ----------------------------------------------------------------- */

static tnm_attempt attempt_tile(const tnm_method *method, int n, int m, const float *scores)
{
    tnm_tiles tiles = tnm_tiles_of(m, scores);
    tnm_problem problem = {n, m, TNM_ATMOST};
    tnm_attempt attempt = tnm_attempt_make(method, &problem, &tiles.band);
    tnm_tiles_free(&tiles);
    return attempt;
}

/* Keeps 1+e and then has to take 0 along; 1 + 1 is worth nearly twice that. */
static void test_keep_is_tight(void)
{
    static const float scores[] = {1.25F, 1, 1, 0};
    tnm_attempt attempt = attempt_tile(&tnm_greedy_keep_method, 1, 2, scores);
    CU_ASSERT_EQUAL(attempt.rows[0], 1);
    CU_ASSERT_EQUAL(attempt.rows[1], 2);
    CU_ASSERT_EQUAL(attempt.objectives[0], 1.25);
    tnm_attempt_free(&attempt);
}

/* Prunes 0, 1 and 1, where 0 and 1+e would do. */
static void test_prune_is_tight(void)
{
    static const float scores[] = {0, 1, 1, 1.25F};
    tnm_attempt attempt = attempt_tile(&tnm_greedy_prune_method, 1, 2, scores);
    CU_ASSERT_EQUAL(attempt.rows[0], 0);
    CU_ASSERT_EQUAL(attempt.rows[1], 2);
    CU_ASSERT_EQUAL(attempt.objectives[0], 1.25);
    tnm_attempt_free(&attempt);
}

/* With equal scores keeping goes along the rows, and pruning leaves what is first in both. */
static void test_ties_go_to_the_first(void)
{
    static const float scores[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    static const uint64_t kept[] = {3, 3, 12, 12}, spared[] = {3, 3, 0, 0};
    tnm_attempt keep = attempt_tile(&tnm_greedy_keep_method, 2, 4, scores);
    tnm_attempt prune = attempt_tile(&tnm_greedy_prune_method, 2, 4, scores);
    for (size_t i = 0; i < 4; i++) {
        CU_ASSERT_EQUAL(keep.rows[i], kept[i]);
        CU_ASSERT_EQUAL(prune.rows[i], spared[i]);
    }
    tnm_attempt_free(&keep);
    tnm_attempt_free(&prune);
}

/* greedy-prune keeps what is among the N heaviest of both its lines. */
static void test_prune_keeps_the_best_of_both_lines(void)
{
    tnm_random random = {tnm_test_seed()};
    tnm_problem problem = {3, 7, TNM_ATMOST};
    tnm_tiles tiles = tnm_tiles_make(TNM_TILES_GAUSSIAN, 7, 50, &random);
    tnm_attempt attempt = tnm_attempt_make(&tnm_greedy_prune_method, &problem, &tiles.band);
    for (size_t t = 0; t < 50; t++) {
        for (size_t e = 0; e < 49; e++) {
            size_t i = e / 7, j = e % 7, heavier_in_row = 0, heavier_in_col = 0;
            double score = tnm_band_score(&tiles.band, t, i, j);
            for (size_t k = 0; k < 7; k++) {
                heavier_in_row += tnm_band_score(&tiles.band, t, i, k) > score;
                heavier_in_col += tnm_band_score(&tiles.band, t, k, j) > score;
            }
            bool best = heavier_in_row < 3 && heavier_in_col < 3;
            CU_ASSERT_EQUAL(attempt.rows[i * 50 + t] >> j & 1, best);
        }
    }
    tnm_attempt_free(&attempt);
    tnm_tiles_free(&tiles);
}

/* Share of the optimum that a method misses on |N(0,1)|. */
static double mean_gap(const tnm_method *method, const tnm_problem *problem, const tnm_band *band)
{
    tnm_attempt greedy = tnm_attempt_make(method, problem, band);
    tnm_attempt exact = tnm_attempt_make(&tnm_exact_method, problem, band);
    double best = tnm_sum_double(&exact.verdict.objective);
    double gap = 1 - tnm_sum_double(&greedy.verdict.objective) / best;
    tnm_attempt_free(&greedy);
    tnm_attempt_free(&exact);
    return gap;
}

/* The means of 40000 tiles and more, with an optimum that keeps exactly N, are 1.47 and 1.22 % for
 * keeping, 10.28 and 7.69 % for pruning. */
static void test_mean_gaps_on_gaussian_tiles(void)
{
    tnm_random random = {1};
    tnm_problem small = {2, 4, TNM_ATMOST}, large = {4, 8, TNM_ATMOST};
    tnm_tiles small_tiles = tnm_tiles_make(TNM_TILES_GAUSSIAN, 4, 8000, &random);
    tnm_tiles large_tiles = tnm_tiles_make(TNM_TILES_GAUSSIAN, 8, 2000, &random);
    CU_ASSERT_DOUBLE_EQUAL(mean_gap(&tnm_greedy_keep_method, &small, &small_tiles.band), 0.0147,
                           0.0015);
    CU_ASSERT_DOUBLE_EQUAL(mean_gap(&tnm_greedy_keep_method, &large, &large_tiles.band), 0.0122,
                           0.001);
    CU_ASSERT_DOUBLE_EQUAL(mean_gap(&tnm_greedy_prune_method, &small, &small_tiles.band), 0.1028,
                           0.003);
    CU_ASSERT_DOUBLE_EQUAL(mean_gap(&tnm_greedy_prune_method, &large, &large_tiles.band), 0.0769,
                           0.002);
    tnm_tiles_free(&small_tiles);
    tnm_tiles_free(&large_tiles);
}

TNM_SUITE(greedy, {"small tiles do as defined", test_small_tiles_do_as_defined},
          {"large tiles do as defined", test_large_tiles_do_as_defined},
          {"ranks by exact scores", test_ranks_by_exact_scores},
          {"keep is tight", test_keep_is_tight}, {"prune is tight", test_prune_is_tight},
          {"ties go to the first", test_ties_go_to_the_first},
          {"prune keeps the best of both lines", test_prune_keeps_the_best_of_both_lines},
          {"mean gaps on gaussian tiles", test_mean_gaps_on_gaussian_tiles})
