/* How many masks there are at half density: counted, by the published formula, estimated, and what
 * that is in bits a weight for each family of patterns. Writes CSV to the standard output:
 *
 *     family,pattern,m,counted,log10,bits,published_log10,published_ratio,proven_error,
 *     estimate_log10,estimate_error
 *
 * for one M x M tile. Families are transposable, transposable-atmost, row-only and unstructured (of
 * the tile); the columns after `bits` are those of transposable masks. `counted` is 0 where the
 * estimate stands for the count. Takes a minute or two, and 0.2 GiB. */
#include "bench/banner.h"
#include "formulations/diversity/diversity.h"

#include <math.h>
#include <stdio.h>

/* Counted up to here; from there on only powers of two, estimated. */
enum { COUNTED_EQUAL = 22, COUNTED_ATMOST = 16 };

static void print_one(const tnm_diversity *diversity, const char *family, bool counted,
                      double log2_count)
{
    const tnm_problem *problem = &diversity->problem;
    printf("%s,%d:%d,%d,%d,%.12g,%.12g", family, problem->n, problem->m, problem->m, counted,
           log2_count * log10(2), tnm_diversity_bits(diversity, log2_count));
}

/* The columns after `bits`, those without a number empty. */
static void print_estimates(const tnm_diversity *diversity)
{
    const double values[] = {
        diversity->published[TNM_READING_ZEROS].log2 * log10(2),
        tnm_diversity_published_ratio(diversity, TNM_READING_ZEROS),
        tnm_diversity_error(diversity, diversity->canfield_mckay),
        diversity->estimate * log10(2),
        tnm_diversity_error(diversity, diversity->estimate),
    };
    for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
        if (isfinite(values[k]))
            printf(",%.12g", values[k]);
        else
            printf(",");
    }
    printf("\r\n");
}

static tnm_error print_equal(int m)
{
    static const tnm_need nothing = {0};
    tnm_diversity diversity;
    tnm_problem problem = {m / 2, m, TNM_EQUAL};
    tnm_error error = tnm_diversity_measure(&diversity, &problem, &(tnm_extent){m, m},
                                            m <= COUNTED_EQUAL ? NULL : &nothing, NULL, NULL);
    if (error == TNM_OK) {
        print_one(&diversity, "transposable", diversity.counted, tnm_diversity_log2(&diversity));
        print_estimates(&diversity);
        print_one(&diversity, "row-only", true, diversity.structured.log2);
        printf(",,,,,\r\n");
        print_one(&diversity, "unstructured", true, diversity.unstructured.log2);
        printf(",,,,,\r\n");
    }
    tnm_diversity_free(&diversity);
    return error;
}

static tnm_error print_atmost(int m)
{
    static const tnm_need nothing = {0};
    tnm_diversity diversity;
    tnm_problem problem = {m / 2, m, TNM_ATMOST};
    tnm_error error = tnm_diversity_measure(&diversity, &problem, &(tnm_extent){m, m},
                                            m <= COUNTED_ATMOST ? NULL : &nothing, NULL, NULL);
    if (error == TNM_OK) {
        print_one(&diversity, "transposable-atmost", diversity.counted,
                  tnm_diversity_log2(&diversity));
        printf(",,,,,\r\n");
        print_one(&diversity, "row-only-atmost", true, diversity.structured.log2);
        printf(",,,,,\r\n");
    }
    tnm_diversity_free(&diversity);
    return error;
}

int main(int argc, char **argv)
{
    tnm_error error = TNM_OK;
    TNM_TRY(tnm_banner_head("diversity-counts", argc, argv, 0));
    printf("family,pattern,m,counted,log10,bits,published_log10,published_ratio,proven_error,"
           "estimate_log10,estimate_error\r\n");
    for (int m = 2; m <= 64; m = m < COUNTED_EQUAL ? m + 2 : m == COUNTED_EQUAL ? 32 : 2 * m)
        TNM_TRY(print_equal(m));
    for (int m = 2; m <= 64; m = m < COUNTED_ATMOST ? m + 2 : 2 * m)
        TNM_TRY(print_atmost(m));
    if (fflush(stdout) != 0)
        TNM_TRY(tnm_fail(TNM_ERROR_IO, "standard output: a write failed"));
out:
    if (error != TNM_OK)
        fprintf(stderr, "diversity-counts: %s\n", tnm_error_message());
    return tnm_error_exit_code(error);
}
