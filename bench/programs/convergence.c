/* How fast dual ascent converges: the share of |N(0,1)| tiles that its first stage has solved after
 * so many half rounds, for several relaxation factors k. Writes CSV to the standard output:
 *
 *     pattern,k,tiles,half_rounds,solved
 *
 * `solved` counts the tiles whose 16-bit prices prove them after at most that many half rounds. As
 * in the method, k is 0 in the first round; unlike there, it does not grow slowly afterwards, so
 * that a curve belongs to one number. All patterns use the kernel of large tiles, which takes any
 * M, and all factors see the same tiles. */
#include "bench/banner.h"
#include "instances/generate.h"
#include "solver/exact/kernel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    TILES_ACROSS = 200,
    BANDS = 100,
    TILES = TILES_ACROSS * BANDS,
    HALF_ROUNDS = 30,
    SEED = 1,
    FIRST_ROUND = 2 /* half rounds, in which k is 0 */
};

static const tnm_problem problems[] = {{4, 8, TNM_EQUAL}, {8, 16, TNM_EQUAL}, {16, 32, TNM_EQUAL}};
static const double factors[] = {0, 0.17, 0.3, 0.4, 0.5};
enum { PROBLEMS = sizeof problems / sizeof *problems, FACTORS = sizeof factors / sizeof *factors };

/* solved_at[f][h]: tiles that factor f solves in half round h, counted from 1. */
typedef struct counts {
    size_t solved_at[FACTORS][HALF_ROUNDS + 1];
} counts;

static tnm_relaxation relaxation_of(double factor)
{
    double most = INT16_MAX; /* in 1/65536: as near to 1/2 as there is */
    double rounded = nearbyint(factor * 65536);
    return (tnm_relaxation){.factor = (int)(rounded < most ? rounded : most),
                            .ramp = FIRST_ROUND,
                            .tie_test = HALF_ROUNDS,
                            .half_rounds = HALF_ROUNDS};
}

static void count_tile(counts *found, tnm_large_tile *tile, const tnm_problem *problem,
                       const float *scores, size_t stride)
{
    const tnm_large_kernel *kernel = tnm_large_kernel_for(tnm_isa_best());
    for (int f = 0; f < FACTORS; f++) {
        tnm_relaxation relaxation = relaxation_of(factors[f]);
        int used = 0;
        kernel->load(tile, scores, stride, problem);
        if (kernel->ascend(tile, problem, &relaxation, &used) == TNM_SOLVED)
            found->solved_at[f][used]++;
    }
}

static tnm_error read_band(tnm_generator *generator, float *scores, size_t m, size_t stride)
{
    for (size_t i = 0; i < m; i++) {
        tnm_error error = tnm_generator_row(generator, scores + i * stride);
        if (error != TNM_OK)
            return error;
    }
    for (size_t k = 0; k < m * stride; k++)
        scores[k] = fabsf(scores[k]);
    return TNM_OK;
}

static tnm_error count_pattern(counts *found, const tnm_problem *problem)
{
    tnm_error error = TNM_OK;
    size_t m = (size_t)problem->m, stride = m * TILES_ACROSS;
    tnm_generator *generator = NULL;
    tnm_large_tile *tile = NULL;
    float *scores = NULL;
    tnm_recipe recipe = {
        .family = "gaussian", .rows = m * BANDS, .cols = stride, .seed = SEED, .problem = *problem};
    TNM_TRY(tnm_generator_open(&generator, &recipe));
    TNM_TRY(TNM_NEW(tile, 1));
    TNM_TRY(TNM_NEW(scores, m * stride));
    for (int band = 0; band < BANDS; band++) {
        TNM_TRY(read_band(generator, scores, m, stride));
        for (size_t t = 0; t < TILES_ACROSS; t++)
            count_tile(found, tile, problem, scores + t * m, stride);
    }
out:
    free(scores);
    free(tile);
    tnm_generator_close(generator);
    return error;
}

static void print_pattern(const counts *found, const tnm_problem *problem)
{
    for (int f = 0; f < FACTORS; f++) {
        size_t solved = 0;
        for (int half = 1; half <= HALF_ROUNDS; half++) {
            solved += found->solved_at[f][half];
            printf("%d:%d,%g,%d,%d,%zu\r\n", problem->n, problem->m, factors[f], TILES, half,
                   solved);
        }
    }
}

int main(int argc, char **argv)
{
    tnm_error started = tnm_banner_head("convergence", argc, argv, SEED);
    if (started != TNM_OK)
        return tnm_error_exit_code(started);
    printf("pattern,k,tiles,half_rounds,solved\r\n");
    for (int p = 0; p < PROBLEMS; p++) {
        counts found = {0};
        tnm_error error = count_pattern(&found, &problems[p]);
        if (error != TNM_OK) {
            fprintf(stderr, "convergence: %s\n", tnm_error_message());
            return tnm_error_exit_code(error);
        }
        print_pattern(&found, &problems[p]);
    }
    if (fflush(stdout) != 0) {
        perror("convergence");
        return tnm_error_exit_code(TNM_ERROR_IO);
    }
    return 0;
}
