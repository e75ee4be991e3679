/* Does diversity predict what is lost? For every family of patterns at one density, its diversity
 * in bits a weight beside what an optimal mask retains of |w|, on trained layers and on Gaussian
 * numbers. Writes CSV to the standard output:
 *
 *     matrix,density,family,pattern,blocks,counted,bits,retention,correlation,low,high
 *
 * Rows with a family are patterns; rows without one are Spearman's rank correlation between bits
 * and retention over a set of families, named in `pattern`, with its 95 % percentile bootstrap
 * interval over the 64 x 64 blocks a matrix is cut into. All patterns see the same whole blocks,
 * and every transposable mask is proven optimal; unstructured masks are optimal within their block.
 * Usage:
 *
 *     diversity-retention NAME=FILE.npy...     and NAME=gaussian for 512 x 512 of |N(0,1)| */
#include "bench/banner.h"
#include "bench/statistics.h"
#include "formulations/diversity/diversity.h"
#include "instances/generate.h"
#include "instances/input.h"
#include "instances/number.h"

#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK = 64,
    ENTRIES = BLOCK * BLOCK,
    SIDE = 512, /* of the Gaussian matrix */
    SEED = 1,
    RESAMPLES = 2000,
    MOST_PATTERNS = 32
};

typedef enum family { EQUAL, ATMOST, ROW_ONLY, ROW_ONLY_ATMOST, UNSTRUCTURED, FAMILIES } family;
static const char *const family_names[] = {"transposable", "transposable-atmost", "row-only",
                                           "row-only-atmost", "unstructured"};

/* Sets of families over which ranks are compared, by the true diversity or the published one. */
static const struct {
    const char *name;
    bool of[FAMILIES];
    bool published;
} sets[] = {
    {"transposable", {[EQUAL] = true}, false},
    {"exactly N kept", {[EQUAL] = true, [ROW_ONLY] = true, [UNSTRUCTURED] = true}, false},
    {"exactly N kept by the published formula",
     {[EQUAL] = true, [ROW_ONLY] = true, [UNSTRUCTURED] = true},
     true},
    {"at most N kept", {[ATMOST] = true, [ROW_ONLY_ATMOST] = true}, false},
    {"all", {true, true, true, true, true}, false},
};
enum { SETS = sizeof sets / sizeof *sets };

typedef struct pattern {
    family family;
    tnm_problem problem;
    bool counted;
    double bits, published; /* the second by the published formula, where there is one */
    double *kept;           /* |w| in each block, owned */
} pattern;

/* A matrix as magnitudes, block after block. */
typedef struct matrix {
    const char *name; /* owned by argv */
    size_t blocks;
    float *values;  /* blocks * ENTRIES, owned */
    double *totals; /* blocks, owned */
} matrix;

/* ---- matrices ---------------------------------------------------------------------------- */

static tnm_error make_room(matrix *self, size_t rows, size_t cols)
{
    tnm_error error = TNM_OK;
    self->blocks = (rows / BLOCK) * (cols / BLOCK);
    if (self->blocks < 2)
        TNM_TRY(tnm_fail(TNM_ERROR_DATA, "%s: no two blocks of 64 x 64", self->name));
    TNM_TRY(TNM_NEW(self->values, self->blocks * ENTRIES));
    TNM_TRY(TNM_NEW(self->totals, self->blocks));
out:
    return error;
}

static void put(matrix *self, size_t cols, size_t i, size_t j, double value)
{
    size_t across = cols / BLOCK;
    if (i / BLOCK * across >= self->blocks || j / BLOCK >= across)
        return;
    size_t block = i / BLOCK * across + j / BLOCK;
    self->values[block * ENTRIES + i % BLOCK * BLOCK + j % BLOCK] = (float)fabs(value);
    self->totals[block] += fabs(value);
}

static tnm_error draw_gaussian(matrix *self)
{
    tnm_error error = TNM_OK;
    tnm_generator *generator = NULL;
    float row[SIDE];
    tnm_recipe recipe = {.family = "gaussian", .rows = SIDE, .cols = SIDE, .seed = SEED};
    TNM_TRY(make_room(self, SIDE, SIDE));
    TNM_TRY(tnm_generator_open(&generator, &recipe));
    for (size_t i = 0; i < SIDE; i++) {
        TNM_TRY(tnm_generator_row(generator, row));
        for (size_t j = 0; j < SIDE; j++)
            put(self, SIDE, i, j, (double)row[j]);
    }
out:
    tnm_generator_close(generator);
    return error;
}

