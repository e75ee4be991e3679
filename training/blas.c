#include "training/blas.h"

#include "formulations/check.h"

#include <cblas.h>
#include <omp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* A product as cblas_sgemm sees it: the strides of stored rows, and which factor is transposed. */
typedef struct product {
    float *c;
    const float *a, *b;
    size_t rows, inner, cols;
    bool a_transposed, b_transposed;
} product;

/* OpenBLAS starts as many threads as OpenMP would, unless that is one. */
static int enter_single_thread(void)
{
    int before = omp_get_max_threads();
    omp_set_num_threads(1);
    return before;
}

static void leave_single_thread(int before)
{
    omp_set_num_threads(before);
}

/* A product that fills the work space which OpenBLAS keeps for a thread. Its kernels prefetch ahead
 * of the packed factors, and where they run into pages that nobody has written yet, each prefetch
 * searches the page tables in vain: with OpenBLAS 0.3.21 on a Zen processor, products of depth 200
 * to 320 took 3.5 times as long until some larger product happened to come by. */
static void fill_work_space(void)
{
    enum { ROWS = 64, INNER = 320, COLS = 1024 };
    static float zeros[INNER * COLS];
    float result[ROWS * COLS];
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, ROWS, COLS, INNER, 1, zeros, INNER,
                zeros, COLS, 0, result, COLS);
}

/* Once, for as many threads as will work at the same time: a few milliseconds. Only threads that
 * are inside OpenBLAS together have work spaces of their own, and on a busy machine they may miss
 * each other a few times. */
static void warm_up(int threads)
{
    enum { ROUNDS = 8 };
    static atomic_int warm;
    if (atomic_load_explicit(&warm, memory_order_relaxed) >= threads)
        return;
#pragma omp parallel num_threads(threads) if (threads > 1)
    {
        int before = enter_single_thread();
        for (int round = 0; round < (threads > 1 ? ROUNDS : 1); round++) {
#pragma omp barrier
            fill_work_space();
        }
        leave_single_thread(before);
    }
    atomic_store_explicit(&warm, threads, memory_order_relaxed);
}

