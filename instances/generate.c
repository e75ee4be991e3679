#include "instances/generate.h"
#include "instances/planted.h"

#include <float.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_version.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct tnm_generator {
    const tnm_family *family;
    tnm_recipe recipe;
    double parameters[TNM_FAMILY_PARAMETERS];
    gsl_rng *random;
    size_t row; /* the one being written, or to be written next */
    double *column_factors;
    double row_factor;
    tnm_planted_band band; /* of families that plan */
};

/* ---- entries drawn one by one ------------------------------------------------------------ */

static double with_random_sign(tnm_generator *generator, double value)
{
    return gsl_ran_bernoulli(generator->random, 0.5) ? -value : value;
}

/* The nearest bfloat16, ties to even: a float whose lower 16 bits are zero. */
static double round_to_bfloat16(double value)
{
    float rounded = (float)value;
    uint32_t bits;
    memcpy(&bits, &rounded, sizeof bits);
    bits += 0x7fff + (bits >> 16 & 1);
    bits &= 0xffff0000;
    memcpy(&rounded, &bits, sizeof rounded);
    return rounded;
}

static double gaussian_entry(tnm_generator *generator, size_t column)
{
    (void)column;
    return gsl_ran_gaussian_ziggurat(generator->random, generator->parameters[0]);
}

static double laplace_entry(tnm_generator *generator, size_t column)
{
    (void)column;
    return gsl_ran_laplace(generator->random, generator->parameters[0]);
}

static double student_entry(tnm_generator *generator, size_t column)
{
    (void)column;
    return gsl_ran_tdist(generator->random, generator->parameters[0]);
}

static double lognormal_entry(tnm_generator *generator, size_t column)
{
    (void)column;
    double value = gsl_ran_lognormal(generator->random, 0, generator->parameters[0]);
    return with_random_sign(generator, value);
}

static double uniform_entry(tnm_generator *generator, size_t column)
{
    (void)column;
    double bound = generator->parameters[0];
    return gsl_ran_flat(generator->random, -bound, bound);
}

static double ties_entry(tnm_generator *generator, size_t column)
{
    (void)column;
    unsigned long values = (unsigned long)generator->parameters[0];
    unsigned long value = gsl_rng_uniform_int(generator->random, values);
    return with_random_sign(generator, (double)value);
}

static double binary_entry(tnm_generator *generator, size_t column)
{
    (void)column;
    return gsl_ran_bernoulli(generator->random, generator->parameters[0]);
}

static double sparse_entry(tnm_generator *generator, size_t column)
{
    (void)column;
    if (!gsl_ran_bernoulli(generator->random, generator->parameters[0]))
        return 0;
    return gsl_ran_gaussian_ziggurat(generator->random, 1);
}

static double constant_entry(tnm_generator *generator, size_t column)
{
    (void)column;
    return generator->parameters[0];
}

static double bfloat16_entry(tnm_generator *generator, size_t column)
{
    (void)column;
    double value = gsl_ran_gaussian_ziggurat(generator->random, generator->parameters[0]);
    return round_to_bfloat16(value);
}

static double denormal_entry(tnm_generator *generator, size_t column)
{
    (void)column;
    if (!gsl_ran_bernoulli(generator->random, generator->parameters[0]))
        return gsl_ran_gaussian_ziggurat(generator->random, 1);
    unsigned long step = 1 + gsl_rng_uniform_int(generator->random, (1UL << 23) - 1);
    return with_random_sign(generator, ldexp((double)step, -149));
}

/* ---- entries that share a row or a column ------------------------------------------------ */

static tnm_error allocate_column_factors(tnm_generator *generator)
{
    return TNM_NEW(generator->column_factors, generator->recipe.cols);
}

/* 0 for a dead line, 1 for a living one. */
static double dead_factor(tnm_generator *generator)
{
    return !gsl_ran_bernoulli(generator->random, generator->parameters[0]);
}

static tnm_error dead_prepare(tnm_generator *generator)
{
    tnm_error error = allocate_column_factors(generator);
    for (size_t j = 0; error == TNM_OK && j < generator->recipe.cols; j++)
        generator->column_factors[j] = dead_factor(generator);
    return error;
}