static tnm_error read_layer(matrix *self, const char *path)
{
    tnm_error error = TNM_OK;
    tnm_input input = {0};
    double *row = NULL;
    TNM_TRY(tnm_input_open(&input, path));
    size_t cols = input.matrix.cols;
    TNM_TRY(make_room(self, input.matrix.rows, cols));
    TNM_TRY(TNM_NEW(row, cols));
    for (size_t i = 0; i < input.matrix.rows; i++) {
        tnm_number_to_double(row, &input.matrix, i, 0, cols);
        for (size_t j = 0; j < cols; j++)
            put(self, cols, i, j, row[j]);
    }
out:
    free(row);
    tnm_input_close(&input);
    return error;
}

/* ---- what a pattern retains -------------------------------------------------------------- */

static int heavier(const void *a, const void *b)
{
    float left, right;
    memcpy(&left, a, sizeof left);
    memcpy(&right, b, sizeof right);
    return (left < right) - (left > right);
}

/* The heaviest `keep` of every `group` consecutive magnitudes. */
static double keep_heaviest(const float *block, size_t group, size_t keep)
{
    float sorted[ENTRIES];
    double kept = 0;
    for (size_t first = 0; first < ENTRIES; first += group) {
        memcpy(sorted, block + first, group * sizeof *sorted);
        qsort(sorted, group, sizeof *sorted, heavier);
        for (size_t k = 0; k < keep; k++)
            kept += (double)sorted[k];
    }
    return kept;
}

static tnm_error keep_transposable(double *kept, const float *block, const tnm_problem *problem)
{
    tnm_matrix view = {.data = block,
                       .dtype = TNM_F32,
                       .rows = BLOCK,
                       .cols = BLOCK,
                       .row_stride = BLOCK,
                       .col_stride = 1};
    tnm_options options;
    tnm_result result;
    tnm_options_init(&options);
    tnm_error error = tnm_solve(&view, problem, &options, NULL, NULL, &result);
    if (error == TNM_OK && result.status != TNM_OPTIMAL)
        error =
            tnm_fail(TNM_ERROR_INTERNAL, "a mask of %d:%d is not proven", problem->n, problem->m);
    *kept = result.objective;
    return error;
}

static tnm_error fill_kept(pattern *self, const matrix *of)
{
    tnm_error error = TNM_OK;
    size_t m = (size_t)self->problem.m, n = (size_t)self->problem.n;
    TNM_TRY(TNM_NEW(self->kept, of->blocks));
    for (size_t k = 0; k < of->blocks; k++) {
        const float *block = of->values + k * ENTRIES;
        if (self->family == ROW_ONLY || self->family == ROW_ONLY_ATMOST)
            self->kept[k] = keep_heaviest(block, m, n);
        else if (self->family == UNSTRUCTURED)
            self->kept[k] = keep_heaviest(block, ENTRIES, ENTRIES / m * n);
        else
            TNM_TRY(keep_transposable(&self->kept[k], block, &self->problem));
    }
out:
    return error;
}

/* ---- patterns of one density ------------------------------------------------------------- */

typedef struct patterns {
    pattern list[MOST_PATTERNS];
    size_t count;
} patterns;

/* Bits a weight in a tile; unstructured masks are those of a block. */
static tnm_error measure(pattern *self)
{
    tnm_diversity diversity;
    int m = self->problem.m, side = self->family == UNSTRUCTURED ? BLOCK : m;
    static const tnm_need limit = {1e9, 0x1p29, 3e9};
    tnm_error error = tnm_diversity_measure(&diversity, &self->problem, &(tnm_extent){side, side},
                                            &limit, NULL, NULL);
    if (error == TNM_OK) {
        bool transposable = self->family == EQUAL || self->family == ATMOST;
        double log2_count = transposable                   ? tnm_diversity_log2(&diversity)
                            : self->family == UNSTRUCTURED ? diversity.unstructured.log2
                                                           : diversity.structured.log2;
        double published = diversity.published[TNM_READING_ZEROS].log2;
        self->counted = diversity.counted || !transposable;
        self->bits = tnm_diversity_bits(&diversity, log2_count);
        self->published =
            self->family == EQUAL ? tnm_diversity_bits(&diversity, published) : self->bits;
    }
    tnm_diversity_free(&diversity);
    return error;
}

