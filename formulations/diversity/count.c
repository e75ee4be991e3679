/* Mask diversity, exactly: see count.h. */
#include "formulations/diversity/count.h"

#include "formulations/diversity/number.h"
#include "formulations/diversity/table.h"

#include <stdlib.h>

tnm_error tnm_extent_validate(const tnm_extent *extent, const tnm_problem *problem)
{
    int m = problem->m;
    bool whole =
        extent->rows > 0 && extent->cols > 0 && extent->rows % m == 0 && extent->cols % m == 0;
    if (!whole || extent->rows > TNM_MOST_TILE || extent->cols > TNM_MOST_TILE)
        return tnm_fail(TNM_ERROR_USAGE,
                        "tile %dx%d: expected multiples of %d, the M of the pattern, up to %d",
                        extent->rows, extent->cols, m, (int)TNM_MOST_TILE);
    return TNM_OK;
}

/* ---- counts ------------------------------------------------------------------------------ */

tnm_error tnm_count_transposable(tnm_count *count, const tnm_problem *problem,
                                 tnm_progress progress, void *context)
{
    tnm_error error = TNM_OK;
    tnm_table *table = NULL;
    mpz_t number;
    mpz_init(number);
    *count = (tnm_count){0};
    TNM_TRY(TNM_NEW(table, 1));
    TNM_TRY(tnm_table_init(table, problem, false, progress, context));
    tnm_table_count(number, table);
    TNM_TRY(tnm_number_hand_out(count, number));
out:
    if (table != NULL)
        tnm_table_free(table);
    free(table);
    mpz_clear(number);
    return error;
}

tnm_error tnm_count_tiled(tnm_count *count, const tnm_count *tile, const tnm_problem *problem,
                          const tnm_extent *extent)
{
    mpz_t number;
    *count = (tnm_count){0};
    tnm_error error = tnm_extent_validate(extent, problem);
    if (error != TNM_OK)
        return error;
    mpz_init_set_str(number, tile->digits, 10);
    mpz_pow_ui(number, number,
               (unsigned long)(extent->rows / problem->m) * (unsigned)(extent->cols / problem->m));
    error = tnm_number_hand_out(count, number);
    mpz_clear(number);
    return error;
}

/* Ways to keep `kept` of `entries`, or up to so many. */
static void choose(mpz_t ways, unsigned long entries, unsigned long kept, tnm_constraint constraint)
{
    mpz_t term;
    if (constraint == TNM_EQUAL) {
        mpz_bin_uiui(ways, entries, kept);
        return;
    }
    mpz_init_set_ui(term, 1);
    mpz_set_ui(ways, 1);
    for (unsigned long k = 1; k <= kept; k++) {
        mpz_mul_ui(term, term, entries - k + 1);
        mpz_divexact_ui(term, term, k);
        mpz_add(ways, ways, term);
    }
    mpz_clear(term);
}

tnm_error tnm_count_structured(tnm_count *count, const tnm_problem *problem,
                               const tnm_extent *extent)
{
    mpz_t number;
    *count = (tnm_count){0};
    tnm_error error = tnm_extent_validate(extent, problem);
    if (error != TNM_OK)
        return error;
    mpz_init(number);
    choose(number, (unsigned)problem->m, (unsigned)problem->n, problem->constraint);
    mpz_pow_ui(number, number, (unsigned long)extent->rows * (unsigned)(extent->cols / problem->m));
    error = tnm_number_hand_out(count, number);
    mpz_clear(number);
    return error;
}

tnm_error tnm_count_unstructured(tnm_count *count, const tnm_problem *problem,
                                 const tnm_extent *extent)
{
    mpz_t number;
    *count = (tnm_count){0};
    tnm_error error = tnm_extent_validate(extent, problem);
    if (error != TNM_OK)
        return error;
    unsigned long entries = (unsigned long)extent->rows * (unsigned)extent->cols;
    mpz_init(number);
    choose(number, entries, entries / (unsigned)problem->m * (unsigned)problem->n,
           problem->constraint);
    error = tnm_number_hand_out(count, number);
    mpz_clear(number);
    return error;
}
