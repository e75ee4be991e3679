/* The choice of products: dense or sparse, whichever is faster for a layer at the size it has.
 *
 * Skipping what a mask drops does not pay at every size. So before the first step the products of
 * a step, and renewing S .* W, are timed both ways, on the signals of real samples, as training
 * will do them. The two round differently: the choice is part of what a training is, is reported,
 * and is kept in its state. */
#ifndef TNM_TRAINING_CHOICE_H
#define TNM_TRAINING_CHOICE_H

#include "training/masker.h"

/* Seconds of the products of one step, the least of several repetitions. */
typedef struct tnm_product_times {
    double dense, sparse;
} tnm_product_times;

/* Chooses for every aim that leaves it open, after masks were put on and a batch has passed through
 * the network. `times`, one an aim, stays 0 where there was no choice. */
tnm_error tnm_choose_products(tnm_masker *masker, const tnm_network *network,
                              tnm_product_times *times);

#endif
