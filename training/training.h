/* Training: a network, a recipe, and a loop of steps.
 *
 *     every `mask_every` steps     the masks of the weights as they are        training/masker.h
 *     every step                   forward, backward, descent                  training/descent.h
 *     every epoch                  test samples; the state for resuming        training/state.h
 *
 * Two ways with masks. *Dynamic*: they follow the weights, and gradients pass straight through to
 * what they drop, so that it may come back. *Static*: one mask, of the weights at the start, is
 * held to the end; what it drops is 0 and gets no gradient.
 *
 * Each epoch meets the samples in an order of its own, drawn from the seed and the epoch's number.
 */
#ifndef TNM_TRAINING_TRAINING_H
#define TNM_TRAINING_TRAINING_H

#include "training/choice.h"
#include "training/record.h"

/* Who listens; each may be NULL. An error of `epoch` ends the training. */
typedef struct tnm_training_events {
    void *context;
    void (*start)(void *context, const tnm_product_times *times); /* products are chosen */
    void (*step)(void *context, size_t done, size_t all);
    tnm_error (*epoch)(void *context, size_t number); /* from 0; it is in the record */
} tnm_training_events;

typedef struct tnm_training {
    tnm_network *network; /* at its start; has room for a batch */
    const tnm_dataset *train, *test;
    const tnm_recipe *recipe;
    const char *state; /* path of the state; NULL: none is kept */
    bool resume;       /* from the state, where there is one */
    atomic_bool *stop; /* set by anyone to end the run; NULL: nobody will */
    double deadline;   /* on the clock of tnm_now(); 0: none */
    tnm_training_events events;
} tnm_training;

/* Trains. The record is opened here; its owner closes it, also after a failure. Whoever stops a
 * training (TNM_ERROR_INTERRUPTED, or TNM_ERROR_LIMIT for the deadline) stops it between two steps,
 * and finds the state of then. A finished training leaves its last state, for its owner to remove
 * once the network is safe. TNM_ERROR_DATA where the loss is no longer a number. */
tnm_error tnm_train(const tnm_training *training, tnm_training_record *record);

#endif