static void dead_begin_row(tnm_generator *generator)
{
    generator->row_factor = dead_factor(generator);
}

static double dead_entry(tnm_generator *generator, size_t column)
{
    double value = gsl_ran_gaussian_ziggurat(generator->random, 1);
    bool alive = generator->row_factor * generator->column_factors[column] > 0;
    return alive ? value : 0;
}

/* Factors of 8 bits have products of 16: exact as floats, so that the rank is truly one. */
static double rank_one_factor(tnm_generator *generator)
{
    return round_to_bfloat16(gsl_ran_gaussian_ziggurat(generator->random, 1));
}

static tnm_error rank_one_prepare(tnm_generator *generator)
{
    tnm_error error = allocate_column_factors(generator);
    for (size_t j = 0; error == TNM_OK && j < generator->recipe.cols; j++)
        generator->column_factors[j] = rank_one_factor(generator);
    return error;
}

static void rank_one_begin_row(tnm_generator *generator)
{
    generator->row_factor = rank_one_factor(generator);
}

static double rank_one_entry(tnm_generator *generator, size_t column)
{
    return generator->row_factor * generator->column_factors[column];
}

/* ---- bands planned around a known optimum ------------------------------------------------ */

static tnm_error planted_prepare(tnm_generator *generator)
{
    const tnm_recipe *recipe = &generator->recipe;
    if (recipe->problem.m > 0 && recipe->rows % (size_t)recipe->problem.m != 0)
        return tnm_fail(TNM_ERROR_USAGE, "%zu rows are no multiple of %d", recipe->rows,
                        recipe->problem.m);
    return tnm_planted_band_init(&generator->band, &recipe->problem, recipe->cols);
}

static tnm_error tight_prepare(tnm_generator *generator)
{
    const tnm_recipe *recipe = &generator->recipe;
    if (recipe->problem.m != 2 * recipe->problem.n)
        return tnm_fail(TNM_ERROR_USAGE, "%s: takes patterns N:2N only, not %d:%d", recipe->family,
                        recipe->problem.n, recipe->problem.m);
    return planted_prepare(generator);
}

static int64_t draw_integer(void *random, int64_t largest)
{
    return (int64_t)gsl_rng_uniform_int(random, (unsigned long)largest + 1);
}

static void plant_random(tnm_generator *generator, tnm_planted *tile)
{
    tnm_dice dice = {draw_integer, generator->random};
    tnm_plant_random(tile, &generator->recipe.problem, (int64_t)generator->parameters[0],
                     (int64_t)generator->parameters[1], &dice);
}

static void plant_tight(tnm_generator *generator, tnm_planted *tile)
{
    tnm_plant_tight(tile, &generator->recipe.problem, (int64_t)ldexp(generator->parameters[0], 20));
}

/* On the first row of a band, plants all its tiles. */
static void plan_band(tnm_generator *generator, void (*plant)(tnm_generator *, tnm_planted *))
{
    tnm_planted tile;
    size_t m = (size_t)generator->recipe.problem.m;
    if (generator->row % m != 0)
        return;
    for (size_t place = 0; place < generator->recipe.cols / m; place++) {
        plant(generator, &tile);
        tnm_planted_band_lay(&generator->band, &tile, place);
    }
}

static void planted_begin_row(tnm_generator *generator)
{
    plan_band(generator, plant_random);
}

static void tight_begin_row(tnm_generator *generator)
{
    plan_band(generator, plant_tight);
}

static double planted_score(const tnm_generator *generator, size_t column)
{
    size_t row = generator->row % (size_t)generator->recipe.problem.m;
    return generator->band.scores[row * generator->recipe.cols + column];
}

static double planted_entry(tnm_generator *generator, size_t column)
{
    return with_random_sign(generator, planted_score(generator, column));
}

static double tight_entry(tnm_generator *generator, size_t column)
{
    return planted_score(generator, column);
}

/* ---- the table --------------------------------------------------------------------------- */

