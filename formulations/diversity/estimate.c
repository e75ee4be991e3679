/* How many masks there are, about: see estimate.h. */
#include "formulations/diversity/estimate.h"

#include <gmp.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdlib.h>

/* ---- equal ------------------------------------------------------------------------------- */

/* The logarithm of binomial(M,N)^(2M) / binomial(M^2, MN). */
static double independent_lines(const tnm_problem *problem)
{
    unsigned n = (unsigned)problem->n, m = (unsigned)problem->m;
    return 2.0 * m * gsl_sf_lnchoose(m, n) - gsl_sf_lnchoose(m * m, m * n);
}

static bool is_trivial(const tnm_problem *problem)
{
    return problem->n == 0 || problem->n == problem->m;
}

double tnm_estimate_canfield_mckay(const tnm_problem *problem)
{
    if (is_trivial(problem))
        return 0;
    return (independent_lines(problem) - 0.5) / M_LN2;
}

double tnm_estimate_sharper(const tnm_problem *problem)
{
    double m = problem->m;
    if (is_trivial(problem))
        return 0;
    return (independent_lines(problem) + (m - 1) * log((m - 1) / m) + 0.5) / M_LN2;
}

/* ---- atmost ------------------------------------------------------------------------------ */

static double log_of(const mpz_t number)
{
    long exponent;
    double mantissa = mpz_get_d_2exp(&exponent, number);
    return log(mantissa) + (double)exponent * M_LN2;
}

/* of[k]: masks of `rows` rows with k ones, from those of one row fewer, in place. */
static void add_row(mpz_t *of, const mpz_t *row, int n, int rows)
{
    mpz_t sum;
    mpz_init(sum);
    for (int k = n * rows; k >= 0; k--) {
        mpz_set_ui(sum, 0);
        for (int kept = 0; kept <= n && kept <= k; kept++)
            mpz_addmul(sum, of[k - kept], row[kept]);
        mpz_set(of[k], sum);
    }
    mpz_clear(sum);
}

static double add_up(mpz_t *of, const tnm_problem *problem)
{
    unsigned entries = (unsigned)(problem->m * problem->m);
    int most = problem->n * problem->m;
    double largest = 0, sum = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (int k = 0; k <= most; k++) {
            double term = 2 * log_of(of[k]) - gsl_sf_lnchoose(entries, (unsigned)k);
            if (pass == 0)
                largest = fmax(largest, term);
            else
                sum += exp(term - largest);
        }
    }
    return (largest + log(sum)) / M_LN2;
}

static void clear_all(mpz_t *numbers, int count)
{
    for (int k = 0; k < count && numbers != NULL; k++)
        mpz_clear(numbers[k]);
    free(numbers);
}

tnm_error tnm_estimate_independent(double *log2_count, const tnm_problem *problem)
{
    tnm_error error = TNM_OK;
    int n = problem->n, m = problem->m;
    mpz_t *of = NULL, *row = NULL;
    TNM_TRY(TNM_NEW(of, (size_t)(n * m) + 1));
    for (int k = 0; k <= n * m; k++)
        mpz_init(of[k]);
    TNM_TRY(TNM_NEW(row, (size_t)n + 1));
    for (int k = 0; k <= n; k++) {
        mpz_init(row[k]);
        mpz_bin_uiui(row[k], (unsigned)m, (unsigned)k);
    }
    mpz_set_ui(of[0], 1);
    for (int rows = 1; rows <= m; rows++)
        add_row(of, (const mpz_t *)row, n, rows);
    *log2_count = add_up(of, problem);
out:
    clear_all(row, n + 1);
    clear_all(of, n * m + 1);
    return error;
}
