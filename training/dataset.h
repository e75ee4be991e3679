/* Data sets: labelled images for training and testing, from files in the IDX format
 * (instances/idx.h).
 *
 * A folder holds train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
 * t10k-labels-idx1-ubyte, each as it is or compressed (.gz): MNIST [lecun1998] and Fashion-MNIST
 * [xiao2017] come that way. */
#ifndef TNM_TRAINING_DATASET_H
#define TNM_TRAINING_DATASET_H

#include "training/network/signal.h"

typedef struct tnm_dataset {
    uint8_t *images; /* count * height * width, owned */
    uint8_t *labels; /* count, owned */
    size_t count, height, width;
    size_t classes;
    float mean, deviation; /* of the pixels of the training images, from 0 to 1 */
} tnm_dataset;

typedef enum tnm_dataset_part { TNM_DATASET_TRAIN, TNM_DATASET_TEST } tnm_dataset_part;

/* Reads one part; mean and deviation are those of the training part either way. Fails with
 * TNM_ERROR_NO_INPUT, TNM_ERROR_DATA (images and labels that do not match, say) or as reading does;
 * then nothing is owned. */
tnm_error tnm_dataset_open(tnm_dataset *dataset, const char *folder, tnm_dataset_part part);
void tnm_dataset_close(tnm_dataset *dataset);

/* Fills a signal of shape (1, height, width) or (height * width, 1, 1) with the images of these
 * numbers, less the mean, over the deviation; and their labels. */
void tnm_dataset_take(const tnm_dataset *dataset, const size_t *numbers, size_t count,
                      tnm_signal *signal, uint8_t *labels);

#endif