/* M = zeros and ones of 1/part, 2/part, ... up to 64, for each family. */
static tnm_error list_patterns(patterns *all, int part)
{
    tnm_error error = TNM_OK;
    for (family which = 0; which < FAMILIES; which++) {
        for (int m = part; m <= BLOCK; m *= 2) {
            pattern *next = &all->list[all->count];
            tnm_constraint constraint =
                which == ATMOST || which == ROW_ONLY_ATMOST ? TNM_ATMOST : TNM_EQUAL;
            if (which == UNSTRUCTURED && m > part)
                break;
            *next = (pattern){.family = which, .problem = {m / part, m, constraint}};
            all->count++;
            TNM_TRY(measure(next));
        }
    }
out:
    return error;
}

static void forget_kept(patterns *all)
{
    for (size_t k = 0; k < all->count; k++) {
        free(all->list[k].kept);
        all->list[k].kept = NULL;
    }
}

/* ---- correlation ------------------------------------------------------------------------- */

/* Of a sample of blocks, with repetitions. */
static double retention(const pattern *of, const matrix *in, const size_t *blocks)
{
    double kept = 0, total = 0;
    for (size_t k = 0; k < in->blocks; k++) {
        kept += of->kept[blocks[k]];
        total += in->totals[blocks[k]];
    }
    return kept / total;
}

/* A number about patterns and a sample of blocks. */
typedef struct question {
    const patterns *all;
    const matrix *in;
    size_t set;
    const pattern *one, *other; /* for a difference; NULL: for a correlation */
} question;

static size_t members(const patterns *all, size_t set)
{
    size_t count = 0;
    for (size_t k = 0; k < all->count; k++)
        count += sets[set].of[all->list[k].family];
    return count;
}

static tnm_error ask(double *answer, const question *about, const size_t *blocks)
{
    double bits[MOST_PATTERNS], kept[MOST_PATTERNS];
    size_t count = 0;
    if (about->one != NULL) {
        *answer =
            retention(about->one, about->in, blocks) - retention(about->other, about->in, blocks);
        return TNM_OK;
    }
    for (size_t k = 0; k < about->all->count; k++) {
        const pattern *next = &about->all->list[k];
        if (!sets[about->set].of[next->family])
            continue;
        bits[count] = sets[about->set].published ? next->published : next->bits;
        kept[count++] = retention(next, about->in, blocks);
    }
    return tnm_rank_correlation(answer, bits, kept, count);
}

/* The answer for all blocks, and the interval it has over samples of them. */
static tnm_error ask_with_interval(double *answer, tnm_interval *interval, const question *about)
{
    tnm_error error = TNM_OK;
    double resampled[RESAMPLES];
    size_t *blocks = NULL;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    if (random == NULL)
        TNM_TRY(tnm_fail(TNM_ERROR_MEMORY, "out of memory: a generator of random numbers"));
    TNM_TRY(TNM_NEW(blocks, about->in->blocks));
    for (size_t k = 0; k < about->in->blocks; k++)
        blocks[k] = k;
    TNM_TRY(ask(answer, about, blocks));
    gsl_rng_set(random, SEED);
    for (size_t sample = 0; sample < RESAMPLES; sample++) {
        for (size_t k = 0; k < about->in->blocks; k++)
            blocks[k] = gsl_rng_uniform_int(random, about->in->blocks);
        TNM_TRY(ask(&resampled[sample], about, blocks));
    }
    gsl_sort(resampled, 1, RESAMPLES);
    interval->low = gsl_stats_quantile_from_sorted_data(resampled, 1, RESAMPLES, 0.025);
    interval->high = gsl_stats_quantile_from_sorted_data(resampled, 1, RESAMPLES, 0.975);
out:
    free(blocks);
    gsl_rng_free(random);
    return error;
}

static const pattern *find(const patterns *all, family which, int m)
{
    for (size_t k = 0; k < all->count; k++) {
        if (all->list[k].family == which && all->list[k].problem.m == m)
            return &all->list[k];
    }
    return NULL;
}

