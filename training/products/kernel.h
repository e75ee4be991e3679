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

/* Adds a block times a panel to lines of the result. */
typedef struct tnm_strip {
    const float *values;     /* of the block: [row][slots] */
    const uint8_t *places;   /* of the block: columns (forward) or lines (backward) */
    size_t slots, rounds, m; /* as in tnm_compressed */
    size_t used;             /* slots of a line to go through, a multiple of 4 */
    const float *panel;      /* [side][width] */
    size_t width;
    float *result; /* its first line; lines are `stride` apart */
    size_t stride;
    size_t lines, samples; /* of the result, samples <= width */
    bool first;            /* writes the result instead of adding to it */
} tnm_strip;

/* Adds the products of rows of d with rows of a panel of x to a block of the gradient. */
typedef struct tnm_slope {
    float *gradient;        /* laid out as the values of a block */
    const uint8_t *columns; /* of the block */
    size_t slots, used;
    const float *panel; /* of x */
    size_t width;
    const float *d; /* its first row; rows are `stride` apart */
    size_t stride;
    size_t rows, samples;
} tnm_slope;

typedef struct tnm_products_kernel {
    void (*forward)(const tnm_strip *strip);
    void (*backward)(const tnm_strip *strip);
    void (*gradient)(const tnm_slope *slope);
} tnm_products_kernel;

const tnm_products_kernel *tnm_products_kernel_for(tnm_isa isa);

#endif
