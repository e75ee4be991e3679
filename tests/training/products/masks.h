/* Masks for the tests of products: transposable, of a shape and a pattern. */
#ifndef TNM_TESTS_TRAINING_PRODUCTS_MASKS_H
#define TNM_TESTS_TRAINING_PRODUCTS_MASKS_H

#include "tests/testlib.h"

typedef enum tnm_mask_kind_drawn {
    TNM_DRAWN_FULL,  /* N in every line of every tile that is whole */
    TNM_DRAWN_SHORT, /* at most N, at random */
    TNM_DRAWN_EMPTY, /* nothing */
    TNM_DRAWN_KINDS
} tnm_mask_kind_drawn;

enum { TNM_DRAWN_PATTERNS = 18 };
static const int tnm_drawn_patterns[TNM_DRAWN_PATTERNS][2] = {
    {1, 4}, {2, 4}, {2, 8}, {4, 8},  {4, 16}, {8, 16}, {16, 32}, {32, 64}, {3, 7},
    {1, 1}, {0, 4}, {3, 3}, {1, 24}, {1, 33}, {6, 10}, {1, 64},  {64, 64}, {5, 5}};

/* Every tile's rows keep N columns of a shuffled diagonal band, cut at the edge of the matrix; of
 * these, half of them for the short kind. */
static inline void tnm_draw_transposable(tnm_random *random, uint8_t *mask, size_t rows,
                                         size_t cols, int n, int m, tnm_mask_kind_drawn kind)
{
    size_t side = (size_t)m, order[2][TNM_MAX_TILE];
    for (size_t row = 0; row < rows; row++) {
        for (size_t col = 0; col < cols; col++)
            mask[row * cols + col] = 0;
    }
    for (size_t row = 0; row < rows; row += side) {
        for (size_t col = 0; col < cols; col += side) {
            for (size_t k = 0; k < 2 * side; k++) {
                size_t i = k % side, other = tnm_random_next(random) % (i + 1);
                order[k / side][i] = order[k / side][other];
                order[k / side][other] = i;
            }
            for (size_t k = 0; k < side * (size_t)n; k++) {
                size_t i = row + order[0][k % side];
                size_t j = col + order[1][(k % side + k / side) % side];
                bool kept = kind == TNM_DRAWN_FULL ||
                            (kind == TNM_DRAWN_SHORT && tnm_random_next(random) % 2 == 0);
                if (i < rows && j < cols)
                    mask[i * cols + j] = kept ? (uint8_t)(1 + k % 255) : 0;
            }
        }
    }
}

#endif
