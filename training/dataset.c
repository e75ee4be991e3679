#include "training/dataset.h"

#include "instances/idx.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

enum { IMAGES_RANK = 3, LABELS_RANK = 1, LEVELS = 256 };

/* ---- reading ----------------------------------------------------------------------------- */

/* folder/name, or where there is no such file folder/name.gz. */
static tnm_error open_file(tnm_idx *idx, const char *folder, const char *name, size_t rank)
{
    tnm_error error = TNM_OK;
    char *path = tnm_format("%s/%s", folder, name);
    char *packed = tnm_format("%s/%s.gz", folder, name);
    if (path == NULL || packed == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    bool plain = access(path, F_OK) == 0;
    if (!plain && access(packed, F_OK) != 0)
        TNM_TRY(tnm_fail(TNM_ERROR_NO_INPUT, "%s: no such file, nor with .gz", path));
    TNM_TRY(tnm_idx_open(idx, plain ? path : packed));
    if (idx->rank != rank) {
        error = tnm_fail(TNM_ERROR_DATA, "%s: it has %zu sides, expected %zu",
                         plain ? path : packed, idx->rank, rank);
        tnm_idx_close(idx);
    }
out:
    free(path);
    free(packed);
    return error;
}

static tnm_error check_match(const tnm_idx *images, const tnm_idx *labels, const char *folder,
                             const char *part)
{
    if (images->sides[0] != labels->sides[0])
        return tnm_fail(TNM_ERROR_DATA, "%s: %zu images and %zu labels to %s with", folder,
                        images->sides[0], labels->sides[0], part);
    if (images->size == 0)
        return tnm_fail(TNM_ERROR_DATA, "%s: there are no images to %s with", folder, part);
    return TNM_OK;
}

/* Images and labels of a part, which match; classes are left alone. */
static tnm_error read_part(tnm_dataset *part, const char *folder, bool train)
{
    tnm_error error = TNM_OK;
    tnm_idx images = {.bytes = NULL}, labels = {.bytes = NULL};
    TNM_TRY(open_file(&images, folder, train ? "train-images-idx3-ubyte" : "t10k-images-idx3-ubyte",
                      IMAGES_RANK));
    TNM_TRY(open_file(&labels, folder, train ? "train-labels-idx1-ubyte" : "t10k-labels-idx1-ubyte",
                      LABELS_RANK));
    TNM_TRY(check_match(&images, &labels, folder, train ? "train" : "test"));
    *part = (tnm_dataset){.images = images.bytes,
                          .labels = labels.bytes,
                          .count = images.sides[0],
                          .height = images.sides[1],
                          .width = images.sides[2]};
    images.bytes = labels.bytes = NULL;
out:
    tnm_idx_close(&images);
    tnm_idx_close(&labels);
    return error;
}

/* ---- what is known of the training part -------------------------------------------------- */

/* Exactly: sums of whole numbers. */
static tnm_error measure_pixels(tnm_dataset *train, const char *folder)
{
    const size_t pixels = train->count * train->height * train->width;
    uint64_t frequency[LEVELS] = {0}, sum = 0, squares = 0;
    for (size_t k = 0; k < pixels; k++)
        frequency[train->images[k]]++;
    for (uint64_t level = 0; level < LEVELS; level++) {
        sum += frequency[level] * level;
        squares += frequency[level] * level * level;
    }
    double mean = (double)sum / (double)pixels;
    double variance = (double)squares / (double)pixels - mean * mean;
    if (frequency[train->images[0]] == pixels)
        return tnm_fail(TNM_ERROR_DATA, "%s: all pixels to train with are equal", folder);
    train->mean = (float)(mean / (LEVELS - 1));
    train->deviation = (float)(sqrt(variance) / (LEVELS - 1));
    return TNM_OK;
}

static size_t largest_label(const tnm_dataset *part)
{
    size_t largest = 0;
    for (size_t k = 0; k < part->count; k++)
        if (part->labels[k] > largest)
            largest = part->labels[k];
    return largest;
}

/* Gives the test part what is known of the training part. */
static tnm_error follow_training(tnm_dataset *test, const tnm_dataset *train, const char *folder)
{
    if (test->height != train->height || test->width != train->width)
        return tnm_fail(TNM_ERROR_DATA, "%s: images of %zu x %zu to train, %zu x %zu to test with",
                        folder, train->height, train->width, test->height, test->width);
    if (largest_label(test) >= train->classes)
        return tnm_fail(TNM_ERROR_DATA, "%s: label %zu occurs to test, but not to train with",
                        folder, largest_label(test));
    test->classes = train->classes;
    test->mean = train->mean;
    test->deviation = train->deviation;
    return TNM_OK;
}

tnm_error tnm_dataset_open(tnm_dataset *dataset, const char *folder, tnm_dataset_part part)
{
    tnm_error error = TNM_OK;
    tnm_dataset train = {.images = NULL};
    *dataset = (tnm_dataset){.images = NULL};
    TNM_TRY(read_part(&train, folder, true));
    TNM_TRY(measure_pixels(&train, folder));
    train.classes = largest_label(&train) + 1;
    if (part == TNM_DATASET_TRAIN) {
        *dataset = train;
        train = (tnm_dataset){.images = NULL};
    } else {
        TNM_TRY(read_part(dataset, folder, false));
        TNM_TRY(follow_training(dataset, &train, folder));
    }
out:
    tnm_dataset_close(&train);
    if (error != TNM_OK)
        tnm_dataset_close(dataset);
    return error;
}

void tnm_dataset_close(tnm_dataset *dataset)
{
    free(dataset->images);
    free(dataset->labels);
    *dataset = (tnm_dataset){.images = NULL};
}

/* ---- samples ----------------------------------------------------------------------------- */

/* What each level of grey becomes. */
static void tabulate(float table[LEVELS], const tnm_dataset *dataset)
{
    for (int level = 0; level < LEVELS; level++)
        table[level] = ((float)level / (LEVELS - 1) - dataset->mean) / dataset->deviation;
}

/* Image after image: one channel. */
static void take_rows(const tnm_dataset *dataset, const size_t *numbers, size_t count,
                      const float table[LEVELS], float *values)
{
    const size_t pixels = dataset->height * dataset->width;
    for (size_t k = 0; k < count; k++) {
        const uint8_t *image = dataset->images + numbers[k] * pixels;
        for (size_t p = 0; p < pixels; p++)
            values[k * pixels + p] = table[image[p]];
    }
}

/* An image a column: every pixel is a channel. So many columns at once that what is written next to
 * each other fills a line of the cache. */
static void take_columns(const tnm_dataset *dataset, const size_t *numbers, size_t count,
                         const float table[LEVELS], float *values)
{
    enum { TOGETHER = 16 };
    const size_t pixels = dataset->height * dataset->width;
    for (size_t first = 0; first < count; first += TOGETHER) {
        size_t end = first + TOGETHER < count ? first + TOGETHER : count;
        for (size_t p = 0; p < pixels; p++)
            for (size_t k = first; k < end; k++)
                values[p * count + k] = table[dataset->images[numbers[k] * pixels + p]];
    }
}

void tnm_dataset_take(const tnm_dataset *dataset, const size_t *numbers, size_t count,
                      tnm_signal *signal, uint8_t *labels)
{
    float table[LEVELS];
    tabulate(table, dataset);
    signal->samples = count;
    if (signal->shape.channels == 1)
        take_rows(dataset, numbers, count, table, signal->values);
    else
        take_columns(dataset, numbers, count, table, signal->values);
    for (size_t k = 0; k < count; k++)
        labels[k] = dataset->labels[numbers[k]];
}
