#include "training/products/products.h"

#include "formulations/check.h"
#include "training/products/kernel.h"

#include <string.h>

/* A thread takes this many panels at a time over this many blocks of lines, so that a block's
 * values come from the caches for all but the first panel, and a panel is packed for more than one
 * block. */
enum { PANELS = 4, BLOCKS = 8 };

TNM_DISPATCH(const tnm_products_kernel, tnm_products_kernel)
TNM_DISPATCH(tnm_gradient_kernel, tnm_add_slope)

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
    _Alignas(64) float packed[PANELS][TNM_PANEL_SIZE];
    float sums[PANELS][BLOCKS][TNM_PANEL_SIZE];
    float turned[TNM_COMPRESSED_SIDE * TNM_COMPRESSED_SLOTS + TNM_COMPRESSED_SPARE];
} piece;

/* The values of a block in the order of its columns. */
static const float *turn_values(const product *self, piece *work, size_t block, size_t columns)
{
    const tnm_compressed *w = self->w;
    self->kernel->turn(&(tnm_turn){.values = w->values + block,
                                   .lines = w->lines + block,
                                   .slots = w->slots,
                                   .rounds = w->rounds,
                                   .m = (size_t)w->m,
                                   .columns = columns,
                                   .turned = work->turned});
    return work->turned;
}

/* Where the arrays of w have the block that relates block `line` of the piece's lines to block
 * `deep` of the operand. */
static size_t block_at(const product *self, const piece *work, size_t line, size_t deep)
{
    line += work->line;
    return self->backward ? tnm_compressed_block(self->w, deep, line)
                          : tnm_compressed_block(self->w, line, deep);
}

/* The strip's next block: that of the next lines, or of the first lines at the next depth. */
static void look_ahead(tnm_strip *strip, const product *self, const piece *work, size_t line,
                       size_t deep)
{
    const tnm_compressed *w = self->w;
    bool deeper = line + 1 == work->lines;
    if (deeper && strip->last)
        return;
    size_t next = block_at(self, work, deeper ? 0 : line + 1, deep + deeper);
    strip->next_values = w->values + next;
    strip->next_places = (self->backward ? w->lines : w->columns) + next;
}

/* Block `line` of the piece's lines meets block `deep` of the operand. */
static void multiply_block(const product *self, piece *work, size_t line, size_t deep)
{
    enum { TURNING_PAYS = 3 };
    const tnm_compressed *w = self->w;
    size_t down = work->line + line, lines = smaller(w->side, self->lines - down * w->side);
    size_t block =
        self->backward ? tnm_compressed_block(w, deep, down) : tnm_compressed_block(w, down, deep);
    size_t panels = parts(work->samples, TNM_PANEL_WIDEST);
    bool turned = self->backward && panels >= TURNING_PAYS;
    bool unturned = self->backward && !turned;
    float *result = self->result + down * w->side * self->samples + work->sample;
    tnm_strip strip = {.values = turned ? turn_values(self, work, block, lines) : w->values + block,
                       .places = (self->backward ? w->lines : w->columns) + block,
                       .slots = w->slots,
                       .used = used_slots(w, self->depth - deep * w->side),
                       .rounds = w->rounds,
                       .m = (size_t)w->m,
                       .first = deep == 0,
                       .last = (deep + 1) * w->side >= self->depth,
                       .stride = self->samples,
                       .lines = lines};
    look_ahead(&strip, self, work, line, deep);
    for (size_t panel = 0; panel < panels; panel++) {
        strip.samples = samples_of(panel * TNM_PANEL_WIDEST, work->samples);
        strip.width = tnm_panel_width(strip.samples);
        strip.panel = work->packed[panel];
        strip.sums = work->sums[panel][line];
        strip.result = result + panel * TNM_PANEL_WIDEST;
        (unturned ? self->kernel->unturned : self->kernel->multiply)(&strip);
        strip.next_values = NULL; /* fetched */
    }
}

static void multiply_piece(const product *self, piece *work)
{
    size_t side = self->w->side;
    for (size_t deep = 0; deep * side < self->depth; deep++) {
        self->kernel->pack(
            &(tnm_packing){.from = self->operand + deep * side * self->samples + work->sample,
                           .stride = self->samples,
                           .rows = smaller(side, self->depth - deep * side),
                           .side = side,
                           .samples = work->samples,
                           .panels = work->packed[0]});
        for (size_t line = 0; line < work->lines; line++)
            multiply_block(self, work, line, deep);
    }
}

