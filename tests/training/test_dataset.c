#include "training/dataset.h"

#include "tests/faults/faults.h"
#include "tests/testlib.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

/* The test's data: images of 2 x 3. Pixel p of image k to train with is 10 k + p. */
enum { TRAIN = 21, TEST = 5, HEIGHT = 2, WIDTH = 3, PIXELS = HEIGHT * WIDTH };

static char folder[200];

static void write_idx(const char *name, const unsigned char *bytes, size_t size, bool packed)
{
    char *path = tnm_format("%s/%s%s", folder, name, packed ? ".gz" : "");
    gzFile stream = gzopen(path, packed ? "wb" : "wbT");
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    CU_ASSERT_EQUAL(gzwrite(stream, bytes, (unsigned)size), (int)size);
    gzclose(stream);
    free(path);
}

static void write_images(const char *name, unsigned char count, bool packed)
{
    unsigned char bytes[16 + TRAIN * PIXELS] = {0, 0, 8, 3,      0, 0, 0, count,
                                                0, 0, 0, HEIGHT, 0, 0, 0, WIDTH};
    for (size_t k = 0; k < (size_t)count * PIXELS; k++)
        bytes[16 + k] = (unsigned char)(10 * (k / PIXELS) + k % PIXELS);
    write_idx(name, bytes, 16 + (size_t)count * PIXELS, packed);
}

static void write_labels(const char *name, unsigned char count, unsigned char classes)
{
    unsigned char bytes[8 + TRAIN] = {0, 0, 8, 1, 0, 0, 0, count};
    for (size_t k = 0; k < count; k++)
        bytes[8 + k] = (unsigned char)(k % classes);
    write_idx(name, bytes, 8 + (size_t)count, false);
}

static void write_data(const char *name)
{
    snprintf(folder, sizeof folder, "%s", tnm_test_path(name));
    CU_ASSERT_EQUAL_FATAL(mkdir(folder, 0777), 0);
    write_images("train-images-idx3-ubyte", TRAIN, true);
    write_labels("train-labels-idx1-ubyte", TRAIN, 4);
    write_images("t10k-images-idx3-ubyte", TEST, false);
    write_labels("t10k-labels-idx1-ubyte", TEST, 3);
}

