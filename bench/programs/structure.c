/* What the order of trained weights does: the same layer as it was trained, and with its weights
 * shuffled. Shuffling keeps every weight, and so the tails of their distribution; it only ends the
 * company of weak weights: within rows that in weak columns, within columns that in weak rows, and
 * everywhere both.
 *
 *     structure LAYER...
 *
 * Writes CSV to the standard output, one row a layer, and before them one of |N(0,1)| weights:
 *
 *     layer,tiles,total, unstructured,row_nm,exact_atmost,exact_equal,greedy_atmost,price,gain,gap,
 *     and these eight again for each way of shuffling, with _rows, _columns and _shuffled behind
 *     their names
 *
 * The first five are kept scores at 8:16, the last three what they say:
 *
 *     price    (row_nm - exact_equal) / row_nm              of transposability
 *     gain     (exact_atmost - exact_equal) / exact_equal   of keeping at most, not exactly, 8
 *     gap      (exact_atmost - greedy_atmost) / exact_atmost    of the greedy rule as published
 *
 * Only whole tiles count; layers without a single one are left out. */
#include "bench/banner.h"
#include "bench/programs/layer.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 8, M = 16, SEED = 1, GAUSSIAN_SIDE = 1024 };

typedef struct question {
    const char *method;
    tnm_constraint constraint;
} question;

enum { UNSTRUCTURED, ROW_NM, EXACT_ATMOST, EXACT_EQUAL, GREEDY_ATMOST, QUESTIONS };
static const question questions[QUESTIONS] = {
    [UNSTRUCTURED] = {"unstructured", TNM_EQUAL},  [ROW_NM] = {"row-nm", TNM_EQUAL},
    [EXACT_ATMOST] = {"exact", TNM_ATMOST},        [EXACT_EQUAL] = {"exact", TNM_EQUAL},
    [GREEDY_ATMOST] = {"greedy-keep", TNM_ATMOST},
};

/* Solves a layer in its present order and prints its eight cells, each with a comma before it. */
static tnm_error measure(const tnm_layer *weights)
{
    tnm_error error = TNM_OK;
    double kept[QUESTIONS];
    tnm_result result;
    for (int q = 0; q < QUESTIONS; q++) {
        tnm_problem problem = {N, M, questions[q].constraint};
        TNM_TRY(tnm_layer_solve(weights, questions[q].method, &problem, NULL, &result));
        kept[q] = result.objective;
    }
    for (int q = 0; q < QUESTIONS; q++)
        printf(",%.9g", kept[q]);
    printf(",%.6g,%.6g,%.6g", (kept[ROW_NM] - kept[EXACT_EQUAL]) / kept[ROW_NM],
           (kept[EXACT_ATMOST] - kept[EXACT_EQUAL]) / kept[EXACT_EQUAL],
           (kept[EXACT_ATMOST] - kept[GREEDY_ATMOST]) / kept[EXACT_ATMOST]);
out:
    return error;
}

static void shuffle_rows(tnm_layer *weights, gsl_rng *random)
{
    for (size_t i = 0; i < weights->rows; i++)
        gsl_ran_shuffle(random, weights->scores + i * weights->cols, weights->cols,
                        sizeof *weights->scores);
}

/* As gsl_ran_shuffle does it, but with a stride. */
static void shuffle_columns(tnm_layer *weights, gsl_rng *random)
{
    for (size_t j = 0; j < weights->cols; j++) {
        float *column = weights->scores + j;
        for (size_t i = weights->rows - 1; i > 0; i--) {
            size_t other = gsl_rng_uniform_int(random, i + 1);
            float held = column[i * weights->cols];
            column[i * weights->cols] = column[other * weights->cols];
            column[other * weights->cols] = held;
        }
    }
}

static void shuffle_all(tnm_layer *weights, gsl_rng *random)
{
    gsl_ran_shuffle(random, weights->scores, weights->rows * weights->cols,
                    sizeof *weights->scores);
}

typedef struct order {
    const char *suffix;
    void (*shuffle)(tnm_layer *weights, gsl_rng *random); /* NULL: as it is */
} order;

static const order orders[] = {
    {"", NULL}, {"_rows", shuffle_rows}, {"_columns", shuffle_columns}, {"_shuffled", shuffle_all}};
enum { ORDERS = sizeof orders / sizeof *orders };

/* Every layer is shuffled from the same seed, so that its row does not depend on the others. */
static tnm_error print_layer(const char *name, const tnm_layer *weights, gsl_rng *random)
{
    tnm_error error = TNM_OK;
    tnm_result result;
    tnm_problem problem = {N, M, TNM_EQUAL};
    tnm_layer copy = *weights;
    size_t entries = weights->rows * weights->cols;
    copy.scores = NULL;
    if (entries == 0)
        goto out;
    TNM_TRY(TNM_NEW(copy.scores, entries));
    TNM_TRY(tnm_layer_solve(weights, "row-nm", &problem, NULL, &result));
    printf("%s,%zu,%.9g", name, result.tiles, result.total);
    for (int o = 0; o < ORDERS; o++) {
        memcpy(copy.scores, weights->scores, entries * sizeof *copy.scores);
        gsl_rng_set(random, SEED);
        if (orders[o].shuffle != NULL)
            orders[o].shuffle(&copy, random);
        TNM_TRY(measure(&copy));
    }
    fputs("\r\n", stdout);
out:
    tnm_layer_close(&copy);
    return error;
}

static tnm_error print_gaussian(gsl_rng *random)
{
    tnm_layer weights = {0};
    tnm_error error = tnm_layer_draw(&weights, GAUSSIAN_SIDE, GAUSSIAN_SIDE, SEED);
    if (error == TNM_OK)
        error = print_layer("gaussian", &weights, random);
    tnm_layer_close(&weights);
    return error;
}

static tnm_error print_file(const char *path, gsl_rng *random)
{
    tnm_error error = TNM_OK;
    tnm_layer weights = {0};
    char *name = tnm_layer_name(path);
    TNM_TRY(name != NULL ? TNM_OK : TNM_ERROR_MEMORY);
    TNM_TRY(tnm_layer_open(&weights, path, M));
    TNM_TRY(print_layer(name, &weights, random));
out:
    tnm_layer_close(&weights);
    free(name);
    return error;
}

static void print_head(void)
{
    static const char *const columns[] = {"unstructured",  "row_nm", "exact_atmost", "exact_equal",
                                          "greedy_atmost", "price",  "gain",         "gap"};
    fputs("layer,tiles,total", stdout);
    for (int o = 0; o < ORDERS; o++) {
        for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
            printf(",%s%s", columns[c], orders[o].suffix);
    }
    fputs("\r\n", stdout);
}

static tnm_error run(int argc, char **argv)
{
    tnm_error error = TNM_OK;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    TNM_TRY(random != NULL ? TNM_OK : TNM_ERROR_MEMORY);
    TNM_TRY(tnm_banner_head("structure", argc, argv, SEED));
    print_head();
    TNM_TRY(print_gaussian(random));
    for (int k = 1; k < argc; k++)
        TNM_TRY(print_file(argv[k], random));
    if (fflush(stdout) != 0)
        error = tnm_fail(TNM_ERROR_IO, "standard output: cannot write");
out:
    gsl_rng_free(random);
    return error;
}

int main(int argc, char **argv)
{
    tnm_error error = run(argc, argv);
    if (error != TNM_OK)
        fprintf(stderr, "structure: %s\n", tnm_error_message());
    return tnm_error_exit_code(error);
}
