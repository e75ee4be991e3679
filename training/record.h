/* Records: what a training tells about itself.
 *
 * Numbers are summed as batches are met, so that a training that was interrupted within an epoch
 * goes on adding. All are doubles, which hold counts up to 2^53 exactly: a row of a table. */
#ifndef TNM_TRAINING_RECORD_H
#define TNM_TRAINING_RECORD_H

#include "instances/base.h"

/* One epoch. */
typedef struct tnm_epoch {
    double steps;                 /* done */
    double loss, right, samples;  /* of the training samples, each as it was met; loss summed */
    double flips, compared;       /* mask entries that changed sides, of so many, over all searches;
                                     the first search has nothing to compare with */
    double searches;              /* for masks */
    double rate;                  /* of the last step */
    double seconds;               /* wall time */
    double test_loss, test_right; /* after the last step, of all test samples */
    double test_samples;          /* 0 until then: the epoch is not over */
} tnm_epoch;
enum { TNM_EPOCH_NUMBERS = sizeof(tnm_epoch) / sizeof(double) };

/* Mean loss of a sample, share of samples whose largest output is their label, in training and
 * test, and share of mask entries that changed sides a search; 0 where there are none. */
double tnm_epoch_loss(const tnm_epoch *epoch);
double tnm_epoch_accuracy(const tnm_epoch *epoch);
double tnm_epoch_test_loss(const tnm_epoch *epoch);
double tnm_epoch_test_accuracy(const tnm_epoch *epoch);
double tnm_epoch_flip_rate(const tnm_epoch *epoch);

/* Where the time of a training goes: name in reports, meaning */
#define TNM_TRAINING_PARTS(X)                                                                      \
    X(MASKS, "masks", "finding masks and putting them on")                                         \
    X(FORWARD, "forward", "through the network, with the loss")                                    \
    X(BACKWARD, "backward", "derivatives by the signals")                                          \
    X(GRADIENT, "gradient", "derivatives by the weights")                                          \
    X(UPDATE, "update", "descent, and S .* W made anew")                                           \
    X(DATA, "data", "gathering samples")                                                           \
    X(EVALUATION, "evaluation", "of the test samples")                                             \
    X(SAVING, "saving", "the state, for resuming")

typedef enum tnm_training_part {
#define X(name, word, meaning) TNM_PART_##name,
    TNM_TRAINING_PARTS(X)
#undef X
        TNM_TRAINING_PART_COUNT
} tnm_training_part;

/* "masks", "forward", ... */
const char *tnm_training_part_name(tnm_training_part part);

typedef struct tnm_training_record {
    tnm_epoch *epochs; /* room for all of them, owned */
    size_t count;      /* begun; only the last may not be over */
    double seconds[TNM_TRAINING_PART_COUNT];
    size_t resumed; /* steps that an earlier run had done */
} tnm_training_record;

/* Room for so many epochs, none of them begun. On failure nothing is owned. */
tnm_error tnm_training_record_open(tnm_training_record *record, size_t epochs);
void tnm_training_record_close(tnm_training_record *record); /* accepts a zeroed one */

/* Epochs that are over, and steps of all. */
size_t tnm_training_record_finished(const tnm_training_record *record);
size_t tnm_training_record_steps(const tnm_training_record *record);
/* Flips of all epochs over the entries compared. */
double tnm_training_record_flip_rate(const tnm_training_record *record);
/* Seconds for masks over those of the training itself: forward, backward, gradient, update and
 * data. */
double tnm_training_record_overhead(const tnm_training_record *record);

#endif