/* clang-format off */
#define NO_PARAMETERS {{NULL, 0, 0, 0, NULL}}

const tnm_family tnm_families[] = {
    {"gaussian", "normal",
     {{"sigma", 1, 0, 1e30, "standard deviation"}}, false, NULL, NULL, gaussian_entry},
    {"laplace", "two-sided exponential",
     {{"scale", 1, 0, 1e30, "mean of |w|"}}, false, NULL, NULL, laplace_entry},
    {"student-t", "Student's t: heavy tails",
     {{"nu", 3, 0.5, 1e6, "degrees of freedom"}}, false, NULL, NULL, student_entry},
    {"lognormal", "exp(sigma N(0,1)) with a random sign",
     {{"sigma", 1, 0, 10, "spread of the logarithm"}}, false, NULL, NULL, lognormal_entry},
    {"wide", "lognormal over tens of orders of magnitude",
     {{"sigma", 5, 0, 10, "spread of the logarithm"}}, false, NULL, NULL, lognormal_entry},
    {"uniform", "uniform",
     {{"bound", 1, 0, 1e30, "largest |w|"}}, false, NULL, NULL, uniform_entry},
    {"ties", "whole numbers from a few, with a random sign",
     {{"values", 4, 1, 1 << 24, "how many: 0 .. values-1"}}, false, NULL, NULL, ties_entry},
    {"binary", "0 and 1",
     {{"density", 0.5, 0, 1, "share of ones"}}, false, NULL, NULL, binary_entry},
    {"sparse", "normal, mostly exact zeros",
     {{"density", 0.1, 0, 1, "share of nonzeros"}}, false, NULL, NULL, sparse_entry},
    {"dead", "normal, with rows and columns of zeros",
     {{"share", 0.2, 0, 1, "share of dead lines"}}, false, dead_prepare, dead_begin_row, dead_entry},
    {"rank-one", "an outer product, exactly",
     NO_PARAMETERS, false, rank_one_prepare, rank_one_begin_row, rank_one_entry},
    {"constant", "all the same",
     {{"value", 1, -1e30, 1e30, "of every weight"}}, false, NULL, NULL, constant_entry},
    {"bf16", "normal, rounded to bfloat16",
     {{"sigma", 1, 0, 1e30, "standard deviation"}}, false, NULL, NULL, bfloat16_entry},
    {"denormal", "normal, partly denormal floats",
     {{"share", 0.25, 0, 1, "share of denormals"}}, false, NULL, NULL, denormal_entry},
    {"planted", "around a random mask and prices: optimum known",
     {{"levels", 1000, 0, TNM_PLANTED_MOST_LEVELS, "largest price, in 2^-10"},
      {"slack", 1000, 0, TNM_PLANTED_MOST_SLACK, "largest reduced score, in 2^-10"}},
     true, planted_prepare, planted_begin_row, planted_entry},
    {"tight", "worst case of both greedy rules, for N:2N: optimum known",
     {{"excess", 0x1p-10, 0x1p-20, 0.5, "by which the wrong entries are heavier"}},
     true, tight_prepare, tight_begin_row, tight_entry},
    {NULL, NULL, NO_PARAMETERS, false, NULL, NULL, NULL},
};
/* clang-format on */

const tnm_family *tnm_family_find(const char *name)
{
    for (const tnm_family *family = tnm_families; family->name != NULL; family++)
        if (strcmp(family->name, name) == 0)
            return family;
    return NULL;
}

/* ---- a generator's life ------------------------------------------------------------------ */

/* Takes one "name=value". */
static tnm_error set_parameter(tnm_generator *generator, const char *setting)
{
    const tnm_family *family = generator->family;
    size_t length = strcspn(setting, "=");
    for (int k = 0; k < TNM_FAMILY_PARAMETERS && family->parameters[k].name != NULL; k++) {
        const tnm_family_parameter *parameter = &family->parameters[k];
        if (strlen(parameter->name) != length || strncmp(parameter->name, setting, length) != 0)
            continue;
        char *stop = NULL;
        double value = setting[length] == '=' ? strtod(setting + length + 1, &stop) : 0;
        if (stop == NULL || stop == setting + length + 1 || *stop != '\0' ||
            !(value >= parameter->low && value <= parameter->high))
            return tnm_fail(TNM_ERROR_USAGE, "%s: '%s': expected %s=VALUE from %g to %g",
                            family->name, setting, parameter->name, parameter->low,
                            parameter->high);
        generator->parameters[k] = value;
        return TNM_OK;
    }
    return tnm_fail(TNM_ERROR_USAGE, "%s: unknown parameter '%.*s'", family->name, (int)length,
                    setting);
}

