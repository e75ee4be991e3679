#include "formulations/diversity/count.h"

#include "formulations/diversity/table.h"
#include "tests/testlib.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *count_of(int n, int m, tnm_constraint constraint)
{
    tnm_count count = {0};
    ASSERT_OK(tnm_count_transposable(&count, &(tnm_problem){n, m, constraint}, NULL, NULL));
    return count.digits;
}

static void assert_count(int n, int m, tnm_constraint constraint, const char *expected)
{
    char *found = count_of(n, m, constraint);
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    if (strcmp(found, expected) != 0)
        tnm_test_note("%d:%d counts %s, not %s", n, m, found, expected);
    CU_ASSERT_STRING_EQUAL(found, expected);
    free(found);
}

/* OEIS A058527 for half density, A075754 for 5 kept; the others are counts of regular bipartite
 * graphs, and of matrices, known from elsewhere. */
static void test_known_values(void)
{
    assert_count(1, 2, TNM_EQUAL, "2");
    assert_count(2, 4, TNM_EQUAL, "90");
    assert_count(3, 6, TNM_EQUAL, "297200");
    assert_count(4, 8, TNM_EQUAL, "116963796250");
    assert_count(5, 10, TNM_EQUAL, "6736218287430460752");
    assert_count(6, 12, TNM_EQUAL, "64051375889927380035549804336");
    assert_count(7, 14, TNM_EQUAL, "108738182111446498614705217754614976371200");
    assert_count(8, 16, TNM_EQUAL, "34812290428176298285394893936773707951192224124239796250");
    assert_count(3, 8, TNM_EQUAL, "24046189440");
    assert_count(2, 8, TNM_EQUAL, "187530840");
    assert_count(4, 7, TNM_EQUAL, "68938800");
    assert_count(2, 7, TNM_EQUAL, "3110940");
    assert_count(5, 9, TNM_EQUAL, "315031400802720");
    assert_count(5, 11, TNM_EQUAL, "226885231700215713535680");
    assert_count(5, 12, TNM_EQUAL, "11649337108041078980732943360");
    assert_count(5, 13, TNM_EQUAL, "885282776210120715086715619724160");
    assert_count(5, 14, TNM_EQUAL, "96986285294151066094112970262797953280");
    assert_count(1, 4, TNM_ATMOST, "209");
    assert_count(2, 4, TNM_ATMOST, "7343");
    assert_count(3, 4, TNM_ATMOST, "41503");
    assert_count(3, 6, TNM_ATMOST, "1709852332");
    assert_count(4, 8, TNM_ATMOST, "94473463102448047");
    assert_count(7, 8, TNM_ATMOST, "17343602252913832063");
}

static void test_everything_and_nothing(void)
{
    for (int m = 1; m <= 8; m++) {
        char all[32];
        assert_count(0, m, TNM_EQUAL, "1");
        assert_count(m, m, TNM_EQUAL, "1");
        assert_count(0, m, TNM_ATMOST, "1");
        snprintf(all, sizeof all, "%llu", 1ULL << (m * m % 64));
        if (m < 8)
            assert_count(m, m, TNM_ATMOST, all);
    }
    assert_count(8, 8, TNM_ATMOST, "18446744073709551616");
    assert_count(0, 64, TNM_EQUAL, "1");
    assert_count(1, 30, TNM_EQUAL, "265252859812191058636308480000000"); /* 30! */
}

/* ---- against enumeration ----------------------------------------------------------------- */

static bool obeys(uint32_t mask, int n, int m, bool equal)
{
    for (int line = 0; line < m; line++) {
        int row = 0, column = 0;
        for (int k = 0; k < m; k++) {
            row += (int)(mask >> (line * m + k) & 1);
            column += (int)(mask >> (k * m + line) & 1);
        }
        if (row > n || column > n || (equal && (row < n || column < n)))
            return false;
    }
    return true;
}

static void test_agrees_with_enumeration(void)
{
    for (int m = 1; m <= 4; m++) {
        for (int n = 0; n <= m; n++) {
            long equal = 0, atmost = 0;
            char text[32];
            for (uint32_t mask = 0; mask < UINT32_C(1) << (m * m); mask++) {
                equal += obeys(mask, n, m, true);
                atmost += obeys(mask, n, m, false);
            }
            snprintf(text, sizeof text, "%ld", equal);
            assert_count(n, m, TNM_EQUAL, text);
            snprintf(text, sizeof text, "%ld", atmost);
            assert_count(n, m, TNM_ATMOST, text);
        }
    }
}

/* ---- against symmetric functions --------------------------------------------------------- */

/* Let E = sum of the elementary symmetric functions e_k that a line may keep, H that of the
 * complete ones h_k. The count is the scalar product of E^M and H^M, and in power sums, which are
 * orthogonal with <p,p> = z, both have the same coefficients b up to signs:
 *
 *     count = sum over partitions of sign * z * b^2,   sign = (-1)^(parts of even size)
 *
 * Neither rows nor columns nor histograms come into it. Partitions into parts up to N are vectors
 * of multiplicities; polynomials in p_1..p_N are dense arrays over them. */