/* How a product is cut: the largest pieces of which there are enough for all threads, with fewer
 * panels rather than fewer lines, since all pieces with the same panels pack them. */
typedef struct cut {
    size_t blocks, panels; /* of a piece, at most */
    size_t down, across;   /* pieces */
} cut;

static cut cut_product(size_t blocks, size_t panels, int threads)
{
    size_t wanted = (size_t)threads;
    cut self = {smaller(BLOCKS, blocks), smaller(PANELS, panels), 0, 0};
    while (self.blocks > 0 && self.panels > 0) {
        self.down = parts(blocks, self.blocks);
        self.across = parts(panels, self.panels);
        if (self.down * self.across >= wanted || (self.blocks == 1 && self.panels == 1))
            break;
        size_t *halved = self.panels > 1 ? &self.panels : &self.blocks;
        *halved = parts(*halved, 2);
    }
    return self;
}

static void multiply(const product *self, int threads)
{
    size_t blocks = parts(self->lines, self->w->side);
    cut into = cut_product(blocks, parts(self->samples, TNM_PANEL_WIDEST),
                           tnm_thread_count(threads, SIZE_MAX));
    size_t pieces = into.down * into.across, samples = into.panels * TNM_PANEL_WIDEST;
    if (self->depth == 0) {
        memset(self->result, 0, self->lines * self->samples * sizeof *self->result);
        return;
    }
    threads = tnm_thread_count(threads, pieces);
#pragma omp parallel for schedule(dynamic) num_threads(threads) if (threads > 1)
    for (size_t k = 0; k < pieces; k++) {
        piece work;
        work.line = k / into.across * into.blocks;
        work.lines = smaller(into.blocks, blocks - work.line);
        work.sample = k % into.across * samples;
        work.samples = smaller(samples, self->samples - work.sample);
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
    const tnm_products_kernel *kernel;
    tnm_gradient_kernel *add;
} slopes;

static void add_block(const slopes *self, size_t down, size_t across, size_t sample,
                      const float *panel, float *sums)
{
    const tnm_compressed *w = self->w;
    size_t samples = samples_of(sample, self->samples);
    tnm_slope slope = {.gradient = sums,
                       .first = sample == 0,
                       .columns = w->columns + tnm_compressed_block(w, down, across),
                       .slots = w->slots,
                       .used = used_slots(w, w->cols - across * w->side),
                       .panel = panel,
                       .width = tnm_panel_width(samples),
                       .d = self->d + down * w->side * self->samples + sample,
                       .stride = self->samples,
                       .rows = smaller(w->side, w->rows - down * w->side),
                       .samples = samples};
    self->add(&slope);
}

/* The gradient of up to BLOCKS blocks from `down` on, one below the other. */
static void add_piece(const slopes *self, size_t down, size_t across)
{
    _Alignas(64) float panel[TNM_PANEL_SIZE];
    _Alignas(64) float sums[BLOCKS][TNM_COMPRESSED_SIDE * TNM_COMPRESSED_SLOTS];
    const tnm_compressed *w = self->w;
    size_t last = smaller(down + BLOCKS, w->down);
    size_t height = smaller(w->side, w->cols - across * w->side);
    for (size_t l = down; l < last && self->samples == 0; l++)
        memset(sums[l - down], 0, w->side * w->slots * sizeof(float));
    for (size_t s = 0; s < self->samples; s += TNM_PANEL_WIDEST) {
        self->kernel->pack(&(tnm_packing){.from = self->x + across * w->side * self->samples + s,
                                          .stride = self->samples,
                                          .rows = height,
                                          .side = w->side,
                                          .samples = samples_of(s, self->samples),
                                          .panels = panel});
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
                         .kernel = tnm_products_kernel_for(tnm_isa_best()),
                         .add = tnm_add_slope_for(tnm_isa_best())};
    size_t down = parts(w->down, BLOCKS);
#pragma omp parallel for schedule(dynamic) num_threads(tnm_thread_count(threads, down * w->across))
    for (size_t k = 0; k < down * w->across; k++)
        add_piece(&self, k / w->across * BLOCKS, k % w->across);
}
