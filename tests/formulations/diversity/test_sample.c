#include "formulations/diversity/sample.h"

#include "formulations/mask.h"
#include "tests/testlib.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An open table with somebody who draws from it. */
typedef struct urn {
    tnm_problem problem;
    tnm_masks *masks;
    tnm_drawer *drawer;
} urn;

static urn open_urn(int n, int m, tnm_constraint constraint)
{
    urn self = {.problem = {n, m, constraint}};
    ASSERT_OK(tnm_masks_open(&self.masks, &self.problem, NULL, NULL));
    ASSERT_OK(tnm_drawer_open(&self.drawer, self.masks));
    return self;
}

static void close_urn(urn *self)
{
    tnm_drawer_close(self->drawer);
    tnm_masks_close(self->masks);
}

static bool obeys(const tnm_problem *problem, const uint64_t *rows)
{
    size_t m = (size_t)problem->m;
    uint8_t columns[TNM_MAX_TILE];
    tnm_mask_column_counts(columns, rows, m);
    for (size_t k = 0; k < m; k++) {
        int row = __builtin_popcountll(rows[k]), column = columns[k];
        if (row > problem->n || column > problem->n || (rows[k] & ~tnm_low_bits(m)) != 0)
            return false;
        if (problem->constraint == TNM_EQUAL && (row < problem->n || column < problem->n))
            return false;
    }
    return true;
}

/* The mask as one word, for tiles up to 8 x 8. */
static uint64_t packed(const uint64_t *rows, size_t m)
{
    uint64_t word = 0;
    for (size_t i = 0; i < m; i++)
        word |= rows[i] << (i * m);
    return word;
}

static int compare(const void *a, const void *b)
{
    uint64_t left, right;
    memcpy(&left, a, sizeof left);
    memcpy(&right, b, sizeof right);
    return (left > right) - (left < right);
}

/* Every number has a mask, and no two the same: as many valid masks as there are. */
static void assert_bijection(int n, int m, tnm_constraint constraint)
{
    urn masks = open_urn(n, m, constraint);
    size_t count = (size_t)llround(exp2(tnm_masks_log2(masks.masks)));
    uint64_t rows[TNM_MAX_TILE], *words = NULL;
    ASSERT_OK(TNM_NEW(words, count));
    for (size_t k = 0; k < count; k++) {
        tnm_drawer_mask(masks.drawer, k, rows);
        CU_ASSERT(obeys(&masks.problem, rows));
        words[k] = packed(rows, (size_t)m);
    }
    qsort(words, count, sizeof *words, compare);
    for (size_t k = 1; k < count; k++)
        CU_ASSERT(words[k] > words[k - 1]);
    free(words);
    close_urn(&masks);
}

static void test_numbers_every_mask_once(void)
{
    assert_bijection(0, 3, TNM_EQUAL);
    assert_bijection(1, 1, TNM_EQUAL);
    assert_bijection(1, 4, TNM_EQUAL);
    assert_bijection(2, 4, TNM_EQUAL);
    assert_bijection(3, 4, TNM_EQUAL);
    assert_bijection(4, 4, TNM_EQUAL);
    assert_bijection(2, 5, TNM_EQUAL);
    assert_bijection(3, 5, TNM_EQUAL);
    assert_bijection(3, 6, TNM_EQUAL);
    assert_bijection(2, 4, TNM_ATMOST);
    assert_bijection(3, 4, TNM_ATMOST);
    assert_bijection(4, 4, TNM_ATMOST);
    assert_bijection(1, 6, TNM_ATMOST);
}

/* Draws obey the constraint where masks cannot be listed, and other seeds give other masks. */
static void test_draws_valid_masks(void)
{
    static const tnm_problem problems[] = {
        {8, 16, TNM_EQUAL},  {3, 16, TNM_EQUAL},  {13, 16, TNM_EQUAL}, {7, 15, TNM_EQUAL},
        {5, 11, TNM_ATMOST}, {9, 11, TNM_ATMOST}, {1, 40, TNM_EQUAL}};
    for (size_t k = 0; k < sizeof problems / sizeof *problems; k++) {
        urn masks = open_urn(problems[k].n, problems[k].m, problems[k].constraint);
        uint64_t one[TNM_MAX_TILE], other[TNM_MAX_TILE];
        tnm_stream stream = {tnm_test_seed()}, again = stream;
        for (int draw = 0; draw < 20; draw++) {
            tnm_drawer_draw(masks.drawer, &stream, one);
            CU_ASSERT(obeys(&problems[k], one));
            tnm_drawer_draw(masks.drawer, &again, other);
            CU_ASSERT(memcmp(one, other, (size_t)problems[k].m * sizeof *one) == 0);
        }
        tnm_drawer_draw(masks.drawer, &stream, other);
        CU_ASSERT(memcmp(one, other, (size_t)problems[k].m * sizeof *one) != 0);
        close_urn(&masks);
    }
}

