/* Samples of a data set, passed through a network, batch after batch. */
#ifndef TNM_TRAINING_CALIBRATION_PASSES_H
#define TNM_TRAINING_CALIBRATION_PASSES_H

#include "training/dataset.h"
#include "training/network/network.h"

/* Which samples of a data set. */
typedef struct tnm_sample_choice {
    const tnm_dataset *data; /* borrowed */
    size_t *numbers;         /* owned */
    size_t count;
} tnm_sample_choice;

/* All samples; or `count` of them (all where there are fewer), drawn by a seed, in the order in
 * which they are drawn. On failure nothing is owned. */
tnm_error tnm_sample_choice_all(tnm_sample_choice *choice, const tnm_dataset *data);
tnm_error tnm_sample_choice_draw(tnm_sample_choice *choice, const tnm_dataset *data, size_t count,
                                 uint64_t seed);
/* Accepts a zeroed one. */
void tnm_sample_choice_close(tnm_sample_choice *choice);

/* Called after the pass of samples first .. first + count - 1; labels are theirs. */
typedef tnm_error (*tnm_pass_visit)(void *context, size_t first, size_t count,
                                    const uint8_t *labels);

/* Passes samples first .. end - 1 of the choice through the network, as many at once as it takes.
 * An error of the visit ends it. */
tnm_error tnm_passes(tnm_network *network, tnm_pass pass, const tnm_sample_choice *choice,
                     size_t first, size_t end, tnm_pass_visit visit, void *context);

/* Loss and right answers over the samples. */
tnm_error tnm_passes_grade(tnm_network *network, const tnm_sample_choice *choice,
                           tnm_score_card *card);

/* Makes statistics of normalisation those of the samples: what masks and calibration changed before
 * a layer, its normalisation has to follow. */
tnm_error tnm_passes_reestimate(tnm_network *network, const tnm_sample_choice *choice);

#endif
