/* A small data set in memory and two equal networks, for the tests of calibration and allocation.
 */
#ifndef TNM_TESTS_IMAGES_H
#define TNM_TESTS_IMAGES_H

#include "tests/testlib.h"
#include "training/calibration/calibrate.h"

typedef struct tnm_test_images {
    tnm_dataset data; /* images that are smooth, so that their pixels depend on each other */
    tnm_sample_choice samples;
    tnm_network whole, masked;
    tnm_calibration calibration; /* all layers but the last are wanted, at 1:4 */
} tnm_test_images;

void tnm_test_images_open(tnm_test_images *self, const char *architecture, int threads);
void tnm_test_images_close(tnm_test_images *self);

#endif
