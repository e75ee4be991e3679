/* Small networks with random samples, for the tests of training/. */
#ifndef TNM_TESTS_NETWORKS_H
#define TNM_TESTS_NETWORKS_H

#include "tests/testlib.h"
#include "training/network/network.h"

enum { TNM_TEST_SAMPLES = 12 };

typedef struct tnm_test_network {
    tnm_network network;
    float *samples; /* of the input signal: SAMPLES times the shape of the network's input */
    uint8_t labels[TNM_TEST_SAMPLES];
} tnm_test_network;

/* An initialised network, biases and normalisation drawn at random too, with a full input of normal
 * numbers and random labels. */
void tnm_test_network_open(tnm_test_network *self, const char *architecture, tnm_shape input,
                           size_t classes, int threads);
void tnm_test_network_close(tnm_test_network *self);

/* A forward pass in training with the samples as input: the mean loss. */
double tnm_test_network_loss(tnm_test_network *self);

/* A random transposable mask of pattern n:m for this parameter, at most N in every line, most of
 * them full. Released with free(). */
uint8_t *tnm_test_mask(const tnm_parameter *parameter, int n, int m, uint64_t seed);

/* Puts random transposable masks, 2:4, on all weights. */
void tnm_test_network_mask(tnm_test_network *self, bool sparse_products);

#endif
