#include "training/network/loss.h"

#include <math.h>

/* The first largest output of a sample. */
static size_t find_largest(const tnm_signal *outputs, size_t sample)
{
    size_t largest = 0;
    for (size_t c = 1; c < outputs->shape.channels; c++)
        if (outputs->values[c * outputs->samples + sample] >
            outputs->values[largest * outputs->samples + sample])
            largest = c;
    return largest;
}

/* exp(z_c - shift), and summed over c. */
static double exponential(const tnm_signal *outputs, size_t c, size_t sample, double shift)
{
    return exp((double)outputs->values[c * outputs->samples + sample] - shift);
}

static double sum_exponentials(const tnm_signal *outputs, size_t sample, double shift)
{
    double sum = 0;
    for (size_t c = 0; c < outputs->shape.channels; c++)
        sum += exponential(outputs, c, sample, shift);
    return sum;
}

tnm_score_card tnm_loss_grade(const tnm_signal *outputs, const uint8_t *labels)
{
    const size_t samples = outputs->samples;
    tnm_score_card card = {.samples = samples};
    for (size_t sample = 0; sample < samples; sample++) {
        size_t largest = find_largest(outputs, sample);
        double shift = (double)outputs->values[largest * samples + sample];
        double own = (double)outputs->values[labels[sample] * samples + sample] - shift;
        card.loss += log(sum_exponentials(outputs, sample, shift)) - own;
        card.right += largest == labels[sample];
    }
    return card;
}

void tnm_loss_slope(const tnm_signal *outputs, const uint8_t *labels, tnm_signal *slope)
{
    const size_t samples = outputs->samples;
    for (size_t sample = 0; sample < samples; sample++) {
        double shift = (double)outputs->values[find_largest(outputs, sample) * samples + sample];
        double sum = sum_exponentials(outputs, sample, shift);
        for (size_t c = 0; c < outputs->shape.channels; c++) {
            double share = exponential(outputs, c, sample, shift) / sum;
            double excess = share - (c == labels[sample] ? 1 : 0);
            slope->values[c * samples + sample] = (float)(excess / (double)samples);
        }
    }
}
