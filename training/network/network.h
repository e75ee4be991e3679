/* Networks small enough to own: a chain of layers that ends in as many numbers as there are
 * classes.
 *
 * An architecture is a word and the sizes that go with it:
 *
 *     mlp:256,128      784 -> 256 -> 128 -> 10, ReLU between, every layer with a bias
 *     cnn:16,32        3x3 convolution to 16 channels, batch normalisation, ReLU, 2x2 max pooling;
 *                      the same to 32 channels; then a dense layer to the classes
 *
 * Weights are named fc1.weight, fc1.bias, ...; conv1.weight, bn1.weight, bn1.bias,
 * bn1.running_mean, bn1.running_var, ..., as other people's programs name them. Checkpoints are
 * safetensors files whose metadata hold the architecture, the shape of a sample and the number of
 * classes.
 *
 * The same seed gives the same network, and the same network and samples the same bytes, for any
 * number of threads. */
#ifndef TNM_TRAINING_NETWORK_NETWORK_H
#define TNM_TRAINING_NETWORK_NETWORK_H

#include "instances/safetensors.h"
#include "training/network/layer.h"
#include "training/network/loss.h"

typedef struct tnm_network {
    char *architecture;
    tnm_shape input;
    size_t classes;
    size_t most_samples; /* that one pass may bring */
    int threads;
    tnm_layer *layers; /* owned */
    size_t count;
    tnm_parameter **parameters; /* of all layers, in order; what is trained and what is not */
    size_t parameter_count;
    tnm_signal *signals; /* private: signals[k] enters layer k; count + 1 */
    tnm_signal *slopes;  /* private: derivatives of the loss by these */
} tnm_network;

/* Builds a network of zeros; `threads` (0: all cores) work at most. TNM_ERROR_USAGE for an
 * architecture that is none, or that the input is too small for. On failure nothing is owned. */
tnm_error tnm_network_open(tnm_network *network, const char *architecture, tnm_shape input,
                           size_t classes, size_t most_samples, int threads);
/* The two halves of that. A described network has layers and parameters with names and shapes, but
 * no numbers, and takes hardly any memory: a checkpoint can be compared with it first. On failure
 * nothing is owned. */
tnm_error tnm_network_describe(tnm_network *network, const char *architecture, tnm_shape input,
                               size_t classes, size_t most_samples, int threads);
tnm_error tnm_network_allocate(tnm_network *network);
/* Accepts a zeroed one. */
void tnm_network_close(tnm_network *network);

/* Draws weights as He et al. [he2015] do for ReLU; biases 0, normalisation 1 and 0. */
tnm_error tnm_network_initialise(tnm_network *network, uint64_t seed);

/* The signal to fill with the samples of the next pass, at most most_samples; set its `samples`. A
 * perceptron takes samples as columns of numbers, whatever their shape: its signal has the shape
 * (channels * height * width, 1, 1). */
tnm_signal *tnm_network_input(tnm_network *network);
/* Passes the input through all layers; the result, classes x samples, stays valid until the next
 * pass. */
const tnm_signal *tnm_network_forward(tnm_network *network, tnm_pass pass);

/* Softmax cross-entropy of the last forward pass, summed over the samples, and how many of them
 * have their label as the largest output. */
tnm_score_card tnm_network_grade(const tnm_network *network, const uint8_t *labels);

/* After a forward pass in training: gradients of the mean loss of its samples, into the parameters.
 * `kept_only`: entries that masks drop get 0 (tnm_parameter_gradient). */
void tnm_network_backward(tnm_network *network, const uint8_t *labels, bool kept_only);

/* See TNM_PASS_REESTIMATE. */
void tnm_network_forget_statistics(tnm_network *network);

/* The parameter of this name, or NULL; and the signal that enters the layer whose weights it is, as
 * the product sees it (unfolded for a convolution): cols x columns. Valid after a forward pass,
 * until the next pass in either direction. */
tnm_parameter *tnm_network_find(const tnm_network *network, const char *name);
const float *tnm_network_seen(const tnm_network *network, const tnm_parameter *weight,
                              size_t *columns);

/* Writes all parameters (S .* W where masked) and the architecture as a safetensors file. `extra`
 * (may be NULL) names more tensors to write along, float32, and metadata. */
typedef struct tnm_network_extra {
    const tnm_tensor *tensors; /* float32 or 8-bit; data set */
    size_t tensor_count;
    const tnm_metadata *metadata;
    size_t metadata_count;
    bool whole; /* write W rather than S .* W */
} tnm_network_extra;
tnm_error tnm_network_save(const tnm_network *network, const char *path,
                           const tnm_network_extra *extra);
/* Opens the network of a checkpoint and reads its parameters. TNM_ERROR_DATA, naming the tensor,
 * where one is missing, of another type or shape, or not finite. On failure nothing is owned. */
tnm_error tnm_network_load(tnm_network *network, const char *path, size_t most_samples,
                           int threads);

#endif
