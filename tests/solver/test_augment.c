/* Augmenting paths on 64-bit scores: from whatever prices, an optimal mask and prices that prove
 * it, the same on every instruction set. */
#include "solver/exact/augment.h"

#include "formulations/mask.h"
#include "tests/random.h"
#include "tests/testlib.h"

#include <string.h>

enum { BITS = TNM_AUGMENT_BITS };

/* Whole numbers of up to 50 bits, but of many magnitudes; in some tiles whole lines are tiny. */
static void draw_scores(tnm_augment *paths, int m, tnm_random *random)
{
    unsigned cut_rows[TNM_MAX_TILE], cut_cols[TNM_MAX_TILE];
    unsigned cuts = (unsigned)(1 + tnm_random_next(random) % (BITS / 2));
    for (int k = 0; k < m; k++) {
        cut_rows[k] = (unsigned)(tnm_random_next(random) % cuts);
        cut_cols[k] = (unsigned)(tnm_random_next(random) % cuts);
    }
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < m; j++) {
            uint64_t score = tnm_random_next(random) >> (64 - BITS);
            paths->scores[i][j] = (int64_t)(score >> (cut_rows[i] + cut_cols[j]));
            paths->transposed[j][i] = paths->scores[i][j];
        }
    }
}

/* Anything, but not below zero under atmost. */
static void draw_prices(tnm_augment *paths, const tnm_problem *problem, tnm_random *random)
{
    paths->limit = INT64_C(1) << (BITS - 1);
    paths->ascends = true;
    for (int k = 0; k < problem->m; k++) {
        unsigned cut = (unsigned)(63 - tnm_random_next(random) % BITS);
        int64_t price = (int64_t)(tnm_random_next(random) >> cut);
        bool negative = problem->constraint == TNM_EQUAL && tnm_random_next(random) % 2 != 0;
        paths->row_price[k] = paths->row_zero[k] = paths->col_zero[k] = 0;
        paths->col_price[k] = negative ? -price : price;
    }
}

static bool line_is_right(const tnm_problem *problem, int kept, int64_t price)
{
    if (problem->constraint == TNM_EQUAL)
        return kept == problem->n;
    return price >= 0 && kept <= problem->n && (kept == problem->n || price == 0);
}

/* Mask and prices are complementary, in integers. */
static bool is_optimal(const tnm_augment *paths, const tnm_problem *problem)
{
    uint8_t counts[TNM_MAX_TILE];
    int m = problem->m;
    bool right = true;
    tnm_mask_column_counts(counts, paths->ties.kept, (size_t)m);
    for (int i = 0; i < m; i++) {
        uint64_t kept = paths->ties.kept[i];
        right &= line_is_right(problem, __builtin_popcountll(kept), paths->row_price[i]);
        right &= line_is_right(problem, counts[i], paths->col_price[i]);
        for (int j = 0; j < m; j++) {
            int64_t reduced = paths->scores[i][j] - paths->row_price[i] - paths->col_price[j];
            right &= kept >> j & 1 ? reduced >= 0 : reduced <= 0;
        }
    }
    return right;
}

static void check_tile(const tnm_problem *problem, tnm_random *random)
{
    static tnm_augment given, paths, first;
    draw_scores(&given, problem->m, random);
    draw_prices(&given, problem, random);
    for (int isa = 0; isa < TNM_ISA_COUNT; isa++) {
        if (!tnm_isa_supported((tnm_isa)isa))
            continue;
        paths = given;
        tnm_augment_kernel_for((tnm_isa)isa)->solve(&paths, problem);
        CU_ASSERT(is_optimal(&paths, problem));
        if (isa == 0)
            first = paths;
        CU_ASSERT_EQUAL(memcmp(paths.ties.kept, first.ties.kept, sizeof paths.ties.kept), 0);
        CU_ASSERT_EQUAL(memcmp(paths.row_price, first.row_price, sizeof paths.row_price), 0);
        CU_ASSERT_EQUAL(memcmp(paths.col_price, first.col_price, sizeof paths.col_price), 0);
    }
}

static void test_finds_an_optimum_from_any_prices(void)
{
    enum { TILES = 6 };
    static const int sides[] = {1, 2, 5, 8, 9, 16, 23, 32, 41, 64};
    tnm_random random = {tnm_test_seed()};
    for (size_t q = 0; q < sizeof sides / sizeof *sides; q++) {
        for (int tile = 0; tile < TILES; tile++) {
            int n = (int)(tnm_random_next(&random) % (uint64_t)(sides[q] + 1));
            check_tile(&(tnm_problem){n, sides[q], TNM_EQUAL}, &random);
            check_tile(&(tnm_problem){n, sides[q], TNM_ATMOST}, &random);
        }
    }
}

TNM_SUITE(augment, {"finds an optimum from any prices", test_finds_an_optimum_from_any_prices})
