/* Capturing the inputs of a layer: see capture.h. */
#include "training/calibration/capture.h"

#include <stdlib.h>
#include <string.h>

/* A capture under way. */
typedef struct run {
    tnm_capture *into;
    tnm_moments *moments; /* of the part at hand */
    tnm_network *whole, *masked;
    const tnm_parameter *whole_weight, *masked_weight;
    const tnm_sample_choice *choice;
    bool keep;
} run;

/* The first samples tell how many columns each has. */
static tnm_error make_room(run *self, size_t columns)
{
    tnm_error error = TNM_OK;
    tnm_capture *into = self->into;
    const size_t all = self->whole_weight->cols * columns * self->choice->count;
    if (into->seen != NULL)
        return TNM_OK;
    TNM_TRY(TNM_NEW(into->seen, all));
    if (self->masked != NULL)
        TNM_TRY(TNM_NEW(into->dense, all));
    into->samples = (tnm_samples){
        .seen = into->seen, .dense = into->dense, .count = self->choice->count, .columns = columns};
out:
    return error;
}

static void keep_columns(float *into, const float *from, size_t inputs, size_t first, size_t width,
                         size_t all)
{
    for (size_t input = 0; input < inputs; input++)
        memcpy(into + input * all + first, from + input * width, width * sizeof *into);
}

/* The pass of the whole network is done; that of the masked one follows here. */
static tnm_error capture_batch(void *context, size_t first, size_t count, const uint8_t *labels)
{
    tnm_error error = TNM_OK;
    run *self = context;
    size_t columns;
    (void)labels;
    const float *dense = tnm_network_seen(self->whole, self->whole_weight, &columns), *seen = dense;
    if (self->masked != NULL) {
        const tnm_signal *input = tnm_network_input(self->whole);
        tnm_signal *copy = tnm_network_input(self->masked);
        copy->samples = input->samples;
        memcpy(copy->values, input->values,
               input->samples * tnm_shape_size(&input->shape) * sizeof *copy->values);
        tnm_network_forward(self->masked, TNM_PASS_EVALUATE);
        seen = tnm_network_seen(self->masked, self->masked_weight, &columns);
    }
    tnm_moments_add(self->moments, seen, dense, columns, self->whole->threads);
    if (!self->keep)
        return TNM_OK;
    TNM_TRY(make_room(self, columns / count));
    const size_t each = columns / count, inputs = self->whole_weight->cols;
    const size_t all = each * self->choice->count;
    keep_columns(self->into->seen, seen, inputs, first * each, columns, all);
    if (self->masked != NULL)
        keep_columns(self->into->dense, dense, inputs, first * each, columns, all);
out:
    return error;
}

static tnm_error capture_part(run *self, tnm_moments *moments, size_t first, size_t end)
{
    self->moments = moments;
    return tnm_passes(self->whole, TNM_PASS_EVALUATE, self->choice, first, end, capture_batch,
                      self);
}

tnm_error tnm_capture_open(tnm_capture *capture, tnm_network *whole, tnm_network *masked,
                           const char *weight, const tnm_sample_choice *choice, bool keep)
{
    tnm_error error = TNM_OK;
    const size_t part = tnm_ridge_first_part(choice->count);
    run self = {.into = capture,
                .whole = whole,
                .masked = masked,
                .whole_weight = tnm_network_find(whole, weight),
                .masked_weight = masked != NULL ? tnm_network_find(masked, weight) : NULL,
                .choice = choice,
                .keep = keep};
    *capture = (tnm_capture){0};
    TNM_TRY(tnm_moments_open(&capture->first, self.whole_weight->cols, masked != NULL));
    TNM_TRY(tnm_moments_open(&capture->rest, self.whole_weight->cols, masked != NULL));
    TNM_TRY(capture_part(&self, &capture->first, 0, part));
    TNM_TRY(capture_part(&self, &capture->rest, part, choice->count));
out:
    if (error != TNM_OK)
        tnm_capture_close(capture);
    return error;
}

void tnm_capture_close(tnm_capture *capture)
{
    tnm_moments_close(&capture->first);
    tnm_moments_close(&capture->rest);
    free(capture->seen);
    free(capture->dense);
    *capture = (tnm_capture){0};
}
