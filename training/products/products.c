#include "training/products/products.h"

#include "formulations/check.h"
#include "training/products/kernel.h"

#include <string.h>

/* A thread takes this many panels at a time over this many blocks of lines, so that a block's
 * values come from the caches for all but the first panel, and a panel is packed for more than one
 * block. */
enum { PANELS = 4, BLOCKS = 4 };

TNM_DISPATCH(const tnm_products_kernel, tnm_products_kernel)

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t parts(size_t whole, size_t part)
{
    return (whole + part - 1) / part;
}

/* ---- panels ------------------------------------------------------------------------------ */

/* Samples of the panel that begins at sample `first`, and its width. */
static size_t samples_of(size_t first, size_t samples)
{
    return smaller(TNM_PANEL_WIDEST, samples - first);
}

static size_t width_of(size_t samples)
{
    size_t width = TNM_PANEL_NARROWEST;
    while (width < samples)
        width *= 2;
    return width;
}

/* Packs `samples` columns of `height` rows, `stride` apart, with zeros up to side x width. */
static void pack(float *panel, const float *from, size_t stride, size_t height, size_t side,
                 size_t samples)
{
    size_t width = width_of(samples);
    for (size_t row = 0; row < height; row++) {
        memcpy(panel + row * width, from + row * stride, samples * sizeof *panel);
        memset(panel + row * width + samples, 0, (width - samples) * sizeof *panel);
    }
    memset(panel + height * width, 0, (side - height) * width * sizeof *panel);
}

/* Slots of a line of a block of which only the first `extent` columns (or rows) exist. */
static size_t used_slots(const tnm_compressed *w, size_t extent)
{
    size_t tiles = smaller(parts(extent, (size_t)w->m), w->tiles);
    return parts(tiles * w->rounds, 4) * 4;
}

/* ---- forward and backward ---------------------------------------------------------------- */

/* One product: lines of the result, and its depth, the number of the operand's rows. */
typedef struct product {
    const tnm_compressed *w;
    bool backward;
    const float *operand; /* depth x samples */
    float *result;        /* lines x samples */
    size_t lines, depth, samples;
    const tnm_products_kernel *kernel;
} product;

/* What a thread works on at a time: some blocks of lines, and a few panels. */
typedef struct piece {
    size_t line, lines;     /* blocks of lines of the result */
    size_t sample, samples; /* from PANELS panels */
    _Alignas(64) float packed[PANELS][TNM_COMPRESSED_SIDE * TNM_PANEL_WIDEST];
    float sums[PANELS][BLOCKS][TNM_COMPRESSED_SIDE * TNM_PANEL_WIDEST];
    float turned[TNM_COMPRESSED_SIDE * TNM_COMPRESSED_SLOTS + 4];
} piece;

/* The values of the block that relates block `line` of lines to block `deep` of the operand, in the
 * order of the lines. */
static const float *values_of(const product *self, piece *work, size_t block, size_t lines)
{
    const tnm_compressed *w = self->w;
    if (!self->backward)
        return w->values + block;
    self->kernel->turn(&(tnm_turn){.values = w->values + block,
                                   .lines = w->lines + block,
                                   .slots = w->slots,
                                   .rounds = w->rounds,
                                   .m = (size_t)w->m,
                                   .columns = lines,
                                   .turned = work->turned});
    return work->turned;
}

/* Block `line` of the piece's lines meets block `deep` of the operand. */
static void multiply_block(const product *self, piece *work, size_t line, size_t deep)
{
    const tnm_compressed *w = self->w;
    size_t down = work->line + line, lines = smaller(w->side, self->lines - down * w->side);
    size_t block =
        self->backward ? tnm_compressed_block(w, deep, down) : tnm_compressed_block(w, down, deep);
    float *result = self->result + down * w->side * self->samples + work->sample;
    tnm_strip strip = {.values = values_of(self, work, block, lines),
                       .places = (self->backward ? w->lines : w->columns) + block,
                       .slots = w->slots,
                       .used = used_slots(w, self->depth - deep * w->side),
                       .first = deep == 0,
                       .last = (deep + 1) * w->side >= self->depth,
                       .stride = self->samples,
                       .lines = lines};
    for (size_t panel = 0; panel * TNM_PANEL_WIDEST < work->samples; panel++) {
        strip.samples = samples_of(panel * TNM_PANEL_WIDEST, work->samples);
        strip.width = width_of(strip.samples);
        strip.panel = work->packed[panel];
        strip.sums = work->sums[panel][line];
        strip.result = result + panel * TNM_PANEL_WIDEST;
        self->kernel->multiply(&strip);
    }
}

