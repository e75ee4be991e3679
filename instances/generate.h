/* Generators: seeded families of matrices, drawn row by row, so that a matrix of any size needs the
 * memory of one band. The only home of GSL in instances/: random numbers are its mt19937 with the
 * distributions of gsl_ran_*.
 *
 *     tnm_recipe recipe = {.family = "gaussian", .rows = 512, .cols = 512, .seed = 1};
 *     TNM_TRY(tnm_generator_open(&generator, &recipe));
 *     for (size_t i = 0; i < recipe.rows; i++)
 *         TNM_TRY(tnm_generator_row(generator, row));
 *
 * The same recipe gives the same bytes: one stream of random numbers, drawn in row-major order
 * within the matrix (within the band for families that plan ahead). */
#ifndef TNM_INSTANCES_GENERATE_H
#define TNM_INSTANCES_GENERATE_H

#include "instances/base.h"
#include "instances/sum.h"

typedef struct tnm_generator tnm_generator;

enum { TNM_FAMILY_PARAMETERS = 2 };

/* A number that shapes a family, given as "name=value"; low <= value <= high. */
typedef struct tnm_family_parameter {
    const char *name; /* NULL: there is none */
    double preset, low, high;
    const char *meaning;
} tnm_family_parameter;

/* One row of the table: adding a family is one function and one row. */
typedef struct tnm_family {
    const char *name;
    const char *summary;
    tnm_family_parameter parameters[TNM_FAMILY_PARAMETERS];
    bool plans; /* whole bands of tiles, so that the pattern and the constraint have a say */
    tnm_error (*prepare)(tnm_generator *generator); /* before the first row, or NULL */
    void (*begin_row)(tnm_generator *generator);    /* before the entries of a row, or NULL */
    double (*entry)(tnm_generator *generator, size_t column); /* from left to right */
} tnm_family;

extern const tnm_family tnm_families[]; /* ends with a NULL name */

/* The family of this name, or NULL. */
const tnm_family *tnm_family_find(const char *name);

/* Everything that decides a matrix. Strings are borrowed while the generator lives. */
typedef struct tnm_recipe {
    const char *family;
    size_t rows, cols;
    uint64_t seed;       /* below 2^32, which is what mt19937 takes; 0 stands for its 4357 */
    tnm_problem problem; /* for families that plan; otherwise ignored */
    const char *const *parameters; /* "name=value" strings ended by NULL, or NULL */
} tnm_recipe;

/* Fails with TNM_ERROR_USAGE for an unknown family or parameter, a value out of range, or a shape
 * or pattern that the family cannot serve. */
tnm_error tnm_generator_open(tnm_generator **generator, const tnm_recipe *recipe);
/* Writes the next row: `cols` finite floats. Asking for more rows than there are is
 * TNM_ERROR_USAGE. */
tnm_error tnm_generator_row(tnm_generator *generator, float *row);
/* For families that plan, between bands: the score |w| kept by an optimal mask of the rows written
 * so far, exactly. NULL otherwise. Borrowed. */
const tnm_sum *tnm_generator_optimum(const tnm_generator *generator);
/* For families that plan, after the first row: prices that prove the optimum of the tiles of the
 * band written last, (cols/m, 2m+1) as in formulations/verify.h. NULL otherwise. Borrowed until the
 * next row. */
const int64_t *tnm_generator_prices(const tnm_generator *generator);
void tnm_generator_close(tnm_generator *generator); /* accepts NULL */

/* The version of GSL that is linked, as "2.7.1". */
const char *tnm_generator_gsl_version(void);

#endif