/* Directly from the definition. */
static void check_statistics(const tnm_dataset *dataset)
{
    double mean = 0, variance = 0;
    for (size_t k = 0; k < TRAIN * PIXELS; k++)
        mean += (double)(10 * (k / PIXELS) + k % PIXELS) / 255 / (TRAIN * PIXELS);
    for (size_t k = 0; k < TRAIN * PIXELS; k++)
        variance += pow((double)(10 * (k / PIXELS) + k % PIXELS) / 255 - mean, 2);
    CU_ASSERT_DOUBLE_EQUAL(dataset->mean, mean, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(dataset->deviation, sqrt(variance / (TRAIN * PIXELS)), 1e-6);
}

static void test_opens(void)
{
    tnm_dataset dataset;
    write_data("opens");
    ASSERT_OK(tnm_dataset_open(&dataset, folder, TNM_DATASET_TRAIN));
    CU_ASSERT(dataset.count == TRAIN && dataset.height == HEIGHT && dataset.width == WIDTH);
    CU_ASSERT_EQUAL(dataset.classes, 4);
    check_statistics(&dataset);
    tnm_dataset_close(&dataset);
    ASSERT_OK(tnm_dataset_open(&dataset, folder, TNM_DATASET_TEST));
    CU_ASSERT(dataset.count == TEST && dataset.classes == 4);
    check_statistics(&dataset);
    tnm_dataset_close(&dataset);
    tnm_dataset_close(&dataset);
}

static float expected_pixel(const tnm_dataset *dataset, size_t number, size_t pixel)
{
    return ((float)(10 * number + pixel) / 255 - dataset->mean) / dataset->deviation;
}

static void check_taken(const tnm_dataset *dataset, tnm_shape shape)
{
    float values[TRAIN * PIXELS];
    uint8_t labels[TRAIN];
    size_t numbers[TRAIN];
    tnm_signal signal = {.values = values, .shape = shape};
    bool columns = shape.channels > 1;
    for (size_t k = 0; k < TRAIN; k++)
        numbers[k] = TRAIN - 1 - k;
    tnm_dataset_take(dataset, numbers, TRAIN - 1, &signal, labels);
    CU_ASSERT_EQUAL(signal.samples, TRAIN - 1);
    for (size_t k = 0; k < TRAIN - 1; k++) {
        CU_ASSERT_EQUAL(labels[k], numbers[k] % 4);
        for (size_t p = 0; p < PIXELS; p++) {
            float value = values[columns ? p * (TRAIN - 1) + k : k * PIXELS + p];
            CU_ASSERT_EQUAL(value, expected_pixel(dataset, numbers[k], p));
        }
    }
}

static void test_takes(void)
{
    tnm_dataset dataset;
    write_data("takes");
    ASSERT_OK(tnm_dataset_open(&dataset, folder, TNM_DATASET_TRAIN));
    check_taken(&dataset, (tnm_shape){1, HEIGHT, WIDTH});
    check_taken(&dataset, (tnm_shape){PIXELS, 1, 1});
    tnm_dataset_close(&dataset);
}

static void refuse(tnm_dataset_part part, tnm_error code, const char *text)
{
    tnm_dataset dataset;
    ASSERT_FAILS(tnm_dataset_open(&dataset, folder, part), code, text);
    CU_ASSERT(dataset.images == NULL && dataset.labels == NULL);
}

static void test_refuses(void)
{
    snprintf(folder, sizeof folder, "no/such");
    refuse(TNM_DATASET_TRAIN, TNM_ERROR_NO_INPUT, "no/such/train-images-idx3-ubyte: no such file");
    write_data("refuses");
    write_labels("t10k-labels-idx1-ubyte", TEST, 5);
    refuse(TNM_DATASET_TEST, TNM_ERROR_DATA, "label 4 occurs to test, but not to train with");
    write_labels("t10k-labels-idx1-ubyte", TEST - 1, 3);
    refuse(TNM_DATASET_TEST, TNM_ERROR_DATA, "5 images and 4 labels to test with");
    write_labels("t10k-images-idx3-ubyte", TEST, 3);
    refuse(TNM_DATASET_TEST, TNM_ERROR_DATA, "ubyte: it has 1 sides, expected 3");
    write_labels("train-labels-idx1-ubyte", 0, 4);
    write_images("train-images-idx3-ubyte", 0, true);
    refuse(TNM_DATASET_TRAIN, TNM_ERROR_DATA, "there are no images to train with");
    write_labels("train-labels-idx1-ubyte", 1, 4);
    write_idx("train-images-idx3-ubyte",
              (const unsigned char[]){0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 7, 7}, 18,
              true);
    refuse(TNM_DATASET_TRAIN, TNM_ERROR_DATA, "all pixels to train with are equal");
}

static void test_each_allocation_fails(void)
{
    bool failed = true;
    unsigned count = 0;
    write_data("faults");
    long before = tnm_fault_live();
    for (; failed; count++) {
        tnm_dataset dataset;
        tnm_fault_arm(TNM_FAULT_MEMORY, count);
        tnm_error error = tnm_dataset_open(&dataset, folder, TNM_DATASET_TEST);
        failed = tnm_fault_disarm();
        CU_ASSERT_EQUAL(error, failed ? TNM_ERROR_MEMORY : TNM_OK);
        tnm_dataset_close(&dataset);
        CU_ASSERT_EQUAL(tnm_fault_live(), before);
    }
    CU_ASSERT(count > 8);
}

TNM_SUITE(dataset, {"opens", test_opens}, {"takes", test_takes}, {"refuses", test_refuses},
          {"each allocation fails", test_each_allocation_fails})