enum { MOST_PARTS = 5 };

typedef struct polynomial {
    int parts;
    int degrees[MOST_PARTS]; /* multiplicity of part k+1 runs from 0 to this */
    size_t terms;
    mpq_t *of;
} polynomial;

static void multiplicities(const polynomial *self, size_t term, int *times)
{
    for (int k = 0; k < self->parts; k++) {
        times[k] = (int)(term % (size_t)(self->degrees[k] + 1));
        term /= (size_t)(self->degrees[k] + 1);
    }
}

static size_t term_of(const polynomial *self, const int *times)
{
    size_t term = 0;
    for (int k = self->parts - 1; k >= 0; k--)
        term = term * (size_t)(self->degrees[k] + 1) + (size_t)times[k];
    return term;
}

static int size_of(const polynomial *self, const int *times)
{
    int size = 0;
    for (int k = 0; k < self->parts; k++)
        size += (k + 1) * times[k];
    return size;
}

static void make(polynomial *self, int n, int lines)
{
    self->parts = n;
    self->terms = 1;
    for (int k = 0; k < n; k++) {
        self->degrees[k] = n / (k + 1) * lines;
        self->terms *= (size_t)(self->degrees[k] + 1);
    }
    self->of = malloc(self->terms * sizeof *self->of);
    for (size_t term = 0; term < self->terms; term++)
        mpq_init(self->of[term]);
}

static void drop(polynomial *self)
{
    for (size_t term = 0; term < self->terms; term++)
        mpq_clear(self->of[term]);
    free(self->of);
}

/* z = prod k^times times!, and the sign of the partition. */
static int centraliser(mpz_t z, const polynomial *self, const int *times)
{
    int sign = 1;
    mpz_t factor;
    mpz_init(factor);
    mpz_set_ui(z, 1);
    for (int k = 0; k < self->parts; k++) {
        mpz_ui_pow_ui(factor, (unsigned)k + 1, (unsigned)times[k]);
        mpz_mul(z, z, factor);
        mpz_fac_ui(factor, (unsigned)times[k]);
        mpz_mul(z, z, factor);
        if (k % 2 == 1 && times[k] % 2 == 1)
            sign = -sign;
    }
    mpz_clear(factor);
    return sign;
}

/* product = one * other, where all degrees are known to suffice. */
static void multiply(polynomial *product, const polynomial *one, const polynomial *other)
{
    int a[MOST_PARTS] = {0}, b[MOST_PARTS] = {0};
    mpq_t term;
    mpq_init(term);
    for (size_t i = 0; i < one->terms; i++) {
        if (mpq_sgn(one->of[i]) == 0)
            continue;
        multiplicities(one, i, a);
        for (size_t j = 0; j < other->terms; j++) {
            if (mpq_sgn(other->of[j]) == 0)
                continue;
            multiplicities(other, j, b);
            for (int k = 0; k < one->parts; k++)
                b[k] += a[k];
            size_t to = term_of(product, b);
            mpq_mul(term, one->of[i], other->of[j]);
            mpq_add(product->of[to], product->of[to], term);
        }
    }
    mpq_clear(term);
}

/* One line: h_N, or h_0 + ... + h_N, has 1/z for every partition. */
static void make_line(polynomial *line, int n, bool equal)
{
    int times[MOST_PARTS] = {0};
    make(line, n, 1);
    for (size_t term = 0; term < line->terms; term++) {
        multiplicities(line, term, times);
        int size = size_of(line, times);
        if (size > n || (equal && size < n))
            continue;
        mpq_set_ui(line->of[term], 1, 1);
        centraliser(mpq_denref(line->of[term]), line, times);
    }
}

static char *count_by_symmetric_functions(int n, int m, bool equal)
{
    polynomial line, power;
    int times[MOST_PARTS] = {0};
    make_line(&line, n, equal);
    make(&power, n, 0);
    mpq_set_ui(power.of[0], 1, 1);
    for (int k = 1; k <= m; k++) {
        polynomial longer;
        make(&longer, n, k);
        multiply(&longer, &power, &line);
        drop(&power);
        power = longer;
    }
    mpq_t count, term;
    mpz_t z;
    mpq_inits(count, term, NULL);
    mpz_init(z);
    for (size_t k = 0; k < power.terms; k++) {
        multiplicities(&power, k, times);
        int sign = centraliser(z, &power, times);
        mpq_mul(term, power.of[k], power.of[k]);
        mpz_mul(mpq_numref(term), mpq_numref(term), z);
        mpq_canonicalize(term);
        (sign > 0 ? mpq_add : mpq_sub)(count, count, term);
    }
    CU_ASSERT(mpz_cmp_ui(mpq_denref(count), 1) == 0);
    char *digits = mpz_get_str(NULL, 10, mpq_numref(count));
    mpz_clear(z);
    mpq_clears(count, term, NULL);
    drop(&power);
    drop(&line);
    return digits;
}