/* The comparison the paper makes by counting: larger transposable tiles against rows of the pattern
 * that hardware has. */
static tnm_error print_difference(const patterns *all, const matrix *in, const char *density, int m,
                                  int row_m)
{
    double difference;
    tnm_interval interval;
    question about = {.all = all, .in = in};
    about.one = find(all, EQUAL, m);
    about.other = find(all, ROW_ONLY, row_m);
    tnm_error error = ask_with_interval(&difference, &interval, &about);
    if (error == TNM_OK)
        printf("%s,%s,,transposable %d:%d - row-only %d:%d,%zu,,,%.6f,,%.6f,%.6f\r\n", in->name,
               density, about.one->problem.n, m, about.other->problem.n, row_m, in->blocks,
               difference, interval.low, interval.high);
    return error;
}

static tnm_error print_correlations(const patterns *all, const matrix *in, const char *density)
{
    tnm_error error = TNM_OK;
    double correlation;
    tnm_interval interval;
    for (size_t set = 0; set < SETS; set++) {
        question about = {.all = all, .in = in, .set = set};
        TNM_TRY(ask_with_interval(&correlation, &interval, &about));
        printf("%s,%s,,%s (%zu patterns),%zu,,,,%.4f,%.4f,%.4f\r\n", in->name, density,
               sets[set].name, members(all, set), in->blocks, correlation, interval.low,
               interval.high);
    }
out:
    return error;
}

/* ---- the study --------------------------------------------------------------------------- */

static tnm_error study(const matrix *in, patterns *all, const char *density)
{
    tnm_error error = TNM_OK;
    size_t *blocks = NULL;
    TNM_TRY(TNM_NEW(blocks, in->blocks));
    for (size_t k = 0; k < in->blocks; k++)
        blocks[k] = k;
    for (size_t k = 0; k < all->count; k++) {
        pattern *next = &all->list[k];
        TNM_TRY(fill_kept(next, in));
        printf("%s,%s,%s,%d:%d,%zu,%d,%.6f,%.6f,,,\r\n", in->name, density,
               family_names[next->family], next->problem.n, next->problem.m, in->blocks,
               next->counted, next->bits, retention(next, in, blocks));
    }
    TNM_TRY(print_correlations(all, in, density));
    TNM_TRY(print_difference(all, in, density, 8, 4));
    TNM_TRY(print_difference(all, in, density, 16, 4));
out:
    forget_kept(all);
    free(blocks);
    return error;
}

static tnm_error study_matrix(char *argument, patterns *half, patterns *quarter)
{
    tnm_error error = TNM_OK;
    matrix in = {.name = argument};
    char *equals = strchr(argument, '=');
    if (equals == NULL)
        TNM_TRY(
            tnm_fail(TNM_ERROR_USAGE, "'%s': expected NAME=FILE.npy or NAME=gaussian", argument));
    *equals = '\0';
    if (strcmp(equals + 1, "gaussian") == 0)
        TNM_TRY(draw_gaussian(&in));
    else
        TNM_TRY(read_layer(&in, equals + 1));
    TNM_TRY(study(&in, half, "1/2"));
    TNM_TRY(study(&in, quarter, "1/4"));
out:
    free(in.totals);
    free(in.values);
    return error;
}

int main(int argc, char **argv)
{
    tnm_error error = TNM_OK;
    patterns half = {.count = 0}, quarter = {.count = 0};
    TNM_TRY(tnm_banner_head("diversity-retention", argc, argv, SEED));
    TNM_TRY(list_patterns(&half, 2));
    TNM_TRY(list_patterns(&quarter, 4));
    printf("matrix,density,family,pattern,blocks,counted,bits,retention,correlation,low,high\r\n");
    for (int k = 1; k < argc; k++)
        TNM_TRY(study_matrix(argv[k], &half, &quarter));
    if (fflush(stdout) != 0)
        TNM_TRY(tnm_fail(TNM_ERROR_IO, "standard output: a write failed"));
out:
    if (error != TNM_OK)
        fprintf(stderr, "diversity-retention: %s\n", tnm_error_message());
    return tnm_error_exit_code(error);
}
