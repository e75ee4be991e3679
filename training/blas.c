#include "training/blas.h"

#include <cblas.h>
#include <omp.h>

/* Not in cblas.h; OpenBLAS contains LAPACK. Column-major, which a symmetric matrix does not feel.
 */
extern void dposv_(const char *uplo, const blasint *size, const blasint *count, double *h,
                   const blasint *h_stride, double *right, const blasint *right_stride,
                   blasint *info);

/* Blocks of a result: large enough that packing the operands for each is cheap, and small enough
 * that a few threads find work in the products of small networks. */
enum { BLOCK_ROWS = 128, BLOCK_COLS = 256 };

/* One product, as cblas_sgemm wants it. */
typedef struct product {
    CBLAS_TRANSPOSE left, right;
    float *c;
    const float *a, *b;
    size_t rows, inner, cols;
} product;

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Block number `block` of the result, row of blocks by row of blocks. */
static void compute_block(const product *p, size_t block)
{
    const size_t across = (p->cols + BLOCK_COLS - 1) / BLOCK_COLS;
    const size_t row = block / across * BLOCK_ROWS, col = block % across * BLOCK_COLS;
    const size_t a_stride = p->left == CblasNoTrans ? p->inner : p->rows;
    const size_t b_stride = p->right == CblasNoTrans ? p->cols : p->inner;
    const float *a = p->a + (p->left == CblasNoTrans ? row * a_stride : row);
    const float *b = p->b + (p->right == CblasNoTrans ? col : col * b_stride);
    cblas_sgemm(CblasRowMajor, p->left, p->right, (blasint)smaller(BLOCK_ROWS, p->rows - row),
                (blasint)smaller(BLOCK_COLS, p->cols - col), (blasint)p->inner, 1, a,
                (blasint)a_stride, b, (blasint)b_stride, 0, p->c + row * p->cols + col,
                (blasint)p->cols);
}

/* Threads are ours, so OpenBLAS has to do with one in each. */
static int prepare_threads(int threads)
{
    if (openblas_get_num_threads() != 1)
        openblas_set_num_threads(1);
    return threads > 0 ? threads : omp_get_max_threads();
}

static void compute(const product *p, int threads)
{
    const size_t down = (p->rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
    const size_t blocks = down * ((p->cols + BLOCK_COLS - 1) / BLOCK_COLS);
    threads = (int)smaller(blocks, (size_t)prepare_threads(threads));
    if (threads <= 1) { /* entering a parallel region costs as much as a small product */
        for (size_t block = 0; block < blocks; block++)
            compute_block(p, block);
        return;
    }
#pragma omp parallel for num_threads(threads) schedule(dynamic)
    for (size_t block = 0; block < blocks; block++)
        compute_block(p, block);
}

void tnm_blas_product(float *c, const float *a, const float *b, size_t rows, size_t inner,
                      size_t cols, int threads)
{
    const product p = {CblasNoTrans, CblasNoTrans, c, a, b, rows, inner, cols};
    compute(&p, threads);
}

void tnm_blas_product_left(float *c, const float *a, const float *b, size_t rows, size_t inner,
                           size_t cols, int threads)
{
    const product p = {CblasTrans, CblasNoTrans, c, a, b, rows, inner, cols};
    compute(&p, threads);
}

void tnm_blas_product_right(float *c, const float *a, const float *b, size_t rows, size_t inner,
                            size_t cols, int threads)
{
    const product p = {CblasNoTrans, CblasTrans, c, a, b, rows, inner, cols};
    compute(&p, threads);
}

tnm_error tnm_blas_solve_positive(double *h, size_t size, double *right, size_t count)
{
    const blasint order = (blasint)size, sides = (blasint)count;
    blasint info = 0;
    if (size == 0)
        return TNM_OK;
    (void)prepare_threads(1);
    dposv_("U", &order, &sides, h, &order, right, &order, &info);
    if (info != 0)
        return tnm_fail(TNM_ERROR_DATA, "a matrix of %zu rows is not positive definite", size);
    return TNM_OK;
}

const char *tnm_blas_kernel(void)
{
    return openblas_get_corename();
}
