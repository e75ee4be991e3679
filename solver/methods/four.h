/* What is known of 2:4 only: 4 x 4 tiles, one tile a vector lane.
 *
 *     torch-greedy    PyTorch's sorting network, then entries in order
 *     enumerate       the largest of the sums over all patterns */
#ifndef TNM_SOLVER_METHODS_FOUR_H
#define TNM_SOLVER_METHODS_FOUR_H

#include "instances/isa.h"
#include "solver/method.h"

enum { TNM_FOUR_PATTERNS = 90, TNM_FOUR_COMPARATORS = 65 };

/* All 4 x 4 masks with two kept in every line, by which of the six pairs of columns a row keeps. */
typedef struct tnm_four_patterns {
    uint8_t pairs[TNM_FOUR_PATTERNS][4];
    uint64_t masks[TNM_FOUR_PATTERNS]; /* bit 4i+j */
} tnm_four_patterns;

/* Comparators in order: the larger of values a and b goes to b. */
typedef struct tnm_four_network {
    size_t count;
    struct {
        uint8_t a, b;
    } pairs[TNM_FOUR_COMPARATORS];
} tnm_four_network;

/* The columns of the pairs, as bits: first those whose lowest column comes first. */
extern const uint8_t tnm_four_pairs[6];

typedef struct tnm_four_kernel {
    /* Keeps values from large to small while row and column keep fewer than two; `values` is one of
     * the band's arrays. */
    void (*keep)(uint64_t *rows, const tnm_four_network *network, const tnm_band *band,
                 const float *values);
    /* The pattern of the largest sum of scores, in floats; of equal sums the first. */
    void (*enumerate)(uint64_t *rows, const tnm_four_patterns *patterns, const tnm_band *band);
} tnm_four_kernel;

const tnm_four_kernel *tnm_four_kernel_for(tnm_isa isa);

/* "only 2:4", unless it is. */
const char *tnm_four_refuses(const tnm_problem *problem);

#endif