/* ---- chi-square -------------------------------------------------------------------------- */

static double chi_square(const double *observed, const double *expected, size_t count)
{
    double sum = 0;
    for (size_t k = 0; k < count; k++)
        sum += (observed[k] - expected[k]) * (observed[k] - expected[k]) / expected[k];
    return sum;
}

/* Fails once in a million seeds. */
static void assert_uniform(const char *what, double statistic, double freedom)
{
    double p = gsl_cdf_chisq_Q(statistic, freedom);
    if (p < 1e-6)
        tnm_test_note("%s: seed %llu: chi-square %g with %g degrees of freedom, p = %g", what,
                      (unsigned long long)tnm_test_seed(), statistic, freedom, p);
    CU_ASSERT(p > 1e-6);
}

static void test_all_masks_of_2_4_are_alike(void)
{
    enum { MASKS = 90, DRAWS = 45000 };
    urn masks = open_urn(2, 4, TNM_EQUAL);
    uint64_t words[MASKS], rows[4];
    double observed[MASKS] = {0}, expected[MASKS];
    tnm_stream stream = {tnm_test_seed()};
    for (uint64_t k = 0; k < MASKS; k++) {
        tnm_drawer_mask(masks.drawer, k, rows);
        words[k] = packed(rows, 4);
        expected[k] = (double)DRAWS / MASKS;
    }
    qsort(words, MASKS, sizeof *words, compare);
    for (int draw = 0; draw < DRAWS; draw++) {
        tnm_drawer_draw(masks.drawer, &stream, rows);
        uint64_t word = packed(rows, 4);
        const uint64_t *found = bsearch(&word, words, MASKS, sizeof *words, compare);
        CU_ASSERT_PTR_NOT_NULL_FATAL(found);
        observed[found - words]++;
    }
    assert_uniform("2:4", chi_square(observed, expected, MASKS), MASKS - 1);
    close_urn(&masks);
}

/* An orbit of masks under exchanges of rows and of columns, up to collisions: how often two rows,
 * and two columns, agree in so many kept entries. */
static uint64_t orbit(const uint64_t *rows, size_t m)
{
    uint64_t columns[TNM_MAX_TILE], found = 0;
    tnm_mask_transpose(columns, rows, m);
    for (size_t a = 0; a < m; a++) {
        for (size_t b = a + 1; b < m; b++) {
            found += UINT64_C(1) << (4 * __builtin_popcountll(rows[a] & rows[b]));
            found += UINT64_C(1) << (32 + 4 * __builtin_popcountll(columns[a] & columns[b]));
        }
    }
    return found;
}

enum { MOST_ORBITS = 64 };

typedef struct orbits {
    uint64_t of[MOST_ORBITS];
    double observed[MOST_ORBITS], expected[MOST_ORBITS];
    size_t count;
} orbits;

static size_t find_orbit(orbits *self, uint64_t which)
{
    size_t k = 0;
    while (k < self->count && self->of[k] != which)
        k++;
    CU_ASSERT_FATAL(k < MOST_ORBITS);
    if (k == self->count)
        self->of[self->count++] = which;
    return k;
}

/* Expected from all 297200 masks, observed in draws. */
static void test_orbits_of_3_6(void)
{
    enum { MASKS = 297200, DRAWS = 50000 };
    urn masks = open_urn(3, 6, TNM_EQUAL);
    uint64_t rows[6];
    orbits found = {.count = 0};
    tnm_stream stream = {tnm_test_seed()};
    for (uint64_t k = 0; k < MASKS; k++) {
        tnm_drawer_mask(masks.drawer, k, rows);
        found.expected[find_orbit(&found, orbit(rows, 6))] += (double)DRAWS / MASKS;
    }
    size_t known = found.count;
    for (int draw = 0; draw < DRAWS; draw++) {
        tnm_drawer_draw(masks.drawer, &stream, rows);
        found.observed[find_orbit(&found, orbit(rows, 6))]++;
    }
    CU_ASSERT_EQUAL(found.count, known);
    CU_ASSERT(known > 4);
    assert_uniform("3:6", chi_square(found.observed, found.expected, known), (double)known - 1);
    close_urn(&masks);
}

TNM_SUITE(diversity_sample, {"numbers every mask once", test_numbers_every_mask_once},
          {"draws valid masks", test_draws_valid_masks},
          {"all masks of 2:4 are alike", test_all_masks_of_2_4_are_alike},
          {"orbits of 3:6", test_orbits_of_3_6})
