/* The contract of a layer: one step of a network, forwards and back.
 *
 * A layer never allocates in a pass. It reads the signal that entered it and writes the one that
 * leaves; on the way back it gets the derivative of the loss by what left, adds nothing to it, and
 * writes the derivative by what entered and those by its parameters. Adding a layer is one file that
 * defines a tnm_layer_kind. */
#ifndef TNM_TRAINING_NETWORK_LAYER_H
#define TNM_TRAINING_NETWORK_LAYER_H

#include "training/network/parameter.h"
#include "training/network/signal.h"

enum { TNM_LAYER_PARAMETERS = 4 }; /* at most */

typedef struct tnm_layer_kind tnm_layer_kind;

typedef struct tnm_layer {
    const tnm_layer_kind *kind;
    tnm_shape input, output;
    tnm_parameter parameters[TNM_LAYER_PARAMETERS];
    size_t parameter_count;
    void *memory; /* the kind's own, owned */
    int threads;
} tnm_layer;

#endif