/* Rows [row, row + height) and columns [col, col + width) of the result. */
static void multiply_block(const product *self, size_t row, size_t height, size_t col, size_t width)
{
    size_t a_stride = self->a_transposed ? self->rows : self->inner;
    size_t b_stride = self->b_transposed ? self->inner : self->cols;
    const float *a = self->a + row * (self->a_transposed ? 1 : a_stride);
    const float *b = self->b + col * (self->b_transposed ? b_stride : 1);
    cblas_sgemm(CblasRowMajor, self->a_transposed ? CblasTrans : CblasNoTrans,
                self->b_transposed ? CblasTrans : CblasNoTrans, (blasint)height, (blasint)width,
                (blasint)self->inner, 1, a, (blasint)a_stride, b, (blasint)b_stride, 0,
                self->c + row * self->cols + col, (blasint)self->cols);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The pieces to cut the longer side into: as large as possible for the sake of OpenBLAS, which
 * packs the other factor anew for each, and as many as fill a few cores. */
static size_t piece_of(size_t side)
{
    enum { PIECES = 8, SMALLEST = 128, ALIGNED = 32 };
    size_t piece = (side + PIECES - 1) / PIECES;
    piece = (piece + ALIGNED - 1) / ALIGNED * ALIGNED;
    return smaller(piece > SMALLEST ? piece : SMALLEST, side);
}

static void multiply(const product *self, int threads)
{
    bool tall = self->rows >= self->cols;
    if (self->rows == 0 || self->cols == 0)
        return;
    if (self->inner == 0) {
        memset(self->c, 0, self->rows * self->cols * sizeof *self->c);
        return;
    }
    size_t height = tall ? piece_of(self->rows) : self->rows;
    size_t width = tall ? self->cols : piece_of(self->cols);
    size_t pieces = tall ? (self->rows + height - 1) / height : (self->cols + width - 1) / width;
    threads = tnm_thread_count(threads, pieces);
    warm_up(threads);
#pragma omp parallel num_threads(threads) if (threads > 1)
    {
        int before = enter_single_thread();
#pragma omp for schedule(dynamic)
        for (size_t piece = 0; piece < pieces; piece++) {
            size_t row = tall ? piece * height : 0, col = tall ? 0 : piece * width;
            multiply_block(self, row, smaller(height, self->rows - row), col,
                           smaller(width, self->cols - col));
        }
        leave_single_thread(before);
    }
}

void tnm_blas_product(float *c, const float *a, const float *b, size_t rows, size_t inner,
                      size_t cols, int threads)
{
    multiply(&(product){c, a, b, rows, inner, cols, false, false}, threads);
}

void tnm_blas_product_left(float *c, const float *a, const float *b, size_t rows, size_t inner,
                           size_t cols, int threads)
{
    multiply(&(product){c, a, b, rows, inner, cols, true, false}, threads);
}

void tnm_blas_product_right(float *c, const float *a, const float *b, size_t rows, size_t inner,
                            size_t cols, int threads)
{
    multiply(&(product){c, a, b, rows, inner, cols, false, true}, threads);
}

void tnm_blas_add_product_right(double *c, const double *a, const double *b, size_t rows,
                                size_t inner, size_t cols, int threads)
{
    enum { HEIGHT = 64 };
    size_t blocks = (rows + HEIGHT - 1) / HEIGHT;
    if (blocks == 0 || inner == 0 || cols == 0)
        return;
#pragma omp parallel num_threads(tnm_thread_count(threads, blocks))
    {
        int before = enter_single_thread();
#pragma omp for schedule(dynamic)
        for (size_t block = 0; block < blocks; block++) {
            size_t row = block * HEIGHT;
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans,
                        (blasint)smaller(HEIGHT, rows - row), (blasint)cols, (blasint)inner, 1,
                        a + row * inner, (blasint)inner, b, (blasint)inner, 1, c + row * cols,
                        (blasint)cols);
        }
        leave_single_thread(before);
    }
}

/* LAPACK's, which is part of OpenBLAS; its header comes with another package. */
extern void dposv_(const char *triangle, const blasint *size, const blasint *count, double *h,
                   const blasint *h_stride, double *right, const blasint *right_stride,
                   blasint *info, size_t triangle_length);

tnm_error tnm_blas_solve_positive(double *h, size_t size, double *right, size_t count)
{
    blasint n = (blasint)size, sides = (blasint)count, info = 0;
    if (size == 0)
        return TNM_OK;
    int before = enter_single_thread();
    dposv_("L", &n, &sides, h, &n, right, &n, &info, 1);
    leave_single_thread(before);
    for (blasint k = 0; k < n && info == 0; k++)
        info = h[(size_t)k * size + (size_t)k] > 0 ? 0 : k + 1; /* NaN passes unseen */
    if (info > 0)
        return tnm_fail(TNM_ERROR_DATA,
                        "a matrix of %zu x %zu is not positive definite: its leading %d rows and "
                        "columns are not",
                        size, size, (int)info);
    return info == 0 ? TNM_OK
                     : tnm_fail(TNM_ERROR_INTERNAL, "dposv refuses argument %d", -(int)info);
}

const char *tnm_blas_kernel(void)
{
    return openblas_get_corename();
}

/* What OpenBLAS says of itself begins with its name and its version. */
void tnm_blas_describe(char *text, size_t size)
{
    const char *said = openblas_get_config(), *number = strchr(said, ' ');
    int length = (int)(number == NULL ? strlen(said) : strcspn(number + 1, " "));
    if (number != NULL)
        length += (int)(number + 1 - said);
    snprintf(text, size, "%.*s (%s)", length, said, tnm_blas_kernel());
}