static void multiply_piece(const product *self, piece *work)
{
    size_t side = self->w->side, panels = parts(work->samples, TNM_PANEL_WIDEST);
    for (size_t deep = 0; deep * side < self->depth; deep++) {
        const float *from = self->operand + deep * side * self->samples + work->sample;
        size_t height = smaller(side, self->depth - deep * side);
        for (size_t panel = 0; panel < panels; panel++)
            pack(work->packed[panel], from + panel * TNM_PANEL_WIDEST, self->samples, height, side,
                 samples_of(panel * TNM_PANEL_WIDEST, work->samples));
        for (size_t line = 0; line < work->lines; line++)
            multiply_block(self, work, line, deep);
    }
}

static void multiply(const product *self, int threads)
{
    enum { SAMPLES = PANELS * TNM_PANEL_WIDEST };
    size_t blocks = parts(self->lines, self->w->side);
    size_t down = parts(blocks, BLOCKS), across = parts(self->samples, SAMPLES);
    if (self->depth == 0) {
        memset(self->result, 0, self->lines * self->samples * sizeof *self->result);
        return;
    }
#pragma omp parallel for schedule(dynamic) num_threads(tnm_thread_count(threads, down *across))
    for (size_t k = 0; k < down * across; k++) {
        piece work;
        work.line = k / across * BLOCKS;
        work.lines = smaller(BLOCKS, blocks - work.line);
        work.sample = k % across * SAMPLES;
        work.samples = smaller(SAMPLES, self->samples - work.sample);
        multiply_piece(self, &work);
    }
}

void tnm_products_forward(const tnm_compressed *w, const float *x, size_t samples, float *y,
                          int threads)
{
    const product self = {.w = w,
                          .operand = x,
                          .result = y,
                          .lines = w->rows,
                          .depth = w->cols,
                          .samples = samples,
                          .kernel = tnm_products_kernel_for(tnm_isa_best())};
    multiply(&self, threads);
}

void tnm_products_backward(const tnm_compressed *w, const float *d, size_t samples, float *g,
                           int threads)
{
    const product self = {.w = w,
                          .backward = true,
                          .operand = d,
                          .result = g,
                          .lines = w->cols,
                          .depth = w->rows,
                          .samples = samples,
                          .kernel = tnm_products_kernel_for(tnm_isa_best())};
    multiply(&self, threads);
}

/* ---- gradient ---------------------------------------------------------------------------- */

typedef struct slopes {
    const tnm_compressed *w;
    const float *d, *x;
    size_t samples;
    float *gradient;
    void (*add)(const tnm_slope *slope);
} slopes;

static void add_block(const slopes *self, size_t down, size_t across, size_t sample,
                      const float *panel, float *sums)
{
    const tnm_compressed *w = self->w;
    size_t samples = samples_of(sample, self->samples);
    tnm_slope slope = {.gradient = sums,
                       .columns = w->columns + tnm_compressed_block(w, down, across),
                       .slots = w->slots,
                       .used = used_slots(w, w->cols - across * w->side),
                       .panel = panel,
                       .width = width_of(samples),
                       .d = self->d + down * w->side * self->samples + sample,
                       .stride = self->samples,
                       .rows = smaller(w->side, w->rows - down * w->side),
                       .samples = samples};
    self->add(&slope);
}

/* The gradient of up to BLOCKS blocks from `down` on, one below the other. */
static void add_piece(const slopes *self, size_t down, size_t across)
{
    _Alignas(64) float panel[TNM_COMPRESSED_SIDE * TNM_PANEL_WIDEST];
    _Alignas(64) float sums[BLOCKS][TNM_COMPRESSED_SIDE * TNM_COMPRESSED_SLOTS];
    const tnm_compressed *w = self->w;
    size_t last = smaller(down + BLOCKS, w->down);
    size_t height = smaller(w->side, w->cols - across * w->side);
    for (size_t l = down; l < last; l++)
        memset(sums[l - down], 0, w->side * w->slots * sizeof(float));
    for (size_t s = 0; s < self->samples; s += TNM_PANEL_WIDEST) {
        pack(panel, self->x + across * w->side * self->samples + s, self->samples, height, w->side,
             samples_of(s, self->samples));
        for (size_t l = down; l < last; l++)
            add_block(self, l, across, s, panel, sums[l - down]);
    }
    for (size_t l = down; l < last; l++)
        tnm_compressed_scatter_block(w, sums[l - down], l, across, self->gradient);
}

void tnm_products_gradient(const tnm_compressed *w, const float *d, const float *x, size_t samples,
                           float *gradient, int threads)
{
    const slopes self = {.w = w,
                         .d = d,
                         .x = x,
                         .samples = samples,
                         .gradient = gradient,
                         .add = tnm_products_kernel_for(tnm_isa_best())->gradient};
    size_t down = parts(w->down, BLOCKS);
#pragma omp parallel for schedule(dynamic) num_threads(tnm_thread_count(threads, down * w->across))
    for (size_t k = 0; k < down * w->across; k++)
        add_piece(&self, k / w->across * BLOCKS, k % w->across);
}