static void test_agrees_with_symmetric_functions(void)
{
    static const struct {
        int n, m;
    } reach[] = {{1, 3}, {1, 11}, {2, 4}, {2, 5}, {2, 9}, {3, 3}, {3, 6}, {3, 7}, {4, 5}, {4, 8}};
    for (size_t k = 0; k < sizeof reach / sizeof *reach; k++) {
        char *digits = count_by_symmetric_functions(reach[k].n, reach[k].m, true);
        assert_count(reach[k].n, reach[k].m, TNM_EQUAL, digits);
        free(digits);
        digits = count_by_symmetric_functions(reach[k].n, reach[k].m, false);
        assert_count(reach[k].n, reach[k].m, TNM_ATMOST, digits);
        free(digits);
    }
}

/* ---- what must hold ---------------------------------------------------------------------- */

static void test_complement_symmetry(void)
{
    for (int m = 1; m <= 12; m++) {
        for (int n = 0; n <= m / 2; n++) {
            char *kept = count_of(n, m, TNM_EQUAL);
            assert_count(m - n, m, TNM_EQUAL, kept);
            free(kept);
        }
    }
}

static void test_logarithms(void)
{
    tnm_count count = {0};
    ASSERT_OK(tnm_count_transposable(&count, &(tnm_problem){4, 8, TNM_EQUAL}, NULL, NULL));
    CU_ASSERT_DOUBLE_EQUAL(count.log2, log2(116963796250.0), 1e-12);
    tnm_count_free(&count);
}

static int stop_at_once(void *context, size_t done, size_t all)
{
    CU_ASSERT(done <= all);
    ++*(int *)context;
    return 1;
}

static void test_stops_when_told(void)
{
    tnm_count count = {0};
    int calls = 0;
    ASSERT_FAILS(
        tnm_count_transposable(&count, &(tnm_problem){8, 16, TNM_EQUAL}, stop_at_once, &calls),
        TNM_ERROR_LIMIT, "counting was stopped after");
    CU_ASSERT(calls > 0);
    CU_ASSERT_PTR_NULL(count.digits);
}

/* ---- larger tiles, and other constraints ------------------------------------------------- */

static void assert_digits(tnm_error error, tnm_count *count, const char *expected)
{
    ASSERT_OK(error);
    CU_ASSERT_STRING_EQUAL(count->digits, expected);
    tnm_count_free(count);
}

/* The numbers of an 8 x 8 tile at half density that the first figures of the paper compare. */
static void test_tiles_and_other_constraints(void)
{
    tnm_extent tile = {8, 8};
    tnm_count small, count = {0};
    tnm_problem equal = {2, 4, TNM_EQUAL}, atmost = {2, 4, TNM_ATMOST};
    ASSERT_OK(tnm_count_transposable(&small, &equal, NULL, NULL));
    assert_digits(tnm_count_tiled(&count, &small, &equal, &tile), &count, "65610000");
    tnm_count_free(&small);
    ASSERT_OK(tnm_count_transposable(&small, &atmost, NULL, NULL));
    assert_digits(tnm_count_tiled(&count, &small, &atmost, &tile), &count, "2907328548283201");
    tnm_count_free(&small);
    assert_digits(tnm_count_structured(&count, &equal, &tile), &count, "2821109907456");
    assert_digits(tnm_count_structured(&count, &atmost, &tile), &count, "45949729863572161");
    assert_digits(tnm_count_unstructured(&count, &equal, &tile), &count, "1832624140942590534");
    assert_digits(tnm_count_unstructured(&count, &atmost, &tile), &count, "10139684107326071075");
    assert_digits(tnm_count_structured(&count, &equal, &(tnm_extent){4, 8}), &count, "1679616");
    assert_digits(tnm_count_unstructured(&count, &equal, &(tnm_extent){4, 8}), &count, "601080390");
}

static void test_refuses_other_tiles(void)
{
    static const tnm_extent wrong[] = {{6, 8}, {8, 6}, {0, 8}, {-4, 8}, {516, 8}, {8, 1024}};
    tnm_problem problem = {2, 4, TNM_EQUAL};
    tnm_count count, tile = {0};
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        ASSERT_FAILS(tnm_count_structured(&count, &problem, &wrong[k]), TNM_ERROR_USAGE,
                     "multiples of 4");
        ASSERT_FAILS(tnm_count_unstructured(&count, &problem, &wrong[k]), TNM_ERROR_USAGE,
                     "up to 512");
        ASSERT_FAILS(tnm_count_tiled(&count, &tile, &problem, &wrong[k]), TNM_ERROR_USAGE,
                     "expected multiples");
    }
}

TNM_SUITE(diversity_count, {"known values", test_known_values},
          {"everything and nothing", test_everything_and_nothing},
          {"agrees with enumeration", test_agrees_with_enumeration},
          {"agrees with symmetric functions", test_agrees_with_symmetric_functions},
          {"complement symmetry", test_complement_symmetry}, {"logarithms", test_logarithms},
          {"stops when told", test_stops_when_told},
          {"tiles and other constraints", test_tiles_and_other_constraints},
          {"refuses other tiles", test_refuses_other_tiles})
