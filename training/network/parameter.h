/* Parameters: the numbers of a network that training changes, and the masks on them.
 *
 * A weight matrix is (outputs, inputs). The weights of a convolution, four sides in a checkpoint,
 * are the matrix that its products use: outputs, and all of inputs, height and width. Under a mask
 * S a layer computes with S .* W, while W itself stays whole: training with masks that follow the
 * weights changes dropped entries too, so that they may come back [hubara2021]. */
#ifndef TNM_TRAINING_NETWORK_PARAMETER_H
#define TNM_TRAINING_NETWORK_PARAMETER_H

#include "training/products/compressed.h"

/* A mask on a weight matrix, and the forms of S .* W that products use. */
typedef struct tnm_sparsity {
    tnm_problem problem; /* the pattern it keeps along rows, and where transposable along columns */
    bool transposable;
    uint8_t *mask;             /* rows * cols bytes, 0 or 1 */
    float *masked;             /* S .* W */
    tnm_compressed compressed; /* likewise; used where sparse_products */
    bool sparse_products;      /* transposable masks only */
} tnm_sparsity;

/* What a parameter is for, and with that how a network begins. */
typedef enum tnm_role {
    TNM_ROLE_WEIGHT,   /* drawn at random; the only ones that decay, and that masks go on */
    TNM_ROLE_BIAS,     /* 0 */
    TNM_ROLE_SCALE,    /* 1 */
    TNM_ROLE_MEAN,     /* 0; follows what passes, not a gradient */
    TNM_ROLE_VARIANCE, /* 1; likewise, and never negative */
} tnm_role;

typedef struct tnm_parameter {
    char *name;      /* as in checkpoints: "fc1.weight", "bn2.bias" */
    size_t shape[4]; /* as in checkpoints */
    size_t rank;
    size_t rows, cols; /* of the matrix; a vector has one column */
    float *values;     /* rows * cols */
    float *gradient;   /* of the loss, likewise; NULL for what is not trained by gradients */
    tnm_role role;
    bool decays;             /* weights do; biases and normalisation do not */
    tnm_sparsity *sparsity;  /* NULL: dense */
    double gradient_seconds; /* wall time in tnm_parameter_gradient so far */
} tnm_parameter;

/* Says what a parameter is to be: a matrix whose rows are the first side, and columns all others.
 * "fc1", "weight" give the name "fc1.weight". On failure nothing is owned. */
tnm_error tnm_parameter_describe(tnm_parameter *parameter, const char *layer, const char *name,
                                 tnm_role role, const size_t *shape, size_t rank);
/* Gives a described parameter its numbers, zeros. On failure it is still described. */
tnm_error tnm_parameter_allocate(tnm_parameter *parameter);
/* Both. On failure nothing is owned. */
tnm_error tnm_parameter_open(tnm_parameter *parameter, const char *layer, const char *name,
                             tnm_role role, const size_t *shape, size_t rank);
/* Accepts a zeroed one. */
void tnm_parameter_close(tnm_parameter *parameter);

/* rows * cols */
size_t tnm_parameter_size(const tnm_parameter *parameter);

/* Puts a mask (rows * cols bytes, copied) on a weight matrix, in place of an earlier one. Where
 * `sparse_products`, products skip dropped entries, which takes a transposable mask. Row and column
 * counts above N are refused (TNM_ERROR_DATA; columns only where transposable). On failure the
 * earlier mask stays. */
tnm_error tnm_parameter_mask(tnm_parameter *parameter, const tnm_problem *problem,
                             bool transposable, bool sparse_products, const uint8_t *mask);
/* Takes it off. */
void tnm_parameter_unmask(tnm_parameter *parameter);
/* To be called after values changed: renews S .* W. */
void tnm_parameter_refresh(tnm_parameter *parameter);

/* What products compute with: S .* W where there is a mask, else W. Borrowed. */
const float *tnm_parameter_effective(const tnm_parameter *parameter);

/* Kept |w| over all |w| of a parameter under its mask; 1 where all are 0. And its two terms. */
typedef struct tnm_retention {
    double kept, total;
} tnm_retention;
tnm_retention tnm_retention_of(const tnm_parameter *parameter);

/* The three products of a layer, dense or sparse as the mask says, at most `threads` (0: all) at
 * work, the same bytes for any number of them. x: cols x columns, y and d: rows x columns. */
void tnm_parameter_forward(const tnm_parameter *w, const float *x, size_t columns, float *y,
                           int threads); /* y = (S .* W) x */
void tnm_parameter_backward(const tnm_parameter *w, const float *d, size_t columns, float *g,
                            int threads); /* g = (S .* W)^T d */
/* gradient = d x^T, for all entries: the straight-through estimate of a masked layer passes the
 * gradient to dropped entries as well. `kept_only`: 0 there, and sparse products save the work. */
void tnm_parameter_gradient(tnm_parameter *w, const float *d, const float *x, size_t columns,
                            bool kept_only, int threads);

#endif
