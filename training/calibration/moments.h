/* Second moments of what enters a layer: all that least squares has to know of its inputs.
 *
 * A layer with weights W sees inputs x and is to answer W x. Once masked it sees inputs x', the
 * same ones where layers are calibrated each by itself, and others where the layers before it are
 * masked already. Over all columns of inputs seen
 *
 *     seen  = sum x' x'^T        cross = sum x' x^T        dense = sum x x^T
 *
 * are inputs x inputs matrices of doubles, whatever the number of columns, and the squared error of
 * weights V is tr(W dense W^T - 2 V cross W^T + V seen V^T). With the sums of x' and x the same is
 * known of a layer with a bias. */
#ifndef TNM_TRAINING_CALIBRATION_MOMENTS_H
#define TNM_TRAINING_CALIBRATION_MOMENTS_H

#include "instances/base.h"

typedef struct tnm_moments {
    size_t inputs;
    size_t columns;        /* added so far */
    bool paired;           /* x' and x differ */
    double *seen;          /* owned, inputs * inputs */
    double *cross, *dense; /* likewise; where not paired, the same memory as `seen` */
    double *seen_sum;      /* owned, inputs: sum x' */
    double *dense_sum;     /* sum x, likewise; where not paired, the same memory */
    double *panels;        /* private: some columns as doubles */
} tnm_moments;

/* Of no columns. On failure nothing is owned. */
tnm_error tnm_moments_open(tnm_moments *moments, size_t inputs, bool paired);
/* Accepts zeroed ones. */
void tnm_moments_close(tnm_moments *moments);

/* Adds columns: seen and dense are inputs x columns, row after row; dense is looked at where paired
 * only. At most `threads` (0: all) work; the same bytes for any number of them. */
void tnm_moments_add(tnm_moments *moments, const float *seen, const float *dense, size_t columns,
                     int threads);
/* The same, of a matrix whose rows are the columns above, as files hold samples: columns x inputs.
 * Not paired. */
void tnm_moments_add_samples(tnm_moments *moments, const float *samples, size_t columns,
                             int threads);

/* Adds the columns of other moments, of as many inputs and paired likewise. */
void tnm_moments_merge(tnm_moments *moments, const tnm_moments *other);

/* |W x - V x' - s| / |W x| over all columns, for rows x inputs weights W and V and a shift s of
 * `rows` numbers, by which a bias was changed (NULL: none); Frobenius norms. 0 where both are 0,
 * infinite where only the divisor is. */
double tnm_moments_error(const tnm_moments *moments, const float *weights, const float *fitted,
                         const float *shift, size_t rows);

/* What V answers less than W in the mean, (W sum x - V sum x') / columns, one number a row: what a
 * bias has to take up. 0 where there are no columns. */
void tnm_moments_shift(const tnm_moments *moments, const float *weights, const float *fitted,
                       float *shift, size_t rows);

#endif
