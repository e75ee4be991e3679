/* A sink gets every byte of what the drive would have kept in memory, once. */
#include "solver/sink.h"

#include "formulations/check.h"
#include "solver/drive.h"
#include "tests/testlib.h"

#include <stdlib.h>
#include <string.h>

enum { UNSEEN = 7 };

/* Collects what is handed over, and counts what comes twice. */
typedef struct collector {
    size_t cols;
    size_t length; /* of a certificate */
    uint8_t *mask;
    int64_t *prices;
    atomic_size_t entries, tiles, pieces, twice;
    size_t fails_at; /* piece */
} collector;

static tnm_error collect_mask(void *context, const uint8_t *bytes, size_t row, size_t col,
                              size_t rows, size_t cols)
{
    collector *self = context;
    if (atomic_fetch_add(&self->pieces, 1) >= self->fails_at)
        return tnm_fail(TNM_ERROR_IO, "the collector is full");
    for (size_t i = 0; i < rows; i++) {
        uint8_t *place = self->mask + (row + i) * self->cols + col;
        for (size_t j = 0; j < cols; j++)
            atomic_fetch_add(&self->twice, place[j] != UNSEEN);
        memcpy(place, bytes + i * cols, cols);
    }
    atomic_fetch_add(&self->entries, rows * cols);
    return TNM_OK;
}

static tnm_error collect_prices(void *context, const int64_t *prices, size_t tile, size_t tiles)
{
    collector *self = context;
    memcpy(self->prices + tile * self->length, prices, tiles * self->length * sizeof *prices);
    atomic_fetch_add(&self->tiles, tiles);
    return TNM_OK;
}

typedef struct sides {
    size_t rows, cols;
    int n, m;
    tnm_edges edges;
} sides;

/* Seeded weights of this shape; the matrix borrows `weights`. */
static tnm_job make_job(const sides *shape, float *weights, tnm_matrix *matrix)
{
    tnm_random random = {tnm_test_seed()};
    tnm_options options;
    tnm_options_init(&options);
    options.edges = shape->edges;
    tnm_job job = {.problem = {shape->n, shape->m, TNM_EQUAL},
                   .method = tnm_own_method("greedy-keep")};
    for (size_t k = 0; k < shape->rows * shape->cols; k++)
        weights[k] = (float)tnm_random_normal(&random);
    *matrix = (tnm_matrix){.data = weights,
                           .dtype = TNM_F32,
                           .rows = shape->rows,
                           .cols = shape->cols,
                           .row_stride = (ptrdiff_t)shape->cols,
                           .col_stride = 1};
    ASSERT_OK(tnm_question_init(&job.scoring, &job.tiling, matrix, &job.problem, &options));
    return job;
}

static void check_shape(const sides *shape, const char *method, int threads)
{
    size_t entries = shape->rows * shape->cols, length = 2 * (size_t)shape->m + 1;
    size_t tiles = tnm_tile_count(shape->rows, shape->cols, shape->m, shape->edges);
    float *weights = calloc(entries, sizeof *weights);
    uint8_t *kept = calloc(entries, 1), *collected = malloc(entries);
    int64_t *prices = calloc(tiles * length + 1, 8), *handed = calloc(tiles * length + 1, 8);
    tnm_mask_view view = {kept, TNM_MASK_BYTES, (ptrdiff_t)shape->cols, 1};
    collector self = {.cols = shape->cols,
                      .length = length,
                      .mask = collected,
                      .prices = handed,
                      .fails_at = SIZE_MAX};
    tnm_sink sink = {&self, collect_mask, collect_prices};
    tnm_matrix matrix;
    tnm_result result;
    memset(collected, UNSEEN, entries);
    tnm_job job = make_job(shape, weights, &matrix);
    job.method = tnm_own_method(method);
    job.threads = threads;
    job.mask = &view;
    job.prices = prices;
    job.sink = &sink;
    ASSERT_OK(tnm_drive(&job, &result));
    CU_ASSERT_EQUAL(memcmp(kept, collected, entries), 0);
    CU_ASSERT_EQUAL(memcmp(prices, handed, tiles * length * 8), 0);
    CU_ASSERT_EQUAL(atomic_load(&self.entries), entries);
    CU_ASSERT_EQUAL(atomic_load(&self.tiles), tiles);
    CU_ASSERT_EQUAL(atomic_load(&self.twice), 0);
    free(weights);
    free(kept);
    free(collected);
    free(prices);
    free(handed);
}

static void test_every_byte_once(void)
{
    static const sides shapes[] = {
        {64, 64, 2, 4, TNM_EDGES_ERROR},      {50, 75, 4, 8, TNM_EDGES_PAD},
        {50, 75, 4, 8, TNM_EDGES_DENSE},      {3, 3, 2, 4, TNM_EDGES_DENSE},
        {3, 9, 2, 4, TNM_EDGES_DENSE},        {9, 3, 2, 4, TNM_EDGES_DENSE},
        {130, 2100, 20, 40, TNM_EDGES_PAD},   {130, 2100, 20, 40, TNM_EDGES_DENSE},
        {700, 2100, 16, 32, TNM_EDGES_DENSE}, {700, 2100, 16, 32, TNM_EDGES_PAD},
    };
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
        for (int threads = 1; threads <= 3; threads++)
            check_shape(&shapes[k], k % 2 == 0 ? "exact" : "greedy-keep", threads);
    }
}

/* The failure of a sink is that of the run. */
static void test_a_full_sink(void)
{
    static const sides small = {64, 64, 2, 4, TNM_EDGES_PAD};
    static float weights[64 * 64];
    static uint8_t collected[64 * 64];
    tnm_matrix matrix;
    tnm_result result;
    collector self = {.cols = 64, .mask = collected, .fails_at = 5};
    tnm_sink sink = {&self, collect_mask, NULL};
    for (int threads = 1; threads <= 3; threads++) {
        tnm_job job = make_job(&small, weights, &matrix);
        job.threads = threads;
        job.sink = &sink;
        memset(collected, UNSEEN, sizeof collected);
        atomic_store(&self.pieces, 0);
        ASSERT_FAILS(tnm_drive(&job, &result), TNM_ERROR_IO, "the collector is full");
    }
}

TNM_SUITE(sink, {"every byte once", test_every_byte_once}, {"a full sink", test_a_full_sink})