static tnm_error set_parameters(tnm_generator *generator)
{
    tnm_error error = TNM_OK;
    for (int k = 0; k < TNM_FAMILY_PARAMETERS; k++)
        generator->parameters[k] = generator->family->parameters[k].preset;
    const char *const *settings = generator->recipe.parameters;
    for (; error == TNM_OK && settings != NULL && *settings != NULL; settings++)
        error = set_parameter(generator, *settings);
    return error;
}

static tnm_error seed_random(tnm_generator *generator)
{
    uint64_t seed = generator->recipe.seed;
    if (seed > UINT32_MAX)
        return tnm_fail(TNM_ERROR_USAGE, "seed %llu: generators take seeds below 2^32",
                        (unsigned long long)seed);
    gsl_set_error_handler_off();
    generator->random = gsl_rng_alloc(gsl_rng_mt19937);
    if (generator->random == NULL)
        return tnm_fail(TNM_ERROR_MEMORY, "no memory for random numbers");
    gsl_rng_set(generator->random, seed);
    return TNM_OK;
}

tnm_error tnm_generator_open(tnm_generator **generator, const tnm_recipe *recipe)
{
    tnm_error error = TNM_OK;
    tnm_generator *fresh = NULL;
    *generator = NULL;
    const tnm_family *family = tnm_family_find(recipe->family);
    if (family == NULL)
        return tnm_fail(TNM_ERROR_USAGE, "unknown kind of matrix '%s'", recipe->family);
    if (recipe->rows == 0 || recipe->cols == 0)
        return tnm_fail(TNM_ERROR_USAGE, "%s: a matrix of %zu x %zu has no entries", recipe->family,
                        recipe->rows, recipe->cols);
    TNM_TRY(TNM_NEW(fresh, 1));
    fresh->family = family;
    fresh->recipe = *recipe;
    TNM_TRY(set_parameters(fresh));
    TNM_TRY(seed_random(fresh));
    if (family->prepare != NULL)
        TNM_TRY(family->prepare(fresh));
    *generator = fresh;
    fresh = NULL;
out:
    tnm_generator_close(fresh);
    return error;
}

/* The nearest float; the largest one for what is larger. */
static float nearest_float(double value)
{
    return (float)fmax(-FLT_MAX, fmin(FLT_MAX, value));
}

tnm_error tnm_generator_row(tnm_generator *generator, float *row)
{
    const tnm_family *family = generator->family;
    if (generator->row == generator->recipe.rows)
        return tnm_fail(TNM_ERROR_USAGE, "%s: all %zu rows are written", family->name,
                        generator->row);
    if (family->begin_row != NULL)
        family->begin_row(generator);
    for (size_t j = 0; j < generator->recipe.cols; j++)
        row[j] = nearest_float(family->entry(generator, j));
    generator->row++;
    return TNM_OK;
}

const tnm_sum *tnm_generator_optimum(const tnm_generator *generator)
{
    if (!generator->family->plans || generator->row % (size_t)generator->recipe.problem.m != 0)
        return NULL;
    return &generator->band.optimum;
}

const int64_t *tnm_generator_prices(const tnm_generator *generator)
{
    return generator->row > 0 ? generator->band.prices : NULL;
}

void tnm_generator_close(tnm_generator *generator)
{
    if (generator == NULL)
        return;
    if (generator->random != NULL)
        gsl_rng_free(generator->random);
    free(generator->column_factors);
    tnm_planted_band_free(&generator->band);
    free(generator);
}

const char *tnm_generator_gsl_version(void)
{
    return gsl_version;
}
