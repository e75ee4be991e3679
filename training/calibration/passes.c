/* Passing samples through networks: see passes.h. */
#include "training/calibration/passes.h"

#include "formulations/diversity/stream.h"

#include <stdlib.h>

/* ---- choosing ---------------------------------------------------------------------------- */

tnm_error tnm_sample_choice_all(tnm_sample_choice *choice, const tnm_dataset *data)
{
    *choice = (tnm_sample_choice){.data = data, .count = data->count};
    tnm_error error = TNM_NEW(choice->numbers, data->count);
    for (size_t k = 0; error == TNM_OK && k < data->count; k++)
        choice->numbers[k] = k;
    return error;
}

tnm_error tnm_sample_choice_draw(tnm_sample_choice *choice, const tnm_dataset *data, size_t count,
                                 uint64_t seed)
{
    tnm_stream stream = {seed};
    tnm_error error = tnm_sample_choice_all(choice, data);
    if (error != TNM_OK)
        return error;
    choice->count = count < data->count ? count : data->count;
    for (size_t k = 0; k < choice->count; k++) {
        size_t other = k + (size_t)tnm_stream_below(&stream, data->count - k);
        size_t drawn = choice->numbers[other];
        choice->numbers[other] = choice->numbers[k];
        choice->numbers[k] = drawn;
    }
    return TNM_OK;
}

void tnm_sample_choice_close(tnm_sample_choice *choice)
{
    free(choice->numbers);
    *choice = (tnm_sample_choice){0};
}

/* ---- passing ----------------------------------------------------------------------------- */

tnm_error tnm_passes(tnm_network *network, tnm_pass pass, const tnm_sample_choice *choice,
                     size_t first, size_t end, tnm_pass_visit visit, void *context)
{
    tnm_error error = TNM_OK;
    uint8_t *labels = NULL;
    TNM_TRY(TNM_NEW(labels, network->most_samples));
    for (size_t at = first; at < end; at += network->most_samples) {
        size_t count = end - at < network->most_samples ? end - at : network->most_samples;
        tnm_dataset_take(choice->data, choice->numbers + at, count, tnm_network_input(network),
                         labels);
        tnm_network_forward(network, pass);
        if (visit != NULL)
            TNM_TRY(visit(context, at, count, labels));
    }
out:
    free(labels);
    return error;
}

typedef struct grading {
    const tnm_network *network;
    tnm_score_card *card;
} grading;

static tnm_error grade(void *context, size_t first, size_t count, const uint8_t *labels)
{
    const grading *self = context;
    (void)first;
    (void)count;
    tnm_score_card part = tnm_network_grade(self->network, labels);
    self->card->loss += part.loss;
    self->card->right += part.right;
    self->card->samples += part.samples;
    return TNM_OK;
}

tnm_error tnm_passes_grade(tnm_network *network, const tnm_sample_choice *choice,
                           tnm_score_card *card)
{
    grading context = {network, card};
    *card = (tnm_score_card){0};
    return tnm_passes(network, TNM_PASS_EVALUATE, choice, 0, choice->count, grade, &context);
}

tnm_error tnm_passes_reestimate(tnm_network *network, const tnm_sample_choice *choice)
{
    tnm_network_forget_statistics(network);
    return tnm_passes(network, TNM_PASS_REESTIMATE, choice, 0, choice->count, NULL, NULL);
}
