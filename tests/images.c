/* Data and networks for tests: see images.h. */
#include "tests/images.h"

#include <math.h>
#include <stdlib.h>

enum { SIDE = 8, COUNT = 150, CLASSES = 4, TOGETHER = 32 };

/* A wave of a random direction; its class is the quarter of the direction. */
static void draw_image(uint8_t *image, uint8_t *label, tnm_random *random)
{
    double angle = 3.14159 * tnm_random_uniform(random), phase = 6 * tnm_random_uniform(random);
    for (size_t k = 0; k < SIDE * SIDE; k++) {
        double along = cos(angle) * (double)(k / SIDE) + sin(angle) * (double)(k % SIDE);
        double value = 127 + 90 * sin(along + phase) + 20 * tnm_random_normal(random);
        image[k] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
    }
    *label = (uint8_t)(4 * angle / 3.1416);
}

static void make_data(tnm_dataset *data)
{
    tnm_random random = {tnm_test_seed()};
    *data = (tnm_dataset){.count = COUNT,
                          .height = SIDE,
                          .width = SIDE,
                          .classes = CLASSES,
                          .mean = 0.5F,
                          .deviation = 0.25F};
    ASSERT_OK(TNM_NEW(data->images, (size_t)COUNT * SIDE * SIDE));
    ASSERT_OK(TNM_NEW(data->labels, COUNT));
    for (size_t k = 0; k < COUNT; k++)
        draw_image(data->images + k * SIDE * SIDE, data->labels + k, &random);
}

static void make_network(tnm_network *network, const char *architecture, int threads,
                         const tnm_sample_choice *samples)
{
    ASSERT_OK(tnm_network_open(network, architecture, (tnm_shape){1, SIDE, SIDE}, CLASSES, TOGETHER,
                               threads));
    ASSERT_OK(tnm_network_initialise(network, 3));
    ASSERT_OK(tnm_passes_reestimate(network, samples));
}

void tnm_test_images_open(tnm_test_images *self, const char *architecture, int threads)
{
    make_data(&self->data);
    ASSERT_OK(tnm_sample_choice_draw(&self->samples, &self->data, 120, 5));
    make_network(&self->whole, architecture, threads, &self->samples);
    make_network(&self->masked, architecture, threads, &self->samples);
    ASSERT_OK(tnm_calibration_open(&self->calibration, &self->whole, &self->masked));
    for (size_t k = 0; k + 1 < self->calibration.count; k++) {
        self->calibration.layers[k].wanted = true;
        self->calibration.layers[k].problem = (tnm_problem){1, 4, TNM_EQUAL};
    }
}

void tnm_test_images_close(tnm_test_images *self)
{
    tnm_calibration_close(&self->calibration);
    tnm_network_close(&self->whole);
    tnm_network_close(&self->masked);
    tnm_sample_choice_close(&self->samples);
    tnm_dataset_close(&self->data);
}
