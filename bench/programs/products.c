/* Products with compressed transposable matrices against dense ones by OpenBLAS.
 *
 *     products [LARGEST]    rows,cols,samples,pattern,direction,threads,repetitions,dense_ms,
 *                           sparse_ms,dense_gflops,speedup,speedup_low,speedup_high
 *
 * Forward is y = W x, backward g = W^T d, gradient d x^T, which the dense way computes whole. One
 * dense product and one with every pattern take turns, so that whatever else the machine does meets
 * all alike; times are medians over the turns, the speed-up is the median of the turns' ratios,
 * with its quartiles. Times of one thread are processor time, which leaves out when it had to wait
 * for a core; those of two are wall time. Masks are the optimal ones of |N(0,1)| weights. LARGEST
 * leaves out shapes with a longer side. Writes CSV to the standard output. */
#include "training/products/products.h"
#include "bench/banner.h"
#include "bench/programs/layer.h"
#include "instances/isa.h"
#include "training/blas.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TURNS = 31, LEAST_TURNS = 3, LARGEST_BATCH = 1024 };
static const double seconds_a_row = 0.1; /* of dense products, for more than LEAST_TURNS */

static const size_t shapes[][2] = {{256, 256},   {512, 512},   {1024, 1024}, {2048, 2048},
                                   {4096, 4096}, {1024, 4096}, {4096, 1024}};
static const tnm_problem patterns[] = {{2, 4, TNM_EQUAL}, {4, 8, TNM_EQUAL}, {8, 16, TNM_EQUAL},
                                       {1, 4, TNM_EQUAL}, {2, 8, TNM_EQUAL}, {4, 16, TNM_EQUAL}};
enum { SHAPES = sizeof shapes / sizeof *shapes, PATTERNS = sizeof patterns / sizeof *patterns };

typedef enum direction { FORWARD, BACKWARD, GRADIENT, DIRECTIONS } direction;
static const char *const direction_names[] = {"forward", "backward", "gradient"};

/* One shape: the matrix, dense and compressed by every pattern, and room for operands. */
typedef struct setting {
    tnm_layer layer; /* the dense weights */
    size_t rows, cols;
    tnm_compressed sparse[PATTERNS];
    float *x, *d;    /* cols or rows times LARGEST_BATCH */
    float *result;   /* for the larger of both */
    float *gradient; /* rows x cols */
} setting;

static void fill(float *numbers, size_t count)
{
    for (size_t k = 0; k < count; k++)
        numbers[k] = (float)(k % 1021) / 1021 - 0.5F;
}

static tnm_error compress(setting *self, size_t p, uint8_t *mask)
{
    tnm_error error = TNM_OK;
    tnm_result result;
    TNM_TRY(tnm_layer_solve(&self->layer, "exact", &patterns[p], mask, &result));
    TNM_TRY(tnm_compressed_open(&self->sparse[p], self->rows, self->cols, patterns[p].n,
                                patterns[p].m));
    TNM_TRY(tnm_compressed_mask(&self->sparse[p], mask));
    tnm_compressed_gather(&self->sparse[p], self->layer.scores);
out:
    return error;
}

static tnm_error setting_open(setting *self, size_t rows, size_t cols)
{
    tnm_error error = TNM_OK;
    uint8_t *mask = NULL;
    *self = (setting){.rows = rows, .cols = cols};
    TNM_TRY(tnm_layer_draw(&self->layer, rows, cols, 1));
    TNM_TRY(TNM_NEW(mask, rows * cols));
    for (size_t p = 0; p < PATTERNS; p++)
        TNM_TRY(compress(self, p, mask));
    TNM_TRY(TNM_NEW(self->x, cols * LARGEST_BATCH));
    TNM_TRY(TNM_NEW(self->d, rows * LARGEST_BATCH));
    TNM_TRY(TNM_NEW(self->result, (rows > cols ? rows : cols) * LARGEST_BATCH));
    TNM_TRY(TNM_NEW(self->gradient, rows * cols));
    fill(self->x, cols * LARGEST_BATCH);
    fill(self->d, rows * LARGEST_BATCH);
out:
    free(mask);
    return error;
}

static void setting_close(setting *self)
{
    for (size_t p = 0; p < PATTERNS; p++)
        tnm_compressed_close(&self->sparse[p]);
    tnm_layer_close(&self->layer);
    free(self->x);
    free(self->d);
    free(self->result);
    free(self->gradient);
}

/* ---- times ------------------------------------------------------------------------------- */

static double now(int threads)
{
    return threads == 1 ? tnm_processor_now() : tnm_now();
}

static double time_dense(const setting *self, direction way, size_t samples, int threads)
{
    double start = now(threads);
    if (way == FORWARD)
        tnm_blas_product(self->result, self->layer.scores, self->x, self->rows, self->cols, samples,
                         threads);
    else if (way == BACKWARD)
        tnm_blas_product_left(self->result, self->layer.scores, self->d, self->cols, self->rows,
                              samples, threads);
    else
        tnm_blas_product_right(self->gradient, self->d, self->x, self->rows, samples, self->cols,
                               threads);
    return now(threads) - start;
}

