/* The loops of the products, built once for every instruction set (instances/isa.h). A call takes
 * one block of the compressed matrix and one *panel*: as many samples as the accumulators of a line
 * hold, of the operand's rows that the block meets, packed side by side so that they stay in the
 * innermost cache while all lines of the block go over them. */
#ifndef TNM_TRAINING_PRODUCTS_KERNEL_H
#define TNM_TRAINING_PRODUCTS_KERNEL_H

#include "instances/isa.h"
#include "training/products/compressed.h"

enum {
    TNM_PANEL_WIDEST = 64, /* samples; panels are 64, 32 or 16 wide */
    TNM_PANEL_NARROWEST = 16,
};

/* Floats from panel to panel of those that are packed at the same time. */
enum { TNM_PANEL_SIZE = TNM_COMPRESSED_SIDE * TNM_PANEL_WIDEST };

/* Rows of an operand, to be packed: panels of TNM_PANEL_WIDEST samples, the last one as wide as
 * tnm_panel_width says, with zeros up to its width and to `side` rows. */
typedef struct tnm_packing {
    const float *from; /* the first row; rows are `stride` apart */
    size_t stride;
    size_t rows, side, samples;
    float *panels;
} tnm_packing;

static inline size_t tnm_panel_width(size_t samples)
{
    return samples > 32 ? 64 : samples > 16 ? 32 : 16;
}

/* A block times a panel: of the sums over all blocks that make up some lines of the result. These
 * sums are packed like panels until the last block, which writes the result. */
typedef struct tnm_strip {
    const float *values;   /* [line][slots]; `unturned`: [row][slots] */
    const uint8_t *places; /* [line][slots]: the row of the panel that a value meets */
    size_t slots, used;    /* slots of a line, and how many to go through: multiples of 4 */
    size_t rounds, m;      /* of tnm_compressed; for `unturned` alone */
    const float *panel;    /* [side][width] */
    size_t width;
    float *sums;                /* [line][width] */
    bool first, last;           /* sums begin or end with this block */
    float *result;              /* its first line */
    size_t stride;              /* from line to line of the result */
    size_t lines, samples;      /* of the result, samples <= width */
    const float *next_values;   /* of the block that will be next, or NULL: to be fetched ... */
    const uint8_t *next_places; /* ... into the caches meanwhile, in no order that it foresees */
} tnm_strip;

/* The values of a block in the order of its columns, as W^T needs them: value (column, slot) stands
 * in row lines[column][slot] of the block. This pays where some panels share the turned values;
 * for one or two, `unturned` looks for each value where it stands. */
typedef struct tnm_turn {
    const float *values;  /* [row][slots] */
    const uint8_t *lines; /* [column][slots] */
    size_t slots, rounds; /* as in tnm_compressed */
    size_t m;
    size_t columns;
    float *turned; /* [column][slots] */
} tnm_turn;

/* Adds the products of rows of d with rows of a panel of x to a block of the gradient. */
typedef struct tnm_slope {
    float *gradient;        /* laid out as the values of a block */
    bool first;             /* writes it instead of adding to it */
    const uint8_t *columns; /* of the block */
    size_t slots, used;
    const float *panel; /* of x */
    size_t width;
    const float *d; /* its first row; rows are `stride` apart */
    size_t stride;
    size_t rows, samples;
} tnm_slope;

/* Kernels read up to TNM_COMPRESSED_SPARE places and values beyond the last line. */
typedef struct tnm_products_kernel {
    void (*pack)(const tnm_packing *packing);
    void (*multiply)(const tnm_strip *strip);
    void (*unturned)(const tnm_strip *strip);
    void (*turn)(const tnm_turn *turn);
} tnm_products_kernel;

const tnm_products_kernel *tnm_products_kernel_for(tnm_isa isa);

typedef void tnm_gradient_kernel(const tnm_slope *slope);
tnm_gradient_kernel *tnm_add_slope_for(tnm_isa isa);

#endif
