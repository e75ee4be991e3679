#include "tests/networks.h"

#include <stdlib.h>
#include <string.h>

static void draw_vectors(tnm_network *network, tnm_random *random)
{
    for (size_t k = 0; k < network->parameter_count; k++) {
        tnm_parameter *parameter = network->parameters[k];
        for (size_t p = 0; parameter->role != TNM_ROLE_WEIGHT && p < tnm_parameter_size(parameter);
             p++)
            parameter->values[p] += 0.3F * (float)(2 * tnm_random_uniform(random) - 1);
    }
}

void tnm_test_network_open(tnm_test_network *self, const char *architecture, tnm_shape input,
                           size_t classes, int threads)
{
    tnm_random random = {7};
    const size_t count = TNM_TEST_SAMPLES * tnm_shape_size(&input);
    *self = (tnm_test_network){.samples = tnm_allocate(count, sizeof *self->samples)};
    CU_ASSERT_PTR_NOT_NULL_FATAL(self->samples);
    ASSERT_OK(
        tnm_network_open(&self->network, architecture, input, classes, TNM_TEST_SAMPLES, threads));
    ASSERT_OK(tnm_network_initialise(&self->network, 1));
    draw_vectors(&self->network, &random);
    for (size_t k = 0; k < count; k++)
        self->samples[k] = (float)tnm_random_normal(&random);
    for (size_t k = 0; k < TNM_TEST_SAMPLES; k++)
        self->labels[k] = (uint8_t)(tnm_random_next(&random) % classes);
}

void tnm_test_network_close(tnm_test_network *self)
{
    tnm_network_close(&self->network);
    free(self->samples);
}

double tnm_test_network_loss(tnm_test_network *self)
{
    tnm_signal *input = tnm_network_input(&self->network);
    input->samples = TNM_TEST_SAMPLES;
    memcpy(input->values, self->samples,
           TNM_TEST_SAMPLES * tnm_shape_size(&input->shape) * sizeof *self->samples);
    tnm_network_forward(&self->network, TNM_PASS_TRAIN);
    return tnm_network_grade(&self->network, self->labels).loss / TNM_TEST_SAMPLES;
}

/* Shifted diagonals within tiles, the shift another one in every tile. */
uint8_t *tnm_test_mask(const tnm_parameter *parameter, int n, int m, uint64_t seed)
{
    tnm_random random = {seed};
    const size_t side = (size_t)m, rows = parameter->rows, cols = parameter->cols;
    uint8_t *mask = calloc(rows * cols, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(mask);
    for (size_t top = 0; top < rows; top += side)
        for (size_t left = 0; left < cols; left += side) {
            size_t shift = tnm_random_next(&random) % side;
            for (size_t row = top; row < top + side && row < rows; row++)
                for (size_t col = left; col < left + side && col < cols; col++)
                    mask[row * cols + col] = (row + col + shift) % side < (size_t)n;
        }
    return mask;
}

void tnm_test_network_mask(tnm_test_network *self, bool sparse_products)
{
    const tnm_network *network = &self->network;
    const tnm_problem problem = {2, 4, TNM_ATMOST};
    for (size_t k = 0; k < network->parameter_count; k++) {
        tnm_parameter *parameter = network->parameters[k];
        if (parameter->role != TNM_ROLE_WEIGHT)
            continue;
        uint8_t *mask = tnm_test_mask(parameter, 2, 4, k);
        ASSERT_OK(tnm_parameter_mask(parameter, &problem, true, sparse_products, mask));
        free(mask);
    }
}