static double time_sparse(const setting *self, size_t p, direction way, size_t samples, int threads)
{
    double start = now(threads);
    const tnm_compressed *w = &self->sparse[p];
    if (way == FORWARD)
        tnm_products_forward(w, self->x, samples, self->result, threads);
    else if (way == BACKWARD)
        tnm_products_backward(w, self->d, samples, self->result, threads);
    else
        tnm_products_gradient(w, self->d, self->x, samples, self->gradient, threads);
    return now(threads) - start;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* Quartile number `which` of numbers, which are sorted on the way. */
static double quartile(double *numbers, size_t count, size_t which)
{
    qsort(numbers, count, sizeof *numbers, by_value);
    return numbers[which * (count - 1) / 4];
}

/* Seconds of every turn. */
typedef struct turns {
    size_t count;
    double dense[MOST_TURNS], sparse[PATTERNS][MOST_TURNS];
} turns;

static void print_row(const setting *self, turns *times, size_t p, direction way, size_t samples,
                      int threads)
{
    double ratios[MOST_TURNS], dense[MOST_TURNS];
    for (size_t k = 0; k < times->count; k++)
        ratios[k] = times->dense[k] / times->sparse[p][k];
    memcpy(dense, times->dense, sizeof dense);
    double typical = quartile(dense, times->count, 2);
    double work = 2e-9 * (double)self->rows * (double)self->cols * (double)samples;
    printf("%zu,%zu,%zu,%d:%d,%s,%d,%zu,%.5g,%.5g,%.4g,%.4g,%.4g,%.4g\r\n", self->rows, self->cols,
           samples, patterns[p].n, patterns[p].m, direction_names[way], threads, times->count,
           1e3 * typical, 1e3 * quartile(times->sparse[p], times->count, 2), work / typical,
           quartile(ratios, times->count, 2), quartile(ratios, times->count, 1),
           quartile(ratios, times->count, 3));
}

/* All patterns in one direction; the first turn warms up and does not count. */
static void measure(const setting *self, direction way, size_t samples, int threads)
{
    turns times = {0};
    double spent = 0;
    (void)time_dense(self, way, samples, threads);
    for (size_t p = 0; p < PATTERNS; p++)
        (void)time_sparse(self, p, way, samples, threads);
    while (times.count < LEAST_TURNS || (times.count < MOST_TURNS && spent < seconds_a_row)) {
        size_t turn = times.count++;
        times.dense[turn] = time_dense(self, way, samples, threads);
        spent += times.dense[turn];
        for (size_t p = 0; p < PATTERNS; p++)
            times.sparse[p][turn] = time_sparse(self, p, way, samples, threads);
    }
    for (size_t p = 0; p < PATTERNS; p++)
        print_row(self, &times, p, way, samples, threads);
}

static tnm_error measure_shape(size_t rows, size_t cols)
{
    tnm_error error = TNM_OK;
    setting here;
    TNM_TRY(setting_open(&here, rows, cols));
    for (int threads = 1; threads <= 2; threads++) {
        for (size_t samples = 32; samples <= LARGEST_BATCH; samples *= 2) {
            for (int way = 0; way < DIRECTIONS; way++)
                measure(&here, (direction)way, samples, threads);
        }
    }
    if (fflush(stdout) != 0)
        error = tnm_fail(TNM_ERROR_IO, "standard output: cannot write");
out:
    setting_close(&here);
    return error;
}

static tnm_error run(int argc, char **argv)
{
    tnm_error error = TNM_OK;
    char *end = NULL;
    size_t largest = argc > 1 ? strtoul(argv[1], &end, 10) : SIZE_MAX;
    if (argc > 2 || (end != NULL && (end == argv[1] || *end != '\0')))
        return tnm_fail(TNM_ERROR_USAGE, "usage: products [LARGEST]");
    TNM_TRY(tnm_banner_head("products", argc, argv, 1));
    printf("# dense products: OpenBLAS, kernel %s; sparse products: %s\r\n", tnm_blas_kernel(),
           tnm_isa_name(tnm_isa_best()));
    printf("rows,cols,samples,pattern,direction,threads,repetitions,dense_ms,sparse_ms,"
           "dense_gflops,speedup,speedup_low,speedup_high\r\n");
    for (size_t s = 0; s < SHAPES; s++) {
        if (shapes[s][0] <= largest && shapes[s][1] <= largest)
            TNM_TRY(measure_shape(shapes[s][0], shapes[s][1]));
    }
out:
    return error;
}

int main(int argc, char **argv)
{
    tnm_error error = run(argc, argv);
    if (error != TNM_OK)
        fprintf(stderr, "products: %s\n", tnm_error_message());
    return tnm_error_exit_code(error);
}
