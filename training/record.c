/* Records: see record.h. */
#include "training/record.h"

#include <stdlib.h>

static double share(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

double tnm_epoch_loss(const tnm_epoch *epoch)
{
    return share(epoch->loss, epoch->samples);
}

double tnm_epoch_accuracy(const tnm_epoch *epoch)
{
    return share(epoch->right, epoch->samples);
}

double tnm_epoch_test_loss(const tnm_epoch *epoch)
{
    return share(epoch->test_loss, epoch->test_samples);
}

double tnm_epoch_test_accuracy(const tnm_epoch *epoch)
{
    return share(epoch->test_right, epoch->test_samples);
}

double tnm_epoch_flip_rate(const tnm_epoch *epoch)
{
    return share(epoch->flips, epoch->compared);
}

const char *tnm_training_part_name(tnm_training_part part)
{
    static const char *const names[] = {
#define X(name, word, meaning) word,
        TNM_TRAINING_PARTS(X)
#undef X
    };
    return names[part];
}

tnm_error tnm_training_record_open(tnm_training_record *record, size_t epochs)
{
    *record = (tnm_training_record){0};
    return TNM_NEW(record->epochs, epochs);
}

void tnm_training_record_close(tnm_training_record *record)
{
    free(record->epochs);
    *record = (tnm_training_record){0};
}

size_t tnm_training_record_finished(const tnm_training_record *record)
{
    size_t count = record->count;
    return count > 0 && record->epochs[count - 1].test_samples == 0 ? count - 1 : count;
}

size_t tnm_training_record_steps(const tnm_training_record *record)
{
    double steps = 0;
    for (size_t k = 0; k < record->count; k++)
        steps += record->epochs[k].steps;
    return (size_t)steps;
}

double tnm_training_record_flip_rate(const tnm_training_record *record)
{
    double flips = 0, compared = 0;
    for (size_t k = 0; k < record->count; k++) {
        flips += record->epochs[k].flips;
        compared += record->epochs[k].compared;
    }
    return share(flips, compared);
}

double tnm_training_record_overhead(const tnm_training_record *record)
{
    const double *seconds = record->seconds;
    return share(seconds[TNM_PART_MASKS], seconds[TNM_PART_FORWARD] + seconds[TNM_PART_BACKWARD] +
                                              seconds[TNM_PART_GRADIENT] +
                                              seconds[TNM_PART_UPDATE] + seconds[TNM_PART_DATA]);
}
